//! A container that ended in the middle of its trace: whether it starts again.

use crate::{
    cluster::{Cluster, PodWait},
    refusal::{Refusal, seconds},
    screen::Steps,
    session::{
        Outcome,
        container::{state_of, status},
    },
    targets::{self, Target},
};
use k8s_openapi::api::core::v1::Pod;
use std::time::Duration;
use wire::message::Reason;

/// How long the kubelet may take to notice that a container has ended.
const NOTICED: Duration = Duration::from_secs(10);

/// Whether a trace may have ended because its container did.
pub fn may_have_been(outcome: &Outcome) -> bool {
    let by_us = outcome.interrupted || outcome.unread || outcome.enough;
    let ended = match outcome.end.as_ref().map(|end| &end.reason) {
        Some(Reason::InitExiting | Reason::TraceesGone) => true,
        Some(Reason::Failed(_) | Reason::Gone(_) | Reason::LeaseExpired) => true,
        Some(_) => false,
        // It broke off without a message.
        None => true,
    };
    !by_us && ended
}

/// What becomes of a container that ended.
#[derive(Debug)]
pub enum Next {
    /// It runs again: the pod as it is now, and how the last life ended.
    Runs(Box<Pod>, String),
    /// It never stopped; only the trace did.
    Unchanged,
    /// It will not be started again, and why.
    Over(String),
    /// It was not started again in time.
    Late(Refusal),
}

/// Waits until the container runs again, `patience` at most. A request that fails does not end the wait.
pub async fn await_next(cluster: &Cluster, old: &Target, patience: Duration, steps: &Steps) -> Next {
    let what = format!("waiting for container {} to be started again", old.container);
    let mut wait = PodWait::new(cluster, &old.pod, steps.begin_in_lines(what), Some(patience));
    loop {
        let pod = match wait.next().await {
            Ok(Some(pod)) => pod,
            Ok(None) => {
                let what = format!(
                    "container {} of pod {} was not started again within {}",
                    old.container,
                    old.pod,
                    seconds(patience)
                );
                return Next::Late(
                    Refusal::new(what).cause(wait.state()).fix("wait longer with --timeout TIME"),
                );
            }
            Err(refusal) => return Next::Over(refusal.in_short()),
        };
        match targets::running(&pod, &old.container) {
            Ok(new) if new.id != old.id => {
                let how = status(&pod, &old.container)
                    .and_then(|status| status.last_state.as_ref().and_then(targets::describe));
                let how = how.unwrap_or_else(|| "how it ended is not known".to_owned());
                return Next::Runs(Box::new(pod), how);
            }
            // It is the same container: either the kubelet has not noticed yet, or only the trace has ended.
            Ok(_) if wait.lasted() >= NOTICED => return Next::Unchanged,
            Ok(_) => {}
            Err(refusal) if !targets::may_yet_run(&pod) => return Next::Over(refusal.in_short()),
            Err(_) if targets::is_over(&pod, &old.container) => {
                let state = state_of(&pod, &old.container);
                return Next::Over(format!("{state}, and the pod's restart policy does not start it again"));
            }
            Err(_) => {}
        }
        wait.because(&state_of(&pod, &old.container));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_we_ended_ourselves_is_no_restart() {
        assert!(may_have_been(&Outcome::default()));
        assert!(!may_have_been(&Outcome { interrupted: true, ..Outcome::default() }));
        let end = |reason| Outcome {
            end: Some(wire::message::End { events: 0, lost: 0, time: 0, reason }),
            ..Outcome::default()
        };
        assert!(may_have_been(&end(Reason::InitExiting)) && !may_have_been(&end(Reason::Stopped)));
    }
}
