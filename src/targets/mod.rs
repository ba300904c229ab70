//! What is traced: pods, and containers of them.

mod choose;
mod find;
mod order;
mod query;
mod secrets;
mod volumes;

pub use crate::{container_name::Container, near::near};
pub use choose::{Chosen, containers};
pub use find::{Newcomers, PodChoice, names, pods};
pub use query::{Kind, Pods, TargetQuery, Type, kind, types};
pub use volumes::Volumes;

use crate::refusal::Refusal;
use jiff::Timestamp;
use k8s_openapi::api::core::v1::{ContainerState, ContainerStatus, Pod};
use kube::ResourceExt;
use wire::message::Redact;

/// A container that runs and can be traced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// Namespace of the pod.
    pub namespace: String,
    /// The pod.
    pub pod: String,
    /// The container.
    pub container: String,
    /// Its id: 64 hexadecimal digits, as in the name of its cgroup.
    pub id: String,
    /// When it was started.
    pub started: Option<Timestamp>,
    /// What in it is secret.
    pub secrets: Redact,
}

/// Which containers of a pod to trace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Containers {
    /// The one that kubectl would choose.
    Default,
    /// `-c`, once or several times.
    Named(Vec<String>),
    /// `--all-containers`: all that run, except the ephemeral ones.
    All,
}

impl Containers {
    /// The names of those that a pod has, and kubectl's message if it chose by itself. They may not run.
    ///
    /// # Errors
    /// One that was asked for does not exist.
    pub fn of(&self, pod: &Pod) -> Result<(Vec<String>, Option<String>), Refusal> {
        match self {
            Containers::Default => choose_container(pod, None).map(|(name, said)| (vec![name], said)),
            Containers::Named(names) => {
                let mut chosen = Vec::new();
                for name in names {
                    let (name, _) = choose_container(pod, Some(name))?;
                    if !chosen.contains(&name) {
                        chosen.push(name);
                    }
                }
                Ok((chosen, None))
            }
            Containers::All => {
                let spec = pod.spec.as_ref();
                // Init containers that are not restarted have ended when the others run.
                let sidecars = spec.iter().flat_map(|spec| spec.init_containers.iter().flatten());
                let sidecars = sidecars.filter(|init| init.restart_policy.as_deref() == Some("Always"));
                let containers = spec.iter().flat_map(|spec| &spec.containers);
                let chosen: Vec<String> =
                    containers.chain(sidecars).map(|found| found.name.clone()).collect();
                if chosen.is_empty() {
                    return Err(Refusal::new(format!("pod {} has no containers", pod.name_any())));
                }
                Ok((chosen, None))
            }
        }
    }
}

/// The annotation that names a pod's default container (KEP 2227).
const DEFAULT_CONTAINER: &str = "kubectl.kubernetes.io/default-container";
/// The annotation of a pod that the kubelet took from a file, not from the API server.
const MIRROR: &str = "kubernetes.io/config.mirror";

/// The container to trace, and kubectl's message if it chose by itself.
///
/// # Errors
/// The container that was asked for does not exist.
pub fn choose_container(pod: &Pod, wanted: Option<&str>) -> Result<(String, Option<String>), Refusal> {
    let annotated =
        pod.annotations().get(DEFAULT_CONTAINER).map(String::as_str).filter(|name| !name.is_empty());
    let (containers, init, ephemeral) = container_names(pod);
    if let Some(name) = wanted.or(annotated) {
        if containers.contains(&name) || init.contains(&name) {
            return Ok((name.to_owned(), None));
        }
        let why = match wanted {
            Some(_) => format!("pod {} has no container {name}", pod.name_any()),
            None => format!(
                "pod {} has no container {name}, which its annotation {DEFAULT_CONTAINER} names",
                pod.name_any()
            ),
        };
        if ephemeral.contains(&name) {
            return Err(is_ephemeral(pod, name));
        }
        let near = near(name, containers.iter().chain(&init).copied());
        return Err(Refusal::new(why).cause(format!("its containers are: {}", all_names(pod))).fix(
            match near.first() {
                Some(name) => format!("did you mean -c {name}?"),
                None => "choose one of them with -c".to_owned(),
            },
        ));
    }
    let Some(first) = containers.first() else {
        return Err(Refusal::new(format!("pod {} has no containers", pod.name_any())));
    };
    let alone = containers.len() == 1 && init.is_empty() && ephemeral.is_empty();
    let said = (!alone).then(|| format!("Defaulted container \"{first}\" out of: {}", all_names(pod)));
    Ok(((*first).to_owned(), said))
}

/// The container that was asked for exists, but is an ephemeral one.
fn is_ephemeral(pod: &Pod, name: &str) -> Refusal {
    let spec = pod.spec.iter().flat_map(|spec| spec.ephemeral_containers.iter().flatten());
    let target = spec
        .into_iter()
        .find(|container| container.name == name)
        .and_then(|container| container.target_container_name.as_deref());
    Refusal::new(format!(
        "container {name} of pod {} is an ephemeral container, and such a container cannot be traced",
        pod.name_any()
    ))
    .cause("Kubernetes lets no ephemeral container look into another")
    .fix(match target {
        Some(target) => format!("trace the container that it looks into: -c {target}"),
        None => "choose one of the pod's own containers with -c".to_owned(),
    })
}

fn container_names(pod: &Pod) -> (Vec<&str>, Vec<&str>, Vec<&str>) {
    let Some(spec) = &pod.spec else { return Default::default() };
    let init = spec.init_containers.iter().flatten().map(|c| c.name.as_str());
    let ephemeral = spec.ephemeral_containers.iter().flatten().map(|c| c.name.as_str());
    (spec.containers.iter().map(|c| c.name.as_str()).collect(), init.collect(), ephemeral.collect())
}

/// All names in kubectl's order and words.
fn all_names(pod: &Pod) -> String {
    let (containers, init, ephemeral) = container_names(pod);
    let mut names: Vec<String> = containers.into_iter().map(str::to_owned).collect();
    names.extend(ephemeral.into_iter().map(|name| format!("{name} (ephem)")));
    names.extend(init.into_iter().map(|name| format!("{name} (init)")));
    names.join(", ")
}

/// Whether anything can be added to a pod.
///
/// # Errors
/// It cannot, whether or not its containers run.
pub fn traceable(pod: &Pod) -> Result<(), Refusal> {
    let name = pod.name_any();
    let namespace = pod.namespace().unwrap_or_default();
    let spec = pod.spec.as_ref();
    let selector = spec.and_then(|s| s.node_selector.as_ref()).and_then(|s| s.get("kubernetes.io/os"));
    let os = spec.and_then(|s| s.os.as_ref()).map(|os| &os.name).or(selector);
    if os.is_some_and(|os| os == "windows") {
        return Err(Refusal::new(format!("pod {name} runs on a Windows node"))
            .cause("the tracer shows the system calls of Linux; Windows has none of them"));
    }
    if pod.annotations().contains_key(MIRROR) {
        return Err(Refusal::new(format!("pod {name} is a static pod, to which nothing can be added"))
            .cause("the kubelet took it from a file on its node; the API server has only a mirror of it")
            .fix("trace it on its node: the tracer's image is a strace too (crictl, nerdctl or ctr run it there)"));
    }
    if pod.metadata.deletion_timestamp.is_some() {
        return Err(Refusal::new(format!("pod {name} is being deleted"))
            .fix(format!("trace the one that replaces it: kubectl get pods -n {namespace}")));
    }
    Ok(())
}

/// Whether a pod that can be traced may still begin to run a container, or do so again.
pub fn may_yet_run(pod: &Pod) -> bool {
    matches!(order::phase(pod), "Pending" | "Running" | "Unknown") && traceable(pod).is_ok()
}

/// The same for one container.
pub fn may_yet_start(pod: &Pod, container: &str) -> bool {
    may_yet_run(pod) && !is_over(pod, container)
}

/// Whether a container has ended and is never started again. Its pod's phase says so only some time later, and not at all
/// while other containers run.
pub fn is_over(pod: &Pod, container: &str) -> bool {
    let Some(spec) = &pod.spec else { return false };
    let ended = statuses(pod)
        .find(|status| status.name == container)
        .and_then(|status| status.state.as_ref()?.terminated.as_ref());
    let Some(ended) = ended else { return false };
    let init = spec.init_containers.iter().flatten().find(|found| found.name == container);
    let found = init.or_else(|| spec.containers.iter().find(|found| found.name == container));
    let policy = found.and_then(|found| found.restart_policy.as_deref()).or(spec.restart_policy.as_deref());
    if found.is_some_and(|found| found.restart_policy_rules.is_some()) {
        // Rules may say anything about an exit code (KEP-5307).
        return false;
    }
    match policy.unwrap_or("Always") {
        "Never" => true,
        "OnFailure" => ended.exit_code == 0,
        // An init container that has done its work is not repeated; a sidecar has its own policy.
        _ => init.is_some_and(|init| init.restart_policy.is_none()) && ended.exit_code == 0,
    }
}

fn statuses(pod: &Pod) -> impl Iterator<Item = &ContainerStatus> {
    let status = pod.status.iter();
    status.flat_map(|status| {
        status.container_statuses.iter().flatten().chain(status.init_container_statuses.iter().flatten())
    })
}

/// The running container, if nothing prevents tracing it.
///
/// # Errors
/// It does not run, or nothing can be added to this pod.
pub fn running(pod: &Pod, container: &str) -> Result<Target, Refusal> {
    traceable(pod)?;
    let name = pod.name_any();
    let namespace = pod.namespace().unwrap_or_default();
    let look = format!("kubectl describe pod {name} -n {namespace}");
    let Some(found) = statuses(pod).find(|status| status.name == container) else {
        return Err(container_not_running(pod, container, &look));
    };
    if found.state.as_ref().is_none_or(|state| state.running.is_none()) {
        return Err(container_not_running(pod, container, &look).cause(was(found)));
    }
    let id = found.container_id.as_deref().unwrap_or_default();
    let id = id.rsplit_once("://").map_or(id, |(_, id)| id);
    if id.is_empty() || !id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_') {
        return Err(Refusal::new(format!("the id of container {container} is not known"))
            .cause(format!("the kubelet reports it as '{}'", found.container_id.as_deref().unwrap_or("")))
            .fix("try again in a moment"));
    }
    Ok(Target {
        namespace,
        pod: name,
        container: container.to_owned(),
        id: id.to_owned(),
        started: found
            .state
            .as_ref()
            .and_then(|s| s.running.as_ref())
            .and_then(|r| r.started_at.as_ref())
            .map(|t| t.0),
        secrets: secrets::of(pod, container),
    })
}

fn container_not_running(pod: &Pod, container: &str, look: &str) -> Refusal {
    let refusal = Refusal::new(format!("container {container} of pod {} does not run", pod.name_any()));
    let refusal = refusal.cause(format!("the pod's phase is {}", not_running(pod)));
    match order::phase(pod) {
        "Succeeded" | "Failed" => {
            refusal.fix(format!("only a running pod can be traced; see how it ended: {look}"))
        }
        _ if is_over(pod, container) => refusal
            .cause("it has ended, and its restartPolicy does not start it again")
            .fix(format!("see how it ended: {look}")),
        _ => refusal
            .fix(format!("see what it waits for: {look}"))
            .fix("or let the trace begin as soon as it runs: --wait"),
    }
}

/// Whether containers of a pod run, or have run. While its init containers run, its phase is still Pending.
fn runs(pod: &Pod) -> bool {
    let inits = pod.status.iter().flat_map(|status| status.init_container_statuses.iter().flatten());
    let running =
        |status: &ContainerStatus| status.state.as_ref().is_some_and(|state| state.running.is_some());
    order::phase(pod) == "Running" || inits.into_iter().any(running)
}

/// The phase of a pod, and what is known about its reasons.
fn not_running(pod: &Pod) -> String {
    let status = pod.status.as_ref();
    let mut words = status.and_then(|s| s.phase.clone()).unwrap_or_else(|| "Unknown".into());
    let conditions = status.and_then(|s| s.conditions.as_ref()).into_iter().flatten();
    let unscheduled = conditions
        .into_iter()
        .find(|c| c.type_ == "PodScheduled" && c.status == "False")
        .and_then(|c| c.message.clone().or_else(|| c.reason.clone()));
    for reason in [status.and_then(|s| s.reason.clone()), status.and_then(|s| s.message.clone()), unscheduled]
    {
        if let Some(reason) = reason.filter(|reason| !reason.is_empty()) {
            words = format!("{words}: {reason}");
        }
    }
    words
}

/// What a container that does not run does or did.
pub fn was(status: &ContainerStatus) -> String {
    let now = status.state.as_ref().and_then(describe).unwrap_or_else(|| "is in an unknown state".to_owned());
    match status.last_state.as_ref().and_then(describe) {
        Some(before) if status.state.as_ref().is_some_and(|s| s.waiting.is_some()) => {
            format!("container {} {now}; before that it {before}", status.name)
        }
        _ => format!("container {} {now}", status.name),
    }
}

/// `waits: ErrImagePull: ...`, `ended with exit code 137 (OOMKilled)`; `None` for a state that says nothing.
pub fn describe(state: &ContainerState) -> Option<String> {
    if let Some(waiting) = &state.waiting {
        let reason = waiting.reason.as_deref().unwrap_or("no reason given");
        return Some(match waiting.message.as_deref() {
            Some(message) if !message.is_empty() => format!("waits: {reason}: {message}"),
            _ => format!("waits: {reason}"),
        });
    }
    if let Some(ended) = &state.terminated {
        let mut text = format!("ended with exit code {}", ended.exit_code);
        if let Some(signal) = ended.signal.filter(|signal| *signal != 0) {
            text = format!("ended by signal {signal}");
        }
        if let Some(reason) = ended.reason.as_deref().filter(|reason| !reason.is_empty()) {
            text = format!("{text} ({reason})");
        }
        if let Some(message) = ended.message.as_deref().map(str::trim).filter(|message| !message.is_empty()) {
            text = format!("{text}: {message}");
        }
        return Some(text);
    }
    state.running.as_ref().map(|_| "runs".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn pod(value: serde_json::Value) -> Pod {
        serde_json::from_value(value).unwrap()
    }

    fn two() -> serde_json::Value {
        json!({
            "metadata": {"name": "api", "namespace": "demo"},
            "spec": {"containers": [{"name": "app"}, {"name": "client"}], "initContainers": [{"name": "setup"}],
                     "ephemeralContainers": [{"name": "strace-abcde", "targetContainerName": "app"}]},
            "status": {"phase": "Running", "containerStatuses": [
                {"name": "app", "ready": true, "restartCount": 0, "image": "", "imageID": "",
                 "containerID": "containerd://0123abcd", "state": {"running": {"startedAt": "2026-01-02T03:04:05Z"}}},
                {"name": "client", "ready": false, "restartCount": 4, "image": "", "imageID": "",
                 "state": {"waiting": {"reason": "CrashLoopBackOff", "message": "back-off 5m0s"}},
                 "lastState": {"terminated": {"exitCode": 137, "reason": "OOMKilled"}}}]}
        })
    }

    #[test]
    fn the_default_container_is_kubectls() {
        let mut value = two();
        let (name, said) = choose_container(&pod(value.clone()), None).unwrap();
        assert_eq!(name, "app");
        let expected = "Defaulted container \"app\" out of: app, client, strace-abcde (ephem), setup (init)";
        assert_eq!(said.as_deref(), Some(expected));

        value["metadata"]["annotations"] = json!({DEFAULT_CONTAINER: "client"});
        assert_eq!(choose_container(&pod(value.clone()), None).unwrap(), ("client".into(), None));
        assert_eq!(choose_container(&pod(value), Some("app")).unwrap(), ("app".into(), None));

        let one = pod(json!({"metadata": {"name": "x"}, "spec": {"containers": [{"name": "only"}]}}));
        assert_eq!(choose_container(&one, None).unwrap(), ("only".into(), None));
    }

    #[test]
    fn a_wrong_container_is_answered_with_the_right_ones() {
        let said = choose_container(&pod(two()), Some("ap")).unwrap_err().to_string();
        assert!(said.contains("app, client") && said.contains("did you mean -c app?"), "{said}");
        let said = choose_container(&pod(two()), Some("strace-abcde")).unwrap_err().to_string();
        assert!(said.contains("strace-abcde of pod api is an ephemeral container"), "{said}");
        assert!(said.contains("-c app") && !said.contains("no container"), "{said}");
    }

    #[test]
    fn the_restart_policy_tells_whether_a_container_runs_again() {
        let over = |policy: &str, own: Option<&str>, code: i32| {
            let value = json!({
                "metadata": {"name": "api"},
                "spec": {"restartPolicy": policy, "containers": [{"name": "app", "restartPolicy": own}]},
                "status": {"containerStatuses": [{"name": "app", "ready": false, "restartCount": 0, "image": "",
                    "imageID": "", "state": {"terminated": {"exitCode": code}}}]}
            });
            is_over(&pod(value), "app")
        };
        assert!(!over("Always", None, 0));
        assert!(over("Never", None, 1) && !over("Never", Some("Always"), 1));
        assert!(over("OnFailure", None, 0) && !over("OnFailure", None, 1));
    }

    #[test]
    fn only_what_runs_is_a_target() {
        let target = running(&pod(two()), "app").unwrap();
        assert_eq!((target.id.as_str(), target.namespace.as_str()), ("0123abcd", "demo"));
        assert_eq!(target.started, "2026-01-02T03:04:05Z".parse().ok());

        let said = running(&pod(two()), "client").unwrap_err().to_string();
        assert!(
            said.contains(
                "waits: CrashLoopBackOff: back-off 5m0s; before that it ended with exit code 137 (OOMKilled)"
            ),
            "{said}"
        );
        let said = running(&pod(two()), "setup").unwrap_err().to_string();
        assert!(said.contains("does not run"), "{said}");
    }

    #[test]
    fn pods_that_cannot_be_traced_say_why() {
        let with = |path: &str, value: serde_json::Value| {
            let mut pod_value = two();
            match path.split_once('.') {
                Some((a, b)) => pod_value[a][b] = value,
                None => pod_value[path] = value,
            }
            running(&pod(pod_value), "app").unwrap_err().to_string()
        };
        assert!(with("spec.os", json!({"name": "windows"})).contains("Windows"));
        assert!(with("spec.nodeSelector", json!({"kubernetes.io/os": "windows"})).contains("Windows"));
        assert!(with("metadata.annotations", json!({MIRROR: "1"})).contains("static pod"));
        assert!(with("metadata.deletionTimestamp", json!("2026-01-02T03:04:05Z")).contains("being deleted"));
        let pending = json!({"phase": "Pending", "conditions": [{"type": "PodScheduled", "status": "False",
            "reason": "Unschedulable", "message": "0/1 nodes are available"}]});
        let said = with("status", pending);
        assert!(said.contains("Pending: 0/1 nodes are available"), "{said}");
        assert!(with("status", json!({"phase": "Failed", "reason": "Evicted"})).contains("Failed: Evicted"));
    }

    #[test]
    fn what_never_runs_again_is_not_waited_for() {
        let ended = |policy: &str, code: i32| {
            let mut value = two();
            value["spec"]["restartPolicy"] = json!(policy);
            value["status"]["containerStatuses"][1]["state"] = json!({"terminated": {"exitCode": code}});
            let pod = pod(value);
            (running(&pod, "client").unwrap_err().to_string(), may_yet_start(&pod, "client"))
        };
        for (policy, code) in [("Never", 0), ("Never", 1), ("OnFailure", 0)] {
            let (said, may) = ended(policy, code);
            assert!(!may && !said.contains("--wait") && said.contains("does not start it again"), "{said}");
        }
        for (policy, code) in [("Always", 0), ("OnFailure", 1)] {
            let (said, may) = ended(policy, code);
            assert!(may && said.contains("--wait"), "{policy} {code}: {said}");
        }
        assert!(may_yet_start(&pod(two()), "app"));
    }
}
