//! The tests of `tests/engine` on another kernel and the other processor.

use super::{Machine, boot, compiled, part};
use crate::cluster::root;

/// Runs the programs of `tests/engine` without a tracer, started by it, and attached to it, and prints the results.
/// `attach NAME THREADS OPTIONS -- PROGRAM...` attaches to a program that waits for a line, and then sends it the line.
const SCRIPT: &str = r#"
attach() {
    name=$1 options=$2
    shift 2
    rm -f /tmp/go /tmp/printed /tmp/said /tmp/trace
    mkfifo /tmp/go
    "$@" </tmp/go >/tmp/printed &
    target=$!
    exec 3>/tmp/go
    until grep -q ready /tmp/printed 2>/dev/null; do sleep 0.05; done
    /tracer -f -o /tmp/trace $options -p $target 2>/tmp/said &
    tracer=$!
    until grep -q attached /tmp/said 2>/dev/null; do
        kill -0 $tracer || break
        sleep 0.05
    done
    echo go >&3
    exec 3>&-
    wait $target
    status=$?
    echo "== $name target"
    echo $status
    wait $tracer
    status=$?
    echo "== $name tracer"
    echo $status
    echo "== $name printed"
    sed 1d /tmp/printed
    echo "== $name closed"
    grep -c 'close[( ].*) *= -1 EBADF (Bad file descriptor)$' /tmp/trace
    echo "== $name exited"
    grep -c '+++ exited with' /tmp/trace
    echo "== $name executed"
    grep -c -e ' superseded by execve in pid ' -e 'execve resumed>' -e 'exit_group(7)' /tmp/trace
    echo "== $name said"
    cat /tmp/said
}
for processor in $(ls /programs); do
    corners=/programs/$processor/corners crew=/programs/$processor/crew
    $corners >/tmp/alone
    status=$?
    echo "== $processor alone"
    cat /tmp/alone
    echo "== $processor alone status"
    echo $status
    /tracer -f -o /tmp/trace $corners >/tmp/printed
    status=$?
    echo "== $processor spawned status"
    echo $status
    echo "== $processor spawned"
    cat /tmp/printed
    attach "$processor attached" "" $corners wait
    attach "$processor calls" "-e trace=close --tracer-threads=4" $crew calls 5 400
    for shards in 1 2 5; do
        attach "$processor exec $shards" "--tracer-threads=$shards" $crew exec 4
    done
done
echo "== end"
"#;

fn nothing_is_different(machine: Machine, processors: &[&str]) {
    let mut files = Vec::new();
    for processor in processors {
        let sources = ["corners", "crew"]
            .map(|name| root().join("tests/engine/programs").join(name).with_extension("c"));
        let directory = compiled(processor, &sources);
        files.extend(
            ["corners", "crew"].map(|name| (directory.join(name), format!("programs/{processor}/{name}"))),
        );
    }
    let text = &boot(machine, "engine", SCRIPT, &files).text;
    let says = |mark: String, expected: &str| {
        let said = part(text, &mark);
        assert_eq!(said.trim_end(), expected, "{mark} in:\n{text}");
    };
    for processor in processors {
        let alone = part(text, &format!("{processor} alone")).trim_end();
        says(format!("{processor} alone status"), "42");
        assert!(alone.lines().count() > 25, "{text}");
        says(format!("{processor} spawned"), alone);
        says(format!("{processor} spawned status"), "42");
        says(format!("{processor} attached printed"), alone);
        says(format!("{processor} attached target"), "42");
        says(format!("{processor} calls target"), "0");
        says(format!("{processor} calls closed"), "2000");
        says(format!("{processor} calls exited"), "6");
        for what in
            ["attached".into(), "calls".into(), "exec 1".into(), "exec 2".into(), String::from("exec 5")]
        {
            says(format!("{processor} {what} tracer"), "0");
        }
        for shards in [1, 2, 5] {
            says(format!("{processor} exec {shards} target"), "7");
            says(format!("{processor} exec {shards} executed"), "3");
        }
    }
}

#[test]
fn nothing_is_different_on_another_kernel() {
    nothing_is_different(Machine::X86_64, &["x86_64"]);
}

#[test]
fn nothing_is_different_on_arm() {
    nothing_is_different(Machine::Aarch64, &["aarch64", "arm"]);
}
