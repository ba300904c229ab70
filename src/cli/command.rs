//! The commands that are no trace.

/// What else than a trace may be wanted. A pod of such a name is `pod/NAME`.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Versions of the plugin, of the tracer that it adds, and of the API server
    #[command(override_usage = "kubectl strace version [flags]")]
    Version(VersionArgs),
}

impl Command {
    /// As it is typed.
    pub fn name(&self) -> &'static str {
        match self {
            Command::Version(_) => "version",
        }
    }
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
