# What the machine must have before anything is built or started. Sourced by node.sh.
# shellcheck shell=bash disable=SC2153

# How to do without this node: said wherever it cannot be started.
own_cluster() {
	cat >&2 <<'TEXT'
      To use a cluster of your own instead:
        export KUBECONFIG=/path/to/your/kubeconfig
        make image                       # writes dist/tracer.oci.tar
        push dist/tracer.oci.tar to a registry that the cluster can pull from, for example with
          skopeo copy oci-archive:dist/tracer.oci.tar docker://REGISTRY/kubectl-strace/tracer
        kubectl strace --image REGISTRY/kubectl-strace/tracer pod/NAME
TEXT
}

require_root_on_linux() {
	if [[ $(uname -s) != Linux ]]; then
		printf 'node: a Kubernetes node needs a Linux kernel; this is %s.\n' "$(uname -s)" >&2
		own_cluster
		exit 1
	fi
	if ((EUID != 0)); then
		local missing
		missing=$(missing_packages | tr '\n' ' ')
		printf 'node: starting a node needs root (cgroups, mount and network namespaces); this is uid %s.\n' "$EUID" >&2
		[[ -z $missing ]] || printf '      It also needs these Debian packages, which root would install: %s\n' "$missing" >&2
		printf '      Run it as root, or:\n' >&2
		own_cluster
		exit 1
	fi
}

# PROGRAM-or-path, Debian package that has it; one requirement a line.
requirements() {
	cat <<'LIST'
ip                              iproute2
nsenter                         util-linux
openssl                         openssl
/opt/cni/bin/bridge|/usr/lib/cni/bridge   containernetworking-plugins
LIST
	all_built || cat <<'LIST'
cc                              gcc
/usr/include/stdio.h            libc6-dev
pkg-config                      pkg-config
/usr/include/seccomp.h          libseccomp-dev
/etc/ssl/certs/ca-certificates.crt  ca-certificates
LIST
}

# Is one of the alternatives A|B|C there, as a program on the PATH or as a file?
have() {
	local -a alternatives
	local one
	IFS='|' read -ra alternatives <<<"$1"
	for one in "${alternatives[@]}"; do
		if [[ $one == /* ]]; then
			[[ -e $one ]] && return 0
		else
			command -v "$one" >/dev/null && return 0
		fi
	done
	return 1
}

missing_packages() {
	local what package
	while read -r what package; do
		have "$what" || echo "$package"
	done < <(requirements)
	# Debian 12's own Go is too old to build Kubernetes, but it can fetch a newer one (build.sh).
	all_built || find_go || have go || echo golang-go
}

# Installs what is missing, or says exactly what that is.
install_packages() {
	local -a missing
	mapfile -t missing < <(missing_packages)
	((${#missing[@]} > 0)) || return 0
	if ((EUID == 0)) && command -v apt-get >/dev/null; then
		say "installing with apt: ${missing[*]}"
		local log
		log=$(mktemp)
		if ! { apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "${missing[@]}"; } >"$log" 2>&1; then
			tail -n 15 "$log" >&2
			rm -f "$log"
			die "apt could not install: ${missing[*]}" "install them by hand and try again"
		fi
		rm -f "$log"
	else
		printf 'node: missing here: %s\n' "${missing[*]}" >&2
		printf '      Install them (these are the names of the Debian packages) and try again, or:\n' >&2
		own_cluster
		exit 1
	fi
}

cni_bin_dir() {
	local dir
	for dir in /usr/lib/cni /opt/cni/bin; do
		[[ -x $dir/bridge ]] && printf '%s' "$dir" && return
	done
	die "no CNI plugins in /usr/lib/cni or /opt/cni/bin" "install containernetworking-plugins"
}
