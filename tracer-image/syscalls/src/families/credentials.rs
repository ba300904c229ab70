//! Who a process is: users, groups, capabilities.

use crate::{
    names::credentials::IDS,
    records::credentials::{HEADER, SETS},
    rows,
    types::{Type::*, *},
};

/// A user or group id: -1 means nobody.
static ID: Type = Symbol(U32, &IDS);
/// The id in calls without `32` in their name: 16 bits on 32-bit ABIs.
static SHORT_ID: Type = PerAbi(&SHORT_IDS);
static SHORT_IDS: [Type; 4] = [Symbol(U32, &IDS), Symbol(U16, &IDS), Symbol(U32, &IDS), Symbol(U16, &IDS)];

/// `NGROUPS_MAX` of `linux/limits.h`.
const GROUPS: u64 = 65_536;

rows! {
    /// Users, groups, capabilities.
    pub ROWS:
    getuid [102, 24, 174, 24] CREDS|PURE () -> Int(U32);
    getgid [104, 47, 176, 47] CREDS|PURE () -> Int(U32);
    geteuid [107, 49, 175, 49] CREDS|PURE () -> Int(U32);
    getegid [108, 50, 177, 50] CREDS|PURE () -> Int(U32);
    getuid32 [-, 199, -, 199] CREDS|PURE () -> Int(U32);
    getgid32 [-, 200, -, 200] CREDS|PURE () -> Int(U32);
    geteuid32 [-, 201, -, 201] CREDS|PURE () -> Int(U32);
    getegid32 [-, 202, -, 202] CREDS|PURE () -> Int(U32);
    getresuid [118, 165, 148, 165] CREDS (ruid: Out(&One(&SHORT_ID)), euid: Out(&One(&SHORT_ID)), suid: Out(&One(&SHORT_ID))) -> Int(I32);
    getresgid [120, 171, 150, 171] CREDS (ruid: Out(&One(&SHORT_ID)), euid: Out(&One(&SHORT_ID)), suid: Out(&One(&SHORT_ID))) -> Int(I32);
    getresuid32 [-, 209, -, 209] CREDS (ruid: Out(&One(&ID)), euid: Out(&One(&ID)), suid: Out(&One(&ID))) -> Int(I32);
    getresgid32 [-, 211, -, 211] CREDS (ruid: Out(&One(&ID)), euid: Out(&One(&ID)), suid: Out(&One(&ID))) -> Int(I32);
    setuid [105, 23, 146, 23] CREDS (uid: PerAbi(&SHORT_IDS)) -> Int(I32);
    setgid [106, 46, 144, 46] CREDS (uid: PerAbi(&SHORT_IDS)) -> Int(I32);
    setreuid [113, 70, 145, 70] CREDS (ruid: PerAbi(&SHORT_IDS), euid: PerAbi(&SHORT_IDS)) -> Int(I32);
    setregid [114, 71, 143, 71] CREDS (ruid: PerAbi(&SHORT_IDS), euid: PerAbi(&SHORT_IDS)) -> Int(I32);
    setresuid [117, 164, 147, 164] CREDS (ruid: PerAbi(&SHORT_IDS), euid: PerAbi(&SHORT_IDS), suid: PerAbi(&SHORT_IDS)) -> Int(I32);
    setresgid [119, 170, 149, 170] CREDS (ruid: PerAbi(&SHORT_IDS), euid: PerAbi(&SHORT_IDS), suid: PerAbi(&SHORT_IDS)) -> Int(I32);
    setfsuid [122, 138, 151, 138] CREDS (fsuid: PerAbi(&SHORT_IDS)) -> Int(U32);
    setfsgid [123, 139, 152, 139] CREDS (fsuid: PerAbi(&SHORT_IDS)) -> Int(U32);
    setuid32 [-, 213, -, 213] CREDS (uid: Symbol(U32, &IDS)) -> Int(I32);
    setgid32 [-, 214, -, 214] CREDS (uid: Symbol(U32, &IDS)) -> Int(I32);
    setreuid32 [-, 203, -, 203] CREDS (ruid: Symbol(U32, &IDS), euid: Symbol(U32, &IDS)) -> Int(I32);
    setregid32 [-, 204, -, 204] CREDS (ruid: Symbol(U32, &IDS), euid: Symbol(U32, &IDS)) -> Int(I32);
    setresuid32 [-, 208, -, 208] CREDS (ruid: Symbol(U32, &IDS), euid: Symbol(U32, &IDS), suid: Symbol(U32, &IDS)) -> Int(I32);
    setresgid32 [-, 210, -, 210] CREDS (ruid: Symbol(U32, &IDS), euid: Symbol(U32, &IDS), suid: Symbol(U32, &IDS)) -> Int(I32);
    setfsuid32 [-, 215, -, 215] CREDS (fsuid: Symbol(U32, &IDS)) -> Int(U32);
    setfsgid32 [-, 216, -, 216] CREDS (fsuid: Symbol(U32, &IDS)) -> Int(U32);
    getgroups [115, 80, 158, 80] CREDS (size: Int(I32), list: Out(&Array(&SHORT_ID, Len::Ret(size)))) -> Int(I32);
    setgroups [116, 81, 159, 81] CREDS (size: Int(I32), list: AtMost(size, GROUPS, &In(&Array(&SHORT_ID, Len::Arg(size))))) -> Int(I32);
    getgroups32 [-, 205, -, 205] CREDS (size: Int(I32), list: Out(&Array(&ID, Len::Ret(size)))) -> Int(I32);
    setgroups32 [-, 206, -, 206] CREDS (size: Int(I32), list: AtMost(size, GROUPS, &In(&Array(&ID, Len::Arg(size))))) -> Int(I32);
    capget [125, 184, 90, 184] CREDS (hdrp: In(&Struct(&HEADER)), datap: Out(&Custom(&SETS))) -> Int(I32);
    capset [126, 185, 91, 185] CREDS (hdrp: In(&Struct(&HEADER)), datap: In(&Custom(&SETS))) -> Int(I32);
}
