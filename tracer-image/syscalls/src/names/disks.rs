//! Disks and flash devices: `linux/hdreg.h`, `linux/blkpg.h`, `linux/nbd.h`, `linux/fs.h`,
//! `mtd/mtd-abi.h`, `mtd/ubi-user.h`.

use crate::types::{Flags, Symbols};

/// Commands of ATA disks.
pub static ATA_COMMANDS: Symbols = Symbols {
    unknown: "ATA_CMD_???",
    names: &[
        (0, "ATA_CMD_NOP"),
        (3, "ATA_CMD_CFA_REQ_EXT_ERR"),
        (6, "ATA_CMD_DSM"),
        (8, "ATA_CMD_DEV_RESET"),
        (11, "ATA_CMD_REQ_SENSE_DATA"),
        (16, "ATA_CMD_RESTORE"),
        (32, "ATA_CMD_PIO_READ"),
        (34, "ATA_CMD_READ_LONG"),
        (35, "ATA_CMD_READ_LONG_ONCE"),
        (36, "ATA_CMD_PIO_READ_EXT"),
        (37, "ATA_CMD_READ_EXT"),
        (38, "ATA_CMD_READ_QUEUED"),
        (39, "ATA_CMD_READ_NATIVE_MAX_EXT"),
        (41, "ATA_CMD_READ_MULTI_EXT"),
        (42, "ATA_CMD_READ_STREAM_DMA_EXT"),
        (43, "ATA_CMD_READ_STREAM_EXT"),
        (47, "ATA_CMD_READ_LOG_EXT"),
        (48, "ATA_CMD_PIO_WRITE"),
        (50, "ATA_CMD_WRITE_LONG"),
        (51, "ATA_CMD_WRITE_LONG_ONCE"),
        (52, "ATA_CMD_PIO_WRITE_EXT"),
        (53, "ATA_CMD_WRITE_EXT"),
        (54, "ATA_CMD_WRITE_QUEUED"),
        (55, "ATA_CMD_SET_MAX_EXT"),
        (56, "ATA_CMD_CFA_WRITE_NE"),
        (57, "ATA_CMD_WRITE_MULTI_EXT"),
        (58, "ATA_CMD_WRITE_STREAM_DMA_EXT"),
        (59, "ATA_CMD_WRITE_STREAM_EXT"),
        (61, "ATA_CMD_WRITE_FUA_EXT"),
        (62, "ATA_CMD_WRITE_QUEUED_FUA_EXT"),
        (63, "ATA_CMD_WRITE_LOG_EXT"),
        (64, "ATA_CMD_VERIFY"),
        (66, "ATA_CMD_VERIFY_EXT"),
        (69, "ATA_CMD_WRITE_UNCORR_EXT"),
        (71, "ATA_CMD_READ_LOG_DMA_EXT"),
        (74, "ATA_CMD_ZAC_MGMT_IN"),
        (81, "ATA_CMD_CONFIG_STREAM"),
        (87, "ATA_CMD_WRITE_LOG_DMA_EXT"),
        (91, "ATA_CMD_TRUSTED_NONDATA"),
        (92, "ATA_CMD_TRUSTED_RCV"),
        (93, "ATA_CMD_TRUSTED_RCV_DMA"),
        (94, "ATA_CMD_TRUSTED_SND"),
        (95, "ATA_CMD_TRUSTED_SND_DMA"),
        (96, "ATA_CMD_FPDMA_READ"),
        (97, "ATA_CMD_FPDMA_WRITE"),
        (99, "ATA_CMD_NCQ_NON_DATA"),
        (100, "ATA_CMD_FPDMA_SEND"),
        (101, "ATA_CMD_FPDMA_RECV"),
        (135, "ATA_CMD_CFA_TRANS_SECT"),
        (144, "ATA_CMD_EDD"),
        (145, "ATA_CMD_INIT_DEV_PARAMS"),
        (146, "ATA_CMD_DOWNLOAD_MICRO"),
        (147, "ATA_CMD_DOWNLOAD_MICRO_DMA"),
        (159, "ATA_CMD_ZAC_MGMT_OUT"),
        (160, "ATA_CMD_PACKET"),
        (161, "ATA_CMD_ID_ATAPI"),
        (162, "ATA_CMD_SERVICE"),
        (176, "ATA_CMD_SMART"),
        (177, "ATA_CMD_CONF_OVERLAY"),
        (180, "ATA_CMD_SANITIZE_DEVICE"),
        (192, "ATA_CMD_CFA_ERASE"),
        (196, "ATA_CMD_READ_MULTI"),
        (197, "ATA_CMD_WRITE_MULTI"),
        (198, "ATA_CMD_SET_MULTI"),
        (200, "ATA_CMD_READ"),
        (202, "ATA_CMD_WRITE"),
        (205, "ATA_CMD_CFA_WRITE_MULT_NE"),
        (206, "ATA_CMD_WRITE_MULTI_FUA_EXT"),
        (209, "ATA_CMD_CHK_MED_CRD_TYP"),
        (222, "ATA_CMD_MEDIA_LOCK"),
        (223, "ATA_CMD_MEDIA_UNLOCK"),
        (224, "ATA_CMD_STANDBYNOW1"),
        (225, "ATA_CMD_IDLEIMMEDIATE"),
        (226, "ATA_CMD_STANDBY"),
        (227, "ATA_CMD_IDLE"),
        (228, "ATA_CMD_PMP_READ"),
        (229, "ATA_CMD_CHK_POWER"),
        (230, "ATA_CMD_SLEEP"),
        (231, "ATA_CMD_FLUSH"),
        (232, "ATA_CMD_PMP_WRITE"),
        (233, "ATA_CMD_PMP_READ_DMA"),
        (234, "ATA_CMD_FLUSH_EXT"),
        (235, "ATA_CMD_PMP_WRITE_DMA"),
        (236, "ATA_CMD_ID_ATA"),
        (239, "ATA_CMD_SET_FEATURES"),
        (241, "ATA_CMD_SEC_SET_PASS"),
        (242, "ATA_CMD_SEC_UNLOCK"),
        (243, "ATA_CMD_SEC_ERASE_PREP"),
        (244, "ATA_CMD_SEC_ERASE_UNIT"),
        (245, "ATA_CMD_SEC_FREEZE_LOCK"),
        (246, "ATA_CMD_SEC_DISABLE_PASS"),
        (248, "ATA_CMD_READ_NATIVE_MAX"),
        (249, "ATA_CMD_SET_MAX"),
    ],
};

/// How a disk shares its cable.
pub static IDE_NICE: Flags = Flags {
    unknown: "IDE_NICE_???",
    field: (0, &[]),
    bits: &[
        (0x1, "1<<IDE_NICE_DSC_OVERLAP"),
        (0x2, "1<<IDE_NICE_ATAPI_OVERLAP"),
        (0x8, "1<<IDE_NICE_1"),
        (0x4, "1<<IDE_NICE_0"),
        (0x10, "1<<IDE_NICE_2"),
    ],
};

/// States of a bus.
pub static BUS_STATES: Symbols = Symbols {
    unknown: "BUSSTATE_???",
    names: &[(0, "BUSSTATE_OFF"), (1, "BUSSTATE_ON"), (2, "BUSSTATE_TRISTATE")],
};

/// Operations on a partition.
pub static PARTITION_OPS: Symbols = Symbols {
    unknown: "BLKPG_???",
    names: &[(1, "BLKPG_ADD_PARTITION"), (2, "BLKPG_DEL_PARTITION"), (3, "BLKPG_RESIZE_PARTITION")],
};

/// Features of a network block device.
pub static NBD_FLAGS: Flags = Flags {
    unknown: "NBD_FLAG_???",
    field: (0, &[]),
    bits: &[
        (0x1, "NBD_FLAG_HAS_FLAGS"),
        (0x2, "NBD_FLAG_READ_ONLY"),
        (0x4, "NBD_FLAG_SEND_FLUSH"),
        (0x8, "NBD_FLAG_SEND_FUA"),
        (0x10, "NBD_FLAG_ROTATIONAL"),
        (0x20, "NBD_FLAG_SEND_TRIM"),
        (0x40, "NBD_FLAG_SEND_WRITE_ZEROES"),
        (0x80, "NBD_FLAG_SEND_DF"),
        (0x100, "NBD_FLAG_CAN_MULTI_CONN"),
        (0x200, "NBD_FLAG_SEND_RESIZE"),
        (0x400, "NBD_FLAG_SEND_CACHE"),
    ],
};

/// How a file system is shut down.
pub static SHUTDOWN: Symbols = Symbols {
    unknown: "FS_SHUTDOWN_FLAGS_???",
    names: &[
        (0, "FS_SHUTDOWN_FLAGS_DEFAULT"),
        (1, "FS_SHUTDOWN_FLAGS_LOGFLUSH"),
        (2, "FS_SHUTDOWN_FLAGS_NOLOGFLUSH"),
    ],
};

/// Protection of blocks.
pub static INTEGRITY: Flags = Flags {
    unknown: "LBMD_PI_CAP_???",
    field: (0, &[]),
    bits: &[(0x1, "LBMD_PI_CAP_INTEGRITY"), (0x2, "LBMD_PI_CAP_REFTAG")],
};

/// Access modes of a flash device.
pub static MTD_FILE_MODES: Symbols = Symbols {
    unknown: "MTD_FILE_MODE_???",
    names: &[
        (0, "MTD_FILE_MODE_NORMAL"),
        (1, "MTD_FILE_MODE_OTP_FACTORY"),
        (2, "MTD_FILE_MODE_OTP_USER"),
        (3, "MTD_FILE_MODE_RAW"),
    ],
};

/// Kinds of flash devices.
pub static MTD_TYPES: Symbols = Symbols {
    unknown: "MTD_???",
    names: &[
        (0, "MTD_ABSENT"),
        (1, "MTD_RAM"),
        (2, "MTD_ROM"),
        (3, "MTD_NORFLASH"),
        (4, "MTD_NANDFLASH"),
        (6, "MTD_DATAFLASH"),
        (7, "MTD_UBIVOLUME"),
        (8, "MTD_MLCNANDFLASH"),
    ],
};

/// Features of a flash device.
pub static MTD_FLAGS: Flags = Flags {
    unknown: "MTD_???",
    field: (0, &[]),
    bits: &[
        (0x400, "MTD_WRITEABLE"),
        (0x800, "MTD_BIT_WRITEABLE"),
        (0x1000, "MTD_NO_ERASE"),
        (0x2000, "MTD_POWERUP_LOCK"),
        (0x4000, "MTD_SLC_ON_MLC_EMULATION"),
    ],
};

/// Error correction of a flash device.
pub static MTD_ECC: Symbols = Symbols {
    unknown: "MTD_NANDECC_???",
    names: &[
        (0, "MTD_NANDECC_OFF"),
        (1, "MTD_NANDECC_PLACE"),
        (2, "MTD_NANDECC_AUTOPLACE"),
        (3, "MTD_NANDECC_PLACEONLY"),
        (4, "MTD_NANDECC_AUTOPL_USR"),
    ],
};

/// Write-once areas.
pub static MTD_OTP: Symbols = Symbols {
    unknown: "MTD_OTP_???",
    names: &[(0, "MTD_OTP_OFF"), (1, "MTD_OTP_FACTORY"), (2, "MTD_OTP_USER")],
};

/// Where out-of-band bytes are placed.
pub static MTD_OPS: Symbols = Symbols {
    unknown: "MTD_OPS_???",
    names: &[(0, "MTD_OPS_PLACE_OOB"), (1, "MTD_OPS_AUTO_OOB"), (2, "MTD_OPS_RAW")],
};

/// The expected lifetime of data.
pub static UBI_DATA: Symbols =
    Symbols { unknown: "UBI_???", names: &[(1, "UBI_LONGTERM"), (2, "UBI_SHORTTERM"), (3, "UBI_UNKNOWN")] };

/// Properties of a volume.
pub static UBI_PROPERTIES: Symbols =
    Symbols { unknown: "UBI_VOL_PROP_???", names: &[(1, "UBI_VOL_PROP_DIRECT_WRITE")] };

/// Kinds of volumes.
pub static UBI_VOLUMES: Symbols =
    Symbols { unknown: "UBI_???_VOLUME", names: &[(3, "UBI_DYNAMIC_VOLUME"), (4, "UBI_STATIC_VOLUME")] };

/// Flags for creating a volume.
pub static UBI_FLAGS: Flags =
    Flags { unknown: "UBI_VOL_???", field: (0, &[]), bits: &[(0x1, "UBI_VOL_SKIP_CRC_CHECK_FLG")] };
/// Checksums of blocks.
pub static INTEGRITY_SUMS: Symbols = Symbols {
    unknown: "LBMD_PI_CSUM_???",
    names: &[
        (0, "LBMD_PI_CSUM_NONE"),
        (1, "LBMD_PI_CSUM_IP"),
        (2, "LBMD_PI_CSUM_CRC16_T10DIF"),
        (4, "LBMD_PI_CSUM_CRC64_NVME"),
    ],
};
