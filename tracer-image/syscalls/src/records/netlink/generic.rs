//! Attributes of `nlctrl`, which describes the families of generic netlink (`linux/genetlink.h`).

use crate::{
    names::netlink_protocols::CTRL_CMD,
    records::netlink::values::*,
    types::{Attributes, Flags, Type::*, *},
};

/// `CTRL_ATTR_*`
pub static CTRL: Attributes = Attributes {
    unknown: "CTRL_ATTR_???",
    types: &[
        (0, "CTRL_ATTR_UNSPEC", BYTES),
        (1, "CTRL_ATTR_FAMILY_ID", Hex(U16)),
        (2, "CTRL_ATTR_FAMILY_NAME", Str),
        (3, "CTRL_ATTR_VERSION", Int(U32)),
        (4, "CTRL_ATTR_HDRSIZE", Int(U32)),
        (5, "CTRL_ATTR_MAXATTR", Int(U32)),
        (6, "CTRL_ATTR_OPS", Attributes(&OPERATIONS)),
        (7, "CTRL_ATTR_MCAST_GROUPS", Attributes(&GROUPS)),
        (8, "CTRL_ATTR_POLICY", Attributes(&POLICIES)),
        (9, "CTRL_ATTR_OP_POLICY", Attributes(&OPERATION_POLICIES)),
        (10, "CTRL_ATTR_OP", Int(U32)),
    ],
};

/// The operations of a family, by index.
static OPERATIONS: Attributes =
    Attributes { unknown: "", types: &[(Attributes::ANY, "", Attributes(&OPERATION))] };

/// `CTRL_ATTR_OP_*`
static OPERATION: Attributes = Attributes {
    unknown: "CTRL_ATTR_OP_???",
    types: &[
        (0, "CTRL_ATTR_OP_UNSPEC", BYTES),
        (1, "CTRL_ATTR_OP_ID", Symbol(U32, &CTRL_CMD)),
        (2, "CTRL_ATTR_OP_FLAGS", Flags(U32, &GENL)),
    ],
};

/// The multicast groups of a family, by index.
static GROUPS: Attributes = Attributes { unknown: "", types: &[(Attributes::ANY, "", Attributes(&GROUP))] };

/// `CTRL_ATTR_MCAST_GRP_*`
static GROUP: Attributes = Attributes {
    unknown: "CTRL_ATTR_MCAST_GRP_???",
    types: &[
        (0, "CTRL_ATTR_MCAST_GRP_UNSPEC", BYTES),
        (1, "CTRL_ATTR_MCAST_GRP_NAME", Str),
        (2, "CTRL_ATTR_MCAST_GRP_ID", Hex(U32)),
    ],
};

/// Flags of an operation.
static GENL: Flags = Flags {
    unknown: "GENL_???",
    field: (0, &[]),
    bits: &[
        (1, "GENL_ADMIN_PERM"),
        (2, "GENL_CMD_CAP_DO"),
        (4, "GENL_CMD_CAP_DUMP"),
        (8, "GENL_CMD_CAP_HASPOL"),
        (0x10, "GENL_UNS_ADMIN_PERM"),
    ],
};

/// Policies by index, and their attributes.
static POLICIES: Attributes =
    Attributes { unknown: "", types: &[(Attributes::ANY, "", Attributes(&POLICY_OF))] };
static POLICY_OF: Attributes =
    Attributes { unknown: "", types: &[(Attributes::ANY, "", Attributes(&POLICY))] };

/// `NL_POLICY_TYPE_ATTR_*`
static POLICY: Attributes = Attributes {
    unknown: "NL_POLICY_TYPE_ATTR_???",
    types: &[
        (0, "NL_POLICY_TYPE_ATTR_UNSPEC", BYTES),
        (1, "NL_POLICY_TYPE_ATTR_TYPE", Symbol(U32, &NL_ATTR_TYPE)),
        (2, "NL_POLICY_TYPE_ATTR_MIN_VALUE_S", Int(I64)),
        (3, "NL_POLICY_TYPE_ATTR_MAX_VALUE_S", Int(I64)),
        (4, "NL_POLICY_TYPE_ATTR_MIN_VALUE_U", Int(U64)),
        (5, "NL_POLICY_TYPE_ATTR_MAX_VALUE_U", Int(U64)),
        (6, "NL_POLICY_TYPE_ATTR_MIN_LENGTH", Int(U32)),
        (7, "NL_POLICY_TYPE_ATTR_MAX_LENGTH", Int(U32)),
        (8, "NL_POLICY_TYPE_ATTR_POLICY_IDX", Hex(U32)),
        (9, "NL_POLICY_TYPE_ATTR_POLICY_MAXTYPE", Hex(U32)),
        (10, "NL_POLICY_TYPE_ATTR_BITFIELD32_MASK", Hex(U32)),
        (11, "NL_POLICY_TYPE_ATTR_PAD", BYTES),
        (12, "NL_POLICY_TYPE_ATTR_MASK", Hex(U64)),
    ],
};

/// Types of attributes.
static NL_ATTR_TYPE: Symbols = Symbols {
    unknown: "NL_ATTR_TYPE_???",
    names: &[
        (0, "NL_ATTR_TYPE_INVALID"),
        (1, "NL_ATTR_TYPE_FLAG"),
        (2, "NL_ATTR_TYPE_U8"),
        (3, "NL_ATTR_TYPE_U16"),
        (4, "NL_ATTR_TYPE_U32"),
        (5, "NL_ATTR_TYPE_U64"),
        (6, "NL_ATTR_TYPE_S8"),
        (7, "NL_ATTR_TYPE_S16"),
        (8, "NL_ATTR_TYPE_S32"),
        (9, "NL_ATTR_TYPE_S64"),
        (10, "NL_ATTR_TYPE_BINARY"),
        (11, "NL_ATTR_TYPE_STRING"),
        (12, "NL_ATTR_TYPE_NUL_STRING"),
        (13, "NL_ATTR_TYPE_NESTED"),
        (14, "NL_ATTR_TYPE_NESTED_ARRAY"),
        (15, "NL_ATTR_TYPE_BITFIELD32"),
        (16, "NL_ATTR_TYPE_SINT"),
        (17, "NL_ATTR_TYPE_UINT"),
    ],
};

/// The policies of an operation.
static OPERATION_POLICIES: Attributes =
    Attributes { unknown: "", types: &[(Attributes::ANY, "", Attributes(&OPERATION_POLICY))] };

/// `CTRL_ATTR_POLICY_*`
static OPERATION_POLICY: Attributes = Attributes {
    unknown: "CTRL_ATTR_POLICY_???",
    types: &[
        (0, "CTRL_ATTR_POLICY_UNSPEC", BYTES),
        (1, "CTRL_ATTR_POLICY_DO", Int(U32)),
        (2, "CTRL_ATTR_POLICY_DUMP", Int(U32)),
    ],
};
