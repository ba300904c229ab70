//! What is traced, and in how much detail.

use clap::ArgAction;

/// What to trace, and in how much detail: strace's letters.
#[derive(Debug, Clone, clap::Args)]
#[command(next_help_heading = "What (the letters are strace's)")]
pub struct TraceArgs {
    /// Calls to show: `trace=openat,close`, `trace=%file`, `trace=!futex`, `trace=/regex`; `trace=` may be left out.
    /// strace's other qualifiers work too, each also as a long option (`--status=failed`): `status= signal= fd=
    /// quiet= abbrev= verbose= raw= read= write= decode-fds= decode-pids= namespace= inject= fault=`
    #[arg(short = 'e', long = "trace", value_name = "EXPR", allow_hyphen_values = true)]
    pub expressions: Vec<String>,

    /// Only calls on this path, or on a descriptor open on it; may be repeated
    #[arg(short = 'P', long = "trace-path", value_name = "PATH")]
    pub trace_paths: Vec<String>,

    /// Let `-e inject=` and `-e fault=` change what calls do, which can break what runs in the pod
    #[arg(long)]
    pub allow_tampering: bool,

    /// Processes (or threads) to trace, by their ids inside the container; default: all of the container
    #[arg(short = 'p', long = "attach", value_name = "PID[,PID]")]
    pub pids: Vec<String>,

    /// Processes of the container by name (as `ps` and `top` show it): a regular expression; may be repeated.
    /// Includes their children
    #[arg(long, value_name = "REGEX", conflicts_with = "pids")]
    pub comm: Vec<String>,

    /// Processes of the container by the path of their program: a regular expression; may be repeated. Includes their
    /// children
    #[arg(long, value_name = "REGEX", conflicts_with = "pids")]
    pub exe: Vec<String>,

    /// With `-p`: trace their children and other threads too; with a command: its children. Otherwise this is always
    /// done
    #[arg(short = 'f', long = "follow-forks", action = ArgAction::Count)]
    pub follow: u8,

    /// Detach from a thread when it is about to execute a program (`execve`, the only call that strace allows here)
    #[arg(short = 'b', long, value_name = "CALL", value_parser = ["execve"])]
    pub detach_on: Option<String>,

    /// End the trace after this many calls, counted by the tracer
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u64).range(1..))]
    pub syscall_limit: Option<u64>,

    /// Number of tracing threads, 16 at most; default: as many as serve best
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u8).range(1..=16))]
    pub tracer_threads: Option<u8>,

    /// Report at the end what the tracer did: stops, on whose CPU, memory reads
    #[arg(long)]
    pub engine_stats: bool,

    /// Leave out processes that enter the container later, such as probes and `kubectl exec`
    #[arg(long)]
    pub no_entrants: bool,

    /// Only calls that succeed
    #[arg(short = 'z', long = "successful-only", conflicts_with = "failed")]
    pub successful: bool,

    /// Only calls that fail
    #[arg(short = 'Z', long = "failed-only")]
    pub failed: bool,

    /// Longest string to print, in bytes
    #[arg(short = 's', long = "string-limit", value_name = "SIZE", default_value_t = 32)]
    pub strings: u32,

    /// Print structures and lists in full
    #[arg(short = 'v', long = "no-abbrev")]
    pub verbose: bool,

    /// Print the path of a file descriptor; `-yy` also what sockets, devices and the like are
    #[arg(short = 'y', long = "decode-fds", action = ArgAction::Count)]
    pub paths: u8,

    /// Print the name of a process next to its id
    #[arg(short = 'Y')]
    pub names: bool,

    /// Print the names of arguments
    #[arg(short = 'N', long = "arg-names")]
    pub arguments: bool,

    /// Print strings that are not printable ASCII in hexadecimal; `-xx` all strings
    #[arg(short = 'x', action = ArgAction::Count)]
    pub hex: u8,

    /// The same, for the strings chosen here
    #[arg(long, value_name = "WHICH", num_args = 0..=1, require_equals = true, default_missing_value = "all",
          conflicts_with = "hex")]
    pub strings_in_hex: Option<HexStyle>,

    /// How to print constants: by their names, as numbers, or as both
    #[arg(short = 'X', long = "const-print-style", value_name = "STYLE", default_value = "abbrev")]
    pub constants: Style,
}

/// Which strings are printed in hexadecimal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum HexStyle {
    /// All
    All,
    /// None
    None,
    /// Those that are not printable ASCII
    NonAscii,
    /// Only the characters that are not printable ASCII
    NonAsciiChars,
}

/// How constants are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Style {
    /// By their names
    Abbrev,
    /// As numbers
    Raw,
    /// As numbers, followed by their names
    Verbose,
}

impl Style {
    /// The name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Style::Abbrev => "abbrev",
            Style::Raw => "raw",
            Style::Verbose => "verbose",
        }
    }
}
