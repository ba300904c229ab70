# Builds the node's programs into the cache, each in a directory named by what it is made from:
# a warm start builds nothing, a changed version builds anew. Sourced by node.sh.
# shellcheck shell=bash disable=SC2153

sources_key() { cat "$@" | sha256sum | cut -c1-12; }

ARCH=$(uname -m)
KUBERNETES_DIR=$CACHE/kubernetes-$KUBERNETES_VERSION-$(sources_key "$HERE"/node/*.go "$HERE"/node/go.mod "$HERE"/node/go.sum)-$ARCH
CONTAINERD_DIR=$CACHE/containerd-$CONTAINERD_VERSION-$ARCH
RUNC_DIR=$CACHE/runc-$RUNC_VERSION-$ARCH
OLDER_DIR=$CACHE/older-apiserver-$OLDER_VERSION-$(sources_key "$HERE"/older-apiserver/*)-$ARCH
METRICS_DIR=$CACHE/metrics-server-$METRICS_VERSION-$ARCH
KREW_DIR=$CACHE/krew-$(sources_key "$HERE"/krew/*)-$ARCH
PAUSE_DIR=$CACHE/pause-$(sources_key "$HERE/node/pause/pause.c" "$HERE/node/image.go")-$ARCH
readonly ARCH KUBERNETES_DIR CONTAINERD_DIR RUNC_DIR OLDER_DIR METRICS_DIR KREW_DIR PAUSE_DIR

readonly NODE_PROGRAM=$KUBERNETES_DIR/node
readonly KUBECTL_PATH=$KUBERNETES_DIR/kubectl-only # a directory for PATH that has nothing but kubectl

kubectl() { "$KUBECTL_PATH/kubectl" --kubeconfig "$KUBECONFIG_FILE" "$@"; }
# ctr warns of cgroup v1 each time; containerd's log says it too.
ctr() { CONTAINERD_SUPPRESS_DEPRECATION_WARNINGS=true "$CONTAINERD_DIR/ctr" --address "$CONTAINERD_SOCKET" --namespace k8s.io "$@"; }

all_built() {
	[[ -d $KUBERNETES_DIR && -d $CONTAINERD_DIR && -d $RUNC_DIR && -d $PAUSE_DIR ]]
}

# From Go 1.21 on, an older Go fetches the version that a module asks for by itself.
find_go() {
	local version
	command -v go >/dev/null || return 1
	version=$(cd / && go env GOVERSION 2>/dev/null) || return 1
	version=${version#go}
	[[ $(printf '%s\n%s\n' 1.21 "$version" | sort -V | head -n1) == 1.21 ]]
}

# A Go older than 1.21 does not know how to fetch a newer one, but newer ones are published as
# modules (go.dev/doc/toolchain), and any Go can download and verify a module.
bootstrap_go() {
	if find_go; then
		export GOTOOLCHAIN=auto # some distributions say "local"
		return
	fi
	local arch dir
	case $ARCH in
	x86_64) arch=amd64 ;;
	aarch64) arch=arm64 ;;
	*) die "no Go $GO_VERSION for $ARCH known here; install it by hand" ;;
	esac
	say "the machine's Go is older than 1.21: fetching Go $GO_VERSION"
	dir=$(cd / && GO111MODULE=on go mod download -json "golang.org/toolchain@v0.0.1-go$GO_VERSION.linux-$arch" |
		sed -n 's/^\t"Dir": "\(.*\)",\?$/\1/p')
	[[ -n $dir ]] || die "could not fetch Go $GO_VERSION" "install Go $GO_VERSION or newer (https://go.dev/dl/) and try again"
	# A module carries no permission bits.
	chmod -R u+w "$dir" && chmod +x "$dir"/bin/* "$dir"/pkg/tool/*/*
	export PATH=$dir/bin:$PATH GOROOT=$dir GOTOOLCHAIN=local
}

# build DIR WHAT FUNCTION: runs FUNCTION with an empty directory to fill, which then becomes DIR in
# one step, so that a build that was stopped half way is not taken for a finished one.
build() {
	local dir=$1 what=$2 function=$3 unfinished begun
	[[ ! -d $dir ]] || return 0
	say "building $what (once)"
	begun=$(date +%s)
	unfinished=$(mktemp -d "$CACHE/unfinished.XXXXXX")
	chmod 755 "$unfinished"
	if ! "$function" "$unfinished"; then
		rm -rf "$unfinished"
		die "could not build $what"
	fi
	mv -T "$unfinished" "$dir"
	say "built $what in $(($(date +%s) - begun)) s"
}

build_kubernetes() {
	grep -q "k8s.io/kubernetes $KUBERNETES_VERSION\$" "$HERE/node/go.mod" ||
		die "node.sh says Kubernetes $KUBERNETES_VERSION, node/go.mod says otherwise"
	# Without the version the API server calls itself v0.0.0-master+$Format.
	(cd "$HERE/node" && GOWORK=off GOFLAGS="-mod=readonly -buildvcs=false" go build -trimpath \
		-ldflags "-s -w -X k8s.io/component-base/version.gitVersion=$KUBERNETES_VERSION" -o "$1/node" .) || return
	mkdir "$1/kubectl-only" && ln -s ../node "$1/kubectl-only/kubectl"
}

build_containerd() {
	local module=github.com/containerd/containerd/v2
	(cd / && GOFLAGS='' GOBIN=$1 go install -trimpath \
		-ldflags "-s -w -X $module/version.Version=$CONTAINERD_VERSION" \
		"$module"/cmd/{containerd,containerd-shim-runc-v2,ctr}@"$CONTAINERD_VERSION")
}

build_runc() {
	# seccomp: without it the kubelet's RuntimeDefault profile, and so Pod Security "restricted", cannot run.
	(cd / && GOFLAGS='' GOBIN=$1 go install -trimpath -tags seccomp -ldflags "-s -w" "github.com/opencontainers/runc@$RUNC_VERSION")
}

build_metrics_server() {
	(cd / && GOFLAGS='' GOBIN=$1 go install -trimpath -ldflags "-s -w" "sigs.k8s.io/metrics-server/cmd/metrics-server@$METRICS_VERSION")
}

build_krew() {
	(cd "$HERE/krew" && GOWORK=off GOFLAGS="-mod=readonly -buildvcs=false" go build -trimpath -ldflags "-s -w" -o "$1/" \
		sigs.k8s.io/krew/cmd/krew sigs.k8s.io/krew/cmd/validate-krew-manifest)
}

build_older_apiserver() {
	grep -q "k8s.io/kubernetes $OLDER_VERSION\$" "$HERE/older-apiserver/go.mod" ||
		die "node.sh says Kubernetes $OLDER_VERSION, older-apiserver/go.mod says otherwise"
	(cd "$HERE/older-apiserver" && GOWORK=off GOFLAGS="-mod=readonly -buildvcs=false" go build -trimpath \
		-ldflags "-s -w -X k8s.io/component-base/version.gitVersion=$OLDER_VERSION" -o "$1/kube-apiserver" .)
}

build_pause() {
	cc -static -Os -s -Wall -Wextra -Werror -o "$1/pause" "$HERE/node/pause/pause.c" &&
		"$NODE_PROGRAM" image -ref "$PAUSE_IMAGE" -out "$1/pause.oci.tar" -file "$1/pause=/pause" /pause
}

build_all() {
	all_built && return
	bootstrap_go
	mkdir -p "$CACHE"
	rm -rf "$CACHE"/unfinished.* # the lock is ours: nobody is building
	build "$RUNC_DIR" "runc $RUNC_VERSION" build_runc
	build "$CONTAINERD_DIR" "containerd $CONTAINERD_VERSION, its shim and ctr" build_containerd
	build "$KUBERNETES_DIR" "Kubernetes $KUBERNETES_VERSION and etcd (about 4 minutes on two cores)" build_kubernetes
	build "$PAUSE_DIR" "the pause image" build_pause
}
