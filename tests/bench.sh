#!/usr/bin/env bash
# What tracing costs with our tracer, strace 7.2, `perf trace`, lurk and a tracer that only resumes: the time that a program
# needs alone and under each of them, writing to a file, in interleaved runs, so that noise affects all. Prints every run,
# then the medians.
#
#   tests/bench.sh [ROUNDS [WORKLOAD...]]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export LC_ALL=C

rounds=${1:-7}
shift $(($# > 0 ? 1 : 0))
wanted=" $* "
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# shellcheck source=tests/bench/peers.sh
source tests/bench/peers.sh

cc -std=gnu11 -O2 -pthread -o "$work/calls" tests/workloads/calls/calls.c

echo_machine
echo "method:  $rounds interleaved rounds; seconds of the program's own clock; added = traced - alone, of the same round"
echo

# Fails if a peer that should show COUNT calls or more shows less than a tenth of them: it has not traced.
showed() {
    local peer=$1 count=$2 calls=$3
    case $peer in alone | floor) return ;; esac
    [ "$calls" = all ] || return 0
    [ "$(cat "$work/out"* 2>/dev/null | wc -l)" -ge $((count / 10)) ] || { echo "$peer shows nothing" >&2; return 1; }
}

# The minimum number of its threads.
threads() {
    case $1 in
    many*) echo "${1#many}" ;;
    threads) echo 5 ;;
    *) echo 1 ;;
    esac
}

# Attach to an existing process and its threads before it begins.
attached() {
    local workload=$1 count=$2 peer=$3 calls=$4 follows=$5 pid tracer=
    # It attaches only to a process's first thread.
    [ "$peer" != lurk ] || return 1
    mkfifo "$work/go"
    "$work/calls" "$workload" "$count" wait <"$work/go" >"$work/took" &
    pid=$!
    exec 9>"$work/go"
    # Wait until its threads exist.
    until [ "$(ls "/proc/$pid/task" | wc -l)" -ge "$(threads "$workload")" ]; do sleep 0.05; done
    sleep 0.2
    if [ "$peer" != alone ]; then
        (trace "$peer" "$calls" "$follows" -p "$pid") >/dev/null 2>"$work/err" 9>&- &
        tracer=$!
        wait_until_traced "$pid" "$peer" || { kill "$tracer" "$pid"; return 1; }
    fi
    echo go >&9
    exec 9>&-
    wait "$pid"
    if [ -n "$tracer" ]; then
        [ "$peer" != perf ] || kill -INT "$tracer" 2>/dev/null || true
        wait "$tracer" || case $peer in strace | ours) cat "$work/err" >&2; return 1 ;; esac
    fi
    rm "$work/go"
    showed "$peer" "$count" "$calls" || return 1
    cat "$work/took"
}

spawned() {
    local workload=$1 count=$2 peer=$3 calls=$4 follows=$5
    if [ "$peer" = alone ]; then
        "$work/calls" "$workload" "$count"
        return
    fi
    # Remove the output of the previous peer.
    rm -f "$work/took"
    # Some peers mix the program's output with their own.
    (trace "$peer" "$calls" "$follows" sh -c 'exec "$0" "$1" "$2" >"$3"' "$work/calls" "$workload" "$count" "$work/took") \
        >/dev/null 2>"$work/err" || { cat "$work/err" >&2; return 1; }
    showed "$peer" "$count" "$calls" || return 1
    cat "$work/took"
}

# One row at a time, so that results are visible even if it ends early.
aligned() {
    while read -r name count round rest; do
        # shellcheck disable=SC2086
        printf '%-12s %7s %5s%s\n' "$name" "$count" "$round" "$(printf ' %9s' $rest)"
    done
}

echo "seconds"
echo "workload count round alone ${peers[*]}" | aligned
# NAME HOW WORKLOAD COUNT CALLS FOLLOWS: all calls are made; a filter that names none of them shows what dropping costs.
while read -r name how workload count calls follows; do
    [[ $wanted = "  " || $wanted = *" $name "* ]] || continue
    for ((round = 1; round <= rounds; round++)); do
        line="$name $count $round"
        for peer in alone "${peers[@]}"; do
            # No number for what a peer cannot do.
            line+=" $("$how" "$workload" "$count" "$peer" "$calls" "$follows" 2>"$work/failed" || { head -n 1 "$work/failed" >&2; echo -; })"
            rm -f "$work/out"*
        done
        echo "$line"
    done
done <<'RUNS' | tee "$work/runs" | aligned
bare spawned bare 40000 all
files spawned files 40000 all
threads spawned threads 40000 all -f
threads-p attached threads 40000 all -f
one-p attached many1 40000 all -f
many-p attached many256 40000 all -f
most-p attached many5000 40000 all -f
forks spawned forks 2000 all -f
service spawned service 10000 all
computing spawned computing 10000 all
computing-p attached computing 10000 all -f
filtered spawned files 40000 mount
filtered-t spawned threads 40000 mount -f
filtered-s spawned service 10000 mount
filtered-b spawned files 40000 mount -f --seccomp-bpf
RUNS

echo
echo "medians: added microseconds for each call [least to most], and how many times as much as ours (median of the rounds')"
medians <"$work/runs"
