# Starts the node: each component as early as what it needs is there. Sourced by node.sh.
# shellcheck shell=bash disable=SC2153

# A template of config/ with the constants of node.sh in their places.
render() {
	sed -e "s|@NAME@|$NAME|g" -e "s|@STATE@|$STATE|g" -e "s|@BRIDGE@|$BRIDGE|g" -e "s|@POD_NETWORK@|$POD_NETWORK|g" \
		-e "s|@APISERVER_PORT@|$APISERVER_PORT|g" -e "s|@KUBELET_PORT@|$KUBELET_PORT|g" \
		-e "s|@METRICS_PORT@|$METRICS_PORT|g" -e "s|@KUBELET_HEALTH_PORT@|$KUBELET_HEALTH_PORT|g" -e "s|@CONTAINERD_SOCKET@|$CONTAINERD_SOCKET|g" \
		-e "s|@RUNC_DIR@|$RUNC_DIR|g" -e "s|@PAUSE_IMAGE@|$PAUSE_IMAGE|g" -e "s|@CNI_BIN_DIR@|$(cni_bin_dir)|g" \
		-e "s|@MAX_OPEN_FILES@|$(max_open_files)|g" "$HERE/config/$1"
}

# The kubelet fails when it cannot raise its limit to what its configuration says.
max_open_files() {
	local limit
	limit=$(ulimit -Hn)
	if [[ $limit == unlimited ]] || ((limit > 1000000)); then limit=1000000; fi
	echo "$limit"
}

# spawn_apiserver NAME PORT PROGRAM...
spawn_apiserver() {
	local name=$1 port=$2
	shift 2
	# The kubelet listens on the bridge's address: the API server passes nobody's questions on to a loopback one.
	spawn "$name" "$@" --bind-address 127.0.0.1 --secure-port "$port" \
		--advertise-address "$POD_NETWORK.1" --endpoint-reconciler-type none --cert-dir "$STATE/$name" \
		--etcd-servers "https://127.0.0.1:$ETCD_PORT" --etcd-cafile "$PKI/ca.crt" \
		--etcd-certfile "$PKI/server.crt" --etcd-keyfile "$PKI/server.key" \
		--tls-cert-file "$PKI/server.crt" --tls-private-key-file "$PKI/server.key" --client-ca-file "$PKI/ca.crt" \
		--kubelet-certificate-authority "$PKI/ca.crt" --kubelet-preferred-address-types InternalIP \
		--kubelet-client-certificate "$PKI/apiserver-to-kubelet.crt" --kubelet-client-key "$PKI/apiserver-to-kubelet.key" \
		--service-account-issuer https://kubernetes.default.svc --service-cluster-ip-range "$SERVICE_NETWORK.0/24" \
		--service-account-key-file "$PKI/service-accounts.pub" --service-account-signing-key-file "$PKI/service-accounts.key" \
		--authorization-mode Node,RBAC --enable-admission-plugins NodeRestriction --allow-privileged \
		--requestheader-client-ca-file "$PKI/ca.crt" --requestheader-allowed-names front-proxy \
		--requestheader-username-headers X-Remote-User --requestheader-group-headers X-Remote-Group \
		--requestheader-extra-headers-prefix X-Remote-Extra- --enable-aggregator-routing \
		--proxy-client-cert-file "$PKI/front-proxy.crt" --proxy-client-key-file "$PKI/front-proxy.key"
}

start_component() {
	case $1 in
	etcd)
		local tls=(--cert-file "$PKI/server.crt" --key-file "$PKI/server.key" --trusted-ca-file "$PKI/ca.crt" --client-cert-auth
			--peer-cert-file "$PKI/server.crt" --peer-key-file "$PKI/server.key" --peer-trusted-ca-file "$PKI/ca.crt" --peer-client-cert-auth)
		# No fsync: what it holds is not meant to outlive a power cut.
		spawn etcd "$NODE_PROGRAM" etcd --name node --data-dir "$STATE/etcd" --unsafe-no-fsync --log-level warn "${tls[@]}" \
			--listen-client-urls "https://127.0.0.1:$ETCD_PORT" --advertise-client-urls "https://127.0.0.1:$ETCD_PORT" \
			--listen-peer-urls "https://127.0.0.1:$ETCD_PEER_PORT" --initial-advertise-peer-urls "https://127.0.0.1:$ETCD_PEER_PORT" \
			--initial-cluster "node=https://127.0.0.1:$ETCD_PEER_PORT"
		;;
	containerd)
		spawn_private containerd env "PATH=$CONTAINERD_DIR:$PATH" "$CONTAINERD_DIR/containerd" --config "$STATE/config/containerd.toml"
		;;
	apiserver) spawn_apiserver apiserver "$APISERVER_PORT" "$NODE_PROGRAM" kube-apiserver ;;
	# The same cluster by another server: what it stores is not of its version, and is left as it is.
	older-apiserver) spawn_apiserver older-apiserver "$OLDER_PORT" "$OLDER_DIR/kube-apiserver" ;;
	controller-manager)
		# It makes itself some forty service accounts before it makes the first namespace's: at the default
		# rate (20 a second) that alone takes four seconds.
		spawn controller-manager "$NODE_PROGRAM" kube-controller-manager --bind-address 127.0.0.1 --secure-port "$CONTROLLER_PORT" \
			--cert-dir "$STATE/controller-manager" --leader-elect=false --kubeconfig "$STATE/controller-manager.kubeconfig" \
			--kube-api-qps 500 --kube-api-burst 1000 --flex-volume-plugin-dir "$STATE/volume-plugins" \
			--root-ca-file "$PKI/ca.crt" --service-account-private-key-file "$PKI/service-accounts.key" --use-service-account-credentials
		;;
	scheduler)
		spawn scheduler "$NODE_PROGRAM" kube-scheduler --bind-address 127.0.0.1 --secure-port "$SCHEDULER_PORT" \
			--cert-dir "$STATE/scheduler" --leader-elect=false --kubeconfig "$STATE/scheduler.kubeconfig"
		;;
	kubelet)
		spawn_private kubelet "$NODE_PROGRAM" kubelet --config "$STATE/config/kubelet.yaml" --kubeconfig "$STATE/kubelet.kubeconfig" \
			--root-dir "$STATE/kubelet" --cert-dir "$STATE/kubelet/pki" --hostname-override localhost --node-ip "$POD_NETWORK.1"
		;;
	# 10 s is the shortest that it takes; usually it is a minute.
	metrics-server)
		spawn metrics-server "$METRICS_DIR/metrics-server" --bind-address "$POD_NETWORK.1" --secure-port "$METRICS_PORT" \
			--cert-dir "$STATE/metrics-server" --kubeconfig "$STATE/metrics-server.kubeconfig" \
			--authentication-kubeconfig "$STATE/metrics-server.kubeconfig" --authorization-kubeconfig "$STATE/metrics-server.kubeconfig" \
			--kubelet-certificate-authority "$PKI/ca.crt" --kubelet-preferred-address-types InternalIP \
			--kubelet-use-node-status-port --kubelet-request-timeout 5s --metric-resolution 10s
		;;
	*) die "no such component: $1" ;;
	esac
}

apiserver_ready() { kubectl "$@" --request-timeout=5s get --raw /readyz; }
containerd_ready() { [[ -S $CONTAINERD_SOCKET ]] && timeout 5 "$CONTAINERD_DIR/ctr" --address "$CONTAINERD_SOCKET" version; }
port_open() { (exec 3<>"/dev/tcp/${2:-127.0.0.1}/$1") 2>/dev/null; }
# It has asked the kubelet twice by then.
metrics_served() { kubectl --request-timeout=5s get --raw /apis/metrics.k8s.io/v1beta1/nodes/localhost; }

# Ready, and nothing keeps pods away: the taint of a new node goes a moment after it turns Ready.
node_ready() {
	[[ $(kubectl --request-timeout=5s get node localhost \
		-o 'jsonpath={.status.conditions[?(@.type=="Ready")].status} {.spec.taints}') == "True " ]]
}

# The API server refuses pods in a namespace until its service account is there.
service_account_ready() { kubectl --request-timeout=5s -n default get serviceaccount default; }

wait_component() {
	case $1 in
	apiserver) wait_for "answer from the API server" 60 apiserver_ready ;;
	older-apiserver) wait_for "answer from the older API server" 60 apiserver_ready --server "https://127.0.0.1:$OLDER_PORT" ;;
	containerd) wait_for "answer from containerd" 30 containerd_ready ;;
	kubelet) wait_for "open port of the kubelet" 30 port_open "$KUBELET_PORT" "$POD_NETWORK.1" ;;
	metrics-server)
		wait_for "open port of the metrics server" 30 port_open "$METRICS_PORT" "$POD_NETWORK.1"
		render metrics.yaml | kubectl apply -f - >/dev/null
		wait_for "first metrics of the node" 90 metrics_served
		;;
	esac
}

restart_component() {
	if alive "$1"; then
		say "$1 runs already (process $(pid_of "$1"))"
		return
	fi
	start_component "$1"
	wait_component "$1"
	say "$1 runs again (process $(pid_of "$1"))"
}

healthy() {
	local component
	[[ -d $STATE/pids ]] || return 1
	for component in $COMPONENTS; do
		alive "$component" || return 1
	done
	node_ready >/dev/null 2>&1
}

make_bridge() {
	ip link add "$BRIDGE" type bridge
	ip address add "$POD_NETWORK.1/24" dev "$BRIDGE"
	ip link set "$BRIDGE" up
}

load_images() {
	local tar
	for tar in "$@"; do
		[[ -r $tar ]] || die "cannot read $tar" "the image is built with: make image"
		check_image_names "$tar"
		# --local: unpacked by containerd itself, which alone sees its mounts.
		ctr images import --local "$tar" || die "containerd refuses $tar" "its log: $(log_of containerd)"
		name_by_digest "$tar"
	done
	# The kubelet's view of containerd's images follows by an event; then this label is on them.
	wait_for "sight of the new images by the kubelet's side of containerd" 10 images_known
}

# The names of the images in a tar.
image_names() {
	{ tar -xOf "$1" index.json || tar -xOf "$1" ./index.json; } 2>/dev/null |
		grep -oE '"io\.containerd\.image\.name": *"[^"]*"' | cut -d'"' -f4 | sort -u
}

# An image that was pulled has a name with its digest too, by which pods may ask for it.
name_by_digest() {
	local name digest
	while read -r name; do
		digest=$(ctr images list "name==$name" | awk 'NR == 2 { print $3 }')
		[[ -z $digest ]] || ctr images tag --force "$name" "${name%:*}@$digest" >/dev/null
	done < <(image_names "$1")
}

# The kubelet reads NAME:TAG as docker.io/library/NAME:TAG and HOST/NAME by its host; containerd takes
# names as they are, and an image under a name that the kubelet does not use cannot be run, not even
# under a second, proper name.
check_image_names() {
	local name
	while read -r name; do
		[[ $name =~ ^([^/]*[.:][^/]*|localhost)/.*[:@][^/]*$ ]] ||
			die "the image in $1 is called \"$name\"; it must be HOST/NAME:TAG with a dot in HOST" \
				"Kubernetes completes shorter names, containerd does not, so pods would not find it"
	done < <(image_names "$1")
}

images_known() {
	local all known
	all=$(ctr images list --quiet | grep -cv '^sha256:') && known=$(ctr images list --quiet 'labels."io.cri-containerd.image"==managed' | grep -cv '^sha256:') &&
		[[ $all == "$known" ]]
}

node_up() {
	if healthy; then
		say "the node is up already"
		how_to_use
		return
	fi
	install_packages
	build_all
	if something_left; then
		say "removing what a node that did not end well has left"
		remove_everything
	fi

	say "starting: certificates, cgroups, network, a mount namespace"
	mkdir -p "$STATE"/{pids,logs,pki,config,cni-config,tmp,pod-logs,volume-plugins,kubectl-cache,opt}
	# The root of a pod's user namespace must get through to its own root file system, but no further.
	chmod 711 "$STATE"
	chmod 700 "$STATE"/{logs,pki}
	export TMPDIR=$STATE/tmp KUBECACHEDIR=$STATE/kubectl-cache
	save_sysctls
	make_cgroups
	make_namespace
	make_bridge
	render cni.conflist >"$STATE/cni-config/10-bridge.conflist"
	render containerd.toml >"$STATE/config/containerd.toml"
	render kubelet.yaml >"$STATE/config/kubelet.yaml"
	start_component containerd
	make_certificates
	start_component etcd
	local who
	for who in admin controller-manager scheduler kubelet metrics-server; do write_kubeconfig "$who"; done

	say "waiting for etcd, then the API server"
	wait_for "open port of etcd" 30 port_open "$ETCD_PORT"
	start_component apiserver
	wait_component containerd
	load_images "$PAUSE_DIR/pause.oci.tar" >/dev/null
	wait_for "open port of the API server" 60 port_open "$APISERVER_PORT"
	# The kubelet's rights are built into the API server; the others' are written into it while it
	# starts (the rbac/bootstrap-roles hook), and they would first be refused.
	start_component kubelet
	wait_component apiserver

	say "starting the controller manager and the scheduler; waiting for the node to be Ready"
	start_component controller-manager
	start_component scheduler
	wait_for "Ready node" 60 node_ready
	wait_for "default service account" 60 service_account_ready
	say "the node is up"
	how_to_use
}

how_to_use() {
	cat >&2 <<TEXT

  Kubernetes $KUBERNETES_VERSION, containerd $CONTAINERD_VERSION, runc $RUNC_VERSION. To use it in this shell:

    eval "\$($HERE/node.sh env)"            # or: eval "\$(make -s node-env)"
    kubectl get pods -A

  Images are loaded, not pulled, and named HOST/NAME:TAG ($HERE/node.sh load IMAGE.tar);
  pods say imagePullPolicy: Never. There is no DNS, and service addresses lead nowhere (no kube-proxy): use pod addresses.
  What it logs: $STATE/logs. To end it and leave nothing: $HERE/node.sh down
TEXT
}
