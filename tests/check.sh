#!/usr/bin/env bash
# The checks of `make check`: rustfmt, imports in circles, clippy with warnings denied, cargo-deny.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

say() { echo "check: $*" >&2; }

# cargo-deny is built once into the cache; its version is pinned so that a new one cannot break an old commit.
DENY_VERSION=0.20.2
tools=${XDG_CACHE_HOME:-$HOME/.cache}/kubectl-strace/tools
deny=$tools/cargo-deny-$DENY_VERSION/bin/cargo-deny

rustup component list --installed 2>/dev/null | grep -q '^rustfmt' || rustup component add rustfmt
rustup component list --installed 2>/dev/null | grep -q '^clippy' || rustup component add clippy

say "rustfmt"
cargo fmt --all --check
say "imports in circles"
tests/circles.py
say "clippy"
cargo clippy --release --quiet --locked --workspace --all-targets -- --deny warnings
if [ ! -x "$deny" ]; then
    say "building cargo-deny $DENY_VERSION, once (some minutes)"
    cargo install --quiet --locked --root "$tools/cargo-deny-$DENY_VERSION" "cargo-deny@$DENY_VERSION"
fi
say "cargo-deny: licences, sources, bans"
"$deny" --log-level error check licenses sources bans
# The advisories need a database that git downloads; a machine without access to it checks the rest.
if "$deny" --log-level error fetch 2>/dev/null; then
    say "cargo-deny: advisories"
    "$deny" --log-level error check --disable-fetch advisories
else
    say "cargo-deny: the advisory database cannot be fetched here; advisories were NOT checked"
fi
say "all well"
