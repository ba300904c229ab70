//! The running tracer containers: who uses them (`status`), and how to end them (`detach`).

use crate::{
    cli::{DetachArgs, Format, StatusArgs},
    cluster::{Cluster, ClusterSource, Listed, MOST_KEPT, POD},
    refusal::{self, INCOMPLETE, Refusal, count, seconds},
    screen::{Steps, plain},
    session::{
        container::{self, Agent},
        conversation::ask,
    },
    targets::{self, PodChoice, TargetQuery},
};
use futures_util::{StreamExt, stream};
use jiff::{Timestamp, tz::TimeZone};
use k8s_openapi::api::core::v1::Pod;
use kube::{Api, api::ListParams};
use serde_json::{Value, json};
use std::{
    fmt::Write as _,
    io::Write as _,
    time::{Duration, Instant},
};
use wire::message::{AgentStatus, Request, SessionStatus};

/// Agents that are asked at the same time.
const AT_ONCE: usize = 16;
/// How long the kubelet may take to notice that one has ended, and how often to look.
const NOTICED: Duration = Duration::from_secs(3);
const LOOK: Duration = Duration::from_millis(200);
/// Most pods that are looked at if something with pods was named.
const MOST_PODS: usize = 5000;

/// An agent and what it said.
struct Asked {
    agent: Agent,
    answer: Result<AgentStatus, Refusal>,
}

/// `kubectl strace status`: gives the exit status.
///
/// # Errors
/// The pods cannot be found.
pub async fn status(source: &ClusterSource, args: &StatusArgs, steps: &Steps) -> Result<u8, Refusal> {
    let cluster = Cluster::connect(source, args.timeout, steps).await?;
    let Listed { items: agents, cut } = if args.all_namespaces {
        let _step = steps.begin("looking at the pods of all namespaces");
        agents_of(&cluster, &Api::all(cluster.client.clone())).await?
    } else {
        agents(&cluster, &args.what, args.selector.as_deref(), steps).await?
    };
    let mut asked = Vec::new();
    for one in ask_all(&cluster, agents, &Request::Status, steps).await {
        // It may have left meanwhile.
        if one.answer.is_ok() || !has_left(&cluster, &one.agent).await {
            asked.push(one);
        }
    }
    let text = match args.output {
        Some(Format::Json) => {
            serde_json::to_string_pretty(&listed(&asked)).map_err(|error| error.to_string())
        }
        Some(Format::Yaml) => serde_saphyr::to_string(&listed(&asked)).map_err(|error| error.to_string()),
        None if asked.is_empty() => {
            steps.say(&format!(
                "No tracer container runs in {}",
                if args.all_namespaces {
                    "any namespace".into()
                } else {
                    format!("namespace {}", cluster.namespace)
                }
            ));
            return Ok(0);
        }
        None => Ok(table(&asked, args.all_namespaces)),
    };
    let written = text.and_then(|text| {
        writeln!(std::io::stdout(), "{}", text.trim_end()).map_err(|error| error.to_string())
    });
    written.map_err(|error| Refusal::new("the status cannot be printed").cause(error))?;
    if cut {
        steps.insist(&cut_off());
        return Ok(INCOMPLETE);
    }
    let refused: Vec<_> = asked.iter().filter_map(|asked| asked.answer.as_ref().err()).collect();
    if let Some(first) = refused.first() {
        steps.refuse(first);
        return Ok(INCOMPLETE);
    }
    Ok(0)
}

/// `kubectl strace detach`: gives the exit status.
///
/// # Errors
/// The pods cannot be found, or are not named.
pub async fn detach(source: &ClusterSource, args: &DetachArgs, steps: &Steps) -> Result<u8, Refusal> {
    if !args.all && args.what.is_empty() && args.selector.is_none() {
        return Err(refusal::usage("detach from which pod?").fix(
            "name a pod, something that has pods, or labels (-l); --all means all pods of the namespace. \
             kubectl strace status shows which have a tracer",
        ));
    }
    let cluster = Cluster::connect(source, args.timeout, steps).await?;
    let Listed { items: mut agents, cut } =
        agents(&cluster, &args.what, args.selector.as_deref(), steps).await?;
    if !args.containers.is_empty() {
        agents.retain(|agent| args.containers.contains(&agent.target));
    }
    if agents.is_empty() {
        steps.say(&match &args.what[..] {
            [] => format!("No tracer container runs in namespace {}", cluster.namespace),
            [pod] if !pod.contains('/') => format!("No tracer container runs in pod {pod}"),
            what => format!("No tracer container runs in {}", what.join(" ").replace('/', " ")),
        });
        return Ok(0);
    }
    let who = crate::person::who(&cluster).await;
    let mut code = if cut { INCOMPLETE } else { 0 };
    if cut {
        steps.insist(&cut_off());
    }
    for Asked { agent, answer } in ask_all(&cluster, agents, &Request::Leave { who }, steps).await {
        match answer {
            Ok(status) => {
                // So that the next user finds it gone.
                has_left(&cluster, &agent).await;
                let ended: Vec<_> = status.sessions.iter().map(traced_by).collect();
                let ended = match &ended[..] {
                    [] => "nobody traced".to_owned(),
                    traces => format!("ended: {}", traces.join("; ")),
                };
                steps.say(&format!(
                    "The tracer container {} of pod {} (container {}) has left: {ended}",
                    agent.name, agent.pod, agent.target
                ));
            }
            Err(refusal) => {
                steps.refuse(&refusal);
                code = INCOMPLETE;
            }
        }
    }
    Ok(code)
}

/// The agents in the named pods, running or not; without a name, in the whole namespace.
async fn agents(
    cluster: &Cluster,
    what: &[String],
    selector: Option<&str>,
    steps: &Steps,
) -> Result<Listed<Agent>, Refusal> {
    if what.is_empty() && selector.is_none() {
        let _step = steps.begin(format!("looking at the pods of namespace {}", cluster.namespace));
        let listed = agents_of(cluster, &cluster.pods()).await?;
        return match listed.items.is_empty() {
            true => cluster.no_such_namespace().await.map_or(Ok(listed), Err),
            false => Ok(listed),
        };
    }
    let wanted = TargetQuery::new(what, selector)?;
    let pods = targets::pods(cluster, &wanted, PodChoice::All(MOST_PODS), false, steps).await?;
    Ok(Listed { items: pods.iter().flat_map(container::agents).collect(), cut: false })
}

/// The agents in all of these pods. Nothing is kept of a pod without an agent.
async fn agents_of(cluster: &Cluster, pods: &Api<Pod>) -> Result<Listed<Agent>, Refusal> {
    let keep = |pod: Pod| Some(container::agents(&pod)).filter(|agents| !agents.is_empty());
    let Listed { items, cut } = cluster.list(pods, POD, &ListParams::default(), keep).await?;
    Ok(Listed { items: items.into_iter().flatten().collect(), cut })
}

/// The warning if not all pods were looked at.
fn cut_off() -> String {
    format!(
        "warning: only the first {MOST_KEPT} pods with a tracer container were looked at; there may be more. Ask for \
         one namespace (-n NAME) or for labels (-l)"
    )
}

async fn ask_all(cluster: &Cluster, agents: Vec<Agent>, question: &Request, steps: &Steps) -> Vec<Asked> {
    let _step = steps.begin(format!(
        "waiting for {} to answer",
        count(agents.len() as u64, "tracer container", "tracer containers")
    ));
    stream::iter(agents)
        .map(|agent| async move {
            let answer = ask(cluster, &agent, question.clone()).await;
            Asked { agent, answer }
        })
        .buffered(AT_ONCE)
        .collect()
        .await
}

/// Whether the kubelet reports in time that an agent has ended: it takes a moment to notice.
async fn has_left(cluster: &Cluster, agent: &Agent) -> bool {
    let pods = Api::<Pod>::namespaced(cluster.client.clone(), &agent.namespace);
    let begun = Instant::now();
    while begun.elapsed() < NOTICED {
        match tokio::time::timeout(NOTICED, pods.get(&agent.pod)).await {
            Ok(Ok(pod)) if container::runs(&pod, &agent.name) => tokio::time::sleep(LOOK).await,
            Ok(Ok(_)) => return true,
            Ok(Err(kube::Error::Api(status))) => return status.is_not_found(),
            _ => return false,
        }
    }
    false
}

/// Who traces, as text.
fn traced_by(session: &SessionStatus) -> String {
    let mut words = format!("{} for {}", plain(&session.who), lasted(session.since));
    if !session.filter.is_empty() {
        let _ = write!(words, ", -e trace={}", plain(&session.filter));
    }
    if !session.connected {
        words.push_str(", not connected");
    }
    words
}

fn lasted(since: u64) -> String {
    let now = u64::try_from(Timestamp::now().as_second()).unwrap_or(0);
    span(now.saturating_sub(since))
}

/// As kubectl writes ages: `12s`, `3m4s`, `5h`.
fn span(all: u64) -> String {
    match all {
        0..120 => format!("{all}s"),
        120..600 => format!("{}m{}s", all / 60, all % 60),
        600..10_800 => format!("{}m", all / 60),
        _ => format!("{}h", all / 3600),
    }
}

fn table(asked: &[Asked], namespaces: bool) -> String {
    let mut rows = vec![vec![
        "NAMESPACE".to_owned(),
        "POD".into(),
        "CONTAINER".into(),
        "TRACER".into(),
        "PROFILE".into(),
        "IMAGE".into(),
        "STATE".into(),
        "SINCE".into(),
        "TRACED BY".into(),
    ]];
    for Asked { agent, answer } in asked {
        let row = |state: &str, since: String, by: String| {
            let Agent { namespace, pod, target, name, privilege, image } = agent;
            let parts = [namespace, pod, target, name, privilege.name(), image, state];
            let mut row: Vec<String> = parts.iter().map(|part| plain(part).into_owned()).collect();
            row.extend([since, by]);
            row
        };
        match answer {
            Err(_) => rows.push(row("unknown", "-".into(), "it does not answer".into())),
            Ok(AgentStatus { sessions, .. }) if !sessions.is_empty() => {
                rows.extend(sessions.iter().map(|session| {
                    let mut by = plain(&session.who).into_owned();
                    if !session.filter.is_empty() {
                        let _ = write!(by, " -e trace={}", plain(&session.filter));
                    }
                    if !session.connected {
                        by.push_str(" (not connected)");
                    }
                    row("tracing", lasted(session.since), by)
                }));
            }
            Ok(AgentStatus { idle, unused, .. }) => {
                let unused = unused.unwrap_or(0);
                let leaves = seconds(Duration::from_secs(idle.saturating_sub(unused)));
                rows.push(row("idle", span(unused), format!("nobody; leaves in {leaves}")));
            }
        }
    }
    let first = usize::from(!namespaces);
    let widths: Vec<usize> = (0..rows[0].len())
        .map(|at| rows.iter().map(|row| row[at].chars().count()).max().unwrap_or(0))
        .collect();
    let mut text = String::new();
    for row in rows {
        let cells = row.iter().zip(&widths).skip(first).map(|(cell, width)| format!("{cell:width$}"));
        text.push_str(cells.collect::<Vec<_>>().join("   ").trim_end());
        text.push('\n');
    }
    text
}

/// What the table says, for programs, with times as timestamps.
fn listed(asked: &[Asked]) -> Value {
    let time = |since: u64| {
        let time = Timestamp::from_second(i64::try_from(since).unwrap_or(i64::MAX)).unwrap_or_default();
        time.to_zoned(TimeZone::UTC).strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
    };
    let items = asked.iter().map(|Asked { agent, answer }| {
        let mut item = json!({
            "namespace": agent.namespace,
            "pod": agent.pod,
            "container": agent.target,
            "tracer": agent.name,
            "profile": agent.privilege.name(),
            "image": agent.image,
        });
        match answer {
            Err(refusal) => item["error"] = refusal.in_short().into(),
            Ok(status) => {
                item["release"] = status.release.as_str().into();
                item["idleLimitSeconds"] = status.idle.into();
                item["unusedSeconds"] = status.unused.into();
                let sessions = status.sessions.iter().map(|session| {
                    json!({
                        "who": session.who,
                        "since": time(session.since),
                        "inTarget": session.in_target,
                        "connected": session.connected,
                        "events": session.events,
                        "filter": session.filter,
                    })
                });
                item["sessions"] = sessions.collect();
            }
        }
        item
    });
    json!({ "items": items.collect::<Vec<_>>() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::privilege::Privilege;

    fn asked(sessions: Vec<SessionStatus>, unused: Option<u64>) -> Asked {
        let agent = Agent {
            namespace: "demo".into(),
            pod: "api".into(),
            name: "strace-x".into(),
            target: "app".into(),
            image: "tracer:1".into(),
            privilege: Privilege::Ptrace,
        };
        Asked { agent, answer: Ok(AgentStatus { release: "1".into(), idle: 600, unused, sessions }) }
    }

    fn session(who: &str) -> SessionStatus {
        SessionStatus {
            who: who.into(),
            since: 1,
            in_target: true,
            connected: false,
            events: 3,
            filter: "openat".into(),
        }
    }

    #[test]
    fn the_table_says_who_and_what_comes_from_elsewhere_is_harmless() {
        let rows = [asked(vec![session("eve\x1b[31m")], None), asked(vec![], Some(12))];
        let text = table(&rows, false);
        let lines: Vec<&str> = text.lines().collect();
        assert!(lines[0].starts_with("POD   CONTAINER   TRACER "), "{text}");
        assert!(lines[1].contains("eve\\u{1b}[31m -e trace=openat (not connected)"), "{text}");
        assert!(lines[2].contains("idle") && lines[2].ends_with("nobody; leaves in 588 s"), "{text}");
        assert!(table(&rows, true).starts_with("NAMESPACE   POD "));
    }

    #[test]
    fn programs_get_times() {
        let value = listed(&[asked(vec![session("eve")], None)]);
        assert_eq!(value["items"][0]["sessions"][0]["since"], "1970-01-01T00:00:01Z");
        assert_eq!(value["items"][0]["profile"], "ptrace");
    }

    #[test]
    fn spans_are_short() {
        assert_eq!([span(7), span(130), span(700), span(20_000)], ["7s", "2m10s", "11m", "5h"]);
    }
}
