//! Attaches to one container: waits until it runs, if that was asked for, and until its tracer listens; then traces
//! it.
//!
//! A *life* of a container is one run of it, from a start to the next end. With `--follow-restarts` a trace spans
//! several.

use super::{
    container::{self, Choice, start},
    conversation::{self, Around, Outcome, Traced},
    printer::{Feed, StreamInput},
    watch::{
        headroom,
        health::Health,
        restart::{self, Next},
    },
};
use crate::{
    cluster::{Cluster, PodWait},
    gap::{GapCause, GapStart},
    interrupt::Interrupts,
    plan::Plan,
    privilege::Privilege,
    refusal::{self, Refusal},
    screen::{Steps, from_tracer},
    suspension::Suspensions,
    targets::{self, Container, Target},
};
use k8s_openapi::api::core::v1::Pod;
use kube::client::Connection;
use render::refused::Line;
use std::{
    sync::{
        Arc, Once, OnceLock,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};
use tokio::{sync::Semaphore, time::Instant};
use wire::{message::Reason, refused::Refused};

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

/// One container, from life to life.
pub struct Follower {
    context: Arc<Context>,
    container: Container,
    /// As it was last seen.
    pod: Pod,
    /// The rung that the kernel refused.
    above: Option<Privilege>,
    lives: Lives,
}

/// What follows a life, or an attempt at one.
enum After {
    /// Nothing.
    Over,
    /// Another attempt, with more rights.
    Climb,
    /// The container has ended, or may have.
    Ended(Target),
}

impl Follower {
    /// Nothing is done yet. `--duration` counts from `since`, or else from the attach.
    pub fn new(context: Arc<Context>, container: Container, pod: Pod, since: Option<Instant>) -> Follower {
        Follower { context, container, pod, above: None, lives: Lives { begun: since, ..Lives::default() } }
    }

    /// Attaches to the container and traces it to the end.
    ///
    /// # Errors
    /// There is no trace.
    pub async fn follow(
        mut self,
        feed: &mut Feed,
        interrupts: &mut Interrupts,
        steps: &Steps,
    ) -> Result<Outcome, Refusal> {
        loop {
            let target = match self.life(feed, interrupts, steps).await? {
                After::Over => break,
                After::Climb => continue,
                After::Ended(target) => target,
            };
            if !self.awaits_next(&target, interrupts, steps).await {
                break;
            }
            let since = self.lives.since();
            let _ = feed.inputs.send(StreamInput::Life(self.lives.restarts, since)).await;
        }
        Ok(self.lives.conclude())
    }

    /// Attaches to what runs now and traces it to its end.
    async fn life(
        &mut self,
        feed: &mut Feed,
        interrupts: &mut Interrupts,
        steps: &Steps,
    ) -> Result<After, Refusal> {
        let duration = self.context.plan.duration;
        let added = OnceLock::new();
        let attempted = targets::running(&self.pod, &self.container.name).ok();
        let reached = tokio::select! {
            reached = reach(&self.context, &self.container, self.pod.clone(), self.above, steps, &added) => reached,
            () = interrupts.next() => Err(refusal::interrupted(added.get().map(String::as_str))),
            () = self.lives.over(duration) => {
                self.lives.say_over(duration, steps);
                return Ok(After::Over);
            }
        };
        match (reached, attempted) {
            (Ok(reached), _) => self.traced(reached, feed, interrupts, steps).await,
            // It ended again before the tracer was there.
            (Err(refusal), Some(target))
                if self.lives.restarts > 0 && refusal.code() == refusal::INCOMPLETE =>
            {
                self.lives.fail(refusal);
                Ok(After::Ended(target))
            }
            (Err(refusal), _) if self.lives.restarts == 0 => Err(refusal),
            (Err(refusal), _) => {
                self.lives.fail(refusal);
                Ok(After::Over)
            }
        }
    }

    /// Traces with a tracer that listens.
    async fn traced(
        &mut self,
        Reached { target, agent, privilege, connection }: Reached,
        feed: &mut Feed,
        interrupts: &mut Interrupts,
        steps: &Steps,
    ) -> Result<After, Refusal> {
        let Context { cluster, plan, who, among, suspensions, .. } = &*self.context;
        let mut health =
            Health::watch(cluster, &self.pod, &target, among.load(Ordering::Relaxed), plan.keep_going, steps);
        let traced = Traced { cluster, target: &target, agent: &agent, who };
        let (left, since) = (self.lives.left(plan.duration), self.lives.since());
        let around = Around {
            health: &mut health,
            feed: &mut *feed,
            interrupts,
            suspensions: &mut suspensions.another(),
            steps,
        };
        let mut outcome = conversation::trace(&traced, &plan.depth, left, since, connection, around).await;
        if let Some(refused) = refused(&outcome).filter(|_| self.above.is_none() && plan.climbs(privilege)) {
            steps.say(&format!("The kernel let us trace nothing with the profile {}", privilege.name()));
            steps.say(&from_tracer(&Line(refused).to_string()));
            steps.say("Trying a profile with more rights");
            self.above = Some(privilege);
            let _ = feed.inputs.send(StreamInput::Anew(None)).await;
            self.pod = cluster.pod(&self.container.pod).await?;
            return Ok(After::Climb);
        }
        let ended = restart::may_have_been(&outcome);
        if (ended || restart::broke_off(&outcome))
            && let Some(words) = restart::left(cluster, &target, self.pod.metadata.uid.as_deref()).await
        {
            steps.say(&format!("{words}; its trace is over"));
            let_go(&mut outcome);
            self.lives.add(outcome);
            return Ok(After::Over);
        }
        self.lives.add(outcome);
        Ok(match ended && plan.selection.restarts > 0 {
            true => After::Ended(target),
            false => After::Over,
        })
    }

    /// Waits for the next life, if one may be followed. `false`: there is none.
    async fn awaits_next(&mut self, target: &Target, interrupts: &mut Interrupts, steps: &Steps) -> bool {
        let Context { cluster, plan, .. } = &*self.context;
        let most = plan.selection.restarts;
        if self.lives.restarts == most {
            let restarts = refusal::count(most.into(), "restart", "restarts");
            steps.say(&format!("Followed it through {restarts} (--follow-restarts)"));
            return false;
        }
        let next = tokio::select! {
            next = restart::await_next(cluster, target, cluster.timeout, steps) => next,
            () = interrupts.next() => {
                self.lives.outcome.interrupted = true;
                return false;
            }
            () = self.lives.over(plan.duration) => {
                self.lives.say_over(plan.duration, steps);
                return false;
            }
        };
        let (next, how) = match next {
            Next::Runs(next, how) => (*next, how),
            Next::Unchanged => return false,
            Next::Over(why) => {
                steps.say(&format!("No longer following it: {why}"));
                return false;
            }
            Next::Late(refusal) => {
                self.lives.fail(refusal);
                return false;
            }
        };
        self.lives.begin(&how);
        steps.say(&format!(
            "Container {} of pod {} was restarted: it {how}. Following it ({} of {most}, --follow-restarts)",
            self.container.name, self.container.pod, self.lives.restarts
        ));
        self.pod = next;
        self.above = None;
        true
    }
}

/// What was traced of a container in all its lives.
#[derive(Default)]
struct Lives {
    outcome: Outcome,
    restarts: u32,
    /// How the last life ended.
    how: String,
    /// When `--duration` begins to count: at the first attach, unless something else was set.
    begun: Option<Instant>,
    /// Why the present life is not traced.
    failure: Option<Refusal>,
    /// How many lives ended before a tracer could be there.
    missed: u32,
}

impl Lives {
    /// When `--duration` is over. It counts from the first attach, and includes the time in which the container did
    /// not run.
    fn end(&self, duration: Option<Duration>) -> Option<Instant> {
        Some(self.begun? + duration?)
    }

    /// How much of `duration` is left.
    fn left(&self, duration: Option<Duration>) -> Option<Duration> {
        let left = self.end(duration).map(|end| end.saturating_duration_since(Instant::now()));
        left.map(|left| left.max(Duration::from_millis(1))).or(duration)
    }

    /// Waits until `--duration` is over; forever if there is none, or nothing was attached to yet.
    fn over(&self, duration: Option<Duration>) -> impl Future<Output = ()> + use<> {
        let end = self.end(duration);
        async move {
            match end {
                Some(end) => tokio::time::sleep_until(end).await,
                None => std::future::pending().await,
            }
        }
    }

    fn say_over(&self, duration: Option<Duration>, steps: &Steps) {
        let duration = refusal::seconds(duration.unwrap_or_default());
        steps.say(&format!("The trace has lasted {duration} (--duration)"));
    }

    /// The outcome of all lives. A life that ended before its tracer was there was asked for but not traced.
    fn conclude(mut self) -> Outcome {
        if self.missed > 0 {
            let times = refusal::count(self.missed.into(), "time", "times");
            let refusal = Refusal::new(format!(
                "the trace is incomplete: the container ended {times} before the tracer was there"
            ))
            .cause(
                "a tracer can be added only to a container that runs already, which takes a second or two",
            );
            self.outcome.failure.get_or_insert(refusal);
        }
        self.outcome
    }

    /// Since when nothing is traced, and why.
    fn since(&self) -> Option<GapStart> {
        (self.restarts > 0).then(|| (self.outcome.ended, GapCause::Restart(self.how.clone())))
    }

    fn add(&mut self, outcome: Outcome) {
        self.failure = None;
        self.begun.get_or_insert_with(|| Instant::now() - outcome.lasted);
        self.outcome = match self.restarts {
            0 => outcome,
            _ => std::mem::take(&mut self.outcome).join(outcome),
        };
    }

    fn fail(&mut self, refusal: Refusal) {
        self.outcome.failure.get_or_insert_with(|| refusal.clone());
        self.failure = Some(refusal);
    }

    fn begin(&mut self, how: &str) {
        // That a life was too short for a tracer is not the reason why the next one fails.
        if let Some(failure) = self.failure.take() {
            self.missed += 1;
            self.outcome.failure.take_if(|first| *first == failure);
        }
        self.restarts += 1;
        how.clone_into(&mut self.how);
    }
}

/// The pod has left, and its trace with it, which is not a failure. Totals that did not arrive stay unknown.
fn let_go(outcome: &mut Outcome) {
    outcome.failure = None;
    let broke_off = restart::broke_off(outcome);
    if let Some(end) = outcome.end.as_mut().filter(|_| broke_off) {
        end.reason = Reason::TraceesGone;
    }
}

/// A process that the kernel refused to let us trace, if it refused all and more rights would help. A tracer that has
/// traced something was not refused, whatever it says.
pub(super) fn refused(outcome: &Outcome) -> Option<&Refused> {
    match &outcome.end.as_ref()?.reason {
        Reason::Refused(refusals) if outcome.lasted.is_zero() => {
            refusals.first.iter().find(|refused| refused.capability_helps())
        }
        _ => None,
    }
}

/// A tracer that listens.
struct Reached {
    target: Target,
    agent: String,
    privilege: Privilege,
    connection: Connection,
}

async fn reach(
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

#[cfg(test)]
mod tests {
    use super::*;
    use wire::message::End;

    fn traced(seconds: u64) -> Outcome {
        Outcome { lasted: Duration::from_secs(seconds), ..Outcome::default() }
    }

    #[tokio::test(start_paused = true)]
    async fn duration_counts_the_time_between_two_lives() {
        let duration = Some(Duration::from_secs(60));
        let mut lives = Lives::default();
        assert_eq!(lives.left(duration), duration);
        tokio::time::advance(Duration::from_secs(100)).await;
        lives.add(traced(10));
        tokio::time::advance(Duration::from_secs(20)).await;
        assert_eq!(lives.left(duration), Some(Duration::from_secs(30)));
        let begun = Instant::now();
        lives.over(duration).await;
        assert_eq!(begun.elapsed().as_secs(), 30, "and it ends the wait for the next life");
    }

    #[test]
    fn an_untraced_life_makes_the_trace_incomplete() {
        let mut lives = Lives::default();
        lives.add(traced(1));
        lives.begin("x");
        lives.add(traced(1));
        assert_eq!(lives.conclude().failure, None, "all lives were traced");

        let mut lives = Lives::default();
        lives.add(traced(1));
        lives.begin("x");
        lives.fail(Refusal::new("it ended before the tracer was there"));
        lives.begin("x");
        lives.add(traced(1));
        let said = lives.conclude().failure.unwrap().to_string();
        assert!(said.contains("the container ended 1 time before the tracer was there"), "{said}");
    }

    #[test]
    fn a_pod_that_leaves_is_no_failure() {
        let reason = Reason::Failed("the agent was told to end".into());
        let mut outcome = Outcome {
            end: Some(End { events: 3, lost: 0, time: 1, reason }),
            failure: Some(Refusal::new("the trace broke off")),
            ..Outcome::default()
        };
        let_go(&mut outcome);
        assert!(crate::totals::omission("", &Ok(outcome)).what.is_empty());
    }
}
