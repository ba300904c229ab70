//! The tracer: one static binary with several roles. As `strace` (or `tracer`), it is a drop-in for strace. The other
//! roles are for a pod, and begin with an option that strace does not have.

mod agent;
mod agent_child;
mod capabilities;
mod cgroup;
mod circle;
mod clock;
mod command;
mod current_call;
mod descriptors;
mod door;
mod dropin;
mod engine;
mod engine_process;
mod headroom;
mod look;
mod memory;
mod namespaces;
mod outbox;
mod paths;
mod pid_translator;
mod pidfd;
mod pipes;
mod procfs;
mod redact;
mod refused;
mod relay;
mod rendezvous;
mod requests;
mod roles;
mod root;
mod scheduling;
mod speed;
#[cfg(all(target_env = "musl", panic = "abort"))]
mod unwinding;

fn main() {
    capabilities::raise();
    let mut args = std::env::args_os().skip(1).peekable();
    let role = args.peek().and_then(|role| role.to_str()).unwrap_or_default();
    if roles::BRISK.contains(&role) {
        scheduling::short_turns();
    }
    std::process::exit(match role {
        roles::AGENT => agent::main(args.skip(1)),
        roles::RELAY => relay::main(),
        roles::ENGINE => engine_process::main(args.skip(1)),
        roles::LOOK => look::main(args.skip(1)),
        roles::DOOR => door::main(args.skip(1)),
        roles::ENGINE_FOR => engine_process::main_in_target(args.skip(1)),
        roles::COMMAND_FOR => engine_process::main_of_command(args.skip(1)),
        _ => dropin::main(args.by_ref()),
    });
}
