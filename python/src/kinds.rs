//! What the registries hold, for the objects that write strategies in Python.
use pyo3::prelude::*;
use trimtab_strategy::{
    AnyAllocator, AnyCovariance, AnyGauge, AnyLimit, AnyMean, AnyObjective, AnySignal, KindInfo,
};

/// Every kind: its class, its name, the JSON schema of its parameters, and its source.
#[pyfunction]
pub(crate) fn kinds() -> Vec<(&'static str, &'static str, String, &'static str)> {
    let classes: [(&str, Vec<KindInfo>); 7] = [
        ("allocator", AnyAllocator::kinds()),
        ("signal", AnySignal::kinds()),
        ("gauge", AnyGauge::kinds()),
        ("limit", AnyLimit::kinds()),
        ("objective", AnyObjective::kinds()),
        ("mean", AnyMean::kinds()),
        ("covariance", AnyCovariance::kinds()),
    ];
    let each = |(class, kinds): (&'static str, Vec<KindInfo>)| {
        kinds.into_iter().map(move |info| {
            let schema = serde_json::Value::from((info.schema)()).to_string();
            (class, info.kind, schema, info.source)
        })
    };
    classes.into_iter().flat_map(each).collect()
}
