#!/usr/bin/env bash
# Makes a Rust toolchain with the wasm32-unknown-unknown standard library where rustup cannot
# download one: Debian's own rustc is unpacked into a private folder (nothing on the system is
# replaced), its WASM standard library is built once from Debian's sources, and the result is
# linked into rustup under a name of its own.
#
# Idempotent: what is already there is only linked. Variables:
#   PREFIX       where the toolchain lives (required)
#   NAME         its name in rustup (debian-wasm)
#   APT_UPDATED  1 when `apt-get update` has already run
set -euo pipefail

PREFIX=${PREFIX:?the folder for the toolchain}
NAME=${NAME:-debian-wasm}
APT_UPDATED=${APT_UPDATED:-0}
TARGET=wasm32-unknown-unknown
TOOLCHAIN=$PREFIX/toolchain
WORK=

say() { printf '     %s\n' "$*" >&2; }
fail() { printf 'error: %s\n' "$*" >&2; exit 1; }
as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi; }
clean_up() { [ -z "$WORK" ] || rm -rf "$WORK"; }
trap clean_up EXIT

apt_update() {
  [ "$APT_UPDATED" = 1 ] || { say "apt-get update"; as_root apt-get update -qq; APT_UPDATED=1; }
}

# Installs those of the named packages that are missing.
apt_need() {
  local missing=() package
  for package in "$@"; do
    dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
  done
  [ ${#missing[@]} = 0 ] && return
  say "apt-get install ${missing[*]}"
  as_root env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
}

is_complete() {
  compgen -G "$PREFIX/.done-*" >/dev/null &&
    compgen -G "$TOOLCHAIN/lib/rustlib/$TARGET/lib/libstd-*.rlib" >/dev/null &&
    "$TOOLCHAIN/bin/rustc" --version >/dev/null 2>&1
}

# Downloads Debian's packages and lays their files out as a rustup toolchain.
unpack_toolchain() {
  local host=$1 multiarch=$2 std_package dependencies llvm file
  apt_need patchelf gcc libc6-dev
  std_package=$(apt-cache depends libstd-rust-web-dev | awk '/Depends: libstd-rust-web-/{print $2; exit}')
  say "downloading Debian's rustc, cargo, clippy, rustfmt and library sources"
  ( cd "$WORK"
    apt-get download -qq rustc-web cargo-web "$std_package" libstd-rust-web-dev \
      rust-web-src rustfmt-web rust-web-clippy 2>/dev/null )
  for file in "$WORK"/*.deb; do dpkg -x "$file" "$WORK/x"; done

  # The shared libraries and the linker that this rustc was built against.
  dependencies=$(for file in "$WORK"/*.deb; do dpkg -f "$file" Depends; done | tr ',|' '\n\n' |
    awk '{print $1}' | grep -E '^lib' | grep -v -E '^libstd-rust|^libc-dev' | sort -u)
  llvm=$(grep -oE '^libllvm[0-9]+' <<<"$dependencies" | head -1)
  llvm=${llvm#libllvm}
  # shellcheck disable=SC2086
  apt_need $dependencies "lld-$llvm"

  rm -rf "$TOOLCHAIN"
  mkdir -p "$TOOLCHAIN/bin" "$TOOLCHAIN/lib/rustlib/src/rust"
  cp "$WORK"/x/usr/bin/{rustc,rustdoc,rustfmt,cargo-fmt,cargo-clippy,clippy-driver,cargo} "$TOOLCHAIN/bin/"
  cp "$WORK/x/usr/lib/$multiarch"/librustc_driver-*.so "$TOOLCHAIN/lib/"
  cp -a "$WORK/x/usr/lib/rustlib/$host" "$TOOLCHAIN/lib/rustlib/"
  cp -a "$WORK"/x/usr/src/rustc-*/library "$TOOLCHAIN/lib/rustlib/src/rust/library"
  for file in rustc rustdoc rustfmt clippy-driver; do
    # shellcheck disable=SC2016
    patchelf --set-rpath '$ORIGIN/../lib' "$TOOLCHAIN/bin/$file"
  done
  mkdir -p "$TOOLCHAIN/lib/rustlib/$host/bin"
  ln -sf "/usr/lib/llvm-$llvm/bin/lld" "$TOOLCHAIN/lib/rustlib/$host/bin/rust-lld"
}

# Builds std for WASM with the unpacked toolchain and puts it where rustc looks for it.
build_wasm_std() {
  say "building the standard library for $TARGET (about a minute)"
  mkdir -p "$WORK/stdgen/src"
  echo '#![no_std]' > "$WORK/stdgen/src/lib.rs"
  printf '[package]\nname = "stdgen"\nversion = "0.0.0"\nedition = "2021"\n[workspace]\n[profile.release]\ndebug = 0\n' \
    > "$WORK/stdgen/Cargo.toml"
  ( cd "$WORK/stdgen"
    unset RUSTUP_TOOLCHAIN CARGO_ENCODED_RUSTFLAGS CARGO_BUILD_TARGET CARGO_TARGET_DIR CARGO_BUILD_RUSTFLAGS
    PATH=$TOOLCHAIN/bin:$PATH RUSTC=$TOOLCHAIN/bin/rustc RUSTC_WRAPPER= RUSTC_BOOTSTRAP=1 \
      RUSTFLAGS=-Cembed-bitcode=yes \
      "$TOOLCHAIN/bin/cargo" build -q --release --target $TARGET --target-dir "$WORK/target" \
        -Zbuild-std=std,panic_abort,proc_macro,test \
        -Zbuild-std-features=panic-unwind,compiler-builtins-mem )
  mkdir -p "$TOOLCHAIN/lib/rustlib/$TARGET/lib"
  cp "$WORK/target/$TARGET"/release/deps/lib*.rlib "$TOOLCHAIN/lib/rustlib/$TARGET/lib/"
  rm -f "$TOOLCHAIN/lib/rustlib/$TARGET/lib"/libstdgen-*.rlib
}

if ! is_complete; then
  command -v apt-get >/dev/null || fail "this way needs Debian or a relative of it (no apt-get found)"
  case $(uname -m) in
    x86_64) host=x86_64-unknown-linux-gnu multiarch=x86_64-linux-gnu ;;
    aarch64) host=aarch64-unknown-linux-gnu multiarch=aarch64-linux-gnu ;;
    *) fail "no recipe for the processor $(uname -m)" ;;
  esac
  apt_update
  version=$(apt-cache policy rustc-web | awk '/Candidate:/{print $2}')
  [ -n "$version" ] && [ "$version" != "(none)" ] || fail "apt offers no package rustc-web"
  say "making a private toolchain from Debian's rustc $version in $TOOLCHAIN"
  mkdir -p "$PREFIX"
  WORK=$(mktemp -d "${TMPDIR:-/var/tmp}/rust-wasm.XXXXXX")
  chmod 755 "$WORK"
  rm -f "$PREFIX"/.done-*
  unpack_toolchain "$host" "$multiarch"
  build_wasm_std
  touch "$PREFIX/.done-$version"
fi
rustup toolchain link "$NAME" "$TOOLCHAIN"
