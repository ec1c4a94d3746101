//! Rebuilds the server when a migration changes, which cargo would not notice by itself.

fn main() {
    println!("cargo:rerun-if-changed=../migrations");
}
