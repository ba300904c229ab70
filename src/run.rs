//! Traces all containers that were found, side by side, and reports how it went.

mod arrivals;
mod recorded;

pub use recorded::open;

use crate::{
    cli::Events,
    cluster::Cluster,
    interrupt::Interrupts,
    omission::{self, Omission},
    page::{self, OutputLimits, RenderOptions},
    plan::Plan,
    recording::Recorder,
    refusal::{self, Refusal},
    screen::{AllProgress, Destination, Names, OutputFile, Progress, StatusLine, Steps, TraceOutput},
    session::{
        Outcome,
        attach::Follower,
        printer::{Feed, Printer, StreamInput, StreamOutput},
        reach::{self, Context},
        watch::health::TightProbes,
    },
    suspension::Suspensions,
    targets::{self, Chosen, Container},
    totals::{self, TraceResult},
};
use arrivals::Arrivals;
use k8s_openapi::api::core::v1::Pod;
use kube::ResourceExt;
use std::{
    collections::{HashMap, HashSet},
    sync::{
        Arc, Once,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};
use tokio::{
    sync::Semaphore,
    task::{JoinError, JoinSet},
    time::Instant,
};

/// How long the printer may take to write the rest once all traces have ended.
const LAST_LINES: Duration = Duration::from_secs(1);

/// Everything that a run needs, found and opened.
pub struct Run {
    /// The cluster.
    pub cluster: Cluster,
    /// Who we are, as text.
    pub who: String,
    /// What to do.
    pub plan: Plan,
    /// The containers, each with its pod.
    pub found: Vec<(Container, Pod)>,
    /// Those that were asked for but are not traced.
    pub not_traced: Vec<Omission>,
    /// Where the traces are written.
    pub destinations: Vec<Destination>,
    /// Which of these destinations each container has.
    pub files: Vec<usize>,
    /// What is recorded of them.
    pub recorder: Option<Recorder>,
}

impl Run {
    /// Traces them to the end. Gives the exit status.
    ///
    /// # Errors
    /// No trace was begun.
    pub async fn trace(self, interrupts: &mut Interrupts, steps: &Steps) -> Result<u8, Refusal> {
        let Run { cluster, who, plan, found, not_traced, destinations, files, recorder } = self;
        let limits = OutputLimits { events: plan.max_events, bytes: plan.max_bytes };
        let output = plan.output.clone();
        let mut arrivals = Arrivals::of(&plan, &cluster, &found);
        let containers: Vec<Container> = found.iter().map(|(container, _)| container.clone()).collect();
        let mut traces =
            Traces::new(cluster, who, plan, &containers, (destinations, files, recorder), steps)?;
        let status_line = StatusLine::start(&traces.progress, steps);
        for (container, pod) in found {
            traces.begin(container, pod, None, containers.len(), interrupts).await;
        }
        let (results, mut omissions) = traces.collect(&mut arrivals, interrupts).await;
        omissions.splice(0..0, not_traced);
        let Traces { printer, several, .. } = traces;
        let written = printer.finish(LAST_LINES).await;
        status_line.clear().await;
        let (files, recorder) = written.unzip();
        if let Some(name) = recorder.flatten().as_ref().and_then(Recorder::name) {
            let name = name.display();
            steps.say(&format!("The recording is {name} (kubectl strace replay {name})"));
        }
        say_how_it_went(&results, files.as_deref(), &output, limits, several, steps);
        if let Some(line) = omission::last_line(&omissions) {
            steps.insist(&line);
        }
        Ok(omission::status(&omissions))
    }
}

/// One container, ready to be traced.
struct Stream {
    container: Container,
    pod: Pod,
    steps: Steps,
    progress: Arc<Progress>,
    feed: Feed,
}

impl Stream {
    /// Traces it to the end. `--duration` counts from `since`, or else from the attach.
    async fn trace(
        self,
        context: Arc<Context>,
        mut interrupts: Interrupts,
        several: bool,
        since: Option<Instant>,
    ) -> Ended {
        let Stream { container, pod, steps, progress, mut feed } = self;
        let follower = Follower::new(context, container.clone(), pod, since);
        let mut result = follower.follow(&mut feed, &mut interrupts, &steps).await;
        if let Ok(outcome) = &mut result {
            outcome.speed = progress.speed();
        }
        if several {
            // Reported at once: the user should not have to wait until the others have ended.
            totals::report(&result, None, &steps);
        }
        Ended { container, result }
    }
}

/// What is different about a container that came while others were traced.
#[derive(Default)]
struct Newcomer {
    /// An output file of its own.
    file: Option<OutputFile>,
    /// Whether an earlier pod of the same name was traced.
    again: bool,
    /// From when on `--duration` counts, if not from the attach.
    since: Option<Instant>,
}

/// A trace that has ended.
struct Ended {
    container: Container,
    result: TraceResult,
}

/// All traces of a run, while they last.
struct Traces {
    context: Arc<Context>,
    printer: Printer,
    names: Names,
    /// Which output file each container has.
    files: HashMap<Container, usize>,
    progress: AllProgress,
    probes: TightProbes,
    running: JoinSet<Ended>,
    /// The pod of each trace.
    pods: Vec<String>,
    /// Whether there are several containers, or may be.
    several: bool,
    begun: Instant,
    steps: Steps,
}

impl Traces {
    /// Prepares everything for the containers that exist already.
    fn new(
        cluster: Cluster,
        who: String,
        plan: Plan,
        containers: &[Container],
        (destinations, numbers, recorder): (Vec<Destination>, Vec<usize>, Option<Recorder>),
        steps: &Steps,
    ) -> Result<Traces, Refusal> {
        let grows = plan.selection.follow_pods;
        let several = grows || containers.len() > 1;
        let names = Names::new(containers.to_vec(), coloured(&plan), grows);
        let options = RenderOptions {
            format: plan.format,
            lines: plan.lines,
            summary: plan.summary.clone(),
            events: plan.shows_events,
            comms: plan.shows_comms,
        };
        let limits = OutputLimits { events: plan.max_events, bytes: plan.max_bytes };
        let opened = destinations.into_iter().map(|destination| file(destination, &plan, steps)).collect();
        let printer = Printer::start(options, opened, limits, recorder, several)
            .map_err(|error| Refusal::new("cannot start a thread").cause(error.to_string()))?;
        let context = Context {
            cluster,
            who,
            plan,
            suspensions: Suspensions::listen(),
            turns: Semaphore::new(reach::AT_ONCE),
            among: AtomicUsize::new(0),
            unmeasured: Once::new(),
        };
        Ok(Traces {
            context: Arc::new(context),
            printer,
            names,
            files: containers.iter().cloned().zip(numbers).collect(),
            progress: AllProgress::default(),
            probes: TightProbes::default(),
            running: JoinSet::new(),
            pods: Vec::new(),
            several,
            begun: Instant::now(),
            steps: steps.clone(),
        })
    }
    /// Begins to trace a container, one of so many.
    async fn begin(
        &mut self,
        container: Container,
        pod: Pod,
        newcomer: Option<Newcomer>,
        among: usize,
        interrupts: &Interrupts,
    ) {
        self.probes.say(&pod, &container.name, &self.steps);
        let output = self.output(&container, &pod);
        let (steps, progress) = (output.steps.clone(), Arc::clone(&output.progress));
        let Newcomer { file, again, since } = newcomer.unwrap_or_default();
        let feed = self.printer.join(output, file, among);
        if again {
            let _ = feed.inputs.send(StreamInput::Life(0, None)).await;
        }
        // A command writes to the same terminal, where it would run into a status line.
        if self.context.plan.depth.command.is_empty() {
            self.progress.add(&progress);
        }
        self.pods.push(container.pod.clone());
        self.context.among.store(self.pods.len(), Ordering::Relaxed);
        let stream = Stream { container, pod, steps, progress, feed };
        let context = Arc::clone(&self.context);
        self.running.spawn(stream.trace(context, interrupts.another(), self.several, since));
    }

    /// Where a container's text is written, and how.
    fn output(&self, container: &Container, pod: &Pod) -> StreamOutput {
        let plan = &self.context.plan;
        // Lines in separate files need no names, and JSON names the container itself.
        let prefixed = !plan.output.of_each_container() && plan.format == Events::Text;
        StreamOutput {
            file: self.files.get(container).copied().unwrap_or(0),
            prefix: if prefixed { self.names.prefix(container) } else { String::new() },
            container: container.clone(),
            about: recorded::stream(container, pod, plan),
            steps: if self.several {
                self.steps.about(&self.names.label(container))
            } else {
                self.steps.clone()
            },
            progress: Arc::default(),
        }
    }

    /// Waits for all traces to end, and for new pods meanwhile.
    async fn collect(
        &mut self,
        arrivals: &mut Arrivals,
        interrupts: &mut Interrupts,
    ) -> (Vec<TraceResult>, Vec<Omission>) {
        let (mut results, mut omissions) = (Vec::new(), Vec::new());
        loop {
            if self.running.is_empty() && !arrivals.are_traced() {
                arrivals.last_look(&self.steps).await;
                return (results, omissions);
            }
            tokio::select! {
                Some(ended) = self.running.join_next() => {
                    let (result, omission) = self.over(ended);
                    if result.as_ref().is_ok_and(Outcome::ends_all) {
                        arrivals.stop();
                    }
                    results.push(result);
                    omissions.push(omission);
                    omissions.extend(self.fill(arrivals, interrupts).await);
                    if self.running.is_empty() && arrivals.are_traced() {
                        let query = &self.context.plan.selection.query;
                        self.steps.say(&format!(
                            "No pod of {query} is traced any more; waiting for new ones (--follow-pods). Ctrl-C ends it"
                        ));
                    }
                }
                new = arrivals.next(&self.steps) => {
                    arrivals.wait(new, self.pods(), &self.steps);
                    omissions.extend(self.fill(arrivals, interrupts).await);
                }
                () = interrupts.next() => {
                    arrivals.stop();
                    // The terminal has echoed ^C.
                    if self.steps.on_terminal() {
                        eprintln!();
                    }
                }
            }
        }
    }

    /// Removes a trace that has ended, and tells how it went.
    fn over(&mut self, ended: Result<Ended, JoinError>) -> (TraceResult, Omission) {
        let Ended { container, result } = match ended {
            Ok(ended) => ended,
            Err(error) => {
                let refusal = Refusal::new("a trace broke off").cause(error.to_string());
                if self.several {
                    self.steps.refuse(&refusal);
                }
                return (Err(refusal.clone()), Omission::whole("", refusal));
            }
        };
        if let Some(at) = self.pods.iter().position(|pod| *pod == container.pod) {
            self.pods.swap_remove(at);
            self.context.among.store(self.pods.len(), Ordering::Relaxed);
        }
        let omission = totals::omission(&format!("{} {}", container.pod, container.name), &result);
        (result, omission)
    }

    /// How many pods are traced now.
    fn pods(&self) -> usize {
        self.pods.iter().collect::<HashSet<_>>().len()
    }

    /// Begins to trace waiting pods while there is room. Gives what of them is not traced.
    async fn fill(&mut self, arrivals: &mut Arrivals, interrupts: &mut Interrupts) -> Vec<Omission> {
        let mut omissions = Vec::new();
        while let Some(pod) = arrivals.pop(self.pods()) {
            let context = Arc::clone(&self.context);
            // The pod may have waited for long. If it is gone by now, that is no loss.
            let now = interrupts.or_end(context.cluster.pod(&pod.name_any())).await;
            let pod = match now {
                Ok(now) if now.uid() == pod.uid() => now,
                Err(refusal) if refusal.code() == refusal::INTERRUPTED => {
                    arrivals.stop();
                    break;
                }
                _ => continue,
            };
            let selection = &context.plan.selection;
            let chosen = targets::containers(vec![pod], &selection.containers, selection.wait, &self.steps);
            let Chosen { found, not_traced } = chosen.or_less();
            omissions.extend(not_traced);
            for (container, pod) in found {
                if let Err(refusal) = self.join(container.clone(), pod, interrupts).await {
                    self.steps.insist(&format!("not traced: {}", refusal.in_short()));
                    let of = format!("{} {}", container.pod, container.name);
                    omissions.push(Omission::whole(of, refusal));
                }
            }
        }
        omissions
    }

    /// Begins to trace a container of a new pod.
    async fn join(&mut self, container: Container, pod: Pod, interrupts: &Interrupts) -> Result<(), Refusal> {
        let plan = &self.context.plan;
        // A pod of a stateful set returns under its name, and its trace goes on where the last one ended.
        let again = self.files.contains_key(&container);
        let mut opened = None;
        if !again {
            let mut number = 0;
            if plan.output.of_each_container() {
                let (destinations, _) = open_all(plan.output.clone(), vec![container.clone()], true).await?;
                opened =
                    destinations.into_iter().next().map(|destination| file(destination, plan, &self.steps));
                number = self.files.values().max().map_or(0, |last| last + 1);
            }
            self.files.insert(container.clone(), number);
            self.names.add(&container);
        }
        let newcomer = Newcomer { file: opened, again, since: Some(self.begun) };
        self.begin(container, pod, Some(newcomer), self.pods.len() + 1, interrupts).await;
        Ok(())
    }
}

/// Opens what the trace is written to. A FIFO may wait for its reader, which must not hold up Ctrl-C.
///
/// # Errors
/// As [`Destination::open_all`].
pub async fn open_all(
    output: TraceOutput,
    containers: Vec<Container>,
    several: bool,
) -> Result<(Vec<Destination>, Vec<usize>), Refusal> {
    let opened =
        tokio::task::spawn_blocking(move || Destination::open_all(&output, &containers, several)).await;
    opened.unwrap_or_else(|error| Err(Refusal::new("cannot open the output").cause(error.to_string())))
}

/// Reports what was written and where, and the totals. `files` is `None` if the reader does not take the rest.
fn say_how_it_went(
    results: &[TraceResult],
    files: Option<&[OutputFile]>,
    output: &TraceOutput,
    limits: OutputLimits,
    several: bool,
    steps: &Steps,
) {
    let written = files.map(|files| files.iter().map(OutputFile::written).sum());
    if results.iter().flatten().any(|outcome| outcome.enough) {
        steps.say(&enough(limits, written));
    }
    if let Some(place) = place_of(output, files.unwrap_or_default()) {
        steps.say(&format!("The trace is in {place}"));
    }
    match results {
        [result] if !several => totals::report(result, Some(written), steps),
        // The reader has gone.
        results if results.iter().flatten().any(|outcome| outcome.unread && outcome.failure.is_none()) => {}
        results => totals::report_all(results, written, steps),
    }
}

/// A destination, ready for writing.
fn file(destination: Destination, plan: &Plan, steps: &Steps) -> OutputFile {
    page::file(destination, &plan.output, coloured(plan), steps)
}

/// Which limit was reached.
fn enough(limits: OutputLimits, written: Option<u64>) -> String {
    match limits {
        OutputLimits { bytes: Some(bytes), .. } if written.is_none_or(|written| written >= bytes) => {
            format!("{} are written (--max-bytes)", refusal::size(bytes))
        }
        OutputLimits { events, .. } => {
            let events = refusal::count(events.unwrap_or(0), "event is written", "events are written");
            format!("{events} (--max-events)")
        }
    }
}

/// Whether the trace has colours.
fn coloured(plan: &Plan) -> bool {
    page::coloured(plan.format, plan.color, &plan.output)
}

/// Where the user finds what was written.
fn place_of(output: &TraceOutput, files: &[OutputFile]) -> Option<String> {
    let [first, rest @ ..] = files else { return None };
    if rest.is_empty() {
        return first.destination().describe();
    }
    let files: usize = files.iter().map(|file| file.destination().files()).sum();
    let files = refusal::count(files as u64, "file", "files");
    match output {
        TraceOutput::Threads { base, .. } => Some(format!("{}.POD.CONTAINER.TID ({files})", base.display())),
        TraceOutput::Directory { dir, separate, .. } => {
            let name = dir.join(if *separate { "POD.CONTAINER.TID" } else { "POD.CONTAINER" });
            Some(format!("{} ({files})", name.display()))
        }
        TraceOutput::Stdout | TraceOutput::Stderr | TraceOutput::File { .. } => None,
    }
}
