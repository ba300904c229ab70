//! Which nodes memory comes from.

use crate::{
    names::numa::*,
    records::memory::PAGE_STATUS,
    rows,
    types::{Type::*, *},
};

/// A set of nodes, in words.
macro_rules! nodes {
    ($direction:ident, $maxnode:ident) => {
        Switch($maxnode, &[(1, Addr)], &$direction(&Array(&Padded(Ulong), Len::Bits($maxnode))))
    };
}

rows! {
    /// Which nodes memory comes from.
    pub ROWS:
    mbind [237, 274, 235, 319] MEMORY (addr: Addr, len: Int(Ulong), mode: Flags(Ulong, &MODE), nodemask: nodes!(In, maxnode), maxnode: Int(Ulong), flags: Flags(U32, &BIND)) -> Int(I32);
    set_mempolicy [238, 276, 237, 321] MEMORY (mode: Flags(U32, &MODE), nodemask: nodes!(In, maxnode), maxnode: Int(Ulong)) -> Int(I32);
    get_mempolicy [239, 275, 236, 320] MEMORY (mode: Out(&One(&Symbol(U32, &POLICY))), nodemask: nodes!(Out, maxnode), maxnode: Int(Ulong), addr: Addr, flags: Flags(Ulong, &ASKED)) -> Int(I32);
    set_mempolicy_home_node [450, 450, 450, 450] MEMORY (start: Addr, len: Int(Ulong), home_node: Int(Ulong), flags: Hex(Ulong)) -> Int(I32);
    migrate_pages [256, 294, 238, 400] MEMORY (pid: Pid, maxnode: Int(Ulong), old_nodes: nodes!(In, maxnode), new_nodes: nodes!(In, maxnode)) -> Int(Long);
    move_pages [279, 317, 239, 344] MEMORY (pid: Pid, count: Int(Ulong), pages: In(&Array(&Addr, Len::Arg(count))), nodes: In(&Array(&Int(I32), Len::Arg(count))), status: Out(&Array(&Custom(&PAGE_STATUS), Len::Arg(count))), flags: Flags(U32, &MOVE)) -> Int(Long);
}
