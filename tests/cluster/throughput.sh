#!/usr/bin/env bash
# Builds the tracer whose engine makes events as fast as they are taken, and prints the path of an image with it: an image
# for one test, of this machine's own processor.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
cache=${XDG_CACHE_HOME:-$HOME/.cache}/kubectl-strace
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$cache/target}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# A target directory of its own: with another feature it is another program under the same name. It is not shipped, so it
# need not be small.
export CARGO_PROFILE_TRACER_LTO=off CARGO_PROFILE_TRACER_CODEGEN_UNITS=16 CARGO_PROFILE_TRACER_OPT_LEVEL=2
CARGO_TARGET_DIR=$cache/synthetic-target tracer-image/build.sh "$(uname -m)" "$work" --features synthetic
mkdir -p "$cache/workloads"
cargo run --quiet --locked --release --package oci -- tracer --dist "$work" \
    --out "$cache/workloads/synthetic.tar" --name localhost/kubectl-strace/synthetic:test
echo "$cache/workloads/synthetic.tar"
