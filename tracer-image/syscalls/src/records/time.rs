//! Times: `linux/time_types.h`.

use crate::types::{Field, I64, Long, Record, Type::Int};

/// `struct timespec` of the ABI's own word.
pub static TIMESPEC: Record =
    Record { name: "timespec", fields: &[Field::new("tv_sec", Int(Long)), Field::new("tv_nsec", Int(Long))] };

/// `struct __kernel_timespec`: 64 bits everywhere; what calls ending in `_time64` take.
pub static TIMESPEC64: Record = Record {
    name: "__kernel_timespec",
    fields: &[Field::new("tv_sec", Int(I64)), Field::new("tv_nsec", Int(I64))],
};

/// `struct timeval` of the ABI's own word.
pub static TIMEVAL: Record =
    Record { name: "timeval", fields: &[Field::new("tv_sec", Int(Long)), Field::new("tv_usec", Int(Long))] };
