//! `kubectl strace`: shows what the processes of a running pod ask of the kernel.
//!
//! One way, from the command line to the last line of the trace: [`cli`] (what was typed) -> [`plan`] (what is meant)
//! -> [`cluster`] and [`targets`] (what it is meant for) -> [`session`] (the tracer's container, the conversation with
//! it) -> [`screen`]. Whatever goes wrong becomes a [`refusal`].

mod cli;
mod cluster;
mod interrupt;
mod plan;
mod refusal;
mod screen;
mod session;
mod targets;

use cluster::Cluster;
use interrupt::Interrupts;
use k8s_openapi::api::core::v1::Pod;
use kube::client::Connection;
use plan::Plan;
use refusal::{INCOMPLETE, Refusal, seconds};
use screen::{Destination, Sheet, Steps};
use session::{Outcome, container, printer::Printer};
use std::{process::ExitCode, sync::OnceLock, time::Duration};
use targets::Target;
use wire::message::{End, Reason};

fn main() -> ExitCode {
    let args = match cli::parse(std::env::args_os()) {
        Ok(args) => args,
        Err(error) => {
            // Help on stdout, anything else on stderr; there is nobody to tell when that fails.
            let _ = error.print();
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(refusal::USAGE));
        }
    };
    // Two threads: heartbeats go out while the other one unpacks.
    let runtime = match tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("error: cannot start: {error}");
            return ExitCode::from(INCOMPLETE);
        }
    };
    let code = runtime.block_on(run(&args));
    // A printer that waits for its reader, or a credential plugin that waits for a person, is not waited for.
    runtime.shutdown_background();
    ExitCode::from(code)
}

async fn run(args: &cli::Args) -> u8 {
    let steps = Steps::new(args.output.quiet);
    let refuse = |refusal: &Refusal| {
        steps.refuse(refusal);
        refusal.code()
    };
    let plan = match Plan::new(args) {
        Ok(plan) => plan,
        Err(refusal) => return refuse(&refusal),
    };
    for remark in &plan.remarks {
        steps.say(&format!("note: {remark}"));
    }
    let mut interrupts = Interrupts::listen();
    let added = OnceLock::new();
    let prepared = tokio::select! {
        prepared = prepare(args, &plan, &steps, &added) => prepared,
        () = interrupts.next() => Err(refusal::interrupted(added.get().map(String::as_str))),
    };
    let prepared = match prepared {
        Ok(prepared) => prepared,
        Err(refusal) => return refuse(&refusal),
    };
    let Prepared { cluster, target, agent, connection, destination } = prepared;
    let sheet = Sheet::new(destination, steps.clone());
    let mut printer = match Printer::start(plan.lines, sheet, steps.clone()) {
        Ok(printer) => printer,
        Err(error) => return refuse(&Refusal::new("cannot start a thread").cause(error.to_string())),
    };
    let traced = session::Traced { cluster: &cluster, target: &target, agent: &agent };
    let outcome =
        session::trace(&traced, &plan.depth, connection, &mut printer, &mut interrupts, &steps).await;
    if outcome.interrupted && steps.on_terminal() {
        // The terminal has written ^C.
        eprintln!();
    }
    let written = printer.into_sheet(Duration::from_secs(1)).await.and_then(|sheet| sheet.describe());
    conclude(&outcome, written.as_deref(), &steps)
}

/// Everything that a trace needs.
struct Prepared {
    cluster: Cluster,
    target: Target,
    agent: String,
    connection: Connection,
    destination: Destination,
}

async fn prepare(
    args: &cli::Args,
    plan: &Plan,
    steps: &Steps,
    added: &OnceLock<String>,
) -> Result<Prepared, Refusal> {
    let cluster = Cluster::connect(&args.cluster, plan.timeout, steps).await?;
    let step = steps.begin(format!("waiting for {} to say what pod {} is", cluster.server, plan.pod));
    // Asked in one go, because each question costs a round trip; the pod's answer comes first.
    let (pod, (get_exec, create_exec, patch)) = tokio::join!(cluster.pod(&plan.pod), async {
        tokio::join!(
            cluster.may("get", "exec", &plan.pod),
            cluster.may("create", "exec", &plan.pod),
            cluster.may("patch", "ephemeralcontainers", &plan.pod),
        )
    });
    drop(step);
    let pod = pod?;
    let (container, defaulted) = targets::choose_container(&pod, plan.container.as_deref())?;
    if let Some(defaulted) = defaulted {
        steps.say(&defaulted);
    }
    let target = targets::running(&pod, &container)?;
    let existing = container::existing(&pod, &target, &plan.image);
    let needed = [
        ("patch", "pods/ephemeralcontainers", patch.filter(|_| existing.is_none())),
        ("get", "pods/exec", get_exec),
        ("create", "pods/exec", create_exec),
    ];
    for (verb, resource, may) in needed {
        if may == Some(false) {
            return Err(refusal::rbac(
                cluster.user().await.as_deref(),
                verb,
                resource,
                &cluster.namespace,
                None,
            ));
        }
    }
    let destination = Destination::open(&plan.output, &target)?;
    let (agent, connection) = reach(&cluster, &pod, &target, existing, plan, steps, added).await?;
    Ok(Prepared { cluster, target, agent, connection, destination })
}

/// A connection to a tracer: to the one that is there, else to a new one.
async fn reach(
    cluster: &Cluster,
    pod: &Pod,
    target: &Target,
    existing: Option<String>,
    plan: &Plan,
    steps: &Steps,
    added: &OnceLock<String>,
) -> Result<(String, Connection), Refusal> {
    if let Some(agent) = existing {
        match session::open(cluster, target, &agent, steps).await {
            Ok(connection) => {
                steps.say(&format!(
                    "Using the tracer container {agent}, which runs in pod {} already",
                    target.pod
                ));
                return Ok((agent, connection));
            }
            // It may have ended, being idle, since the pod was looked at.
            Err(refusal) => {
                let now = cluster.pod(&target.pod).await?;
                if container::existing(&now, target, &plan.image).is_some() {
                    return Err(refusal);
                }
            }
        }
    }
    let agent = container::add(cluster, pod, target, &plan.image, plan.pull, steps, added).await?;
    let connection = session::open(cluster, target, &agent, steps).await?;
    Ok((agent, connection))
}

/// Says how it went, and makes an exit status of it.
fn conclude(outcome: &Outcome, written: Option<&str>, steps: &Steps) -> u8 {
    if let Some(written) = written {
        steps.say(&format!("The trace is in {written}"));
    }
    if outcome.unread && outcome.failure.is_none() {
        // As `head` has it: who read had enough.
        return 0;
    }
    let Some(end) = &outcome.end else {
        return outcome.failure.as_ref().map_or(INCOMPLETE, |refusal| {
            steps.refuse(refusal);
            refusal.code()
        });
    };
    if let Some(refusal) = &outcome.failure {
        steps.refuse(refusal);
    }
    steps.insist(&totals(end, outcome.lasted));
    if let Reason::Failed(why) = &end.reason {
        steps.refuse(&Refusal::new("the trace failed").cause(format!("the tracer said: {why}")));
    }
    if end.lost > 0 {
        steps.refuse(
            &Refusal::new(format!(
                "the trace is incomplete: {} lost",
                session::count(end.lost, "event was", "events were")
            ))
            .cause("more happened than was taken from the tracer in time; where, the trace says")
            .fix("trace less (-e trace=...), or write to a file (-o FILE) rather than to a slow terminal"),
        );
    }
    if let [gap, ..] = &outcome.gaps[..] {
        let gaps = session::count(outcome.gaps.len() as u64, "gap", "gaps");
        steps.refuse(
            &Refusal::new(format!("the trace is incomplete: it has {gaps}"))
                .cause(gap.to_string())
                .fix("run it where the connection to the cluster is steady, or trace less (-e trace=...)"),
        );
    }
    let whole = matches!(end.reason, Reason::Stopped | Reason::TraceesGone | Reason::InitExiting)
        && outcome.gaps.is_empty();
    if whole && end.lost == 0 && outcome.failure.is_none() { 0 } else { INCOMPLETE }
}

fn totals(end: &End, lasted: Duration) -> String {
    let why = match &end.reason {
        Reason::Stopped => "stopped, detached",
        Reason::TraceesGone => "every traced process has ended",
        Reason::InitExiting => "the container's first process has ended",
        Reason::LeaseExpired => "the tracer did not hear from here and detached",
        Reason::Failed(_) => "failed",
        Reason::Forgotten => "the tracer does not have this trace any more",
    };
    let events = session::count(end.events, "event", "events");
    format!("{events}, {} lost, {}: {why}", end.lost, seconds(lasted))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_incomplete_trace_is_no_success() {
        let steps = Steps::new(true);
        let with = |lost, reason, failure| {
            let end = Some(End { events: 3, lost, time: 0, reason });
            conclude(&Outcome { end, failure, ..Outcome::default() }, None, &steps)
        };
        assert_eq!(with(0, Reason::Stopped, None), 0);
        assert_eq!(with(0, Reason::InitExiting, None), 0);
        assert_eq!(with(1, Reason::Stopped, None), INCOMPLETE);
        assert_eq!(with(0, Reason::LeaseExpired, None), INCOMPLETE);
        assert_eq!(with(0, Reason::Failed("x".into()), None), INCOMPLETE);
        assert_eq!(with(0, Reason::Stopped, Some(Refusal::new("disk full"))), INCOMPLETE);
        assert_eq!(conclude(&Outcome::default(), None, &steps), INCOMPLETE);
    }
}
