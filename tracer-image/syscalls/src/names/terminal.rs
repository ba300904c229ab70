//! Terminals: `asm-generic/termbits.h` and `asm-generic/ioctls.h`, which are the same on every supported ABI.

use crate::types::{Flags, Symbols};

/// `c_iflag`.
pub static IFLAG: Flags = Flags {
    unknown: "",
    field: (0, &[]),
    bits: &[
        (0x1, "IGNBRK"),
        (0x2, "BRKINT"),
        (0x4, "IGNPAR"),
        (0x8, "PARMRK"),
        (0x10, "INPCK"),
        (0x20, "ISTRIP"),
        (0x40, "INLCR"),
        (0x80, "IGNCR"),
        (0x100, "ICRNL"),
        (0x200, "IUCLC"),
        (0x400, "IXON"),
        (0x800, "IXANY"),
        (0x1000, "IXOFF"),
        (0x2000, "IMAXBEL"),
        (0x4000, "IUTF8"),
    ],
};

/// `c_oflag`, without the delays.
pub static OFLAG: Flags = Flags {
    unknown: "",
    field: (0, &[]),
    bits: &[
        (0o1, "OPOST"),
        (0o2, "OLCUC"),
        (0o4, "ONLCR"),
        (0o10, "OCRNL"),
        (0o20, "ONOCR"),
        (0o40, "ONLRET"),
        (0o100, "OFILL"),
        (0o200, "OFDEL"),
    ],
};

/// `c_cflag`, without speeds and character size.
pub static CFLAG: Flags = Flags {
    unknown: "",
    field: (0, &[]),
    bits: &[
        (0o100, "CSTOPB"),
        (0o200, "CREAD"),
        (0o400, "PARENB"),
        (0o1000, "PARODD"),
        (0o2000, "HUPCL"),
        (0o4000, "CLOCAL"),
        (0o10000000000, "CMSPAR"),
        (0o20000000000, "CRTSCTS"),
    ],
};

/// `c_lflag`.
pub static LFLAG: Flags = Flags {
    unknown: "",
    field: (0, &[]),
    bits: &[
        (0x1, "ISIG"),
        (0x2, "ICANON"),
        (0x4, "XCASE"),
        (0x8, "ECHO"),
        (0x10, "ECHOE"),
        (0x20, "ECHOK"),
        (0x40, "ECHONL"),
        (0x80, "NOFLSH"),
        (0x8000, "IEXTEN"),
        (0x200, "ECHOCTL"),
        (0x400, "ECHOPRT"),
        (0x800, "ECHOKE"),
        (0x1000, "FLUSHO"),
        (0x4000, "PENDIN"),
        (0x100, "TOSTOP"),
        (0x10000, "EXTPROC"),
    ],
};

/// The delays of `c_oflag`: masks and names, in output order.
pub const DELAYS: &[(u64, &[(u64, &str)])] = &[
    (0o400, &[(0, "NL0"), (0o400, "NL1")]),
    (0o3000, &[(0, "CR0"), (0o1000, "CR1"), (0o2000, "CR2"), (0o3000, "CR3")]),
    (0o14000, &[(0, "TAB0"), (0o4000, "TAB1"), (0o10000, "TAB2"), (0o14000, "XTABS")]),
    (0o20000, &[(0, "BS0"), (0o20000, "BS1")]),
    (0o40000, &[(0, "VT0"), (0o40000, "VT1")]),
    (0o100000, &[(0, "FF0"), (0o100000, "FF1")]),
];

/// The character size of `c_cflag`.
pub const SIZES: (u64, &[(u64, &str)]) = (0o60, &[(0, "CS5"), (0o20, "CS6"), (0o40, "CS7"), (0o60, "CS8")]);

/// The bits of `c_cflag` for the output speed; the input speed is [`IBSHIFT`] bits above them.
pub const CBAUD: u64 = 0o10017;

/// The shift of the input speed.
pub const IBSHIFT: u32 = 16;

/// Speeds.
pub const SPEEDS: &[(u64, &str)] = &[
    (0o0, "B0"),
    (0o1, "B50"),
    (0o2, "B75"),
    (0o3, "B110"),
    (0o4, "B134"),
    (0o5, "B150"),
    (0o6, "B200"),
    (0o7, "B300"),
    (0o10, "B600"),
    (0o11, "B1200"),
    (0o12, "B1800"),
    (0o13, "B2400"),
    (0o14, "B4800"),
    (0o15, "B9600"),
    (0o16, "B19200"),
    (0o17, "B38400"),
    (0o10000, "BOTHER"),
    (0o10001, "B57600"),
    (0o10002, "B115200"),
    (0o10003, "B230400"),
    (0o10004, "B460800"),
    (0o10005, "B500000"),
    (0o10006, "B576000"),
    (0o10007, "B921600"),
    (0o10010, "B1000000"),
    (0o10011, "B1152000"),
    (0o10012, "B1500000"),
    (0o10013, "B2000000"),
    (0o10014, "B2500000"),
    (0o10015, "B3000000"),
    (0o10016, "B3500000"),
    (0o10017, "B4000000"),
];

/// `c_line` (`linux/tty.h`).
pub static LINE: Symbols = Symbols {
    unknown: "N_???",
    names: &[
        (0, "N_TTY"),
        (1, "N_SLIP"),
        (2, "N_MOUSE"),
        (3, "N_PPP"),
        (4, "N_STRIP"),
        (5, "N_AX25"),
        (6, "N_X25"),
        (7, "N_6PACK"),
        (8, "N_MASC"),
        (9, "N_R3964"),
        (10, "N_PROFIBUS_FDL"),
        (11, "N_IRDA"),
        (12, "N_SMSBLOCK"),
        (13, "N_HDLC"),
        (14, "N_SYNC_PPP"),
        (15, "N_HCI"),
        (16, "N_GIGASET_M101"),
        (17, "N_SLCAN"),
        (18, "N_PPS"),
        (19, "N_V253"),
        (20, "N_CAIF"),
        (21, "N_GSM0710"),
        (22, "N_TI_WL"),
        (23, "N_TRACESINK"),
        (24, "N_TRACEROUTER"),
        (25, "N_NCI"),
        (26, "N_SPEAKUP"),
        (27, "N_NULL"),
    ],
};

/// The characters of `c_cc`.
pub const CHARACTERS: &[&str] = &[
    "[VINTR]",
    "[VQUIT]",
    "[VERASE]",
    "[VKILL]",
    "[VEOF]",
    "[VTIME]",
    "[VMIN]",
    "[VSWTC]",
    "[VSTART]",
    "[VSTOP]",
    "[VSUSP]",
    "[VEOL]",
    "[VREPRINT]",
    "[VDISCARD]",
    "[VWERASE]",
    "[VLNEXT]",
    "[VEOL2]",
    "[17]",
    "[18]",
];

/// Modem lines.
pub static TIOCM: Flags = Flags {
    unknown: "TIOCM_???",
    field: (0, &[]),
    bits: &[
        (0x1, "TIOCM_LE"),
        (0x2, "TIOCM_DTR"),
        (0x4, "TIOCM_RTS"),
        (0x8, "TIOCM_ST"),
        (0x10, "TIOCM_SR"),
        (0x20, "TIOCM_CTS"),
        (0x40, "TIOCM_CAR"),
        (0x80, "TIOCM_RNG"),
        (0x100, "TIOCM_DSR"),
        (0x2000, "TIOCM_OUT1"),
        (0x4000, "TIOCM_OUT2"),
        (0x8000, "TIOCM_LOOP"),
    ],
};

/// What `TCFLSH` discards.
pub static TCFLSH: Symbols =
    Symbols { unknown: "TC???", names: &[(0, "TCIFLUSH"), (1, "TCOFLUSH"), (2, "TCIOFLUSH")] };

/// What `TCXONC` stops or starts.
pub static TCXONC: Symbols =
    Symbols { unknown: "TC???", names: &[(0, "TCOOFF"), (1, "TCOON"), (2, "TCIOFF"), (3, "TCION")] };
