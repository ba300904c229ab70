//! Who may trace whom under Yama.

use super::{Machine, boot, part};

/// At each Yama scope: attaching to a process of the same user, attaching with CAP_SYS_PTRACE, and running a command. A
/// scope can be raised to 3, but not lowered from it (Documentation/admin-guide/LSM/Yama.rst).
const YAMA: &str = "
# What is compared is words.
export NO_COLOR=1
mkdir -p /etc
echo user:x:1000:1000::/:/bin/sh >/etc/passwd
su user -c 'exec sleep 1000' &
sleeper=$!
sleep 1
for scope in 0 1 2 3; do
    echo $scope >/proc/sys/kernel/yama/ptrace_scope
    echo \"== attach $scope\"
    timeout -s INT 2 su user -c \"exec /tracer -p $sleeper\"
    echo \"== able $scope\"
    timeout -s INT 2 /tracer -p $sleeper
    echo \"== run $scope\"
    su user -c 'exec /tracer -e trace=execve /bin/true'
    echo \"status $?\"
    echo \"== able run $scope\"
    /tracer -e trace=execve /bin/true
    echo \"status $?\"
done
echo \"== end\"
kill -0 $sleeper && echo alive
";

#[test]
fn yama_is_named_where_it_refuses() {
    let text = &boot(Machine::native(), "yama", YAMA, &[]).text;
    println!("{text}");
    let attached = |mark: &str| part(text, mark).contains("restart_syscall(<... resuming interrupted ");
    let says = |mark: &str, expected: &str| {
        let said = part(text, mark);
        assert!(said.contains(expected), "{mark}: '{expected}' is missing in:\n{said}");
    };
    assert!(attached("attach 0") && attached("able 0"));
    for scope in ["1", "2"] {
        assert!(!attached(&format!("attach {scope}")) && attached(&format!("able {scope}")), "{scope}");
        says(&format!("attach {scope}"), &format!("Yama on this node (kernel.yama.ptrace_scope = {scope})"));
        says(&format!("attach {scope}"), "sysctl -w kernel.yama.ptrace_scope=0");
        says(&format!("attach {scope}"), &format!("Yama {scope}]"));
    }
    for mark in ["attach 3", "able 3"] {
        assert!(!attached(mark));
        says(mark, "Yama forbids all tracing on this node (kernel.yama.ptrace_scope = 3)");
    }
    // A command is our own child: scope 1 allows it, 2 only with the capability, 3 never.
    for mark in ["run 0", "run 1", "able run 0", "able run 1", "able run 2"] {
        says(mark, "execve(\"/bin/true\", [\"/bin/true\"]");
        says(mark, "status 0");
    }
    for mark in ["run 2", "run 3", "able run 3"] {
        assert!(!part(text, mark).contains("execve("), "{mark}");
        says(mark, "status 1");
        says(mark, "Yama");
    }
    says("end", "alive");
}
