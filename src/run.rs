//! Traces all containers that were found, side by side, and says how it went.

use crate::{
    cli::{Color, Events},
    cluster::Cluster,
    interrupt::Interrupts,
    omission::{self, Omission},
    plan::Plan,
    refusal::{self, Refusal},
    screen::{self, Destination, OutputFile, Progress, StatusLine, Steps, TraceOutput},
    session::{
        attach::{self, Context},
        printer::{Feed, OutputLimits, Printer, RenderOptions, StreamOutput},
    },
    suspension::Suspensions,
    targets::{Container, Newcomers, PodChoice},
    totals::{self, TraceResult},
};
use k8s_openapi::api::core::v1::Pod;
use kube::ResourceExt;
use std::{
    io::IsTerminal,
    sync::{Arc, Once},
    time::Duration,
};
use tokio::{sync::Semaphore, task::JoinSet};

/// Most new pods that are named at a time.
const NAMED: usize = 5;
/// How long the printer may take to write the rest when all traces have ended.
const LAST_LINES: Duration = Duration::from_secs(1);

/// Everything that a run needs, found and opened.
pub struct Run {
    /// The cluster.
    pub cluster: Cluster,
    /// Who we are, in words.
    pub who: String,
    /// What will be done.
    pub plan: Plan,
    /// The containers, each with its pod.
    pub found: Vec<(Container, Pod)>,
    /// Those that were asked for and are not traced.
    pub not_traced: Vec<Omission>,
    /// Where the traces are written.
    pub destinations: Vec<Destination>,
    /// Which of these each container has.
    pub files: Vec<usize>,
}

/// One container on its way.
struct Stream {
    container: Container,
    pod: Pod,
    steps: Steps,
    progress: Arc<Progress>,
    feed: Feed,
}

impl Run {
    /// Traces them to the end; the exit status.
    ///
    /// # Errors
    /// Nothing was begun.
    pub async fn trace(self, interrupts: &mut Interrupts, steps: &Steps) -> Result<u8, Refusal> {
        let several = self.found.len() > 1;
        let limits = OutputLimits { events: self.plan.max_events, bytes: self.plan.max_bytes };
        let outputs = self.outputs(steps);
        let Run { cluster, who, plan, found, not_traced, destinations, .. } = self;
        let kept: Vec<_> =
            outputs.iter().map(|output| (output.steps.clone(), output.progress.clone())).collect();
        let options = RenderOptions { format: plan.format, lines: plan.lines, summary: plan.summary.clone() };
        let (printer, feeds) = Printer::start(options, files(destinations, &plan, steps), outputs, limits)
            .map_err(|error| Refusal::new("cannot start a thread").cause(error.to_string()))?;
        let mut newcomers = match plan.selection.choice {
            PodChoice::All(_) => {
                Some(Newcomers::new(&cluster, &plan.selection.query, found.iter().map(|(_, pod)| pod)))
            }
            PodChoice::One => None,
        };
        // A command writes to the same terminal, and knows nothing of a line there.
        let watched = match plan.depth.command.is_empty() {
            true => kept.iter().map(|(_, progress)| progress.clone()).collect(),
            false => Vec::new(),
        };
        let status_line = StatusLine::start(watched, steps);
        let output = plan.output.clone();
        let context = Arc::new(Context {
            cluster,
            who,
            plan,
            suspensions: Suspensions::listen(),
            turns: Semaphore::new(attach::AT_ONCE),
            among: found.len(),
            unmeasured: Once::new(),
        });
        let mut traces = JoinSet::new();
        for (((container, pod), (steps, progress)), feed) in found.into_iter().zip(kept).zip(feeds) {
            let stream = Stream { container, pod, steps, progress, feed };
            traces.spawn(stream.trace(Arc::clone(&context), interrupts.another(), several));
        }
        let (results, mut omissions) = collect(traces, &mut newcomers, interrupts, several, steps).await;
        omissions.splice(0..0, not_traced);
        let files = printer.into_files(LAST_LINES).await;
        status_line.clear().await;
        say_how_it_went(&results, files.as_deref(), &output, limits, several, steps);
        if let Some(line) = omission::last_line(&omissions) {
            steps.insist(&line);
        }
        Ok(omission::status(&omissions))
    }

    /// Where and how the text of each container is written.
    fn outputs(&self, steps: &Steps) -> Vec<StreamOutput> {
        let containers: Vec<Container> = self.found.iter().map(|(container, _)| container.clone()).collect();
        let prefixes = screen::prefixes(&containers, coloured(&self.plan));
        let labels = screen::labels(&containers);
        // Files of their own need no names in them, and data says itself whose it is.
        let prefixed = self.destinations.len() < containers.len() && self.plan.format == Events::Text;
        let several = containers.len() > 1;
        let named = containers.into_iter().zip(prefixes).zip(labels).zip(&self.files);
        named
            .map(|(((container, prefix), label), file)| StreamOutput {
                file: *file,
                prefix: if prefixed { prefix } else { String::new() },
                container,
                steps: if several { steps.about(&label) } else { steps.clone() },
                progress: Arc::default(),
            })
            .collect()
    }
}

impl Stream {
    /// Traces it to the end; what it is called among the others, and how it went.
    async fn trace(
        self,
        context: Arc<Context>,
        interrupts: Interrupts,
        several: bool,
    ) -> (String, TraceResult) {
        let Stream { container, pod, steps, progress, feed } = self;
        let name = format!("{} {}", container.pod, container.name);
        let mut result = attach::attach(context, container, pod, feed, interrupts, steps.clone()).await;
        if let Ok(outcome) = &mut result {
            outcome.speed = progress.speed();
        }
        if several {
            // What happens to one is not kept from the person until the others have ended.
            totals::report(&result, None, &steps);
        }
        (name, result)
    }
}

/// Waits for all traces to end, and tells of pods that come meanwhile.
async fn collect(
    mut traces: JoinSet<(String, TraceResult)>,
    newcomers: &mut Option<Newcomers>,
    interrupts: &mut Interrupts,
    several: bool,
    steps: &Steps,
) -> (Vec<TraceResult>, Vec<Omission>) {
    let (mut results, mut omissions) = (Vec::new(), Vec::new());
    loop {
        tokio::select! {
            ended = traces.join_next() => match ended {
                Some(Ok((name, result))) => {
                    omissions.push(totals::omission(&name, &result));
                    results.push(result);
                }
                Some(Err(error)) => {
                    let refusal = Refusal::new("a trace broke off").cause(error.to_string());
                    if several {
                        steps.refuse(&refusal);
                    }
                    omissions.push(Omission::whole("", refusal.clone()));
                    results.push(Err(refusal));
                }
                None => return (results, omissions),
            },
            new = next_of(newcomers) => say_new(&new, steps),
            // The terminal has written ^C.
            () = interrupts.next(), if steps.on_terminal() => eprintln!(),
        }
    }
}

/// Says what was written and where, and the totals. `files`: none if their reader does not take the rest.
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
        // Whoever read them has gone.
        results if results.iter().flatten().any(|outcome| outcome.unread && outcome.failure.is_none()) => {}
        results => totals::report_all(results, written, steps),
    }
}

/// The destinations, ready to be written to.
fn files(destinations: Vec<Destination>, plan: &Plan, steps: &Steps) -> Vec<OutputFile> {
    let on_terminal = plan.output == TraceOutput::Stdout && std::io::stdout().is_terminal();
    let file = |destination| {
        let file = OutputFile::new(destination).coloured(coloured(plan));
        if on_terminal { file.beside(steps) } else { file }
    };
    destinations.into_iter().map(file).collect()
}

/// The pods that come next; none ever where nobody asked for all.
async fn next_of(newcomers: &mut Option<Newcomers>) -> Vec<Pod> {
    match newcomers {
        Some(newcomers) => newcomers.next().await,
        None => std::future::pending().await,
    }
}

fn say_new(pods: &[Pod], steps: &Steps) {
    let mut names: Vec<String> = pods.iter().take(NAMED).map(ResourceExt::name_any).collect();
    if pods.len() > NAMED {
        names.push("...".to_owned());
    }
    let count = refusal::count(pods.len() as u64, "new pod is", "new pods are");
    steps.say(&format!("{count} not traced: {}. To trace new pods too, run it again", names.join(", ")));
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
    // https://no-color.org: set to anything but nothing.
    let unwanted = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    let terminal = plan.output == TraceOutput::Stdout && std::io::stdout().is_terminal();
    plan.format == Events::Text
        && match plan.color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => !unwanted && terminal,
        }
}

/// Where a person finds what was written.
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
