//! Attaches to one container: reaches its tracer, then traces it.
//!
//! A *life* of a container is one run of it, from a start to the next end. With `--follow-restarts` a trace spans
//! several.

use super::{
    conversation::{self, Around, Outcome, Traced},
    lives::Lives,
    printer::{Feed, StreamInput},
    reach::{Context, Reached, reach},
    watch::{
        health::Health,
        leaving,
        restart::{self, Next},
    },
};
use crate::{
    interrupt::Interrupts,
    privilege::Privilege,
    refusal::{self, Refusal},
    screen::{Steps, from_tracer},
    targets::{self, Container, Target},
};
use k8s_openapi::api::core::v1::Pod;
use render::refused::Line;
use std::sync::{Arc, OnceLock, atomic::Ordering};
use tokio::time::Instant;
use wire::{message::Reason, refused::Refused};

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
        Follower { context, container, pod, above: None, lives: Lives::new(since) }
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
        if leaving::may_have_ended(&outcome)
            && let Some(left) = leaving::left(cluster, &target, self.pod.metadata.uid.as_deref()).await
        {
            steps.say(&leaving::excuse(&mut outcome, &left));
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
