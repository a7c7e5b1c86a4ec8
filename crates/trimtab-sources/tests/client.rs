//! The one who asks: patience, pace, and no half answers.
#![allow(clippy::unwrap_used)]

mod support {
    pub mod server;
}

use std::time::{Duration, Instant};

use support::server::{Answer, Server};
use trimtab_sources::{Client, Limits, Request, Secret, Stop, Verdict};

const QUICK: Limits = Limits {
    per_minute: 1e9,
    tries: 4,
    wait: Duration::from_millis(1),
    timeout: Duration::from_secs(5),
};

fn request(server: &Server) -> Request {
    Request {
        url: format!("{}/data?key=topsecret", server.base()),
        headers: Vec::new(),
        secret: Some(Secret::new("topsecret")),
        judge: |body| match body {
            b"data" => Verdict::Data,
            b"enough" => Verdict::Never("no more today".to_owned()),
            _ => Verdict::Later("a web page".to_owned()),
        },
    }
}

/// Answers one after the other, the last one for ever; asks once.
fn ask(answers: Vec<Answer>, limits: Limits) -> (Result<Vec<u8>, Stop>, usize) {
    let mut next = 0;
    let server = Server::new(move |_| {
        next += 1;
        answers[(next - 1).min(answers.len() - 1)].clone()
    });
    let answer = Client::new(limits).unwrap().get(&request(&server));
    (answer, server.asked().len())
}

fn data() -> Answer {
    Answer::ok("data")
}

#[test]
fn what_may_work_later_is_tried_again() {
    let cut = Answer { sent: Some(2), ..data() };
    let page = Answer::ok("<html>maintenance</html>");
    let first =
        [Answer::status(500, ""), Answer::status(503, "busy"), Answer::status(429, ""), cut, page];
    for first in first {
        let (answer, asked) = ask(vec![first.clone(), data()], QUICK);
        assert_eq!((answer.unwrap().as_slice(), asked), (&b"data"[..], 2), "{first:?}");
    }
}

#[test]
fn after_enough_tries_it_stops_and_hides_the_key() {
    let echo = Answer::status(503, "you sent key=topsecret");
    let cut = Answer { sent: Some(2), ..data() };
    // A source that is down is asked no more; a page for one name may be that name's alone.
    for (answer, all, said) in [
        (echo, true, "HTTP 503"),
        (cut, true, "broke off"),
        (Answer::ok("<p>"), false, "a web page"),
    ] {
        let (stop, asked) = ask(vec![answer], QUICK);
        let stop = stop.unwrap_err();
        let text = stop.error().to_string();
        assert_eq!((asked, matches!(stop, Stop::All(_))), (4, all), "{text}");
        assert!(text.contains(said) && text.contains("tried 4 times"), "{text}");
        assert!(!text.contains("topsecret") && text.contains("key=***"), "{text}");
    }
}

#[test]
fn what_will_not_work_later_is_not_tried_again() {
    for (answer, all, said) in [
        (Answer::status(404, "no such series"), false, "no such series"),
        (Answer::status(403, "key topsecret is unknown"), true, "is the key right"),
        (Answer::ok("enough"), true, "no more today"),
    ] {
        let (stop, asked) = ask(vec![answer], QUICK);
        let stop = stop.unwrap_err();
        let text = stop.error().to_string();
        assert_eq!((asked, matches!(stop, Stop::All(_))), (1, all), "{text}");
        assert!(text.contains(said) && !text.contains("topsecret"), "{text}");
    }
}

#[test]
fn the_wait_that_a_source_asks_for_is_kept() {
    let later = |seconds: &str| Answer {
        headers: vec![("Retry-After", seconds.to_owned())],
        ..Answer::status(429, "")
    };
    let start = Instant::now();
    let (answer, asked) = ask(vec![later("1"), data()], QUICK);
    assert_eq!((answer.unwrap().as_slice(), asked), (&b"data"[..], 2));
    assert!(start.elapsed() >= Duration::from_secs(1));
    // Nobody waits an hour: the command can be run again.
    let (stop, asked) = ask(vec![later("3600")], QUICK);
    assert!(asked == 1 && stop.unwrap_err().error().to_string().contains("wait 3600 s"));
}

#[test]
fn waits_grow_and_the_pace_is_kept() {
    let start = Instant::now();
    let limits = Limits { wait: Duration::from_millis(40), ..QUICK };
    let (stop, asked) = ask(vec![Answer::status(500, "")], limits);
    // 40, 80 and 160 milliseconds.
    assert!(stop.is_err() && asked == 4 && start.elapsed() >= Duration::from_millis(280));
    let server = Server::new(|_| data());
    let mut client = Client::new(Limits { per_minute: 600.0, ..QUICK }).unwrap();
    let start = Instant::now();
    for _ in 0..4 {
        client.get(&request(&server)).unwrap();
    }
    // Three gaps of a tenth of a second.
    assert!(start.elapsed() >= Duration::from_millis(300));
    assert_eq!(client.requests(), 4);
    assert!(Client::new(Limits { per_minute: 0.0, ..QUICK }).is_err());
}

#[test]
fn silence_is_a_failure_after_the_timeout() {
    let slow = Answer { wait: Duration::from_millis(600), ..data() };
    let limits = Limits { timeout: Duration::from_millis(100), tries: 2, ..QUICK };
    let start = Instant::now();
    let (stop, _) = ask(vec![slow], limits);
    assert!(stop.is_err() && start.elapsed() < Duration::from_secs(5));
    // Nobody listens at all.
    let server = Server::new(|_| data());
    let mut nowhere = request(&server);
    drop(server);
    nowhere.headers.push(("X-Test", "1".to_owned()));
    let stop = Client::new(QUICK).unwrap().get(&nowhere).unwrap_err();
    assert!(matches!(&stop, Stop::All(error) if error.to_string().contains("tried 4 times")));
}
