//! A pod that leaves in the middle of its trace: it is deleted, evicted or replaced. Everything in it ends with it, the
//! tracer as well, and perhaps before its totals and its last events have come. The user is told, and nothing has failed.

use crate::{
    cluster::Cluster,
    session::{Outcome, watch::restart},
    targets::Target,
};
use k8s_openapi::api::core::v1::Pod;
use kube::ResourceExt;
use std::time::Duration;
use tokio::time::{sleep, timeout};
use wire::message::Reason;

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

/// Whether a trace may have ended because its pod left, perhaps just when somebody asked for its end.
pub fn may_have_ended(outcome: &Outcome) -> bool {
    restart::may_have_been(outcome) || outcome.excusable && !outcome.unread
}

/// Excuses what the pod's leaving explains. Gives the line for the user. `left`: how the pod left.
pub fn excuse(outcome: &mut Outcome, left: &str) -> String {
    if outcome.excusable {
        outcome.failure = None;
        outcome.left = true;
    }
    match outcome.end.as_ref().map(|end| &end.reason) {
        Some(Reason::InitExiting | Reason::TraceesGone | Reason::CommandEnded { .. }) => {
            format!("{left}; its trace is over")
        }
        _ => format!("{left}; its trace is over, and its last events may be missing"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        refusal::{INCOMPLETE, Refusal},
        totals,
    };
    use serde_json::{Value, json};
    use wire::message::End;

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
    fn what_a_leaving_pod_explains_is_one_line_and_no_failure() {
        let end = |reason, lost| Some(End { events: 3, lost, time: 1, reason });
        let told = || Reason::Failed("the agent was told to end".into());
        let broke = || Some(Refusal::new("the trace broke off"));
        let (whole, cut) =
            ("pod api is being deleted; its trace is over", ", and its last events may be missing");
        for (end, failure, excusable, missing, status) in [
            (end(Reason::InitExiting, 0), None, false, "", 0),
            (end(told(), 0), None, true, cut, 0),
            // The tracer is gone, and its totals never came.
            (None, broke(), true, cut, 0),
            (None, None, true, cut, 0),
            // Events were lost before that.
            (end(told(), 2), None, true, cut, INCOMPLETE),
            (end(Reason::InitExiting, 2), None, false, "", INCOMPLETE),
            // It is not the pod's fault that the disk is full or that a tracer sends nonsense.
            (None, Some(Refusal::new("disk full")), false, cut, INCOMPLETE),
            (end(told(), 0), Some(Refusal::new("disk full")), false, cut, INCOMPLETE),
        ] {
            let mut outcome = Outcome { end, failure, excusable, ..Outcome::default() };
            let given = format!("{outcome:?}");
            assert!(may_have_ended(&outcome), "{given}");
            assert_eq!(
                excuse(&mut outcome, "pod api is being deleted"),
                format!("{whole}{missing}"),
                "{given}"
            );
            let omission = totals::omission("api", &Ok(outcome));
            assert_eq!(crate::omission::status(&[omission]), status, "{given}");
        }
    }

    #[test]
    fn a_pod_may_leave_just_when_somebody_asks_for_the_end() {
        let asked = |interrupted, unread, excusable| {
            may_have_ended(&Outcome { interrupted, unread, excusable, ..Outcome::default() })
        };
        assert!(asked(true, false, true));
        assert!(!asked(true, false, false), "who is in a hurry does not wait for the answer");
        assert!(!asked(false, true, true), "nobody is left to be told");
    }
}
