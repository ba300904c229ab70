#!/usr/bin/env bash
# Builds the tracer whose engine makes events as fast as they are taken, and prints the path of an image with it: an image
# for one test, of this machine's own processor.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
cache=${XDG_CACHE_HOME:-$HOME/.cache}/kubectl-strace
# A target directory of its own: with another feature it is another program under the same name.
export CARGO_TARGET_DIR=$cache/synthetic-target
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
tracer-image/build.sh "$(uname -m)" "$work" --features synthetic
mkdir -p "$cache/workloads"
target=${KUBECTL_STRACE_TARGET_DIR:-$cache/target}
CARGO_TARGET_DIR=$target cargo run --quiet --locked --release --package oci -- tracer --dist "$work" \
    --out "$cache/workloads/synthetic.tar" --name localhost/kubectl-strace/synthetic:test
echo "$cache/workloads/synthetic.tar"
