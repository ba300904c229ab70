//! `-h`, `-V`.

/// What `-V` prints.
pub fn version() -> String {
    format!("strace -- version {} (kubectl-strace)\n", env!("CARGO_PKG_VERSION"))
}

/// What `-h` prints.
pub const HELP: &str = "\
Usage: strace [-ACfFhinqqrtttTvVwxxyyzZ] [-I N] [-b execve] [-e EXPR]... [-a COLUMN] [-o FILE] [-s STRSIZE]
              [-X FORMAT] [-O OVERHEAD] [-S SORTBY] [-U COLUMNS] [-P PATH]... [-p PID]...
              { -p PID | [-DDD] [-E VAR=VAL]... [-u USERNAME] PROG [ARGS] }

Startup:       -E VAR[=VAL]  -p PID  -u USERNAME|UID:GID  --argv0=NAME
Tracing:       -b execve  -D[D[D]]  -f  -ff  -I N  --kill-on-exit  --syscall-limit=LIMIT
Filtering:     -e trace=SET  signal=SET  status=SET  fd=SET   -P PATH  -z  -Z
  a SET of calls: names, %classes, /regex, @64 and @32 behind them, ? before what may be unknown, ! before all
Output format: -a COLUMN  -e abbrev=SET  verbose=SET  raw=SET  read=SET  write=SET  quiet=SET  decode-fds=SET
               -i  -n  -N  -o FILE | -o '|COMMAND'  -A  -q[q[q]]  -r  -s STRSIZE  -t[t[t]]  -T  -v  -x[x]
               -X raw|abbrev|verbose  -y[y]  -Y  --decode-pids=comm,pidns  --color[=auto|always|never]
               --always-show-pid  --strings-in-hex[=none|non-ascii-chars|...]
               --absolute-timestamps[=[format:]none|time|unix,[precision:]s|ms|us|ns]
               --format=text|json (ours: one event on a line, docs/events.schema.json)
Statistics:    -c  -C  -O OVERHEAD[UNIT]  -S SORTBY  -U COLUMNS  -w
Engine:        --engine-stats  --tracer-threads=N (ours: what the tracer did, and how many threads it has, 16 at most)
Miscellaneous: -d  -h  -V  --tips[=[[id:]ID|random][,[format:]none|compact|full]]

They mean what strace(1) says. What this tracer does not have it refuses by name.
";
