//! What prices do not tell of an asset: former tickers, how it ended, the rules of a fund.
use std::collections::BTreeMap;

use jiff::civil::Date;
use trimtab_core::{Delisting, Error, FundRules, Levels, Result};

use crate::csv;
use crate::dates;
use crate::file::File;
use crate::proxy::Proxy;

/// What the meta file says of one asset; all of it may be absent.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Meta {
    pub(crate) formerly: Vec<String>,
    pub(crate) delisting: Option<Delisting>,
    pub(crate) last_session: Option<Date>,
    pub(crate) fund: Option<FundRules>,
    pub(crate) levels: Option<Levels>,
    /// What stands for it before its first close.
    pub(crate) proxy: Option<Proxy>,
}

/// By symbol.
pub(crate) type Metas = BTreeMap<String, Meta>;

/// Reads a table with a column `symbol` and any of `formerly` (tickers, parted by blanks), `delisting_return`,
/// `last_session`, `fund_redemption_fee`, `fund_days`, `levels` (`raw` or `adjusted`), `proxy` (a symbol), `proxy_leverage` and
/// `proxy_fee` (a fraction a year). Other columns are ignored.
///
/// # Errors
/// When there is no column `symbol`, a value cannot be read, or a symbol stands there twice.
pub(crate) fn read(file: &File) -> Result<Metas> {
    let bytes = &file.bytes;
    let head = csv::head(bytes).map_err(|e| e.place(file.name.clone()))?;
    let names: Vec<String> = head.names.iter().map(|n| n.to_lowercase()).collect();
    let Some(symbol) = names.iter().position(|n| n == "symbol") else {
        return Err(Error::data("the meta file has no column `symbol`").place(file.name.clone()));
    };
    let mut metas = Metas::new();
    let (mut at, mut line) = (head.body, head.line);
    while at < bytes.len() {
        let record = csv::record(bytes, at, line, head.delimiter);
        let cells = &record.names;
        let blank = cells.iter().all(String::is_empty);
        if !blank {
            let meta = meta(&names, cells, &file.name, line)?;
            let name = cells.get(symbol).filter(|s| !s.is_empty());
            let name = name.ok_or_else(|| refuse(&file.name, line, "the row names no symbol"))?;
            if metas.insert(name.clone(), meta).is_some() {
                return Err(refuse(&file.name, line, &format!("{name} stands there twice")));
            }
        }
        (at, line) = (record.body, record.line);
    }
    Ok(metas)
}

fn meta(names: &[String], cells: &[String], file: &str, line: u32) -> Result<Meta> {
    let mut meta = Meta::default();
    let mut fund = FundRules { redemption_fee: 0.0, days: 0 };
    let mut has_fund = false;
    let mut proxy = Proxy { symbol: String::new(), leverage: 1.0, fee: 0.0 };
    for (name, cell) in names.iter().zip(cells).filter(|(_, cell)| !cell.is_empty()) {
        let wrong = |wanted: &str| refuse(file, line, &format!("{name}: `{cell}` is not {wanted}"));
        match name.as_str() {
            "formerly" => {
                let tickers = cell.split([' ', ';', '|']).filter(|t| !t.is_empty());
                meta.formerly = tickers.map(str::to_owned).collect();
            }
            "delisting_return" => {
                let share = cell.parse().ok().filter(|x: &f64| x.is_finite() && *x >= -1.0);
                let share = share.ok_or_else(|| wrong("a fraction of at least -1"))?;
                meta.delisting = Some(Delisting::Return(share));
            }
            "last_session" => {
                let date = dates::parse_one(cell.as_bytes()).ok_or_else(|| wrong("a date"))?;
                meta.last_session = Some(date);
            }
            "fund_redemption_fee" => {
                let fee = cell.parse().ok().filter(|x| (0.0..1.0).contains(x));
                fund.redemption_fee = fee.ok_or_else(|| wrong("a fraction from 0 to 1"))?;
                has_fund = true;
            }
            "fund_days" => {
                fund.days = cell.parse().map_err(|_| wrong("a number of days"))?;
                has_fund = true;
            }
            "levels" => {
                meta.levels = Some(match cell.as_str() {
                    "raw" => Levels::Raw,
                    "adjusted" => Levels::Adjusted,
                    _ => return Err(wrong("`raw` or `adjusted`")),
                });
            }
            "proxy" => proxy.symbol.clone_from(cell),
            "proxy_leverage" => {
                let leverage = cell.parse().ok().filter(|x: &f64| x.is_finite());
                proxy.leverage = leverage.ok_or_else(|| wrong("a number"))?;
            }
            "proxy_fee" => {
                let fee = cell.parse().ok().filter(|x| (0.0..1.0).contains(x));
                proxy.fee = fee.ok_or_else(|| wrong("a fraction from 0 to 1"))?;
            }
            _ => {}
        }
    }
    meta.proxy = (!proxy.symbol.is_empty()).then_some(proxy);
    meta.fund = has_fund.then_some(fund);
    Ok(meta)
}

fn refuse(file: &str, line: u32, said: &str) -> Error {
    Error::data(said).place(format!("{file}:{line}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn parse(text: &str) -> Result<Metas> {
        read(&File { name: "meta.csv".to_owned(), bytes: text.as_bytes().to_vec() })
    }

    #[test]
    fn every_column_is_read() {
        let metas = parse(
            "symbol,formerly,delisting_return,last_session,fund_redemption_fee,fund_days,levels,sector\n\
             META,FB TFB,,,,,raw,x\n\nLEH,,-1,2008-09-17,,,,\nVFINX,,,,0.02,60,adjusted,\n",
        );
        let metas = metas.unwrap();
        assert_eq!(metas["META"].formerly, ["FB", "TFB"]);
        assert_eq!(metas["META"].levels, Some(Levels::Raw));
        assert_eq!(metas["LEH"].delisting, Some(Delisting::Return(-1.0)));
        assert_eq!(metas["LEH"].last_session, Some(date(2008, 9, 17)));
        assert_eq!(metas["VFINX"].fund, Some(FundRules { redemption_fee: 0.02, days: 60 }));
    }

    #[test]
    fn senseless_values_are_refused_by_line() {
        for (text, said) in [
            (
                "symbol,levels\nA,\nB,high\n",
                "meta.csv:3: levels: `high` is not `raw` or `adjusted`",
            ),
            ("symbol,delisting_return\nA,-2\n", "meta.csv:2: delisting_return: `-2` is not"),
            ("symbol,x\nA,\nA,\n", "meta.csv:3: A stands there twice"),
            ("ticker\nA\n", "no column `symbol`"),
        ] {
            let error = parse(text).unwrap_err().to_string();
            assert!(error.contains(said), "{error}");
        }
    }
}
