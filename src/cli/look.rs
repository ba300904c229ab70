//! The commands that look at a pod without tracing it: `now`, `look`.

use super::{Args, Format, Profile, PullPolicy, TargetArgs, TracerArgs, quantity::duration};
use std::{path::PathBuf, time::Duration};

/// Whether addresses get names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Names {
    /// As far as the person's rights go.
    On,
    /// Nobody is asked.
    Off,
}

/// What every command of this kind takes.
#[derive(Debug, Clone, clap::Args)]
pub struct LookTarget {
    /// Pods by their labels: `app=api,tier!=test`
    #[arg(short = 'l', long, value_name = "SELECTOR")]
    pub selector: Option<String>,

    /// Container of the pod; may be repeated. Default: the one that the pod's annotation names, else the first
    #[arg(short = 'c', long = "container", value_name = "NAME")]
    pub containers: Vec<String>,

    /// All containers of the pod
    #[arg(long, conflicts_with = "containers")]
    pub all_containers: bool,

    /// All running pods, at most 50
    #[arg(long)]
    pub all_pods: bool,

    /// Only these processes of the container: `-p 1,7`
    #[arg(short = 'p', long = "attach", value_name = "PID[,PID]")]
    pub pids: Vec<String>,

    /// Most bytes of a string in the arguments of calls
    #[arg(short = 's', long = "string-limit", value_name = "NUMBER", default_value_t = 32)]
    pub strings: u32,

    /// Hide what is secret in the arguments of calls, as for a trace
    #[arg(long)]
    pub redact: bool,

    /// Do not ask the cluster what addresses are (services, pods, nodes)
    #[arg(long, value_name = "WHETHER", default_value = "on")]
    pub names: Names,

    /// Output format: `json` or `yaml`; default: text
    #[arg(short = 'o', long, value_name = "FORMAT")]
    pub output: Option<Format>,

    /// Image of the tracer
    #[arg(long, value_name = "IMAGE", env = "KUBECTL_STRACE_IMAGE", default_value = super::DEFAULT_IMAGE)]
    pub image: String,

    /// When the node pulls the image
    #[arg(long, value_name = "POLICY", env = "KUBECTL_STRACE_IMAGE_PULL_POLICY")]
    pub image_pull_policy: Option<PullPolicy>,

    /// Rights of the tracer: the least that suffice (`auto`), `unprivileged`, `ptrace`, `file-capability`
    #[arg(long, value_name = "PROFILE", env = "KUBECTL_STRACE_PROFILE", default_value = "auto")]
    pub profile: Profile,

    /// Part of a container, YAML or JSON, to merge into the tracer's (like kubectl debug --custom)
    #[arg(long, value_name = "FILE")]
    pub custom: Option<PathBuf>,

    /// Longest time for any single wait: `30s`, `2m`
    #[arg(long, value_name = "TIME", env = "KUBECTL_STRACE_TIMEOUT", default_value = "60s", value_parser = duration)]
    pub timeout: Duration,
}

/// The flags of `now`.
#[derive(Debug, Clone, clap::Args)]
pub struct NowArgs {
    /// The pod: `POD` or `pod/POD`; or something that has pods: `deploy/NAME`
    #[arg(value_name = "POD | TYPE/NAME")]
    pub what: Vec<String>,

    #[command(flatten)]
    pub target: LookTarget,

    /// Look again and again, so far apart, until Ctrl-C
    #[arg(long, value_name = "TIME", num_args = 0..=1, require_equals = true, default_missing_value = "2s",
          value_parser = duration)]
    pub watch: Option<Duration>,

    /// Each thread on a line of its own, also those that do the same
    #[arg(short = 'v', long = "each")]
    pub each: bool,
}

/// The flags of `look`.
#[derive(Debug, Clone, clap::Args)]
pub struct LookArgs {
    /// The pod, and what about it: `threads`, `fds`, `limits`, `cgroup`, `mounts`, `locks`, `path PATH`. Default: all but
    /// `fds` and `path`
    #[arg(value_name = "POD | TYPE/NAME")]
    pub what: Vec<String>,

    #[command(flatten)]
    pub target: LookTarget,

    /// Also show the command lines of processes, which may hold secrets
    #[arg(long)]
    pub command_lines: bool,
}

impl Args {
    /// Moves what such a command says into the flags of a trace, which the configuration file completes and a plan is made
    /// of. `given`: the ids that were typed, or are in the environment.
    pub fn adopt(&mut self, what: Vec<String>, of: &LookTarget, given: impl IntoIterator<Item = String>) {
        let of = of.clone();
        self.what = what;
        self.target = TargetArgs {
            selector: of.selector,
            containers: of.containers,
            all_containers: of.all_containers,
            all_pods: of.all_pods,
            max_pods: 50,
            follow_pods: false,
            wait: false,
            follow_restarts: None,
        };
        self.trace.pids = of.pids;
        self.trace.strings = of.strings;
        self.output.redact = of.redact;
        self.tracer = TracerArgs {
            image: of.image,
            image_pull_policy: of.image_pull_policy,
            profile: of.profile,
            custom: of.custom,
            timeout: of.timeout,
            ..self.tracer.clone()
        };
        self.given.extend(given);
    }
}
