//! The messages to the user about a conversation.

use super::{
    machine::input::{Failure, Remark},
    traced::Traced,
};
use crate::{
    plan::TraceRequest,
    refusal::{self, Refusal, count, seconds},
    screen::{Steps, from_tracer},
    session::watch::health,
};
use std::time::Duration;
use wire::text::one_line;

const UNREAD: &str = "The trace has ended; waiting for its reader to take the rest (Ctrl-C gives up)";
const INPUT_STAYS_OPEN: &str = "warning: the API server is older than 1.30 and cannot pass on the end of standard input: \
                                a command that reads to the end of its input waits forever";

/// Text from the tracer's side, as one bounded line that cannot be mistaken for ours.
pub fn quoted(text: &str) -> String {
    one_line(&text.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// Shows a remark.
pub fn say(remark: &Remark, traced: &Traced<'_>, request: &TraceRequest, duration: Duration, steps: &Steps) {
    let (pod, container) = (&traced.target.pod, &traced.target.container);
    match remark {
        Remark::OwnContainer(why) => steps.say(&format!(
            "The tracer runs in its own container, not in {container} (tracer: {})",
            quoted(why)
        )),
        Remark::TargetContainer => {
            steps.say(&format!("The tracer runs in container {container}, with its share of the CPU"));
        }
        Remark::Running => steps.say(&format!(
            "Running {} in container {container} of pod {pod} under the tracer (Ctrl-C interrupts it)",
            request.command.first().map_or("the command", String::as_str)
        )),
        Remark::Tracing { threads, processes } => steps.say(&format!(
            "Tracing {} of {} in container {container} of pod {pod} (Ctrl-C ends it)",
            count((*threads).into(), "thread", "threads"),
            count((*processes).into(), "process", "processes"),
        )),
        Remark::Gap(gap) => steps.insist(&format!("{}{gap}", if gap.is_loss() { "warning: " } else { "" })),
        Remark::Lasted => steps.say(&format!("The trace has lasted {} (--duration)", seconds(duration))),
        Remark::Unread => steps.insist(UNREAD),
        Remark::CommandInterrupted => steps.say("The command was interrupted (Ctrl-C again kills it)"),
        Remark::CommandRunsOn => {
            steps.say("The command runs on without being traced (Ctrl-C leaves it running)");
        }
        Remark::InputStaysOpen => steps.insist(INPUT_STAYS_OPEN),
    }
}

/// What went wrong, and what to do. `trouble`: the failure of the output.
pub fn failure(failure: &Failure, traced: &Traced<'_>, trouble: Option<Refusal>) -> Refusal {
    let (pod, container) = (&traced.target.pod, &traced.target.container);
    match failure {
        Failure::NotPlaced(why) => Refusal::new(format!(
            "the tracer could not be run in container {container}"
        ))
        .cause(from_tracer(&quoted(why)))
        .fix("leave --place target out: where the tracer cannot run there it runs in its own container"),
        Failure::NotRun(why) => {
            Refusal::new(format!("the command could not be run in container {container} of pod {pod}"))
                .cause(from_tracer(&quoted(why)))
        }
        Failure::CommandLost(why) => {
            Refusal::new("the connection to the command is gone, and with it its output and its exit status")
                .cause(quoted(why))
                .cause(format!(
                    "it runs on in container {container} without being traced, as after kubectl exec"
                ))
        }
        Failure::CommandUnknown(why) => Refusal::new("how the command ended is not known").cause(quoted(why)),
        Failure::Output => trouble.unwrap_or_else(|| Refusal::new("the trace cannot be written")),
        Failure::Unwell(alarm) => health::refusal(pod, alarm),
    }
}

/// Shows what the relay wrote to its stderr.
pub fn say_stderr(words: &[u8], steps: &Steps) {
    for line in String::from_utf8_lossy(words).lines() {
        steps.insist(&from_tracer(&quoted(line)));
    }
}

/// Attaching took too long.
pub fn attach_timeout(patience: Duration) -> Refusal {
    refusal::timeout("attaching to the target's processes", patience)
}
