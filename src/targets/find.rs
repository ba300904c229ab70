//! From a name to pods: as `kubectl exec` and `kubectl logs` find them.

use super::{
    Kind, Pods, TargetQuery, not_running,
    order::{self, preference},
    query::job,
    runs,
};
use crate::{
    cluster::{Changes, Cluster, Noun, POD},
    refusal::{self, Refusal, count},
    screen::Steps,
};
use k8s_openapi::{api::core::v1::Pod, apimachinery::pkg::apis::meta::v1::LabelSelector};
use kube::{
    Api, ResourceExt,
    api::{DynamicObject, ListParams, WatchParams},
    core::{ApiResource, GroupVersionKind, Selector},
};
use std::{collections::HashSet, time::Duration};
use tokio::time::sleep;

/// How long to let pods settle after a change: a rollout changes many.
const SETTLE: Duration = Duration::from_secs(2);
/// Most pods that are listed: a selector that matches more is not the one that was meant.
const MOST: usize = 5000;
/// Most pods that do not run whose state an error shows.
const EXAMPLES: usize = 3;

/// Which of the pods to trace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PodChoice {
    /// The one that kubectl would choose.
    One,
    /// All that run, but at most this many.
    All(usize),
}

/// The pods to trace, at least one.
///
/// With `wait`, a pod that is yet to start counts like one that runs, and if there is none at all, it is waited for.
///
/// # Errors
/// There is none, or none runs, or there are too many, or the server does not tell.
pub async fn pods(
    cluster: &Cluster,
    query: &TargetQuery,
    choice: PodChoice,
    wait: bool,
    steps: &Steps,
) -> Result<Vec<Pod>, Refusal> {
    if let TargetQuery::Pod(name) = query {
        let _step = steps.begin(format!("waiting for {} to say what pod {name} is", cluster.server));
        return Ok(vec![cluster.pod(name).await?]);
    }
    let step = steps.begin(format!("waiting for {} to say which pods {query} has", cluster.server));
    let object = match query {
        TargetQuery::Workload(kind, name) => Some((*kind, object(cluster, kind, name).await?)),
        _ => None,
    };
    let mut all = members(cluster, query, object.as_ref()).await?;
    let mut changes = None;
    loop {
        if all.is_empty()
            && object.is_none()
            && let Some(refusal) = cluster.no_such_namespace().await
        {
            return Err(refusal);
        }
        all.sort_by(preference);
        let usable = |pod: &Pod| {
            pod.metadata.deletion_timestamp.is_none() && (runs(pod) || wait && order::phase(pod) == "Pending")
        };
        if all.iter().any(usable) || !wait {
            let (usable, rest): (Vec<Pod>, Vec<Pod>) = all.into_iter().partition(usable);
            drop(step);
            return choose(
                query,
                object.as_ref().map(|(_, object)| object),
                usable,
                &rest,
                choice,
                cluster,
                steps,
            );
        }
        if step.lasted() >= cluster.timeout {
            let refusal = refusal::timeout(&format!("no pod of {query} came up"), cluster.timeout);
            return Err(all.first().map_or(refusal.clone(), |pod| refusal.cause(phase_words(pod))));
        }
        step.because(&match all.first() {
            None => "it has none; waiting for one (--wait)".to_owned(),
            Some(pod) => format!("none runs; waiting for one (--wait): {}", phase_words(pod)),
        });
        let changes: &mut Changes =
            changes.get_or_insert_with(|| changes_of(cluster, query, object.as_ref()));
        changes.next().await;
        match members(cluster, query, object.as_ref()).await {
            Ok(found) => all = found,
            Err(refusal) => {
                changes.failed();
                step.because(&format!("trying again: {}", refusal.in_short()));
            }
        }
    }
}

/// The object that a query names, if it names one.
type Named = (&'static Kind, DynamicObject);

/// The present pods of a query.
async fn members(
    cluster: &Cluster,
    query: &TargetQuery,
    object: Option<&Named>,
) -> Result<Vec<Pod>, Refusal> {
    match (query, object) {
        (TargetQuery::Selector(selector), _) => list(cluster, selector).await,
        (_, Some((kind, object))) => pods_of(cluster, kind, object).await,
        _ => Ok(Vec::new()),
    }
}

/// Tells when the pods of a query may have changed.
fn changes_of(cluster: &Cluster, query: &TargetQuery, object: Option<&Named>) -> Changes {
    let labels = match (query, object) {
        (TargetQuery::Selector(selector), _) => Some(selector.clone()),
        // A cron job's pods belong to its jobs, which come and go too.
        (_, Some((kind, object))) if kind.pods != Pods::Jobs => selector(kind, object).ok(),
        _ => None,
    };
    match labels.filter(|labels| !labels.is_empty()) {
        Some(labels) => Changes::of(cluster.pods(), WatchParams::default().labels(&labels)),
        None => Changes::polled(),
    }
}

/// The pods of a query that begin to run while others of it are traced.
pub struct Newcomers {
    cluster: Cluster,
    query: TargetQuery,
    object: Option<Named>,
    changes: Option<Changes>,
    /// Whether something has changed since the last look.
    changed: bool,
    /// The uids of those that are traced, or were named.
    known: HashSet<String>,
}

impl Newcomers {
    /// All pods of the query except those that are known.
    pub fn new<'a>(
        cluster: &Cluster,
        query: &TargetQuery,
        known: impl IntoIterator<Item = &'a Pod>,
    ) -> Newcomers {
        Newcomers {
            cluster: cluster.clone(),
            query: query.clone(),
            object: None,
            changes: None,
            changed: false,
            known: known.into_iter().filter_map(ResourceExt::uid).collect(),
        }
    }

    /// Those that are new right now.
    ///
    /// # Errors
    /// The server does not say.
    pub async fn now(&mut self) -> Result<Vec<Pod>, Refusal> {
        self.find_object().await?;
        let found = members(&self.cluster, &self.query, self.object.as_ref()).await?;
        Ok(unknown(found, &mut self.known))
    }

    async fn find_object(&mut self) -> Result<(), Refusal> {
        if let (None, TargetQuery::Workload(kind, name)) = (&self.object, &self.query) {
            self.object = Some((*kind, object(&self.cluster, kind, name).await?));
        }
        Ok(())
    }

    /// Waits until there are new ones, and gives each once. Cancel-safe.
    pub async fn next(&mut self) -> Vec<Pod> {
        loop {
            // It existed a moment ago.
            if self.find_object().await.is_err() {
                sleep(SETTLE).await;
                continue;
            }
            let changes = self
                .changes
                .get_or_insert_with(|| changes_of(&self.cluster, &self.query, self.object.as_ref()));
            if !self.changed {
                changes.next().await;
                self.changed = true;
            }
            sleep(SETTLE).await;
            let found = members(&self.cluster, &self.query, self.object.as_ref()).await;
            self.changed = false;
            match found {
                Ok(found) => {
                    let new = unknown(found, &mut self.known);
                    if !new.is_empty() {
                        return new;
                    }
                }
                Err(_) => changes.failed(),
            }
        }
    }
}

/// Those that run and are not known yet. From now on they are known.
fn unknown(found: Vec<Pod>, known: &mut HashSet<String>) -> Vec<Pod> {
    let runs = |pod: &Pod| pod.metadata.deletion_timestamp.is_none() && order::phase(pod) == "Running";
    found.into_iter().filter(|pod| runs(pod) && pod.uid().is_some_and(|uid| known.insert(uid))).collect()
}

fn choose(
    query: &TargetQuery,
    object: Option<&DynamicObject>,
    mut usable: Vec<Pod>,
    rest: &[Pod],
    choice: PodChoice,
    cluster: &Cluster,
    steps: &Steps,
) -> Result<Vec<Pod>, Refusal> {
    let all = usable.len() + rest.len();
    let Some(first) = usable.first() else {
        return Err(none(query, object, rest, &cluster.namespace));
    };
    match choice {
        PodChoice::One => {
            let of = match (usable.len(), all) {
                (1, 1) => format!("the only one of {query}"),
                (running, all) if running == all => format!("one of the {all} of {query}"),
                (running, all) => format!("one of the {all} of {query}, of which {} run", Few(running)),
            };
            let more = if usable.len() > 1 { " (--all-pods traces them all)" } else { "" };
            steps.say(&format!("Chose pod {}, {of}{more}", first.name_any()));
            usable.truncate(1);
            Ok(usable)
        }
        PodChoice::All(most) if usable.len() > most => Err(Refusal::new(format!(
            "{query} has {} running pods, more than the {most} that are traced at once",
            usable.len()
        ))
        .cause("each gets a tracer container that stays in its list, and a connection of its own")
        .fix("narrow it down with -l SELECTOR, or allow it: --max-pods N")),
        PodChoice::All(_) => {
            let skipped = if rest.is_empty() {
                String::new()
            } else {
                let words: Vec<_> = rest.iter().take(EXAMPLES).map(phase_words).collect();
                let more = if rest.len() > EXAMPLES { ", ..." } else { "" };
                format!("; left out: {}{more}", words.join(", "))
            };
            steps.say(&format!(
                "Tracing {} of the {all} of {query}{skipped}",
                count(usable.len() as u64, "pod", "pods")
            ));
            Ok(usable)
        }
    }
}

/// `only 1`, `2`.
struct Few(usize);

impl std::fmt::Display for Few {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.0 == 1 { write!(f, "only 1") } else { write!(f, "{}", self.0) }
    }
}

fn none(query: &TargetQuery, object: Option<&DynamicObject>, rest: &[Pod], namespace: &str) -> Refusal {
    if let Some(first) = rest.first() {
        let refusal = Refusal::new(match rest.len() {
            1 => format!("the only pod of {query} does not run"),
            some => format!("none of the {some} pods of {query} runs"),
        });
        let refusal = rest.iter().take(EXAMPLES).map(phase_words).fold(refusal, Refusal::cause);
        return refusal
            .fix(format!("see what it waits for: kubectl describe pod {} -n {namespace}", first.name_any()))
            .fix("or let the trace begin as soon as one runs: --wait");
    }
    let refusal = Refusal::new(match query {
        TargetQuery::Selector(selector) => {
            format!("no pod in namespace {namespace} matches the selector {selector}")
        }
        _ => format!("{query} in namespace {namespace} has no pods"),
    });
    match (query, object) {
        (TargetQuery::Selector(_), _) => {
            refusal.fix(format!("see which labels they have: kubectl get pods -n {namespace} --show-labels"))
        }
        (TargetQuery::Workload(kind, name), _) if kind.pods == Pods::Jobs => refusal
            .cause("none of its jobs is active")
            .fix(format!("start one: kubectl create job -n {namespace} --from=cronjob/{name} {name}-now"))
            .fix("or let the trace begin with the next one: --wait"),
        (TargetQuery::Workload(kind, name), Some(object)) if object.data["spec"]["replicas"] == 0 => refusal
            .cause("it is scaled to 0")
            .fix(format!("kubectl scale -n {namespace} {}/{name} --replicas=1", kind.singular())),
        (TargetQuery::Workload(kind, name), _) => refusal
            .fix(format!("see why: kubectl describe {} {name} -n {namespace}", kind.singular()))
            .fix("or let the trace begin as soon as there is one: --wait"),
        (TargetQuery::Pod(_), _) => refusal,
    }
}

fn phase_words(pod: &Pod) -> String {
    if pod.metadata.deletion_timestamp.is_some() {
        return format!("pod {} is being deleted", pod.name_any());
    }
    format!("pod {}: {}", pod.name_any(), not_running(pod))
}

fn api(cluster: &Cluster, kind: &Kind) -> Api<DynamicObject> {
    let resource =
        ApiResource::from_gvk_with_plural(&GroupVersionKind::gvk(kind.group, "v1", kind.kind), kind.plural());
    Api::namespaced_with(cluster.client.clone(), &cluster.namespace, &resource)
}

/// The names of the objects of a kind, at most this many; `None` if the server does not tell.
pub async fn names(cluster: &Cluster, kind: &Kind, most: u32) -> Option<Vec<String>> {
    let found = api(cluster, kind).list_metadata(&ListParams::default().limit(most)).await.ok()?;
    Some(found.items.iter().map(ResourceExt::name_any).collect())
}

async fn object(cluster: &Cluster, kind: &'static Kind, name: &str) -> Result<DynamicObject, Refusal> {
    let resource = kind.resource();
    let noun = Noun { singular: kind.singular(), plural: kind.plural(), resource: &resource };
    cluster.object(&api(cluster, kind), noun, name).await
}

async fn pods_of(cluster: &Cluster, kind: &Kind, object: &DynamicObject) -> Result<Vec<Pod>, Refusal> {
    let name = object.name_any();
    if kind.pods == Pods::Jobs {
        let kind = job();
        let resource = kind.resource();
        let noun = Noun { singular: kind.singular(), plural: kind.plural(), resource: &resource };
        let uid = object.uid();
        let made_by_it = |job: DynamicObject| {
            let made = job.owner_references().iter().any(|owner| Some(&owner.uid) == uid.as_ref())
                && job.data["status"]["active"].as_u64().is_some_and(|active| active > 0);
            made.then_some(job)
        };
        let jobs = cluster.list(&api(cluster, kind), noun, &ListParams::default(), made_by_it).await?;
        let mut pods = Vec::new();
        for job in &jobs.items {
            pods.extend(list(cluster, &selector(kind, job)?).await?);
        }
        return Ok(pods);
    }
    let selector = selector(kind, object)?;
    if selector.is_empty() {
        return Err(Refusal::new(format!(
            "{} {name} has no selector, so it has no pods of its own",
            kind.singular()
        ))
        .fix(format!(
            "choose one with -l SELECTOR: kubectl get pods -n {} --show-labels",
            cluster.namespace
        )));
    }
    list(cluster, &selector).await
}

/// The selector of an object in the form of a query parameter; empty if it has none.
fn selector(kind: &Kind, object: &DynamicObject) -> Result<String, Refusal> {
    let value = object.data["spec"]["selector"].clone();
    if value.is_null() {
        return Ok(String::new());
    }
    let read = match kind.pods {
        Pods::Labels => serde_json::from_value(value)
            .map(|labels| LabelSelector { match_labels: Some(labels), match_expressions: None }),
        _ => serde_json::from_value(value),
    };
    let selector = read.map_err(|error| error.to_string());
    let selector = selector.and_then(|read| Selector::try_from(read).map_err(|error| error.to_string()));
    selector.map(|selector| selector.to_string()).map_err(|error| {
        Refusal::new(format!("the selector of {} {} cannot be read", kind.singular(), object.name_any()))
            .cause(error)
    })
}

async fn list(cluster: &Cluster, selector: &str) -> Result<Vec<Pod>, Refusal> {
    let params = ListParams::default().labels(selector);
    let pods = cluster.list(&cluster.pods(), POD, &params, Some).await?.items;
    if pods.len() > MOST {
        return Err(Refusal::new(format!("more than {MOST} pods match {selector}"))
            .fix("name a narrower selector with -l"));
    }
    Ok(pods)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn kind(word: &str) -> &'static Kind {
        match TargetQuery::new(&[format!("{word}/x")], None) {
            Ok(TargetQuery::Workload(kind, _)) => kind,
            other => panic!("{other:?}"),
        }
    }

    fn object(spec: serde_json::Value) -> DynamicObject {
        serde_json::from_value(json!({"metadata": {"name": "x"}, "spec": spec})).unwrap()
    }

    #[test]
    fn selectors_are_written_as_the_api_reads_them() {
        let labels = json!({"selector": {"app": "x", "tier": "web"}});
        assert_eq!(selector(kind("svc"), &object(labels)).unwrap(), "app=x,tier=web");
        let expressions = json!({"selector": {"matchLabels": {"app": "x"},
            "matchExpressions": [{"key": "track", "operator": "In", "values": ["a", "b"]},
                                 {"key": "old", "operator": "DoesNotExist"}]}});
        assert_eq!(selector(kind("deploy"), &object(expressions)).unwrap(), "app=x,track in (a,b),!old");
        assert_eq!(
            selector(kind("svc"), &object(json!({}))).unwrap(),
            "",
            "a service without one has no pods"
        );
        assert!(selector(kind("deploy"), &object(json!({"selector": 3}))).is_err());
    }

    #[test]
    fn a_new_pod_is_reported_once_when_it_runs() {
        let pod = |uid: &str, phase: &str, deleted: Option<&str>| -> Pod {
            let metadata = json!({"name": uid, "uid": uid, "deletionTimestamp": deleted});
            serde_json::from_value(json!({"metadata": metadata, "status": {"phase": phase}})).unwrap()
        };
        let mut known = HashSet::from(["traced".to_owned()]);
        let now = |phase: &str| {
            vec![
                pod("traced", "Running", None),
                pod("leaving", "Running", Some("2026-01-02T03:04:05Z")),
                pod("new", phase, None),
            ]
        };
        let mut told = |phase: &str| {
            unknown(now(phase), &mut known).iter().map(ResourceExt::name_any).collect::<Vec<_>>()
        };
        assert!(told("Pending").is_empty(), "it may never run");
        assert_eq!(told("Running"), ["new"]);
        assert!(told("Running").is_empty());
    }

    #[test]
    fn what_has_no_pods_says_why() {
        let deploy = TargetQuery::Workload(kind("deploy"), "x".into());
        let said = none(&deploy, Some(&object(json!({"replicas": 0}))), &[], "demo").to_string();
        assert!(
            said.contains("deployment x in namespace demo has no pods") && said.contains("scaled to 0"),
            "{said}"
        );
        let said = none(&TargetQuery::Selector("app=y".into()), None, &[], "demo").to_string();
        assert!(said.contains("matches the selector app=y"), "{said}");
        let pod =
            json!({"metadata": {"name": "x-1"}, "status": {"phase": "Pending", "reason": "Unschedulable"}});
        let said = none(&deploy, None, &[serde_json::from_value(pod).unwrap()], "demo").to_string();
        assert!(said.contains("the only pod of deployment x does not run"), "{said}");
        assert!(said.contains("Pending: Unschedulable") && said.contains("--wait"), "{said}");
    }
}
