// Command apiserver is the API server of an older Kubernetes, whose exec speaks WebSocket as before
// 1.30 (v4.channel.k8s.io). It is a module of its own: a module can need one version of Kubernetes.
package main

import (
	"os"

	_ "k8s.io/component-base/logs/json/register"

	"k8s.io/component-base/cli"
	"k8s.io/kubernetes/cmd/kube-apiserver/app"
)

func main() { os.Exit(cli.Run(app.NewAPIServerCommand())) }
