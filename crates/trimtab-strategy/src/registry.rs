//! One list per trait. From it come the modules, the file format, the dispatch, the manual and the laws.

use toml::Table;

use crate::node::Mistake;

/// What the registry knows of a kind, for manuals, lists and laws.
#[derive(Clone, Copy, Debug)]
pub struct KindInfo {
    /// The name in the file: `sma-ratio`.
    pub kind: &'static str,
    /// A complete strategy file that uses it.
    pub example: &'static str,
    /// Paper or book.
    pub source: &'static str,
    /// The JSON schema of its table, with the docs as descriptions.
    pub schema: fn() -> schemars::Schema,
}

/// An enum made by [`registry`].
pub(crate) trait Registered: Sized + serde::Serialize {
    /// What the list calls one of its members: `signal`.
    const CLASS: &str;
    /// Reads a table whose `kind` names the member.
    fn read(table: Table) -> Result<Self, Mistake>;
}

macro_rules! registry {
    ($(#[$doc:meta])* $any:ident: $object:ident, $class:literal $(or $custom:literal)? { $($name:literal => $module:ident::$kind:ident,)* }) => {
        $(mod $module; pub use $module::$kind;)*

        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, serde::Serialize, schemars::JsonSchema)]
        #[serde(tag = "kind")]
        // A node keeps its member behind a pointer, so that the size of one matters to no other.
        #[allow(missing_docs, clippy::large_enum_variant)]
        pub enum $any {
            $(#[serde(rename = $name)] $kind($kind),)*
            // What only a program around us can bring has no place in schema, manual and laws.
            $(#[serde(rename = $custom)] #[schemars(skip)] Custom($crate::custom::Custom<dyn $crate::$object>),)?
        }

        $(
            impl $crate::custom::Pluggable for dyn $crate::$object {
                fn rules() -> &'static $crate::custom::Rules<Self> {
                    const _: &str = $custom;
                    static RULES: $crate::custom::Rules<dyn $crate::$object> = $crate::custom::Rules::new();
                    &RULES
                }
            }
        )?

        impl $any {
            /// The member behind its trait.
            pub fn as_dyn(&self) -> &dyn $crate::$object {
                match self {
                    $(Self::$kind(it) => it,)*
                    $(Self::Custom(it) => { const _: &str = $custom; it.rule() })?
                }
            }

            /// The name of its kind in the file.
            pub fn kind(&self) -> &'static str {
                match self { $(Self::$kind(_) => $name,)* $(Self::Custom(_) => $custom,)? }
            }

            /// Every registered kind, in the order of the list.
            pub fn kinds() -> Vec<$crate::KindInfo> {
                vec![$($crate::KindInfo {
                    kind: $name,
                    example: <$kind as $crate::Documented>::EXAMPLE,
                    source: <$kind as $crate::Documented>::SOURCE,
                    schema: || schemars::schema_for!($kind),
                },)*]
            }
        }

        impl $crate::registry::Registered for $any {
            const CLASS: &str = $class;
            fn read(mut table: toml::Table) -> Result<Self, $crate::node::Mistake> {
                let kind = $crate::node::take_kind::<Self>(&mut table)?;
                match kind.as_str() {
                    $($name => $crate::node::concrete::<$kind>(table).map(Self::$kind),)*
                    $($custom => $crate::custom::read(table).map(Self::Custom),)?
                    _ => Err($crate::node::unknown_kind($class, &kind, &[$($name),*])),
                }
            }
        }
    };
}
pub(crate) use registry;
