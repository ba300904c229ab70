//! How a trace went, in the last lines and the exit status.

use super::{Steps, from_tracer, progress::at_speed};
use crate::{
    refusal::{self, INCOMPLETE, INTERRUPTED, Refusal, count, seconds, size},
    session::{Gap, Outcome},
};
use render::refused::Line;
use std::{fmt, time::Duration};
use wire::{
    message::{End, Reason},
    refused::{Cause, Refusals},
};

/// What became of one container's trace: none at all, or one that went so.
pub type TraceResult = Result<Outcome, Refusal>;

/// Says what went wrong with one container's trace, and with what `totals` it ended: the bytes that were written, as far
/// as known. Without them the totals of all will be said, and what goes without saying is not.
pub fn report(result: &TraceResult, totals: Option<Option<u64>>, steps: &Steps) {
    let outcome = match result {
        Ok(outcome) => outcome,
        Err(refusal) => return steps.refuse(refusal),
    };
    if outcome.unread && outcome.failure.is_none() {
        return;
    }
    if let Some(refusal) = &outcome.failure {
        steps.refuse(refusal);
    }
    let Some(end) = &outcome.end else {
        // What it was in all only the tracer could have said.
        if let Some(written) = totals.filter(|_| outcome.received > 0) {
            let sizes = Sizes { written, received: outcome.received };
            let lasted = seconds(outcome.lasted);
            steps.insist(&format!("an unknown number of events, {lasted}{sizes}: the trace broke off"));
        }
        return;
    };
    if let Reason::NotRun { status, why } = &end.reason {
        return steps.refuse(&refusal::not_run(*status, &from_tracer(why)));
    }
    if totals.is_some() || end.lost > 0 || !outcome.gaps.is_empty() || end.reason != Reason::Stopped {
        let sizes = Sizes { written: totals.flatten(), received: outcome.received };
        let speed = outcome.speed.and_then(at_speed);
        let speed = speed.map_or(String::new(), |speed| format!(", the target ran {speed}"));
        steps.insist(&sum(end.events, end.lost, outcome.lasted, sizes, &speed, why(&end.reason)));
    }
    if let Reason::Failed(why) | Reason::Gone(why) = &end.reason {
        steps.refuse(&Refusal::new("the trace failed").cause(from_tracer(why)));
    }
    if let Reason::Refused(refusals) = &end.reason {
        steps.refuse(&refused(refusals, &outcome.pod));
    }
    if let Reason::TooSlow { percent, predicted } = &end.reason {
        let what = match predicted {
            true => {
                format!("nothing was attached to: the target would run at {percent} % of its speed or less")
            }
            false => format!("detached: the target ran at {percent} % of its speed"),
        };
        steps.refuse(&Refusal::new(what).cause("that is less than --max-slowdown allows").fix(
            "trace one process (-p, --comm) or another one, or allow more. A filter (-e trace=) makes a call \
                     cheaper that it leaves out, but not free",
        ));
    }
    if let Reason::MemoryShort { limit, left } = &end.reason {
        steps.refuse(
            &Refusal::new(format!(
                "detached: {} are left of the {} that the container may use",
                size(*left),
                size(*limit)
            ))
            .cause("the tracer's memory counts against the pod's limit, and the kernel might have killed the target for it")
            .fix("raise the limit, or take the risk with --keep-going"),
        );
    }
    if let Reason::Evicted(who) = &end.reason {
        steps.refuse(
            &Refusal::new(
                "the trace is incomplete: somebody else ended all traces of the pod (kubectl strace detach)",
            )
            .cause(from_tracer(&format!("it was {who}")))
            .fix("ask them, and run it again"),
        );
    }
    if end.lost > 0 {
        steps.refuse(
            &Refusal::new(format!(
                "the trace is incomplete: {} lost",
                count(end.lost, "event was", "events were")
            ))
            .cause("more happened than was taken from the tracer in time; where, the trace says")
            .fix("trace less (-e trace=...), or write to a file (-o FILE) rather than to a slow terminal"),
        );
    }
    let losses: Vec<&Gap> = outcome.gaps.iter().filter(|gap| gap.is_loss()).collect();
    if let [gap, ..] = &losses[..] {
        let gaps = count(losses.len() as u64, "gap", "gaps");
        steps.refuse(
            &Refusal::new(format!("the trace is incomplete: it has {gaps}"))
                .cause(gap.to_string())
                .fix("run it where the connection to the cluster is steady, or trace less (-e trace=...)"),
        );
    }
}

/// The kernel let none of a pod's processes be traced.
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

/// Says the totals of several containers' traces.
pub fn report_all(results: &[TraceResult], written: Option<u64>, steps: &Steps) {
    let traced: Vec<&Outcome> = results.iter().flatten().filter(|outcome| outcome.end.is_some()).collect();
    let ends = || traced.iter().filter_map(|outcome| outcome.end.as_ref());
    let lasted = traced.iter().map(|outcome| outcome.lasted).max().unwrap_or_default();
    let mut reasons: Vec<&str> = ends().map(|end| why(&end.reason)).collect();
    let whole = reasons.len();
    reasons.sort_unstable();
    reasons.dedup();
    let reason = match reasons.as_slice() {
        [] => "none was traced to its end".to_owned(),
        [one] => (*one).to_owned(),
        several => {
            let of = |reason: &str| ends().filter(|end| why(&end.reason) == reason).count();
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
    steps.insist(&sum(events, lost, lasted, sizes, &from, &reason));
}

/// The exit status.
pub fn code(results: &[TraceResult]) -> u8 {
    let codes: Vec<u8> = results.iter().map(code_of).collect();
    match codes.first() {
        Some(first) if codes.iter().all(|code| code == first) => *first,
        // Part of it is missing.
        _ => INCOMPLETE,
    }
}

fn code_of(result: &TraceResult) -> u8 {
    let outcome = match result {
        Ok(outcome) => outcome,
        Err(refusal) => return refusal.code(),
    };
    match (&outcome.failure, &outcome.end) {
        // As `head` has it: who read had enough.
        (None, _) if outcome.unread => 0,
        (None, Some(End { reason: Reason::NotRun { status, .. }, .. })) => *status,
        (None, Some(end)) => {
            let whole = matches!(
                end.reason,
                Reason::Stopped | Reason::TraceesGone | Reason::InitExiting | Reason::CommandEnded { .. }
            ) && !outcome.gaps.iter().any(Gap::is_loss);
            let code = if whole && end.lost == 0 { 0 } else { INCOMPLETE };
            // A command's own status says more, unless it says nothing.
            outcome.status.filter(|status| *status != 0).unwrap_or(code)
        }
        (Some(refusal), _) if refusal.code() == INTERRUPTED => INTERRUPTED,
        _ => INCOMPLETE,
    }
}

fn why(reason: &Reason) -> &'static str {
    match reason {
        Reason::Stopped => "stopped, detached",
        Reason::TraceesGone => "every traced process has ended",
        Reason::InitExiting => "the container's first process has ended",
        Reason::LeaseExpired => "the tracer did not hear from here and detached",
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

/// How much it was, as text and as it came.
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
    use crate::session::conversation::GapCause;

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
