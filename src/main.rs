//! `kubectl strace`: the system calls of a running pod.

fn main() {}
