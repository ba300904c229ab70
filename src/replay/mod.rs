//! `kubectl strace replay`: shows recordings again. Events go through the same [`Page`] as those of a live trace.

mod tracks;

use crate::{
    cli::Args,
    container_name::Container,
    page::{self, Lane, OutputLimits, Page, RenderOptions},
    plan::ReplayPlan,
    recording::{Item, about::Stream},
    refusal::{INCOMPLETE, Refusal, count},
    run,
    screen::{Names, OutputFile, Steps, Trouble, from_tracer},
};
use render::refused::Line;
use std::{
    collections::HashMap,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};
use tracks::{Track, Tracks};
use wire::{
    event::{Event, What},
    message::{End, Level, Message},
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
    let tracks = Tracks::open(&plan.files)?;
    let containers = tracks.containers();
    let several = containers.len() > 1 || tracks.grow();
    let (destinations, numbers) = run::open_all(plan.output.clone(), containers.clone(), several).await?;
    let shown = tokio::task::spawn_blocking(move || {
        let coloured = page::coloured(plan.format, plan.color, &plan.output);
        let files =
            destinations.into_iter().map(|to| page::file(to, &plan.output, coloured, &steps)).collect();
        let names = Names::new(containers.clone(), coloured, tracks.grow());
        let numbers = containers.into_iter().zip(numbers).collect();
        Replay::new(plan, files, numbers, names, several, steps).show(tracks, &stop)
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
    sum: Sum,
}

/// A stream that is shown.
struct Shown {
    place: usize,
    counts: Counts,
    end: Option<End>,
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
    fn new(
        plan: ReplayPlan,
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
            sum: Sum::default(),
        }
    }

    /// Shows everything, and says how it went.
    fn show(mut self, mut tracks: Tracks, stop: &AtomicBool) -> Result<u8, Refusal> {
        let mut trouble = None;
        let mut taken: u32 = 0;
        while let Some(number) = tracks.next() {
            let Some(item) = tracks.take(number) else { continue };
            let enough = self.item(number, tracks.track(number), item);
            tracks.advance(number);
            if enough {
                break;
            }
            taken = taken.wrapping_add(1);
            if taken % 1024 == 0 {
                trouble = self.page.troubles().pop();
                if trouble.is_some() || stop.load(Ordering::Relaxed) {
                    break;
                }
            }
        }
        let open: Vec<_> = self.streams.drain().map(|(_, shown)| shown.place).collect();
        for place in &open {
            self.page.finish(*place, None);
        }
        self.sum.open = open.len() as u64;
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
    fn item(&mut self, recording: usize, track: &Track, item: Item) -> bool {
        match item {
            Item::Stream(stream) => self.begin(recording, *stream),
            Item::Event { stream, shard, of, mut event, before } => {
                let Some(names) = track.names(shard) else { return false };
                let Some(shown) = self.streams.get(&(recording, stream)) else { return false };
                if before {
                    if !track.continues() {
                        self.page.learn(shown.place, of, &event, names);
                    }
                    return false;
                }
                self.sum.note(&event);
                return self.page.event(shown.place, of, &mut event, names, &mut None);
            }
            Item::Message(stream, message) => self.message(recording, stream, *message),
            Item::Gap(gap) => {
                if let Some(shown) = self.streams.get(&(recording, gap.stream)) {
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
        false
    }

    fn begin(&mut self, recording: usize, stream: Stream) {
        let key = (recording, stream.stream);
        // Each part of a recording says it again.
        if self.streams.contains_key(&key) {
            return;
        }
        let container = Container { pod: stream.pod, name: stream.container };
        let wanted = |list: &[String], name: &str| list.is_empty() || list.iter().any(|one| one == name);
        if !wanted(&self.plan.pods, &container.pod) || !wanted(&self.plan.containers, &container.name) {
            return;
        }
        self.names.add(&container);
        let own = !self.plan.output.of_each_container() && self.plan.format == crate::cli::Events::Text;
        let prefix = if own { self.names.prefix(&container) } else { String::new() };
        let steps = match self.several {
            true => self.steps.about(&self.names.label(&container)),
            false => self.steps.clone(),
        };
        let file = self.files.get(&container).copied().unwrap_or(0);
        let lane = Lane::new(&self.options, &container, file, prefix, steps.clone());
        self.page.open(self.places, lane, Stream::default);
        self.page.begin(self.places);
        self.streams.insert(key, Shown { place: self.places, counts: Counts::new(), end: None, steps });
        self.places += 1;
        self.sum.streams += 1;
    }

    fn message(&mut self, recording: usize, stream: u32, message: Message) {
        let Some(shown) = self.streams.get_mut(&(recording, stream)) else { return };
        match message {
            Message::Summary(counts) if self.plan.counting != Counting::Events => {
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
            Message::End(end) => shown.end = Some(end),
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
