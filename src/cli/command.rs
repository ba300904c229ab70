//! The commands other than a trace.

use super::{Format, LookArgs, NowArgs, ReplayArgs};

/// A command other than a trace. A pod with the same name is `pod/NAME`.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// What every thread of a pod does at this moment, and what it waits for. Nobody is traced or stopped
    #[command(override_usage = "kubectl strace now (POD | TYPE/NAME | TYPE NAME | -l SELECTOR) [flags]")]
    Now(Box<NowArgs>),

    /// Facts about a pod's processes: threads, descriptors, limits, mounts, locks, a path. Nobody is traced or stopped
    #[command(override_usage = "kubectl strace look (POD | TYPE/NAME | TYPE NAME | -l SELECTOR) \
                          [threads|fds|limits|cgroup|mounts|locks|path PATH]... [flags]")]
    Look(Box<LookArgs>),

    /// Which pods have a tracer container, who traces, and since when
    #[command(override_usage = "kubectl strace status [POD | TYPE/NAME | TYPE NAME | -l SELECTOR] [flags]")]
    Status(StatusArgs),

    /// End all traces of a pod, other users' too, and its tracer containers
    #[command(
        override_usage = "kubectl strace detach (POD | TYPE/NAME | TYPE NAME | -l SELECTOR | --all) [flags]"
    )]
    Detach(DetachArgs),

    /// Show recordings again, filtered and in any form: what `--record` wrote. Needs no cluster
    #[command(override_usage = "kubectl strace replay FILE... [flags]", mut_args = super::replay::hide)]
    Replay(Box<ReplayArgs>),

    /// Versions of the plugin, of the tracer that it adds, and of the API server
    #[command(override_usage = "kubectl strace version [flags]")]
    Version(VersionArgs),
}

impl Command {
    /// Whether it looks into a pod, as a trace does.
    pub fn looks(&self) -> bool {
        matches!(self, Command::Now(_) | Command::Look(_))
    }

    /// The name on the command line.
    pub fn name(&self) -> &'static str {
        match self {
            Command::Now(_) => "now",
            Command::Look(_) => "look",
            Command::Status(_) => "status",
            Command::Detach(_) => "detach",
            Command::Replay(_) => "replay",
            Command::Version(_) => "version",
        }
    }
}

/// Which pods to look at.
#[derive(Debug, clap::Args)]
pub struct StatusArgs {
    /// The pods: `POD`, `pod/POD`, or something that has pods, `deploy/NAME`; default: all of the namespace
    #[arg(value_name = "POD | TYPE/NAME")]
    pub what: Vec<String>,

    /// Pods by their labels: `app=api,tier!=test`
    #[arg(short = 'l', long, value_name = "SELECTOR")]
    pub selector: Option<String>,

    /// The pods of all namespaces
    #[arg(short = 'A', long, conflicts_with = "what")]
    pub all_namespaces: bool,

    /// Output format: `json` or `yaml`; default: a table
    #[arg(short = 'o', long, value_name = "FORMAT")]
    pub output: Option<Format>,

    /// Longest time for any single wait: `30s`, `2m`
    #[arg(long, value_name = "TIME", default_value = "10s", value_parser = super::duration)]
    pub timeout: std::time::Duration,
}

/// Which traces to end.
#[derive(Debug, clap::Args)]
pub struct DetachArgs {
    /// The pods: `POD`, `pod/POD`, or all pods of something, `deploy/NAME`
    #[arg(value_name = "POD | TYPE/NAME")]
    pub what: Vec<String>,

    /// Pods by their labels: `app=api,tier!=test`
    #[arg(short = 'l', long, value_name = "SELECTOR")]
    pub selector: Option<String>,

    /// Only traces of this container; may be repeated
    #[arg(short = 'c', long = "container", value_name = "NAME")]
    pub containers: Vec<String>,

    /// All pods of the namespace
    #[arg(long, conflicts_with_all = ["what", "selector"])]
    pub all: bool,

    /// Longest time for any single wait: `30s`, `2m`
    #[arg(long, value_name = "TIME", default_value = "15s", value_parser = super::duration)]
    pub timeout: std::time::Duration,
}

/// The flags of `version`.
#[derive(Debug, clap::Args)]
pub struct VersionArgs {
    /// Do not ask the API server
    #[arg(long)]
    pub client: bool,

    /// Output format: `json` or `yaml`; default: text
    #[arg(short = 'o', long, value_name = "FORMAT")]
    pub output: Option<Format>,
}
