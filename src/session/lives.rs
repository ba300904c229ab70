//! What was traced of a container, from its first life to its last.

use super::conversation::Outcome;
use crate::gap::{GapCause, GapStart};
use crate::{
    refusal::{self, Refusal},
    screen::Steps,
};
use std::time::Duration;
use tokio::time::Instant;

/// What was traced of a container in all its lives.
#[derive(Default)]
pub struct Lives {
    /// Of all that was traced so far.
    pub outcome: Outcome,
    /// How often it was restarted.
    pub restarts: u32,
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
    /// Of none yet. `--duration` counts from `begun`, or else from the first attach.
    pub fn new(begun: Option<Instant>) -> Lives {
        Lives { begun, ..Lives::default() }
    }

    /// When `--duration` is over. It counts from the first attach, and includes the time in which the container did
    /// not run.
    pub fn end(&self, duration: Option<Duration>) -> Option<Instant> {
        Some(self.begun? + duration?)
    }

    /// How much of `duration` is left.
    pub fn left(&self, duration: Option<Duration>) -> Option<Duration> {
        let left = self.end(duration).map(|end| end.saturating_duration_since(Instant::now()));
        left.map(|left| left.max(Duration::from_millis(1))).or(duration)
    }

    /// Waits until `--duration` is over; forever if there is none, or nothing was attached to yet.
    pub fn over(&self, duration: Option<Duration>) -> impl Future<Output = ()> + use<> {
        let end = self.end(duration);
        async move {
            match end {
                Some(end) => tokio::time::sleep_until(end).await,
                None => std::future::pending().await,
            }
        }
    }

    /// Says that `--duration` is over.
    pub fn say_over(&self, duration: Option<Duration>, steps: &Steps) {
        let duration = refusal::seconds(duration.unwrap_or_default());
        steps.say(&format!("The trace has lasted {duration} (--duration)"));
    }

    /// The outcome of all lives. A life that ended before its tracer was there was asked for but not traced.
    pub fn conclude(mut self) -> Outcome {
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
    pub fn since(&self) -> Option<GapStart> {
        (self.restarts > 0).then(|| (self.outcome.ended, GapCause::Restart(self.how.clone())))
    }

    /// Adds what was traced of the present life.
    pub fn add(&mut self, outcome: Outcome) {
        self.failure = None;
        self.begun.get_or_insert_with(|| Instant::now() - outcome.lasted);
        self.outcome = match self.restarts {
            0 => outcome,
            _ => std::mem::take(&mut self.outcome).join(outcome),
        };
    }

    /// The present life is not traced.
    pub fn fail(&mut self, refusal: Refusal) {
        self.outcome.failure.get_or_insert_with(|| refusal.clone());
        self.failure = Some(refusal);
    }

    /// Another life begins. `how`: how the last one ended.
    pub fn begin(&mut self, how: &str) {
        // That a life was too short for a tracer is not the reason why the next one fails.
        if let Some(failure) = self.failure.take() {
            self.missed += 1;
            self.outcome.failure.take_if(|first| *first == failure);
        }
        self.restarts += 1;
        how.clone_into(&mut self.how);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
}
