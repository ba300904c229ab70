# Ends the node, from whatever state, and says what it does. Sourced by node.sh.
# shellcheck shell=bash disable=SC2153

something_left() {
	[[ -e $STATE || -e /sys/class/net/$BRIDGE || -n $(our_cgroups) ]]
}

# Nothing of the cluster is kept, so nothing is shut down in order: a kubelet that says good-bye to
# an API server, pods that are given their grace period, would only take time. What is left of a
# component's work lives in our cgroup (processes), in the mount namespace (mounts, network
# namespaces and with them the pods' interfaces) or in the state directory (files).
remove_everything() {
	local i pids dir interface
	for ((i = 0; i < 200; i++)); do
		pids=$(our_processes)
		[[ -n $pids ]] || break
		if on_cgroup_v2; then
			echo 1 >"/sys/fs/cgroup/$NAME/cgroup.kill" 2>/dev/null || true # since Linux 5.14
		else
			# runc freezes a container while it changes its devices; a frozen process does not die (cgroup-v1/freezer-subsystem.rst).
			find "/sys/fs/cgroup/freezer/$NAME" -depth -name freezer.state \
				-exec sh -c 'for f; do echo THAWED >"$f"; done' sh {} + 2>/dev/null || true
		fi
		# One may have ended since the list was made; new ones are met in the next round.
		# shellcheck disable=SC2086
		kill -KILL $pids 2>/dev/null || true
		((i != 40)) || say "still waiting for processes to end: ${pids//$'\n'/ }"
		sleep 0.05
	done
	[[ -z $(our_processes) ]] || die "processes that SIGKILL does not end: $(our_processes | tr '\n' ' ')"

	# Interfaces of pods go with their network namespaces, but not at once.
	if [[ -e /sys/class/net/$BRIDGE ]]; then
		for interface in "/sys/class/net/$BRIDGE/brif/"*; do
			[[ ! -e $interface ]] || ip link delete "${interface##*/}" 2>/dev/null || true
		done
		ip link delete "$BRIDGE" || die "could not delete the bridge $BRIDGE"
	fi

	for dir in $(our_cgroups); do
		for ((i = 0; i < 100; i++)); do
			find "$dir" -depth -type d -exec rmdir {} + 2>/dev/null || true
			[[ -d $dir ]] || break
			sleep 0.05
		done
		[[ ! -d $dir ]] || die "could not remove the cgroup $dir" "something of another owner may have been put into it"
	done
	restore_controllers
	restore_sysctls

	remove_state
}

restore_controllers() {
	local controller before
	[[ -e $STATE/subtree_control.saved ]] || return 0
	before=$(cat "$STATE/subtree_control.saved")
	for controller in $(</sys/fs/cgroup/cgroup.subtree_control); do
		[[ " $before " == *" $controller "* ]] ||
			echo "-$controller" >/sys/fs/cgroup/cgroup.subtree_control 2>/dev/null || true # in use by others since
	done
}

remove_state() {
	local mounted i
	[[ -e $STATE ]] || return 0
	# All mounts are made in the private namespace; were one to escape it, rm must not follow it.
	while read -r mounted; do
		umount --lazy "$mounted" || die "could not unmount $mounted"
	done < <(awk -v state="$STATE/" 'index($2, state) == 1 { print $2 }' /proc/mounts | sort -r)
	for ((i = 0; i < 20; i++)); do
		rm -rf --one-file-system "$STATE" 2>/dev/null && return
		sleep 0.1
	done
	rm -rf --one-file-system "$STATE" || die "could not remove $STATE"
}

node_down() {
	if ! something_left; then
		say "the node is down already"
		return
	fi
	say "ending the node's processes and pods; removing its cgroups, bridge and files"
	remove_everything
	say "the node is down; nothing is left of it but the built programs in $CACHE"
}

require_running() {
	[[ -e $STATE/pids ]] || die "the node is not up" "start it with: make node-up"
	export TMPDIR=$STATE/tmp KUBECACHEDIR=$STATE/kubectl-cache
}

node_env() {
	[[ ! -e $KUBECONFIG_FILE || -r $KUBECONFIG_FILE ]] || die "the node is up, but uid $EUID may not read $KUBECONFIG_FILE" "use it as root"
	[[ -e $KUBECONFIG_FILE ]] || die "the node is not up (no $KUBECONFIG_FILE)" "start it with: make node-up"
	# shellcheck disable=SC2016 # expanded by the reader
	# Read by shells and, a line at a time, by the test harness: NAME="VALUE", nothing else.
	printf 'export KUBECONFIG="%s"\nexport PATH="%s:$PATH"\nexport KUBECACHEDIR="%s"\n' \
		"$KUBECONFIG_FILE" "$KUBECTL_PATH" "$STATE/kubectl-cache"
}

node_status() {
	local component pid
	if [[ ! -e $STATE/pids ]]; then
		echo "the node is down"
		return 1
	fi
	for component in $COMPONENTS; do
		if pid=$(pid_of "$component"); then
			printf '%-20s runs, process %s\n' "$component" "$pid"
		else
			printf '%-20s does not run\n' "$component"
		fi
	done
	if healthy; then
		echo "the node is up and takes pods"
	else
		echo "the node is not healthy"
		return 1
	fi
}

node_logs() {
	local component
	for component in $COMPONENTS; do
		[[ ! -s $(log_of "$component") ]] || last_words "$component" "$1"
	done
}
