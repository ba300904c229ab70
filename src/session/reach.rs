//! Reaches a tracer: waits until the container runs, if that was asked for, and until its tracer listens.

use super::{
    container::{self, Choice, start},
    conversation,
    watch::headroom,
};
use crate::{
    cluster::{Cluster, PodWait},
    plan::Plan,
    privilege::Privilege,
    refusal::{self, Refusal},
    screen::Steps,
    suspension::Suspensions,
    targets::{self, Container, Target},
};
use k8s_openapi::api::core::v1::Pod;
use kube::client::Connection;
use std::sync::{Once, OnceLock, atomic::AtomicUsize};
use tokio::sync::Semaphore;

/// How often a container may end before its tracer is there, with `--wait`: each attempt leaves a container in the
/// list.
const TRIES: u32 = 3;

/// Most containers being attached to at the same time: each takes several requests to the API server.
pub const AT_ONCE: usize = 16;

/// What all traces of a run share.
pub struct Context {
    /// The cluster.
    pub cluster: Cluster,
    /// Who we are, as text.
    pub who: String,
    /// What to do.
    pub plan: Plan,
    /// Tells when this process was suspended.
    pub suspensions: Suspensions,
    /// Limits how many containers are being attached to.
    pub turns: Semaphore,
    /// How many containers are traced now.
    pub among: AtomicUsize,
    /// Whether the user was told that the memory left in a pod is unknown.
    pub unmeasured: Once,
}

/// A tracer that listens.
pub struct Reached {
    /// The container.
    pub target: Target,
    /// The tracer's container.
    pub agent: String,
    /// With which rights it runs.
    pub privilege: Privilege,
    /// The connection to it.
    pub connection: Connection,
}

/// Reaches a tracer for what runs now. `above`: with more rights than this. `added` gets the name of a container that is
/// added for it.
///
/// # Errors
/// There is none, and why.
pub async fn reach(
    context: &Context,
    container: &Container,
    mut pod: Pod,
    above: Option<Privilege>,
    steps: &Steps,
    added: &OnceLock<String>,
) -> Result<Reached, Refusal> {
    let Context { cluster, plan, turns, .. } = context;
    let mut tries = 0;
    loop {
        let (found, target) = await_running(cluster, plan, container, &pod, steps).await?;
        pod = found;
        let turn = turns.acquire().await;
        let connected = connect(context, &pod, &target, above, steps, added).await;
        drop(turn);
        let refusal = match connected {
            Ok((agent, privilege, connection)) => {
                return Ok(Reached { target, agent, privilege, connection });
            }
            Err(refusal) => refusal,
        };
        tries += 1;
        pod = cluster.pod(&container.pod).await?;
        let gone = targets::running(&pod, &container.name).as_ref() != Ok(&target);
        if !(plan.selection.wait && gone && tries < TRIES) {
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

/// The container once it runs: at once, or with `--wait` as soon as it does.
///
/// # Errors
/// It does not run, and was not waited for or is not expected to run.
pub async fn await_running(
    cluster: &Cluster,
    plan: &Plan,
    container: &Container,
    pod: &Pod,
    steps: &Steps,
) -> Result<(Pod, Target), Refusal> {
    match targets::running(pod, &container.name) {
        Ok(target) => Ok((pod.clone(), target)),
        Err(refusal) if !plan.selection.wait || !targets::may_yet_start(pod, &container.name) => Err(refusal),
        Err(_) => wait_until_it_runs(cluster, container, steps).await,
    }
}

async fn wait_until_it_runs(
    cluster: &Cluster,
    container: &Container,
    steps: &Steps,
) -> Result<(Pod, Target), Refusal> {
    let what = format!("waiting for container {} of pod {} to run", container.name, container.pod);
    let mut wait = PodWait::new(cluster, &container.pod, steps.begin(what), Some(cluster.timeout));
    while let Some(pod) = wait.next().await? {
        match targets::running(&pod, &container.name) {
            Ok(target) => return Ok((pod, target)),
            Err(refusal) if !targets::may_yet_start(&pod, &container.name) => return Err(refusal),
            Err(_) => wait.because(&container::state_of(&pod, &container.name)),
        }
    }
    Err(Refusal::new(format!(
        "container {} of pod {} did not run within {}",
        container.name,
        container.pod,
        refusal::seconds(cluster.timeout)
    ))
    .cause(wait.state())
    .fix("wait longer with --timeout TIME"))
}

/// A connection to a tracer: to one that runs already, or else to a new one.
async fn connect(
    context: &Context,
    pod: &Pod,
    target: &Target,
    above: Option<Privilege>,
    steps: &Steps,
    added: &OnceLock<String>,
) -> Result<(String, Privilege, Connection), Refusal> {
    let Context { cluster, plan, unmeasured, .. } = context;
    let wanted = container::ContainerRequest { above, ..container::ContainerRequest::of(plan) };
    let mut gone = None;
    let mut latest;
    let mut pod = pod;
    loop {
        match container::choose(cluster, pod, target, &wanted, steps).await? {
            Choice::Running(agent, privilege) => {
                match conversation::open(cluster, target, &agent, steps).await {
                    Ok(connection) => {
                        steps.say(&format!(
                        "Using the tracer container {agent}, which runs in pod {} already (profile {}: {privilege})",
                        target.pod,
                        privilege.name()
                    ));
                        return Ok((agent, privilege, connection));
                    }
                    Err(refusal) if gone.as_ref() == Some(&agent) => return Err(refusal),
                    // It may have ended as unused since we looked at the pod.
                    Err(_) => {
                        latest = cluster.pod(&target.pod).await?;
                        pod = &latest;
                        gone = Some(agent);
                    }
                }
            }
            Choice::Fresh(fresh) => {
                if !plan.keep_going {
                    headroom::check(cluster, pod, unmeasured, steps).await?;
                }
                start::add(cluster, target, &fresh, steps, added).await?;
                let connection = conversation::open(cluster, target, &fresh.name, steps).await?;
                return Ok((fresh.name, fresh.candidate.privilege, connection));
            }
        }
    }
}
