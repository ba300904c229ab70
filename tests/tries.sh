#!/usr/bin/env bash
# tries.sh CARGO_TEST_ARGUMENT...: `cargo test` with these arguments. Tests that fail are tried once more, one after another,
# because many of them measure or wait beside other tests on a shared machine. A test that passes only then is reported as
# unsteady. Tests that no harm is done have only one try: a target that was harmed once was harmed.
set -euo pipefail

said=$(mktemp)
trap 'rm -f "$said"' EXIT

cargo test --no-fail-fast "$@" 2>&1 | tee "$said" && exit

# libtest ends each binary's report with the names of the failed tests.
mapfile -t failed < <(awk '
	/^failures:$/ { names = ""; next }
	/^    [^ ]+$/ { names = names substr($0, 5) "\n" }
	/^test result: FAILED/ { printf "%s", names }' "$said")
if ((${#failed[@]} == 0)); then
    echo "test: it failed without a test that failed (see above)" >&2
    exit 1
fi
if printf '%s\n' "${failed[@]}" | grep -E 'harm'; then
    echo "test: the above are about harm, and have one try" >&2
    exit 1
fi
if ((${#failed[@]} > 5)); then
    echo "test: ${#failed[@]} tests failed: too many for a busy machine's work" >&2
    exit 1
fi

# Keep the arguments up to `--`; after it, only the names of the tests.
arguments=()
for argument in "$@"; do
    [ "$argument" != -- ] || break
    arguments+=("$argument")
done
echo "test: once more, by themselves: ${failed[*]}" >&2
cargo test --no-fail-fast "${arguments[@]}" -- --exact --test-threads 1 "${failed[@]}"
printf 'test: unsteady, passed at the second try: %s\n' "${failed[@]}" >&2
