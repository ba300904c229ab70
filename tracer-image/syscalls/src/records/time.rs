//! Times: `linux/time_types.h`.

use crate::{
    decode::Decode,
    gather::{Gather, Scope},
    layout,
    names::{errno, time::SIGEV},
    snapshot::{Phase, Place, Raw},
    types::{
        Custom, Field, I32, I64, Long, Record,
        Type::{self, *},
        U32, U64, Ulong, When,
    },
    value::Value,
};
use alloc::{boxed::Box, vec::Vec};

/// `struct timespec` with the ABI's word size.
pub static TIMESPEC: Record = Record {
    name: "timespec",
    fields: &[Field::new("tv_sec", Int(Long)), Field::new("tv_nsec", Int(Ulong))],
};

/// `struct __kernel_timespec`: 64 bits on every ABI, for calls ending in `_time64`.
pub static TIMESPEC64: Record = Record {
    name: "__kernel_timespec",
    fields: &[Field::new("tv_sec", Int(I64)), Field::new("tv_nsec", Int(U64))],
};

/// `struct timeval` with the ABI's word size.
pub static TIMEVAL: Record =
    Record { name: "timeval", fields: &[Field::new("tv_sec", Int(Long)), Field::new("tv_usec", Int(Ulong))] };

/// `struct __kernel_itimerspec`: 64 bits on every ABI.
pub static ITIMERSPEC64: Record = Record {
    name: "__kernel_itimerspec",
    fields: &[Field::new("it_interval", Struct(&TIMESPEC64)), Field::new("it_value", Struct(&TIMESPEC64))],
};

/// `struct itimerspec` with the ABI's word size.
pub static ITIMERSPEC: Record = Record {
    name: "itimerspec",
    fields: &[Field::new("it_interval", Struct(&TIMESPEC)), Field::new("it_value", Struct(&TIMESPEC))],
};

/// `struct itimerval` with the ABI's word size.
pub static ITIMERVAL: Record = Record {
    name: "itimerval",
    fields: &[Field::new("it_interval", Struct(&TIMEVAL)), Field::new("it_value", Struct(&TIMEVAL))],
};

/// `struct timezone`
pub static TIMEZONE: Record = Record {
    name: "timezone",
    fields: &[Field::new("tz_minuteswest", Int(I32)), Field::new("tz_dsttime", Int(I32))],
};

/// `struct utimbuf`
pub static UTIMBUF: Record = Record {
    name: "utimbuf",
    fields: &[Field::new("actime", Date(Long, None)), Field::new("modtime", Date(Long, None))],
};

static DATED: Type = Dated(&TIMESPEC, 9);
static DATED64: Type = Dated(&TIMESPEC64, 9);

/// A time for `utimensat`: `UTIME_NOW`, `UTIME_OMIT`, or a `struct timespec` with its date.
pub static UTIME: Custom = Custom {
    name: "utimensat's timespec",
    size: 0,
    when: When::Entry,
    gather: |gather: &mut Gather<'_>, place| two_times(gather, place, &TIMESPEC),
    decode: |decode: &mut Decode<'_>, place| decode_two(decode, place, &TIMESPEC, &DATED),
};
/// As [`UTIME`], with 64 bits on every ABI.
pub static UTIME64: Custom = Custom {
    name: "utimensat_time64's timespec",
    size: 0,
    when: When::Entry,
    gather: |gather: &mut Gather<'_>, place| two_times(gather, place, &TIMESPEC64),
    decode: |decode: &mut Decode<'_>, place| decode_two(decode, place, &TIMESPEC64, &DATED64),
};

fn two_times(gather: &mut Gather<'_>, place: Place, record: &'static Record) {
    if let Place::Memory { addr, phase } = place
        && phase == gather.scope.phase
    {
        gather.want(addr, 2 * layout::record_size(record, gather.scope.abi()));
    }
}

fn decode_two(decode: &mut Decode<'_>, place: Place, record: &'static Record, dated: &'static Type) -> Value {
    const UTIME_NOW: u64 = 0x3fff_ffff;
    const UTIME_OMIT: u64 = 0x3fff_fffe;
    let (Place::Memory { addr, .. } | Place::Register(addr)) = place;
    let size = layout::record_size(record, decode.scope.abi());
    let mut items = Vec::new();
    let most = decode.scope.most_elements();
    for index in 0..2 {
        let at = addr.wrapping_add((index * size) as u64);
        let Place::Memory { phase, .. } = place else { return Value::Addr(addr) };
        let nanoseconds = Place::Memory { addr: at.wrapping_add((size / 2) as u64), phase };
        let width = if size == 8 { U32 } else { U64 };
        let Some(nanoseconds) = decode.scope.load(nanoseconds, width) else { return Value::Addr(addr) };
        // Both must be readable, however few are written.
        if index >= most {
            continue;
        }
        // A named time has no date.
        let plain = |decode: &mut Decode<'_>, name| {
            let time = decode.value(dated, Place::Memory { addr: at, phase });
            let time = if let Value::Commented(time, _) = time { *time } else { time };
            Value::Called(Box::new(time), decode.name(name))
        };
        items.push(match nanoseconds {
            UTIME_NOW => plain(decode, "UTIME_NOW"),
            UTIME_OMIT => plain(decode, "UTIME_OMIT"),
            _ => decode.value(dated, Place::Memory { addr: at, phase }),
        });
    }
    Value::Array { items, cut: most < 2 }
}

/// `struct sigevent` (`asm-generic/siginfo.h`): how a timer notifies.
pub static SIGEVENT: Record = Record {
    name: "sigevent",
    fields: &[
        // Left out if it is zero.
        Field::new("sigev_value", Switch(1, &[(0, Absent)], &Custom(&SIGVAL))),
        Field::padding(Addr),
        Field::new(
            "sigev_signo",
            SwitchBits(3, u64::MAX, &[(0, Signal), (2, Signal), (4, Signal)], &Int(U32)),
        ),
        Field::new("sigev_notify", Symbol(I32, &SIGEV)),
        Field::new("sigev_notify_function", Over(&SwitchBits(3, u64::MAX, &[(2, Addr)], &Absent))),
        Field::new("sigev_notify_thread_id", SwitchBits(3, u64::MAX, &[(4, Pid)], &Absent)),
        Field::new("sigev_notify_attributes", SwitchBits(3, u64::MAX, &[(2, Addr)], &Absent)),
    ],
};

/// `sigval_t`: both of its members, which overlay the word after it.
static SIGVAL: Custom = Custom::inside("sigval_t", 0, |decode: &mut Decode<'_>, place| {
    let scope = decode.scope;
    let number = Value::Int(scope.load(place, I32).unwrap_or(0) as i64);
    let pointer = Value::Addr(scope.pointer(place).unwrap_or(0));
    let fields = [(Some(decode.name("sival_int")), number), (Some(decode.name("sival_ptr")), pointer)];
    Value::Struct { fields: fields.into(), cut: false }
});

/// The time that `nanosleep` had left: written only if a signal ended it, and not for an absolute time.
pub static REMAINING: Custom = Custom {
    name: "remaining time",
    size: 0,
    when: When::Exit,
    gather: |gather: &mut Gather<'_>, place| {
        if let Some(time) = remaining(&gather.scope) {
            gather.follow(time, place, Phase::Exit);
        }
    },
    decode: |decode: &mut Decode<'_>, place| {
        let (Place::Register(addr) | Place::Memory { addr, .. }) = place;
        let time = remaining(&decode.scope).and_then(|time| decode.pointee(time, place, Phase::Exit));
        time.unwrap_or(Value::Addr(addr))
    },
};

/// The structure of the time that is left, if it is written: the same as that of the requested time before it.
fn remaining(scope: &Scope<'_>) -> Option<&'static Type> {
    const TIMER_ABSTIME: u64 = 1;
    let interrupted = matches!(scope.snapshot.result, Some(Raw::Error(number)) if errno::is_restart(number));
    let last = scope.row.params.len().checked_sub(1)?;
    let until = last == 3 && scope.argument(1) & TIMER_ABSTIME != 0;
    match &scope.row.params.get(last.checked_sub(1)?)?.ty {
        In(time) if interrupted && !until => Some(time),
        _ => None,
    }
}

/// The date that the result of `time` means.
pub static CALENDAR: Custom = Custom {
    name: "calendar time",
    size: 0,
    when: When::Exit,
    gather: |_: &mut Gather<'_>, _| {},
    decode: |decode: &mut Decode<'_>, place| {
        let seconds = decode.scope.load(place, Long).unwrap_or(0);
        if seconds == 0 {
            return Value::List(Vec::new());
        }
        crate::decode::date(seconds as i64, 0, 0).unwrap_or(Value::List(Vec::new()))
    },
};

/// `struct __kernel_sock_timeval`
pub static TIMEVAL64: Record = Record {
    name: "__kernel_sock_timeval",
    fields: &[Field::new("tv_sec", Int(I64)), Field::new("tv_usec", Int(I64))],
};
