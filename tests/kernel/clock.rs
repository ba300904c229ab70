//! The clock is set in the middle of a trace.

use super::{Machine, boot, part};
use std::fs;

/// Years ahead and back again, while a command runs under trace, and while a process is attached.
const STEPS: &str = "
export NO_COLOR=1
sleep 1000 &
sleeper=$!
/tracer -p $sleeper -o /results/attached &
attached=$!
/tracer -f -ttt -T -o /results/trace /bin/sh -c 'i=0; while [ $i -lt 30 ]; do sleep 0.1; i=$((i+1)); done; exit 7' &
traced=$!
sleep 1
date -s '2035-01-01 00:00:00' >/dev/null
sleep 1
date -s '2001-01-01 00:00:00' >/dev/null
wait $traced
status=$?
echo \"== command\"
echo \"status $status\"
kill -INT $attached
wait $attached
echo \"== attached\"
sed -n 's/^TracerPid:.//p' /proc/$sleeper/status
sed -n 's/^State:.\\(.\\).*/\\1/p' /proc/$sleeper/status
echo \"== end\"
kill -0 $sleeper && echo alive
";

#[test]
fn a_clock_that_is_set_holds_up_nobody_and_no_time_runs_backwards() {
    let done = boot(Machine::native(), "clock", STEPS, &[]);
    println!("{}", done.text);
    assert!(part(&done.text, "command").contains("status 7\n"));
    assert_eq!(part(&done.text, "attached"), "0\nS\n");
    assert!(part(&done.text, "end").contains("alive"));
    let trace = fs::read_to_string(done.results.join("trace")).expect("it was left");
    let times: Vec<f64> =
        trace.lines().filter_map(|line| line.split_whitespace().nth(1)?.parse().ok()).collect();
    assert!(times.len() > 300, "{} lines", times.len());
    assert!(times.windows(2).all(|pair| pair[0] <= pair[1]), "time runs backwards:\n{trace}");
    // The clock moves by years, but the trace shows the time that really passed.
    assert!(times[times.len() - 1] - times[0] < 60.0, "{} to {}", times[0], times[times.len() - 1]);
    let took = |line: &str| line.rsplit_once('<')?.1.strip_suffix('>')?.parse::<f64>().ok();
    let sleeps: Vec<f64> = trace.lines().filter(|line| line.contains("nanosleep")).filter_map(took).collect();
    assert!(sleeps.len() >= 30 && sleeps.iter().all(|took| (0.1..10.0).contains(took)), "{sleeps:?}");
}
