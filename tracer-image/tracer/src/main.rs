//! The tracer: one static binary with several roles. As `strace` (or `tracer`) it is a drop-in for strace; the other
//! roles are how it lives in a pod, and begin with an option that strace does not have.

mod descriptors;
mod dropin;
mod engine;
mod procfs;

fn main() {
    let args = std::env::args_os().skip(1);
    std::process::exit(dropin::main(args));
}
