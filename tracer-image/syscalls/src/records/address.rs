//! Socket addresses that are plain structures: family, minimum and maximum length, and structure.

use crate::{
    decode::Decode,
    names::{address::*, network::FAMILIES},
    types::{
        Custom as Resisting, Field, Len, Record,
        Type::{
            Array, Chars, Custom, Fd, Flags, Hex, Int, Interface, Net, NetHex, Struct, SwitchBits, Symbol,
        },
        U8, U16, U32,
    },
    value::Value,
};

/// Family, minimum and maximum length, structure.
pub static ADDRESSES: &[(u16, usize, usize, &Record)] = &[
    (4, 16, usize::MAX, &IPX),
    (9, 18, usize::MAX, &X25),
    (31, 4, 4, &HCI_DEVICE),
    (31, 6, 6, &HCI),
    (31, 8, 8, &SCO),
    (31, 10, 10, &RFCOMM),
    (38, 88, 88, &ALGORITHM),
    (39, 16, 16, &NFC),
    (42, 12, usize::MAX, &ROUTER),
    (44, 16, usize::MAX, &EXPRESS),
    (45, 12, usize::MAX, &MANAGEMENT),
];

/// A structure that begins with its family.
macro_rules! addresses {
    ($($(#[$doc:meta])* $record:ident $name:literal [$($field:expr),* $(,)?];)*) => {
        $($(#[$doc])*
        pub static $record: Record = Record {
            name: $name,
            fields: &[Field::new("sa_family", Symbol(U16, &FAMILIES)), $($field),*],
        };)*
    };
}

const XDP_SHARED_UMEM: u64 = 1;

/// A number in Bluetooth's byte order, which is the same as ours: `htobs(1)`.
static BLUETOOTH_SHORT: Resisting =
    Resisting::inside("Bluetooth short", 2, |decode: &mut Decode<'_>, place| {
        let number = decode.scope.load(place, U16).unwrap_or(0);
        Value::Macro(decode.name("htobs"), [Value::Unsigned(number)].into())
    });

const MAC: crate::types::Type = Custom(&crate::records::netlink::MAC);

addresses! {
    /// `struct sockaddr_ipx`
    IPX "sockaddr_ipx" [
        Field::new("sipx_port", Net(U16)),
        Field::new("sipx_network", NetHex(U32)),
        Field::new("sipx_node", Array(&Hex(U8), Len::Fixed(6))),
        Field::new("sipx_type", Hex(U8)),
        Field::nonzero("sipx_zero", Hex(U8)),
    ];
    /// `struct sockaddr_x25`
    X25 "sockaddr_x25" [Field::new("sx25_addr", Struct(&X25_ADDRESS))];
    /// `struct sockaddr_hci`, without a channel.
    HCI_DEVICE "sockaddr_hci, short" [Field::new("hci_dev", Custom(&BLUETOOTH_SHORT))];
    /// `struct sockaddr_hci`
    HCI "sockaddr_hci" [
        Field::new("hci_dev", Custom(&BLUETOOTH_SHORT)),
        Field::new("hci_channel", Symbol(U16, &HCI_CHANNEL)),
    ];
    /// `struct sockaddr_sco`
    SCO "sockaddr_sco" [Field::new("sco_bdaddr", MAC)];
    /// `struct sockaddr_rc`
    RFCOMM "sockaddr_rc" [Field::new("rc_bdaddr", MAC), Field::new("rc_channel", Int(U8))];
    /// `struct sockaddr_alg`
    ALGORITHM "sockaddr_alg" [
        Field::new("salg_type", Chars(14)),
        Field::new("salg_feat", Hex(U32)),
        Field::new("salg_mask", Hex(U32)),
        Field::new("salg_name", Chars(64)),
    ];
    /// `struct sockaddr_nfc`
    NFC "sockaddr_nfc" [
        Field::padding(Int(U16)),
        Field::new("dev_idx", Interface),
        Field::new("target_idx", Hex(U32)),
        Field::new("nfc_protocol", Symbol(U32, &NFC_PROTOCOL)),
    ];
    /// `struct sockaddr_qrtr`
    ROUTER "sockaddr_qrtr" [Field::new("sq_node", Hex(U32)), Field::new("sq_port", Symbol(U32, &QRTR_PORT))];
    /// `struct sockaddr_xdp`
    EXPRESS "sockaddr_xdp" [
        Field::new("sxdp_flags", Flags(U16, &XDP_BIND)),
        Field::new("sxdp_ifindex", Interface),
        Field::new("sxdp_queue_id", Int(U32)),
        Field::new("sxdp_shared_umem_fd", SwitchBits(1, XDP_SHARED_UMEM, &[(XDP_SHARED_UMEM, Fd)], &Hex(U32))),
    ];
    /// `struct sockaddr_mctp`
    MANAGEMENT "sockaddr_mctp" [
        Field::nonzero("__smctp_pad0", Hex(U16)),
        Field::new("smctp_network", Hex(U32)),
        Field::new("smctp_addr", Struct(&MCTP_ADDRESS)),
        Field::new("smctp_type", Hex(U8)),
        Field::new("smctp_tag", Hex(U8)),
        Field::nonzero("__smctp_pad1", Hex(U8)),
    ];
}

/// `struct x25_address`
static X25_ADDRESS: Record = Record { name: "x25_address", fields: &[Field::new("x25_addr", Chars(16))] };
/// `struct mctp_addr`
static MCTP_ADDRESS: Record =
    Record { name: "mctp_addr", fields: &[Field::new("s_addr", Symbol(U8, &MCTP_ADDRESSES))] };
