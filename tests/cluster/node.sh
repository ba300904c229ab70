#!/usr/bin/env bash
# A real one-machine Kubernetes node for the tests: etcd, API server, controller manager, scheduler,
# kubelet, containerd and runc, nothing imitated. `node.sh help` says what it can do.
#
# Everything built is kept in a cache; everything that runs lives in one directory, one cgroup, one
# private mount namespace and one bridge, all of a fixed name. So `down` need not know what a run
# did, or how it died: it ends what is in our cgroup and removes what has our name.
set -euo pipefail
export LC_ALL=C
umask 022

HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
readonly HERE

readonly KUBERNETES_VERSION=v1.36.3   # also in node/go.mod, which a check below holds it against
readonly OLDER_VERSION=v1.29.15       # also in older-apiserver/go.mod: its exec leaves WebSocket to the kubelet
readonly METRICS_VERSION=v0.9.0
readonly CONTAINERD_VERSION=v2.4.2
readonly RUNC_VERSION=v1.5.1
readonly GO_VERSION=1.26.8            # fetched where there is none from 1.21 on; these versions need 1.26.6
readonly PAUSE_IMAGE=kubectl-strace.test/pause:1

readonly NAME=kubectl-strace-node
# One place for the machine, not for the user: the cgroup, the bridge and the ports are the machine's too.
readonly STATE=/var/lib/$NAME
readonly CACHE=${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/kubectl-strace/node
readonly BRIDGE=kstrace0
readonly POD_NETWORK=10.99.77 SERVICE_NETWORK=10.99.78
readonly APISERVER_PORT=16443 OLDER_PORT=16444 ETCD_PORT=16379 ETCD_PEER_PORT=16380
readonly KUBELET_PORT=16250 KUBELET_HEALTH_PORT=16248 CONTROLLER_PORT=16257 SCHEDULER_PORT=16259 METRICS_PORT=16260
readonly KUBECONFIG_FILE=$STATE/admin.kubeconfig
readonly CONTAINERD_SOCKET=$STATE/containerd.sock

STARTED=$(date +%s%N)
readonly STARTED

# Plain words for whoever waits, with the time since the start; on stderr, because `env` is read by a shell.
say() {
	local ms=$((($(date +%s%N) - STARTED) / 1000000))
	printf '[%3d.%01d s] %s\n' $((ms / 1000)) $((ms % 1000 / 100)) "$*" >&2
}

die() {
	printf 'node: %s\n' "$1" >&2
	shift
	(($# == 0)) || printf '      %s\n' "$@" >&2
	exit 1
}

# shellcheck source-path=SCRIPTDIR
source "$HERE/install.sh"
# shellcheck source-path=SCRIPTDIR
source "$HERE/build.sh"
# shellcheck source-path=SCRIPTDIR
source "$HERE/processes.sh"
# shellcheck source-path=SCRIPTDIR
source "$HERE/certificates.sh"
# shellcheck source-path=SCRIPTDIR
source "$HERE/start.sh"
# shellcheck source-path=SCRIPTDIR
source "$HERE/stop.sh"

usage() {
	cat <<'USAGE'
usage: node.sh COMMAND

  up                 build what is not built, start the node, wait until it takes pods (does nothing when it does)
  down               end everything and leave nothing behind but the cache of built programs
  env                print `export` lines: eval "$(node.sh env)" gives KUBECONFIG and kubectl
  status             say what runs
  load IMAGE.tar     put the images of an OCI-layout (or docker-archive) tar on the node
  logs [LINES]       the last words of every component
  pod-logs-directory print where the kubelet keeps the pods' logs
  build              only build, into the cache
  krew               build krew and its manifest's validator, and print the directory that they are in
  apiserver-stop     end the API server at once (SIGKILL), as a crash would
  apiserver-start    start it again and wait until it serves
  older-apiserver-start  a second, older API server of the same cluster, at https://127.0.0.1:16444; -stop ends it
  metrics-server-start   the metrics API, which nobody serves else; -stop ends it
  kubelet-stop, kubelet-start, containerd-stop, containerd-start    likewise
USAGE
}

# Two callers at once (two tests that both find the node down) must not start it twice.
lock() {
	mkdir -p "$CACHE"
	exec 9>"$CACHE/lock"
	if ! flock -n 9; then
		say "another node.sh is at work; waiting for it (at most 15 minutes)"
		flock -w 900 9 || die "another node.sh still holds $CACHE/lock" "find it with: fuser $CACHE/lock"
	fi
}

main() {
	local command=${1:-help}
	(($# == 0)) || shift
	case $command in
	up)
		require_root_on_linux
		lock
		node_up
		;;
	down)
		require_root_on_linux
		lock
		node_down
		;;
	build)
		lock
		install_packages
		build_all
		;;
	krew)
		lock
		bootstrap_go
		mkdir -p "$CACHE"
		build "$KREW_DIR" "krew" build_krew
		printf '%s\n' "$KREW_DIR"
		;;
	env) node_env ;;
	status) node_status ;;
	load)
		(($# > 0)) || die "load: which tar?" "usage: node.sh load IMAGE.tar..."
		require_running
		load_images "$@"
		;;
	pod-logs-directory) printf '%s\n' "$STATE/pod-logs" ;;
	logs) node_logs "${1:-40}" ;;
	older-apiserver-build | older-apiserver-start)
		lock
		bootstrap_go
		build "$OLDER_DIR" "the API server of Kubernetes $OLDER_VERSION (about 3 minutes on two cores)" build_older_apiserver
		[[ $command == older-apiserver-build ]] && return
		require_running
		restart_component older-apiserver
		;;
	metrics-server-build | metrics-server-start)
		lock
		bootstrap_go
		mkdir -p "$CACHE"
		build "$METRICS_DIR" "the metrics server $METRICS_VERSION (about 2 minutes on two cores)" build_metrics_server
		[[ $command == metrics-server-build ]] && return
		require_running
		restart_component metrics-server
		;;
	metrics-server-stop)
		require_running
		# An API that nobody serves keeps namespaces from being deleted.
		render metrics.yaml | kubectl delete --ignore-not-found -f - >/dev/null
		stop_component metrics-server
		;;
	apiserver-stop | older-apiserver-stop | kubelet-stop | containerd-stop)
		require_running
		stop_component "${command%-stop}"
		;;
	apiserver-start | kubelet-start | containerd-start)
		require_running
		restart_component "${command%-start}"
		;;
	help | -h | --help) usage ;;
	*)
		usage >&2
		die "no such command: $command"
		;;
	esac
}

main "$@"
