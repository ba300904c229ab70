// Command node holds every Kubernetes program that a one-machine cluster needs, dispatched on the
// name it is called by (argv[0]) or on its first argument. One binary, because the programs share
// nearly all of their code: six of them are 127 MB together and link in one step.
package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strings"

	"github.com/spf13/cobra"
	"go.etcd.io/etcd/server/v3/etcdmain"
	_ "k8s.io/client-go/plugin/pkg/client/auth"
	"k8s.io/component-base/cli"
	"k8s.io/component-base/logs"
	_ "k8s.io/component-base/logs/json/register"
	_ "k8s.io/component-base/metrics/prometheus/clientgo"
	_ "k8s.io/component-base/metrics/prometheus/version"
	kubectl "k8s.io/kubectl/pkg/cmd"
	cmdutil "k8s.io/kubectl/pkg/cmd/util"
	apiserver "k8s.io/kubernetes/cmd/kube-apiserver/app"
	controllermanager "k8s.io/kubernetes/cmd/kube-controller-manager/app"
	scheduler "k8s.io/kubernetes/cmd/kube-scheduler/app"
	kubelet "k8s.io/kubernetes/cmd/kubelet/app"
)

// programs maps the name a program is called by to what runs it; each takes the arguments from
// argv[0] on and returns the exit status.
var programs = map[string]func(args []string) int{
	"etcd":                    runEtcd,
	"image":                   writeImage,
	"kube-apiserver":          component(func() *cobra.Command { return apiserver.NewAPIServerCommand() }),
	"kube-controller-manager": component(func() *cobra.Command { return controllermanager.NewControllerManagerCommand() }),
	"kube-scheduler":          component(func() *cobra.Command { return scheduler.NewSchedulerCommand() }),
	"kubectl":                 runKubectl,
	"kubelet":                 component(func() *cobra.Command { return kubelet.NewKubeletCommand(context.Background()) }),
}

// component runs a cobra command as the program's own main function does.
func component(command func() *cobra.Command) func([]string) int {
	return func([]string) int { return cli.Run(command()) }
}

// runKubectl does what kubectl's own main function does: unlike the components, kubectl reports
// its errors without usage text and with exit codes of its own.
func runKubectl(args []string) int {
	_, _ = logs.GlogSetter(kubectl.GetLogVerbosity(args)) // as kubectl: a bad -v is reported later
	if err := cli.RunNoErrOutput(kubectl.NewDefaultKubectlCommand()); err != nil {
		cmdutil.CheckErr(err) // prints and exits
	}
	return 0
}

func runEtcd(args []string) int {
	etcdmain.Main(args) // exits by itself when it fails
	return 0
}

func main() {
	args := os.Args
	name := filepath.Base(args[0])
	run, known := programs[name]
	if !known && len(args) > 1 {
		args = args[1:]
		name = args[0]
		run, known = programs[name]
	}
	if !known {
		names := make([]string, 0, len(programs))
		for n := range programs {
			names = append(names, n)
		}
		sort.Strings(names)
		fmt.Fprintf(os.Stderr, "node: no program %q here; there are: %s\n", name, strings.Join(names, ", "))
		os.Exit(2)
	}
	os.Args = args // cobra and pflag read it
	os.Exit(run(args))
}
