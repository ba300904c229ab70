//! The table of counts: `-c`, `-C`, with `-S`, `-U`, `-w`, `-O`.

use std::{cmp::Ordering, fmt::Write};
use syscalls::abi::Abi;
use wire::summary::{Count, Spans};

/// A column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Column {
    /// `time-percent`
    Percent,
    /// `total-time`
    Total,
    /// `min-time`
    Least,
    /// `max-time`
    Most,
    /// `avg-time`
    Average,
    /// `wall-total`
    WallTotal,
    /// `wall-min`
    WallLeast,
    /// `wall-max`
    WallMost,
    /// `wall-avg`
    WallAverage,
    /// `calls`
    Calls,
    /// `errors`
    Errors,
    /// `name`
    Name,
    /// As a sort key: unsorted, in order of call numbers.
    Nothing,
}

/// The columns under their names on the command line.
const NAMES: &[(&str, Column)] = &[
    ("time-percent", Column::Percent),
    ("time", Column::Percent),
    ("total-time", Column::Total),
    ("time-total", Column::Total),
    ("min-time", Column::Least),
    ("shortest", Column::Least),
    ("time-min", Column::Least),
    ("max-time", Column::Most),
    ("longest", Column::Most),
    ("time-max", Column::Most),
    ("avg-time", Column::Average),
    ("time-avg", Column::Average),
    ("wall-total", Column::WallTotal),
    ("total-wall", Column::WallTotal),
    ("wall-min", Column::WallLeast),
    ("min-wall", Column::WallLeast),
    ("wall-max", Column::WallMost),
    ("max-wall", Column::WallMost),
    ("wall-avg", Column::WallAverage),
    ("avg-wall", Column::WallAverage),
    ("calls", Column::Calls),
    ("count", Column::Calls),
    ("errors", Column::Errors),
    ("error", Column::Errors),
    ("name", Column::Name),
    ("syscall", Column::Name),
    ("syscall-name", Column::Name),
];

/// How the table looks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// The columns, in their order.
    pub columns: Vec<Column>,
    /// The sort key: largest first, names in alphabetical order.
    pub sort: Column,
    /// `-w`: the time from entry to exit instead of the kernel's CPU time.
    pub wall: bool,
    /// `-O`: nanoseconds of overhead that the tracer adds to each call.
    pub overhead: u64,
}

impl Default for Options {
    fn default() -> Self {
        use Column::{Average, Calls, Errors, Name, Percent, Total};
        Options {
            columns: vec![Percent, Total, Average, Calls, Errors, Name],
            sort: Percent,
            wall: false,
            overhead: 0,
        }
    }
}

/// Parses the argument of `-S`.
///
/// # Errors
/// In strace's words.
pub fn sort_key(word: &str) -> Result<Column, String> {
    if matches!(word, "nothing" | "none") {
        return Ok(Column::Nothing);
    }
    named(word).ok_or_else(|| format!("invalid sortby: '{word}'"))
}

/// Parses the argument of `-U`. The name comes last if it is not listed.
///
/// # Errors
/// In strace's words.
pub fn columns(list: &str) -> Result<Vec<Column>, String> {
    let mut columns = Vec::new();
    let mut next = Some(list);
    while let Some(rest) = next {
        let (word, behind) = match rest.split_once(',') {
            Some((word, behind)) => (word, Some(behind)),
            None => (rest, None),
        };
        let column = named(word).ok_or_else(|| format!("unknown column name: '{word}'"))?;
        if columns.contains(&column) {
            return Err(format!(
                "call summary column has been provided more than once: '{word}' (-U option residual: '{rest}')"
            ));
        }
        columns.push(column);
        next = behind;
    }
    if !columns.contains(&Column::Name) {
        columns.push(Column::Name);
    }
    Ok(columns)
}

/// strace takes `_` for `-` in them.
fn named(word: &str) -> Option<Column> {
    let word = word.replace('_', "-");
    NAMES.iter().find(|(name, _)| *name == word).map(|(_, column)| *column)
}

/// The numbers of one line.
struct Line<'a> {
    name: &'a str,
    calls: u64,
    errors: u64,
    time: Spans,
    wall: Spans,
}

/// One table for each ABI that was used.
pub fn text(options: &Options, counts: &[Count]) -> String {
    let mut out = String::new();
    let abis: Vec<Abi> =
        Abi::EVERY.into_iter().filter(|abi| counts.iter().any(|count| count.abi == *abi)).collect();
    for abi in &abis {
        // The machine's own ABI gets no heading.
        if abi.pointer() == 4 {
            let _ = writeln!(out, "System call usage summary for {} mode:", abi.mode());
        }
        let mut lines: Vec<Line<'_>> = Vec::new();
        for count in counts.iter().filter(|count| count.abi == *abi) {
            let wall = less(count.wall, count.calls, options.overhead);
            let time = if options.wall { wall } else { less(count.system, count.calls, options.overhead) };
            lines.push(Line { name: &count.name, calls: count.calls, errors: count.errors, time, wall });
        }
        table(&mut out, options, lines);
    }
    out
}

/// The spans of this many calls, minus the tracer's overhead for each.
fn less(spans: Spans, calls: u64, overhead: u64) -> Spans {
    Spans {
        total: spans.total.saturating_sub(overhead.saturating_mul(calls)),
        least: spans.least.saturating_sub(overhead),
        most: spans.most.saturating_sub(overhead),
    }
}

fn table(out: &mut String, options: &Options, mut lines: Vec<Line<'_>>) {
    let average = |spans: Spans, calls: u64| spans.total.checked_div(calls).unwrap_or(0);
    let order = |a: &Line<'_>, b: &Line<'_>| -> Ordering {
        match options.sort {
            Column::Percent | Column::Total => b.time.total.cmp(&a.time.total),
            Column::Least => b.time.least.cmp(&a.time.least),
            Column::Most => b.time.most.cmp(&a.time.most),
            Column::Average => average(b.time, b.calls).cmp(&average(a.time, a.calls)),
            Column::WallTotal => b.wall.total.cmp(&a.wall.total),
            Column::WallLeast => b.wall.least.cmp(&a.wall.least),
            Column::WallMost => b.wall.most.cmp(&a.wall.most),
            Column::WallAverage => average(b.wall, b.calls).cmp(&average(a.wall, a.calls)),
            Column::Calls => b.calls.cmp(&a.calls),
            Column::Errors => b.errors.cmp(&a.errors),
            Column::Name => a.name.cmp(b.name),
            Column::Nothing => Ordering::Equal,
        }
    };
    lines.sort_by(order);
    let sum = |of: fn(&Line<'_>) -> u64| lines.iter().map(of).sum::<u64>();
    let whole = |of: fn(&Line<'_>) -> Spans| Spans {
        total: lines.iter().map(|line| of(line).total).sum(),
        least: lines.iter().map(|line| of(line).least).min().unwrap_or(0),
        most: lines.iter().map(|line| of(line).most).max().unwrap_or(0),
    };
    let total = Line {
        name: "total",
        calls: sum(|line| line.calls),
        errors: sum(|line| line.errors),
        time: whole(|line| line.time),
        wall: whole(|line| line.wall),
    };
    let name_width = lines.iter().map(|line| line.name.len() + 1).max().unwrap_or(0).max(16);
    let last = options.columns.len().saturating_sub(1);
    let mut row = |cell: &dyn Fn(Column, &mut String)| {
        for (index, column) in options.columns.iter().enumerate() {
            if index > 0 {
                out.push(' ');
            }
            let begin = out.len();
            cell(*column, out);
            if *column == Column::Name && index < last {
                let gap = name_width.saturating_sub(out.len() - begin);
                out.extend(std::iter::repeat_n(' ', gap));
            }
        }
        out.push('\n');
    };
    row(&|column, out| out.push_str(title(column)));
    let rule = |column: Column, out: &mut String| {
        let width = if column == Column::Name { name_width } else { title(column).len() };
        out.extend(std::iter::repeat_n('-', width));
    };
    row(&rule);
    let all = total.time.total;
    for line in &lines {
        let percent = if all == 0 { 0.0 } else { 100.0 * line.time.total as f64 / all as f64 };
        row(&|column, out| cell(out, column, line, percent));
    }
    row(&rule);
    row(&|column, out| cell(out, column, &total, 100.0));
}

/// A column's title, as wide as the column.
fn title(column: Column) -> &'static str {
    match column {
        Column::Percent => "% time",
        Column::Total => "    seconds",
        Column::Least => "shortest",
        Column::Most => " longest",
        Column::Average => " usecs/call",
        Column::WallTotal => " wall-total",
        Column::WallLeast => "wall-min",
        Column::WallMost => "wall-max",
        Column::WallAverage => "   wall-avg",
        Column::Calls => "    calls",
        Column::Errors => "   errors",
        Column::Name | Column::Nothing => "syscall",
    }
}

fn cell(out: &mut String, column: Column, line: &Line<'_>, percent: f64) {
    let seconds = |nanos: u64| nanos as f64 / 1e9;
    let micros = |spans: Spans| spans.total.checked_div(line.calls).unwrap_or(0) / 1000;
    let _ = match column {
        Column::Percent => write!(out, "{percent:6.2}"),
        Column::Total => write!(out, "{:11.6}", seconds(line.time.total)),
        Column::Least => write!(out, "{:8.6}", seconds(line.time.least)),
        Column::Most => write!(out, "{:8.6}", seconds(line.time.most)),
        Column::Average => write!(out, "{:11}", micros(line.time)),
        Column::WallTotal => write!(out, "{:11.6}", seconds(line.wall.total)),
        Column::WallLeast => write!(out, "{:8.6}", seconds(line.wall.least)),
        Column::WallMost => write!(out, "{:8.6}", seconds(line.wall.most)),
        Column::WallAverage => write!(out, "{:11}", micros(line.wall)),
        Column::Calls => write!(out, "{:9}", line.calls),
        Column::Errors if line.errors == 0 => write!(out, "{:9}", ""),
        Column::Errors => write!(out, "{:9}", line.errors),
        Column::Name | Column::Nothing => out.write_str(line.name),
    };
}
