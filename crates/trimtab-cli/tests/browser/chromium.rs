//! Chromium, driven by the DevTools protocol over a pair of pipes: messages are JSON, each ended by a zero byte.
//!
//! Source: chromedevtools.github.io/devtools-protocol; `--remote-debugging-pipe` reads from descriptor 3 and writes to 4.
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

/// A browser without a window and without anything of anybody in it.
pub(crate) struct Browser {
    process: Child,
    to: ChildStdin,
    from: BufReader<ChildStdout>,
    sent: u64,
    /// What happened while an answer was awaited.
    events: Vec<Value>,
}

/// A page of the browser.
pub(crate) struct Tab<'b> {
    browser: &'b mut Browser,
    session: String,
    seen: Vec<Value>,
}

const FLAGS: &str = "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run \
                     --disable-background-networking --disable-component-update --disable-sync --hide-scrollbars";

impl Browser {
    /// Starts it with a new profile in `profile`; `None` when it is not installed.
    pub(crate) fn start(profile: &Path) -> Option<Self> {
        let installed =
            Command::new("chromium").arg("--version").output().is_ok_and(|o| o.status.success());
        if !installed {
            return None;
        }
        let line = format!(
            "exec chromium {FLAGS} --remote-debugging-pipe \"--user-data-dir=$1\" about:blank 3<&0 4>&1 >/dev/null 2>&1"
        );
        let mut process = Command::new("sh")
            .args(["-c", &line, "sh"])
            .arg(profile)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let to = process.stdin.take().unwrap();
        let from = BufReader::new(process.stdout.take().unwrap());
        Some(Self { process, to, from, sent: 0, events: Vec::new() })
    }

    /// A new page, `width` pixels wide, for somebody who prefers `scheme`.
    pub(crate) fn tab(&mut self, width: u32, scheme: &str) -> Tab<'_> {
        let target = self.call("", "Target.createTarget", json!({ "url": "about:blank" }));
        let attach = json!({ "targetId": target["targetId"], "flatten": true });
        let session = self.call("", "Target.attachToTarget", attach);
        let session = session["sessionId"].as_str().unwrap().to_owned();
        let mut tab = Tab { browser: self, session, seen: Vec::new() };
        for domain in ["Page", "Runtime", "Log", "Network"] {
            tab.call(&format!("{domain}.enable"), json!({}));
        }
        let screen =
            json!({ "width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 600 });
        tab.call("Emulation.setDeviceMetricsOverride", screen);
        let feature = json!({ "name": "prefers-color-scheme", "value": scheme });
        tab.call("Emulation.setEmulatedMedia", json!({ "features": [feature] }));
        tab
    }

    fn call(&mut self, session: &str, method: &str, params: Value) -> Value {
        self.sent += 1;
        let id = self.sent;
        let mut message = json!({ "id": id, "method": method, "params": params });
        if !session.is_empty() {
            message["sessionId"] = json!(session);
        }
        self.to.write_all(message.to_string().as_bytes()).unwrap();
        self.to.write_all(&[0]).unwrap();
        self.to.flush().unwrap();
        loop {
            let answer = self.read();
            if answer["id"] == id {
                assert!(answer["error"].is_null(), "{method}: {}", answer["error"]);
                return answer["result"].clone();
            }
            self.events.push(answer);
        }
    }

    fn read(&mut self) -> Value {
        let mut bytes = Vec::new();
        let count = self.from.read_until(0, &mut bytes).unwrap();
        assert!(count > 0, "chromium has gone");
        serde_json::from_slice(&bytes[..count - 1]).unwrap()
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // It is asked to close, and ended when it does not.
        let _ = self.to.write_all(b"{\"id\":0,\"method\":\"Browser.close\"}\0");
        let _ = self.to.flush();
        let begun = Instant::now();
        while begun.elapsed() < Duration::from_secs(5) {
            if matches!(self.process.try_wait(), Ok(Some(_))) {
                return;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Tab<'_> {
    fn call(&mut self, method: &str, params: Value) -> Value {
        let session = self.session.clone();
        let answer = self.browser.call(&session, method, params);
        self.seen.append(&mut self.browser.events);
        answer
    }

    /// Opens an address and waits until it is loaded.
    pub(crate) fn open(&mut self, address: &str) {
        self.call("Page.navigate", json!({ "url": address }));
        while !self.seen.iter().any(|event| event["method"] == "Page.loadEventFired") {
            let event = self.browser.read();
            self.seen.push(event);
        }
    }

    /// The value of an expression in the page.
    pub(crate) fn ask(&mut self, expression: &str) -> Value {
        let asked = json!({ "expression": expression, "returnByValue": true });
        let answer = self.call("Runtime.evaluate", asked);
        assert!(answer["exceptionDetails"].is_null(), "{expression}: {answer}");
        answer["result"]["value"].clone()
    }

    /// Presses and releases a key.
    pub(crate) fn press(&mut self, key: &str) {
        let (code, text) = match key {
            "Tab" => (9, None),
            "Enter" => (13, Some("\r")),
            "Escape" => (27, None),
            "ArrowLeft" => (37, None),
            "+" => (187, Some("+")),
            letter => (u64::from(letter.to_ascii_uppercase().as_bytes()[0]), Some(letter)),
        };
        let mut down = json!({ "type": "keyDown", "key": key, "windowsVirtualKeyCode": code });
        if let Some(text) = text {
            down["text"] = json!(text);
        }
        self.call("Input.dispatchKeyEvent", down);
        let up = json!({ "type": "keyUp", "key": key, "windowsVirtualKeyCode": code });
        self.call("Input.dispatchKeyEvent", up);
    }

    /// Moves the mouse to a place.
    pub(crate) fn hover(&mut self, x: f64, y: f64) {
        self.mouse("mouseMoved", (x, y), 0);
    }

    /// Drags from one place to another.
    pub(crate) fn drag(&mut self, from: (f64, f64), to: (f64, f64)) {
        self.mouse("mousePressed", from, 1);
        self.mouse("mouseMoved", to, 1);
        self.mouse("mouseReleased", to, 0);
    }

    fn mouse(&mut self, kind: &str, (x, y): (f64, f64), buttons: u32) {
        let button = if kind == "mouseMoved" { "none" } else { "left" };
        let event = json!({ "type": kind, "x": x, "y": y, "button": button, "buttons": buttons, "clickCount": 1 });
        self.call("Input.dispatchMouseEvent", event);
    }

    /// The whole page as PNG.
    pub(crate) fn picture(&mut self) -> Vec<u8> {
        let asked = json!({ "format": "png", "captureBeyondViewport": true });
        let answer = self.call("Page.captureScreenshot", asked);
        decoded(answer["data"].as_str().unwrap())
    }

    /// Errors and warnings of the page so far.
    pub(crate) fn complaints(&self) -> Vec<String> {
        let bad = |event: &&Value| match event["method"].as_str() {
            Some("Runtime.exceptionThrown") => true,
            Some("Runtime.consoleAPICalled") => {
                matches!(event["params"]["type"].as_str(), Some("error" | "warning" | "assert"))
            }
            Some("Log.entryAdded") => {
                matches!(event["params"]["entry"]["level"].as_str(), Some("error" | "warning"))
            }
            _ => false,
        };
        self.seen.iter().filter(bad).map(|event| event["params"].to_string()).collect()
    }

    /// Every address the page asked for, its own included.
    pub(crate) fn requests(&self) -> Vec<String> {
        let asked = |event: &Value| {
            let request = event["method"] == "Network.requestWillBeSent";
            request.then(|| event["params"]["request"]["url"].as_str().unwrap_or("?").to_owned())
        };
        self.seen.iter().filter_map(asked).collect()
    }
}

/// Base 64 as RFC 4648 writes it.
fn decoded(text: &str) -> Vec<u8> {
    const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut bytes = Vec::with_capacity(text.len() * 3 / 4);
    let (mut held, mut bits) = (0_u32, 0);
    for letter in text.bytes().filter(|byte| *byte != b'=') {
        let value = LETTERS.iter().position(|l| *l == letter).unwrap() as u32;
        (held, bits) = (held << 6 | value, bits + 6);
        if bits >= 8 {
            bits -= 8;
            bytes.push((held >> bits) as u8);
            held &= (1 << bits) - 1;
        }
    }
    bytes
}
