//! Where optional reference data lies, beside the repository.
use std::path::PathBuf;
use trimtab_core::Date;

/// The path below `../shared`, or `None` with a printed note where it is absent.
#[allow(clippy::print_stderr, clippy::disallowed_methods)]
pub(crate) fn shared(path: &str) -> Option<PathBuf> {
    let full = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared").join(path);
    if full.exists() {
        return Some(full);
    }
    eprintln!("skipped: ../shared/{path} is absent");
    None
}

/// The month-end before `date`.
#[allow(dead_code)]
pub(crate) fn month_end_before(date: Date) -> Date {
    date.first_of_month().yesterday().expect("not the first day of time")
}
