#!/usr/bin/env bash
# What tracing costs a pod: four threads of file calls, and an epoll server, in a container with a CPU request of 1 and in
# one with a limit of 1, beside a pod that computes on every CPU. strace in an ephemeral container (`kubectl debug`), ours
# in its own container and in the target's; each writes to a file (ours on the client). Needs the node of `make node-load`.
# Prints every round, then the medians.
#
#   tests/bench/pod.sh [ROUNDS]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
export LC_ALL=C
rounds=${1:-5}
node=tests/cluster/node.sh
eval "$("$node" env)"
export PATH=$PWD/dist:$PATH
work=$(mktemp -d)
space=bench-$$
ended() {
    kubectl delete namespace "$space" --wait=false >/dev/null 2>&1 || true
    rm -rf "$work"
}
trap ended EXIT
# shellcheck source=tests/bench/peers.sh
source tests/bench/peers.sh
for image in $(tests/workloads/build.sh calls probe strace 2>/dev/null); do "$node" load "$image" >/dev/null; done
kubectl create namespace "$space" >/dev/null

# pod NAME IMAGE RESOURCES WORD...
pod() {
    local name=$1 image=$2 resources=$3
    shift 3
    kubectl apply -n "$space" -f - >/dev/null <<POD
apiVersion: v1
kind: Pod
metadata: {name: $name}
spec:
  terminationGracePeriodSeconds: 0
  containers:
    - name: app
      image: localhost/kubectl-strace/$image:test
      imagePullPolicy: Never
      command: [$(printf '"%s",' "$@")]
      resources: $resources
POD
    kubectl wait -n "$space" --for=condition=Ready "pod/$name" --timeout=60s >/dev/null
}

# The process of a pod's container, by its id on the host.
process() {
    local id
    id=$(kubectl get pod -n "$space" "$1" -o 'jsonpath={.status.containerStatuses[0].containerID}')
    { grep -ls "${id#*//}" /proc/[0-9]*/cgroup || true; } | sed 's|/proc/\(.*\)/cgroup|\1|' | sort -n | while read -r pid; do
        [ "$(cat "/proc/$pid/comm" 2>/dev/null)" != calls ] || { echo "$pid"; break; }
    done
}

lines() { kubectl logs -n "$space" "$1" -c app | grep -c . || true; }
# The seconds of the first round that certainly begins after now: the log lags behind.
turn() {
    local name=$1 from
    from=$(($(lines "$name") + 3))
    for ((tries = 400; $(lines "$name") < from; tries--)); do
        ((tries > 0)) || { say "$name has not done a turn in two minutes"; return 1; }
        sleep 0.3
    done
    kubectl logs -n "$space" "$name" -c app | sed -n "${from}p"
}

traced() {
    local name=$1 peer=$2 pid=$3 tracer= result
    case $peer in
    strace)
        kubectl debug -n "$space" "$name" --image=localhost/kubectl-strace/strace:test --image-pull-policy=Never \
            --target=app --profile=general -c "strace-$round" -- strace -f -p 1 -o /tmp/out >/dev/null 2>&1
        ;;
    agent | target)
        kubectl strace -n "$space" "$name" -f -p 1 --place "$peer" --force -o "$work/out" >/dev/null 2>"$work/err" &
        tracer=$!
        ;;
    esac
    if [ "$peer" != alone ]; then wait_until_traced "$pid" strace; fi
    result=$(turn "$name")
    if [ "$peer" = strace ]; then
        # Its container ends with it.
        kill -TERM "$(grep -h '^TracerPid:' "/proc/$pid/status" | cut -f2)"
    elif [ -n "$tracer" ]; then
        kill -INT "$tracer"
        wait "$tracer" || true
    fi
    until grep -qs '^TracerPid:.0$' "/proc/$pid/status"; do sleep 0.05; done
    echo "$result"
}

peers=(strace agent target)
wait_until_traced() {
    local tries=6000
    while grep -qs '^TracerPid:.0$' "/proc/$1/task"/*/status; do
        ((tries-- > 0)) || { say "$2 does not trace every thread of $1"; return 1; }
        sleep 0.01
    done
}

echo "machine: $(nproc) processors, $(sed -n 's/^model name\t*: //p' /proc/cpuinfo | head -n 1), Linux $(uname -r)"
echo "method:  $rounds interleaved rounds; seconds of the program's own clock; a neighbour computes on every CPU (request 1)"
echo
pod neighbour probe '{"requests":{"cpu":"1"}}' /busy 0 "$(nproc)"
echo "seconds"
echo "workload count round alone ${peers[*]}"
while read -r name resources workload count; do
    pod "$name" calls "$resources" /calls "$workload" "$count" loop
    pid=$(process "$name")
    for ((round = 1; round <= rounds; round++)); do
        line="$name $count $round"
        for peer in alone "${peers[@]}"; do line+=" $(traced "$name" "$peer" "$pid")"; done
        echo "$line"
    done
    kubectl delete pod -n "$space" "$name" --now >/dev/null
done <<'RUNS' | tee "$work/runs"
threads-request {"requests":{"cpu":"1"}} threads 20000
threads-limit {"limits":{"cpu":"1"}} threads 20000
service-request {"requests":{"cpu":"1"}} service 5000
service-limit {"limits":{"cpu":"1"}} service 5000
RUNS

echo
echo "medians: added microseconds for each call or answer [least to most], and how many times as much as ours in the target's container"
medians <"$work/runs"
