//! The engine's process as the agent starts it: a request arrives on standard input, frames go out on standard output.
//!
//! The engine runs on a thread of its own, which never waits for the others: the outbox's writer may be blocked as long as
//! nobody reads, and this thread listens to the agent. The end of the engine's thread detaches the tracees. Then standard
//! error is closed, which tells the agent that no tracee is held any more.

mod child;
mod forecast;
mod hang;
mod plan;
mod service;
mod silence;

use crate::{
    agent_child::{self, exit_status},
    clock,
    door::{self, Entered},
    engine::members,
    headroom::{self, Headroom},
    outbox::{CAPACITY, Outbox},
    pipes::Pipes,
    requests::{ClientStdin, Requests},
    speed::{Baseline, Sampler},
};
use nix::sys::prctl;
use service::{Bounds, Service};
use std::{
    ffi::OsString,
    fs::File,
    io,
    time::{Duration, Instant},
};
use wire::message::{Hello, Message, Overload, Reason, Request, Target, VERSION};

/// How long the request may take: the agent sends it at once.
const FIRST_REQUEST: Duration = Duration::from_secs(10);
/// The longest time that a client may make the target wait at a stretch.
const LONGEST_BLOCK: Duration = Duration::from_secs(60);

/// Serves one trace; returns the exit status.
pub fn main(args: impl Iterator<Item = OsString>) -> i32 {
    let begun = agent_child::begin(args).and_then(|()| Pipes::standard());
    exit_status(begun.and_then(|pipes| serve(pipes, None, None, &[])))
}

/// The same for a process that was exec'd into the target's container, where it is nobody's child: only the end of the
/// agent's pipes shows that the agent is gone.
pub fn main_in_target(args: impl Iterator<Item = OsString>) -> i32 {
    let _ = prctl::set_name(c"tracer");
    match door::enter(args) {
        Ok((Entered { agent, pipes }, line)) => {
            exit_status(serve(pipes, Some(agent), line, &[]));
            // To the client any other status means that we did not come through the door. Who has come through it says
            // on the stream how the trace ended.
            0
        }
        Err(status) => status,
    }
}

/// The same for a process that runs a command there. Its exit status is the command's, or what a shell makes of it.
pub fn main_of_command(args: impl Iterator<Item = OsString>) -> i32 {
    let _ = prctl::set_name(c"tracer");
    match door::enter_with_command(args) {
        Ok((Entered { agent, pipes }, words)) => exit_status(serve(pipes, Some(agent), None, &words)),
        Err(status) => status,
    }
}

/// `agent`: we are in the target's container, and the agent watches us from afar. `line`: the client can talk to us directly
/// on it. `words`: the command to run.
fn serve(pipes: Pipes, agent: Option<i32>, line: Option<ClientStdin>, words: &[OsString]) -> io::Result<i32> {
    let Pipes { requests, messages, holding } = pipes;
    let mut requests = Requests::new(requests, line);
    let wanted = |request| if let Request::Trace(trace) = request { Some(trace) } else { None };
    let Some(trace) = requests.first(Instant::now() + FIRST_REQUEST, wanted) else {
        return Err(io::Error::other("no request has come"));
    };
    let outbox = Outbox::start(File::from(messages), CAPACITY, trace.place.first_frame())?;
    outbox.send(&Message::Hello(Hello {
        version: VERSION,
        release: env!("CARGO_PKG_VERSION").into(),
        wall_offset: clock::wall_offset(),
    }));
    if let Overload::Block(most) = trace.overload {
        outbox.block(Duration::from_millis(most.into()).min(LONGEST_BLOCK));
    }
    let lease = Duration::from_millis(trace.lease.into());
    let memory = trace.spares_memory.then(|| headroom::Watch::new(headroom::TRACING));
    let bounds = Bounds { max_slowdown: trace.max_slowdown, memory };
    let redact = trace.redact.clone();
    let planned = plan::plan(trace, agent.is_some()).map_err(Reason::Failed).and_then(|plan| {
        let process = || members::processes_now(&plan).first().copied().unwrap_or(std::process::id() as i32);
        if bounds.memory.is_some()
            && let Some(Headroom { limit, left }) = Headroom::of(process()).filter(Headroom::is_short)
        {
            return Err(Reason::MemoryShort { limit, left });
        }
        if plan.target == Target::Command {
            let child = child::start(words, &outbox)?;
            return Ok((plan, Some(child), Baseline::default()));
        }
        let baseline = Baseline::take(&members::threads_now(&plan));
        forecast::forecast(&baseline, bounds.max_slowdown, &outbox)?;
        Ok((plan, None, baseline))
    });
    match planned {
        Ok((plan, child, baseline)) => {
            let sampler = Sampler::new(baseline);
            Ok(Service::start(outbox, requests, holding, plan, child, redact, lease, bounds, sampler, agent)?
                .run())
        }
        Err(reason) => {
            let status = if let Reason::NotRun { status, .. } = &reason { i32::from(*status) } else { 1 };
            service::outlive(&outbox, &mut requests, reason);
            Ok(status)
        }
    }
}
