//! The names of `ioctl(2)` requests.
//!
//! They are lines of text instead of a table of references. There are more than three thousand of them, and references
//! would take more space in the tracer than the text.

use crate::{abi::Abi, types::Symbols};

/// One request per line, sorted: its number, the ABIs on which it has this name (x86_64, i386, aarch64, arm: `x`, `i`, `a`,
/// `m`), and its name. If several devices use the same number: all names, as strace writes them.
pub const REQUESTS: &str = include_str!("requests.txt");

/// Digits of a number in [`REQUESTS`].
const DIGITS: usize = 8;

/// The request of a line, the letters of its ABIs, and its name.
pub fn entry(line: &'static str) -> Option<(u32, &'static str, &'static str)> {
    let (number, rest) = line.split_at_checked(DIGITS)?;
    let (abis, name) = rest.strip_prefix(' ')?.split_once(' ')?;
    Some((u32::from_str_radix(number, 16).ok()?, abis, name))
}

/// The letter of an ABI in [`REQUESTS`].
pub fn letter(abi: Abi) -> char {
    match abi {
        Abi::X86_64 | Abi::X32 => 'x',
        Abi::I386 => 'i',
        Abi::Aarch64 => 'a',
        Abi::Arm => 'm',
    }
}

/// The name of a request.
pub fn name(abi: Abi, request: u32) -> Option<&'static str> {
    // Binary search for the first line whose number is not smaller.
    let (mut low, mut high) = (0, REQUESTS.len());
    while low < high {
        let middle = low + (high - low) / 2;
        let start = REQUESTS[..middle].rfind('\n').map_or(0, |newline| newline + 1);
        let line = REQUESTS[start..].lines().next()?;
        match entry(line) {
            Some((number, ..)) if number < request => low = start + line.len() + 1,
            _ => high = start,
        }
    }
    let lines = REQUESTS.get(low..)?.lines().map_while(entry);
    let mut same = lines.take_while(|(number, ..)| *number == request);
    same.find(|(_, abis, _)| abis.contains(letter(abi))).map(|(.., name)| name)
}

/// Requests whose size is an argument: direction, type and number, and the name.
pub const SIZED: &[(u32, &str)] = &[
    (0x8000_4506, "EVIOCGNAME"),
    (0x8000_4507, "EVIOCGPHYS"),
    (0x8000_4508, "EVIOCGUNIQ"),
    (0x8000_4509, "EVIOCGPROP"),
    (0x8000_450a, "EVIOCGMTSLOTS"),
    (0x8000_4518, "EVIOCGKEY"),
    (0x8000_4519, "EVIOCGLED"),
    (0x8000_451a, "EVIOCGSND"),
    (0x8000_451b, "EVIOCGSW"),
    (0x8000_4804, "HIDIOCGRAWNAME"),
    (0x8000_4805, "HIDIOCGRAWPHYS"),
    (0x8000_4806, "HIDIOCSFEATURE"),
    (0x8000_4808, "HIDIOCGRAWUNIQ"),
    (0x8000_4812, "HIDIOCGPHYS"),
    (0x8000_552c, "UI_GET_SYSNAME"),
    (0x8000_6a13, "JSIOCGNAME"),
    (0x4000_6b00, "SPI_IOC_MESSAGE"),
    (0xc000_4806, "HIDIOCSFEATURE"),
    (0xc000_4807, "HIDIOCGFEATURE"),
];

/// Kinds of events of an input device, in `EVIOCGBIT`.
pub static EVENTS: Symbols = Symbols {
    unknown: "EV_???",
    names: &[
        (0, "0"),
        (1, "EV_KEY"),
        (2, "EV_REL"),
        (3, "EV_ABS"),
        (4, "EV_MSC"),
        (5, "EV_SW"),
        (17, "EV_LED"),
        (18, "EV_SND"),
        (20, "EV_REP"),
        (21, "EV_FF"),
        (22, "EV_PWR"),
        (23, "EV_FF_STATUS"),
    ],
};

/// Axes of an input device, in `EVIOCGABS` and `EVIOCSABS`.
pub static AXES: Symbols = Symbols {
    unknown: "ABS_???",
    names: &[
        (0, "ABS_X"),
        (1, "ABS_Y"),
        (2, "ABS_Z"),
        (3, "ABS_RX"),
        (4, "ABS_RY"),
        (5, "ABS_RZ"),
        (6, "ABS_THROTTLE"),
        (7, "ABS_RUDDER"),
        (8, "ABS_WHEEL"),
        (9, "ABS_GAS"),
        (10, "ABS_BRAKE"),
        (16, "ABS_HAT0X"),
        (17, "ABS_HAT0Y"),
        (18, "ABS_HAT1X"),
        (19, "ABS_HAT1Y"),
        (20, "ABS_HAT2X"),
        (21, "ABS_HAT2Y"),
        (22, "ABS_HAT3X"),
        (23, "ABS_HAT3Y"),
        (24, "ABS_PRESSURE"),
        (25, "ABS_DISTANCE"),
        (26, "ABS_TILT_X"),
        (27, "ABS_TILT_Y"),
        (28, "ABS_TOOL_WIDTH"),
        (32, "ABS_VOLUME"),
        (33, "ABS_PROFILE"),
        (34, "ABS_SND_PROFILE"),
        (40, "ABS_MISC"),
        (46, "ABS_RESERVED"),
        (47, "ABS_MT_SLOT"),
        (48, "ABS_MT_TOUCH_MAJOR"),
        (49, "ABS_MT_TOUCH_MINOR"),
        (50, "ABS_MT_WIDTH_MAJOR"),
        (51, "ABS_MT_WIDTH_MINOR"),
        (52, "ABS_MT_ORIENTATION"),
        (53, "ABS_MT_POSITION_X"),
        (54, "ABS_MT_POSITION_Y"),
        (55, "ABS_MT_TOOL_TYPE"),
        (56, "ABS_MT_BLOB_ID"),
        (57, "ABS_MT_TRACKING_ID"),
        (58, "ABS_MT_PRESSURE"),
        (59, "ABS_MT_DISTANCE"),
        (60, "ABS_MT_TOOL_X"),
        (61, "ABS_MT_TOOL_Y"),
    ],
};
