# The tracers for the benchmarks. Source it with $work set to a directory. Sets $peers, their names.
# shellcheck shell=bash disable=SC2154

strace=tests/oracle/strace.sh
ours=${OURS:-dist/$(uname -m)/tracer}
tools=${XDG_CACHE_HOME:-$HOME/.cache}/kubectl-strace/tools
LURK_VERSION=0.3.14
lurk=$tools/lurk-$LURK_VERSION/bin/lurk
say() { echo "bench: $*" >&2; }
if ! perf trace -o "$work/out" true 2>/dev/null && [ "$(id -u)" = 0 ]; then
    say "installing linux-perf"
    DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends linux-perf >/dev/null 2>&1 || true
fi
if [ ! -x "$lurk" ]; then
    say "building lurk $LURK_VERSION"
    cargo install --quiet --locked --root "$tools/lurk-$LURK_VERSION" "lurk-cli@$LURK_VERSION" || say "lurk does not build here"
fi

# peers NAME: how that tracer traces into $work/out. Its other output is ignored, unless it fails.
peers=(strace)
perf trace -o "$work/out" true 2>/dev/null && peers+=(perf) || say "perf trace does not work here"
[ ! -x "$lurk" ] || peers+=(lurk)
# It only resumes: no tracer that stops its tracees can be cheaper.
cc -std=gnu11 -O2 -o "$work/floor" tests/bench/floor.c
peers+=(floor ours)
# trace PEER CALLS FOLLOWS ARGUMENT...: CALLS is all, or a call's name; FOLLOWS is -f or nothing.
trace() {
    local peer=$1 calls=$2 follows=$3
    shift 3
    # shellcheck disable=SC2086
    case $peer in
    strace) exec "$strace" -o "$work/out" -e trace="$calls" $follows "$@" ;;
    ours) exec "$ours" -o "$work/out" -e trace="$calls" $follows "$@" ;;
    lurk) exec "$lurk" --file "$work/out" $([ "$calls" = all ] || echo --expr "trace=$calls") $follows "$@" ;;
    floor) exec "$work/floor" $follows "$@" ;;
    perf) exec perf trace -o "$work/out" $([ "$calls" = all ] || echo -e "$calls") $([ "$follows" ] || echo --no-inherit) "$@" ;;
    esac
}

# What was measured, and with which versions.
echo_machine() {
    echo "machine: $(nproc) processors, $(sed -n 's/^model name\t*: //p' /proc/cpuinfo | head -n 1), Linux $(uname -r)"
    echo "peers:   $("$strace" -V | head -n 1); $(perf --version 2>/dev/null || echo no perf); $("$lurk" --version 2>/dev/null || echo no lurk); ours: $("$ours" -V | head -n 1)"
}

# Waits until every thread of a process is traced. For a peer that does not use ptrace this is not visible: it gets a second.
# Fails if that has not happened after 20 seconds.
wait_until_traced() {
    local pid=$1 peer=$2 tries=2000
    if [ "$peer" = perf ]; then
        sleep 1
    else
        while grep -qs '^TracerPid:.0$' "/proc/$pid/task"/*/status; do
            ((tries-- > 0)) || { say "$peer does not trace every thread of $pid"; return 1; }
            sleep 0.01
        done
    fi
    sleep 0.1
}

# Reads lines "NAME COUNT ROUND ALONE PEER..." of seconds, of which each was spent on COUNT.
medians() {
    awk -v peers="${peers[*]}" '
    BEGIN { count = split(peers, peer, " ") }
    {
        if (!($1 in seen)) { seen[$1] = 1; order[++names] = $1 }
        own = ($(4 + count) - $4) / $2 * 1e6
        for (i = 1; i <= count; i++) {
            if ($(4 + i) == "-") continue
            added = ($(4 + i) - $4) / $2 * 1e6
            all[$1, i] = all[$1, i] " " added
            if (own > 0) ratio[$1, i] = ratio[$1, i] " " added / own
        }
    }
    # Sorts into values; returns how many.
    function sorted(text, n, i, j, keep) {
        n = split(text, values, " ")
        for (i = 2; i <= n; i++) { keep = values[i] + 0; for (j = i - 1; j > 0 && values[j] + 0 > keep; j--) values[j + 1] = values[j]; values[j + 1] = keep }
        return n
    }
    function median(n) { return n % 2 ? values[(n + 1) / 2] : (values[n / 2] + values[n / 2 + 1]) / 2 }
    END {
        for (k = 1; k <= names; k++) {
            printf "%-12s", order[k]
            for (i = 1; i <= count; i++) {
                n = sorted(all[order[k], i])
                if (!n) { printf "  %s -", peer[i]; continue }
                printf "  %s %.1f [%.1f to %.1f]", peer[i], median(n), values[1], values[n]
                if (i < count && (n = sorted(ratio[order[k], i]))) printf " %.2fx", median(n)
            }
            print ""
        }
    }'
}
