//! Rebuilds the embedded migrations when a file is added or changed.

fn main() {
    println!("cargo:rerun-if-changed=../migrations");
}
