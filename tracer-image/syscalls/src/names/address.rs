//! Names in socket addresses.

use crate::types::{Flags, Symbols};

/// Channels of a Bluetooth controller.
pub static HCI_CHANNEL: Symbols = Symbols {
    unknown: "HCI_CHANNEL_???",
    names: &[
        (0, "HCI_CHANNEL_RAW"),
        (1, "HCI_CHANNEL_USER"),
        (2, "HCI_CHANNEL_MONITOR"),
        (3, "HCI_CHANNEL_CONTROL"),
        (4, "HCI_CHANNEL_LOGGING"),
    ],
};

/// Protocols of near field communication (`linux/nfc.h`).
pub static NFC_PROTOCOL: Symbols = Symbols {
    unknown: "NFC_PROTO_???",
    names: &[
        (1, "NFC_PROTO_JEWEL"),
        (2, "NFC_PROTO_MIFARE"),
        (3, "NFC_PROTO_FELICA"),
        (4, "NFC_PROTO_ISO14443"),
        (5, "NFC_PROTO_NFC_DEP"),
        (6, "NFC_PROTO_ISO14443_B"),
        (7, "NFC_PROTO_ISO15693"),
    ],
};

/// Ports of Qualcomm's router (`linux/qrtr.h`).
pub static QRTR_PORT: Symbols = Symbols { unknown: "#", names: &[(0xffff_fffe, "QRTR_PORT_CTRL")] };

/// How a ring of `AF_XDP` is bound (`linux/if_xdp.h`).
pub static XDP_BIND: Flags = Flags {
    unknown: "XDP_???",
    field: (0, &[]),
    bits: &[
        (1, "XDP_SHARED_UMEM"),
        (2, "XDP_COPY"),
        (4, "XDP_ZEROCOPY"),
        (8, "XDP_USE_NEED_WAKEUP"),
        (16, "XDP_USE_SG"),
    ],
};

/// Addresses of `AF_MCTP` (`linux/mctp.h`).
pub static MCTP_ADDRESSES: Symbols =
    Symbols { unknown: "#", names: &[(0, "MCTP_ADDR_NULL"), (0xff, "MCTP_ADDR_ANY")] };

/// How an address of `AF_VSOCK` is reached (`linux/vm_sockets.h`).
pub static VSOCK_FLAGS: Flags =
    Flags { unknown: "VMADDR_FLAG_???", field: (0, &[]), bits: &[(1, "VMADDR_FLAG_TO_HOST")] };
