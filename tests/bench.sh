#!/usr/bin/env bash
# What tracing costs, ours against strace 7.2: the time that a program needs alone, under strace and under ours, each
# writing to a file, interleaved, so that a noisy machine is noisy for all. Prints every run, then the medians.
#
#   tests/bench.sh [ROUNDS]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export LC_ALL=C

rounds=${1:-7}
strace=tests/oracle/strace.sh
ours=dist/$(uname -m)/tracer
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# "Process N attached" is not news here; what a failure says is.
quiet() { "$@" 2>"$work/err" || { cat "$work/err" >&2; return 1; }; }

cc -O2 -pthread -o "$work/calls" tests/bench/calls.c
"$strace" -V >"$work/version"

echo "machine: $(nproc) processors, $(sed -n 's/^model name\t*: //p' /proc/cpuinfo | head -n 1), Linux $(uname -r)"
echo "peer:    $(head -n 1 "$work/version"), ours: $("$ours" -V | head -n 1)"
echo "method:  $rounds interleaved rounds; seconds of the program's own clock; added = traced - alone, of the same round"
echo

# A process that exists, and its threads, is attached to before it begins.
attached() {
    local workload=$1 calls=$2 pid tracer
    shift 2
    mkfifo "$work/go"
    "$work/calls" "$workload" "$calls" wait <"$work/go" >"$work/took" &
    pid=$!
    exec 9>"$work/go"
    # Until its threads are there.
    sleep 0.2
    tracer=
    if [ $# -gt 0 ]; then
        "$@" -p "$pid" 2>"$work/err" 8>&- 9>&- &
        tracer=$!
        while grep -qs '^TracerPid:.0$' "/proc/$pid/task"/*/status; do sleep 0.01; done
        sleep 0.1
    fi
    echo go >&9
    exec 9>&-
    wait "$pid"
    [ -z "$tracer" ] || wait "$tracer"
    rm "$work/go"
    cat "$work/took"
}

spawned() {
    local workload=$1 calls=$2
    shift 2
    quiet "$@" "$work/calls" "$workload" "$calls"
}

# NAME HOW WORKLOAD CALLS OPTIONS: the calls are all made; a filter that names none of them shows what dropping costs.
while read -r name how workload calls options; do
    read -ra flags <<<"$options"
    for ((round = 1; round <= rounds; round++)); do
        alone=$("$how" "$workload" "$calls")
        theirs=$("$how" "$workload" "$calls" "$strace" -o "$work/out" "${flags[@]}")
        mine=$("$how" "$workload" "$calls" "$ours" -o "$work/out" "${flags[@]}")
        rm -f "$work/out"*
        echo "$name $calls $round $alone $theirs $mine"
    done
done >"$work/runs" <<'RUNS'
bare spawned bare 40000 -e trace=all
files spawned files 40000 -e trace=all
threads spawned threads 40000 -f -e trace=all
threads-p attached threads 40000 -f -e trace=all
service spawned service 10000 -e trace=all
computing spawned computing 10000 -e trace=all
computing-p attached computing 10000 -f -e trace=all
filtered spawned files 40000 -e trace=mount
RUNS

echo "workload      calls round   alone  strace    ours   us/call added: strace    ours   ratio"
awk '{
    theirs = ($5 - $4) / $2 * 1e6; ours = ($6 - $4) / $2 * 1e6
    printf "%-12s %6d %5d %7.3f %7.3f %7.3f %21.2f %7.2f %7.2f\n", $1, $2, $3, $4, $5, $6, theirs, ours, theirs / ours
}' "$work/runs" | tee "$work/table"
echo
echo "medians: added microseconds for each call"
awk '
    { strace[$1] = strace[$1] " " $7; ours[$1] = ours[$1] " " $8; ratio[$1] = ratio[$1] " " $9; if (!seen[$1]++) order[++names] = $1 }
    function median(text, values, n, i, j, keep) {
        n = split(text, values, " ")
        for (i = 2; i <= n; i++) { keep = values[i] + 0; for (j = i - 1; j > 0 && values[j] + 0 > keep; j--) values[j + 1] = values[j]; values[j + 1] = keep }
        return n % 2 ? values[(n + 1) / 2] : (values[n / 2] + values[n / 2 + 1]) / 2
    }
    END { for (i = 1; i <= names; i++) printf "%-12s strace %7.2f  ours %7.2f  ratio %5.2f\n", order[i], median(strace[order[i]]), median(ours[order[i]]), median(ratio[order[i]]) }
' "$work/table"
