# One certificate authority for the node and a certificate for each of its programs. Sourced by node.sh.
# shellcheck shell=bash disable=SC2153

readonly PKI=$STATE/pki

# new_certificate FILE SUBJECT [openssl req arguments]
new_certificate() {
	local file=$1 subject=$2
	shift 2
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -noenc -sha256 -days 365 -subj "$subject" \
		-keyout "$PKI/$file.key" -out "$PKI/$file.crt" "$@" 2>"$PKI/$file.err" || {
		cat "$PKI/$file.err" >&2
		return 1
	}
	rm "$PKI/$file.err"
}

signed() { # FILE SUBJECT USAGES [more]
	local file=$1 subject=$2 usages=$3
	shift 3
	new_certificate "$file" "$subject" -CA "$PKI/ca.crt" -CAkey "$PKI/ca.key" \
		-addext "basicConstraints=critical,CA:FALSE" -addext "extendedKeyUsage=$usages" "$@"
}

make_certificates() {
	(
		umask 077
		local pid
		local -a running=()
		new_certificate ca "/CN=$NAME" -addext "keyUsage=critical,digitalSignature,keyCertSign,cRLSign"
		# Who a client is to the API server: CN is the user, O the group (kubernetes.io, "PKI certificates and requirements").
		signed admin "/O=system:masters/CN=kubectl-strace-admin" clientAuth & running+=($!)
		signed controller-manager "/CN=system:kube-controller-manager" clientAuth & running+=($!)
		signed scheduler "/CN=system:kube-scheduler" clientAuth & running+=($!)
		signed kubelet "/O=system:nodes/CN=system:node:localhost" clientAuth & running+=($!)
		signed apiserver-to-kubelet "/O=system:masters/CN=kube-apiserver-kubelet-client" clientAuth & running+=($!)
		# As whom the API server asks a server behind it (kubernetes.io, "Configure the Aggregation Layer").
		signed front-proxy "/CN=front-proxy" clientAuth & running+=($!)
		signed metrics-server "/O=system:masters/CN=metrics-server" clientAuth & running+=($!)
		# One for all servers of the node (etcd's is a client of itself too).
		signed server "/CN=$NAME" serverAuth,clientAuth \
			-addext "subjectAltName=IP:127.0.0.1,DNS:localhost,DNS:kubernetes,DNS:kubernetes.default,DNS:kubernetes.default.svc,IP:$SERVICE_NETWORK.1,IP:$POD_NETWORK.1" & running+=($!)
		openssl ecparam -name prime256v1 -genkey -noout -out "$PKI/service-accounts.key" 2>/dev/null & running+=($!)
		for pid in "${running[@]}"; do wait "$pid"; done
		openssl ec -in "$PKI/service-accounts.key" -pubout -out "$PKI/service-accounts.pub" 2>/dev/null
	) || die "openssl could not make the certificates" "it must be version 3 or newer; this is $(openssl version)"
}

# A kubeconfig for the bearer of certificate $1; the keys are inside, so that the file can be copied elsewhere.
write_kubeconfig() {
	(
		umask 077
		render kubeconfig.yaml |
			sed -e "s|@CA@|$(base64 -w0 "$PKI/ca.crt")|" -e "s|@CERTIFICATE@|$(base64 -w0 "$PKI/$1.crt")|" \
				-e "s|@KEY@|$(base64 -w0 "$PKI/$1.key")|" -e "s|@USER@|$1|g" >"$STATE/$1.kubeconfig"
	)
}
