//! The calling conventions (ABIs) that a tracee can use, and what differs between them.

use serde::{Deserialize, Serialize};

/// One way of making system calls: its own numbers, register widths and structure layouts.
///
/// The order is the order of the numbers in a row of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[repr(u8)]
pub enum Abi {
    /// 64-bit x86.
    X86_64,
    /// 32-bit x86, also as a compat tracee of an x86_64 kernel.
    I386,
    /// 64-bit Arm; numbers of `asm-generic/unistd.h`.
    Aarch64,
    /// 32-bit Arm EABI, also as a compat tracee of an arm64 kernel.
    Arm,
}

impl Abi {
    /// Every ABI, in the order of a row's numbers.
    pub const ALL: [Abi; 4] = [Abi::X86_64, Abi::I386, Abi::Aarch64, Abi::Arm];

    /// The position in a row's numbers.
    pub const fn index(self) -> usize {
        self as usize
    }

    /// Size of a pointer and of a C `long`, in bytes.
    pub const fn word(self) -> usize {
        match self {
            Abi::X86_64 | Abi::Aarch64 => 8,
            Abi::I386 | Abi::Arm => 4,
        }
    }

    /// Alignment of a 64-bit scalar inside a structure, in bytes (the i386 psABI says 4).
    pub const fn align_of_u64(self) -> usize {
        match self {
            Abi::I386 => 4,
            _ => 8,
        }
    }

    /// Whether a 64-bit scalar in two registers must begin at an even one (AAPCS section 6.5).
    pub const fn pairs_are_even(self) -> bool {
        matches!(self, Abi::Arm)
    }

    /// Its number in what the kernel says of a call (`AUDIT_ARCH_*` of linux/audit.h).
    pub const fn audit(self) -> u32 {
        match self {
            Abi::X86_64 => 0xc000_003e,
            Abi::I386 => 0x4000_0003,
            Abi::Aarch64 => 0xc000_00b7,
            Abi::Arm => 0x4000_0028,
        }
    }

    /// What the kernel's sources call it.
    pub const fn name(self) -> &'static str {
        match self {
            Abi::X86_64 => "x86_64",
            Abi::I386 => "i386",
            Abi::Aarch64 => "aarch64",
            Abi::Arm => "arm",
        }
    }

    /// The name as strace writes it in `-e trace=CALL@ABI`.
    pub const fn personality(self) -> &'static str {
        match self {
            Abi::X86_64 | Abi::Aarch64 => "64",
            Abi::I386 | Abi::Arm => "32",
        }
    }
}
