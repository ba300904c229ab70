//! The commands that are no trace.

/// What else than a trace may be wanted. A pod of such a name is `pod/NAME`.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Which pods have a tracer container, who traces, and since when
    #[command(override_usage = "kubectl strace status [POD | TYPE/NAME | TYPE NAME | -l SELECTOR] [flags]")]
    Status(StatusArgs),

    /// End all traces of a pod, also those of others, and its tracer containers
    #[command(
        override_usage = "kubectl strace detach (POD | TYPE/NAME | TYPE NAME | -l SELECTOR | --all) [flags]"
    )]
    Detach(DetachArgs),

    /// Versions of the plugin, of the tracer that it adds, and of the API server
    #[command(override_usage = "kubectl strace version [flags]")]
    Version(VersionArgs),
}

impl Command {
    /// As it is typed.
    pub fn name(&self) -> &'static str {
        match self {
            Command::Status(_) => "status",
            Command::Detach(_) => "detach",
            Command::Version(_) => "version",
        }
    }
}

/// Whose tracer containers are meant.
#[derive(Debug, clap::Args)]
pub struct StatusArgs {
    /// The pods: `POD`, `pod/POD`, or what has pods, `deploy/NAME`; else all of the namespace
    #[arg(value_name = "POD | TYPE/NAME")]
    pub what: Vec<String>,

    /// Pods by their labels: `app=api,tier!=test`
    #[arg(short = 'l', long, value_name = "SELECTOR")]
    pub selector: Option<String>,

    /// The pods of all namespaces
    #[arg(short = 'A', long, conflicts_with = "what")]
    pub all_namespaces: bool,

    /// How it is written: a table, or `json` or `yaml`
    #[arg(short = 'o', long, value_name = "FORMAT")]
    pub output: Option<Format>,

    /// Longest that any single wait may last: `30s`, `2m`
    #[arg(long, value_name = "TIME", default_value = "10s", value_parser = super::duration)]
    pub timeout: std::time::Duration,
}

/// Whose traces are to end.
#[derive(Debug, clap::Args)]
pub struct DetachArgs {
    /// The pods: `POD`, `pod/POD`, or what has pods, `deploy/NAME`, of which all are meant
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

    /// Longest that any single wait may last: `30s`, `2m`
    #[arg(long, value_name = "TIME", default_value = "15s", value_parser = super::duration)]
    pub timeout: std::time::Duration,
}

/// Which versions.
#[derive(Debug, clap::Args)]
pub struct VersionArgs {
    /// Do not ask the API server
    #[arg(long)]
    pub client: bool,

    /// How it is written: as text, or `json` or `yaml`
    #[arg(short = 'o', long, value_name = "FORMAT")]
    pub output: Option<Format>,
}

/// How an answer that is no trace is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// JSON.
    Json,
    /// YAML.
    Yaml,
}
