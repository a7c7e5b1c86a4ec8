//! `trimtab profile`, `page` and `new` without a model.
#![allow(clippy::unwrap_used)]

mod support;

use serde_json::Value;
use support::{Place, market, number, refused, said, text, trimtab};

const ANSWERS: &str = "horizon_years = 20\nreserve_months = 8\nincome = \"secure\"\nwithdrawals_yearly = 0\n\
    share_of_wealth = 0.6\nloss_bearable = 0.3\nafter_fall = \"hold\"\naccount = \"sheltered\"\n";

fn json(arguments: &[&str]) -> Value {
    let all = [&["profile", "--format", "json"], arguments].concat();
    serde_json::from_str(&said(&all)).unwrap()
}

#[test]
fn answers_of_a_file_become_a_strategy_that_runs() {
    let place = Place::new();
    let answers = place.file("answers.toml", ANSWERS);
    let plan = place.name("plan.toml");
    let found = json(&["--answers", &answers, "--write", &plan, "--bills", "SHY"]);
    assert_eq!(found["caps"].as_array().unwrap().len(), 7);
    let level = found["level"].as_u64().unwrap();
    let lowest = found["caps"].as_array().unwrap().iter().map(|cap| cap["level"].as_u64().unwrap());
    assert_eq!(Some(level), lowest.min(), "the more cautious wins");
    assert!((number(&found["plan"]["core"], "stocks") - level as f64 / 5.0).abs() < 1e-12);
    let data = place.file("prices.csv", &market(700));
    let run = support::report(&[&plan, "--data", &data]);
    assert!(run["error"].is_null() && number(&run, "rebalances") >= 1.0);
    assert!(refused(&["profile", "--answers", &answers, "--write", &plan], 8).contains("exists"));
}

#[test]
fn the_loss_that_can_be_borne_is_held_against_the_worst_year_on_record() {
    let place = Place::new();
    let levels: Vec<u64> = ["0.05", "0.2", "0.35", "0.6"]
        .iter()
        .map(|loss| {
            let answers =
                ANSWERS.replace("loss_bearable = 0.3", &format!("loss_bearable = {loss}"));
            let answers = answers.replace("hold", "buy");
            json(&["--answers", &place.file("a.toml", &answers)])["level"].as_u64().unwrap()
        })
        .collect();
    assert!(levels.windows(2).all(|pair| pair[0] <= pair[1]), "{levels:?}");
    // The worst year of US stocks from 1953 to 2017 ended in February 2009 at -42 %, that of a fifth of stocks above -10 %.
    assert_eq!((levels[0], levels[3]), (1, 5));
}

#[test]
fn a_preset_answers_what_follows_from_it_and_the_rest_is_asked() {
    let typed = "6\n0.5\n20%\nhold\n";
    let output = trimtab()
        .args(["profile", "--preset", "retiree", "--format", "json"])
        .write_stdin(typed)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", text(&output.stderr));
    let asked = text(&output.stderr);
    assert!(
        asked.contains("1/4") && asked.contains("4/4") && !asked.contains("withdraw"),
        "{asked}"
    );
    let found: Value = serde_json::from_str(&text(&output.stdout)).unwrap();
    assert!((number(&found["plan"]["core"], "bills") - 0.08).abs() < 1e-12);
    assert!(found["level"].as_u64().unwrap() <= 3, "no income caps the level");
    let short = trimtab().args(["profile"]).write_stdin("20\n").output().unwrap();
    assert_eq!(short.status.code(), Some(2));
    assert!(text(&short.stderr).contains("the answers end before `reserve_months`"));
}

#[test]
fn a_goal_is_on_track_or_not_and_says_how_sure_that_is() {
    let place = Place::new();
    let goal = "[goal]\ntarget = 300000\nyears = 20\nnow = 50000\nmonthly = 500\n";
    let answers = place.file("answers.toml", &format!("{ANSWERS}{goal}"));
    let found = json(&["--answers", &answers]);
    let chance = number(&found["goal"], "chance");
    assert!((0.05..0.95).contains(&chance), "{chance}");
    assert!(number(&found["goal"], "chance_if_less") < chance);
    assert!(number(&found["goal"], "chance_error") < 0.006);
    // More savings, more chance; and with what four of five need, four of five get there.
    let needed = number(&found["goal"], "monthly_needed");
    let plain = place.file("plain.toml", ANSWERS);
    let with = |monthly: f64| {
        let amount = monthly.to_string();
        let goal = ["--goal-target", "300000", "--goal-years", "20", "--goal-now", "50000"];
        let all =
            [&["--answers", plain.as_str()], &goal[..], &["--goal-monthly", &amount]].concat();
        number(&json(&all)["goal"], "chance")
    };
    assert_eq!(with(500.0), chance, "the same goal from the command line");
    assert!((with(needed) - 0.8).abs() < 0.002);
    let table = said(&["profile", "--answers", &answers]);
    for part in ["Capacity allows", "reached in", "standard error", "not advice", "2017"] {
        assert!(table.contains(part), "{part} is missing in:\n{table}");
    }
}

#[test]
fn wrong_answers_are_named() {
    let place = Place::new();
    let with = |from: &str, to: &str| {
        let file = place.file("wrong.toml", &ANSWERS.replace(from, to));
        refused(&["profile", "--answers", &file], 2)
    };
    assert!(with("income = \"secure\"\n", "").contains("nothing answers `income`"));
    assert!(with("secure", "plenty").contains("plenty"));
    assert!(with("loss_bearable = 0.3", "loss_bearable = 30").contains("loss_bearable is 30"));
    assert!(with("horizon_years", "horizon").contains("horizon"));
    assert!(with("account", "[goal]\nyears = 3\n#").contains("nothing answers `account`"));
    refused(&["profile", "--answers", "no-such.toml"], 8);
}

#[test]
fn a_page_tells_rule_source_and_result_before_and_after_publication() {
    let place = Place::new();
    let data = place.file("prices.csv", &market(900));
    let page = said(&["page", "trend-12-month", "--data", &data, "--quiet"]);
    for part in [
        "# trend-12-month",
        "## The rule",
        "## Where it comes from",
        "**Source:**",
        "| Whole span |",
    ] {
        assert!(page.contains(part), "{part} is missing in:\n{page}");
    }
    assert_eq!(page.matches("not advice").count(), 1);
    // A strategy published in the middle of the data: both parts, and they touch.
    let file = place.file(
        "mine.toml",
        "root = \"@mix\"\n[allocator.mix]\nkind = \"fixed\"\nweights = { SPY = 1.0 }\n\
         [provenance]\nsource = \"a test\"\npublished = \"2016-12-30\"\n",
    );
    let out = place.name("out");
    said(&["page", &file, "--data", &data, "--out", &out]);
    let page = place.read("out/page.md");
    assert!(page.contains("| Whole span | Before publication | After publication |"), "{page}");
    let row = |head: &str| page.lines().find(|line| line.starts_with(head)).unwrap().to_owned();
    let (from, to) = (row("| From |"), row("| To |"));
    assert!(from.contains("2016-12-30") && to.contains("2016-12-30"), "{from}\n{to}");
    assert!(page.contains("What comes after 2016-12-30 is out of sample"));
    refused(&["page", "trend-12-month", "--data", &data, "--format", "json"], 2);
}

#[test]
fn a_new_strategy_without_a_model_is_a_template_that_runs() {
    let place = Place::new();
    let in_place = |arguments: &[&str]| {
        trimtab().args(arguments).current_dir(place.path("")).output().unwrap()
    };
    assert!(in_place(&["new", "first"]).status.success());
    let template = place.read("first.toml");
    for section in [
        "[signal.",
        "[gauge.",
        "[allocator.",
        "limit",
        "[schedule]",
        "[execution]",
        "[costs]",
        "[benchmark.",
        "[provenance]",
        "[range]",
    ] {
        assert!(template.contains(section), "{section}");
    }
    let comments = template.lines().filter(|line| line.starts_with('#')).count();
    assert!(comments >= 20, "{comments} lines of comment");
    let run = in_place(&["backtest", "first.toml", "--format", "json", "--quiet"]);
    assert!(run.status.success(), "{}", text(&run.stderr));
    let json: Value = serde_json::from_str(&text(&run.stdout)).unwrap();
    assert!(number(&json, "rebalances") > 10.0);
}
