//! What the command line names: a pod, something that has pods, or a selector.

use crate::refusal::{self, Refusal};

/// What the command line names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TargetQuery {
    /// `POD`, `pod/POD`, `pod POD`
    Pod(String),
    /// `TYPE/NAME`, `TYPE NAME`
    Workload(&'static Kind, String),
    /// `-l SELECTOR`
    Selector(String),
}

/// A kind of object that has pods.
#[derive(Debug, PartialEq, Eq)]
pub struct Kind {
    /// Its names: first the one that kubectl's messages and its users use; then the API's plural; then the short
    /// names.
    pub words: &'static [&'static str],
    /// Its name in the API.
    pub kind: &'static str,
    /// Its API group.
    pub group: &'static str,
    /// How it determines which pods are its own.
    pub pods: Pods,
}

/// How an object determines which pods are its own.
#[derive(Debug, PartialEq, Eq, Clone, Copy)]
pub enum Pods {
    /// `spec.selector` is a LabelSelector.
    LabelSelector,
    /// `spec.selector` is a map of labels.
    Labels,
    /// Through the jobs that it made.
    Jobs,
}

impl Kind {
    /// `deployment`
    pub fn singular(&self) -> &'static str {
        self.words[0]
    }

    /// `deployments`
    pub fn plural(&self) -> &'static str {
        self.words[1]
    }

    /// `deployments.apps`, as RBAC's messages name it.
    pub fn resource(&self) -> String {
        if self.group.is_empty() {
            self.plural().to_owned()
        } else {
            format!("{}.{}", self.plural(), self.group)
        }
    }
}

/// The kinds that `kubectl exec` and `logs` know, and cron jobs.
static KINDS: &[Kind] = &[
    Kind {
        words: &["deployment", "deployments", "deploy"],
        kind: "Deployment",
        group: "apps",
        pods: Pods::LabelSelector,
    },
    Kind {
        words: &["statefulset", "statefulsets", "sts"],
        kind: "StatefulSet",
        group: "apps",
        pods: Pods::LabelSelector,
    },
    Kind {
        words: &["daemonset", "daemonsets", "ds"],
        kind: "DaemonSet",
        group: "apps",
        pods: Pods::LabelSelector,
    },
    Kind {
        words: &["replicaset", "replicasets", "rs"],
        kind: "ReplicaSet",
        group: "apps",
        pods: Pods::LabelSelector,
    },
    Kind {
        words: &["replicationcontroller", "replicationcontrollers", "rc"],
        kind: "ReplicationController",
        group: "",
        pods: Pods::Labels,
    },
    Kind { words: &["job", "jobs"], kind: "Job", group: "batch", pods: Pods::LabelSelector },
    Kind { words: &["cronjob", "cronjobs", "cj"], kind: "CronJob", group: "batch", pods: Pods::Jobs },
    Kind { words: &["service", "services", "svc"], kind: "Service", group: "", pods: Pods::Labels },
];

/// The words for a pod, which is not in [`KINDS`].
const POD: &[&str] = &["pod", "pods", "po"];

/// The kind of the jobs of a cron job.
pub fn job() -> &'static Kind {
    &KINDS[5]
}

/// What a word before the `/` means.
#[derive(Debug, Clone, Copy)]
pub enum Type {
    /// A pod.
    Pod,
    /// Something that has pods.
    Workload(&'static Kind),
}

/// The names of the types, as kubectl completes them.
pub fn types() -> impl Iterator<Item = &'static str> {
    std::iter::once(POD[1]).chain(KINDS.iter().map(Kind::plural))
}

/// kubectl's spellings: any case, `deployments.apps`, `deployments.v1.apps`.
pub fn kind(word: &str) -> Option<Type> {
    let word = word.to_ascii_lowercase();
    let (name, group) = word.split_once('.').unwrap_or((&word, ""));
    let group = group.strip_prefix("v1.").or((group == "v1").then_some("")).unwrap_or(group);
    if POD.contains(&name) && group.is_empty() {
        return Some(Type::Pod);
    }
    let found = KINDS.iter().find(|kind| kind.words.contains(&name))?;
    (group.is_empty() || group == found.group).then_some(Type::Workload(found))
}

impl TargetQuery {
    /// Reads the arguments and `-l`.
    ///
    /// # Errors
    /// They name nothing that can be traced.
    pub fn new(words: &[String], selector: Option<&str>) -> Result<TargetQuery, Refusal> {
        match (words, selector) {
            ([], None) => Err(refusal::usage(
                "which pod? Name it as POD, pod/POD, deploy/NAME (or sts/, ds/, job/, svc/ ...) \
                     or with -l SELECTOR",
            )
            .fix("kubectl get pods lists them")),
            ([], Some(selector)) => {
                if selector.trim().is_empty() {
                    return Err(refusal::usage("-l: the selector is empty"));
                }
                Ok(TargetQuery::Selector(selector.to_owned()))
            }
            ([word, rest @ ..], Some(_)) => {
                let refusal =
                    refusal::usage(format!("'{word}' and -l: either a name or a selector, not both"));
                Err(rest.first().map_or(refusal.clone(), |next| command(refusal, word, next)))
            }
            ([word], None) => match word.split_once('/') {
                None => TargetQuery::of(Type::Pod, word),
                Some((typed, name)) => match kind(typed) {
                    Some(kind) => TargetQuery::of(kind, name),
                    None => Err(unknown(typed)),
                },
            },
            ([typed, name], None) if !typed.contains('/') => match kind(typed) {
                Some(kind) => TargetQuery::of(kind, name),
                None => Err(command(surplus(name), typed, name)),
            },
            ([pod, name, ..], None) if pod.contains('/') => Err(command(surplus(name), pod, name)),
            ([_, _, name, ..], None) => Err(surplus(name)),
            ([_, name], None) => Err(surplus(name)),
        }
    }

    fn of(kind: Type, name: &str) -> Result<TargetQuery, Refusal> {
        // What the API server accepts as a name (a DNS subdomain, RFC 1123): nothing else may get into a URL.
        let valid = !name.is_empty()
            && name.len() <= 253
            && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'.');
        let noun = match kind {
            Type::Pod => "pod",
            Type::Workload(kind) => kind.singular(),
        };
        if !valid {
            return Err(refusal::usage(format!(
                "'{name}' is not the name of a {noun}: letters a-z, digits, - and . make one"
            )));
        }
        Ok(match kind {
            Type::Pod => TargetQuery::Pod(name.to_owned()),
            Type::Workload(kind) => TargetQuery::Workload(kind, name.to_owned()),
        })
    }
}

impl std::fmt::Display for TargetQuery {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            TargetQuery::Pod(name) => write!(f, "pod {name}"),
            TargetQuery::Workload(kind, name) => write!(f, "{} {name}", kind.singular()),
            TargetQuery::Selector(selector) => write!(f, "selector {selector}"),
        }
    }
}

fn unknown(typed: &str) -> Refusal {
    let known = KINDS.iter().flat_map(|kind| kind.words).chain(POD).copied();
    let refusal = refusal::usage(format!("'{typed}' is not a kind of thing that has pods"));
    match super::near(&typed.to_ascii_lowercase(), known).first() {
        Some(near) => refusal.fix(format!("did you mean {near}/...?")),
        None => refusal.fix(
            "what can be traced: pod, deployment, statefulset, daemonset, replicaset, replicationcontroller, job, \
             cronjob, service, or pods by their labels with -l SELECTOR",
        ),
    }
}

/// Adds a hint about a command without the `--` before it: `kubectl exec` once accepted that.
fn command(refusal: Refusal, pod: &str, word: &str) -> Refusal {
    match kind(pod) {
        Some(_) => refusal,
        None => refusal.fix(format!("is it a command to run in the pod? kubectl strace {pod} -- {word} ...")),
    }
}

fn surplus(word: &str) -> Refusal {
    refusal::usage(format!("'{word}' is one argument too many: one pod, or one TYPE NAME"))
        .fix("several pods at once: -l SELECTOR --all-pods, or deploy/NAME --all-pods")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wanted(line: &str) -> Result<TargetQuery, Refusal> {
        TargetQuery::new(&line.split_whitespace().map(str::to_owned).collect::<Vec<_>>(), None)
    }

    #[test]
    fn a_pod_is_named_as_kubectl_does() {
        for typed in ["api", "pod/api", "pods/api", "po/api", "pod api", "POD/api", "pods.v1/api"] {
            assert_eq!(wanted(typed), Ok(TargetQuery::Pod("api".into())), "{typed}");
        }
        for typed in ["pod/", "a/b/c", "pod/../secrets", "Api", "a%2fb", "api web", "pod a b", "pod/a b", ""]
        {
            assert_eq!(wanted(typed).unwrap_err().code(), refusal::USAGE, "{typed}");
        }
    }

    #[test]
    fn workloads_have_kubectls_spellings() {
        for (typed, kind) in [
            ("deploy/x", "Deployment"),
            ("deployments.apps/x", "Deployment"),
            ("deployment.v1.apps x", "Deployment"),
            ("Deployment x", "Deployment"),
            ("sts/x", "StatefulSet"),
            ("statefulsets/x", "StatefulSet"),
            ("ds x", "DaemonSet"),
            ("rs/x", "ReplicaSet"),
            ("rc/x", "ReplicationController"),
            ("job/x", "Job"),
            ("jobs.batch/x", "Job"),
            ("cj/x", "CronJob"),
            ("cronjob x", "CronJob"),
            ("svc/x", "Service"),
            ("services x", "Service"),
        ] {
            match wanted(typed) {
                Ok(TargetQuery::Workload(found, name)) => {
                    assert_eq!((found.kind, name.as_str()), (kind, "x"), "{typed}")
                }
                other => panic!("{typed}: {other:?}"),
            }
        }
        assert_eq!(job().kind, "Job");
        assert!(wanted("deploy.example.com/x").is_err(), "another group's");
    }

    #[test]
    fn a_type_without_pods_is_answered_with_one_that_has() {
        let said = wanted("depoly/api").unwrap_err().to_string();
        assert!(said.contains("did you mean deploy/...?"), "{said}");
        let said = wanted("configmap/api").unwrap_err().to_string();
        assert!(said.contains("not a kind of thing that has pods"), "{said}");
    }

    #[test]
    fn a_selector_stands_alone() {
        let selector = |words: &[&str], selector| {
            TargetQuery::new(&words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>(), Some(selector))
        };
        assert_eq!(selector(&[], "app=x"), Ok(TargetQuery::Selector("app=x".into())));
        assert!(selector(&["pod/a"], "app=x").is_err());
        assert!(selector(&[], " ").is_err());
    }
}
