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
    /// x86_64's registers and most of its numbers, with 32-bit pointers: see [`crate::x32`].
    X32,
}

impl Abi {
    /// The one of this program.
    #[cfg(target_arch = "x86_64")]
    pub const NATIVE: Abi = Abi::X86_64;
    /// The one of this program.
    #[cfg(target_arch = "aarch64")]
    pub const NATIVE: Abi = Abi::Aarch64;
    /// The ABIs that have their own numbers in a row, in that order.
    pub const ALL: [Abi; 4] = [Abi::X86_64, Abi::I386, Abi::Aarch64, Abi::Arm];

    /// Every ABI, including x32, whose numbers follow from x86_64's.
    pub const EVERY: [Abi; 5] = [Abi::X86_64, Abi::I386, Abi::Aarch64, Abi::Arm, Abi::X32];

    /// The index into a row's numbers, and into other per-ABI data.
    pub const fn index(self) -> usize {
        match self {
            Abi::X32 => Abi::X86_64 as usize,
            other => other as usize,
        }
    }

    /// The ABI of a call, from what the kernel reports about it.
    pub fn of_call(audit: u32, number: u64) -> Option<Abi> {
        match Abi::ALL.into_iter().find(|abi| abi.audit() == audit) {
            Some(Abi::X86_64) if is_x32(number) => Some(Abi::X32),
            other => other,
        }
    }

    /// Size of a register and of what the kernel calls a `long`, in bytes.
    pub const fn word(self) -> usize {
        match self {
            Abi::X86_64 | Abi::Aarch64 | Abi::X32 => 8,
            Abi::I386 | Abi::Arm => 4,
        }
    }

    /// Size of a pointer and of a `size_t` in memory, in bytes.
    pub const fn pointer(self) -> usize {
        match self {
            Abi::X32 => 4,
            other => other.word(),
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

    /// Its number in the kernel's report of a call (`AUDIT_ARCH_*` of linux/audit.h).
    pub const fn audit(self) -> u32 {
        match self {
            Abi::X86_64 | Abi::X32 => 0xc000_003e,
            Abi::I386 => 0x4000_0003,
            Abi::Aarch64 => 0xc000_00b7,
            Abi::Arm => 0x4000_0028,
        }
    }

    /// Its name in the kernel's sources.
    pub const fn name(self) -> &'static str {
        match self {
            Abi::X86_64 => "x86_64",
            Abi::I386 => "i386",
            Abi::Aarch64 => "aarch64",
            Abi::Arm => "arm",
            Abi::X32 => "x32",
        }
    }

    /// The mode in which, as strace puts it, a process runs.
    pub const fn mode(self) -> &'static str {
        match self {
            Abi::X86_64 | Abi::Aarch64 => "64 bit",
            Abi::I386 | Abi::Arm => "32 bit",
            Abi::X32 => "x32",
        }
    }

    /// Its name in strace's `-e trace=CALL@ABI`.
    pub const fn personality(self) -> &'static str {
        match self {
            Abi::X86_64 | Abi::Aarch64 => "64",
            Abi::I386 | Abi::Arm => "32",
            Abi::X32 => "x32",
        }
    }
}

/// `__X32_SYSCALL_BIT` of asm/unistd.h: it marks a call as x32.
pub const X32_BIT: u64 = 1 << 30;

/// Whether a number is x32's.
pub const fn is_x32(number: u64) -> bool {
    number >> 30 == 1
}
