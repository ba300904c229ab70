//! How a trace **reads**: events in, strace text out.
