//! When statistics come out, and which of them nobody had at the time.

/// How long after its period a series is published.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Release {
    /// Civil days from the end of the period to the day on which an ordinary print is out.
    pub(crate) days: u32,
    /// The publication it is in, and its habit.
    pub(crate) habit: &'static str,
}

/// The usual delay of a series by its name at the Federal Reserve Bank of St. Louis, where it is documented here.
///
/// Each is the usual day of its release over its history, and where that wandered by a few days the later one: half of all
/// prints come before a plain median, so that a day's rounding upwards keeps a reading from being known before it was.
pub(crate) fn documented(id: &str) -> Option<Release> {
    let (_, days, habit) = RELEASES.iter().find(|(ids, ..)| ids.contains(&id))?;
    Some(Release { days: *days, habit })
}

/// Why a series could not be known at the time, if it could not.
pub(crate) fn hindsight(id: &str) -> Option<&'static str> {
    const DATED: &str = "recessions are dated by a committee months after they begin and end";
    const SMOOTHED: &str = "its values are smoothed or recomputed with figures of later months";
    let upper = id.to_uppercase();
    let ends = |ending: &&str| upper.ends_with(*ending);
    let letters = upper.len() > 4 && upper.bytes().all(|b| b.is_ascii_uppercase());
    match () {
        () if ["JHDUSRGDPBR", "RECPROUSM156N", "SAHMCURRENT"].contains(&upper.as_str()) => {
            Some(SMOOTHED)
        }
        () if upper.contains("RECESSION") || upper.contains("HINDSIGHT") => Some(DATED),
        // The names that FRED gives them: USREC, USRECDM, JPNRECP, …
        () if letters && RECESSIONS.iter().any(ends) => Some(DATED),
        () => None,
    }
}

/// Endings of the names of recession indicators.
const RECESSIONS: [&str; 8] = ["REC", "RECD", "RECM", "RECP", "RECQ", "RECDM", "RECDP", "RECQM"];

/// Names, days, and the release they are in. Sources: the release calendars of the named agencies, and the days of
/// publication that the embedded history documents for its own series.
const RELEASES: [(&[&str], u32, &str); 19] = [
    (
        &[
            "UNRATE",
            "PAYEMS",
            "EMRATIO",
            "CIVPART",
            "AWHMAN",
            "U6RATE",
            "CES0600000007",
            "SAHMREALTIME",
        ],
        10,
        "Employment Situation (BLS): as a rule the first Friday, at the latest the 10th",
    ),
    (
        &["CPIAUCSL", "CPIAUCNS", "CPILFESL", "CPILFENS"],
        25,
        "Consumer Price Index (BLS): about the 12th today, the 20th to 25th in the first decades",
    ),
    (
        &["PPIACO", "PPIFIS", "WPSFD49207"],
        25,
        "Producer Price Index (BLS): about the 14th today, later in the first decades",
    ),
    (
        &["GDP", "GDPC1", "GNP", "GDPDEF", "A191RL1Q225SBEA"],
        31,
        "Gross Domestic Product, advance estimate (BEA): about 30 days after the quarter",
    ),
    (
        &["PCE", "PCEPI", "PCEPILFE", "DSPIC96", "RPI", "PI", "DPCERA3M086SBEA"],
        35,
        "Personal Income and Outlays (BEA): the last days of the following month or the first of the next",
    ),
    (
        &["INDPRO", "TCU", "CUMFNS", "IPMAN"],
        18,
        "Industrial Production, G.17 (Federal Reserve): the 15th to 18th of the following month",
    ),
    (
        &["RSAFS", "RRSFS", "RETAIL", "RETAILx", "RSXFS"],
        18,
        "Advance Monthly Sales for Retail (Census Bureau): the 12th to 17th of the following month",
    ),
    (
        &["HOUST", "PERMIT"],
        20,
        "New Residential Construction (Census Bureau): the 16th to 20th of the following month",
    ),
    (
        &["M1SL", "M2SL"],
        28,
        "Money Stock, H.6 (Federal Reserve): within two weeks for most of its history, the fourth Tuesday today",
    ),
    (
        &["ICSA", "IC4WSA", "CCSA", "CLAIMSx"],
        5,
        "Unemployment Insurance Weekly Claims (Department of Labor): the Thursday after the week",
    ),
    (
        &["NFCI", "ANFCI"],
        5,
        "National Financial Conditions Index (Federal Reserve Bank of Chicago): the Wednesday after the week",
    ),
    (
        &["UMCSENT", "UMCSENTx"],
        1,
        "Surveys of Consumers (University of Michigan), final: the last Friday of the month or before",
    ),
    (
        &["NAPM", "NAPMPI"],
        3,
        "Manufacturing ISM Report on Business: the first business day of the following month",
    ),
    (
        &[
            "GS1M", "GS3M", "GS6M", "GS1", "GS2", "GS3", "GS5", "GS7", "GS10", "GS20", "GS30",
            "TB3MS", "TB6MS", "FEDFUNDS", "AAA", "BAA", "TWEXMMTH",
        ],
        4,
        "Selected Interest Rates, H.15 (Federal Reserve), averages of the month: its first business day after",
    ),
    (
        &[
            "DGS1MO", "DGS3MO", "DGS6MO", "DGS1", "DGS2", "DGS3", "DGS5", "DGS7", "DGS10", "DGS20",
            "DGS30", "DTB3", "DTB6", "DFF", "EFFR", "T10Y2Y", "T10Y3M", "DAAA", "DBAA",
        ],
        1,
        "Selected Interest Rates, H.15 (Federal Reserve): the next business day",
    ),
    (
        &["DFEDTARL", "DFEDTARU", "DFEDTAR"],
        0,
        "Federal Open Market Committee: announced before the day on which the target takes effect",
    ),
    (
        &["T10YIE", "T5YIE", "DFII5", "DFII10", "BAMLH0A0HYM2", "BAMLC0A0CM", "BAMLH0A0HYM2EY"],
        1,
        "daily figures of bond indices and inflation-linked bonds: the next business day",
    ),
    (
        &["VIXCLS", "VXVCLS", "VXOCLS", "WILL5000IND", "WILL5000PRFC"],
        1,
        "index values: the next business day",
    ),
    (
        &["DCOILWTICO", "MCOILWTICO", "OILPRICEx"],
        7,
        "Spot Prices (Energy Information Administration): within a week",
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_series_has_one_release() {
        let mut all: Vec<&str> =
            RELEASES.iter().flat_map(|(ids, ..)| ids.iter().copied()).collect();
        let named = all.len();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), named);
        assert_eq!(documented("UNRATE").unwrap().days, 10);
        assert_eq!(documented("unheard of"), None);
    }

    /// The embedded history documents the delays of its own series; both say the same.
    #[test]
    fn the_embedded_history_has_the_same_delays() {
        let mut seen = 0;
        for entry in crate::provenance().split("[file.\"macro.csv.gz\".column.\"").skip(1) {
            let (id, rest) = entry.split_once('"').unwrap();
            let days = rest.split("delay_days = ").nth(1).unwrap().lines().next().unwrap();
            if let Some(release) = documented(id) {
                assert_eq!(release.days, days.parse::<u32>().unwrap(), "{id}");
                seen += 1;
            }
        }
        assert!(seen > 20, "{seen}");
    }

    #[test]
    fn recessions_are_hindsight_and_unemployment_is_not() {
        for id in ["USREC", "USRECDM", "JPNREC", "RECPROUSM156N", "recession", "USREC_hindsight"] {
            assert!(hindsight(id).is_some(), "{id}");
        }
        for id in ["UNRATE", "SAHMREALTIME", "HREC1", "ICSA", "REC", "PERMIT"] {
            assert!(hindsight(id).is_none(), "{id}");
        }
    }
}
