//! `kubectl strace`: shows what the processes of a running pod ask of the kernel.
//!
//! A run goes one way, from the command line to the last line of the trace: [`cli`] (what was typed) -> [`plan`]
//! (what it means) -> [`cluster`] and [`targets`] (what to trace) -> [`session`] (the tracer's container, the
//! conversation with it) -> [`screen`]. Every failure becomes a [`refusal`].

mod addresses;
mod cli;
mod cluster;
mod completion;
mod container_name;
mod gap;
mod interrupt;
mod look;
mod manual;
mod near;
mod now;
mod omission;
mod page;
mod person;
mod plan;
mod prepare;
mod privilege;
mod recording;
mod refusal;
mod replay;
mod run;
mod screen;
mod session;
mod settings;
mod status;
mod suspension;
mod targets;
mod totals;
mod version;

use cli::{Command, DryRun};
use cluster::{Cluster, ClusterSource};
use interrupt::Interrupts;
use k8s_openapi::api::core::v1::Pod;
use plan::{ManifestFormat, Plan, StraceArgs};
use prepare::{Prepared, prepare};
use refusal::{INCOMPLETE, Refusal};
use run::Run;
use screen::{Destination, OutputFile, Steps};
use session::{
    container, in_place, reach,
    watch::health::{Health, TightProbes},
};
use std::{io::Write, path::PathBuf, process::ExitCode};
use targets::Container;

fn main() -> ExitCode {
    if let Some(code) = internal_command() {
        return code;
    }
    let mut args = match cli::parse(std::env::args_os()) {
        Ok(args) => args,
        Err(error) => {
            // Help goes to stdout, anything else to stderr. If that fails, the error has nowhere to go.
            let _ = error.print();
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(refusal::USAGE));
        }
    };
    look::name_target(&mut args);
    let mut source = ClusterSource::read(&args.cluster);
    if let Err(refusal) = settings::apply(&mut args, &mut source) {
        eprintln!("{refusal}");
        return ExitCode::from(refusal.code());
    }
    // Two threads: one sends heartbeats while the other unpacks.
    let runtime = match tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("error: cannot start: {error}");
            return ExitCode::from(INCOMPLETE);
        }
    };
    let (code, _settled) =
        runtime.block_on(async { (run(&args, &source).await, cluster::oidc::settle().await) });
    // Do not wait for a printer whose reader is stuck, or for a credential plugin that waits for the user.
    runtime.shutdown_background();
    ExitCode::from(code)
}

/// Hidden commands for shells and packagers.
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

/// The commands that trace nothing.
async fn ask(
    command: &Command,
    args: &cli::Args,
    source: &ClusterSource,
    steps: &Steps,
) -> Result<u8, Refusal> {
    let mut interrupts = Interrupts::listen();
    let done = async {
        match command {
            Command::Status(wanted) => status::status(source, wanted, steps).await,
            Command::Detach(wanted) => status::detach(source, wanted, steps).await,
            Command::Now(wanted) => now::now(source, args, wanted, steps).await,
            Command::Look(wanted) => look::look(source, args, wanted, steps).await,
            Command::Replay(_) => replay::replay(args, steps).await,
            Command::Version(wanted) => {
                version::version(source, wanted, &args.tracer.image, steps).await.map(|()| 0)
            }
        }
    };
    tokio::select! {
        done = done => done,
        () = interrupts.next() => Ok(refusal::INTERRUPTED),
    }
}

async fn run(args: &cli::Args, source: &ClusterSource) -> u8 {
    let steps = Steps::new(args.output.quiet > 0).silent(args.output.quiet > 2);
    let refuse = |refusal: &Refusal| {
        steps.refuse(refusal);
        refusal.code()
    };
    if let Some(command) = &args.command {
        return ask(command, args, source, &steps).await.unwrap_or_else(|refusal| refuse(&refusal));
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
    let containers: Vec<Container> = found.iter().map(|(container, _)| container.clone()).collect();
    let several = found.len() > 1 || plan.selection.follow_pods;
    let opened = interrupts.or_end(run::open_all(plan.output.clone(), containers.clone(), several)).await;
    let (destinations, files) = match opened {
        Ok(opened) => opened,
        Err(refusal) => return refuse(&refusal),
    };
    if let Some(strace_args) = &plan.in_place {
        return in_place(&cluster, &plan, strace_args, &found, destinations, &mut interrupts, &steps)
            .await
            .unwrap_or_else(|refusal| refuse(&refusal));
    }
    let recorder = match interrupts.or_end(run::open(&plan, &containers)).await {
        Ok(recorder) => recorder,
        Err(refusal) => return refuse(&refusal),
    };
    let run = Run { cluster, who, plan, found, not_traced, destinations, files, recorder };
    run.trace(&mut interrupts, &steps).await.unwrap_or_else(|refusal| refuse(&refusal))
}

/// Traces one container with its own strace.
async fn in_place(
    cluster: &Cluster,
    plan: &Plan,
    strace_args: &StraceArgs,
    found: &[(Container, Pod)],
    destinations: Vec<Destination>,
    interrupts: &mut Interrupts,
    steps: &Steps,
) -> Result<u8, Refusal> {
    let nothing = || Refusal::new("there is nothing to trace");
    let (container, pod) = found.first().ok_or_else(nothing)?;
    let (pod, target) = interrupts.or_end(reach::await_running(cluster, plan, container, pod, steps)).await?;
    let file = OutputFile::new(destinations.into_iter().next().ok_or_else(nothing)?);
    TightProbes::default().say(&pod, &container.name, steps);
    let bounds = in_place::Bounds {
        duration: plan.duration,
        max_bytes: plan.max_bytes,
        health: Health::watch(cluster, &pod, &target, 1, plan.keep_going, steps),
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
        let (pod, target) = reach::await_running(cluster, plan, container, pod, steps).await?;
        let choice = match who {
            DryRun::Client => container::first_choice(&pod, &target, &wanted)?,
            DryRun::Server => container::choose(cluster, &pod, &target, &wanted, steps).await?,
        };
        container::show(&choice, &target, notation, steps)?;
    }
    Ok(())
}
