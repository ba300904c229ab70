//! A system call is one row: its numbers, its classes, its typed parameters and its result.

use crate::{
    abi::Abi,
    layout,
    types::{First, Type},
};

/// What a call is about: the `%class` sets of `-e trace=`.
pub mod class {
    /// Takes a file name (`%file`).
    pub const FILE: u32 = 1 << 0;
    /// Takes or returns a file descriptor (`%desc`).
    pub const DESC: u32 = 1 << 1;
    /// `%network`
    pub const NETWORK: u32 = 1 << 2;
    /// `%process`
    pub const PROCESS: u32 = 1 << 3;
    /// `%signal`
    pub const SIGNAL: u32 = 1 << 4;
    /// `%ipc`
    pub const IPC: u32 = 1 << 5;
    /// `%memory`
    pub const MEMORY: u32 = 1 << 6;
    /// `%creds`
    pub const CREDS: u32 = 1 << 7;
    /// `%stat`
    pub const STAT: u32 = 1 << 8;
    /// `%lstat`
    pub const LSTAT: u32 = 1 << 9;
    /// `%fstat`: also `statx`-like calls on a directory descriptor.
    pub const FSTAT: u32 = 1 << 10;
    /// `%%stat`: all of the stat family.
    pub const STAT_LIKE: u32 = 1 << 11;
    /// `%statfs`
    pub const STATFS: u32 = 1 << 12;
    /// `%fstatfs`
    pub const FSTATFS: u32 = 1 << 13;
    /// `%%statfs`: all of the statfs family.
    pub const STATFS_LIKE: u32 = 1 << 14;
    /// `%pure`: no arguments and never fails.
    pub const PURE: u32 = 1 << 15;
    /// `%clock`
    pub const CLOCK: u32 = 1 << 16;
    /// `%clone`: creates a process or thread.
    pub const CLONE: u32 = 1 << 17;
}

/// A parameter of a call.
#[derive(Debug)]
pub struct Param {
    /// Its name as strace writes it (`-N`).
    pub name: &'static str,
    /// What it is.
    pub ty: Type,
}

impl Param {
    /// Its name as written by strace. In the table, names that are Rust keywords end in `_`.
    pub fn shown(&self) -> &'static str {
        self.name.trim_end_matches('_')
    }
}

/// A system call.
#[derive(Debug)]
pub struct Row {
    /// The name as strace writes it.
    pub name: &'static str,
    /// The name of its number: `__NR_read`.
    pub constant: &'static str,
    /// Its number on each ABI in the order of [`Abi::ALL`]; -1 if the ABI does not have it.
    pub numbers: [i32; 4],
    /// The classes it belongs to, bits of [`class`].
    pub classes: u32,
    /// Its parameters in order.
    pub params: &'static [Param],
    /// The type of its result; [`Type::Absent`] for a call that does not return.
    pub result: Type,
    /// What follows the result in parentheses: `(Timeout)`, `([{fd=3, revents=POLLIN}])`.
    pub note: Option<Type>,
}

impl Row {
    /// Whether the call fills in what its first argument points to.
    pub fn fills_first(&self) -> bool {
        fn fills(ty: &Type) -> bool {
            match ty {
                Type::Out(_) | Type::InOut(_) | Type::Moved(_) => true,
                Type::AtMost(_, _, ty) | Type::Verbose(ty) | Type::If(_, _, ty) => fills(ty),
                Type::Switch(_, _, default) | Type::SwitchBits(_, _, _, default) => fills(default),
                _ => false,
            }
        }
        self.params.first().is_some_and(|param| fills(&param.ty))
    }

    /// The register in which parameter `index` begins, and whether it takes two.
    pub fn register(&self, index: usize, abi: Abi) -> (usize, bool) {
        let mut at = 0;
        let mut skipped = None;
        for (i, param) in self.params.iter().enumerate() {
            let wide = abi.word() == 4 && is_wide(&param.ty);
            if wide && abi.pairs_are_even() && at % 2 == 1 {
                skipped = Some(at);
                at += 1;
            }
            if i == index {
                // There is no seventh register. fadvise64_64 has its last argument in the register that was left free; for
                // that, arm has a call of its own.
                return if at == REGISTERS { (skipped.unwrap_or(at), wide) } else { (at, wide) };
            }
            at += if wide || matches!(param.ty, Type::Pair(_)) { 2 } else { 1 };
        }
        (at, false)
    }

    /// The value of parameter `index` from the argument registers.
    pub fn argument(&self, index: usize, args: &[u64; 6], abi: Abi) -> u64 {
        let (first, wide) = self.register(index, abi);
        let word = |at: usize| args.get(at).copied().unwrap_or(0);
        let (low, high) = match self.params.get(index).map(|param| &param.ty) {
            Some(Type::Pair(First::High)) => (first + 1, Some(first)),
            Some(Type::Pair(First::Low)) => (first, Some(first + 1)),
            _ => (first, wide.then_some(first + 1)),
        };
        match (abi.word(), high) {
            (8, _) => word(first),
            (_, Some(high)) => (word(low) & 0xffff_ffff) | (word(high) << 32),
            (_, None) => word(low) & 0xffff_ffff,
        }
    }
}

/// In the table, names that are Rust keywords end in `_`.
#[doc(hidden)]
pub const fn without_underscore(name: &'static str) -> &'static str {
    match name.as_bytes() {
        [word @ .., b'_'] => match core::str::from_utf8(word) {
            Ok(word) => word,
            Err(_) => name,
        },
        _ => name,
    }
}

/// Whether a scalar argument takes two registers on a 32-bit ABI.
fn is_wide(ty: &Type) -> bool {
    match ty {
        Type::Int(w) | Type::Hex(w) | Type::Octal(w) | Type::Flags(w, _) | Type::Symbol(w, _) => {
            layout::width(*w, Abi::I386) == 8
        }
        _ => false,
    }
}

/// How many arguments of a call are in registers.
const REGISTERS: usize = 6;

/// A number in a row: a literal, or `-` if the ABI does not have the call.
#[macro_export]
#[doc(hidden)]
macro_rules! number {
    (-) => {
        -1
    };
    ($number:literal) => {
        $number
    };
}

/// Rows of the table. Inside types, parameter names stand for their index, so that a misspelt length does not
/// compile.
///
/// ```ignore
/// rows! { pub ROWS:
///     openat [257, 295, 56, 322] FILE|DESC (dirfd: Dirfd, path: In(&Path), flags: OPEN, mode: If(flags, O_CREAT, &Octal(U32))) -> Fd;
///     poll [7, 168, -, 168] DESC (fds: In(&Array(&Struct(&POLLFD), Arg(nfds))), nfds: Int(U32), timeout: Int(I32)) -> Int(I32) => POLL_NOTE;
/// }
/// ```
#[macro_export]
#[doc(hidden)]
macro_rules! rows {
    ($(#[$doc:meta])* pub $rows:ident: $(
        $name:ident [$($number:tt),*] $($class:ident)|* ($($param:ident: $ty:expr),* $(,)?) -> $result:expr $(=> $note:expr)?;
    )*) => {
        $(#[$doc])*
        pub const $rows: &[$crate::row::Row] = &[$({
            #[allow(dead_code, non_camel_case_types, clippy::upper_case_acronyms)]
            enum Index { $($param),* }
            $(#[allow(dead_code, non_upper_case_globals)] const $param: u8 = Index::$param as u8;)*
            $crate::row::Row {
                name: $crate::row::without_underscore(stringify!($name)),
                constant: $crate::row::without_underscore(concat!("__NR_", stringify!($name))),
                numbers: [$($crate::number!($number)),*],
                classes: 0 $(| $crate::row::class::$class)*,
                params: &[$($crate::row::Param { name: stringify!($param), ty: $ty }),*],
                result: $result,
                note: $crate::note!($($note)?),
            }
        }),*];
    };
}

/// The optional note of a row.
#[macro_export]
#[doc(hidden)]
macro_rules! note {
    () => {
        None
    };
    ($note:expr) => {
        Some($note)
    };
}
