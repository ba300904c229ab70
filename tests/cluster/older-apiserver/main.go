// Command older-apiserver is the API server of an older Kubernetes, whose exec hands WebSocket on to the
// kubelet. It is a module of its own: a module can need one version of Kubernetes.
package main

import (
	"os"

	_ "k8s.io/component-base/logs/json/register"

	"k8s.io/component-base/cli"
	"k8s.io/kubernetes/cmd/kube-apiserver/app"
)

func main() { os.Exit(cli.Run(app.NewAPIServerCommand())) }
