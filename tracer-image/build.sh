#!/usr/bin/env bash
# Builds the static tracer: build.sh x86_64|aarch64 DIST [OPTION-OF-CARGO...], into DIST/ARCH/tracer.
#
# Releases use musl. If rustup cannot add that target, the gnu target with a static C library is good enough for development:
# glibc linked statically is LGPL and twice as large, so such a binary is never released.
set -euo pipefail

arch=${1:?usage: build.sh x86_64|aarch64 DIST}
dist=${2:?usage: build.sh x86_64|aarch64 DIST}
shift 2
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cd "$here/.."
target_dir=${CARGO_TARGET_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/kubectl-strace/target}
musl=$arch-unknown-linux-musl

has_target() { [ -d "$(rustc --print sysroot)/lib/rustlib/$1" ]; }

if ! has_target "$musl"; then
    echo "tracer: adding the Rust target $musl" >&2
    rustup target add "$musl" >&2 || true
fi
if has_target "$musl"; then
    target=$musl
    # The bundled linker and C library need no cross gcc.
    flags="-C linker=rust-lld -C link-self-contained=yes -C target-feature=+crt-static"
    # Small: relocations as a bitmap instead of 24 bytes
    # for each pointer of a table, and no tables for the unwinder, which is not linked (tracer/src/unwinding.rs).
    flags+=" -C link-arg=--pack-dyn-relocs=relr -C link-arg=--no-eh-frame-hdr -C link-arg=-T$here/discard.ld"
elif [ "$arch" = "$(uname -m)" ]; then
    target=$arch-unknown-linux-gnu
    flags="-C target-feature=+crt-static"
    echo "tracer: no Rust target $musl (rustup target add failed); using $target, for development only" >&2
else
    echo "tracer: no Rust target $musl and no other way to build for $arch here; add it with: rustup target add $musl" >&2
    exit 3
fi
env "CARGO_TARGET_$(echo "$target" | tr a-z- A-Z_)_RUSTFLAGS=$flags" \
    cargo build --quiet --locked --profile tracer --package tracer --target "$target" --target-dir "$target_dir" "$@"
mkdir -p "$dist/$arch"
# A new file, not new bytes in the old one: while a tracer runs from there, writing fails with "text file busy".
cp "$target_dir/$target/tracer/tracer" "$dist/$arch/.tracer.new"
mv "$dist/$arch/.tracer.new" "$dist/$arch/tracer"
echo "tracer: $dist/$arch/tracer, $(stat -c %s "$dist/$arch/tracer") bytes, $target" >&2
