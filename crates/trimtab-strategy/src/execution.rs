//! How decisions become trades.
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use trimtab_core::{Fraction, NonNegative};

/// How decisions become trades.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Execution {
    /// Against which price orders are filled.
    pub fill: FillAt,
    /// Sessions to wait beyond the next one.
    pub delay: u32,
    /// What an order fixes: its shares or its value.
    pub sizing: Sizing,
    /// Whether parts of a share can be traded.
    pub shares: Shares,
    /// Orders of less value than this are not sent.
    pub minimum_trade: NonNegative,
    /// The greatest fraction of a session's volume that an order may be; the rest waits for the next
    /// session. Needs volumes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub participation: Option<Fraction>,
    /// For `fill = "limit"`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<LimitOrder>,
    /// Put idle cash to work between decisions.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sweep: Option<Sweep>,
    /// Who pays the interest on borrowed money between decisions.
    #[serde(skip_serializing_if = "Financing::is_default")]
    pub financing: Financing,
    /// Which lots a sale closes first.
    pub lots: LotPick,
}

/// Against which price orders are filled.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum FillAt {
    /// The close of the session after the decision.
    #[default]
    NextClose,
    /// The open of the session after the decision.
    NextOpen,
    /// By limit order during the sessions after the decision.
    Limit,
    /// The very close that the decision was made at. Nobody can trade so; published tables do.
    SameClose,
}

/// What an order fixes when it is made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Sizing {
    /// A number of shares, from the prices at the decision.
    #[default]
    Shares,
    /// A fraction of the account, turned into shares at the price of the fill.
    Value,
}

/// Whether parts of a share can be traded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Shares {
    /// Down to a hundred-millionth of a share.
    #[default]
    Fractional,
    /// Whole shares only.
    Whole,
}

/// A limit order.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LimitOrder {
    /// How far the limit lies from the close at the decision, in basis points: purchases below it,
    /// sales above it. Negative limits give way to the market.
    pub offset_bps: f64,
    /// For how many sessions it stands; what is not filled then is dropped.
    pub sessions: u32,
}

/// Every session, cash above a threshold buys the holdings most below their target; it never sells.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Sweep {
    /// Cash beyond the target's own cash share and this fraction of the account is put to work.
    pub above: Fraction,
}

/// Who pays the interest on borrowed money between decisions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Financing {
    /// Nobody: it is added to the debt, which grows, and leverage with it.
    #[default]
    Accrues,
    /// The holdings: each session the same part of every one is sold for it, so that the debt stays as the last
    /// decision left it.
    Holdings,
}

impl Financing {
    fn is_default(&self) -> bool {
        *self == Self::default()
    }
}

/// Which lots a sale closes first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum LotPick {
    /// First in, first out.
    #[default]
    Fifo,
    /// Last in, first out.
    Lifo,
    /// Those with the highest cost a share.
    HighestCost,
}

impl Execution {
    /// What two fields say together.
    ///
    /// # Errors
    /// A sentence on what is wrong.
    pub(crate) fn check(&self) -> Result<(), String> {
        match (self.fill, &self.limit) {
            (FillAt::Limit, None) => {
                Err("fill = \"limit\" needs `limit = { offset_bps = …, sessions = … }`".into())
            }
            (FillAt::Limit, Some(limit))
                if limit.sessions == 0 || !limit.offset_bps.is_finite() =>
            {
                Err("a limit order stands for at least one session, at a finite offset".into())
            }
            (FillAt::Limit, _) => Ok(()),
            (_, Some(_)) => Err("`limit` has no effect without fill = \"limit\"".into()),
            (FillAt::SameClose, None) if self.delay > 0 => {
                Err("fill = \"same-close\" and a delay contradict each other".into())
            }
            _ => Ok(()),
        }
    }

    /// The execution in a phrase.
    pub fn words(&self) -> String {
        let fill = match self.fill {
            FillAt::NextClose => "filled at the next close",
            FillAt::NextOpen => "filled at the next open",
            FillAt::Limit => "filled by limit order",
            FillAt::SameClose => "filled at the very close of the decision (nobody can trade so)",
        };
        let delay = match self.delay {
            0 => String::new(),
            1 => ", one session later".into(),
            n => format!(", {n} sessions later"),
        };
        let shares = match self.shares {
            Shares::Fractional => "fractional shares",
            Shares::Whole => "whole shares",
        };
        format!("{fill}{delay}, in {shares}")
    }
}
