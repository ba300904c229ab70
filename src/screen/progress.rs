//! The progress of all traces, in one line on stderr that updates itself, if stderr is a terminal. If the trace is
//! written to the same terminal, the line makes way for it.
//!
//! It never mixes with piped output, which is another file.

use super::{Steps, silence};
use crate::refusal::{seconds, size};
use std::{
    collections::VecDeque,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};
use wire::message::{Pulse, Silence, Speed};

/// How often the line is updated.
const REFRESH: Duration = Duration::from_millis(500);
/// How long removing the line from the terminal may take.
const PATIENCE: Duration = Duration::from_millis(500);
/// The time over which events per second are counted.
const SPAN: Duration = Duration::from_secs(3);

/// What is known about one trace.
#[derive(Debug, Default)]
pub struct Progress(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    last: Option<Pulse>,
    ended: bool,
    /// Whether the reason for showing nothing was given.
    told: bool,
    silence: Option<Silence>,
    /// The sums of earlier streams of the same trace.
    before: (u64, u64),
    /// The sum over all pulses.
    speed: Option<Speed>,
}

impl Progress {
    /// Takes the tracer's report of its progress.
    pub fn note(&self, pulse: Pulse) {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(speed) = pulse.speed {
            let before = state.speed.unwrap_or_default();
            state.speed = Some(Speed {
                done: before.done.saturating_add(speed.done),
                due: before.due.saturating_add(speed.due),
                bounded: before.bounded.saturating_add(speed.bounded),
            });
        }
        state.last = Some(pulse);
        state.ended = false;
    }

    /// Nothing is shown: says once why that may be. If the trace is about to end, that is kept for
    /// [`Progress::sits`].
    pub fn silence(&self, silence: Silence, steps: &Steps) {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if silence.ends {
            state.silence = Some(silence);
        } else if !std::mem::replace(&mut state.told, true) {
            drop(state);
            steps.say(&silence::words(&silence));
        }
    }

    /// The trace has ended and counted nothing: says in which calls its threads wait.
    pub fn sits(&self, steps: &Steps) {
        let silence = self.0.lock().unwrap_or_else(PoisonError::into_inner).silence.take();
        if let Some(silence) = silence {
            steps.say(&silence::words(&silence));
        }
    }

    /// The stream has ended, with this many events and losses.
    pub fn end(&self, events: u64, lost: u64) {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        state.before = (state.before.0 + events, state.before.1 + lost);
        state.last = None;
        state.ended = true;
    }

    /// How fast the target ran overall; `None` if it was not observed for long enough.
    pub fn speed(&self) -> Option<Speed> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).speed
    }
}

/// The progress of all traces. More may join meanwhile.
#[derive(Debug, Default, Clone)]
pub struct AllProgress(Arc<Mutex<Vec<Arc<Progress>>>>);

impl AllProgress {
    /// Adds one.
    pub fn add(&self, progress: &Arc<Progress>) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(Arc::clone(progress));
    }

    fn sum(&self) -> Option<Sum> {
        sum(&self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// The speed as text, if the target runs noticeably slower than without us.
pub fn at_speed(speed: Speed) -> Option<String> {
    let percent = speed.percent().filter(|percent| *percent < 100)?;
    Some(match percent {
        0 => "at less than 1 % of its speed".to_owned(),
        percent if speed.is_bound() => format!("at less than {} % of its speed", percent + 1),
        percent => format!("at {percent} % of its speed"),
    })
}

/// All traces together, at this moment.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
struct Sum {
    events: u64,
    lost: u64,
    held: u64,
    /// The slowest one's.
    speed: Option<Speed>,
}

fn sum(traces: &[Arc<Progress>]) -> Option<Sum> {
    let mut sum = Sum::default();
    let mut begun = false;
    for trace in traces {
        let state = trace.0.lock().unwrap_or_else(PoisonError::into_inner);
        begun |= state.ended || state.last.is_some();
        let pulse = state.last.unwrap_or_default();
        sum.events += state.before.0 + pulse.events;
        sum.lost += state.before.1 + pulse.lost;
        sum.held += pulse.held;
        sum.speed =
            sum.speed.into_iter().chain(pulse.speed).min_by_key(|speed| speed.percent().unwrap_or(100));
    }
    begun.then_some(sum)
}

/// The line, while it is shown. It has its own thread, because a terminal may be stopped (Ctrl-S).
#[derive(Debug)]
pub struct StatusLine {
    over: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl StatusLine {
    /// Shows the progress of these traces, if there is a terminal.
    pub fn start(traces: &AllProgress, steps: &Steps) -> StatusLine {
        let over = Arc::new(AtomicBool::new(false));
        if !steps.on_terminal() || steps.is_quiet() {
            return StatusLine { over, thread: None };
        }
        let (steps, seen, traces) = (steps.clone(), Arc::clone(&over), traces.clone());
        let show = move || {
            let begun = Instant::now();
            let line = steps.status_line();
            let mut recent = VecDeque::new();
            while !seen.load(Ordering::Relaxed) {
                if let Some(sum) = traces.sum() {
                    let now = Instant::now();
                    recent.push_back((now, sum.events));
                    while recent.len() > 2 && recent.front().is_some_and(|(then, _)| now - *then > SPAN) {
                        recent.pop_front();
                    }
                    line.set_message(words(&sum, per_second(&recent), begun.elapsed()));
                }
                thread::park_timeout(REFRESH);
            }
        };
        // Without a thread there is no line, but the trace goes on.
        StatusLine { over, thread: thread::Builder::new().name("status".into()).spawn(show).ok() }
    }

    /// Removes it, unless the terminal is stopped.
    pub async fn clear(self) {
        self.over.store(true, Ordering::Relaxed);
        let Some(thread) = self.thread else { return };
        thread.thread().unpark();
        let begun = Instant::now();
        while !thread.is_finished() && begun.elapsed() < PATIENCE {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }
}

fn per_second(recent: &VecDeque<(Instant, u64)>) -> u64 {
    let (Some((from, before)), Some((to, after))) = (recent.front(), recent.back()) else { return 0 };
    let passed = to.duration_since(*from).as_secs_f64();
    if passed <= 0.0 { 0 } else { (after.saturating_sub(*before) as f64 / passed) as u64 }
}

fn words(sum: &Sum, rate: u64, lasted: Duration) -> String {
    let mut words = format!("{} events, {rate}/s, {} lost, {}", sum.events, sum.lost, seconds(lasted));
    words += &format!(", {} buffered", size(sum.held));
    if let Some(speed) = sum.speed.and_then(at_speed) {
        words += &format!(", the target runs {speed}");
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_adds_up_what_all_traces_say() {
        let traces = [Arc::new(Progress::default()), Arc::new(Progress::default())];
        assert_eq!(sum(&traces), None, "there is nothing to say yet");
        let speed = |done| Some(Speed { done, due: 1000, bounded: 0 });
        traces[0].note(Pulse { events: 5, lost: 1, held: 2048, speed: speed(500), ..Pulse::default() });
        traces[1].note(Pulse { events: 7, speed: speed(900), ..Pulse::default() });
        traces[1].end(8, 0);
        let all = sum(&traces).unwrap();
        assert_eq!(all, Sum { events: 13, lost: 1, held: 2048, speed: speed(500) });
        assert_eq!(
            words(&all, 4, Duration::from_secs(61)),
            "13 events, 4/s, 1 lost, 61 s, 2 kB buffered, the target runs at 50 % of its speed"
        );
        assert_eq!((traces[0].speed(), traces[1].speed()), (speed(500), speed(900)));
        assert_eq!(Progress::default().speed(), None);
        // A second in which much was due counts more than one in which little was.
        traces[0]
            .note(Pulse { speed: Some(Speed { done: 200, due: 9000, bounded: 9000 }), ..Pulse::default() });
        assert_eq!(traces[0].speed(), Some(Speed { done: 700, due: 10_000, bounded: 9000 }));
    }

    #[test]
    fn a_speed_is_said_as_people_say_it() {
        let said = |done, bounded| at_speed(Speed { done, due: 1000, bounded });
        assert_eq!(said(41, 0).as_deref(), Some("at 4 % of its speed"));
        assert_eq!(said(41, 900).as_deref(), Some("at less than 5 % of its speed"));
        assert_eq!(said(2, 0).as_deref(), Some("at less than 1 % of its speed"));
        assert_eq!(said(998, 0), None, "nobody notices");
        assert_eq!(at_speed(Speed::default()), None, "it had nothing to do");
    }

    #[test]
    fn rates_are_of_the_last_seconds() {
        let now = Instant::now();
        let recent = VecDeque::from([(now, 100), (now + Duration::from_secs(2), 300)]);
        assert_eq!(per_second(&recent), 100);
        assert_eq!(per_second(&VecDeque::from([(now, 100)])), 0);
    }
}
