//! A container that ended in the middle of its trace: whether it starts again, and whether its pod is leaving.

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
use kube::ResourceExt;
use std::time::Duration;
use tokio::time::{sleep, timeout};
use wire::message::Reason;

/// How long the kubelet may take to notice that a container has ended.
const NOTICED: Duration = Duration::from_secs(10);

/// Whether a trace may have ended because its container did.
pub fn may_have_been(outcome: &Outcome) -> bool {
    let by_us = outcome.interrupted || outcome.unread || outcome.enough;
    let ended = match outcome.end.as_ref().map(|end| &end.reason) {
        Some(Reason::InitExiting | Reason::TraceesGone) => true,
        Some(_) => broke_off(outcome),
        // It broke off without a message.
        None => true,
    };
    !by_us && ended
}

/// Whether a trace broke off by itself, though perhaps just when somebody asked for its end.
pub fn broke_off(outcome: &Outcome) -> bool {
    let reason = outcome.end.as_ref().map(|end| &end.reason);
    matches!(reason, Some(Reason::Failed(_) | Reason::Gone(_) | Reason::LeaseExpired))
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

/// How long the API server may take to say what became of a pod whose trace broke off.
const ASKED: Duration = Duration::from_secs(3);

/// Whether the pod of a trace that broke off is leaving or has left, as text: it was deleted, evicted or replaced.
/// Then the tracer ended with everything else in it, and nothing has failed.
pub async fn left(cluster: &Cluster, target: &Target, uid: Option<&str>) -> Option<String> {
    let look = async {
        loop {
            match cluster.pods().get(&target.pod).await {
                Ok(pod) => return has_left(&pod, uid),
                Err(kube::Error::Api(status)) if status.is_not_found() => {
                    return Some(format!("pod {} was deleted", target.pod));
                }
                Err(_) => sleep(Duration::from_millis(500)).await,
            }
        }
    };
    timeout(ASKED, look).await.ok().flatten()
}

fn has_left(pod: &Pod, uid: Option<&str>) -> Option<String> {
    let name = pod.name_any();
    let status = pod.status.as_ref();
    if uid.is_some_and(|uid| pod.metadata.uid.as_deref().is_some_and(|now| now != uid)) {
        return Some(format!("pod {name} was deleted, and another has its name now"));
    }
    if pod.metadata.deletion_timestamp.is_some() {
        return Some(format!("pod {name} is being deleted"));
    }
    // The kubelet ends everything in a pod that is evicted or preempted, or whose node is shut down, and says why.
    let reason = status.and_then(|status| status.reason.as_deref()).filter(|reason| !reason.is_empty())?;
    let failed = status.and_then(|status| status.phase.as_deref()) == Some("Failed");
    failed.then(|| {
        let message = status.and_then(|status| status.message.as_deref()).unwrap_or_default();
        format!("pod {name} was ended by its node: {reason}: {message}")
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    #[test]
    fn a_pod_that_leaves_is_known_by_its_object() {
        let left = |metadata: Value, status: Value| {
            let pod = json!({"metadata": metadata, "status": status});
            has_left(&serde_json::from_value(pod).unwrap(), Some("1"))
        };
        assert_eq!(left(json!({"name": "api", "uid": "1"}), json!({"phase": "Running"})), None);
        let deleted = json!({"name": "api", "uid": "1", "deletionTimestamp": "2026-01-02T03:04:05Z"});
        assert_eq!(left(deleted, json!({})).as_deref(), Some("pod api is being deleted"));
        let another = left(json!({"name": "api", "uid": "2"}), json!({"phase": "Running"}));
        assert!(another.is_some_and(|said| said.contains("another has its name")));
        let evicted = json!({"phase": "Failed", "reason": "Evicted", "message": "low on memory"});
        let said = left(json!({"name": "api", "uid": "1"}), evicted);
        assert!(said.is_some_and(|said| said.contains("Evicted: low on memory")));
        assert_eq!(
            left(json!({"name": "api", "uid": "1"}), json!({"phase": "Failed"})),
            None,
            "it failed by itself"
        );
    }

    #[test]
    fn what_we_ended_ourselves_is_no_restart() {
        assert!(may_have_been(&Outcome::default()));
        assert!(!may_have_been(&Outcome { interrupted: true, ..Outcome::default() }));
        let end = |reason| Outcome {
            end: Some(wire::message::End { events: 0, lost: 0, time: 0, reason }),
            ..Outcome::default()
        };
        assert!(may_have_been(&end(Reason::InitExiting)) && !may_have_been(&end(Reason::Stopped)));
        // Ctrl-C, and just then its pod leaves.
        let told = Outcome { interrupted: true, ..end(Reason::Failed("the agent was told to end".into())) };
        assert!(broke_off(&told) && !may_have_been(&told));
        assert!(!broke_off(&end(Reason::Stopped)) && !broke_off(&Outcome::default()));
    }
}
