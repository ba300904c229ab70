#!/usr/bin/env bash
# The demo: an example web server without a shell in its image, a client that sends requests, a missing configuration file,
# and kubectl strace showing it. Called by `make demo`, which has built everything and started the node.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

step() { printf '\n\033[1m== %s\033[0m\n' "$*"; }
show() {
    printf '\033[1m$ %s\033[0m\n' "$*"
    "$@"
}

eval "$(make --silent node-env)"
PATH=$PWD/dist:$PATH

step "an example web server (pod api, container app), and a client that asks it"
mapfile -t images < <(tests/workloads/build.sh api client)
tests/cluster/node.sh load "${images[@]}"
kubectl delete --ignore-not-found --wait --timeout=60s -f manifests/example/ >/dev/null
show kubectl apply -f manifests/example/
show kubectl wait --for=condition=Ready --timeout=60s -f manifests/example/

step "what does it look for? (for 5 seconds; you would press Ctrl-C)"
printf '\033[1m$ kubectl strace pod/api -e trace=file\033[0m\n'
timeout --signal=INT 5 kubectl strace pod/api -e trace=file | tee dist/demo.txt || true
grep -q 'openat(AT_FDCWD, "/etc/api/config.yaml", O_RDONLY|O_CLOEXEC) = -1 ENOENT' dist/demo.txt || {
    echo "demo: the missing configuration file did not show up" >&2
    exit 1
}

step "everything, one file for each thread (for 3 seconds)"
rm -rf traces
printf '\033[1m$ kubectl strace --ff --out ./traces pod/api\033[0m\n'
timeout --signal=INT 3 kubectl strace --ff --out ./traces pod/api || true
show ls -l traces

step "what to look at"
cat <<'E2'
The lines ending in ENOENT above: the server has no configuration file and falls back silently.
  traces/api.app.*            one file for each thread; strace-log-merge ./traces/api.app puts them in one order
Go on by hand:
  eval "$(make -s node-env)"; PATH=$PWD/dist:$PATH
  kubectl strace pod/api -e trace=network -T
  kubectl strace pod/api -y -e openat,read,close -o api.txt
  make node-down              when you have seen enough: nothing stays
E2
