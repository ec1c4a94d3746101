//! The browser's program: compiled by cargo, then bound to JavaScript by wasm-bindgen, which runs
//! inside this process so that its version is the one in `Cargo.lock`.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use wasm_bindgen_cli_support::Bindgen;

use super::{Browser, stamp};
use crate::cargo::{BROWSER, Builder, OUTPUT_NAME};
use crate::provision::rust::TARGET;
use crate::{announce, process};

/// Compiles and binds.
///
/// # Errors
/// When the compiler or wasm-bindgen fails.
pub fn build(builder: &Builder, browser: Browser) -> Result<()> {
    let (profile, folder, why) = match browser {
        Browser::Small => ("wasm-release", "wasm-release", "compiling for small size"),
        Browser::Quick => ("dev", "debug", "compiling for quick rebuilds"),
    };
    announce::timed("browser program", why, || {
        process::run(
            builder.cargo("build").args(BROWSER).args(["--profile", profile]),
            "correct what the compiler reports above",
        )
    })?;
    let compiled = builder.workspace.target.join(TARGET).join(folder).join("frontend.wasm");
    let package = builder.workspace.package();
    let result = package.join(format!("{OUTPUT_NAME}.wasm"));
    let inputs = [compiled.clone()];
    stamp::unless_fresh(&builder.workspace, "wasm", &inputs, &result, || {
        announce::timed("wasm-bindgen", "binding the program to JavaScript", || {
            bind(&compiled, &package)
                .context("remedy: wasm-bindgen and wasm-bindgen-cli-support must have the same version in Cargo.lock")
        })
    })
}

/// Writes `benchwatch.js`, `benchwatch.wasm` and the snippets into `package`.
fn bind(compiled: &Path, package: &Path) -> Result<()> {
    let snippets = package.join("snippets");
    if snippets.is_dir() {
        fs::remove_dir_all(&snippets)?;
    }
    Bindgen::new()
        .input_path(compiled)
        .web(true)?
        .typescript(false)
        .remove_name_section(true)
        .remove_producers_section(true)
        .out_name(OUTPUT_NAME)
        .generate(package)?;
    // Leptos, told the output name while it was compiled, asks for the file without the suffix.
    let bound = package.join(format!("{OUTPUT_NAME}_bg.wasm"));
    fs::rename(&bound, package.join(format!("{OUTPUT_NAME}.wasm")))
        .with_context(|| format!("cannot rename {}", bound.display()))
}

#[cfg(test)]
mod tests {
    /// The version that `Cargo.lock` gives a package.
    fn locked(package: &str) -> Option<&'static str> {
        let lock = include_str!("../../../Cargo.lock");
        let (_, after) = lock.split_once(&format!("name = \"{package}\"\nversion = \""))?;
        after.split('"').next()
    }

    #[test]
    fn both_halves_of_wasm_bindgen_have_one_version() {
        assert!(locked("wasm-bindgen").is_some());
        assert_eq!(locked("wasm-bindgen"), locked("wasm-bindgen-cli-support"));
    }
}
