//! Whether a pod's memory limit leaves enough for a container to be added.
//!
//! A container takes memory before anything of ours runs in it: runc's own process joins the pod's cgroup first. If
//! less is left, the kernel kills a process of the pod, and not ours: what is added to a pod has the `oom_score_adj`
//! of its QoS class, like the others (`GetContainerOOMScoreAdjust` in pkg/kubelet/qos/policy.go), so the largest
//! process is killed, and that is the target. Measured (runc 1.5, Linux 6.18, a limit of 128 MiB): killed with 4 MiB
//! left, not with 8.
//!
//! Only the kubelet knows what is left. The metrics API passes that on; most clusters have it, and every user who may
//! `view` may query it. The kubelet's own summary has it too, for administrators (`nodes/proxy`). Both give the
//! working set (kubernetes.io/docs/reference/instrumentation/node-metrics), which includes recently read files that
//! the kernel would drop. So a pod may have more left than we think, never less.

use crate::{
    cluster::Cluster,
    refusal::{self, Refusal, size},
    screen::{Steps, plain},
};
use k8s_openapi::{
    api::core::v1::{Container, Pod, ResourceRequirements},
    apimachinery::pkg::api::resource::Quantity,
};
use kube::ResourceExt;
use serde::{Deserialize, de::DeserializeOwned};
use std::{fmt, sync::Once, time::Duration};

/// What a container takes while it starts, in bytes.
const START: u64 = 8 << 20;
/// How long to wait for an answer: the user waits for the trace.
const ANSWER: Duration = Duration::from_secs(2);

/// Checks whether the pod's limit leaves enough for one more container. If that is unknown, says so, `once` a run.
///
/// # Errors
/// It does not leave enough.
pub async fn check(cluster: &Cluster, pod: &Pod, once: &Once, steps: &Steps) -> Result<(), Refusal> {
    let Some(limit) = limit(pod) else { return Ok(()) };
    let step = steps.begin(format!("asking how much memory pod {} has left", pod.name_any()));
    let used = used(cluster, pod).await;
    drop(step);
    match used {
        Ok(used) if is_short(limit, used.bytes) => Err(refusal(pod, limit, &used)),
        Ok(_) => Ok(()),
        Err(unknown) => {
            let name = pod.name_any();
            once.call_once(|| {
                steps.say(&format!(
                    "note: it is unknown how much pod {name} has left of its memory limit of {}; an added container takes \
                     about {} of it to start ({unknown})",
                    size(limit),
                    size(START)
                ));
            });
            Ok(())
        }
    }
}

fn is_short(limit: u64, used: u64) -> bool {
    limit.saturating_sub(used) < START + wire::headroom::wanted(limit)
}

fn refusal(pod: &Pod, limit: u64, used: &Used) -> Refusal {
    let name = pod.name_any();
    Refusal::new(format!(
        "nothing was added to pod {name}: its memory limit of {} has {} left, says {} (of {})",
        size(limit),
        size(limit.saturating_sub(used.bytes)),
        used.source,
        plain(&used.time)
    ))
    .cause(format!(
        "a container takes about {} of it to start; if that is not left, the kernel kills the pod's largest \
         process: the target",
        size(START)
    ))
    .fix("wait until the pod uses less, or raise its limit")
    .fix("--keep-going adds it anyway: use that if most of what the pod uses is cached files, which the kernel can drop")
}

/// What a pod uses.
struct Used {
    /// Its working set, in bytes.
    bytes: u64,
    source: Source,
    /// When it was measured.
    time: String,
}

/// Who may know it.
#[derive(Clone, Copy)]
enum Source {
    Metrics,
    Kubelet,
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Source::Metrics => "the metrics API",
            Source::Kubelet => "the kubelet",
        })
    }
}

/// What the metrics API says about a pod (k8s.io/metrics, pkg/apis/metrics/v1beta1).
#[derive(Deserialize)]
struct PodMetrics {
    timestamp: String,
    containers: Vec<ContainerMetrics>,
}

#[derive(Deserialize)]
struct ContainerMetrics {
    usage: Usage,
}

#[derive(Deserialize)]
struct Usage {
    memory: Quantity,
}

/// What a kubelet says about its pods (k8s.io/kubelet, pkg/apis/stats/v1alpha1).
#[derive(Deserialize)]
struct Summary {
    pods: Vec<PodStats>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct PodStats {
    pod_ref: PodRef,
    memory: Option<MemoryStats>,
}

#[derive(Deserialize)]
struct PodRef {
    uid: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct MemoryStats {
    time: String,
    working_set_bytes: Option<u64>,
}

/// # Errors
/// It is unknown, for this reason.
async fn used(cluster: &Cluster, pod: &Pod) -> Result<Used, String> {
    let metrics = metrics(cluster, pod).await;
    let Err(no_metrics) = metrics else { return metrics };
    summary(cluster, pod)
        .await
        .map_err(|no_summary| format!("{}: {no_metrics}; {}: {no_summary}", Source::Metrics, Source::Kubelet))
}

async fn metrics(cluster: &Cluster, pod: &Pod) -> Result<Used, String> {
    let (namespace, name) = (&cluster.namespace, pod.name_any());
    let path = format!("/apis/metrics.k8s.io/v1beta1/namespaces/{namespace}/pods/{name}");
    let PodMetrics { timestamp, containers } = ask(cluster, path).await?;
    let used = containers.iter().map(|container| in_bytes(&container.usage.memory)).sum::<Option<u64>>();
    let bytes = used.filter(|_| !containers.is_empty()).ok_or("it says nothing about its memory")?;
    Ok(Used { bytes, source: Source::Metrics, time: timestamp })
}

async fn summary(cluster: &Cluster, pod: &Pod) -> Result<Used, String> {
    let node = pod.spec.as_ref().and_then(|spec| spec.node_name.as_deref()).unwrap_or_default();
    let path = format!("/api/v1/nodes/{node}/proxy/stats/summary?only_cpu_and_memory=true");
    let Summary { pods } = ask(cluster, path).await?;
    let found = pods.into_iter().find(|found| Some(&found.pod_ref.uid) == pod.metadata.uid.as_ref());
    let memory = found.and_then(|found| found.memory).ok_or("it does not know the pod yet")?;
    let bytes = memory.working_set_bytes.ok_or("it says nothing about its memory")?;
    Ok(Used { bytes, source: Source::Kubelet, time: memory.time })
}

async fn ask<T: DeserializeOwned>(cluster: &Cluster, path: String) -> Result<T, String> {
    let request = http::Request::get(path).body(Vec::new()).map_err(|error| error.to_string())?;
    match tokio::time::timeout(ANSWER, cluster.client.request(request)).await {
        Ok(Ok(answer)) => Ok(answer),
        Ok(Err(kube::Error::Api(status))) if status.is_forbidden() => Err("you may not ask".into()),
        Ok(Err(kube::Error::Api(status))) if status.is_not_found() => {
            Err("it does not know the pod yet".into())
        }
        // A path that nobody serves.
        Ok(Err(kube::Error::Api(status))) if status.code == 404 => Err("not there".into()),
        Ok(Err(kube::Error::Api(status))) => Err(plain(&refusal::said(&status)).into_owned()),
        Ok(Err(error)) => Err(plain(&refusal::chain(&error)).into_owned()),
        Err(_) => Err(format!("no answer within {} s", ANSWER.as_secs())),
    }
}

/// The memory limit of a pod's cgroup: its own, else the sum of its containers', if each has one (`ResourceConfigForPod`
/// in pkg/kubelet/cm/helpers_linux.go).
fn limit(pod: &Pod) -> Option<u64> {
    let spec = pod.spec.as_ref()?;
    let overhead =
        spec.overhead.as_ref().and_then(|overhead| overhead.get("memory")).map_or(Some(0), in_bytes)?;
    if let Some(own) = memory(spec.resources.as_ref()) {
        return Some(own + overhead);
    }
    let mut together = 0;
    // Init containers run one after the other; those that are restarted stay (KEP-753).
    let mut most = 0;
    for container in spec.init_containers.iter().flatten() {
        let its = limit_of(pod, container)?;
        most = most.max(together + its);
        if container.restart_policy.as_deref() == Some("Always") {
            together += its;
        }
    }
    for container in &spec.containers {
        together += limit_of(pod, container)?;
    }
    Some(together.max(most) + overhead)
}

/// The limit in force: it can be changed while a container runs (KEP-1287).
fn limit_of(pod: &Pod, container: &Container) -> Option<u64> {
    let status = crate::session::container::status(pod, &container.name);
    memory(status.and_then(|status| status.resources.as_ref()))
        .or_else(|| memory(container.resources.as_ref()))
}

fn memory(resources: Option<&ResourceRequirements>) -> Option<u64> {
    in_bytes(resources?.limits.as_ref()?.get("memory")?).filter(|limit| *limit > 0)
}

/// A quantity in whole bytes (k8s.io/apimachinery, pkg/api/resource/quantity.go). Not by kube_quantity: it reads `Mi`
/// as 0, which would mean no limit at all.
fn in_bytes(quantity: &Quantity) -> Option<u64> {
    let text = quantity.0.trim();
    let end = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let (number, suffix) = text.split_at(end);
    let scale = match suffix {
        "" => 1.0,
        "n" => 1e-9,
        "u" => 1e-6,
        "m" => 1e-3,
        "k" => 1e3,
        "M" => 1e6,
        "G" => 1e9,
        "T" => 1e12,
        "P" => 1e15,
        "E" => 1e18,
        "Ki" => (1u64 << 10) as f64,
        "Mi" => (1u64 << 20) as f64,
        "Gi" => (1u64 << 30) as f64,
        "Ti" => (1u64 << 40) as f64,
        "Pi" => (1u64 << 50) as f64,
        "Ei" => (1u64 << 60) as f64,
        exponent => 10f64.powi(exponent.strip_prefix(['e', 'E'])?.parse().ok()?),
    };
    let bytes = number.parse::<f64>().ok()? * scale;
    (bytes.is_finite() && bytes < 1e19).then_some(bytes.ceil() as u64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    #[test]
    fn quantities_are_read_in_all_their_forms() {
        let read = |text: &str| in_bytes(&Quantity(text.into()));
        for (text, bytes) in [
            ("134217728", 134_217_728),
            ("128Mi", 134_217_728),
            ("1.5Gi", 1_610_612_736),
            ("129e6", 129_000_000),
            ("129E6", 129_000_000),
            ("129M", 129_000_000),
            ("1E", 1_000_000_000_000_000_000),
            ("128974848000m", 128_974_848),
            ("1u", 1),
            ("0", 0),
        ] {
            assert_eq!(read(text), Some(bytes), "{text}");
        }
        for wrong in ["", "Mi", "-1", "1x", "e6", "1e", "999E999", "1.2.3"] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }

    fn of(spec: Value, statuses: Value) -> Option<u64> {
        let pod = json!({"metadata": {}, "spec": spec, "status": {"containerStatuses": statuses}});
        limit(&serde_json::from_value(pod).unwrap())
    }

    fn limited(name: &str, memory: &str) -> Value {
        json!({"name": name, "resources": {"limits": {"memory": memory}}})
    }

    #[test]
    fn a_pod_is_limited_where_all_of_its_containers_are() {
        let none = json!([]);
        assert_eq!(
            of(json!({"containers": [limited("a", "1k"), limited("b", "2k")]}), none.clone()),
            Some(3000)
        );
        assert_eq!(of(json!({"containers": [limited("a", "1k"), {"name": "b"}]}), none.clone()), None);
        assert_eq!(of(json!({"containers": [limited("a", "0")]}), none.clone()), None);
        let own = json!({"containers": [{"name": "b"}], "resources": {"limits": {"memory": "7k"}}, "overhead": {"memory": "1k"}});
        assert_eq!(of(own, none.clone()), Some(8000));
        // A container that has ended had a higher limit than those that run.
        let mut sidecar = limited("s", "1k");
        sidecar["restartPolicy"] = json!("Always");
        let inits = json!([sidecar, limited("i", "9k")]);
        assert_eq!(
            of(json!({"containers": [limited("a", "1k")], "initContainers": inits}), none),
            Some(10_000)
        );
    }

    #[test]
    fn the_limit_in_force_counts_more_than_the_spec() {
        let status = json!([{
            "name": "a", "image": "i", "imageID": "x", "ready": true, "restartCount": 0,
            "resources": {"limits": {"memory": "5k"}}
        }]);
        assert_eq!(of(json!({"containers": [limited("a", "1k")]}), status), Some(5000));
    }

    #[test]
    fn a_container_and_what_the_tracer_leaves_untouched_must_have_room() {
        let mib = |count: u64| count << 20;
        assert!(is_short(mib(128), mib(127)));
        assert!(is_short(mib(128), mib(105)) && !is_short(mib(128), mib(104)));
        assert!(is_short(mib(16), mib(7)) && !is_short(mib(16), mib(6)));
        assert!(is_short(mib(16), mib(20)), "it may have grown since");
    }
}
