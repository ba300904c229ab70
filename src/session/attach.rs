//! The way to one container: until it runs, if that is waited for, and until its tracer listens; then its trace.

use super::{
    Health, Outcome, Traced,
    container::{self, Choice},
    printer::Feed,
    start, trace,
};
use crate::{
    cluster::Cluster,
    interrupt::Interrupts,
    plan::Plan,
    refusal::{self, Refusal},
    screen::Steps,
    targets::{self, Container, Target},
};
use k8s_openapi::api::core::v1::Pod;
use kube::client::Connection;
use std::{
    sync::{Arc, OnceLock},
    time::Duration,
};
use tokio::sync::Semaphore;

/// How often is looked whether a container runs: a crash-looping one may do so for a moment only.
const POLL: Duration = Duration::from_millis(200);
/// How often a container may end before its tracer is there, with `--wait`: each time leaves a container in the list.
const TRIES: u32 = 3;
/// Most containers that are being attached to at a time: each asks the API server for several things.
pub const AT_ONCE: usize = 16;

/// What all traces of a run share.
pub struct Context {
    /// The cluster.
    pub cluster: Cluster,
    /// Who we are, in words.
    pub who: String,
    /// What will be done.
    pub plan: Plan,
    /// Who may attach now.
    pub turns: Semaphore,
    /// How many containers are traced.
    pub among: usize,
}

/// Attaches to a container and traces it to the end.
///
/// # Errors
/// There is no trace.
pub async fn attach(
    context: Arc<Context>,
    container: Container,
    pod: Pod,
    mut feed: Feed,
    mut interrupts: Interrupts,
    steps: Steps,
) -> Result<Outcome, Refusal> {
    let added = OnceLock::new();
    let reached = tokio::select! {
        reached = reach(&context, &container, pod.clone(), &steps, &added) => reached,
        () = interrupts.next() => Err(refusal::interrupted(added.get().map(String::as_str))),
    };
    let (target, agent, connection) = reached?;
    let Plan { depth, duration, keep_going, .. } = &context.plan;
    let mut health = Health::watch(&context.cluster, &pod, &target, context.among, *keep_going, &steps);
    let traced = Traced { cluster: &context.cluster, target: &target, agent: &agent, who: &context.who };
    Ok(trace(&traced, depth, *duration, connection, &mut health, &mut feed, &mut interrupts, &steps).await)
}

async fn reach(
    context: &Context,
    container: &Container,
    mut pod: Pod,
    steps: &Steps,
    added: &OnceLock<String>,
) -> Result<(Target, String, Connection), Refusal> {
    let Context { cluster, plan, turns, .. } = context;
    let mut tries = 0;
    loop {
        let target = match targets::running(&pod, &container.name) {
            Ok(target) => target,
            Err(refusal) if !plan.whom.wait || !targets::may_yet_run(&pod) => return Err(refusal),
            Err(_) => {
                let (found, target) = wait_until_it_runs(cluster, container, steps).await?;
                pod = found;
                target
            }
        };
        let turn = turns.acquire().await;
        let connected = connect(context, &pod, &target, steps, added).await;
        drop(turn);
        let refusal = match connected {
            Ok((agent, connection)) => return Ok((target, agent, connection)),
            Err(refusal) => refusal,
        };
        tries += 1;
        pod = cluster.pod(&container.pod).await?;
        let gone = targets::running(&pod, &container.name).as_ref() != Ok(&target);
        if !(plan.whom.wait && gone && tries < TRIES) {
            return Err(refusal);
        }
        steps.say(&format!(
            "Container {} of pod {} ended before the tracer was there; trying again when it runs ({} of {TRIES})",
            container.name,
            container.pod,
            tries + 1
        ));
    }
}

async fn wait_until_it_runs(
    cluster: &Cluster,
    container: &Container,
    steps: &Steps,
) -> Result<(Pod, Target), Refusal> {
    let what = format!("waiting for container {} of pod {} to run", container.name, container.pod);
    let step = steps.begin(what.clone());
    loop {
        let pod = cluster.pod(&container.pod).await?;
        match targets::running(&pod, &container.name) {
            Ok(target) => return Ok((pod, target)),
            Err(refusal) if !targets::may_yet_run(&pod) => return Err(refusal),
            Err(_) => {}
        }
        let state = container::state_of(&pod, &container.name);
        if step.lasted() >= cluster.timeout {
            return Err(Refusal::new(format!(
                "container {} of pod {} did not run within {}",
                container.name,
                container.pod,
                refusal::seconds(cluster.timeout)
            ))
            .cause(state)
            .fix("wait longer with --timeout TIME"));
        }
        step.because(&state);
        tokio::time::sleep(POLL).await;
    }
}

/// A connection to a tracer: to the one that is there, else to a new one.
async fn connect(
    context: &Context,
    pod: &Pod,
    target: &Target,
    steps: &Steps,
    added: &OnceLock<String>,
) -> Result<(String, Connection), Refusal> {
    let Context { cluster, plan, .. } = context;
    let wanted = container::Wanted::of(plan);
    let mut gone = None;
    let mut latest;
    let mut pod = pod;
    loop {
        match container::choose(cluster, pod, target, &wanted, steps).await? {
            Choice::Running(agent, rung) => match super::open(cluster, target, &agent, steps).await {
                Ok(connection) => {
                    steps.say(&format!(
                        "Using the tracer container {agent}, which runs in pod {} already (profile {}: {rung})",
                        target.pod,
                        rung.name()
                    ));
                    return Ok((agent, connection));
                }
                Err(refusal) if gone.as_ref() == Some(&agent) => return Err(refusal),
                // It may have ended, being idle, since the pod was looked at.
                Err(_) => {
                    latest = cluster.pod(&target.pod).await?;
                    pod = &latest;
                    gone = Some(agent);
                }
            },
            Choice::Fresh(fresh) => {
                start::add(cluster, target, &fresh, steps, added).await?;
                let connection = super::open(cluster, target, &fresh.name, steps).await?;
                return Ok((fresh.name, connection));
            }
        }
    }
}
