//! Scheduling: policies, priorities, CPUs.

use crate::{
    names::{process::PRIORITY, schedule::*},
    records::{
        schedule::*,
        time::{TIMESPEC, TIMESPEC64},
    },
    rows,
    types::{Type::*, *},
};

rows! {
    /// Policies, priorities, CPUs.
    pub ROWS:
    rseq_slice_yield [471, 471, 471, 471] () -> Int(I32);
    sched_yield [24, 158, 124, 158] () -> Int(I32);
    sched_setscheduler [144, 156, 119, 156] (pid: Pid, policy: Symbol(I32, &POLICIES_AND_FLAG), param: In(&Struct(&PARAMETER))) -> Int(I32);
    sched_getscheduler [145, 157, 120, 157] (pid: Pid) -> Hex(I32) => Symbol(I32, &POLICIES_AND_FLAG);
    sched_setparam [142, 154, 118, 154] (pid: Pid, param: In(&Struct(&PARAMETER))) -> Int(I32);
    sched_getparam [143, 155, 121, 155] (pid: Pid, param: Out(&Struct(&PARAMETER))) -> Int(I32);
    sched_setattr [314, 351, 274, 380] (pid: Pid, attr: In(&SwitchAt(0, u64::MAX, &[(0, Struct(&FIRST_ATTRIBUTES))], &Extensible(&ATTRIBUTES, Len::AtArg(attr), 4))), flags: Hex(U32)) -> Int(I32);
    sched_getattr [315, 352, 275, 381] (pid: Pid, attr: Out(&Extensible(&ATTRIBUTES_HELD, Len::AtArg(attr), 4)), size: Int(U32), flags: Flags(U32, &GETATTR_FLAGS)) -> Int(I32);
    sched_get_priority_max [146, 159, 125, 159] (policy: Symbol(I32, &POLICIES)) -> Int(I32);
    sched_get_priority_min [147, 160, 126, 160] (policy: Symbol(I32, &POLICIES)) -> Int(I32);
    sched_rr_get_interval [148, 161, 127, 161] (pid: Pid, tp: Out(&Struct(&TIMESPEC))) -> Int(I32);
    sched_rr_get_interval_time64 [-, 423, -, 423] (pid: Pid, tp: Out(&Struct(&TIMESPEC64))) -> Int(I32);
    sched_setaffinity [203, 241, 122, 241] (pid: Pid, cpusetsize: Int(U32), mask: In(&Sized(&CPUS, Len::Most(cpusetsize, 129)))) -> Int(I32);
    sched_getaffinity [204, 242, 123, 242] (pid: Pid, cpusetsize: Int(U32), mask: Out(&Sized(&CPUS, Len::Ret(cpusetsize)))) -> Int(I32);
    getpriority [140, 96, 141, 96] (which: Symbol(I32, &PRIORITY), who: Switch(which, &[(0, Pid), (1, Group)], &Int(I32))) -> Int(I32);
    setpriority [141, 97, 140, 97] (which: Symbol(I32, &PRIORITY), who: Switch(which, &[(0, Pid), (1, Group)], &Int(I32)), prio: Int(I32)) -> Int(I32);
    nice [-, 34, -, 34] (inc: Int(I32)) -> Int(I32);
    ioprio_get [252, 290, 31, 315] (which: Symbol(I32, &IOPRIO_WHO), who: Switch(which, &[(0, Pid), (1, Group)], &Int(I32))) -> Int(I32) => Custom(&IOPRIO);
    ioprio_set [251, 289, 30, 314] (which: Symbol(I32, &IOPRIO_WHO), who: Switch(which, &[(0, Pid), (1, Group)], &Int(I32)), ioprio: Custom(&IOPRIO)) -> Int(I32);
}
