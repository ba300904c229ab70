//! Virtual machines, trusted execution environments, counters, supervisors: `linux/kvm.h`, `linux/tee.h`, `linux/counter.h`,
//! `linux/udmabuf.h`, `linux/seccomp.h`.

use crate::{
    decode::Decode,
    gather::Gather,
    names::{audit::ARCHITECTURES, machines::*},
    records::{disks::UUID, siginfo::call_number},
    snapshot::{Phase, Place},
    types::{
        Custom, Field, I32, Len, Record,
        Type::{self, *},
        U8, U16, U32, U64, When,
    },
    value::Value,
};
use alloc::boxed::Box;

/// `struct tee_ioctl_version_data`
pub static TEE_VERSION: Record = Record {
    name: "tee_ioctl_version_data",
    fields: &[
        Field::new("impl_id", Symbol(U32, &TEE_IMPLEMENTATIONS)),
        Field::new("impl_caps", Switch(0, &[(1, Flags(U32, &TEE_OPTEE))], &Hex(U32))),
        Field::new("gen_caps", Flags(U32, &TEE_CAPABILITIES)),
    ],
};

/// `struct tee_ioctl_shm_alloc_data`
pub static TEE_MEMORY: Record = Record {
    name: "tee_ioctl_shm_alloc_data",
    fields: &[
        Field::new("size", Hex(U64)),
        Field::new("flags", Flags(U32, &TEE_SHARED)),
        Field::new("id", Int(I32)),
    ],
};

/// `struct tee_ioctl_shm_register_fd_data`
pub static TEE_MEMORY_FD: Record = Record {
    name: "tee_ioctl_shm_register_fd_data",
    fields: &[
        Field::new("fd", Fd),
        Field::padding(Int(U32)),
        Field::new("size", Hex(U64)),
        Field::new("flags", Flags(U32, &TEE_SHARED)),
        Field::new("id", Int(I32)),
    ],
};

/// `struct tee_ioctl_shm_register_data`
pub static TEE_MEMORY_OURS: Record = Record {
    name: "tee_ioctl_shm_register_data",
    fields: &[
        Field::new("addr", Wide(&Addr)),
        Field::new("length", Hex(U64)),
        Field::new("flags", Flags(U32, &TEE_SHARED)),
        Field::new("id", Int(I32)),
    ],
};

/// `struct tee_ioctl_cancel_arg`
pub static TEE_CANCEL: Record = Record {
    name: "tee_ioctl_cancel_arg",
    fields: &[Field::new("cancel_id", Int(U32)), Field::new("session", Hex(U32))],
};

/// `struct tee_ioctl_close_session_arg`
pub static TEE_CLOSE: Record =
    Record { name: "tee_ioctl_close_session_arg", fields: &[Field::new("session", Hex(U32))] };

/// The numbers of a parameter, by type: value, memory, buffer or object.
macro_rules! by_kind {
    ($value:expr, $memory:expr, $buffer:expr, $object:expr) => {
        Switch(
            0,
            &[
                (0, Absent),
                (5, $memory),
                (6, $memory),
                (7, $memory),
                (8, $buffer),
                (9, $buffer),
                (10, $buffer),
                (11, $object),
                (12, $object),
                (13, $object),
            ],
            &$value,
        )
    };
}
const NUMBER: Type = Hex(U64);

/// `struct tee_ioctl_param`
static TEE_PARAMETER: Record = Record {
    name: "tee_ioctl_param",
    fields: &[
        Field::new("attr", Mixed(U32, &TEE_PARAMETERS, 0xffff_feff, &TEE_META)),
        Field::padding(Int(U32)),
        Field::new("a", Over(&by_kind!(NUMBER, Absent, Absent, Absent))),
        Field::new("shm_offs", Over(&by_kind!(Absent, NUMBER, Absent, Absent))),
        Field::new("obj_id", Over(&by_kind!(Absent, Absent, Absent, NUMBER))),
        Field::new("buf", Over(&by_kind!(Absent, Absent, NUMBER, Absent))),
        Field::padding(NUMBER),
        Field::new("b", Over(&by_kind!(NUMBER, Absent, Absent, Absent))),
        Field::new("flags", Over(&by_kind!(Absent, Absent, Absent, NUMBER))),
        Field::new("size", Over(&by_kind!(Absent, NUMBER, NUMBER, Absent))),
        Field::padding(NUMBER),
        Field::new("c", Over(&by_kind!(NUMBER, Absent, Absent, Absent))),
        Field::new("shm_id", Over(&by_kind!(Absent, Int(U64), Absent, Absent))),
        Field::padding(NUMBER),
    ],
};

/// The parameters at the end of an argument; the field with this index says how many.
macro_rules! parameters {
    ($count:literal) => {
        Switch($count, &[(0, Literal("NULL"))], &Array(&Struct(&TEE_PARAMETER), Len::Arg($count)))
    };
}

/// `struct tee_ioctl_open_session_arg`
static TEE_OPEN: Record = Record {
    name: "tee_ioctl_open_session_arg",
    fields: &[
        Field::new("uuid", Custom(&UUID)),
        Field::new(
            "clnt_uuid",
            Switch(
                2,
                &[(0, Absent), (1, Absent), (2, Int(U32)), (4, Absent), (5, Absent), (6, Int(U32))],
                &Array(&Hex(U8), Len::Fixed(16)),
            ),
        ),
        Field::new("clnt_login", Symbol(U32, &TEE_LOGINS)),
        Field::new("cancel_id", Int(U32)),
        Field::new("session", Hex(U32)),
        Field::new("ret", Int(U32)),
        Field::new("ret_origin", Symbol(U32, &TEE_ORIGINS)),
        Field::new("num_params", Int(U32)),
        Field::new("params", parameters!(7)),
    ],
};

/// `struct tee_ioctl_invoke_arg`
static TEE_INVOKE: Record = Record {
    name: "tee_ioctl_invoke_arg",
    fields: &[
        Field::new("func", Int(U32)),
        Field::new("session", Hex(U32)),
        Field::new("cancel_id", Int(U32)),
        Field::new("ret", Int(U32)),
        Field::new("ret_origin", Symbol(U32, &TEE_ORIGINS)),
        Field::new("num_params", Int(U32)),
        Field::new("params", parameters!(5)),
    ],
};

/// `struct tee_iocl_supp_recv_arg`
static TEE_RECEIVE: Record = Record {
    name: "tee_iocl_supp_recv_arg",
    fields: &[
        Field::new("func", Int(U32)),
        Field::new("num_params", Int(U32)),
        Field::new("params", parameters!(1)),
    ],
};

/// `struct tee_iocl_supp_send_arg`
static TEE_SEND: Record = Record {
    name: "tee_iocl_supp_send_arg",
    fields: &[
        Field::new("ret", Int(U32)),
        Field::new("num_params", Int(U32)),
        Field::new("params", parameters!(1)),
    ],
};

/// A buffer that contains an argument, before and after the call. Its length must match the argument with its
/// parameters.
macro_rules! tee_buffer {
    ($name:literal, $size:literal, $record:ident, $given:expr, $told:expr) => {
        Custom {
            name: $name,
            size: 8,
            when: When::Exit,
            gather: |gather: &mut Gather<'_>, place| {
                const WHOLE: Type = Struct(&$record);
                gather.follow(&WHOLE, place, Phase::Entry);
                if gather.scope.phase == Phase::Exit {
                    gather.follow(&WHOLE, place, Phase::Exit);
                }
            },
            decode: |decode: &mut Decode<'_>, place| {
                const GIVEN: Type = Ordered(&$record, &$given);
                const TOLD: Type = Ordered(&$record, &$told);
                tee_value(decode, place, $size, (&GIVEN, &TOLD))
            },
        }
    };
}

fn tee_value(
    decode: &mut Decode<'_>,
    place: Place,
    size: u64,
    (given, told): (&'static Type, &'static Type),
) -> Value {
    let addr = decode.scope.load(place, U64).unwrap_or(0);
    // The number of parameters is the last word before the parameters.
    let count = Place::Memory { addr: addr.wrapping_add(size - 4), phase: Phase::Entry };
    let count = decode.scope.load(count, U32).unwrap_or(0);
    if decode.scope.sibling(1) != size + 32 * count {
        return Value::Addr(addr);
    }
    let Some(before) = decode.try_value(given, Place::Memory { addr, phase: Phase::Entry }) else {
        return Value::Addr(addr);
    };
    match decode.scope.snapshot.success() {
        None => before,
        Some(_) => {
            let after = decode.value(told, Place::Memory { addr, phase: Phase::Exit });
            Value::Changed(Box::new(before), Box::new(after))
        }
    }
}

static TEE_OPEN_BUFFER: Custom = tee_buffer!(
    "argument of TEE_IOC_OPEN_SESSION",
    56,
    TEE_OPEN,
    ["uuid", "clnt_login", "clnt_uuid", "cancel_id", "num_params", "params"],
    ["session", "ret", "ret_origin", "params"]
);
static TEE_INVOKE_BUFFER: Custom = tee_buffer!(
    "argument of TEE_IOC_INVOKE",
    24,
    TEE_INVOKE,
    ["func", "session", "cancel_id", "num_params", "params"],
    ["ret", "ret_origin", "params"]
);
static TEE_RECEIVE_BUFFER: Custom = tee_buffer!(
    "argument of TEE_IOC_SUPPL_RECV",
    8,
    TEE_RECEIVE,
    ["func", "num_params", "params"],
    ["num_params", "params"]
);
static TEE_SEND_BUFFER: Custom =
    tee_buffer!("argument of TEE_IOC_SUPPL_SEND", 8, TEE_SEND, ["num_params", "params"], ["ret", "params"]);

/// `struct tee_ioctl_buf_data` around such a buffer.
macro_rules! tee_call {
    ($name:ident, $buffer:ident) => {
        /// `struct tee_ioctl_buf_data`
        pub static $name: Record = Record {
            name: stringify!($name),
            fields: &[Field::new("buf_ptr", Custom(&$buffer)), Field::new("buf_len", Int(U64))],
        };
    };
}
tee_call!(TEE_OPENS, TEE_OPEN_BUFFER);
tee_call!(TEE_INVOKES, TEE_INVOKE_BUFFER);
tee_call!(TEE_RECEIVES, TEE_RECEIVE_BUFFER);
tee_call!(TEE_SENDS, TEE_SEND_BUFFER);

/// `struct kvm_userspace_memory_region`
pub static KVM_REGION: Record = Record {
    name: "kvm_userspace_memory_region",
    fields: &[
        Field::new("slot", Int(U32)),
        Field::new("flags", Flags(U32, &KVM_MEMORY)),
        Field::new("guest_phys_addr", Hex(U64)),
        Field::new("memory_size", Int(U64)),
        Field::new("userspace_addr", Hex(U64)),
    ],
};

/// `struct kvm_cpuid_entry2`
static KVM_CPUID_ENTRY: Record = Record {
    name: "kvm_cpuid_entry2",
    fields: &[
        Field::new("function", Hex(U32)),
        Field::new("index", Hex(U32)),
        Field::new("flags", Flags(U32, &KVM_CPUID)),
        Field::new("eax", Hex(U32)),
        Field::new("ebx", Hex(U32)),
        Field::new("ecx", Hex(U32)),
        Field::new("edx", Hex(U32)),
        Field::padding(Chars(12)),
    ],
};

/// `struct kvm_cpuid2`
pub static KVM_CPUIDS: Record = Record {
    name: "kvm_cpuid2",
    fields: &[
        Field::new("nent", Int(U32)),
        Field::padding(Int(U32)),
        Field::new(
            "entries",
            ByVerbosity(
                &Switch(0, &[(0, Literal("[]"))], &Literal("[...]")),
                &Array(&Struct(&KVM_CPUID_ENTRY), Len::Arg(0)),
            ),
        ),
    ],
};

/// `struct kvm_regs` of x86.
static KVM_REGISTERS_WHOLE: Record = Record {
    name: "kvm_regs",
    fields: &[
        Field::new("rax", NUMBER),
        Field::new("rbx", NUMBER),
        Field::new("rcx", NUMBER),
        Field::new("rdx", NUMBER),
        Field::new("rsi", NUMBER),
        Field::new("rdi", NUMBER),
        Field::new("rsp", NUMBER),
        Field::new("rbp", NUMBER),
        Field::new("r8", NUMBER),
        Field::new("r9", NUMBER),
        Field::new("r10", NUMBER),
        Field::new("r11", NUMBER),
        Field::new("r12", NUMBER),
        Field::new("r13", NUMBER),
        Field::new("r14", NUMBER),
        Field::new("r15", NUMBER),
        Field::new("rip", NUMBER),
        Field::new("rflags", NUMBER),
    ],
};

/// The registers that are written without `-v`.
static KVM_REGISTERS_SOME: Record = Record {
    name: "kvm_regs, some",
    fields: &[
        Field::new("rax", NUMBER),
        Field::new("", Literal("...")),
        Field::padding(Array(&NUMBER, Len::Fixed(5))),
        Field::new("rsp", NUMBER),
        Field::new("rbp", NUMBER),
        Field::new("", Literal("...")),
        Field::padding(Array(&NUMBER, Len::Fixed(8))),
        Field::new("rip", NUMBER),
        Field::new("rflags", NUMBER),
    ],
};
/// Registers of a virtual processor.
pub const KVM_REGISTERS: Type = ByVerbosity(&Struct(&KVM_REGISTERS_SOME), &Struct(&KVM_REGISTERS_WHOLE));

/// `struct kvm_segment` of x86.
static KVM_SEGMENT: Record = Record {
    name: "kvm_segment",
    fields: &[
        Field::new("base", NUMBER),
        Field::new("limit", Int(U32)),
        Field::new("selector", Int(U16)),
        Field::new("type", Int(U8)),
        Field::new("present", Int(U8)),
        Field::new("dpl", Int(U8)),
        Field::new("db", Int(U8)),
        Field::new("s", Int(U8)),
        Field::new("l", Int(U8)),
        Field::new("g", Int(U8)),
        Field::new("avl", Int(U8)),
        Field::padding(Int(U16)),
    ],
};

/// `struct kvm_dtable` of x86.
static KVM_TABLE: Record = Record {
    name: "kvm_dtable",
    fields: &[Field::new("base", NUMBER), Field::new("limit", Int(U16)), Field::padding(Chars(6))],
};

/// `struct kvm_sregs` of x86.
pub static KVM_SPECIAL: Record = Record {
    name: "kvm_sregs",
    fields: &[
        Field::new("cs", Struct(&KVM_SEGMENT)),
        Field::verbose("ds", Struct(&KVM_SEGMENT)),
        Field::verbose("es", Struct(&KVM_SEGMENT)),
        Field::verbose("fs", Struct(&KVM_SEGMENT)),
        Field::verbose("gs", Struct(&KVM_SEGMENT)),
        Field::verbose("ss", Struct(&KVM_SEGMENT)),
        Field::verbose("tr", Struct(&KVM_SEGMENT)),
        Field::verbose("ldt", Struct(&KVM_SEGMENT)),
        Field::verbose("gdt", Struct(&KVM_TABLE)),
        Field::verbose("idt", Struct(&KVM_TABLE)),
        Field::verbose("cr0", Int(U64)),
        Field::verbose("cr2", Int(U64)),
        Field::verbose("cr3", Int(U64)),
        Field::verbose("cr4", Int(U64)),
        Field::verbose("cr8", Int(U64)),
        Field::verbose("efer", Int(U64)),
        Field::verbose("apic_base", NUMBER),
        Field::verbose("interrupt_bitmap", Array(&NUMBER, Len::Fixed(4))),
    ],
};

/// `struct counter_component`
static COUNTER_COMPONENT: Record = Record {
    name: "counter_component",
    fields: &[
        Field::new("type", Symbol(U8, &COUNTER_COMPONENTS)),
        Field::new("scope", Symbol(U8, &COUNTER_SCOPES)),
        Field::new("parent", Int(U8)),
        Field::new("id", Int(U8)),
    ],
};

/// `struct counter_watch`
pub static COUNTER_WATCH: Record = Record {
    name: "counter_watch",
    fields: &[
        Field::new("component", Struct(&COUNTER_COMPONENT)),
        Field::new("event", Symbol(U8, &COUNTER_EVENTS)),
        Field::new("channel", Int(U8)),
    ],
};

/// `struct udmabuf_create`
pub static DMA_BUFFER: Record = Record {
    name: "udmabuf_create",
    fields: &[
        Field::new("memfd", Fd),
        Field::new("flags", Flags(U32, &UDMABUF)),
        Field::new("offset", Int(U64)),
        Field::new("size", Int(U64)),
    ],
};

/// `struct udmabuf_create_item`
static DMA_ITEM: Record = Record {
    name: "udmabuf_create_item",
    fields: &[
        Field::new("memfd", Fd),
        Field::padding(Int(U32)),
        Field::new("offset", Int(U64)),
        Field::new("size", Int(U64)),
    ],
};

/// `struct udmabuf_create_list`
pub static DMA_LIST: Record = Record {
    name: "udmabuf_create_list",
    fields: &[
        Field::new("flags", Flags(U32, &UDMABUF)),
        Field::new("count", Int(U32)),
        Field::new("list", Array(&Struct(&DMA_ITEM), Len::Arg(1))),
    ],
};

/// The number of a call, on the architecture in the field after it.
static CALL: Custom = Custom::inside("number of a call", 4, |decode: &mut Decode<'_>, place| {
    let number = decode.scope.load(place, U32).unwrap_or(0);
    let (own, arch) = (decode.scope.abi(), decode.scope.sibling(1));
    call_number(own, arch, number, decode.names())
});

/// `struct seccomp_data`
static CALL_FILTERED: Record = Record {
    name: "seccomp_data",
    fields: &[
        Field::new("nr", Custom(&CALL)),
        Field::new("arch", Symbol(U32, &ARCHITECTURES)),
        Field::new("instruction_pointer", Wide(&Addr)),
        Field::new("args", Array(&NUMBER, Len::Fixed(6))),
    ],
};

/// `struct seccomp_notif`
static CALL_NOTICE: Record = Record {
    name: "seccomp_notif",
    fields: &[
        Field::new("id", NUMBER),
        Field::new("pid", Pid),
        Field::new("flags", Hex(U32)),
        Field::new("data", Struct(&CALL_FILTERED)),
    ],
};
const NOTICE: Type = Struct(&CALL_NOTICE);

/// `struct seccomp_notif` that the kernel fills in. The kernel requires it to be zero, so its previous contents are
/// written only if they are not.
pub static NOTIFICATION: Custom = Custom {
    name: "seccomp_notif",
    size: 0,
    when: When::Exit,
    gather: |gather: &mut Gather<'_>, place| {
        gather.follow(&NOTICE, place, Phase::Entry);
        if gather.scope.phase == Phase::Exit {
            gather.follow(&NOTICE, place, Phase::Exit);
        }
    },
    decode: |decode: &mut Decode<'_>, place| {
        let addr = decode.scope.pointer(place).unwrap_or(0);
        let bytes = decode.scope.bytes(Phase::Entry, addr, 80);
        if bytes.len() < 80 {
            return Value::Addr(addr);
        }
        let after = match decode.scope.snapshot.success() {
            None => Value::Addr(addr),
            Some(_) => decode.value(&NOTICE, Place::Memory { addr, phase: Phase::Exit }),
        };
        if bytes.iter().all(|byte| *byte == 0) {
            return after;
        }
        let before = decode.value(&NOTICE, Place::Memory { addr, phase: Phase::Entry });
        Value::Changed(Box::new(before), Box::new(after))
    },
};
