//! `trimtab recover`: losses weigh more than gains of the same size.
use serde_json::json;
use trimtab_core::{Error, Kind};

use crate::args::{Format, Recover};
use crate::say::{self, Outcome};

/// Prints the gain $g = 1/(1-l) - 1$ that makes up for a loss $l$, and the years $\ln(1+g)/\ln(1+r)$ it takes.
pub(crate) fn run(args: &Recover) -> Outcome {
    let loss = args.loss / 100.0;
    if !(0.0..1.0).contains(&loss) {
        return Err(Error::new(Kind::Usage, format!("{} is not a loss in percent", args.loss))
            .hint("write a number from 0 to below 100; nothing makes up for the loss of all")
            .into());
    }
    let gain = loss / (1.0 - loss);
    let years = match args.at {
        None => None,
        Some(rate) if rate > 0.0 && rate.is_finite() => Some(gain.ln_1p() / (rate / 100.0).ln_1p()),
        Some(rate) => {
            let said = format!("nothing is recovered at {rate} % a year");
            return Err(Error::new(Kind::Usage, said).hint("the return is above zero").into());
        }
    };
    if args.format == Format::Json {
        return say::json(
            &json!({ "loss": loss, "gain": gain, "return_yearly": args.at.map(|r| r / 100.0), "years": years }),
        );
    }
    let mut text =
        format!("A loss of {} % needs a gain of {} %.\n", args.loss, short(gain * 100.0));
    if let (Some(rate), Some(years)) = (args.at, years) {
        text += &format!("At {rate} % a year that takes {years:.1} years.\n");
    }
    say::result(&text)
}

/// At most two digits after the point, without needless zeros.
fn short(x: f64) -> String {
    let text = format!("{x:.2}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}
