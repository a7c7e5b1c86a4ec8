//! Face: the Python package `trimtab`, as far as it is compiled. Thin: it turns Python values into ours and back, calls the
//! crates, and lets go of the interpreter's lock while they work. The package around it is `python/trimtab`.
#![cfg_attr(test, allow(clippy::unwrap_used))] // the tests of what is shared with the command line

mod audit;
mod custom;
mod data;
mod dates;
mod errors;
mod kinds;
mod ledger;
// The same list as the command line has.
#[path = "../../crates/trimtab-cli/src/library.rs"]
mod library;
mod measure;
mod optimise;
mod past;
mod report;
mod run;
mod strategy;
mod sweep;
mod today;
mod validate;

use pyo3::prelude::*;

/// Functions and classes under the names that the package gives to people.
#[pymodule]
fn _trimtab(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add("__version__", env!("CARGO_PKG_VERSION"))?;
    module.add("ENGINE", trimtab_sim::ENGINE)?;
    module.add_class::<data::Data>()?;
    module.add_class::<strategy::Strategy>()?;
    module.add_class::<past::Past>()?;
    module.add_class::<run::Run>()?;
    module.add_class::<sweep::Sweep>()?;
    module.add_function(wrap_pyfunction!(data::arrow_columns, module)?)?;
    module.add_function(wrap_pyfunction!(strategy::library, module)?)?;
    module.add_function(wrap_pyfunction!(custom::register, module)?)?;
    module.add_function(wrap_pyfunction!(kinds::kinds, module)?)?;
    module.add_function(wrap_pyfunction!(run::backtest, module)?)?;
    module.add_function(wrap_pyfunction!(audit::audit, module)?)?;
    module.add_function(wrap_pyfunction!(today::decide, module)?)?;
    module.add_function(wrap_pyfunction!(measure::measure, module)?)?;
    module.add_function(wrap_pyfunction!(optimise::solve, module)?)?;
    module.add_function(wrap_pyfunction!(optimise::frontier, module)?)?;
    module.add_function(wrap_pyfunction!(report::report, module)?)?;
    module.add_function(wrap_pyfunction!(validate::validate, module)?)?;
    module.add_class::<ledger::SweepRecorder>()?;
    module.add_function(wrap_pyfunction!(ledger::record, module)?)?;
    module.add_function(wrap_pyfunction!(ledger::extract, module)?)?;
    module.add_function(wrap_pyfunction!(ledger::absorb, module)?)?;
    Ok(())
}
