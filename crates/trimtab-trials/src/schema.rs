//! The tables.

/// Says which tables a file has; raised when they change.
pub(crate) const VERSION: i64 = 1;

/// Marks the file as ours: "trim" in ASCII.
pub(crate) const APPLICATION: i64 = 0x7472_696d;

/// Names are 16 bytes, times seconds since 1970 UTC, figures fractions or currency units; none where undefined.
pub(crate) const TABLES: &str = "
CREATE TABLE study (
    id INTEGER PRIMARY KEY,
    shape BLOB NOT NULL,
    data TEXT NOT NULL,
    strategy TEXT NOT NULL,
    source TEXT NOT NULL,
    UNIQUE (shape, data)
);
CREATE TABLE circumstance (
    id INTEGER PRIMARY KEY,
    engine TEXT NOT NULL,
    mode TEXT NOT NULL,
    command TEXT NOT NULL,
    seed INTEGER NOT NULL,
    options TEXT NOT NULL,
    UNIQUE (engine, mode, command, seed, options)
);
CREATE TABLE trial (
    id INTEGER PRIMARY KEY,
    study INTEGER NOT NULL REFERENCES study (id),
    configuration BLOB NOT NULL,
    circumstance INTEGER NOT NULL REFERENCES circumstance (id),
    parameters TEXT NOT NULL,
    recorded INTEGER NOT NULL,
    first INTEGER NOT NULL,
    periods INTEGER NOT NULL,
    per_year REAL NOT NULL,
    final_value REAL,
    return_yearly REAL,
    volatility_yearly REAL,
    sharpe REAL,
    drawdown_max REAL,
    turnover_yearly REAL,
    costs REAL,
    UNIQUE (study, configuration, circumstance)
);
CREATE TABLE curve (
    trial INTEGER PRIMARY KEY REFERENCES trial (id),
    returns BLOB NOT NULL
);
";
