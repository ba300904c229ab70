#!/usr/bin/env bash
# How much of our output is equal to strace's: runs the comparisons with strace 7.2 and adds them up. Differences are printed
# as they are found; tests/differential/known.rs lists those that are known and right, with reasons. Fails if more than
# 0.1 % of the lines differ.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0
run() { cargo test --locked "$@" 2>&1 | tee -a "$work/said" | grep -vE '^test |^running|^$' >&2 || failed=1; }
run --release --package syscalls --test recorded -- --nocapture
run --release --package syscalls --test census -- --nocapture
run --package kubectl-strace --test integration -- --test-threads "$(nproc)" --nocapture differential::
run --package kubectl-strace --test integration -- --nocapture kernel::traces
awk '
	match($0, /[0-9]+ lines compared, [0-9]+ different/) {
		split(substr($0, RSTART, RLENGTH), words, " ")
		compared += words[1]; different += words[4]
	}
	match($0, /[0-9]+ recorded lines/) { split(substr($0, RSTART), words, " "); recorded += words[1] }
	match($0, /[0-9]+ programs/) { split(substr($0, RSTART), words, " "); programs += words[1] }
	/^test result: FAILED/ { failed = 1 }
	END {
		all = compared + recorded
		printf "fidelity: %d programs, %d lines of traces and %d recorded lines compared with strace 7.2, %d different (%.3f %%)\n",
			programs, compared, recorded, different, all ? 100 * different / all : 100
		exit failed || !compared || !recorded || 1000 * different > all
	}' "$work/said"
grep -oE '[0-9]+ structures, [0-9]+ of them compared' "$work/said" | sed 's/^/fidelity: /'
grep -oE '^[0-9]+ calls are described: [^.]*' docs/coverage.md | sed 's/^/fidelity: /'
