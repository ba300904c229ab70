# What the node owns while it runs: processes, cgroups, a mount namespace, the bridge, sysctls.
# Sourced by node.sh.
# shellcheck shell=bash disable=SC2153

readonly COMPONENTS="namespace etcd containerd apiserver controller-manager scheduler kubelet"

# Field 22 of /proc/PID/stat, the start time (proc_pid_stat(5)): with it and the boot's id, a
# recorded PID cannot be mistaken for another process that got the same number later.
start_time() {
	local stat
	stat=$(cat "/proc/$1/stat" 2>/dev/null) || return 1
	stat=${stat##*) } # the name may hold anything; the state is the first field after it
	[[ $stat != Z* ]] || return 1
	# shellcheck disable=SC2086
	set -- $stat
	echo "${20}"
}

boot_id() { cat /proc/sys/kernel/random/boot_id; }

record_pid() {
	printf '%s %s %s\n' "$2" "$(start_time "$2")" "$(boot_id)" >"$STATE/pids/$1.new"
	mv "$STATE/pids/$1.new" "$STATE/pids/$1"
}

# Prints the PID of a component when it runs.
pid_of() {
	local pid start boot
	read -r pid start boot 2>/dev/null <"$STATE/pids/$1" || return 1
	[[ $boot == "$(boot_id)" && $start == "$(start_time "$pid")" ]] || return 1
	echo "$pid"
}

alive() { pid_of "$1" >/dev/null; }

log_of() { echo "$STATE/logs/$1.log"; }

# Runs a program as the component NAME in our cgroup, apart from the terminal and from the caller.
spawn() {
	local name=$1 pid
	shift
	(
		exec 9>&- # the lock
		cd /
		join_cgroup
		# Not a group leader, so setsid does not fork and the PID stays the one recorded. A signal that whoever runs the
		# tests ignores (nohup) would be ignored by some of what the node runs: runc sets its own by and by.
		exec env --default-signal setsid "$@"
	) </dev/null >>"$(log_of "$name")" 2>&1 &
	pid=$!
	disown "$pid"
	record_pid "$name" "$pid"
}

# As spawn, in the node's private mount namespace.
spawn_private() {
	local name=$1 holder
	shift
	holder=$(pid_of namespace) || die "the node's mount namespace is gone" "start anew: node.sh down; node.sh up"
	spawn "$name" nsenter --mount="/proc/$holder/ns/mnt" --wdns=/ -- "$@"
}

# Ends one component at once and waits until its process is gone, for its port to be free.
stop_component() {
	local pid i
	if ! pid=$(pid_of "$1"); then
		say "$1 does not run"
		return
	fi
	kill -KILL "$pid" 2>/dev/null || true
	for ((i = 0; i < 100; i++)); do
		if ! alive "$1"; then
			say "ended $1 (process $pid)"
			return
		fi
		sleep 0.1
	done
	die "$1 (process $pid) is still there 10 s after SIGKILL"
}

# wait_for WHAT SECONDS COMMAND...: until COMMAND succeeds; gives up early when a component died.
wait_for() {
	local what=$1 seconds=$2 component pid
	shift 2
	local deadline=$((SECONDS + seconds))
	until "$@" >/dev/null 2>&1; do
		for component in $COMPONENTS; do
			[[ -e $STATE/pids/$component ]] || continue
			if ! alive "$component"; then
				last_words "$component" 15
				die "$component ended while waiting for $what; its last words are above" "all of its log: $(log_of "$component")"
			fi
		done
		if ((SECONDS >= deadline)); then
			node_logs 10
			die "still no $what after $seconds s; the last words of every component are above" "all logs: $STATE/logs"
		fi
		sleep 0.05
	done
}

last_words() {
	printf -- '--- %s: last %s lines of %s\n' "$1" "$2" "$(log_of "$1")" >&2
	tail -n "$2" "$(log_of "$1")" >&2 || true
}

# --- cgroups: one directory of our name in every hierarchy; components in a child of it, pods in another

on_cgroup_v2() { [[ $(stat -f -c %T /sys/fs/cgroup) == cgroup2fs ]]; }

# Where cgroup hierarchies are mounted. On hybrid machines that includes the v2 one, which has no
# controllers but of which every process is a member too.
cgroup_hierarchies() {
	if on_cgroup_v2; then
		echo /sys/fs/cgroup
	else
		awk '$2 ~ "^/sys/fs/cgroup/" && ($3 == "cgroup" || $3 == "cgroup2") { print $2 }' /proc/mounts
	fi
}

our_cgroups() {
	local hierarchy
	for hierarchy in $(cgroup_hierarchies); do
		[[ ! -d $hierarchy/$NAME ]] || echo "$hierarchy/$NAME"
	done
}

make_cgroups() {
	local hierarchy dir file
	if on_cgroup_v2; then
		# Controllers reach a child only when its parent passes them on (cgroups(7), cgroup.subtree_control).
		cat /sys/fs/cgroup/cgroup.subtree_control >"$STATE/subtree_control.saved"
		mkdir -p "/sys/fs/cgroup/$NAME"
		for dir in /sys/fs/cgroup "/sys/fs/cgroup/$NAME"; do
			for file in cpu cpuset memory pids io hugetlb; do
				grep -qw "$file" "$dir/cgroup.controllers" || continue
				echo "+$file" >"$dir/cgroup.subtree_control" || die "the kernel refuses to pass the $file controller on below $dir"
			done
		done
		mkdir -p "/sys/fs/cgroup/$NAME/components"
		return
	fi
	for hierarchy in $(cgroup_hierarchies); do
		for dir in "$hierarchy/$NAME" "$hierarchy/$NAME/components"; do
			mkdir -p "$dir"
			# A v1 cpuset takes no process before it has CPUs and memory nodes (cpuset(7)).
			for file in cpuset.cpus cpuset.mems; do
				[[ ! -e $dir/$file ]] || cat "$dir/../$file" >"$dir/$file"
			done
		done
	done
}

# In every hierarchy, so that the node outlives the session that started it.
join_cgroup() {
	local dir
	for dir in $(our_cgroups); do
		echo "$BASHPID" >"$dir/components/cgroup.procs"
	done
}

# Every process of ours: the components, the shims, and all processes of all pods.
our_processes() {
	local dir
	for dir in $(our_cgroups); do
		find "$dir" -name cgroup.procs -exec cat {} + 2>/dev/null
	done | sort -un | grep -vx 0 || true
}

# --- the private mount namespace

# What kubelet, CNI and containerd write at fixed places (/var/lib/kubelet, /var/lib/cni,
# /var/log/containers, /run/netns, /run/containerd) goes to a memory layer over these directories
# that only they see and that vanishes with them. The state directory stays the real one.
make_namespace() {
	# shellcheck disable=SC2016
	spawn namespace unshare --mount --propagation private bash -euc '
		state=$1
		exec 8<"$state"
		mkdir -p "$state/layer"
		mount -t tmpfs -o mode=755 "$2" "$state/layer"
		cd "$state/layer"
		for dir in run var/lib var/log; do
			mkdir -p "$dir/upper" "$dir/work"
			mount -t overlay -o "lowerdir=/$dir,upperdir=$dir/upper,workdir=$dir/work" "$2" "/$dir"
		done
		# The path now leads into the layer; the descriptor still leads to the directory itself.
		mount --no-canonicalize --bind /proc/self/fd/8 "$state"
		exec 8<&-
		cd /
		mount --make-rshared / # volumes with mount propagation need it
		touch "$state/namespace.ready"
		exec sleep infinity
	' namespace "$STATE" "$NAME"
	wait_for "private mount namespace" 10 test -e "$STATE/namespace.ready"
}

# --- sysctls: kubelet sets the first six (setupKernelTunables in kubelet's container_manager_linux.go),
# CNI's bridge plugin the forwarding, which the kernel copies into every interface's (ip-sysctl.rst, ip_forward)

save_sysctls() {
	local file value
	{
		boot_id
		for file in /proc/sys/vm/{overcommit_memory,panic_on_oom} /proc/sys/kernel/{panic,panic_on_oops} \
			/proc/sys/kernel/keys/{root_maxkeys,root_maxbytes} \
			/proc/sys/net/ipv4/ip_forward /proc/sys/net/ipv4/conf/*/{forwarding,accept_redirects}; do
			value=$(cat "$file" 2>/dev/null) || continue
			printf '%s %s\n' "$file" "$value"
		done
	} >"$STATE/sysctl.new"
	mv "$STATE/sysctl.new" "$STATE/sysctl.saved" # whole or not at all
}

restore_sysctls() {
	local file value
	[[ -e $STATE/sysctl.saved ]] || return 0
	{
		read -r value
		[[ $value == "$(boot_id)" ]] || return 0 # a reboot has restored them
		while read -r file value; do
			[[ -e $file && $(cat "$file") != "$value" ]] || continue
			echo "$value" >"$file" || say "could not set $file back to $value"
		done
	} <"$STATE/sysctl.saved"
}
