//! How a trace went: the last lines, and the exit status.

use crate::{
    gap::{Gap, GapCause},
    omission::Omission,
    refusal::{self, Refusal, count, seconds, size},
    screen::{Steps, at_speed, from_tracer},
    session::Outcome,
};
use render::refused::Line;
use std::{collections::BTreeSet, fmt, time::Duration};
use wire::{
    message::{End, Reason},
    refused::{Cause, Refusals},
};

/// What became of one container's trace: none at all, or one with this outcome.
pub type TraceResult = Result<Outcome, Refusal>;

/// Reports what is missing of one container's trace, and its `totals`: the bytes that were written, if known. Without
/// `totals`, the totals of all containers will follow, and only what is unusual is reported here.
pub fn report(result: &TraceResult, totals: Option<Option<u64>>, steps: &Steps) {
    if let Ok(outcome) = result {
        say_totals(outcome, totals, steps);
    }
    for refusal in missing(result) {
        steps.refuse(&refusal);
    }
}

fn say_totals(outcome: &Outcome, totals: Option<Option<u64>>, steps: &Steps) {
    if outcome.unread && outcome.failure.is_none() {
        return;
    }
    let Some(end) = &outcome.end else {
        // Only the tracer could have told the total.
        if let Some(written) = totals.filter(|_| outcome.received > 0) {
            let sizes = Sizes { written, received: outcome.received };
            let lasted = seconds(outcome.lasted);
            let why = if outcome.left { LEFT } else { "the trace broke off" };
            steps.insist(&format!("an unknown number of events, {lasted}{sizes}: {why}"));
        }
        return;
    };
    let whole = end.lost == 0 && outcome.gaps.is_empty();
    let wanted = (totals.is_some() || end.reason != Reason::Stopped)
        && !(steps.is_silent() && went_well(end, outcome));
    if !matches!(end.reason, Reason::NotRun { .. }) && (wanted || !whole) {
        let sizes = Sizes { written: totals.flatten(), received: outcome.received };
        let speed = outcome.speed.and_then(at_speed);
        let speed = speed.map_or(String::new(), |speed| format!(", the target ran {speed}"));
        steps.insist(&sum(end.events, end.lost, outcome.lasted, sizes, &speed, why(end, outcome)));
    }
}

/// What was asked for of one container but not done; empty if its trace is complete.
pub fn omission(of: &str, result: &TraceResult) -> Omission {
    // If the trace itself failed, the command's status says nothing.
    let command =
        result.as_ref().ok().filter(|outcome| outcome.failure.is_none()).and_then(|outcome| outcome.status);
    Omission { of: of.to_owned(), what: missing(result), command }
}

fn missing(result: &TraceResult) -> Vec<Refusal> {
    let outcome = match result {
        Ok(outcome) => outcome,
        Err(refusal) => return vec![refusal.clone()],
    };
    let mut missing = Vec::from_iter(outcome.failure.clone());
    match &outcome.end {
        // As with `head`: the reader had enough.
        _ if outcome.unread && outcome.failure.is_none() => return missing,
        _ if outcome.left => {}
        None if missing.is_empty() => {
            missing.push(Refusal::new("the trace broke off: how many events there were is not known"));
        }
        None => return missing,
        Some(end) => missing.extend(of_reason(end, outcome)),
    }
    if let Some(lost) = outcome.end.as_ref().map(|end| end.lost).filter(|lost| *lost > 0) {
        missing.push(
            Refusal::new(format!(
                "the trace is incomplete: {} lost",
                count(lost, "event was", "events were")
            ))
            .cause("more happened than was taken from the tracer in time; the trace says where")
            .fix("trace less (-e trace=...), or write to a file (-o FILE) rather than to a slow terminal"),
        );
    }
    let losses: Vec<&Gap> = outcome.gaps.iter().filter(|gap| gap.is_loss()).collect();
    if let [gap, ..] = &losses[..] {
        let gaps = count(losses.len() as u64, "gap", "gaps");
        let fix = match gap.why {
            GapCause::Suspended => {
                "end it rather than suspend it, or write to a file (-o FILE) and leave it in the background (&)"
            }
            _ => "run it where the connection to the cluster is steady, or trace less (-e trace=...)",
        };
        missing.push(
            Refusal::new(format!("the trace is incomplete: it has {gaps}")).cause(gap.to_string()).fix(fix),
        );
    }
    missing
}

/// What is missing because of how the trace ended.
fn of_reason(end: &End, outcome: &Outcome) -> Option<Refusal> {
    Some(match &end.reason {
        Reason::Stopped | Reason::TraceesGone | Reason::InitExiting | Reason::CommandEnded { .. } => return None,
        Reason::NotRun { status, why } => refusal::not_run(*status, &from_tracer(why)),
        Reason::Failed(why) | Reason::Gone(why) => Refusal::new("the trace failed").cause(from_tracer(why)),
        Reason::Refused(refusals) => refused(refusals, &outcome.pod),
        Reason::LeaseExpired | Reason::Forgotten => {
            Refusal::new("the trace is incomplete: the tracer did not hear from this plugin and detached")
                .fix("run it where the connection to the cluster is steady")
        }
        Reason::TooSlow { percent, predicted } => {
            let what = match predicted {
                true => {
                    format!("nothing was attached to: the target would run at {percent} % of its speed or less")
                }
                false => format!("detached: the target ran at {percent} % of its speed"),
            };
            Refusal::new(what).cause("that is less than --max-slowdown allows").fix(
                "trace one process (-p, --comm) or another one, or allow more. A filter (-e trace=) makes a call \
                 cheaper that it leaves out, but not free",
            )
        }
        Reason::MemoryShort { limit, left } => Refusal::new(format!(
            "detached: {} are left of the {} that the container may use",
            size(*left),
            size(*limit)
        ))
        .cause("the tracer's memory counts against the pod's limit, and the kernel might have killed the target for it")
        .fix("raise the limit, or take the risk with --keep-going"),
        Reason::Evicted(who) => Refusal::new(
            "the trace is incomplete: somebody else ended all traces of the pod (kubectl strace detach)",
        )
        .cause(from_tracer(&format!("it was {who}")))
        .fix("ask them, and run it again"),
    })
}

/// The kernel refused to let any of a pod's processes be traced.
fn refused(refusals: &Refusals, pod: &str) -> Refusal {
    let mut refusal = Refusal::new("the kernel let none of the processes be traced");
    for refused in &refusals.first {
        refusal = refusal.cause(from_tracer(&Line(refused).to_string()));
    }
    if refusals.more > 0 {
        refusal = refusal.cause(format!("and {} more", refusals.more));
    }
    let is = |wanted: fn(&Cause) -> bool| refusals.first.iter().any(|refused| wanted(&refused.cause));
    if is(|cause| matches!(cause, Cause::TracedFor { .. })) {
        refusal.fix(format!(
            "wait until they have ended it, trace another process (-p, --comm), or end it: kubectl strace detach {pod}"
        ))
    } else if is(|cause| matches!(cause, Cause::TracedBy { .. } | Cause::TracedUnseen)) {
        refusal.fix(format!(
            "it may be another tracer container's: kubectl strace status {pod} says so, kubectl strace detach ends it"
        ))
    } else if refusals.capability_helps() {
        refusal.fix(
            "run again with --profile ptrace, which adds a tracer container with that capability (this one stays and \
             does nothing)",
        )
    } else if is(|cause| *cause == Cause::Label) {
        refusal.fix("give the tracer the target's label: --custom FILE with securityContext.appArmorProfile or seLinuxOptions")
    } else {
        refusal
    }
}

/// Reports the totals of several containers' traces.
pub fn report_all(results: &[TraceResult], written: Option<u64>, steps: &Steps) {
    let traced: Vec<&Outcome> = results.iter().flatten().filter(|outcome| outcome.end.is_some()).collect();
    let ends = || traced.iter().filter_map(|outcome| outcome.end.as_ref());
    let reasons = || traced.iter().filter_map(|outcome| Some(why(outcome.end.as_ref()?, outcome)));
    let lasted = traced.iter().map(|outcome| outcome.lasted).max().unwrap_or_default();
    let whole = traced.len();
    let different: BTreeSet<&str> = reasons().collect();
    let reason = match Vec::from_iter(different).as_slice() {
        [] => "none was traced to its end".to_owned(),
        [one] => (*one).to_owned(),
        several => {
            let of = |reason: &str| reasons().filter(|why| *why == reason).count();
            let parts: Vec<_> = several.iter().map(|reason| format!("{} {reason}", of(reason))).collect();
            parts.join("; ")
        }
    };
    let from = match results.len() {
        all if all == whole => format!(", {}", count(all as u64, "container", "containers")),
        all => format!(", {whole} of {all} containers"),
    };
    let (events, lost) = (ends().map(|end| end.events).sum(), ends().map(|end| end.lost).sum());
    let sizes = Sizes { written, received: traced.iter().map(|outcome| outcome.received).sum() };
    if !(steps.is_silent() && results.iter().all(|result| missing(result).is_empty())) {
        steps.insist(&sum(events, lost, lasted, sizes, &from, &reason));
    }
}

/// Whether a trace that ends like this has shown everything.
fn went_well(end: &End, outcome: &Outcome) -> bool {
    outcome.left
        || matches!(
            end.reason,
            Reason::Stopped | Reason::TraceesGone | Reason::InitExiting | Reason::CommandEnded { .. }
        )
}

/// Why a trace ended whose pod left.
const LEFT: &str = "the pod has left";

fn why(end: &End, outcome: &Outcome) -> &'static str {
    match &end.reason {
        _ if outcome.left => LEFT,
        Reason::Stopped => "stopped, detached",
        Reason::TraceesGone => "every traced process has ended",
        Reason::InitExiting => "the container's first process has ended",
        Reason::LeaseExpired => "the tracer did not hear from this plugin and detached",
        Reason::Failed(_) | Reason::Gone(_) => "failed",
        Reason::Refused(_) => "the kernel refused",
        Reason::CommandEnded { .. } => "the command has ended",
        Reason::NotRun { .. } => "the command was not run",
        Reason::Evicted(_) => "ended by somebody else",
        Reason::TooSlow { predicted: false, .. } => "the target ran too slowly, detached",
        Reason::TooSlow { predicted: true, .. } => "the target would run too slowly, not attached",
        Reason::MemoryShort { .. } => "the target's memory limit was near, detached",
        Reason::Forgotten => "the tracer does not have this trace any more",
    }
}

/// How much it was, as text and as received.
struct Sizes {
    written: Option<u64>,
    received: u64,
}

impl fmt::Display for Sizes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(written) = self.written {
            write!(f, ", {} written", size(written))?;
        }
        write!(f, ", {} received", size(self.received))
    }
}

fn sum(events: u64, lost: u64, lasted: Duration, sizes: Sizes, more: &str, why: &str) -> String {
    let events = count(events, "event", "events");
    format!("{events}, {lost} lost, {}{sizes}{more}: {why}", seconds(lasted))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        gap::GapCause,
        omission,
        refusal::{INCOMPLETE, INTERRUPTED},
    };

    fn code(results: &[TraceResult]) -> u8 {
        omission::status(&results.iter().map(|result| omission("", result)).collect::<Vec<_>>())
    }

    fn ended(lost: u64, reason: Reason) -> TraceResult {
        Ok(Outcome { end: Some(End { events: 3, lost, time: 0, reason }), ..Outcome::default() })
    }

    #[test]
    fn an_incomplete_trace_is_no_success() {
        let alone = |result: TraceResult| code(&[result]);
        assert_eq!(alone(ended(0, Reason::Stopped)), 0);
        assert_eq!(alone(ended(0, Reason::InitExiting)), 0);
        assert_eq!(alone(ended(1, Reason::Stopped)), INCOMPLETE);
        assert_eq!(alone(ended(0, Reason::LeaseExpired)), INCOMPLETE);
        let mut gap = ended(0, Reason::Stopped);
        let why = |why| Gap { from: 1, to: 2, why };
        gap.as_mut().unwrap().gaps.push(why(GapCause::Restart("x".into())));
        assert_eq!(alone(gap.clone()), 0, "nobody could have been there");
        gap.as_mut().unwrap().gaps.push(why(GapCause::Cut));
        assert_eq!(alone(gap), INCOMPLETE);
        assert_eq!(alone(ended(0, Reason::Failed("x".into()))), INCOMPLETE);
        let full = Outcome { failure: Some(Refusal::new("disk full")), ..Outcome::default() };
        assert_eq!(alone(Ok(full)), INCOMPLETE);
        assert_eq!(alone(Ok(Outcome::default())), INCOMPLETE);
        assert_eq!(alone(Ok(Outcome { unread: true, ..Outcome::default() })), 0);
        assert_eq!(alone(Err(refusal::interrupted(None))), INTERRUPTED);
    }

    #[test]
    fn what_to_do_about_a_gap_depends_on_its_cause() {
        for (why, expected) in [
            (GapCause::Cut, "connection to the cluster is steady"),
            (GapCause::Ended, "connection to the cluster is steady"),
            (GapCause::Suspended, "rather than suspend it"),
        ] {
            let mut outcome = ended(0, Reason::Stopped).unwrap();
            outcome.gaps.push(Gap { from: 1, to: 2, why });
            let said = missing(&Ok(outcome)).pop().unwrap().to_string();
            assert!(said.contains(expected), "{said}");
        }
    }

    #[test]
    fn a_commands_status_is_passed_on() {
        let of = |status, result: TraceResult| Ok(Outcome { status, ..result.unwrap() });
        assert_eq!(code(&[of(Some(3), ended(0, Reason::TraceesGone))]), 3);
        assert_eq!(code(&[of(Some(0), ended(0, Reason::TraceesGone))]), 0);
        assert_eq!(code(&[of(Some(0), ended(1, Reason::TraceesGone))]), INCOMPLETE);
        assert_eq!(code(&[of(Some(137), ended(1, Reason::TraceesGone))]), 137);
        let not_run = Reason::NotRun { status: 127, why: "x".into() };
        assert_eq!(code(&[of(Some(127), ended(0, not_run))]), 127);
    }

    #[test]
    fn one_incomplete_trace_makes_all_incomplete() {
        assert_eq!(code(&[ended(0, Reason::Stopped), ended(0, Reason::InitExiting)]), 0);
        assert_eq!(code(&[ended(0, Reason::Stopped), ended(2, Reason::Stopped)]), INCOMPLETE);
        assert_eq!(code(&[ended(0, Reason::Stopped), Err(refusal::interrupted(None))]), INCOMPLETE);
        assert_eq!(code(&[Err(refusal::interrupted(None)), Err(refusal::interrupted(None))]), INTERRUPTED);
    }
}
