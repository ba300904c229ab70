//! `kubectl strace`: shows what the processes of a running pod ask of the kernel.
//!
//! One way, from the command line to the last line of the trace: [`cli`] (what was typed) -> [`plan`] (what is meant)
//! -> [`cluster`] and [`targets`] (what it is meant for) -> [`session`] (the tracer's container, the conversation with
//! it) -> [`screen`]. Whatever goes wrong becomes a [`refusal`].

mod cli;
mod cluster;
mod completion;
mod container_name;
mod interrupt;
mod manual;
mod near;
mod omission;
mod person;
mod plan;
mod privilege;
mod refusal;
mod screen;
mod session;
mod settings;
mod status;
mod suspension;
mod targets;
mod totals;
mod version;

use cli::{Color, Command, DryRun, Events};
use cluster::{Cluster, ClusterSource};
use interrupt::Interrupts;
use k8s_openapi::api::core::v1::Pod;
use kube::ResourceExt;
use omission::Omission;
use plan::{ManifestFormat, Plan, StraceArgs};
use refusal::{INCOMPLETE, Refusal};
use screen::{Destination, OutputFile, StatusLine, Steps, TraceOutput};
use session::{
    attach::{self, Context},
    container, in_place,
    printer::{OutputLimits, Printer, RenderOptions, StreamOutput},
    watch::health,
};
use std::{
    io::{IsTerminal, Write},
    path::PathBuf,
    process::ExitCode,
    sync::{Arc, Once},
    time::Duration,
};
use suspension::Suspensions;
use targets::{Container, Containers, Newcomers, PodChoice};
use tokio::{sync::Semaphore, task::JoinSet};

fn main() -> ExitCode {
    if let Some(code) = internal_command() {
        return code;
    }
    let mut args = match cli::parse(std::env::args_os()) {
        Ok(args) => args,
        Err(error) => {
            // Help on stdout, anything else on stderr; there is nobody to tell when that fails.
            let _ = error.print();
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(refusal::USAGE));
        }
    };
    let mut source = ClusterSource::read(&args.cluster);
    if let Err(refusal) = settings::apply(&mut args, &mut source) {
        eprintln!("{refusal}");
        return ExitCode::from(refusal.code());
    }
    // Two threads: heartbeats go out while the other one unpacks.
    let runtime = match tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("error: cannot start: {error}");
            return ExitCode::from(INCOMPLETE);
        }
    };
    let (code, _settled) =
        runtime.block_on(async { (run(&args, &source).await, cluster::oidc::settle().await) });
    // A printer that waits for its reader, or a credential plugin that waits for a person, is not waited for.
    runtime.shutdown_background();
    ExitCode::from(code)
}

/// What shells and packagers ask for.
fn internal_command() -> Option<ExitCode> {
    let mut line = std::env::args_os().map(|word| word.to_string_lossy().into_owned());
    let program = PathBuf::from(line.next()?);
    let mut words = line.peekable();
    let completes = program.file_stem().is_some_and(|name| name == completion::PROGRAM);
    let written = if completes || words.next_if(|word| word == completion::WORD).is_some() {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().ok()?;
        let words = words.collect::<Vec<_>>();
        let (text, _settled) =
            runtime.block_on(async { (completion::complete(&words).await, cluster::oidc::settle().await) });
        runtime.shutdown_background();
        std::io::stdout().write_all(text.as_bytes())
    } else if words.peek().is_some_and(|word| word == manual::WORD) {
        manual::write(&mut std::io::stdout())
    } else if words.peek().is_some_and(|word| word == manual::REFERENCE) {
        std::io::stdout().write_all(manual::reference().as_bytes())
    } else {
        return None;
    };
    Some(if written.is_ok() { ExitCode::SUCCESS } else { ExitCode::from(INCOMPLETE) })
}

async fn run(args: &cli::Args, source: &ClusterSource) -> u8 {
    let steps = Steps::new(args.output.quiet > 0).silent(args.output.quiet > 2);
    let refuse = |refusal: &Refusal| {
        steps.refuse(refusal);
        refusal.code()
    };
    if let Some(command) = &args.command {
        let mut interrupts = Interrupts::listen();
        let done = async {
            match command {
                Command::Status(wanted) => status::status(source, wanted, &steps).await,
                Command::Detach(wanted) => status::detach(source, wanted, &steps).await,
                Command::Version(wanted) => {
                    version::version(source, wanted, &args.tracer.image, &steps).await.map(|()| 0)
                }
            }
        };
        return tokio::select! {
            done = done => done.unwrap_or_else(|refusal| refuse(&refusal)),
            () = interrupts.next() => refusal::INTERRUPTED,
        };
    }
    let plan = match Plan::new(args) {
        Ok(plan) => plan,
        Err(refusal) => return refuse(&refusal),
    };
    for remark in &plan.remarks {
        steps.say(&format!("note: {remark}"));
    }
    let mut interrupts = Interrupts::listen();
    let prepared = interrupts.or_end(prepare(source, &plan, &steps)).await;
    let Prepared { cluster, who, found, not_traced } = match prepared {
        Ok(prepared) => prepared,
        Err(refusal) => return refuse(&refusal),
    };
    if let Some((who, notation)) = plan.dry_run {
        let shown = interrupts.or_end(show(&cluster, &plan, &found, who, notation, &steps)).await;
        return shown.map_or_else(|refusal| refuse(&refusal), |()| 0);
    }
    let (containers, pods): (Vec<Container>, Vec<Pod>) = found.into_iter().unzip();
    let opened = interrupts.or_end(open_all(plan.output.clone(), containers.clone())).await;
    let (destinations, numbers) = match opened {
        Ok(opened) => opened,
        Err(refusal) => return refuse(&refusal),
    };
    if let Some(strace_args) = &plan.in_place {
        return in_place(
            &cluster,
            &plan,
            strace_args,
            (&containers, &pods),
            destinations,
            &mut interrupts,
            &steps,
        )
        .await
        .unwrap_or_else(|refusal| refuse(&refusal));
    }
    let several = containers.len() > 1;
    // Files of their own need no names in them.
    let shared = destinations.len() < containers.len();
    let prefixes = screen::prefixes(&containers, coloured(&plan));
    let steps_of: Vec<Steps> = match several {
        true => screen::labels(&containers).iter().map(|label| steps.about(label)).collect(),
        false => vec![steps.clone()],
    };
    // Data says itself whose it is.
    let text = plan.format == Events::Text;
    let each = numbers.into_iter().zip(prefixes).zip(&steps_of).zip(&containers);
    let outputs = each.map(|(((file, prefix), steps), container)| StreamOutput {
        file,
        prefix: if shared && text { prefix } else { String::new() },
        container: container.clone(),
        steps: steps.clone(),
        progress: Arc::default(),
    });
    let outputs: Vec<StreamOutput> = outputs.collect();
    let progress: Vec<_> = outputs.iter().map(|place| Arc::clone(&place.progress)).collect();
    let limits = OutputLimits { events: plan.max_events, bytes: plan.max_bytes };
    let on_terminal = plan.output == TraceOutput::Stdout && std::io::stdout().is_terminal();
    let file = |place| {
        let file = OutputFile::new(place).coloured(coloured(&plan));
        if on_terminal { file.beside(&steps) } else { file }
    };
    let files = destinations.into_iter().map(file).collect();
    let options = RenderOptions { format: plan.format, lines: plan.lines, summary: plan.summary.clone() };
    let (printer, feeds) = match Printer::start(options, files, outputs, limits) {
        Ok(started) => started,
        Err(error) => return refuse(&Refusal::new("cannot start a thread").cause(error.to_string())),
    };
    let mut newcomers = match plan.selection.choice {
        PodChoice::All(_) => Some(Newcomers::new(&cluster, &plan.selection.query, &pods)),
        PodChoice::One => None,
    };
    let output = plan.output.clone();
    say_tight_probes(&containers, &pods, &steps);
    // A command writes to the same terminal, and knows nothing of a line there.
    let watched = if plan.depth.command.is_empty() { progress.clone() } else { Vec::new() };
    let status_line = StatusLine::start(watched, &steps);
    let context = Arc::new(Context {
        cluster,
        who,
        plan,
        suspensions: Suspensions::listen(),
        turns: Semaphore::new(attach::AT_ONCE),
        among: containers.len(),
        unmeasured: Once::new(),
    });
    let mut traces = JoinSet::new();
    let each = containers.into_iter().zip(pods).zip(feeds).zip(steps_of).zip(progress);
    for ((((container, pod), feed), steps), progress) in each {
        let (context, interrupts) = (Arc::clone(&context), interrupts.another());
        let name = format!("{} {}", container.pod, container.name);
        traces.spawn(async move {
            let mut result = attach::attach(context, container, pod, feed, interrupts, steps.clone()).await;
            if let Ok(outcome) = &mut result {
                outcome.speed = progress.speed();
            }
            if several {
                // What happens to one is not kept from the person until the others have ended.
                totals::report(&result, None, &steps);
            }
            (name, result)
        });
    }
    let (mut results, mut omissions) = (Vec::new(), not_traced);
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
                None => break,
            },
            new = next_of(&mut newcomers) => say_new(&new, &steps),
            // The terminal has written ^C.
            () = interrupts.next(), if steps.on_terminal() => eprintln!(),
        }
    }
    let files = printer.into_files(Duration::from_secs(1)).await;
    status_line.clear().await;
    let written = files.as_deref().map(|files| files.iter().map(OutputFile::written).sum());
    if results.iter().flatten().any(|outcome| outcome.enough) {
        steps.say(&enough(limits, written));
    }
    if let Some(place) = place_of(&output, files.as_deref().unwrap_or_default()) {
        steps.say(&format!("The trace is in {place}"));
    }
    match results.as_slice() {
        [result] if !several => totals::report(result, Some(written), &steps),
        // Whoever read them has gone.
        results if results.iter().flatten().any(|outcome| outcome.unread && outcome.failure.is_none()) => {}
        results => totals::report_all(results, written, &steps),
    }
    if let Some(line) = omission::last_line(&omissions) {
        steps.insist(&line);
    }
    omission::status(&omissions)
}

/// The pods that come next; none ever where nobody asked for all.
async fn next_of(newcomers: &mut Option<Newcomers>) -> Vec<Pod> {
    match newcomers {
        Some(newcomers) => newcomers.next().await,
        None => std::future::pending().await,
    }
}

/// Most new pods that are named at a time.
const NAMED: usize = 5;

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

/// Says which probes leave little time, once where several pods are alike.
fn say_tight_probes(containers: &[Container], pods: &[Pod], steps: &Steps) {
    let mut said = Vec::new();
    for (container, pod) in containers.iter().zip(pods) {
        for words in health::tight_probes(pod, &container.name) {
            if !said.contains(&words) {
                steps.say(&format!(
                    "warning: {words}: when it fails, the trace ends (--keep-going: it goes on)"
                ));
                said.push(words);
            }
        }
    }
}

/// Containers, each with its pod.
type Found = Vec<(Container, Pod)>;

/// What a run begins with.
struct Prepared {
    cluster: Cluster,
    /// Who we are, in words.
    who: String,
    /// The containers that are traced.
    found: Found,
    /// Those that were asked for and are not.
    not_traced: Vec<Omission>,
}

/// Finds the containers that are meant, with nothing in the way of tracing them.
async fn prepare(source: &ClusterSource, plan: &Plan, steps: &Steps) -> Result<Prepared, Refusal> {
    let selection = &plan.selection;
    let cluster = Cluster::connect(source, plan.timeout, steps).await?;
    // Asked in one go, because each question costs a round trip.
    let (pods, who, (get_exec, create_exec, patch)) = tokio::join!(
        targets::pods(&cluster, &selection.query, selection.choice, selection.wait, steps),
        person::who(&cluster),
        async {
            tokio::join!(
                cluster.may("get", "exec", None),
                cluster.may("create", "exec", None),
                cluster.may("patch", "ephemeralcontainers", None),
            )
        }
    );
    let (found, not_traced) = choose_containers(plan, pods?, steps)?;
    let fresh = found.iter().find(|(container, pod)| {
        plan.in_place.is_none()
            && targets::running(pod, &container.name).map_or(true, |target| {
                !container::any_runs(pod, &target, &container::ContainerRequest::of(plan))
            })
    });
    let needed = [
        ("patch", "ephemeralcontainers", patch, fresh),
        ("get", "exec", get_exec, found.first()),
        ("create", "exec", create_exec, found.first()),
    ];
    for (verb, subresource, may, of) in needed {
        // Where the right does not hold for all pods of the namespace, it may hold for this one.
        if let (Some(false), Some((container, _))) = (may, of)
            && cluster.may(verb, subresource, Some(&container.pod)).await == Some(false)
        {
            let resource = format!("pods/{subresource}");
            let user = cluster.user().await;
            return Err(refusal::rbac(user.as_deref(), verb, &resource, &cluster.namespace, None));
        }
    }
    Ok(Prepared { cluster, who, found, not_traced })
}

/// Opens what the trace is written to. A FIFO may wait for its reader, which must not hold up Ctrl-C.
async fn open_all(
    output: TraceOutput,
    containers: Vec<Container>,
) -> Result<(Vec<Destination>, Vec<usize>), Refusal> {
    let opened = tokio::task::spawn_blocking(move || Destination::open_all(&output, &containers)).await;
    opened.unwrap_or_else(|error| Err(Refusal::new("cannot open the output").cause(error.to_string())))
}

/// Traces one container with its own strace.
async fn in_place(
    cluster: &Cluster,
    plan: &Plan,
    strace_args: &StraceArgs,
    (containers, pods): (&[Container], &[Pod]),
    destinations: Vec<Destination>,
    interrupts: &mut Interrupts,
    steps: &Steps,
) -> Result<u8, Refusal> {
    let nothing = || Refusal::new("there is nothing to trace");
    let (container, pod) = containers.iter().zip(pods).next().ok_or_else(nothing)?;
    let (pod, target) =
        interrupts.or_end(attach::await_running(cluster, plan, container, pod, steps)).await?;
    let file = OutputFile::new(destinations.into_iter().next().ok_or_else(nothing)?);
    say_tight_probes(containers, std::slice::from_ref(&pod), steps);
    let bounds = in_place::Bounds {
        duration: plan.duration,
        max_bytes: plan.max_bytes,
        health: health::Health::watch(cluster, &pod, &target, 1, plan.keep_going, steps),
    };
    in_place::run(cluster, &target, strace_args, bounds, file, interrupts, steps).await
}

/// Prints what would be sent to each container's pod.
async fn show(
    cluster: &Cluster,
    plan: &Plan,
    found: &[(Container, Pod)],
    who: DryRun,
    notation: ManifestFormat,
    steps: &Steps,
) -> Result<(), Refusal> {
    let wanted = container::ContainerRequest::of(plan);
    for (container, pod) in found {
        let (pod, target) = attach::await_running(cluster, plan, container, pod, steps).await?;
        let choice = match who {
            DryRun::Client => container::first_choice(&pod, &target, &wanted)?,
            DryRun::Server => container::choose(cluster, &pod, &target, &wanted, steps).await?,
        };
        container::show(&choice, &target, notation, steps)?;
    }
    Ok(())
}

/// Chooses the containers of pods. One that is not there or does not run is an error where it alone was meant; beside
/// others it is an omission.
fn choose_containers(plan: &Plan, pods: Vec<Pod>, steps: &Steps) -> Result<(Found, Vec<Omission>), Refusal> {
    let (mut found, mut omissions, mut over, mut remarks) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for pod in pods {
        let (names, defaulted) = match plan.selection.containers.of(&pod) {
            Ok(chosen) => chosen,
            Err(refusal) => {
                omissions.push(Omission::whole(pod.name_any(), refusal));
                continue;
            }
        };
        remarks.extend(defaulted.filter(|remark| !remarks.contains(remark)));
        for name in names {
            match targets::running(&pod, &name) {
                // All that run were asked for, and this one has done its work.
                Err(refusal)
                    if plan.selection.containers == Containers::All && targets::is_over(&pod, &name) =>
                {
                    over.push(refusal);
                }
                Err(refusal) if !(plan.selection.wait && targets::may_yet_start(&pod, &name)) => {
                    omissions.push(Omission::whole(format!("{} {name}", pod.name_any()), refusal));
                }
                _ => found.push((Container { pod: pod.name_any(), name }, pod.clone())),
            }
        }
    }
    remarks.iter().for_each(|remark| steps.say(remark));
    if found.is_empty() {
        let first = omissions.into_iter().flat_map(|omission| omission.what).chain(over).next();
        return Err(first.unwrap_or_else(|| Refusal::new("there is nothing to trace")));
    }
    over.iter().for_each(|refusal| steps.say(&format!("not traced: {}", refusal.in_short())));
    for refusal in omissions.iter().flat_map(|omission| &omission.what) {
        steps.insist(&format!("not traced: {}", refusal.in_short()));
    }
    Ok((found, omissions))
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
