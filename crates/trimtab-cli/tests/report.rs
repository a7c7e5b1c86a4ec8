//! `report.html`: what stands in it, and that it needs nothing else.
#![allow(clippy::unwrap_used)]

mod support;

use support::{Place, market, refused, said};

/// The page of a run on the made-up market.
fn page(place: &Place, strategy: &str, more: &[&str]) -> String {
    let data = place.file("prices.csv", &market(900));
    let out = place.name("out");
    said(&[&["backtest", strategy, "--data", &data, "--out", &out, "--quiet"], more].concat());
    place.read("out/report.html")
}

/// Text of the page without tags.
fn text(html: &str) -> String {
    let mut text = String::new();
    let mut tag = false;
    for c in html.chars() {
        match c {
            '<' => tag = true,
            '>' => tag = false,
            c if !tag => text.push(c),
            _ => {}
        }
    }
    text
}

#[test]
fn the_report_holds_every_section_and_needs_nothing_else() {
    let place = Place::new();
    let html = page(&place, "sector-breadth", &[]);
    assert!(html.len() <= 1_000_000, "{} bytes", html.len());
    for title in [
        "Value",
        "Holdings",
        "Figures",
        "Months and years",
        "Rolling windows",
        "Drawdowns",
        "Decisions",
        "Trades and costs",
        "How fragile it is",
        "Kinds of market",
        "Data",
        "Conventions",
    ] {
        assert!(html.contains(&format!(">{title}</h2>")), "{title}");
    }
    let text = text(&html);
    for part in [
        "a year: 100,000 became",
        "Break-even cost:",
        "Break-even delay:",
        "Timing luck: the same rule decided on each of 21 sessions",
        "tranches",
        "Implementation shortfall",
        "Whipsaws:",
        "Tickets a year",
        "Capacity:",
        "The price of insurance",
        "choppy",
        "As … would say",
        "Portfolio Visualizer",
    ] {
        assert!(text.contains(part), "{part} is missing");
    }
    assert_eq!(text.matches("not advice").count(), 1, "the disclaimer stands once");
    assert!(!text.contains("NaN") && !text.contains("inf %"));
    // Nothing is fetched: the only addresses are names of XML and anchors of the page itself.
    for address in html.match_indices("http").map(|(at, _)| &html[at..at + 24]) {
        assert!(address.starts_with("http://www.w3.org/2000/s"), "{address}");
    }
    assert!(!html.contains("@import") && !html.contains("src="));
}

#[test]
fn the_same_run_gives_the_same_page() {
    let (one, two) = (Place::new(), Place::new());
    let lines = |html: String| {
        // The path of the data stands in the page.
        html.replace(&one.name(""), "").replace(&two.name(""), "")
    };
    let first = lines(page(&one, "trend-50-200", &[]));
    assert_eq!(first, lines(page(&two, "trend-50-200", &[])));
}

#[test]
fn a_run_without_books_has_a_page_of_what_is_known() {
    let place = Place::new();
    let html = page(&place, "sector-breadth", &["--no-ledger"]);
    assert!(html.contains(">Value</h2>") && !html.contains(">Decisions</h2>"));
}

#[test]
fn what_looks_wrong_in_the_files_stands_in_the_report() {
    let place = Place::new();
    // One close of the second fund, ten times too high for a day.
    let mut lines: Vec<String> = market(900).lines().map(str::to_owned).collect();
    let mut cells: Vec<String> = lines[700].split(',').map(str::to_owned).collect();
    cells[2] = (cells[2].parse::<f64>().unwrap() * 10.0).to_string();
    let date = cells[0].clone();
    lines[700] = cells.join(",");
    let data = place.file("wrong.csv", &lines.join("\n"));
    let out = place.name("out");
    said(&["backtest", "sixty-forty", "--data", &data, "--out", &out, "--quiet"]);
    let text = text(&place.read("out/report.html"));
    assert!(text.contains("look wrong or unusual in the files"));
    assert!(text.contains("spike") && text.contains(&format!("XLB {date}")), "{date}");
    assert!(!self::text(&page(&place, "sixty-forty", &[])).contains("error: "));
}

/// A rule on a figure whose every other month was first printed low and then revised, and the figure with both dates.
fn by_a_revised_figure(place: &Place) -> [String; 2] {
    let mut facts = "series,about,known,value\n".to_owned();
    for (k, (year, month)) in (2013..2020).flat_map(|y| (1..13).map(move |m| (y, m))).enumerate() {
        let about = trimtab_core::Date::constant(year, month, 1).last_of_month();
        let after = |days| about.saturating_add(trimtab_core::Span::new().days(days));
        let [first, last] = if k % 2 == 0 { [5.0, 5.3] } else { [5.2, 5.1] };
        facts += &format!(
            "jobless,{about},{},{first}\njobless,{about},{},{last}\n",
            after(5),
            after(200)
        );
    }
    let rule = "root = \"@portfolio\"\n[gauge.jobless]\nkind = \"series-to-average\"\nseries = \"jobless\"\nreadings = 12\n\
                [allocator.portfolio]\nkind = \"when\"\ngauge = \"@jobless\"\nabove = 0.0\n\
                then = { kind = \"fixed\", weights = { SHY = 1.0 } }\n\
                otherwise = { kind = \"fixed\", weights = { SPY = 1.0 } }\n[schedule]\nevery = \"month\"\n";
    [place.file("by-jobless.toml", rule), place.file("jobless.csv", &facts)]
}

#[test]
fn a_strategy_on_a_revised_figure_is_shown_on_first_print_and_latest_revision() {
    let place = Place::new();
    let [rule, facts] = by_a_revised_figure(&place);
    let html = page(&place, &rule, &["--series", &facts]);
    assert!(html.contains(">First print against latest revision</h2>"));
    let told = text(&html);
    assert!(told.contains("jobless were revised after they were first printed"), "{told}");
    let json: serde_json::Value = serde_json::from_str(&place.read("out/run.json")).unwrap();
    let revisions = &json["first_print_against_latest_revision"];
    assert_eq!(revisions["series"][0]["name"], "jobless");
    assert_eq!(revisions["series"][0]["periods"], 84);
    let (own, revised) = (&revisions["own"], &revisions["revised"]);
    let of = |key: &str| json[key].as_f64().unwrap();
    let growth = of("final_value") / of("initial_value");
    let yearly = growth.powf(252.0 / (of("sessions") - 1.0)) - 1.0;
    let known = own["return_yearly"].as_f64().unwrap();
    assert!(
        (known - yearly).abs() < 1e-9,
        "the run itself is on what was known: {known}, {yearly}"
    );
    assert_ne!(own["return_yearly"], revised["return_yearly"]);
    let differing = revisions["differing"].as_array().unwrap();
    let made = revisions["decisions"].as_u64().unwrap() as usize;
    assert!(differing.len() * 2 > made && made > 20, "{} of {made}", differing.len());
    for decision in differing {
        assert_ne!(decision["own"], decision["revised"], "{decision}");
    }
    assert!(json["notices"].to_string().contains("First print against latest revision"));
}

#[test]
fn a_strategy_without_revised_figures_says_nothing_of_revisions() {
    let place = Place::new();
    let html = page(&place, "sixty-forty", &[]);
    assert!(!html.contains("latest revision"));
    let json: serde_json::Value = serde_json::from_str(&place.read("out/run.json")).unwrap();
    assert!(json["first_print_against_latest_revision"].is_null());
}

#[test]
fn a_strategy_that_reads_recessions_is_refused() {
    let place = Place::new();
    let data = place.file("prices.csv", &market(300));
    let rule = "root = \"@portfolio\"\n[gauge.recession]\nkind = \"series\"\nseries = \"USREC\"\n[allocator.portfolio]\n\
                kind = \"when\"\ngauge = \"@recession\"\nabove = 0.5\nthen = { kind = \"fixed\", weights = { SPY = 1.0 } }\n";
    let rule = place.file("by-recession.toml", rule);
    let series = place.file("USREC.csv", "DATE,USREC\n2014-10-01,0\n2014-11-01,0\n2014-12-01,0\n");
    let error = refused(&["backtest", &rule, "--data", &data, "--series", &series], 3);
    assert!(
        error.contains("`USREC` is hindsight") && error.contains("days of publication"),
        "{error}"
    );
}

#[test]
fn regimes_stand_on_the_chart_and_in_the_json_and_expectations_are_held_against_them() {
    let place = Place::new();
    let rule = "root = { kind = \"fixed\", weights = { SPY = 1.0 } }\n[benchmark.market]\n\
                of = { kind = \"fixed\", weights = { SPY = 0.5, SHY = 0.5 } }\n\
                [provenance.behaviour]\nup = \"As the market\"\n\
                [provenance.expected.up]\nreturn_yearly = { least = 0.0 }\n\
                [provenance.expected.down]\nvolatility_yearly = { most = 0.0001 }\n";
    let rule = place.file("mine.toml", rule);
    let html = page(&place, &rule, &[]);
    let strips = html.split("\"strips\":").nth(1).unwrap();
    assert!(strips.starts_with("[[["), "{}", &strips[..40]);
    assert!(html.contains("class=\"r0\"") && html.contains("class=\"r3\""));
    let told = text(&html);
    for part in [
        "known beforehand, by rule",
        "fitted to the past alone",
        "the same model fitted to the whole span",
        "Expected behaviour",
        "drift: in down markets since",
    ] {
        assert!(told.contains(part), "{part} is missing");
    }
    let json: serde_json::Value = serde_json::from_str(&place.read("out/run.json")).unwrap();
    let times = json["times"].as_array().unwrap();
    let of = |by: &str| times.iter().find(|told| told["by"] == by).unwrap();
    let known = |by: &str| of(by)["known"].as_str().unwrap();
    assert_eq!((known("regime"), known("fitted-regime")), ("before", "before"));
    assert_eq!((known("phase"), known("fitted-to-all")), ("afterwards", "afterwards"));
    // Shares of the labelled periods add up to one, and the return in up markets is that of the row.
    for told in times {
        let shares: f64 =
            told["rows"].as_array().unwrap().iter().map(|row| row["share"].as_f64().unwrap()).sum();
        assert!((shares - 1.0).abs() < 1e-9, "{told}");
    }
    let up = &of("market")["rows"][0];
    let expected = json["expected"].as_array().unwrap();
    let held = |times: &str| expected.iter().find(|held| held["times"] == times).unwrap();
    let value = held("up")["whole"]["value"].as_f64().unwrap();
    assert!((value / up["return_yearly"].as_f64().unwrap() - 1.0).abs() < 1e-6, "{value} {up}");
    assert_eq!(held("up")["whole"]["verdict"], "as-stated");
    assert_eq!(held("down")["whole"]["verdict"], "deviates");
    // The card says it too.
    let data = place.file("prices.csv", &market(900));
    let card = said(&["page", &rule, "--data", &data, "--quiet"]);
    assert!(card.contains("What its file expects") && card.contains("DEVIATES"), "{card}");
}
