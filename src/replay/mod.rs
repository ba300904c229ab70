//! `kubectl strace replay`: shows recordings again. Events go through the same [`Page`] as those of a live trace.

mod counter;
mod depth;
mod filter;
mod span;
mod tracks;

use crate::{
    cli::{Args, Events},
    container_name::Container,
    page::{self, Lane, OutputLimits, Page, RenderOptions},
    plan::ReplayPlan,
    recording::{Item, about::Stream},
    refusal::{self, INCOMPLETE, Refusal, count},
    run,
    screen::{Names, OutputFile, Steps, Trouble, from_tracer},
};
use filter::Filter;
use render::refused::Line;
use span::{Moment, Pattern, Span, Windows};
use std::{
    collections::{BTreeSet, HashMap},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};
use tracks::{Track, Tracks};
use wire::{
    event::{Event, What},
    message::{Level, Message},
    summary::{Count, Counting, Counts},
};

/// Shows recordings. Gives the exit status.
///
/// # Errors
/// Nothing can be shown.
pub async fn replay(args: &Args, steps: &Steps) -> Result<u8, Refusal> {
    let plan = ReplayPlan::new(args)?;
    for remark in &plan.remarks {
        steps.say(&format!("note: {remark}"));
    }
    let (stop, steps) = (Arc::new(AtomicBool::new(false)), steps.clone());
    let _stops = Stops(Arc::clone(&stop));
    let filter = Filter::new(&plan)?;
    let tracks = Tracks::open(&plan.files)?;
    let asked = Asked::read(&plan)?;
    let containers = tracks.containers();
    let several = containers.len() > 1 || tracks.grow();
    let (destinations, numbers) = run::open_all(plan.output.clone(), containers.clone(), several).await?;
    let shown = tokio::task::spawn_blocking(move || {
        let coloured = page::coloured(plan.format, plan.color, &plan.output);
        let files =
            destinations.into_iter().map(|to| page::file(to, &plan.output, coloured, &steps)).collect();
        let names = Names::new(containers.clone(), coloured, tracks.grow());
        let numbers = containers.into_iter().zip(numbers).collect();
        let span = asked.span(&plan, &stop)?;
        Replay::new(plan, filter, span, files, numbers, names, several, steps).show(tracks, &stop)
    });
    shown.await.unwrap_or_else(|error| Err(Refusal::new("the replay broke off").cause(error.to_string())))
}

/// Ends the replay when nobody waits for it any more.
struct Stops(Arc<AtomicBool>);

impl Drop for Stops {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// Which part is asked for.
enum Asked {
    Known(Span),
    /// It must be looked for.
    Around(Pattern),
}

impl Asked {
    fn read(plan: &ReplayPlan) -> Result<Asked, Refusal> {
        if let Some(around) = &plan.around {
            return Pattern::read(around).map(Asked::Around);
        }
        let moment = |flag: &str, text: &Option<String>| {
            text.as_ref().map(|text| Moment::read(flag, text)).transpose()
        };
        Ok(Asked::Known(match (moment("--from", &plan.from)?, moment("--to", &plan.to)?) {
            (None, None) => Span::All,
            (from, to) => Span::Range(from, to),
        }))
    }

    /// Looks for it: the recordings are read once for that.
    fn span(self, plan: &ReplayPlan, stop: &AtomicBool) -> Result<Span, Refusal> {
        let pattern = match self {
            Asked::Known(span) => return Ok(span),
            Asked::Around(pattern) => pattern,
        };
        if let Some(pipe) =
            plan.files.iter().find(|path| std::fs::metadata(path).is_ok_and(|file| !file.is_file()))
        {
            return Err(Refusal::new(format!("--around: {} can be read only once", pipe.display()))
                .cause("a recording is read twice to find events and what was around them")
                .fix("copy it into a file first"));
        }
        let (mut tracks, mut windows) = (Tracks::open(&plan.files)?, Windows::default());
        while let Some(number) = tracks.next() {
            if stop.load(Ordering::Relaxed) {
                break;
            }
            if let Some(Item::Event { shard, event, before: false, .. }) = tracks.take(number)
                && let Some(names) = tracks.track(number).names(shard)
                && let Some(window) = pattern.window(&event, names)
            {
                windows.add(window)?;
            }
            tracks.advance(number);
        }
        match windows.is_empty() {
            true => Err(Refusal::new(format!(
                "--around: no such event is recorded: {}",
                plan.around.as_deref().unwrap_or_default()
            ))),
            false => Ok(windows.span()),
        }
    }
}

/// A replay while it lasts.
struct Replay {
    plan: ReplayPlan,
    options: RenderOptions,
    page: Page,
    /// The file of each container.
    files: HashMap<Container, usize>,
    names: Names,
    several: bool,
    steps: Steps,
    /// The streams that are shown: by recording, by number.
    streams: HashMap<(usize, u32), Shown>,
    /// Places on the page.
    places: usize,
    filter: Filter,
    span: Span,
    /// The time of the first event.
    first: Option<i64>,
    /// What was said already.
    said: BTreeSet<String>,
    sum: Sum,
}

/// A stream that is shown.
struct Shown {
    place: usize,
    counts: Counts,
    /// Whether calls are counted here, and not taken from the tracer's counts.
    counted_here: bool,
    steps: Steps,
}

/// What there was.
#[derive(Default)]
struct Sum {
    events: u64,
    lost: u64,
    streams: u64,
    /// Streams without an end.
    open: u64,
}

impl Replay {
    #[allow(clippy::too_many_arguments, reason = "it is what was found and opened, once")]
    fn new(
        plan: ReplayPlan,
        filter: Filter,
        span: Span,
        files: Vec<OutputFile>,
        numbers: HashMap<Container, usize>,
        names: Names,
        several: bool,
        steps: Steps,
    ) -> Replay {
        let options = RenderOptions {
            format: plan.format,
            lines: plan.lines,
            summary: plan.summary.clone(),
            events: plan.counting != Counting::Counts,
            comms: plan.format == Events::Json || filter.names_threads(),
        };
        let limits = OutputLimits { events: plan.max_events, bytes: plan.max_bytes };
        Replay {
            page: Page::new(&options, files, limits, None),
            options,
            plan,
            files: numbers,
            names,
            several,
            steps,
            streams: HashMap::new(),
            places: 0,
            filter,
            span,
            first: None,
            said: BTreeSet::new(),
            sum: Sum::default(),
        }
    }

    /// Shows everything, and says how it went.
    fn show(mut self, mut tracks: Tracks, stop: &AtomicBool) -> Result<u8, Refusal> {
        let mut trouble = None;
        let mut taken: u32 = 0;
        let mut whole = true;
        while let Some(number) = tracks.next() {
            let Some(item) = tracks.take(number) else { continue };
            let enough = self.item(number, tracks.track(number), item)?;
            tracks.advance(number);
            if enough {
                // The rest was not asked for.
                whole = false;
                break;
            }
            taken = taken.wrapping_add(1);
            if taken.is_multiple_of(1024) {
                trouble = self.page.troubles().pop();
                if trouble.is_some() || stop.load(Ordering::Relaxed) {
                    break;
                }
            }
        }
        let mut open: Vec<_> = self.streams.drain().map(|(_, shown)| shown).collect();
        open.sort_by_key(|shown| shown.place);
        for shown in &open {
            let counts: Vec<Count> = shown.counts.values().cloned().collect();
            self.page.finish(shown.place, Some(&counts));
        }
        self.sum.open = if whole { open.len() as u64 } else { 0 };
        self.page.flush();
        trouble = trouble.or_else(|| self.page.troubles().pop());
        match trouble {
            Some((_, Trouble::Gone)) => return Ok(0),
            Some((_, Trouble::Failed(refusal))) => return Err(refusal),
            None => {}
        }
        Ok(self.say_how_it_went(&tracks))
    }

    /// Shows one item of a recording. Returns whether that was enough.
    fn item(&mut self, recording: usize, track: &Track, item: Item) -> Result<bool, Refusal> {
        match item {
            Item::Stream(stream) => self.begin(recording, *stream)?,
            Item::Event { stream, shard, of, event, before } => {
                let Some(names) = track.names(shard) else { return Ok(false) };
                let key = (recording, stream);
                if !self.streams.contains_key(&key) || before && track.continues() {
                    return Ok(false);
                }
                if !before {
                    self.first.get_or_insert(event.time as i64);
                }
                for event in self.filter.take(key, event, names).into_iter().flatten() {
                    if self.event(key, of, event, names, before) {
                        return Ok(true);
                    }
                }
            }
            // Each part of a recording says again what its tracers said at the beginning.
            Item::Message(_, message) if track.is_beginning() && !matches!(*message, Message::Summary(_)) => {
            }
            Item::Message(stream, message) => self.message(recording, stream, *message),
            Item::Gap(gap) => {
                let inside = self.first.is_none_or(|first| self.span.has(gap.to, first));
                if let Some(shown) = self.streams.get(&(recording, gap.stream)).filter(|_| inside) {
                    self.page.gap(shown.place, gap.tid, gap.from, gap.to, gap.why);
                }
            }
            Item::Life(life) => {
                let shown = self.streams.get(&(recording, life.stream)).filter(|_| !track.is_beginning());
                if let Some(shown) = shown {
                    self.page.life(shown.place, life.restarts);
                }
            }
            Item::Over(over) => {
                let key = (recording, over.stream);
                match over.last {
                    true => {
                        if let Some(shown) = self.streams.remove(&key) {
                            let counts: Vec<Count> = shown.counts.into_values().collect();
                            self.page.finish(shown.place, Some(&counts));
                        }
                    }
                    false => {
                        if let Some(shown) = self.streams.get(&key) {
                            self.page.finish(shown.place, None);
                        }
                    }
                }
            }
        }
        Ok(false)
    }

    /// Shows an event that passed the filters. Returns whether that was enough.
    fn event(
        &mut self,
        key: filter::Key,
        of: u16,
        mut event: Event,
        names: &syscalls::value::Names,
        before: bool,
    ) -> bool {
        let Some(shown) = self.streams.get_mut(&key) else { return false };
        let time = event.time as i64;
        let inside = !before && self.span.has(time, self.first.unwrap_or(time));
        if !inside {
            self.page.learn(shown.place, of, &event, names);
            return false;
        }
        self.sum.note(&event);
        if shown.counted_here {
            counter::count(&event, names, &mut shown.counts);
        }
        self.page.event(shown.place, of, &mut event, names, &mut None)
    }

    fn begin(&mut self, recording: usize, stream: Stream) -> Result<(), Refusal> {
        let key = (recording, stream.stream);
        // Each part of a recording says it again.
        if self.streams.contains_key(&key) {
            return Ok(());
        }
        let container = Container { pod: stream.pod.clone(), name: stream.container.clone() };
        let wanted = |list: &[String], name: &str| list.is_empty() || list.iter().any(|one| one == name);
        if !wanted(&self.plan.pods, &container.pod) || !wanted(&self.plan.containers, &container.name) {
            return Ok(());
        }
        for note in depth::check(&self.plan, &self.filter, &stream)? {
            if self.said.insert(note.clone()) {
                self.steps.insist(&format!("note: {note}"));
            }
        }
        let counted_here = self.counts_here(&stream)?;
        if stream.asked.expressions.iter().any(|one| one.starts_with("decode-pids=")) {
            self.page.name_threads();
        }
        self.names.add(&container);
        let own = !self.plan.output.of_each_container() && self.plan.format == Events::Text;
        let prefix = if own { self.names.prefix(&container) } else { String::new() };
        let steps = match self.several {
            true => self.steps.about(&self.names.label(&container)),
            false => self.steps.clone(),
        };
        let file = self.files.get(&container).copied().unwrap_or(0);
        let lane = Lane::new(&self.options, &container, file, prefix, steps.clone());
        self.page.open(self.places, lane, Stream::default);
        self.page.begin(self.places);
        self.streams.insert(key, Shown { place: self.places, counts: Counts::new(), counted_here, steps });
        self.places += 1;
        self.sum.streams += 1;
        Ok(())
    }

    /// Whether a stream's calls are counted here: if a table is wanted, and the tracer's own counts are not of the same calls.
    fn counts_here(&self, stream: &Stream) -> Result<bool, Refusal> {
        if self.plan.counting == Counting::Events {
            return Ok(false);
        }
        let whole = self.filter.is_all() && matches!(self.span, Span::All);
        if whole && stream.asked.counted {
            return Ok(false);
        }
        if self.plan.summary.wall {
            return Ok(true);
        }
        let why = match stream.asked.counted {
            true => "the tracer counted all calls, and these are only some of them",
            false => "the tracer was not asked to count calls (-C, --summary-only)",
        };
        Err(refusal::usage("the CPU time of these calls was not recorded")
            .cause(why)
            .fix("count the time from the beginning of a call to its end: -w"))
    }

    fn message(&mut self, recording: usize, stream: u32, message: Message) {
        let Some(shown) = self.streams.get_mut(&(recording, stream)) else { return };
        match message {
            Message::Summary(counts) if self.plan.counting != Counting::Events && !shown.counted_here => {
                for count in counts {
                    wire::summary::add(&mut shown.counts, count);
                }
            }
            Message::NotTraced(refused) => {
                shown.steps.insist(&from_tracer(&format!("warning: not traced: {}", Line(&refused))));
            }
            Message::Notice(notice) if notice.level != Level::Note => {
                shown.steps.insist(&from_tracer(&format!("warning: {}", notice.text)));
            }
            _ => {}
        }
    }

    /// The last lines, and the exit status.
    fn say_how_it_went(&self, tracks: &Tracks) -> u8 {
        let Sum { events, lost, streams, open } = &self.sum;
        let mut whole = true;
        let events = count(*events, "event", "events");
        let of = count(*streams, "container", "containers");
        self.steps.say(&format!("{events} of {of}"));
        if *lost > 0 {
            whole = false;
            self.steps.insist(&format!(
                "the recording is incomplete: {} lost while it was made",
                count(*lost, "event was", "events were")
            ));
        }
        for refusal in tracks.troubles() {
            whole = false;
            self.steps.refuse(refusal);
        }
        if *open > 0 && tracks.troubles().is_empty() {
            whole = false;
            self.steps.insist(
                "the recording has no end: it is still being written, or whoever wrote it was killed; \
                 everything up to there was shown",
            );
        }
        if whole { 0 } else { INCOMPLETE }
    }
}

impl Sum {
    fn note(&mut self, event: &Event) {
        match event.what {
            What::Lost { events } => self.lost += events,
            _ => self.events += u64::from(event.what.counts()),
        }
    }
}

#[cfg(test)]
mod tests;
