//! What requests of `ioctl` take that is a structure of a device: clocks, lines, consoles, disks, file systems, video.

use crate::{
    names::{
        btrfs::{BALANCE_CONTROL, SUBVOLUME_FLAGS},
        clocks::*,
        console::*,
        disks::*,
        machines::*,
    },
    records::{btrfs::*, clocks::*, console::*, disks::*, gpio::*, ioctl::CARRIED, machines::*, mapper::*},
    types::{
        Type::{self, *},
        *,
    },
};

/// What is asked for by a structure, and told in it.
macro_rules! asks {
    ($record:ident, $given:expr, $told:expr) => {
        Told(&Ordered(&$record, &$given), &Ordered(&$record, &$told))
    };
}

/// What strace knows of 64-bit programs only.
macro_rules! on64 {
    ($ty:expr) => {
        PerAbi(&[$ty, UNKNOWN, $ty, UNKNOWN])
    };
}
const UNKNOWN: Type = ByVerbosity(&Hex(Ulong), &Custom(&CARRIED));

const EXTTS: Type = In(&Struct(&PTP_EXTTS_REQUEST));
const PEROUT: Type = In(&Struct(&PTP_PEROUT_REQUEST));
const PTP_CAPS: Type = Out(&Struct(&PTP_CAPABILITIES));
const PTP_OFFSETS: Type = In(&Struct(&PTP_OFFSET));
const PTP_SAMPLES: Type = In(&Struct(&PTP_EXTENDED));
const PTP_EXACT: Type = Out(&Struct(&PTP_PRECISE));
const GPIO_LINE_ASKED: Type = asks!(GPIO_LINE_KNOWN, ["line_offset"], ["flags", "name", "consumer"]);
const GPIO_V2_LINE_ASKED: Type =
    asks!(GPIO_V2_LINE_KNOWN, ["offset"], ["name", "consumer", "flags", "num_attrs", "attrs", "padding"]);

/// Without an address strace writes a number.
const MAPPED_DEVICE: Type =
    SwitchBits(2, u64::MAX, &[(0, Hex(Ulong))], &Told(&Custom(&MAPPER_GIVEN), &Custom(&MAPPER_TOLD)));
const VOLUME_MADE: Type = asks!(VOLUME_V2, ["fd", "flags", "size", "qgroup_inherit", "name"], ["transid"]);
const SUBVOLUME_RECEIVED: Type =
    asks!(RECEIVED, ["uuid", "stransid", "stime", "flags"], ["rtransid", "rtime"]);
const DEVICE_REPLACED: Type = asks!(REPLACE, ["cmd", "start"], ["result", "status"]);
const TEE_ORDER: [&str; 2] = ["buf_len", "buf_ptr"];

/// By the request's number.
pub const STRUCTURES: &[(u64, Type)] = &[
    // Clocks: RTC, then PTP.
    (
        0x4018_7013,
        Told(
            &Ordered(&RTC_PARAM, &["param", "index", "__pad"]),
            &Out(&Ordered(&RTC_PARAM, &["uvalue", "svalue", "__pad"])),
        ),
    ),
    (0x4018_7014, In(&Struct(&RTC_PARAM))),
    (0x401c_7012, In(&Struct(&RTC_PLL))),
    (0x4020_7012, In(&Struct(&RTC_PLL))),
    (0x801c_7011, Out(&Struct(&RTC_PLL))),
    (0x8020_7011, Out(&Struct(&RTC_PLL))),
    (0x4024_7007, In(&Struct(&RTC_TIME))),
    (0x4024_700a, In(&Struct(&RTC_TIME))),
    (0x4028_700f, In(&Struct(&RTC_ALARM))),
    (0x8004_7013, Out(&One(&Flags(U32, &RTC_VOLTAGE)))),
    (0x8024_7008, Out(&Struct(&RTC_TIME))),
    (0x8024_7009, Out(&Struct(&RTC_TIME))),
    (0x8028_7010, Out(&Struct(&RTC_ALARM))),
    (0x4010_3d02, In(&Ordered(&PTP_EXTTS_REQUEST, &["index", "flags"]))),
    (0x4010_3d0b, EXTTS),
    (0x4038_3d03, In(&Ordered(&PTP_PEROUT_REQUEST, &["start", "phase", "period", "index", "flags", "on"]))),
    (0x4038_3d0c, PEROUT),
    (0x4060_3d07, In(&Ordered(&PTP_PIN_SET, &["index", "func", "chan"]))),
    (0x4060_3d10, In(&Struct(&PTP_PIN_SET))),
    (0xc060_3d06, In(&Ordered(&PTP_PIN_GET, &["index", "name", "func", "chan"]))),
    (0xc060_3d0f, In(&Ordered(&PTP_PIN_GET, &["index", "rsv", "name", "func", "chan"]))),
    (0x4340_3d05, PTP_OFFSETS),
    (0x4340_3d0e, PTP_OFFSETS),
    (0x8050_3d01, PTP_CAPS),
    (0x8050_3d0a, PTP_CAPS),
    (0xc040_3d08, PTP_EXACT),
    (0xc040_3d11, PTP_EXACT),
    (0xc040_3d15, PTP_EXACT),
    (0xc4c0_3d09, PTP_SAMPLES),
    (0xc4c0_3d12, PTP_SAMPLES),
    (0xc4c0_3d16, PTP_SAMPLES),
    // Watchdogs, epoll.
    (0x8004_5704, In(&One(&Flags(U32, &WATCHDOG_OPTIONS)))),
    (0x8028_5700, Out(&Struct(&WATCHDOG))),
    (0x4008_8a01, In(&Struct(&EPOLL_PARAMETERS))),
    (0x8008_8a02, Out(&Struct(&EPOLL_PARAMETERS))),
    // Lines of general purpose.
    (0x8044_b401, Out(&Struct(&GPIO_CHIP))),
    (0xc004_b40c, In(&Struct(&GPIO_OFFSET))),
    (0xc010_b40e, asks!(GPIO_VALUES, ["mask"], ["bits"])),
    (0xc010_b40f, In(&Struct(&GPIO_VALUES))),
    (
        0xc030_b404,
        asks!(GPIO_EVENT_REQUEST, ["lineoffset", "handleflags", "eventflags", "consumer_label"], ["fd"]),
    ),
    (0xc040_b408, Out(&Struct(&GPIO_HANDLE_VALUES))),
    (0xc040_b409, In(&Struct(&GPIO_HANDLE_VALUES))),
    (0xc048_b402, GPIO_LINE_ASKED),
    (0xc048_b40b, GPIO_LINE_ASKED),
    (0xc054_b40a, In(&Struct(&GPIO_HANDLE_CONFIG))),
    (0xc100_b405, GPIO_V2_LINE_ASKED),
    (0xc100_b406, GPIO_V2_LINE_ASKED),
    (0xc110_b40d, In(&Struct(&GPIO_CONFIG))),
    (
        0xc16c_b403,
        asks!(
            GPIO_HANDLE_REQUEST,
            ["lines", "lineoffsets", "flags", "default_values", "consumer_label"],
            ["fd"]
        ),
    ),
    (
        0xc250_b407,
        asks!(
            GPIO_REQUEST,
            ["num_lines", "offsets", "consumer", "config", "event_buffer_size", "padding"],
            ["fd"]
        ),
    ),
    // The console.
    (0x4b2f, Custom(&SOUND)),
    (0x4b30, Custom(&TONE)),
    (0x4b31, Out(&One(&Flags(U8, &LEDS)))),
    (0x4b32, Flags(U8, &LEDS)),
    (0x4b33, Out(&One(&Symbol(U8, &KEYBOARD_TYPES)))),
    (0x4b3a, Symbol(U32, &CONSOLE_MODES)),
    (0x4b3b, Out(&One(&Symbol(U32, &CONSOLE_MODES)))),
    (0x4b40, Out(&Binary(Len::Fixed(256), 0))),
    (0x4b41, In(&Binary(Len::Fixed(256), 0))),
    (0x4b44, Out(&One(&Symbol(I32, &KEYBOARD_MODES)))),
    (0x4b45, Symbol(I32, &KEYBOARD_MODES)),
    (0x4b46, In(&Struct(&KEY_ENTRY_ASKED))),
    (0x4b47, In(&Struct(&KEY_ENTRY))),
    (0x4b48, In(&Struct(&KEY_STRING_ASKED))),
    (0x4b49, In(&Struct(&KEY_STRING_ENTRY))),
    (0x4b4a, Out(&Struct(&ACCENTS))),
    (0x4b4b, In(&Struct(&ACCENTS))),
    (0x4b4c, In(&Struct(&KEY_CODE))),
    (0x4b4d, In(&Struct(&KEY_CODE))),
    (0x4b52, Told(&Struct(&KEY_REPEAT), &Struct(&KEY_REPEAT))),
    (0x4b60, Out(&Binary(Len::Fixed(8192), 0))),
    (0x4b61, In(&Binary(Len::Fixed(8192), 0))),
    (0x4b62, Out(&One(&Symbol(U32, &META_KEYS)))),
    (0x4b63, Symbol(U32, &META_KEYS)),
    (0x4b64, Out(&One(&Flags(U8, &LOCKS)))),
    (0x4b65, Flags(U8, &LOCKS)),
    (0x4b66, In(&Struct(&UNICODE_MAP_ASKED))),
    (0x4b67, In(&Struct(&UNICODE_MAP))),
    (0x4b68, In(&Struct(&UNICODE_MAP_CLEAR))),
    (0x4b69, Out(&Array(&Custom(&UNICODE), Len::Fixed(256)))),
    (0x4b6a, In(&Array(&Custom(&UNICODE), Len::Fixed(256)))),
    (0x4b6b, Told(&Struct(&FONT_ASKED), &Struct(&FONT))),
    (0x4b6c, In(&Struct(&FONT))),
    (0x4b70, Out(&Binary(Len::Fixed(48), 0))),
    (0x4b71, In(&Binary(Len::Fixed(48), 0))),
    (0x4b72, FONT_CHANGE),
    (0x4bfa, Out(&Struct(&ACCENTS_UNICODE))),
    (0x4bfb, In(&Struct(&ACCENTS_UNICODE))),
    // Disks and file systems.
    (0x301, Out(&Struct(&GEOMETRY))),
    (0x307, on64!(Out(&Bytes(Len::Fixed(142))))),
    (0x30c, on64!(Out(&One(&Flags(U64, &IDE_NICE))))),
    (0x30d, on64!(Out(&Bytes(Len::Fixed(512))))),
    (0x31a, on64!(Out(&One(&Symbol(U64, &BUS_STATES))))),
    (0x31c, on64!(In(&Array(&Hex(U32), Len::Fixed(3))))),
    (0x31f, Told(&Struct(&DRIVE_COMMAND), &Struct(&DRIVE_ANSWER))),
    (0x328, on64!(In(&Array(&Hex(U32), Len::Fixed(3))))),
    (0x329, on64!(Flags(Ulong, &IDE_NICE))),
    (0x32d, on64!(Symbol(Ulong, &BUS_STATES))),
    (0x1269, In(&Struct(&PARTITION_CHANGE))),
    (0x4c02, In(&Struct(&LOOP_OLD_STATUS))),
    (0x4c03, Out(&Struct(&LOOP_OLD_STATUS))),
    (0xab0a, Flags(U32, &NBD_FLAGS)),
    (0x8004_587d, In(&One(&Symbol(U32, &SHUTDOWN)))),
    (0x8011_1500, Out(&Struct(&UUID_KNOWN))),
    (0x8081_1501, Out(&Struct(&SYSFS_PATH))),
    (0xc010_1502, Out(&Struct(&BLOCK_METADATA))),
    (0x4008_5203, In(&Struct(&ENTROPY))),
    // Flash devices, and volumes on them.
    (0x4d13, Symbol(Ulong, &MTD_FILE_MODES)),
    (0x4008_4d02, In(&Struct(&MTD_AREA))),
    (0x4008_4d05, In(&Struct(&MTD_AREA))),
    (0x4008_4d06, In(&Struct(&MTD_AREA))),
    (0x8008_4d17, In(&Struct(&MTD_AREA))),
    (0x4010_4d14, In(&Struct(&MTD_AREA64))),
    (0x400c_4d0f, Out(&Struct(&MTD_OTP_AREA))),
    (0x800c_4d10, In(&Struct(&MTD_OTP_AREA))),
    (0x8004_4d0d, In(&One(&Symbol(U32, &MTD_OTP)))),
    (0x8010_4d12, Out(&Struct(&MTD_STATISTICS))),
    (0x8020_4d01, Out(&Struct(&MTD_KNOWN))),
    (0x80c8_4d0a, Out(&Struct(&MTD_OOB))),
    (0x8148_4d11, Out(&Struct(&MTD_LAYOUT))),
    (0xc00c_4d03, In(&Struct(&MTD_OOB_BUFFER))),
    (0xc00c_4d04, In(&Struct(&MTD_OOB_BUFFER))),
    (0xc010_4d03, In(&Struct(&MTD_OOB_BUFFER))),
    (0xc010_4d04, In(&Struct(&MTD_OOB_BUFFER))),
    (0xc010_4d08, In(&Ordered(&MTD_REGION, &["regionindex", "offset", "erasesize", "numblocks"]))),
    (0xc018_4d15, In(&Struct(&MTD_OOB_BUFFER64))),
    (0xc018_4d16, In(&Struct(&MTD_OOB_BUFFER64))),
    (0xc030_4d18, In(&Struct(&MTD_WRITE))),
    (0x4004_4f02, In(&Struct(&UBI_CHANGE))),
    (0x4008_4f03, In(&Struct(&UBI_MAP))),
    (0x400c_6f02, In(&Struct(&UBI_RESIZE))),
    (0x4010_4f06, In(&Struct(&UBI_PROPERTY))),
    (0x4018_6f40, Told(&Struct(&UBI_ATTACH), &One(&Int(I32)))),
    (0x4098_6f00, Told(&Struct(&UBI_MAKE), &One(&Int(I32)))),
    (0x5110_6f03, In(&Struct(&UBI_RENAME))),
    // Trusted environments, virtual machines, and others.
    (0x8004_a405, In(&Struct(&TEE_CLOSE))),
    (0x8008_a404, In(&Struct(&TEE_CANCEL))),
    (0x800c_a400, Out(&Ordered(&TEE_VERSION, &["impl_id", "gen_caps", "impl_caps"]))),
    (0x8010_a402, In(&Ordered(&TEE_OPENS, &TEE_ORDER))),
    (0x8010_a403, In(&Ordered(&TEE_INVOKES, &TEE_ORDER))),
    (0x8010_a406, In(&Ordered(&TEE_RECEIVES, &TEE_ORDER))),
    (0x8010_a407, In(&Ordered(&TEE_SENDS, &TEE_ORDER))),
    (0xc010_a401, asks!(TEE_MEMORY, ["size", "flags"], ["size", "flags", "id"])),
    (0xc018_a408, asks!(TEE_MEMORY_FD, ["fd", "flags"], ["size", "id"])),
    (0xc018_a409, asks!(TEE_MEMORY_OURS, ["addr", "length", "flags"], ["length", "flags", "id"])),
    (0xae03, Symbol(Ulong, &KVM_CAPABILITIES)),
    (0x4008_ae90, In(&Struct(&KVM_CPUIDS))),
    (0xc008_ae05, Out(&Struct(&KVM_CPUIDS))),
    (0xc008_ae09, Out(&Struct(&KVM_CPUIDS))),
    (0x4020_ae46, In(&Struct(&KVM_REGION))),
    (0x4090_ae82, In(&KVM_REGISTERS)),
    (0x8090_ae81, Out(&KVM_REGISTERS)),
    (0x4138_ae84, In(&Struct(&KVM_SPECIAL))),
    (0x8138_ae83, Out(&Struct(&KVM_SPECIAL))),
    (0x4006_3e00, In(&Struct(&COUNTER_WATCH))),
    (0x4018_7542, In(&Struct(&DMA_BUFFER))),
    (0x4008_7543, In(&Struct(&DMA_LIST))),
    (0x4008_2104, Flags(Ulong, &NOTIFY_FLAGS)),
    (0xc050_2100, Custom(&NOTIFICATION)),
    (0x8004_6900, Out(&One(&Flags(U32, &LIRC_FEATURES)))),
    (0x8004_6901, Out(&One(&Symbol(U32, &LIRC_MODES)))),
    (0x8004_6902, Out(&One(&Symbol(U32, &LIRC_MODES)))),
    (0x4004_6911, In(&One(&Symbol(U32, &LIRC_MODES)))),
    (0x4004_6912, In(&One(&Symbol(U32, &LIRC_MODES)))),
    // Btrfs.
    (0x4004_9421, Symbol(U32, &BALANCE_CONTROL)),
    (0x4008_941a, In(&Flags(U64, &SUBVOLUME_FLAGS))),
    (0x8008_9419, Out(&Flags(U64, &SUBVOLUME_FLAGS))),
    (0x4010_942a, In(&Struct(&QGROUP_CREATE))),
    (0x4018_9429, In(&Struct(&QGROUP_ASSIGN))),
    (0x8030_942b, Out(&Struct(&QGROUP_SET))),
    (0x4030_9410, In(&Struct(&DEFRAGMENTED))),
    (0x4030_9439, In(&Custom(&FEATURES_CHANGED))),
    (0x8018_9439, Out(&Struct(&FEATURES))),
    (0x8048_9439, Out(&Custom(&FEATURES_SUPPORTED))),
    (0x4040_942c, In(&Ordered(&RESCAN, &["flags"]))),
    (0x8040_942d, Out(&Struct(&RESCAN))),
    (0x4044_9426, In(&Struct(&SENT))),
    (0x4048_9426, In(&Struct(&SENT))),
    (0x5000_9401, In(&Struct(&VOLUME))),
    (0x5000_9403, In(&Struct(&VOLUME))),
    (0x5000_9404, In(&Struct(&VOLUME))),
    (0x5000_9405, In(&Struct(&VOLUME))),
    (0x5000_940a, In(&Struct(&VOLUME))),
    (0x5000_940b, In(&Struct(&VOLUME))),
    (0x5000_940e, In(&Struct(&VOLUME))),
    (0x5000_940f, In(&Struct(&VOLUME))),
    (0x9000_9427, In(&Struct(&VOLUME))),
    (0x5000_9417, VOLUME_MADE),
    (0x5000_9418, VOLUME_MADE),
    (0x8400_941f, Out(&Struct(&FILE_SYSTEM))),
    (0x8400_9422, Out(&Struct(&BALANCE))),
    (
        0xc400_9420,
        asks!(BALANCE, ["flags", "data", "meta", "sys"], ["flags", "state", "data", "meta", "sys"]),
    ),
    (0xc010_9414, Told(&Struct(&SPACES), &Struct(&SPACES_TOLD))),
    (0xc010_9428, In(&Struct(&QUOTA))),
    (
        0xc018_9436,
        Told(&Struct(&DEDUPLICATED), &SwitchAt(16, 0xffff, &[(0, Absent)], &Struct(&DEDUPLICATED_TOLD))),
    ),
    (0xc038_9423, Told(&Struct(&INODE_PATHS), &Struct(&INODE_PATHS_TOLD))),
    (0xc038_9424, Told(&Struct(&LOGICAL), &Struct(&LOGICAL_TOLD))),
    (0xc070_9411, Told(&Struct(&SEARCH_V2), &Struct(&SEARCH_V2_TOLD))),
    (0xd000_9411, Told(&Struct(&SEARCH), &Struct(&SEARCH_TOLD))),
    (0xd000_9412, Told(&Struct(&LOOKUP), &Struct(&LOOKUP_TOLD))),
    (0xd000_941e, asks!(DEVICE, ["devid", "uuid"], ["uuid", "bytes_used", "total_bytes", "path"])),
    (0xc0c0_9425, SUBVOLUME_RECEIVED),
    (0xc0c8_9425, SUBVOLUME_RECEIVED),
    (0xc400_941b, asks!(SCRUB, ["devid", "start", "end", "flags"], ["progress"])),
    (0xc400_941d, asks!(SCRUB, ["devid"], ["progress"])),
    (0xc408_9434, Told(&Struct(&STATISTICS), &Struct(&STATISTICS_TOLD))),
    (0xca24_9435, DEVICE_REPLACED),
    (0xca28_9435, DEVICE_REPLACED),
    // Mapped devices.
    (0xc138_fd00, MAPPED_DEVICE),
    (0xc138_fd01, MAPPED_DEVICE),
    (0xc138_fd02, MAPPED_DEVICE),
    (0xc138_fd03, MAPPED_DEVICE),
    (0xc138_fd04, MAPPED_DEVICE),
    (0xc138_fd05, MAPPED_DEVICE),
    (0xc138_fd06, MAPPED_DEVICE),
    (0xc138_fd07, MAPPED_DEVICE),
    (0xc138_fd08, MAPPED_DEVICE),
    (0xc138_fd09, MAPPED_DEVICE),
    (0xc138_fd0a, MAPPED_DEVICE),
    (0xc138_fd0b, MAPPED_DEVICE),
    (0xc138_fd0c, MAPPED_DEVICE),
    (0xc138_fd0d, MAPPED_DEVICE),
    (0xc138_fd0e, MAPPED_DEVICE),
    (0xc138_fd0f, MAPPED_DEVICE),
    (0xc138_fd10, MAPPED_DEVICE),
];
