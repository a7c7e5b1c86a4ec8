//! The strategy that goes with a level of risk.
use toml::Value;
use trimtab_lab::profile::{Account, Answers, Level};

use crate::args::Preset;

impl Preset {
    /// What the situation answers by itself; what the person says goes before.
    pub(crate) fn answers(self) -> Vec<(String, Value)> {
        let word = |key: &str, word: &str| (key.to_owned(), Value::String(word.to_owned()));
        let number = |key: &str, x: f64| (key.to_owned(), Value::Float(x));
        match self {
            Preset::Retiree => vec![
                number("horizon_years", 20.0),
                word("income", "none"),
                number("withdrawals_yearly", 0.04),
                word("account", "sheltered"),
            ],
            Preset::Starter => vec![number("withdrawals_yearly", 0.0), word("account", "taxable")],
            Preset::Ira => vec![number("withdrawals_yearly", 0.0), word("account", "sheltered")],
            Preset::Taxable => vec![number("withdrawals_yearly", 0.0), word("account", "taxable")],
        }
    }
}

/// The symbols that stand for stocks, bonds and bills.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Funds {
    /// Stocks.
    pub(crate) stocks: String,
    /// Bonds.
    pub(crate) bonds: String,
    /// Bills.
    pub(crate) bills: String,
}

impl Funds {
    /// Those of the monthly history that ships with the program.
    pub(crate) fn shipped() -> Self {
        let [stocks, bonds, bills] = ["US", "T10", "BILLS"].map(str::to_owned);
        Self { stocks, bonds, bills }
    }
}

/// A core with a sleeve, for one person.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Plan {
    level: Level,
    account: Account,
    /// Whether the sleeve may grow when it does better than the core.
    grows: bool,
    /// The share of bills in the core: two years of withdrawals.
    reserve: f64,
}

/// Years of withdrawals that stay out of stocks and bonds: most falls of stocks were over by then.
const RESERVE_YEARS: f64 = 2.0;

/// The sleeve at the start, and at most: what guides advise those who begin with a rule.
const SLEEVE: [f64; 2] = [0.10, 0.20];

impl Plan {
    /// The plan for a level.
    pub(crate) fn new(level: Level, answers: &Answers, preset: Option<Preset>) -> Self {
        let reserve = (RESERVE_YEARS * answers.withdrawals_yearly).min(1.0 - level.stocks());
        // Growth of the sleeve means trades, and a beginner's sleeve stays small.
        let grows = answers.account == Account::Sheltered
            && !matches!(preset, Some(Preset::Starter | Preset::Retiree));
        Self { level, account: answers.account, grows, reserve }
    }

    /// Shares of stocks, bonds and bills in the core.
    pub(crate) fn core(&self) -> [f64; 3] {
        let stocks = self.level.stocks();
        [stocks, (1.0 - stocks - self.reserve).max(0.0), self.reserve]
    }

    /// The share of the sleeve, at the start and at most.
    pub(crate) fn sleeve(&self) -> [f64; 2] {
        if self.grows { SLEEVE } else { [SLEEVE[0]; 2] }
    }

    /// In a line.
    pub(crate) fn title(&self) -> String {
        let [stocks, bonds, bills] = self.core().map(|share| 100.0 * share);
        let [start, most] = self.sleeve().map(|share| 100.0 * share);
        let sleeve = match self.grows {
            true => format!("{start:.0} to {most:.0} %"),
            false => format!("{start:.0} %"),
        };
        format!(
            "Level {}, {}: {stocks:.0} % stocks, {bonds:.0} % bonds, {bills:.0} % bills, and {sleeve} that follow the trend",
            self.level.number(),
            self.level.name()
        )
    }

    /// The strategy file.
    pub(crate) fn file(&self, funds: &Funds) -> String {
        let quoted = |symbol: &str| Value::String(symbol.to_owned()).to_string();
        let symbols = [&funds.stocks, &funds.bonds, &funds.bills].map(|symbol| quoted(symbol));
        let [stocks, _, bills] = &symbols;
        // Rounded to a hundredth of a per cent, so that the file reads as it is meant.
        let share = |x: f64| format!("{:?}", (x * 1e4).round() / 1e4);
        let held = symbols.iter().zip(self.core()).filter(|(_, x)| *x > 0.0);
        let core: Vec<String> =
            held.map(|(symbol, x)| format!("{symbol} = {}", share(x))).collect();
        format!(
            "# Made by `trimtab profile` from somebody's answers; edit freely.\n\
             title = {title}\n\
             root  = \"@portfolio\"\n\n\
             # One month over the mean of twelve: above one, the trend is up.\n\
             [signal.trend]\nkind = \"sma-ratio\"\nfast = \"1 month\"\nslow = \"12 months\"\n\n\
             [gauge.market]\nkind  = \"score-of\"\nasset = {stocks}\nby    = \"@trend\"\n\n\
             [allocator.core]\nkind    = \"fixed\"\nweights = {{ {core} }}\n\n\
             [allocator.sleeve]\nkind      = \"when\"\ngauge     = \"@market\"\nabove     = 1.0\n\
             then      = {{ kind = \"fixed\", weights = {{ {stocks} = 1.0 }} }}\n\
             otherwise = {{ kind = \"fixed\", weights = {{ {bills} = 1.0 }} }}\n\n\
             {portfolio}\n\
             {trading}\n\
             [costs]\npreset = \"liquid\"\n\n\
             [provenance]\n\
             source    = \"trimtab profile: the level of risk is the more cautious of capacity and willingness\"\n\
             evidence  = \"own\"\n\
             rationale = \"A core that fits the person, and a part that may be wrong without harm.\"\n",
            title = quoted(&self.title()),
            core = core.join(", "),
            portfolio = self.portfolio(),
            trading = self.trading(),
        )
    }

    fn portfolio(&self) -> String {
        let [start, most] = self.sleeve();
        match self.grows {
            true => format!(
                "# Once a year the sleeve grows by a twentieth when it did better than the core, and else shrinks.\n\
                 [allocator.portfolio]\nkind   = \"core-sleeve\"\ncore   = \"@core\"\nsleeve = \"@sleeve\"\n\
                 start  = {start:?}\nstep   = 0.05\nleast  = {start:?}\nmost   = {most:?}\nmonths = 12\n"
            ),
            false => format!(
                "[allocator.portfolio]\nkind  = \"blend\"\nparts = [{{ share = {:?}, of = \"@core\" }}, \
                 {{ share = {start:?}, of = \"@sleeve\" }}]\n",
                1.0 - start
            ),
        }
    }

    fn trading(&self) -> &'static str {
        match self.account {
            Account::Sheltered => {
                "[schedule]\nevery   = \"month\"\nsession = -1\n\n[execution]\nfill = \"next-close\"\n"
            }
            Account::Taxable => {
                "# Every sale is taxed: small drifts are left alone, and the dearest lots go first.\n\
                 [schedule]\nevery   = \"month\"\nsession = -1\n\
                 band    = { absolute = 0.05, to = \"edge\", trade = \"drifted\" }\n\n\
                 [execution]\nfill = \"next-close\"\nlots = \"highest-cost\"\n"
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use trimtab_lab::profile::{AfterFall, Income};
    use trimtab_strategy::Strategy;

    fn answers(account: Account, withdrawals_yearly: f64) -> Answers {
        Answers {
            horizon_years: 20.0,
            reserve_months: 6.0,
            income: Income::Secure,
            withdrawals_yearly,
            share_of_wealth: 0.5,
            loss_bearable: 0.3,
            after_fall: AfterFall::Hold,
            account,
        }
    }

    #[test]
    fn every_plan_is_a_strategy_and_holds_the_whole() {
        let presets = [
            None,
            Some(Preset::Retiree),
            Some(Preset::Starter),
            Some(Preset::Ira),
            Some(Preset::Taxable),
        ];
        for level in Level::all() {
            for account in [Account::Taxable, Account::Sheltered] {
                for withdrawals in [0.0, 0.04, 0.3] {
                    for preset in presets {
                        let plan = Plan::new(level, &answers(account, withdrawals), preset);
                        assert!((plan.core().iter().sum::<f64>() - 1.0).abs() < 1e-12);
                        let file = plan.file(&Funds::shipped());
                        let strategy = Strategy::parse("plan", &file)
                            .unwrap_or_else(|e| panic!("{e}\n{file}"));
                        assert_eq!(strategy.title, plan.title());
                    }
                }
            }
        }
    }

    #[test]
    fn the_situation_shapes_the_plan() {
        let level = Level::all().nth(2).unwrap();
        let retiree = Plan::new(level, &answers(Account::Sheltered, 0.04), Some(Preset::Retiree));
        assert!((retiree.core()[2] - 0.08).abs() < 1e-12, "two years of withdrawals in bills");
        assert_eq!(retiree.sleeve(), [0.1, 0.1]);
        let ira = Plan::new(level, &answers(Account::Sheltered, 0.0), Some(Preset::Ira));
        assert_eq!(ira.sleeve(), [0.1, 0.2]);
        assert!(ira.file(&Funds::shipped()).contains("core-sleeve"));
        let taxed = Plan::new(level, &answers(Account::Taxable, 0.0), Some(Preset::Taxable));
        assert!(taxed.file(&Funds::shipped()).contains("highest-cost"));
        assert!(taxed.file(&Funds::shipped()).contains("band"));
    }
}
