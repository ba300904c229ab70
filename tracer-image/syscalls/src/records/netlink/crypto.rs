//! Messages of `NETLINK_CRYPTO` (`linux/cryptouser.h`).

use super::{BYTES, Contents, Rest};
use crate::{
    decode::Decode,
    layout,
    snapshot::Place,
    types::{
        Attributes, Custom, Field, Len, Record,
        Type::{self, *},
        U32,
    },
    value::Value,
};

/// The contents of a message: all except one are about an algorithm.
pub(super) fn contents(kind: u16, _: bool, _: u8) -> Contents {
    match kind {
        0x10..=0x13 => Contents::Text(&ALGORITHM, Rest::Attributes(&REPORTS)),
        _ => Contents::Bytes,
    }
}

/// `struct crypto_user_alg`
pub(super) static ALGORITHM: Record = Record {
    name: "crypto_user_alg",
    fields: &[
        Field::new("cru_name", Chars(64)),
        Field::new("cru_driver_name", Chars(64)),
        Field::new("cru_module_name", Chars(64)),
        Field::new("cru_type", Hex(U32)),
        Field::new("cru_mask", Hex(U32)),
        Field::new("cru_refcnt", Int(U32)),
        Field::new("cru_flags", Hex(U32)),
    ],
};

/// A report that only contains the type of the algorithm.
static KIND: Record = Record { name: "crypto_report", fields: &[Field::new("type", Terminated(Len::Rest))] };

/// Reports: their name as a custom type and as a structure, with the fields after the type of the algorithm.
macro_rules! reports {
    ($($custom:ident $record:ident $name:literal [$($field:literal),*] $(geniv $geniv:tt)?;)*) => {
        $(
            static $record: Record = Record {
                name: $name,
                fields: &[
                    Field::new("type", Chars(64)),
                    $(Field::new("geniv", Chars($geniv)),)?
                    $(Field::new($field, Int(U32)),)*
                ],
            };
            static $custom: Custom = Custom::inside($name, 0, |decode, place| report(decode, place, &$record));
        )*
    };
}

reports! {
    HASH HASH_FIELDS "crypto_report_hash" ["blocksize", "digestsize"];
    CIPHER CIPHER_FIELDS "crypto_report_cipher" ["blocksize", "min_keysize", "max_keysize"];
    BLOCK BLOCK_FIELDS "crypto_report_blkcipher" ["blocksize", "min_keysize", "max_keysize", "ivsize"] geniv 64;
    AEAD AEAD_FIELDS "crypto_report_aead" ["blocksize", "maxauthsize", "ivsize"] geniv 64;
    RANDOM RANDOM_FIELDS "crypto_report_rng" ["seedsize"];
}

/// A report, or text if it is too short.
fn report(decode: &mut Decode<'_>, place: Place, record: &'static Record) -> Value {
    let Place::Memory { addr, phase } = place else { return Value::Addr(0) };
    let len = decode.scope.extent;
    let value = match len < layout::record_size(record, decode.scope.abi()) {
        true => decode.buffer(addr, phase, len),
        false => decode.record(record, place),
    };
    value.unwrap_or(Value::Addr(addr))
}

const NAMED: Type = Struct(&KIND);

/// `CRYPTOCFGA_*`
pub(super) static REPORTS: Attributes = Attributes {
    unknown: "CRYPTOCFGA_???",
    types: &[
        (0, "CRYPTOCFGA_UNSPEC", BYTES),
        (1, "CRYPTOCFGA_PRIORITY_VAL", Int(U32)),
        (2, "CRYPTOCFGA_REPORT_LARVAL", NAMED),
        (3, "CRYPTOCFGA_REPORT_HASH", Custom(&HASH)),
        (4, "CRYPTOCFGA_REPORT_BLKCIPHER", Custom(&BLOCK)),
        (5, "CRYPTOCFGA_REPORT_AEAD", Custom(&AEAD)),
        (6, "CRYPTOCFGA_REPORT_COMPRESS", NAMED),
        (7, "CRYPTOCFGA_REPORT_RNG", Custom(&RANDOM)),
        (8, "CRYPTOCFGA_REPORT_CIPHER", Custom(&CIPHER)),
        (9, "CRYPTOCFGA_REPORT_AKCIPHER", NAMED),
        (10, "CRYPTOCFGA_REPORT_KPP", NAMED),
        (11, "CRYPTOCFGA_REPORT_ACOMP", NAMED),
        (12, "CRYPTOCFGA_STAT_LARVAL", BYTES),
        (13, "CRYPTOCFGA_STAT_HASH", BYTES),
        (14, "CRYPTOCFGA_STAT_BLKCIPHER", BYTES),
        (15, "CRYPTOCFGA_STAT_AEAD", BYTES),
        (16, "CRYPTOCFGA_STAT_COMPRESS", BYTES),
        (17, "CRYPTOCFGA_STAT_RNG", BYTES),
        (18, "CRYPTOCFGA_STAT_CIPHER", BYTES),
        (19, "CRYPTOCFGA_STAT_AKCIPHER", BYTES),
        (20, "CRYPTOCFGA_STAT_KPP", BYTES),
        (21, "CRYPTOCFGA_STAT_ACOMP", BYTES),
        (22, "CRYPTOCFGA_REPORT_SIG", NAMED),
    ],
};
