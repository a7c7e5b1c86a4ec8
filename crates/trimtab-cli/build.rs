//! Lists the strategies of the repository, so that a new one is a new file and nothing else.
#![allow(clippy::print_stdout)] // build scripts speak to cargo through it
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

fn main() {
    let own =
        PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").expect("cargo names the package's folder"));
    // Whichever face is built: the folder lies beside the folder of its package, or one further up.
    let mut places = own.ancestors().map(|place| place.join("strategies"));
    let folder = places.find(|place| place.is_dir()).expect("the repository has strategies");
    println!("cargo::rerun-if-changed={}", folder.display());
    let mut files: Vec<PathBuf> = fs::read_dir(&folder)
        .expect("the folder of strategies can be read")
        .map(|entry| entry.expect("the folder of strategies can be read").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "toml"))
        .collect();
    files.sort_by(|a, b| a.file_stem().cmp(&b.file_stem()));
    let mut text = String::from("&[\n");
    for file in &files {
        let name =
            file.file_stem().and_then(|stem| stem.to_str()).expect("a strategy has a plain name");
        writeln!(
            text,
            "    Entry {{ name: {name:?}, text: include_str!({:?}) }},",
            file.display().to_string()
        )
        .expect("a string takes all text");
    }
    text += "]\n";
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo names the output folder"));
    fs::write(Path::new(&out).join("library.rs"), text).expect("the list can be written");
}
