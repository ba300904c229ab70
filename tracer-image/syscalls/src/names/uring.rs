//! `io_uring(7)`.

use crate::types::{Flags, Symbols};

/// `flags` of `io_uring_setup(2)`.
pub static URING_SETUP: Flags = Flags {
    unknown: "IORING_SETUP_???",
    field: (0, &[]),
    bits: &[
        (1, "IORING_SETUP_IOPOLL"),
        (2, "IORING_SETUP_SQPOLL"),
        (4, "IORING_SETUP_SQ_AFF"),
        (8, "IORING_SETUP_CQSIZE"),
        (0x10, "IORING_SETUP_CLAMP"),
        (0x20, "IORING_SETUP_ATTACH_WQ"),
        (0x40, "IORING_SETUP_R_DISABLED"),
        (0x80, "IORING_SETUP_SUBMIT_ALL"),
        (0x100, "IORING_SETUP_COOP_TASKRUN"),
        (0x200, "IORING_SETUP_TASKRUN_FLAG"),
        (0x400, "IORING_SETUP_SQE128"),
        (0x800, "IORING_SETUP_CQE32"),
        (0x1000, "IORING_SETUP_SINGLE_ISSUER"),
        (0x2000, "IORING_SETUP_DEFER_TASKRUN"),
        (0x4000, "IORING_SETUP_NO_MMAP"),
        (0x8000, "IORING_SETUP_REGISTERED_FD_ONLY"),
        (0x10000, "IORING_SETUP_NO_SQARRAY"),
        (0x20000, "IORING_SETUP_HYBRID_IOPOLL"),
        (0x40000, "IORING_SETUP_CQE_MIXED"),
        (0x80000, "IORING_SETUP_SQE_MIXED"),
        (0x100000, "IORING_SETUP_SQ_REWIND"),
    ],
};

/// `features` of `io_uring_setup(2)`.
pub static URING_FEATURES: Flags = Flags {
    unknown: "IORING_FEAT_???",
    field: (0, &[]),
    bits: &[
        (1, "IORING_FEAT_SINGLE_MMAP"),
        (2, "IORING_FEAT_NODROP"),
        (4, "IORING_FEAT_SUBMIT_STABLE"),
        (8, "IORING_FEAT_RW_CUR_POS"),
        (0x10, "IORING_FEAT_CUR_PERSONALITY"),
        (0x20, "IORING_FEAT_FAST_POLL"),
        (0x40, "IORING_FEAT_POLL_32BITS"),
        (0x80, "IORING_FEAT_SQPOLL_NONFIXED"),
        (0x100, "IORING_FEAT_EXT_ARG"),
        (0x200, "IORING_FEAT_NATIVE_WORKERS"),
        (0x400, "IORING_FEAT_RSRC_TAGS"),
        (0x800, "IORING_FEAT_CQE_SKIP"),
        (0x1000, "IORING_FEAT_LINKED_FILE"),
        (0x2000, "IORING_FEAT_REG_REG_RING"),
        (0x4000, "IORING_FEAT_RECVSEND_BUNDLE"),
        (0x8000, "IORING_FEAT_MIN_TIMEOUT"),
        (0x10000, "IORING_FEAT_RW_ATTR"),
        (0x20000, "IORING_FEAT_NO_IOWAIT"),
    ],
};

/// `io_uring_enter(2)`.
pub static URING_ENTER: Flags = Flags {
    unknown: "IORING_ENTER_???",
    field: (0, &[]),
    bits: &[
        (1, "IORING_ENTER_GETEVENTS"),
        (2, "IORING_ENTER_SQ_WAKEUP"),
        (4, "IORING_ENTER_SQ_WAIT"),
        (8, "IORING_ENTER_EXT_ARG"),
        (0x10, "IORING_ENTER_REGISTERED_RING"),
        (0x20, "IORING_ENTER_ABS_TIMER"),
        (0x40, "IORING_ENTER_EXT_ARG_REG"),
        (0x80, "IORING_ENTER_NO_IOWAIT"),
    ],
};

/// `io_uring_register(2)`.
pub static URING_REGISTER: Symbols = Symbols {
    unknown: "IORING_REGISTER_???",
    names: &[
        (0, "IORING_REGISTER_BUFFERS"),
        (1, "IORING_UNREGISTER_BUFFERS"),
        (2, "IORING_REGISTER_FILES"),
        (3, "IORING_UNREGISTER_FILES"),
        (4, "IORING_REGISTER_EVENTFD"),
        (5, "IORING_UNREGISTER_EVENTFD"),
        (6, "IORING_REGISTER_FILES_UPDATE"),
        (7, "IORING_REGISTER_EVENTFD_ASYNC"),
        (8, "IORING_REGISTER_PROBE"),
        (9, "IORING_REGISTER_PERSONALITY"),
        (10, "IORING_UNREGISTER_PERSONALITY"),
        (11, "IORING_REGISTER_RESTRICTIONS"),
        (12, "IORING_REGISTER_ENABLE_RINGS"),
        (13, "IORING_REGISTER_FILES2"),
        (14, "IORING_REGISTER_FILES_UPDATE2"),
        (15, "IORING_REGISTER_BUFFERS2"),
        (16, "IORING_REGISTER_BUFFERS_UPDATE"),
        (17, "IORING_REGISTER_IOWQ_AFF"),
        (18, "IORING_UNREGISTER_IOWQ_AFF"),
        (19, "IORING_REGISTER_IOWQ_MAX_WORKERS"),
        (20, "IORING_REGISTER_RING_FDS"),
        (21, "IORING_UNREGISTER_RING_FDS"),
        (22, "IORING_REGISTER_PBUF_RING"),
        (23, "IORING_UNREGISTER_PBUF_RING"),
        (24, "IORING_REGISTER_SYNC_CANCEL"),
        (25, "IORING_REGISTER_FILE_ALLOC_RANGE"),
        (26, "IORING_REGISTER_PBUF_STATUS"),
        (27, "IORING_REGISTER_NAPI"),
        (28, "IORING_UNREGISTER_NAPI"),
        (29, "IORING_REGISTER_CLOCK"),
        (30, "IORING_REGISTER_CLONE_BUFFERS"),
        (31, "IORING_REGISTER_SEND_MSG_RING"),
        (32, "IORING_REGISTER_ZCRX_IFQ"),
        (33, "IORING_REGISTER_RESIZE_RINGS"),
        (34, "IORING_REGISTER_MEM_REGION"),
        (35, "IORING_REGISTER_QUERY"),
        (36, "IORING_REGISTER_ZCRX_CTRL"),
        (37, "IORING_REGISTER_BPF_FILTER"),
    ],
};

/// Bits that are or-ed to an operation of `io_uring_register(2)`.
pub static URING_REGISTER_FLAGS: Flags =
    Flags { unknown: "", field: (0, &[]), bits: &[(0x80000000, "IORING_REGISTER_USE_REGISTERED_RING")] };
