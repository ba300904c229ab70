#!/usr/bin/env bash
# Does the node leave anything on the machine? Compares the machine before and after a command.
#
#   leaves-nothing.sh snapshot DIR          writes what is to be compared into DIR
#   leaves-nothing.sh compare BEFORE AFTER  prints every difference between two snapshots; fails when there is one
#   leaves-nothing.sh run COMMAND...        both, around COMMAND; without a command: node.sh up, a pod, node.sh down
set -euo pipefail
export LC_ALL=C
HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

# Every process that can be told to be someone's in particular: other users of the machine come and
# go meanwhile, so a process counts when it bears a mark of the node, which all that it starts do:
# its cgroup, its programs, its state directory, or its mount namespace.
node_processes() {
	local dir pid root_namespace
	root_namespace=$(readlink /proc/1/ns/mnt)
	for dir in /proc/[0-9]*; do
		pid=${dir#/proc/}
		[[ $pid != "$$" && $pid != "$BASHPID" ]] || continue
		if grep -qs kubectl-strace-node "$dir/cgroup" ||
			[[ $(readlink "$dir/exe" 2>/dev/null) == */kubectl-strace/node/* ]] ||
			[[ $(readlink "$dir/cwd" 2>/dev/null) == /var/lib/kubectl-strace-node* ]] ||
			[[ -n $(readlink "$dir/exe" 2>/dev/null) && $(readlink "$dir/ns/mnt" 2>/dev/null) != "$root_namespace" ]]; then
			printf '%s %s\n' "$pid" "$(tr '\0' ' ' <"$dir/cmdline" 2>/dev/null | cut -c1-200)"
		fi
	done
}

snapshot() {
	local into=$1
	mkdir -p "$into"
	node_processes >"$into/processes"
	sort /proc/mounts >"$into/mounts"
	# The path of a cgroup is enough: what others' hold changes all the time.
	find /sys/fs/cgroup -type d | sort >"$into/cgroups"
	ip -oneline link show | awk -F': ' '{ print $2 }' | sort >"$into/interfaces"
	ip -oneline address show | awk '{ print $2, $3, $4 }' | sort >"$into/addresses"
	ip route show table all | sort >"$into/routes"
	ip netns list | sort >"$into/network-namespaces"
	# All settings, but for those that are readings or random.
	find /proc/sys -type f -perm -200 ! -path '*/fs/binfmt_misc/*' ! -name 'ns_last_pid' ! -path '*/net/*/route/flush' 2>/dev/null |
		sort | while read -r file; do
		printf '%s=%s\n' "$file" "$(tr '\n\t\0' '   ' 2>/dev/null <"$file")"
	done >"$into/sysctls"
	local tool
	for tool in iptables-save ip6tables-save; do
		# Without comments (times) and counters; without the lines of a table with nothing in it.
		if command -v "$tool" >/dev/null; then
			"$tool" 2>/dev/null | grep -v -e '^#' -e '^\*' -e '^:.* ACCEPT ' -e '^COMMIT' >"$into/$tool" || true
		fi
	done
	if command -v nft >/dev/null; then nft list ruleset >"$into/nft" 2>/dev/null || true; fi
	# Places where Kubernetes, CNI and containerd leave things on an ordinary node.
	find /run /var/run/ /var/lib /var/log /etc /opt /usr/libexec /tmp -maxdepth 2 2>/dev/null |
		grep -i -e kube -e cni -e containerd -e runc -e netns -e nri -e cdi -e strace-node | sort >"$into/files" || true
	ss -Hlntux 2>/dev/null | awk '$1 ~ /tcp|udp/ { print $1, $5 }' | sort >"$into/listeners"
}

compare() {
	local before=$1 after=$2
	if diff -r -U0 "$before" "$after" | grep -v '^Only in nothing'; then
		printf 'leaves-nothing: the machine is not as it was; see the lines with + and - above\n' >&2
		return 1
	fi
	printf 'leaves-nothing: the machine is as it was\n' >&2
}

case ${1:-} in
snapshot) snapshot "$2" ;;
compare) compare "$2" "$3" ;;
*) echo "unfinished" >&2; exit 2 ;;
esac
