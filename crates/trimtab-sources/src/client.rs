//! The one who asks: waits between requests, tries again what may work later, and believes no half answers.
use std::thread::sleep;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use trimtab_core::{Error, Kind, Result};

use crate::source::{Request, Stop, Verdict, hidden};

/// How a source is treated.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Limits {
    /// At most so many requests a minute, evenly spread.
    pub per_minute: f64,
    /// How often a request is tried in all.
    pub tries: u32,
    /// The wait before the second try; each further one is twice as long.
    pub wait: Duration,
    /// After this a request counts as failed.
    pub timeout: Duration,
}

/// Asks one source.
#[derive(Debug)]
pub struct Client {
    agent: ureq::Agent,
    limits: Limits,
    /// When the next request may start.
    next: Option<Instant>,
    requests: usize,
}

/// No answer is larger than this: the longest history of any source is a few megabytes.
const BODY_MAX: u64 = 256 << 20;

/// Whoever asks for more patience than this is asked again another day.
const PATIENCE: Duration = Duration::from_secs(300);

/// Characters of a body that an error shows.
const SHOWN: usize = 200;

impl Client {
    /// A client that keeps these limits.
    ///
    /// # Errors
    /// [`Kind::Usage`] when a limit is zero, negative or not a number.
    pub fn new(limits: Limits) -> Result<Self> {
        let fine = limits.per_minute.is_finite() && limits.per_minute > 0.0;
        if !fine || limits.tries == 0 || limits.timeout.is_zero() {
            return Err(Error::new(
                Kind::Usage,
                "requests a minute, tries and the timeout must be above zero",
            ));
        }
        let config = ureq::Agent::config_builder()
            .timeout_global(Some(limits.timeout))
            .http_status_as_error(false)
            .user_agent(concat!("trimtab/", env!("CARGO_PKG_VERSION")))
            .build();
        Ok(Self { agent: ureq::Agent::new_with_config(config), limits, next: None, requests: 0 })
    }

    /// How many requests were sent.
    pub fn requests(&self) -> usize {
        self.requests
    }

    /// Sends a request until it is answered, refused, or tried often enough. Every try keeps the rate.
    ///
    /// # Errors
    /// [`Stop::This`] for a name that the source does not know and for bodies that are no data after every try;
    /// [`Stop::All`] when the source cannot be reached, wants no more, or refuses the key. No message shows the key.
    pub fn get(&mut self, request: &Request) -> std::result::Result<Vec<u8>, Stop> {
        check_privacy(request)?;
        let mut wait = self.limits.wait;
        let mut tries = 1;
        loop {
            self.pace();
            let (said, asked, all) = match self.once(request) {
                Try::Done(body) => return Ok(body),
                Try::Stop(stop) => return Err(stop),
                Try::Again { said, after, all } => (said, after, all),
            };
            let pause = asked.unwrap_or(wait);
            let error = |said: String| {
                Error::new(Kind::Io, hidden(&said, request.secret.as_ref())).place(request.shown())
            };
            if pause > PATIENCE {
                let text = format!("{said}; the source asks to wait {} s", pause.as_secs());
                return Err(Stop::All(
                    error(text).hint("run the same command later: it goes on where it stopped"),
                ));
            }
            if tries >= self.limits.tries {
                let error = error(format!("{said}; tried {tries} times"))
                    .hint("run the same command later: it goes on where it stopped");
                return Err(if all { Stop::All(error) } else { Stop::This(error) });
            }
            sleep(pause);
            wait = wait.saturating_mul(2).min(PATIENCE);
            tries += 1;
        }
    }

    /// Waits until the rate allows another request.
    fn pace(&mut self) {
        let now = Instant::now();
        if let Some(next) = self.next.filter(|next| *next > now) {
            sleep(next - now);
        }
        let gap = Duration::from_secs_f64(60.0 / self.limits.per_minute);
        self.next = Some(self.next.map_or(now, |next| next.max(now)) + gap);
    }

    fn once(&mut self, request: &Request) -> Try {
        self.requests += 1;
        let mut call = self.agent.get(&request.url);
        for (name, value) in &request.headers {
            call = call.header(*name, value);
        }
        let mut response = match call.call() {
            Ok(response) => response,
            Err(error) => return Try::again(error.to_string(), true),
        };
        let status = response.status().as_u16();
        let after = response.headers().get("retry-after").and_then(|value| value.to_str().ok());
        let after = after.and_then(retry_after);
        let body = match response.body_mut().with_config().limit(BODY_MAX).read_to_vec() {
            Ok(body) => body,
            // The connection broke off in the middle: what came is half an answer.
            Err(error) => return Try::again(format!("the answer broke off: {error}"), true),
        };
        let error = |said: String| {
            let said = format!("{said}: {}", shown(&body));
            Error::new(Kind::Io, hidden(&said, request.secret.as_ref())).place(request.shown())
        };
        match status {
            200 => match (request.judge)(&body) {
                Verdict::Data => Try::Done(body),
                Verdict::Later(said) => Try::Again { said, after, all: false },
                Verdict::Never(said) => Try::Stop(Stop::All(error(said))),
            },
            401 | 403 => Try::Stop(Stop::All(
                error(format!("the source refuses (HTTP {status})"))
                    .hint("is the key right, and does it cover this?"),
            )),
            408 | 425 | 429 | 500 | 502..=504 => {
                Try::Again { said: format!("HTTP {status}: {}", shown(&body)), after, all: true }
            }
            _ => Try::Stop(Stop::This(error(format!("HTTP {status}")))),
        }
    }
}

/// How one try ended.
enum Try {
    Done(Vec<u8>),
    Stop(Stop),
    /// Worth another try after a while; `all` when it is the source that fails and not this name.
    Again {
        said: String,
        after: Option<Duration>,
        all: bool,
    },
}

impl Try {
    fn again(said: String, all: bool) -> Self {
        Try::Again { said, after: None, all }
    }
}

/// A key is sent under encryption, or to this very machine.
fn check_privacy(request: &Request) -> std::result::Result<(), Stop> {
    let open = request.url.strip_prefix("http://");
    let host = open.map(|rest| rest.split(['/', '?']).next().unwrap_or(rest));
    let near = |host: &str| {
        let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
        matches!(name, "localhost" | "127.0.0.1" | "[::1]")
    };
    match (host, &request.secret) {
        (Some(host), Some(_)) if !near(host) => Err(Stop::All(
            Error::new(Kind::Usage, "the address is not encrypted, and a key would be sent to it")
                .place(request.shown())
                .hint("use https://"),
        )),
        _ => Ok(()),
    }
}

/// What the header asks for: seconds, or a date.
fn retry_after(value: &str) -> Option<Duration> {
    if let Ok(seconds) = value.trim().parse::<u64>() {
        return Some(Duration::from_secs(seconds));
    }
    let then = jiff::fmt::rfc2822::parse(value.trim()).ok()?.timestamp();
    let seconds = then.as_second().saturating_sub(Timestamp::now().as_second());
    Some(Duration::from_secs(u64::try_from(seconds).unwrap_or(0)))
}

/// The beginning of a body on one line.
pub(crate) fn shown(body: &[u8]) -> String {
    let text = String::from_utf8_lossy(&body[..body.len().min(4 * SHOWN)]);
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match words.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", &words[..end]),
        None if words.is_empty() => "no text".to_owned(),
        None => words,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Secret;

    #[test]
    fn retry_after_is_seconds_or_a_date() {
        assert_eq!(retry_after(" 7 "), Some(Duration::from_secs(7)));
        assert_eq!(retry_after("Wed, 21 Oct 2015 07:28:00 GMT"), Some(Duration::ZERO));
        assert!(retry_after("Tue, 31 Dec 2199 23:59:59 GMT").is_some_and(|d| d > PATIENCE));
        assert_eq!(retry_after("soon"), None);
    }

    #[test]
    fn a_key_is_not_sent_in_the_open() {
        let request = |url: &str, secret: Option<&str>| Request {
            url: url.to_owned(),
            headers: Vec::new(),
            secret: secret.map(Secret::new),
            judge: |_| Verdict::Data,
        };
        for url in ["https://api.example.org/x", "http://127.0.0.1:80/x", "http://localhost/x"] {
            assert!(check_privacy(&request(url, Some("k"))).is_ok(), "{url}");
        }
        assert!(check_privacy(&request("http://example.org/x", None)).is_ok());
        for url in ["http://example.org/x", "http://127.0.0.1.example.org/x", "http://a@b/x"] {
            assert!(check_privacy(&request(url, Some("k"))).is_err(), "{url}");
        }
    }
}
