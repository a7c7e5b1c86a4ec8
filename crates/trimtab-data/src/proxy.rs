//! What an asset would have earned before it existed, by a rule that the user states.
//!
//! Before the first close of an asset with a proxy its closes are grown backwards from that close:
//!
//! $p_{t-1} = p_t / (1 + r_t)$, $r_t = L R_t - (L - 1) b_{t-1} d_t / 365 - f d_t / 365$
//!
//! $R_t$: the proxy's total return from its close at $t-1$ to that at $t$, so that no level of it matters; $L$: `proxy_leverage`, 1 without it;
//! $f$: `proxy_fee`, a fraction a year; $b$: the series `bills` as a fraction a year, what the borrowed part costs (or, for $L < 1$,
//! what the rest earns); $d_t$: civil days from close to close. Own rule: what an index fund with daily leverage promises, less its fee.
use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use trimtab_core::{Error, Result, Series};

use crate::dates::epoch_days;
use crate::meta::Metas;
use crate::notice::{Log, NoticeKind};
use crate::prices::Prices;
use crate::series::BILLS;

/// The rule of one asset.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Proxy {
    pub(crate) symbol: String,
    pub(crate) leverage: f64,
    /// Fraction a year.
    pub(crate) fee: f64,
}

/// Civil days of a year in which fees and rates are stated.
const YEAR: f64 = 365.0;

/// Puts the proxies' histories before those of their assets; `all` is sorted by symbol. The proxy of an asset may have one
/// itself.
///
/// # Errors
/// When a proxy has no prices, or none on the asset's first day, borrows without a series `bills`, loses everything in a
/// day, or is in the end its own.
pub(crate) fn splice(
    all: &mut [Prices],
    metas: &Metas,
    facts: &[Series],
    log: &mut Log,
) -> Result<()> {
    let bills = facts.iter().find(|series| series.name() == BILLS);
    let mut done = BTreeSet::new();
    for ix in 0..all.len() {
        one(ix, all, metas, bills, &mut Vec::new(), &mut done, log)?;
    }
    Ok(())
}

fn one(
    ix: usize,
    all: &mut [Prices],
    metas: &Metas,
    bills: Option<&Series>,
    way: &mut Vec<usize>,
    done: &mut BTreeSet<usize>,
    log: &mut Log,
) -> Result<()> {
    let symbol = all[ix].symbol.clone();
    let Some(rule) = metas.get(&symbol).and_then(|meta| meta.proxy.as_ref()) else { return Ok(()) };
    if way.contains(&ix) {
        return Err(Error::data(format!("{symbol} is in the end its own proxy"))
            .hint("correct the column `proxy` of the meta table"));
    }
    if !done.insert(ix) {
        return Ok(());
    }
    let other = all.binary_search_by(|p| p.symbol.as_str().cmp(&rule.symbol)).map_err(|_| {
        Error::data(format!("{}, the proxy of {symbol}, has no prices", rule.symbol))
            .hint("name its file with --data, or take it out of the meta table")
    })?;
    way.push(ix);
    one(other, all, metas, bills, way, done, log)?;
    way.pop();
    let earlier = earlier(&all[ix], &all[other], rule, bills)?;
    if let Some(first) = earlier.first() {
        let text = format!(
            "before {}, from {} on, {} closes are made of the total returns of {}, times {}, less {} % a year; there \
             are no dividends, ranges and volumes",
            all[ix].dates[0],
            first.0,
            earlier.len(),
            rule.symbol,
            rule.leverage,
            100.0 * rule.fee
        );
        log.say(NoticeKind::Assumed, &symbol, text);
        prepend(&mut all[ix], &earlier);
    }
    Ok(())
}

/// Closes before the asset's first, oldest first.
fn earlier(
    own: &Prices,
    proxy: &Prices,
    rule: &Proxy,
    bills: Option<&Series>,
) -> Result<Vec<(Date, f64)>> {
    let priced = |prices: &Prices| -> Vec<(Date, f64)> {
        let rows = prices.dates.iter().copied().zip(prices.close.iter().copied());
        rows.filter(|(_, close)| !close.is_nan()).collect()
    };
    let (theirs, start) = (priced(proxy), priced(own));
    let Some((begin, mut price)) = start.first().copied() else { return Ok(Vec::new()) };
    if theirs.first().is_none_or(|(first, _)| *first >= begin) {
        return Ok(Vec::new());
    }
    let fail = |said: String| Error::data(format!("{}: {said}", own.symbol));
    let end = theirs.binary_search_by_key(&begin, |row| row.0).map_err(|_| {
        fail(format!("its proxy {} has no close on {begin}, its first day", proxy.symbol))
            .hint("the two histories are joined on that day")
    })?;
    let (cash, factors): (BTreeMap<Date, f64>, BTreeMap<Date, f64>) =
        (proxy.dividends.iter().copied().collect(), proxy.splits.iter().copied().collect());
    let mut rows = Vec::with_capacity(end);
    for pair in theirs[..=end].windows(2).rev() {
        let ((from, before), (to, after)) = (pair[0], pair[1]);
        let since = (std::ops::Bound::Excluded(from), std::ops::Bound::Included(to));
        let split: f64 = factors.range(since).map(|(_, factor)| factor).product();
        let dividend: f64 = cash.range(since).map(|(_, cash)| cash).sum();
        let total = (after * split + dividend) / before - 1.0;
        let years = f64::from(epoch_days(to) - epoch_days(from)) / YEAR;
        let borrowed = rule.leverage - 1.0;
        let cost = match borrowed == 0.0 {
            true => 0.0,
            false => {
                borrowed
                    * rate(bills, from).ok_or_else(|| {
                        fail(format!(
                            "its proxy is levered, and no rate of bills is known on {from}"
                        ))
                        .hint("name one with --bills")
                    })?
            }
        };
        let growth = 1.0 + rule.leverage * total - (cost + rule.fee) * years;
        if growth <= 0.0 {
            return Err(fail(format!("with its proxy it would have lost everything on {to}")));
        }
        price /= growth;
        rows.push((from, price));
    }
    rows.reverse();
    Ok(rows)
}

/// The newest rate known on a day, as a fraction a year.
fn rate(bills: Option<&Series>, on: Date) -> Option<f64> {
    let facts = bills?.facts();
    let known = facts.partition_point(|fact| fact.known <= on);
    facts[..known].last().map(|fact| fact.value / 100.0)
}

fn prepend(own: &mut Prices, rows: &[(Date, f64)]) {
    // Rows without a close before the first one say nothing once there is another history.
    let gone = own.close.iter().position(|close| !close.is_nan()).unwrap_or(0);
    let count = rows.len();
    for field in [&mut own.open, &mut own.high, &mut own.low, &mut own.volume] {
        if !field.is_empty() {
            field.splice(..gone, std::iter::repeat_n(f64::NAN, count));
        }
    }
    own.close.splice(..gone, rows.iter().map(|row| row.1));
    own.dates.splice(..gone, rows.iter().map(|row| row.0));
    own.lines.splice(..gone, std::iter::repeat_n(0, count));
}

#[cfg(test)]
mod tests {
    use crate::{Options, load};

    /// Writes files and loads them with a meta table and bills of 3.65 % a year: a hundredth of a per cent a day.
    fn market(meta: &str) -> trimtab_core::Result<crate::Loaded> {
        let folder = tempfile::tempdir().unwrap();
        let file = |name: &str, text: &str| {
            let path = folder.path().join(name);
            std::fs::write(&path, text).unwrap();
            path
        };
        let index = "date,close,dividend,split\n2018-01-02,100,0,1\n2018-01-03,51,0,2\n2018-01-04,50,1.51,1\n\
                     2018-01-05,55.55,0,1\n2018-01-08,60,0,1\n";
        let fund = "date,close,volume,dividend,split\n2018-01-05,10,5,0,1\n2018-01-08,11,5,0.1,1\n";
        let data = [file("IDX.csv", index), file("FUND.csv", fund)];
        let bills = "date,bills\n2018-01-01,3.65\n2018-01-02,3.65\n2018-01-03,3.65\n2018-01-04,3.65\n2018-01-05,3.65\n";
        let bills = format!("{}", file("bills.csv", bills).display());
        let options = Options {
            meta: Some(file("meta.txt", meta)),
            bills: Some(crate::SeriesFile::bills(&bills).unwrap()),
            ..Options::default()
        };
        load(&data, &options)
    }

    #[test]
    fn closes_before_the_first_are_grown_backwards_from_it() {
        let head = "symbol,proxy,proxy_leverage,proxy_fee\n";
        for (leverage, fee) in [(1.0, 0.0), (1.0, 0.0365), (2.0, 0.0), (2.0, 0.0073), (-1.0, 0.01)]
        {
            let loaded = market(&format!("{head}FUND,IDX,{leverage},{fee}\n")).unwrap();
            let market = &loaded.market;
            let fund = market.find("FUND").unwrap();
            let closes: Vec<f64> =
                (0..5).map(|t| market.bar(trimtab_core::Day(t)).close(fund).unwrap()).collect();
            assert_eq!(closes[3..], [10.0, 11.0]);
            // Total returns of the index by hand: 51 x 2 / 100, (50 + 1.51) / 51, 55.55 / 50; a day apart each.
            for (t, total) in [(1, 0.02), (2, 0.01), (3, 0.111)] {
                let expected = leverage * total - (leverage - 1.0) * 0.0001 - fee / 365.0;
                let r = closes[t] / closes[t - 1] - 1.0;
                assert!((r - expected).abs() < 1e-12, "{leverage} {fee} {t}: {r} {expected}");
            }
            let said: Vec<String> = loaded.log.iter().map(ToString::to_string).collect();
            assert!(said.iter().any(|n| n.contains("total returns of IDX")), "{said:?}");
            assert_eq!(market.bar(trimtab_core::Day(0)).volume(fund), None);
        }
    }

    #[test]
    fn a_proxy_that_cannot_be_is_refused() {
        let head = "symbol,proxy,proxy_leverage\n";
        for (rows, said) in [
            ("FUND,NOPE,1\n", "NOPE, the proxy of FUND, has no prices"),
            ("FUND,IDX,1\nIDX,FUND,1\n", "its own proxy"),
            ("FUND,IDX,-20\n", "lost everything"),
            ("FUND,IDX,x\n", "proxy_leverage: `x` is not a number"),
        ] {
            let error = market(&format!("{head}{rows}")).unwrap_err().to_string();
            assert!(error.contains(said), "{error}");
        }
        // A fund that is older than its proxy has no need of it.
        let loaded = market(&format!("{head}IDX,FUND,1\n")).unwrap();
        assert!(
            loaded.log.iter().all(|notice| !notice.to_string().contains("total returns of FUND"))
        );
    }
}
