#!/usr/bin/env bash
# Prints how to load the image where it is needed: how-to-load.sh TAR IMAGE.
cat >&2 <<TEXT
image: $1 holds $2 for amd64 and arm64. To have it on
  kind        kind load image-archive $1
  minikube    minikube image load $1
  k3s         k3s ctr images import $1                (as root, on each node)
  containerd  ctr -n k8s.io images import --local $1  (as root, on each node)
  a registry  skopeo copy --all oci-archive:$1 docker://REGISTRY/kubectl-strace/tracer:TAG
              then: kubectl strace --image REGISTRY/kubectl-strace/tracer@sha256:DIGEST pod/NAME
TEXT
