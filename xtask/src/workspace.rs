//! Where things are: the clone, the shared build folder, the site of this clone.
//! It reads the environment once and creates nothing.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// The folders that every command works with.
#[derive(Debug, Clone)]
pub struct Workspace {
    /// The root of this clone.
    pub root: PathBuf,
    /// Cargo's target folder, shared by all clones unless `CARGO_TARGET_DIR` says otherwise.
    pub target: PathBuf,
    /// The user's cache folder for this project.
    pub cache: PathBuf,
    /// Everything built for this clone alone: the site, stamps, reports.
    pub own: PathBuf,
}

impl Workspace {
    /// Reads the environment.
    ///
    /// # Errors
    /// When neither `XDG_CACHE_HOME` nor `HOME` is set.
    pub fn locate() -> Result<Self> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"))
            .parent()
            .context("xtask lies directly below the workspace root")?
            .to_owned();
        let cache = cache_home()
            .context("neither XDG_CACHE_HOME nor HOME is set\n  remedy: set HOME to a writable folder")?
            .join("benchwatch");
        let target = std::env::var_os("CARGO_TARGET_DIR")
            .filter(|value| !value.is_empty())
            .map_or_else(|| cache.join("target"), |value| root.join(value));
        let own = target.join("site").join(fingerprint(root.to_string_lossy().as_bytes()));
        Ok(Self { root, target, cache, own })
    }

    /// The folder that the server serves files from (`LEPTOS_SITE_ROOT`).
    pub fn site(&self) -> PathBuf {
        self.own.join("public")
    }

    /// The bundle's folder inside the site.
    pub fn package(&self) -> PathBuf {
        self.site().join("pkg")
    }

    /// The file that remembers from which inputs a part was made.
    pub fn stamp(&self, part: &str) -> PathBuf {
        self.own.join("stamps").join(part)
    }
}

fn cache_home() -> Option<PathBuf> {
    let set = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty());
    set("XDG_CACHE_HOME").map(PathBuf::from).or_else(|| set("HOME").map(|home| PathBuf::from(home).join(".cache")))
}

/// A short, stable name for some bytes (FNV-1a, 64 bits): good for cache keys, not for security.
pub fn fingerprint(bytes: &[u8]) -> String {
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    for byte in bytes {
        hash = (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3);
    }
    format!("{hash:016x}")
}

#[cfg(test)]
mod tests {
    use super::fingerprint;

    #[test]
    fn a_fingerprint_is_stable_and_tells_inputs_apart() {
        assert_eq!(fingerprint(b""), "cbf29ce484222325");
        assert_eq!(fingerprint(b"a"), "af63dc4c8601ec8c");
        assert_ne!(fingerprint(b"/home/a/clone"), fingerprint(b"/home/a/clone2"));
    }
}
