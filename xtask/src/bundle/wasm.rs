//! The browser's program: compiled by cargo, split into what every page needs and what single pages
//! need, then bound to JavaScript by wasm-bindgen. Both tools run inside this process, so that their
//! versions are those in `Cargo.lock`.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, anyhow};
use wasm_bindgen_cli_support::Bindgen;
use wasm_encoder::{Module, RawSection};
use wasmparser::{Parser, Payload};

use super::{Browser, stamp};
use crate::cargo::{BROWSER, Builder, OUTPUT_NAME};
use crate::provision::rust::TARGET;
use crate::{announce, process};

/// The script that loads the parts. Leptos asks for it by this name when file names carry no hash.
const LOADER: &str = "./__wasm_split.______________________.js";

/// Which part needs which others; Leptos reads it to have a page's parts fetched early.
const MANIFEST: &str = "__wasm_split_manifest.json";

/// Compiles, splits and binds.
///
/// # Errors
/// When the compiler, the splitting or wasm-bindgen fails.
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
        announce::timed("wasm-bindgen", "splitting the program and binding it to JavaScript", || {
            let main = builder.workspace.own.join("main.wasm");
            remove_parts(&package)?;
            split(&compiled, &main, &package)?;
            bind(&main, &package)
                .context("remedy: wasm-bindgen and wasm-bindgen-cli-support must have the same version in Cargo.lock")
        })
    })
}

/// Removes what an earlier split left: its parts have other names.
fn remove_parts(package: &Path) -> Result<()> {
    for entry in package.read_dir()? {
        let file = entry?.path();
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        if name.contains(".wasm") || name.starts_with("__wasm_split") {
            fs::remove_file(&file).with_context(|| format!("cannot remove {}", file.display()))?;
        }
    }
    Ok(())
}

/// Writes what every page needs to `main`, the other parts and their loader into `package`.
fn split(compiled: &Path, main: &Path, package: &Path) -> Result<()> {
    let program = fs::read(compiled).with_context(|| format!("cannot read {}", compiled.display()))?;
    let main_module = format!("./{OUTPUT_NAME}.js");
    let mut options = wasm_split_cli_support::Options::new(&program);
    options.output_dir = package;
    options.main_out_path = main;
    options.link_name = LOADER;
    options.main_module = &main_module;
    let parts = wasm_split_cli_support::transform(options)
        .map_err(|error| anyhow!("{error:#}"))
        .context("cannot split the program\n  remedy: it must be linked with --emit-relocs, see .cargo/config.toml")?;
    for part in &parts.split_modules {
        let file = package.join(part);
        let bare = without_names(&fs::read(&file)?).with_context(|| format!("cannot read {}", file.display()))?;
        fs::write(&file, bare)?;
    }
    let manifest = package.join(MANIFEST);
    fs::write(&manifest, serde_json::to_vec(&parts.prefetch_map)?)
        .with_context(|| format!("cannot write {}", manifest.display()))
}

/// A part without the names of its functions, which only a debugger reads: a third of its size. What wasm-bindgen binds
/// loses them there.
fn without_names(part: &[u8]) -> Result<Vec<u8>> {
    let mut bare = Module::new();
    for payload in Parser::new(0).parse_all(part) {
        let payload = payload?;
        let is_named =
            matches!(&payload, Payload::CustomSection(section) if ["name", "producers"].contains(&section.name()));
        if let Some((id, range)) = payload.as_section().filter(|_| !is_named) {
            let data = &part[usize::try_from(range.start)?..usize::try_from(range.end)?];
            bare.section(&RawSection { id, data });
        }
    }
    Ok(bare.finish())
}

/// Writes `benchwatch.js`, `benchwatch.wasm` and the snippets into `package`.
fn bind(main: &Path, package: &Path) -> Result<()> {
    let snippets = package.join("snippets");
    if snippets.is_dir() {
        fs::remove_dir_all(&snippets)?;
    }
    // The parts are linked to the main program by the linker's names.
    Bindgen::new()
        .input_path(main)
        .web(true)?
        .typescript(false)
        .keep_lld_exports(true)
        .demangle(false)
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
