//! Clocks and watchdogs: `linux/rtc.h`, `linux/ptp_clock.h`, `linux/watchdog.h`.

use crate::{
    decode::Decode,
    names::{clocks::*, time::CLOCK},
    records::devices::told,
    types::{
        Custom, Field, I32, I64, Len, Long, RESULT, Record,
        Type::{self, *},
        U8, U16, U32, U64,
    },
    value::Value,
};
use alloc::{boxed::Box, format, vec::Vec};

/// `struct rtc_time`
pub static RTC_TIME: Record = Record {
    name: "rtc_time",
    fields: &[
        Field::new("tm_sec", Int(I32)),
        Field::new("tm_min", Int(I32)),
        Field::new("tm_hour", Int(I32)),
        Field::new("tm_mday", Int(I32)),
        Field::new("tm_mon", Int(I32)),
        Field::new("tm_year", Int(I32)),
        Field::verbose("tm_wday", Int(I32)),
        Field::verbose("tm_yday", Int(I32)),
        Field::verbose("tm_isdst", Int(I32)),
    ],
};

/// `struct rtc_wkalrm`
pub static RTC_ALARM: Record = Record {
    name: "rtc_wkalrm",
    fields: &[
        Field::new("enabled", Int(U8)),
        Field::new("pending", Int(U8)),
        Field::new("time", Struct(&RTC_TIME)),
    ],
};

/// `struct rtc_pll_info`
pub static RTC_PLL: Record = Record {
    name: "rtc_pll_info",
    fields: &[
        Field::new("pll_ctrl", Int(I32)),
        Field::new("pll_value", Int(I32)),
        Field::new("pll_max", Int(I32)),
        Field::new("pll_min", Int(I32)),
        Field::new("pll_posmult", Int(I32)),
        Field::new("pll_negmult", Int(I32)),
        Field::new("pll_clock", Int(Long)),
    ],
};

const CORRECTION: u64 = 1;
const PARAMETER: Type = SwitchBits(
    0,
    u64::MAX,
    &[(0, Flags(U64, &RTC_FEATURES)), (CORRECTION, Absent), (2, Symbol(U64, &RTC_SWITCH_MODES))],
    &Hex(U64),
);

/// `struct rtc_param`
pub static RTC_PARAM: Record = Record {
    name: "rtc_param",
    fields: &[
        Field::new("param", Symbol(U64, &RTC_PARAMS)),
        Field::new("svalue", Over(&SwitchBits(0, u64::MAX, &[(CORRECTION, Int(I64))], &Absent))),
        Field::new("uvalue", PARAMETER),
        Field::new("index", Int(U32)),
        Field::nonzero("__pad", Hex(U32)),
    ],
};

/// `struct ptp_clock_time`
static PTP_TIME: Record = Record {
    name: "ptp_clock_time",
    fields: &[
        Field::new("sec", Int(I64)),
        Field::new("nsec", Int(U32)),
        Field::nonzero("reserved", Hex(U32)),
    ],
};
/// A point in time, with its date.
const DATE: Type = Dated(&PTP_TIME, 9);

/// `struct ptp_extts_request`
pub static PTP_EXTTS_REQUEST: Record = Record {
    name: "ptp_extts_request",
    fields: &[
        Field::new("index", Int(U32)),
        Field::new("flags", Flags(U32, &PTP_EXTTS)),
        Field::nonzero("rsv", Array(&Hex(U32), Len::Fixed(2))),
    ],
};

/// `struct ptp_perout_request`
pub static PTP_PEROUT_REQUEST: Record = Record {
    name: "ptp_perout_request",
    fields: &[
        Field::new("phase", Over(&SwitchBits(4, 4, &[(0, Absent)], &Struct(&PTP_TIME)))),
        Field::new("start", SwitchBits(4, 4, &[(4, Absent)], &DATE)),
        Field::new("period", Struct(&PTP_TIME)),
        Field::new("index", Int(U32)),
        Field::new("flags", Flags(U32, &PTP_PEROUT)),
        Field::new("on", Over(&SwitchBits(4, 2, &[(0, Absent)], &Struct(&PTP_TIME)))),
        Field::nonzero("rsv", SwitchBits(4, 2, &[(2, Absent)], &Array(&Hex(U32), Len::Fixed(4)))),
    ],
};

/// `struct ptp_clock_caps`
pub static PTP_CAPABILITIES: Record = Record {
    name: "ptp_clock_caps",
    fields: &[
        Field::new("max_adj", Int(I32)),
        Field::new("n_alarm", Int(I32)),
        Field::new("n_ext_ts", Int(I32)),
        Field::new("n_per_out", Int(I32)),
        Field::new("pps", Int(I32)),
        Field::new("n_pins", Int(I32)),
        Field::new("cross_timestamping", Int(I32)),
        Field::new("adjust_phase", Int(I32)),
        Field::new("max_phase_adj", Custom(&NANOSECONDS)),
        Field::nonzero("rsv", Array(&Hex(U32), Len::Fixed(11))),
    ],
};

/// `struct ptp_pin_desc`
pub static PTP_PIN_SET: Record = Record {
    name: "ptp_pin_desc",
    fields: &[
        Field::padding(Chars(64)),
        Field::new("index", Int(U32)),
        Field::new("func", Symbol(U32, &PTP_PIN)),
        Field::new("chan", Int(U32)),
        Field::nonzero("rsv", Array(&Hex(U32), Len::Fixed(5))),
    ],
};

/// `struct ptp_pin_desc` in a query.
pub static PTP_PIN_GET: Record = Record {
    name: "ptp_pin_desc, asked for",
    fields: &[
        Field::new("name", told!(Chars(64))),
        Field::new("index", Int(U32)),
        Field::new("func", told!(Symbol(U32, &PTP_PIN))),
        Field::new("chan", told!(Int(U32))),
        Field::nonzero("rsv", Array(&Hex(U32), Len::Fixed(5))),
    ],
};

/// `struct ptp_sys_offset_precise`
pub static PTP_PRECISE: Record = Record {
    name: "ptp_sys_offset_precise",
    fields: &[
        Field::new("device", DATE),
        Field::new("sys_realtime", DATE),
        Field::new("sys_monoraw", Struct(&PTP_TIME)),
        Field::nonzero("rsv", Array(&Hex(U32), Len::Fixed(4))),
    ],
};

/// `struct ptp_sys_offset`
pub static PTP_OFFSET: Record = Record {
    name: "ptp_sys_offset",
    fields: &[
        Field::new("n_samples", Int(U32)),
        Field::nonzero("rsv", Array(&Hex(U32), Len::Fixed(3))),
        Field::new("ts", told!(Custom(&SAMPLES))),
    ],
};

/// `struct ptp_sys_offset_extended`
pub static PTP_EXTENDED: Record = Record {
    name: "ptp_sys_offset_extended",
    fields: &[
        Field::new("n_samples", Int(U32)),
        Field::new("clockid", Symbol(I32, &CLOCK)),
        Field::nonzero("rsv", Array(&Hex(U32), Len::Fixed(2))),
        Field::new("ts", told!(Array(&Array(&DATE, Len::Fixed(3)), Len::Room(0, 25)))),
    ],
};

/// Two times per sample, alternately from each clock, and one more (`PTP_MAX_SAMPLES` at most).
static SAMPLES: Custom =
    Custom::inside("samples of two clocks", 51 * 16, |decode: &mut Decode<'_>, place| {
        let count = 2 * decode.scope.sibling(0).min(25) + 1;
        decode.several(&DATE, count, place).unwrap_or(Value::List(Vec::new()))
    });

/// Nanoseconds, also in seconds: `25 /* 0.000000025 s */`.
static NANOSECONDS: Custom = Custom::inside("nanoseconds", 4, |decode: &mut Decode<'_>, place| {
    let time = decode.scope.load(place, I32).unwrap_or(0) as i64;
    in_seconds(Value::Int(time), time, 9)
});

/// Microseconds, also in seconds.
static MICROSECONDS: Custom = Custom::inside("microseconds", 4, |decode: &mut Decode<'_>, place| {
    let time = decode.scope.load(place, U32).unwrap_or(0);
    in_seconds(Value::Unsigned(time), time as i64, 6)
});

fn in_seconds(value: Value, time: i64, digits: u32) -> Value {
    if time == 0 {
        return value;
    }
    let (whole, part) = (time.unsigned_abs() / 10u64.pow(digits), time.unsigned_abs() % 10u64.pow(digits));
    let sign = if time < 0 { "-" } else { "" };
    Value::Noted(Box::new(value), format!("{sign}{whole}.{part:0width$} s", width = digits as usize))
}

/// `struct watchdog_info`
pub static WATCHDOG: Record = Record {
    name: "watchdog_info",
    fields: &[
        Field::new("options", Flags(U32, &WATCHDOG_SUPPORT)),
        Field::verbose("firmware_version", Hex(U32)),
        Field::verbose("identity", Chars(32)),
    ],
};

/// `struct epoll_params`
pub static EPOLL_PARAMETERS: Record = Record {
    name: "epoll_params",
    fields: &[
        Field::new("busy_poll_usecs", Custom(&MICROSECONDS)),
        Field::new("busy_poll_budget", Int(U16)),
        Field::new("prefer_busy_poll", Hex(U8)),
        Field::nonzero("__pad", Hex(U8)),
    ],
};
