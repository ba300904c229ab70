#!/usr/bin/env bash
# What tracing costs servers: requests per second of nginx, a Go and a Java server, alone and with each tracer attached to
# all of their processes, in interleaved runs. Prints every run, then the medians.
#
#   tests/bench/servers.sh [ROUNDS [SECONDS]]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
export LC_ALL=C
rounds=${1:-7} seconds=${2:-3}
work=$(mktemp -d)
servers=()
ended() {
    ((${#servers[@]} == 0)) || kill "${servers[@]}" 2>/dev/null || true
    wait
    rm -rf "$work"
}
trap ended EXIT
# shellcheck source=tests/bench/peers.sh
source tests/bench/peers.sh

if ! command -v wrk >/dev/null; then
    say "installing wrk"
    DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends wrk >/dev/null
fi

declare -A first port
while read -r name number command; do
    # ~ stands for a blank within a word.
    read -ra words <<<"$command"
    "${words[@]//\~/ }" >/dev/null 2>&1 &
    servers+=($!)
    first[$name]=$! port[$name]=$number
done < <(tests/servers.sh "$work")
for name in nginx go java; do
    until (exec 3<>"/dev/tcp/127.0.0.1/${port[$name]}") 2>/dev/null; do sleep 0.1; done
    # Do not measure what a server loads for its first request.
    wrk -t1 -c4 -d2s "http://127.0.0.1:${port[$name]}/" >/dev/null
done

echo_machine
echo "method:  $rounds interleaved rounds; wrk -t1 -c4 -d${seconds}s beside the server; everything decoded, into a file"
echo

# Requests a second.
load() { wrk -t1 -c4 "-d${seconds}s" "http://127.0.0.1:${port[$1]}/" | sed -n 's/^Requests\/sec: *//p'; }

traced() {
    local name=$1 peer=$2 pid=${first[$1]} tracer=
    if [ "$peer" != alone ]; then
        local all=("$pid")
        mapfile -t -O 1 all < <(pgrep -P "$pid")
        local whom=("${all[@]/#/-p}")
        # It takes them as one argument.
        [ "$peer" != perf ] || whom=("-p$(IFS=, && echo "${all[*]}")")
        (trace "$peer" all -f "${whom[@]}") >/dev/null 2>"$work/err" &
        tracer=$!
        wait_until_traced "${all[-1]}" "$peer"
    fi
    load "$name"
    if [ -n "$tracer" ]; then
        kill -INT "$tracer"
        wait "$tracer" || true
        rm -f "$work/out"*
    fi
}

peers=(${peers[@]/lurk/}) # it attaches to one process only
echo "requests a second"
echo "server round alone ${peers[*]}"
for name in nginx go java; do
    for ((round = 1; round <= rounds; round++)); do
        line="$name $round"
        for peer in alone "${peers[@]}"; do line+=" $(traced "$name" "$peer")"; done
        echo "$line"
    done
done | tee "$work/runs"

echo
echo "medians: added microseconds for each request [least to most], and how many times as much as ours (median of the rounds')"
awk '{ printf "%s 1 %s", $1, $2; for (i = 3; i <= NF; i++) printf " %.9f", 1 / $i; print "" }' "$work/runs" | medians
