#!/usr/bin/env bash
# Does the node leave anything on the machine? Compares the machine before and after.
#
#   leaves-nothing.sh snapshot DIR          write what is compared into DIR
#   leaves-nothing.sh compare BEFORE        print every difference to the machine as it is now; fail when there is one
#   leaves-nothing.sh run                   the test: up, pods, down; then again with everything killed half way
set -euo pipefail
export LC_ALL=C
HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
readonly HERE NAME=kubectl-strace-node

say() { printf 'leaves-nothing: %s\n' "$*" >&2; }

# Other users of the machine start and end processes meanwhile. A process is the node's when it bears
# one of the marks that all bear which the node starts: its cgroup, its programs, its mounts.
node_processes() {
	local dir pid command
	for dir in /proc/[0-9]*; do
		pid=${dir#/proc/}
		[[ $pid != "$$" && $pid != "$BASHPID" ]] || continue
		if grep -qs "$NAME" "$dir/cgroup" "$dir/mountinfo" ||
			[[ $(readlink "$dir/exe" 2>/dev/null) == */kubectl-strace/node/* ]]; then
			command=$(tr '\0' ' ' 2>/dev/null <"$dir/cmdline" | cut -c1-200) || continue
			[[ -z $command ]] || printf '%s %s\n' "$pid" "$command"
		fi
	done
}

# Not those beside our own: a machine that gives every session or command a cgroup has new ones all the time.
cgroups() {
	local own
	own=$(cut -d: -f3 /proc/self/cgroup | sed -n 's|/[^/]*$|/|p' | grep -vx / | sort -u || true)
	find /sys/fs/cgroup -type d 2>/dev/null | if [[ -n $own ]]; then grep -vF "$own"; else cat; fi | sort
}

# What can be set, that is all but readings. Some that root may write cannot be read: grep then fails, rightly.
sysctls() {
	{ find /proc/sys -type f -perm -200 ! -path '*/fs/binfmt_misc/*' ! -name ns_last_pid ! -path '*/route/flush' \
		-exec grep --text -H '' {} + 2>/dev/null || true; } | sort
}

# Rules, chains and policies without comments (which hold the time), counters and empty tables.
packet_filter() {
	local tool
	for tool in iptables-save ip6tables-save; do
		command -v "$tool" >/dev/null || continue
		"$tool" 2>/dev/null | sed -n -e "s/ \[[0-9:]*\]\$//" -e '/^:.* ACCEPT$/d' -e "/^[:-]/s/^/$tool /p"
	done
	if command -v nft >/dev/null; then nft --stateless list ruleset 2>/dev/null; fi
}

# Where Kubernetes, CNI and containerd leave things on an ordinary node, and what has our name.
files() {
	find /run /var/lib /var/log /etc /opt /usr/libexec /tmp -maxdepth 2 2>/dev/null |
		grep -iE '/(kube|cni|containerd|runc|netns|nri|cdi|kubectl-strace)[^/]*' | sort
}

snapshot() {
	local into=$1
	mkdir -p "$into"
	node_processes >"$into/processes"
	sort /proc/mounts >"$into/mounts"
	cgroups >"$into/cgroups"
	ip -oneline link show | awk -F': ' '{ print $2 }' | sort >"$into/interfaces"
	ip -oneline address show | awk '{ print $2, $3, $4 }' | sort >"$into/addresses"
	ip route show table all | sort >"$into/routes"
	lsns --noheadings --output NS,TYPE --type net | sort >"$into/network-namespaces"
	sysctls >"$into/sysctls"
	packet_filter >"$into/packet-filter" || true # nft may not be there
	files >"$into/files" || true                 # grep says 1 when there is none
	ss -Hlntu 2>/dev/null | awk '{ print $1, $5 }' | grep -E ':16[0-9]{3}$' | sort >"$into/listeners" || true
}

# Some things end a moment later than who held them (network namespaces, cgroups), and others' come
# and go: what is still different after ten seconds is left.
compare() {
	local before=$1 now i
	now=$(mktemp -d)
	for ((i = 0; i < 10; i++)); do
		snapshot "$now"
		if diff -r -U0 "$before" "$now" >"$now.difference"; then
			rm -r "$now" "$now.difference"
			say "the machine is as it was"
			return 0
		fi
		sleep 1
	done
	head -n 200 "$now.difference"
	rm -r "$now" "$now.difference"
	say "the machine is not as it was: the lines with + are left, those with - are missing"
	return 1
}

start_pods() {
	eval "$("$HERE/node.sh" env)"
	local image
	image=$(sed -n 's/^readonly PAUSE_IMAGE=//p' "$HERE/node.sh")
	kubectl run one --image="$image" --image-pull-policy=Never >/dev/null
	kubectl run two --image="$image" --image-pull-policy=Never --overrides='{"spec":{"shareProcessNamespace":true}}' >/dev/null
	kubectl wait --for=condition=Ready pod/one pod/two --timeout=60s >/dev/null
}

test_node() {
	local before pid
	if "$HERE/node.sh" status >/dev/null 2>&1 || [[ -e /var/lib/$NAME ]]; then
		say "the node is up; end it first (node.sh down): this test compares with a machine that has none"
		return 2
	fi
	"$HERE/node.sh" build
	before=$(mktemp -d)
	# shellcheck disable=SC2064
	trap "rm -rf '$before'" EXIT
	snapshot "$before"

	say "1. up, two pods, down"
	"$HERE/node.sh" up
	start_pods
	"$HERE/node.sh" down
	compare "$before" || return

	say "2. up is killed half way, then down"
	"$HERE/node.sh" up &
	pid=$!
	sleep 3
	kill -KILL "$pid"
	wait "$pid" 2>/dev/null || true
	"$HERE/node.sh" down
	compare "$before" || return

	say "3. up, two pods; half of all processes killed, records of the others lost; up again; down"
	"$HERE/node.sh" up
	start_pods
	# shellcheck disable=SC2046
	kill -KILL $(find /sys/fs/cgroup -path "*/$NAME/*" -name cgroup.procs -exec cat {} + | sort -u | shuf | awk 'NR % 2') 2>/dev/null || true
	rm /var/lib/$NAME/pids/*
	"$HERE/node.sh" up
	start_pods
	"$HERE/node.sh" down
	compare "$before" || return
}

case ${1:-} in
snapshot) snapshot "${2:?snapshot: into which directory?}" ;;
compare) compare "${2:?compare: with which directory?}" ;;
run) test_node ;;
*)
	sed -n '2,/^set/s/^# \{0,1\}//p' "${BASH_SOURCE[0]}" >&2
	exit 2
	;;
esac
