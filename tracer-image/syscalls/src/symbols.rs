//! Numbers that have names: bits and constants of the kernel's headers.

/// Named bits.
#[derive(Debug)]
pub struct Flags {
    /// Comment of an unknown value: `O_???`.
    pub unknown: &'static str,
    /// Values and names, in strace's order. A value of several bits matches if all are set, and consumes them. Zero matches
    /// only if no bit is set at all, or if `zero_first`.
    pub bits: &'static [(u64, &'static str)],
    /// A sub-field that is a symbol, written first: its mask and values (`O_ACCMODE`: `O_RDONLY`...). Mask 0: none.
    pub field: (u64, &'static [(u64, &'static str)]),
}

/// Named numbers.
#[derive(Debug)]
pub struct Symbols {
    /// Comment of an unknown value: `AF_???`. Empty: only the number; `#`: the number in hexadecimal;
    /// with a leading `=`: the number in decimal, with the rest as its comment.
    pub unknown: &'static str,
    /// Value and name.
    pub names: &'static [(u64, &'static str)],
}
