//! A container that ended in the middle of its trace, and whether it comes again.

use crate::{
    cluster::Cluster,
    refusal::Refusal,
    screen::Steps,
    session::{
        Outcome,
        container::{start::POLL, state_of},
    },
    targets::{self, Target},
};
use k8s_openapi::api::core::v1::{ContainerStatus, Pod};
use std::time::Duration;
use wire::message::Reason;

/// How long the kubelet may take to notice that a container has ended.
const NOTICED: Duration = Duration::from_secs(10);

/// Whether a trace may have ended because its container did.
pub fn may_have_been(outcome: &Outcome) -> bool {
    let by_us = outcome.interrupted || outcome.unread || outcome.enough;
    let ended = match outcome.end.as_ref().map(|end| &end.reason) {
        Some(
            Reason::InitExiting
            | Reason::TraceesGone
            | Reason::Failed(_)
            | Reason::Gone(_)
            | Reason::LeaseExpired,
        ) => true,
        Some(_) => false,
        // It broke off without a word.
        None => true,
    };
    !by_us && ended
}

/// Waits until the container runs again: the pod and its new container, and how the old one ended. Nothing where it does
/// not, which is said where it is not clear by itself.
///
/// # Errors
/// The pod cannot be looked at any more.
pub async fn await_next(
    cluster: &Cluster,
    old: &Target,
    steps: &Steps,
) -> Result<Option<(Pod, String)>, Refusal> {
    let step = steps.begin_in_lines(format!("waiting for container {} to be started again", old.container));
    loop {
        let pod = cluster.pod(&old.pod).await?;
        match targets::running(&pod, &old.container) {
            Ok(new) if new.id != old.id => {
                let how = status(&pod, &old.container)
                    .and_then(|status| status.last_state.as_ref().and_then(targets::describe));
                return Ok(Some((pod, how.unwrap_or_else(|| "how it ended is not known".to_owned()))));
            }
            // It is the same: either the kubelet has not noticed yet, or only the trace has ended.
            Ok(_) if step.lasted() >= NOTICED => return Ok(None),
            Ok(_) => {}
            Err(refusal) if !targets::may_yet_run(&pod) => {
                steps.say(&format!("It is not followed any more: {}", refusal.in_short()));
                return Ok(None);
            }
            Err(_) if is_over(&pod, &old.container) => {
                steps.say(&format!(
                    "It is not followed any more: {}, and the pod's restart policy does not start it again",
                    state_of(&pod, &old.container)
                ));
                return Ok(None);
            }
            Err(_) => {}
        }
        step.because(&state_of(&pod, &old.container));
        tokio::time::sleep(POLL).await;
    }
}

fn status<'a>(pod: &'a Pod, name: &str) -> Option<&'a ContainerStatus> {
    let status = pod.status.as_ref()?;
    let all = [&status.container_statuses, &status.init_container_statuses];
    all.into_iter().flatten().flatten().find(|status| status.name == name)
}

/// Whether a container that has ended stays so.
fn is_over(pod: &Pod, name: &str) -> bool {
    let Some(ended) = status(pod, name).and_then(|status| status.state.as_ref()?.terminated.as_ref()) else {
        return false;
    };
    let spec = pod.spec.as_ref();
    let containers =
        spec.into_iter().flat_map(|spec| spec.containers.iter().chain(spec.init_containers.iter().flatten()));
    let own = containers.into_iter().find(|c| c.name == name).and_then(|c| c.restart_policy.as_deref());
    match own.or(spec.and_then(|spec| spec.restart_policy.as_deref())) {
        Some("Never") => true,
        Some("OnFailure") => ended.exit_code == 0,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn over(policy: &str, own: Option<&str>, code: i32) -> bool {
        let pod = json!({
            "metadata": {"name": "api"},
            "spec": {"restartPolicy": policy, "containers": [{"name": "app", "restartPolicy": own}]},
            "status": {"containerStatuses": [{"name": "app", "ready": false, "restartCount": 0, "image": "",
                "imageID": "", "state": {"terminated": {"exitCode": code}}}]}
        });
        is_over(&serde_json::from_value(pod).unwrap(), "app")
    }

    #[test]
    fn the_restart_policy_tells_whether_there_is_a_next_life() {
        assert!(!over("Always", None, 0));
        assert!(over("Never", None, 1) && !over("Never", Some("Always"), 1));
        assert!(over("OnFailure", None, 0) && !over("OnFailure", None, 1));
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
    }
}
