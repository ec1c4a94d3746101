//! The Debian package: the release program, the site, the systemd units and the documents, laid out as
//! Debian has it and packed by `dpkg-deb`. What the package runs when it is installed or removed lies
//! in `deploy/debian`.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::cargo::{Builder, Profile};
use crate::{announce, process};

/// What a package holds beside the program and the site: where it comes from, where it goes, its mode.
const FILES: [(&str, &str, u32); 9] = [
    ("deploy/systemd/benchwatch.service", "usr/lib/systemd/system/benchwatch.service", 0o644),
    ("deploy/systemd/benchwatch-backup.service", "usr/lib/systemd/system/benchwatch-backup.service", 0o644),
    ("deploy/systemd/benchwatch-backup.timer", "usr/lib/systemd/system/benchwatch-backup.timer", 0o644),
    ("deploy/debian/environment", "etc/benchwatch/environment", 0o640),
    (".env.example", "usr/share/doc/benchwatch/settings", 0o644),
    ("LICENSE", "usr/share/doc/benchwatch/copyright", 0o644),
    ("deploy/debian/postinst", "DEBIAN/postinst", 0o755),
    ("deploy/debian/prerm", "DEBIAN/prerm", 0o755),
    ("deploy/debian/postrm", "DEBIAN/postrm", 0o755),
];

/// Builds the package into `folder` and answers its file. The release program and the site must be built.
///
/// # Errors
/// When a part is missing or cannot be copied, or `dpkg-deb` is missing or refuses the layout.
pub fn build(builder: &Builder, folder: &Path) -> Result<PathBuf> {
    let root = builder.workspace.own.join("deb");
    if root.exists() {
        fs::remove_dir_all(&root)?;
    }
    announce::timed("package", "a Debian package of the program, its site and its units", || {
        let architecture =
            process::output(process::command("dpkg", &builder.workspace.root).arg("--print-architecture"))
                .context("remedy: build the package on Debian or one of its descendants")?;
        lay_out(&builder.workspace.root, &root)?;
        put(&builder.server(Profile::Release), &root.join("usr/bin/benchwatch"), 0o755)?;
        put_folder(&builder.workspace.site(), &root.join("usr/share/benchwatch/site"))?;
        open_to_all(&root)?;
        let control = control(&architecture, size(&root)?);
        fs::write(root.join("DEBIAN/control"), control)?;
        fs::create_dir_all(folder)?;
        let package = folder.join(format!("benchwatch_{}_{}.deb", env!("CARGO_PKG_VERSION"), architecture));
        process::run(
            process::command("dpkg-deb", &builder.workspace.root)
                .args(["--root-owner-group", "-Zxz", "--build"])
                .arg(&root)
                .arg(&package),
            "see the message of dpkg-deb above",
        )?;
        Ok(package)
    })
}

/// Copies everything but the program and the site from the clone at `from`.
fn lay_out(from: &Path, root: &Path) -> Result<()> {
    for (source, place, mode) in FILES {
        put(&from.join(source), &root.join(place), mode)?;
    }
    put_folder(&from.join("docs"), &root.join("usr/share/doc/benchwatch"))?;
    fs::write(root.join("DEBIAN/conffiles"), "/etc/benchwatch/environment\n")?;
    Ok(())
}

fn put(source: &Path, place: &Path, mode: u32) -> Result<()> {
    if let Some(folder) = place.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::copy(source, place)
        .and_then(|_| fs::set_permissions(place, fs::Permissions::from_mode(mode)))
        .with_context(|| format!("cannot copy {} to {}", source.display(), place.display()))
}

/// Puts all files below a folder, readable for everybody.
fn put_folder(source: &Path, place: &Path) -> Result<()> {
    for entry in source.read_dir().with_context(|| format!("cannot read {}", source.display()))? {
        let entry = entry?;
        let target = place.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            put_folder(&entry.path(), &target)?;
        } else {
            put(&entry.path(), &target, 0o644)?;
        }
    }
    Ok(())
}

/// Folders get the mode that Debian wants, whatever the umask was.
fn open_to_all(folder: &Path) -> Result<()> {
    fs::set_permissions(folder, fs::Permissions::from_mode(0o755))?;
    for entry in folder.read_dir()? {
        let path = entry?.path();
        if path.is_dir() {
            open_to_all(&path)?;
        }
    }
    Ok(())
}

/// Bytes of all files below `folder`.
fn size(folder: &Path) -> Result<u64> {
    let mut bytes = 0;
    for entry in folder.read_dir()? {
        let entry = entry?;
        bytes += if entry.file_type()?.is_dir() { size(&entry.path())? } else { entry.metadata()?.len() };
    }
    Ok(bytes)
}

/// The package's description (Debian policy, chapter 5). Its own PostgreSQL runs from the distribution's programs.
fn control(architecture: &str, bytes: u64) -> String {
    format!(
        "Package: benchwatch\n\
         Version: {}\n\
         Architecture: {architecture}\n\
         Maintainer: The benchwatch authors <benchwatch@localhost>\n\
         Section: science\n\
         Priority: optional\n\
         Installed-Size: {}\n\
         Depends: libc6 (>= 2.36), libgcc-s1, ca-certificates, passwd\n\
         Recommends: postgresql (>= 14), postgresql-client (>= 14)\n\
         Description: operational intelligence for laboratories that run on QBench\n \
         benchwatch keeps a complete and current copy of a laboratory's QBench LIMS in\n \
         PostgreSQL and shows in the browser what came in, what is open, what is late\n \
         and where time is lost.\n",
        env!("CARGO_PKG_VERSION"),
        bytes.div_ceil(1024)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_that_a_package_needs_lies_in_the_clone() {
        let clone = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace");
        let root = std::env::temp_dir().join(format!("xtask-deb-{}", std::process::id()));
        lay_out(clone, &root).expect("laid out");
        let mode = |place: &str| fs::metadata(root.join(place)).expect(place).permissions().mode() & 0o777;
        assert_eq!(mode("etc/benchwatch/environment"), 0o640);
        assert_eq!(mode("DEBIAN/postinst"), 0o755);
        let unit = fs::read_to_string(root.join("usr/lib/systemd/system/benchwatch.service")).expect("the unit");
        assert!(unit.contains("ExecStart=/usr/bin/benchwatch serve"));
        assert!(unit.contains("LEPTOS_SITE_ROOT=/usr/share/benchwatch/site"));
        assert!(root.join("usr/share/doc/benchwatch/deployment.md").is_file());
        fs::remove_dir_all(&root).expect("removed");
    }

    #[test]
    fn a_description_names_every_field_that_dpkg_asks_for() {
        let text = control("amd64", 2_000_000);
        for field in
            ["Package: ", "Version: ", "Architecture: amd64", "Maintainer: ", "Installed-Size: 1954", "Description: "]
        {
            assert!(text.lines().any(|line| line.starts_with(field)), "{field}");
        }
        assert!(
            text.lines().skip_while(|line| !line.starts_with("Description")).skip(1).all(|line| line.starts_with(' '))
        );
    }
}
