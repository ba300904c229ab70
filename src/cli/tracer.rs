//! The tracer container.

use super::{DEFAULT_IMAGE, quantity::duration};
use std::path::PathBuf;

/// The tracer container.
#[derive(Debug, Clone, clap::Args)]
#[command(next_help_heading = "Tracer")]
pub struct TracerArgs {
    /// Image of the tracer
    #[arg(long, value_name = "IMAGE", env = "KUBECTL_STRACE_IMAGE", default_value = DEFAULT_IMAGE)]
    pub image: String,

    /// When the node pulls the image
    #[arg(long, value_name = "POLICY", env = "KUBECTL_STRACE_IMAGE_PULL_POLICY")]
    pub image_pull_policy: Option<PullPolicy>,

    /// Rights of the tracer: the least that suffice (`auto`); `unprivileged` none but the target's own user, `ptrace`
    /// root with SYS_PTRACE, `file-capability` SYS_PTRACE without root
    #[arg(long, value_name = "PROFILE", env = "KUBECTL_STRACE_PROFILE", default_value = "auto")]
    pub profile: Profile,

    /// Where the tracer runs: in the `target` container, with its share of the CPU (many times faster on a busy one,
    /// but its memory counts there), in its own container (`agent`), or in the target's if nothing is lost by that
    /// (`auto`)
    #[arg(long, value_name = "PLACE", env = "KUBECTL_STRACE_PLACE", default_value = "auto")]
    pub place: TracerPlace,

    /// Add nothing to the pod: run the strace of the container's own image (or a /tracer) with the letters as they
    /// are. It needs a shell there, and has only the container's own rights
    #[arg(long)]
    pub in_place: bool,

    /// Part of a container, YAML or JSON, to merge into the tracer's (like kubectl debug --custom)
    #[arg(long, value_name = "FILE")]
    pub custom: Option<PathBuf>,

    /// Print what would be sent and change nothing: `client` asks nobody, `server` lets the API server check it (-o
    /// yaml|json)
    #[arg(long, value_name = "WHO")]
    pub dry_run: Option<DryRun>,

    /// How long the tracer container stays when nobody uses it; `10m` unless it was ever set
    #[arg(long, value_name = "TIME", value_parser = duration)]
    pub idle: Option<std::time::Duration>,

    /// Longest time for any single wait: `30s`, `2m`
    #[arg(long, value_name = "TIME", env = "KUBECTL_STRACE_TIMEOUT", default_value = "60s", value_parser = duration)]
    pub timeout: std::time::Duration,
}

/// The rights of the tracer in the pod.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Profile {
    /// The least that suffice.
    Auto,
    /// No capability, the target's own user.
    Unprivileged,
    /// root with SYS_PTRACE.
    Ptrace,
    /// SYS_PTRACE without root, by a capability of the tracer's file.
    FileCapability,
}

/// In which container the tracer runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum TracerPlace {
    /// The target's if nothing is lost by that, else its own.
    Auto,
    /// The target's.
    Target,
    /// Its own.
    Agent,
}

/// Who checks an object that is only printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum DryRun {
    /// Nobody.
    Client,
    /// The API server, with everything that it would check.
    Server,
}

/// `imagePullPolicy` of a container.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
#[value(rename_all = "PascalCase")]
pub enum PullPolicy {
    /// Before every start
    Always,
    /// When the node does not have it
    IfNotPresent,
    /// Never
    Never,
}

impl PullPolicy {
    /// The name in the API.
    pub fn name(self) -> &'static str {
        match self {
            PullPolicy::Always => "Always",
            PullPolicy::IfNotPresent => "IfNotPresent",
            PullPolicy::Never => "Never",
        }
    }
}
