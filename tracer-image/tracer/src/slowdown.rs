//! How much a trace slows the target down: looked at from outside, so that it costs the way from stop to resume nothing.
//!
//! Several times a second we look which of the traced threads stand still for the tracer (`t` in proc_pid_stat(5)) and
//! which run or wait for a CPU. So what a stop costs counts whole: the switch to the tracer, waiting for its turn, what is
//! read of it, and the switch back. No clock read at the stops themselves would see all of that.

use crate::{engine::Roster, procfs};
use std::{
    sync::Arc,
    time::{Duration, Instant},
};
use wire::message::Slowdown;

/// How often is looked while something happens, and while nothing does.
const BUSY: Duration = Duration::from_millis(50);
const CALM: Duration = Duration::from_millis(250);
/// Most threads at a look: with a few microseconds for each we stay well below a hundredth of a CPU.
const MOST: usize = 32;
/// Over how long is averaged.
const SPAN: f64 = 3.0;
/// How long there is nothing to be said: attaching stops every thread.
const WARM_UP: Duration = Duration::from_secs(2);

/// Looks at the traced threads.
pub struct Sampler {
    roster: Arc<Roster>,
    threads: Vec<(i32, i32)>,
    /// Where the next look begins: with many threads each has its turn.
    turn: usize,
    begun: Option<Instant>,
    last: Instant,
    next: Instant,
    pause: Duration,
    stopped: f64,
    running: f64,
}

impl Sampler {
    /// Of an engine's threads.
    pub fn new(roster: Arc<Roster>) -> Sampler {
        let now = Instant::now();
        Sampler {
            roster,
            threads: Vec::new(),
            turn: 0,
            begun: None,
            last: now,
            next: now,
            pause: CALM,
            stopped: 0.0,
            running: 0.0,
        }
    }

    /// How long until the next look.
    pub fn pause(&self) -> Duration {
        self.next.saturating_duration_since(Instant::now())
    }

    /// Looks, if it is time.
    pub fn look(&mut self) {
        let now = Instant::now();
        if now < self.next {
            return;
        }
        self.roster.read(&mut self.threads);
        let all = self.threads.len();
        let looked_at = all.min(MOST);
        let (mut stopped, mut running) = (0, 0);
        for step in 0..looked_at {
            let (thread, process) = self.threads[(self.turn + step) % all];
            match procfs::thread_state(process, thread) {
                Some('t') => stopped += 1,
                Some('R') => running += 1,
                _ => {}
            }
        }
        if all > 0 {
            self.turn = (self.turn + looked_at) % all;
            self.begun.get_or_insert(now);
        }
        let scale = if looked_at == 0 { 0.0 } else { all as f64 / looked_at as f64 };
        self.note(f64::from(stopped) * scale, f64::from(running) * scale, now.duration_since(self.last));
        self.last = now;
        self.pause = if stopped + running > 0 { BUSY } else { (self.pause + BUSY).min(CALM) };
        self.next = now + self.pause;
    }

    /// Adds what was found to the average, with the weight of the time since the look before.
    fn note(&mut self, stopped: f64, running: f64, passed: Duration) {
        let weight = 1.0 - (-passed.as_secs_f64() / SPAN).exp();
        self.stopped += (stopped - self.stopped) * weight;
        self.running += (running - self.running) * weight;
    }

    /// What was found lately.
    pub fn slowdown(&self) -> Option<Slowdown> {
        let known = self.begun.is_some_and(|begun| self.last.duration_since(begun) >= WARM_UP);
        let thousandths = |average: f64| (average * 1000.0).round() as u32;
        known.then(|| Slowdown { stopped: thousandths(self.stopped), running: thousandths(self.running) })
    }

    /// One of the processes that were traced at the last look.
    pub fn process(&self) -> Option<i32> {
        self.threads.first().map(|(_, process)| *process)
    }

    /// How many threads are traced.
    pub fn threads(&self) -> u32 {
        self.roster.len() as u32
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_average_follows_what_is_found() {
        let mut sampler = Sampler::new(Arc::default());
        // One thread that stands still four times out of five, for ten seconds.
        for look in 0..200 {
            let stopped = look % 5 != 0;
            sampler.note(f64::from(stopped), f64::from(!stopped), BUSY);
        }
        sampler.begun = Some(sampler.last - Duration::from_secs(10));
        let slowdown = sampler.slowdown().expect("it has looked for long");
        assert!((75..=85).contains(&slowdown.percent()), "{slowdown:?}");
        // A quiet target is not slowed down by the one stop in twenty that it has.
        for look in 0..400 {
            sampler.note(f64::from(look % 20 == 0), 0.0, BUSY);
        }
        let percent = sampler.slowdown().expect("as before").percent();
        assert!((1..=12).contains(&percent), "{percent}");
    }

    #[test]
    fn nothing_is_said_of_what_was_hardly_seen() {
        let mut sampler = Sampler::new(Arc::default());
        sampler.look();
        assert_eq!(sampler.slowdown(), None);
    }
}
