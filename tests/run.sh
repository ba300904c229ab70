#!/usr/bin/env bash
# Every test: unit tests of the packages, then the one integration binary (differential against strace, and the real
# node). Called by `make test`, which has built dist/ and started the node.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

say() { echo "test: $*" >&2; }

if [ "$(id -u)" = 0 ] && ! command -v gcc >/dev/null; then
    say "installing gcc, for the programs that are traced"
    DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends gcc libc6-dev >/dev/null
fi

if [ "$(id -u)" = 0 ] && ! command -v jq >/dev/null; then
    say "installing jq, which reads traces as data"
    DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends jq >/dev/null
fi

processors=$(nproc)

say "the packages"
# Most of the tracer's tests wait most of the time.
tests/tries.sh --release --quiet --locked --workspace --exclude kubectl-strace -- --test-threads $((2 * processors))
tests/tries.sh --quiet --locked --package kubectl-strace --bins

say "workload images"
tests/workloads/build.sh >/dev/null

# Build this once here, not while the tests that share the node wait for it.
tests/cluster/node.sh older-apiserver-build
tests/cluster/node.sh metrics-server-build

# One kind after another: programs that are compared call by call need a calm machine, most cluster tests wait most of
# the time, and some need the whole machine.
integration() {
    local threads=$1
    shift
    tests/tries.sh --locked --package kubectl-strace --test integration -- --test-threads "$threads" "$@"
}
say "the differential tests"
integration "$processors" differential:: "$@"
say "the engine"
integration 1 engine:: "$@"
say "on another kernel"
integration "$processors" kernel:: "$@"
say "the cluster tests"
integration $((2 * processors)) cluster:: "$@"

# Last, because it needs a machine without the node.
say "the node leaves nothing"
tests/cluster/node.sh down
tests/cluster/leaves-nothing.sh run
say "all well"
