//! Counts of calls, as a table.

/// What is counted, and how the table looks: strace's letters, except `-c`, which is the container here.
#[derive(Debug, Clone, clap::Args)]
#[command(next_help_heading = "Counts (the letters are strace's; its -c is --summary-only)")]
pub struct SummaryArgs {
    /// Count calls, errors and times, and print a table at the end instead of the calls. The tracer counts: the table is
    /// exact however many calls there are
    #[arg(long)]
    pub summary_only: bool,

    /// The same, and print the calls too
    #[arg(short = 'C', long, conflicts_with = "summary_only")]
    pub summary: bool,

    /// Sort the table by this column: `time`, `calls`, `errors`, `name`, `max-time`, ...
    #[arg(short = 'S', long = "summary-sort-by", value_name = "COLUMN")]
    pub sort: Option<String>,

    /// Columns of the table: `time-percent,total-time,min-time,max-time,avg-time,calls,errors,name`
    #[arg(short = 'U', long = "summary-columns", value_name = "COLUMNS")]
    pub columns: Option<String>,

    /// Count the time from the beginning of a call to its end, not the CPU time that the kernel spent in it
    #[arg(short = 'w', long = "summary-wall-clock")]
    pub wall_clock: bool,

    /// Cost of tracing one call, to be subtracted from the times
    #[arg(short = 'O', long = "summary-syscall-overhead", value_name = "TIME")]
    pub overhead: Option<String>,
}
