//! Progress messages on stderr: one line that updates itself on a terminal, plain lines elsewhere.

use super::plain;
use crate::refusal::{Refusal, seconds};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::{
    io::{IsTerminal, Write},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

/// How often a wait is mentioned again if lines cannot be updated.
const REMIND: Duration = Duration::from_secs(5);
/// If lines cannot be taken back, a wait that is over sooner is not mentioned.
const WORTH_SAYING: Duration = Duration::from_millis(700);

/// Tells the user what is being done.
#[derive(Debug, Clone)]
pub struct Steps {
    quiet: bool,
    /// Whether to leave out the totals of a complete trace too.
    silent: bool,
    /// What stands before each line, if several things are being done at once.
    label: Arc<str>,
    terminal: bool,
    /// The line being shown, so that others can be written above it.
    shown: Arc<Mutex<Option<ProgressBar>>>,
    /// Whether a line of the trace on the same terminal is incomplete: nothing else may be appended to it.
    open: Arc<AtomicBool>,
    /// The text of that line, as far as it is known.
    line: Arc<Mutex<String>>,
    /// Receives what would go to stderr.
    #[cfg(test)]
    kept: Option<Arc<Mutex<String>>>,
}

impl Steps {
    /// Writes to stderr; with `quiet`, only what was asked for and what went wrong.
    pub fn new(quiet: bool) -> Steps {
        let terminal = std::io::stderr().is_terminal();
        Steps {
            quiet,
            silent: false,
            label: "".into(),
            terminal,
            shown: Arc::default(),
            open: Arc::default(),
            line: Arc::default(),
            #[cfg(test)]
            kept: None,
        }
    }

    /// The same; with `silent`, without the totals of a complete trace.
    pub fn silent(self, silent: bool) -> Steps {
        Steps { silent, ..self }
    }

    /// Whether the totals of a complete trace are left out.
    pub fn is_silent(&self) -> bool {
        self.silent
    }

    /// Writes to a string instead of stderr.
    #[cfg(test)]
    pub fn kept(text: Arc<Mutex<String>>) -> Steps {
        Steps { kept: Some(text), ..Steps::new(false) }
    }

    /// The same for one of several things that are done at once: each line begins with `label`.
    pub fn about(&self, label: &str) -> Steps {
        Steps { label: format!("{label}: ").into(), ..self.clone() }
    }

    /// Whether stderr is a terminal.
    pub fn on_terminal(&self) -> bool {
        self.terminal
    }

    /// Lets `write` write a part of the trace to the terminal that this writes to as well. `line`: the text of the
    /// last line, if that is incomplete afterwards.
    pub fn above<T>(&self, line: Option<&str>, write: impl FnOnce() -> T) -> T {
        let open = line.is_some();
        // The terminal may be stopped (Ctrl-S) during the write, and nobody else must wait for that.
        let bar = self.shown.lock().unwrap_or_else(PoisonError::into_inner).take();
        self.open.store(true, Ordering::Relaxed);
        let written = match &bar {
            // It comes back once the line is complete.
            Some(bar) if open => {
                bar.finish_and_clear();
                write()
            }
            Some(bar) => bar.suspend(write),
            None => write(),
        };
        if !open {
            *self.shown.lock().unwrap_or_else(PoisonError::into_inner) = bar;
        }
        line.unwrap_or_default().clone_into(&mut self.line.lock().unwrap_or_else(PoisonError::into_inner));
        self.open.store(open, Ordering::Relaxed);
        written
    }

    /// Whether only what was asked for is shown.
    pub fn is_quiet(&self) -> bool {
        self.quiet
    }

    /// A line on the terminal that stays the last one until it is dropped.
    pub fn status_line(&self) -> StatusBar {
        StatusBar { steps: self.clone() }
    }

    /// Writes a message, unless this is quiet.
    pub fn say(&self, text: &str) {
        if !self.quiet {
            self.insist(text);
        }
    }

    /// Writes a message in any case.
    pub fn insist(&self, text: &str) {
        let bar = self.shown.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let text: Vec<_> = text.lines().map(|line| format!("{}{}", self.label, plain(line))).collect();
        #[cfg(test)]
        if let Some(kept) = &self.kept {
            let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
            return text.iter().for_each(|line| kept.extend([line, "\n"]));
        }
        let open = self.terminal && self.open.load(Ordering::Relaxed);
        let line = open.then(|| self.line.lock().unwrap_or_else(PoisonError::into_inner).clone());
        let text = between(&text, line.as_deref());
        let write = || {
            // stderr may be closed; then the message has nowhere to go.
            let _ = std::io::stderr().lock().write_all(text.as_bytes());
        };
        match bar {
            Some(bar) => bar.suspend(write),
            None => write(),
        }
    }

    /// Reports why there is no trace.
    pub fn refuse(&self, refusal: &Refusal) {
        self.insist(&refusal.to_string());
    }

    /// Begins a wait for `what`: "waiting for ...". It ends when the step is dropped.
    pub fn begin(&self, what: impl Into<String>) -> Step {
        // Only one line can update itself.
        self.wait(what.into(), self.terminal && self.label.is_empty())
    }

    /// The same with lines that stay, because the trace may be written to the same terminal meanwhile.
    pub fn begin_in_lines(&self, what: impl Into<String>) -> Step {
        self.wait(what.into(), false)
    }

    fn wait(&self, what: String, update: bool) -> Step {
        let begun = Instant::now();
        let reason = Arc::new(Mutex::new(String::new()));
        let mut step = Step { steps: self.clone(), what, begun, reason, bar: None, reminder: None };
        if self.quiet {
            return step;
        }
        if update {
            let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
            let style = ProgressStyle::with_template("{spinner} {wide_msg}")
                .unwrap_or_else(|_| ProgressStyle::default_spinner());
            bar.set_style(style);
            bar.set_message(step.words());
            bar.enable_steady_tick(Duration::from_millis(100));
            *self.shown.lock().unwrap_or_else(PoisonError::into_inner) = Some(bar.clone());
            step.bar = Some(bar);
        }
        let (steps, what, reason, bar) =
            (self.clone(), step.what.clone(), step.reason.clone(), step.bar.clone());
        step.reminder = Some(tokio::spawn(async move {
            let mut wait = WORTH_SAYING;
            loop {
                tokio::time::sleep(if bar.is_some() { Duration::from_millis(100) } else { wait }).await;
                let words = words(&what, &reason, begun);
                match &bar {
                    Some(bar) => bar.set_message(words),
                    None => steps.insist(&words),
                }
                wait = REMIND;
            }
        }));
        step
    }
}

/// A line that updates itself.
#[derive(Debug)]
pub struct StatusBar {
    steps: Steps,
}

impl StatusBar {
    /// Replaces its text.
    pub fn set_message(&self, words: String) {
        let mut shown = self.steps.shown.lock().unwrap_or_else(PoisonError::into_inner);
        if self.steps.open.load(Ordering::Relaxed) {
            return;
        }
        let bar = shown.get_or_insert_with(|| {
            let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
            let style = ProgressStyle::with_template("{wide_msg}");
            bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_spinner()));
            bar
        });
        bar.set_message(words);
        bar.tick();
    }
}

impl Drop for StatusBar {
    fn drop(&mut self) {
        if let Some(bar) = self.steps.shown.lock().unwrap_or_else(PoisonError::into_inner).take() {
            bar.finish_and_clear();
        }
    }
}

/// The lines as text for a terminal on which a line of the trace is incomplete: that line is left as it is and
/// repeated below them, so that its rest follows its beginning.
fn between(lines: &[String], open: Option<&str>) -> String {
    let mut text = String::from(if open.is_some() { "\n" } else { "" });
    lines.iter().for_each(|line| text.extend([line, "\n"]));
    text + open.unwrap_or_default()
}

fn words(what: &str, reason: &Mutex<String>, begun: Instant) -> String {
    let reason = reason.lock().unwrap_or_else(PoisonError::into_inner);
    let separator = if reason.is_empty() { "" } else { ": " };
    plain(&format!("{what}{separator}{reason} ({})", seconds(begun.elapsed()))).into_owned()
}

/// A wait that is being shown.
#[derive(Debug)]
pub struct Step {
    steps: Steps,
    what: String,
    begun: Instant,
    reason: Arc<Mutex<String>>,
    bar: Option<ProgressBar>,
    reminder: Option<tokio::task::JoinHandle<()>>,
}

impl Step {
    /// Shows what the wait is for at the moment.
    pub fn because(&self, reason: &str) {
        let changed = {
            let mut kept = self.reason.lock().unwrap_or_else(PoisonError::into_inner);
            let changed = *kept != reason;
            reason.clone_into(&mut kept);
            changed
        };
        if changed && self.bar.is_none() && !self.steps.quiet && self.lasted() >= WORTH_SAYING {
            self.steps.insist(&self.words());
        }
    }

    /// How long it has lasted.
    pub fn lasted(&self) -> Duration {
        self.begun.elapsed()
    }

    fn words(&self) -> String {
        words(&self.what, &self.reason, self.begun)
    }
}

impl Drop for Step {
    fn drop(&mut self) {
        if let Some(reminder) = &self.reminder {
            reminder.abort();
        }
        if let Some(bar) = self.bar.take() {
            *self.steps.shown.lock().unwrap_or_else(PoisonError::into_inner) = None;
            bar.finish_and_clear();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_do_not_run_into_a_line_of_the_trace() {
        let notice = ["Process 7 attached".to_owned(), "and more".to_owned()];
        assert_eq!(between(&notice, None), "Process 7 attached\nand more\n");
        assert_eq!(between(&notice, Some("read(0, ")), "\nProcess 7 attached\nand more\nread(0, ");
    }

    #[test]
    fn the_open_line_is_kept_until_it_is_complete() {
        let steps = Steps::new(false);
        let line = || steps.open.load(Ordering::Relaxed).then(|| steps.line.lock().unwrap().clone());
        steps.above(Some("read(0, "), || ());
        assert_eq!(line().as_deref(), Some("read(0, "));
        steps.above(None, || ());
        assert_eq!(line(), None);
    }
}
