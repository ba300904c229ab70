//! What the kubelet says about a pod while it is traced: a failing probe may cost the pod its traffic or restart its
//! container, and may fail because of us.
//!
//! A change of the pod wakes the watch. Failures of probes are events, which are looked at once a second, since tracing needs
//! `list events` anyhow, and no right to watch them.

use crate::{
    cluster::{Changes, Cluster},
    refusal::{self, Refusal},
    screen::{Steps, plain},
    targets::Target,
};
use k8s_openapi::api::core::v1::{Container, ContainerStatus, Event, Pod, Probe};
use kube::{
    Api, ResourceExt,
    api::{ListParams, WatchParams},
};
use std::{collections::HashMap, time::Duration};
use tokio::{sync::mpsc, task::JoinHandle, time::timeout};

/// How often to ask, for each ten pods that are traced.
const ASK: Duration = Duration::from_secs(1);
/// How long one answer may take.
const ANSWER: Duration = Duration::from_secs(5);
/// A probe that allows no more seconds than this is tight.
const TIGHT: i32 = 1;

/// Watches one container while it is traced.
#[derive(Debug)]
pub struct Health {
    alarms: Option<mpsc::Receiver<String>>,
    watch: Option<JoinHandle<()>>,
}

impl Health {
    /// Watches nothing.
    pub fn unwatched() -> Health {
        Health { alarms: None, watch: None }
    }

    /// Watches a container of a pod that has probes. With `keep_going`, what goes wrong is only reported.
    pub fn watch(
        cluster: &Cluster,
        pod: &Pod,
        target: &Target,
        among: usize,
        keep_going: bool,
        steps: &Steps,
    ) -> Health {
        let has_probes = containers(pod).any(|found| probes(found).next().is_some());
        let Some(uid) = pod.uid().filter(|_| has_probes) else {
            return Health::unwatched();
        };
        let (alarm, alarms) = mpsc::channel(1);
        let watch = Watch {
            cluster: cluster.clone(),
            pod: pod.name_any(),
            uid,
            container: target.container.clone(),
            steps: steps.clone(),
            ready: is_ready(pod, &target.container),
            id: target.id.clone(),
            failures: None,
        };
        let pause = ASK * u32::try_from(among.div_ceil(10)).unwrap_or(1);
        let watch = tokio::spawn(watch.run(pause, keep_going, alarm));
        Health { alarms: Some(alarms), watch: Some(watch) }
    }

    /// Waits until something goes wrong; forever if nothing does.
    pub async fn alarm(&mut self) -> String {
        if let Some(alarms) = &mut self.alarms
            && let Some(alarm) = alarms.recv().await
        {
            return alarm;
        }
        self.alarms = None;
        std::future::pending().await
    }
}

impl Drop for Health {
    fn drop(&mut self) {
        if let Some(watch) = &self.watch {
            watch.abort();
        }
    }
}

/// Why a trace ended before anybody asked for that.
pub fn refusal(pod: &str, alarm: &str) -> Refusal {
    Refusal::new(format!("detached from pod {pod} because it is not well: {alarm}"))
        .cause("being traced makes a process slower, so the trace may be why")
        .fix("trace less of it (-e trace=...), one process (-p) or for a shorter time; --keep-going traces on anyway")
}

/// Probes that leave little time, reported once for several pods that are alike.
#[derive(Debug, Default)]
pub struct TightProbes {
    said: Vec<String>,
}

impl TightProbes {
    /// Reports those of a container.
    pub fn say(&mut self, pod: &Pod, container: &str, steps: &Steps) {
        for words in tight_probes(pod, container) {
            if !self.said.contains(&words) {
                steps.say(&format!(
                    "warning: {words}: when it fails, the trace ends (--keep-going: it goes on)"
                ));
                self.said.push(words);
            }
        }
    }
}

/// Messages about probes that leave little time.
fn tight_probes(pod: &Pod, container: &str) -> Vec<String> {
    let Some(found) = containers(pod).find(|found| found.name == container) else { return Vec::new() };
    let tight = probes(found).filter(|(_, probe)| probe.timeout_seconds.unwrap_or(1) <= TIGHT);
    let words = tight.map(|(kind, probe)| {
        let failures = probe.failure_threshold.unwrap_or(3);
        let then = match kind {
            "readiness" => "take the pod out of its services",
            _ => "restart it",
        };
        format!(
            "the {kind} probe of container {container} must be answered within {TIGHT} s; {}, every {} s, {then}",
            refusal::count(failures.unsigned_abs().into(), "failure", "failures"),
            probe.period_seconds.unwrap_or(10),
        )
    });
    words.collect()
}

/// All containers that may have probes; sidecars are init containers.
fn containers(pod: &Pod) -> impl Iterator<Item = &Container> {
    let init = pod.spec.iter().flat_map(|spec| spec.init_containers.iter().flatten());
    pod.spec.iter().flat_map(|spec| &spec.containers).chain(init)
}

fn probes(container: &Container) -> impl Iterator<Item = (&'static str, &Probe)> {
    let all = [
        ("startup", &container.startup_probe),
        ("liveness", &container.liveness_probe),
        ("readiness", &container.readiness_probe),
    ];
    all.into_iter().filter_map(|(kind, probe)| Some((kind, probe.as_ref()?)))
}

/// The status of a container that runs.
fn running<'a>(pod: &'a Pod, container: &str) -> Option<&'a ContainerStatus> {
    let status = pod.status.as_ref()?;
    let mut statuses = status.container_statuses.iter().chain(&status.init_container_statuses).flatten();
    let found = statuses.find(|found| found.name == container)?;
    found.state.as_ref()?.running.as_ref()?;
    Some(found)
}

/// Whether a container runs and is ready. The pod's condition `Ready` does not serve: when a kubelet is restarted or
/// lost, the node controller takes it from every pod of its node (k8s.io/kubernetes, pkg/controller/util/node,
/// `MarkPodsNotReady`), whatever the state of the container.
fn is_ready(pod: &Pod, container: &str) -> bool {
    running(pod, container).is_some_and(|status| status.ready)
}

/// The id of a container that runs.
fn id_of(pod: &Pod, container: &str) -> Option<String> {
    running(pod, container)?.container_id.clone()
}

struct Watch {
    cluster: Cluster,
    pod: String,
    uid: String,
    container: String,
    steps: Steps,
    ready: bool,
    /// The id of the container that is traced: we do not slow down another that has taken its place.
    id: String,
    /// How often each failure was seen before; `None` before the first look, whose failures are not caused by us.
    failures: Option<HashMap<String, i32>>,
}

impl Watch {
    async fn run(mut self, pause: Duration, keep_going: bool, alarm: mpsc::Sender<String>) {
        let mut may_list = true;
        let mut said = String::new();
        let params = WatchParams::default().fields(&format!("metadata.name={}", self.pod));
        let mut changes = Changes::of(self.cluster.pods(), params).polled_every(pause);
        loop {
            let mut found = None;
            if may_list {
                match self.failure().await {
                    Ok(failure) => found = failure,
                    Err(kube::Error::Api(status)) if status.is_forbidden() => {
                        may_list = false;
                        self.steps.say(
                            "note: you may not list events, so a failing probe is only noticed when the pod is not Ready any more",
                        );
                    }
                    // It may answer the next time.
                    Err(_) => changes.failed(),
                }
            }
            match self.not_ready().await {
                Ok(not_ready) => found = not_ready.or(found),
                Err(_) => changes.failed(),
            }
            if let Some(found) = found {
                if keep_going && found == said {
                    // Once is enough.
                } else if keep_going {
                    self.steps.insist(&format!("warning: {found} (--keep-going: the trace goes on)"));
                    said = found;
                } else {
                    let _ = alarm.send(found).await;
                    return;
                }
            }
            changes.next().await;
        }
    }

    /// A probe that has failed since the last look.
    async fn failure(&mut self) -> Result<Option<String>, kube::Error> {
        let events = Api::<Event>::namespaced(self.cluster.client.clone(), &self.cluster.namespace);
        let params = ListParams::default()
            .fields(&format!("involvedObject.kind=Pod,involvedObject.uid={},reason=Unhealthy", self.uid));
        let Ok(found) = timeout(ANSWER, events.list(&params)).await else { return Ok(None) };
        let path = format!("{{{}}}", self.container);
        let of_ours = |event: &Event| {
            event.involved_object.field_path.as_ref().is_some_and(|found| found.ends_with(&path))
        };
        let mut now = HashMap::new();
        let mut failed = None;
        for event in found?.items.into_iter().filter(of_ours) {
            let count = event.series.as_ref().and_then(|series| series.count).or(event.count).unwrap_or(1);
            let name = event.name_any();
            let before = self.failures.as_ref().map(|before| before.get(&name).copied().unwrap_or(0));
            if before.is_some_and(|before| count > before) {
                let message = event.message.unwrap_or_default();
                failed = Some(format!("{} (container {})", plain(message.trim()), self.container));
            }
            now.insert(name, count);
        }
        self.failures = Some(now);
        Ok(failed)
    }

    /// Whether it was ready and no longer is, although the traced container still runs.
    async fn not_ready(&mut self) -> Result<Option<String>, kube::Error> {
        let Ok(pod) = timeout(ANSWER, self.cluster.pods().get(&self.pod)).await else { return Ok(None) };
        let pod = pod?;
        let was = std::mem::replace(&mut self.ready, is_ready(&pod, &self.container));
        let runs_on = id_of(&pod, &self.container).is_some_and(|id| id.ends_with(&self.id));
        let lost = was && !self.ready && runs_on && pod.metadata.deletion_timestamp.is_none();
        Ok(lost.then(|| "it is not Ready any more".to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn tight_probes_are_named_with_what_they_cost() {
        let pod = json!({"spec": {"containers": [{
            "name": "app",
            "livenessProbe": {"periodSeconds": 2, "failureThreshold": 1},
            "readinessProbe": {"timeoutSeconds": 5},
            "startupProbe": {"timeoutSeconds": 1},
        }, {"name": "other"}]}});
        let pod: Pod = serde_json::from_value(pod).unwrap();
        let words = tight_probes(&pod, "app");
        assert_eq!(words.len(), 2, "{words:?}");
        assert!(
            words[1].contains("liveness") && words[1].contains("1 failure, every 2 s, restart it"),
            "{words:?}"
        );
        assert!(tight_probes(&pod, "other").is_empty() && tight_probes(&pod, "none").is_empty());
    }

    #[test]
    fn ready_and_running_are_read_from_the_status() {
        let pod = json!({"status": {
            "conditions": [{"type": "Ready", "status": "False"}],
            "containerStatuses": [
                {"name": "app", "image": "", "imageID": "", "ready": true, "restartCount": 0, "containerID": "x://1",
                 "state": {"running": {}}},
                {"name": "gone", "image": "", "imageID": "", "ready": true, "restartCount": 0, "containerID": "x://2",
                 "state": {"terminated": {"exitCode": 0}}},
            ],
        }});
        let pod: Pod = serde_json::from_value(pod).unwrap();
        assert!(is_ready(&pod, "app") && !is_ready(&pod, "gone") && !is_ready(&Pod::default(), "app"));
        assert_eq!(id_of(&pod, "app").as_deref(), Some("x://1"));
        assert_eq!(id_of(&pod, "gone"), None);
    }
}
