//! Numbers as people read them.

/// A number with so many digits behind the point; what rounds to zero has no sign.
pub fn fixed(x: f64, digits: usize) -> String {
    let text = format!("{x:.digits$}");
    match text.strip_prefix('-') {
        Some(zero) if zero.bytes().all(|b| b == b'0' || b == b'.') => zero.to_owned(),
        _ => text,
    }
}

/// `0.1234` as `12.34 %`.
pub fn percent(x: f64) -> String {
    format!("{} %", fixed(x * 100.0, 2))
}

/// `0.1234` as `12.3 %`: for sentences.
pub fn about(x: f64) -> String {
    format!("{} %", fixed(x * 100.0, 1))
}

/// Money with a thin grouping: `1234567.8` as `1,234,567.80`.
pub fn money(x: f64) -> String {
    let text = format!("{:.2}", x.abs());
    let (whole, cents) = text.split_once('.').unwrap_or((&text, "00"));
    let mut grouped = String::new();
    for (ix, digit) in whole.chars().enumerate() {
        if ix > 0 && (whole.len() - ix).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    let sign = if fixed(x, 2).starts_with('-') { "-" } else { "" };
    format!("{sign}{grouped}.{cents}")
}

/// Appends a whole number digit by digit: a page holds tens of thousands, and the general way takes several times as long.
pub(crate) fn push_whole(out: &mut String, x: u64) {
    let mut digits = [b'0'; 20];
    let (mut rest, mut at) = (x, digits.len());
    while rest > 0 || at == digits.len() {
        at -= 1;
        digits[at] += (rest % 10) as u8;
        rest /= 10;
    }
    out.extend(digits[at..].iter().map(|digit| char::from(*digit)));
}

/// `1 ticket`, `2 tickets`.
pub fn counted(count: usize, thing: &str) -> String {
    format!("{count} {thing}{}", if count == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_rounds_to_zero_has_no_sign() {
        assert_eq!((fixed(-0.0, 4), fixed(-0.00004, 4)), ("0.0000".into(), "0.0000".into()));
        assert_eq!((fixed(-0.00006, 4), fixed(-3.0, 0)), ("-0.0001".into(), "-3".into()));
        assert_eq!((fixed(f64::NEG_INFINITY, 2), fixed(-0.4, 0)), ("-inf".into(), "0".into()));
        assert_eq!((percent(-1e-6), about(-0.0)), ("0.00 %".into(), "0.0 %".into()));
        assert_eq!((money(-0.001), money(-0.005_1)), ("0.00".into(), "-0.01".into()));
    }

    #[test]
    fn money_is_grouped_by_thousands() {
        assert_eq!(money(1_234_567.891), "1,234,567.89");
        assert_eq!(money(-123.0), "-123.00");
        assert_eq!(money(1000.0), "1,000.00");
    }

    #[test]
    fn digits_are_those_of_the_general_way() {
        for x in [0, 7, 10, 42, 999, 1000, u64::MAX] {
            let mut out = String::new();
            push_whole(&mut out, x);
            assert_eq!(out, x.to_string());
        }
    }

    #[test]
    fn nothing_has_no_sign() {
        assert_eq!(
            [percent(-0.0), percent(-1e-9), percent(-0.01)],
            ["0.00 %", "0.00 %", "-1.00 %"]
        );
        assert_eq!([about(-1e-4), money(-0.001), money(-0.01)], ["0.0 %", "0.00", "-0.01"]);
    }
}
