//! `report.html` in Chromium: it runs without an error, asks for nothing, and is used with a keyboard as with a mouse.
//!
//! With `TRIMTAB_SCREENSHOTS=DIR` in the environment the pictures of all widths and colours are kept there.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

mod chromium;
#[path = "../support/mod.rs"]
mod support;

use chromium::{Browser, Tab};
use serde_json::Value;
use support::{Place, market, said};

/// Widths in pixels of a phone and of a desk.
const WIDTHS: [u32; 2] = [390, 1280];

fn report(place: &Place) -> String {
    let data = place.file("prices.csv", &market(1500));
    let out = place.name("out");
    said(&["backtest", "sector-breadth", "--data", &data, "--out", &out, "--quiet"]);
    format!("file://{}", place.name("out/report.html"))
}

/// Chromium with nothing of anybody in it, or a note that it is not installed.
fn browser(place: &Place) -> Option<Browser> {
    let browser = Browser::start(&place.path("profile"));
    if browser.is_none() {
        println!("skipped: chromium is absent; `cargo xtask test` installs it");
    }
    browser
}

/// What a reader of the page must find, asked of the page itself.
const WRONG: &str = include_str!("wrong.js");

#[test]
fn the_report_runs_in_a_browser_at_every_width_and_colour() {
    let place = Place::new();
    let Some(mut browser) = browser(&place) else { return };
    let address = report(&place);
    let pictures = std::env::var_os("TRIMTAB_SCREENSHOTS").map(std::path::PathBuf::from);
    let mut colours = Vec::new();
    for width in WIDTHS {
        for scheme in ["light", "dark"] {
            let mut tab = browser.tab(width, scheme);
            tab.open(&address);
            let wrong = tab.ask(WRONG);
            assert_eq!(wrong, Value::Array(Vec::new()), "{width} {scheme}");
            // A phone widens its view when something does not fit.
            let seen = tab.ask("[innerWidth, document.documentElement.scrollWidth]");
            assert_eq!(seen, serde_json::json!([width, width]), "{scheme}");
            colours.push(tab.ask("getComputedStyle(document.body).backgroundColor"));
            let png = tab.picture();
            assert!(png.starts_with(b"\x89PNG") && png.len() > 20_000, "{} bytes", png.len());
            if let Some(folder) = &pictures {
                std::fs::write(folder.join(format!("report-{width}-{scheme}.png")), png).unwrap();
            }
            silent(&tab, &address);
        }
    }
    assert_eq!(colours[0], colours[2]);
    assert_ne!(colours[0], colours[1], "light is not dark");
}

/// Nothing went wrong in the page, and nothing but the page itself was asked for.
fn silent(tab: &Tab<'_>, address: &str) {
    assert!(tab.complaints().is_empty(), "{:?}", tab.complaints());
    let mut asked = tab.requests();
    asked.retain(|url| url != address && !url.starts_with("data:"));
    assert!(asked.is_empty(), "{asked:?}");
}

#[test]
fn the_report_is_used_with_the_keyboard_alone() {
    let place = Place::new();
    let Some(mut browser) = browser(&place) else { return };
    let address = report(&place);
    let mut tab = browser.tab(1280, "light");
    tab.open(&address);
    // Everything that can be used and is not folded away gets the focus, in the order of the page.
    tab.ask(
        "window.wanted = [...document.querySelectorAll('a[href],button,summary,[tabindex=\"0\"]')]
           .filter(e => !e.hidden && (!e.closest('details') || e.matches('summary')) && e.getClientRects().length); 0",
    );
    let wanted = tab.ask("wanted.length").as_u64().unwrap();
    assert!(wanted > 60, "{wanted}");
    for at in 0..wanted {
        tab.press("Tab");
        let here = tab.ask("wanted.indexOf(document.activeElement)");
        assert_eq!(here, at, "{}", tab.ask("document.activeElement.outerHTML.slice(0, 200)"));
    }
    // A fold opens, a chart is read, zoomed and scaled by keys.
    tab.ask("document.querySelector('summary').focus()");
    tab.press("Enter");
    assert_eq!(tab.ask("document.querySelector('details').open"), true);
    tab.ask("window.plot = document.querySelector('.plot'); plot.focus()");
    tab.press("ArrowLeft");
    let read = tab.ask("plot.querySelector('[aria-live]').textContent");
    let read = read.as_str().unwrap();
    assert!(read.contains("sector-breadth") && read.starts_with("20"), "{read}");
    assert_eq!(tab.ask("plot.querySelector('.tip').hidden"), false);
    let before = tab.ask("plot.querySelector('path.line').getAttribute('d')");
    tab.press("+");
    assert_ne!(tab.ask("plot.querySelector('path.line').getAttribute('d')"), before);
    let log =
        "plot.parentElement.querySelector('button[aria-pressed]').getAttribute('aria-pressed')";
    assert_eq!(tab.ask(log), "true");
    tab.press("l");
    assert_eq!(tab.ask(log), "false");
    tab.press("Escape");
    silent(&tab, &address);
}

#[test]
fn a_chart_answers_the_mouse() {
    let place = Place::new();
    let Some(mut browser) = browser(&place) else { return };
    let address = report(&place);
    let mut tab = browser.tab(1280, "light");
    tab.open(&address);
    for (ix, what) in [(0, "value"), (1, "drawdown"), (2, "weights")] {
        tab.ask(&format!(
            "window.plot = document.querySelectorAll('figure.live .plot')[{ix}]; plot.scrollIntoView({{block: 'center'}}); 0"
        ));
        let place = "(() => { const b = plot.getBoundingClientRect(); return [b.x + b.width / 2, b.y + b.height / 2]; })()";
        let at = tab.ask(place);
        let (x, y) = (at[0].as_f64().unwrap(), at[1].as_f64().unwrap());
        tab.hover(x, y);
        let tip = tab
            .ask("plot.querySelector('.tip').hidden ? '' : plot.querySelector('.tip').textContent");
        assert!(tip.as_str().unwrap().starts_with("20"), "{what}: {tip}");
        let axis = "[...plot.querySelectorAll('text.tick')].map(t => t.textContent).join()";
        let before = tab.ask(axis);
        tab.drag((x, y), (x + 200.0, y));
        assert_ne!(tab.ask(axis), before, "{what}: dragging zooms");
    }
    silent(&tab, &address);
}
