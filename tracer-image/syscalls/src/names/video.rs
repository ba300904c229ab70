//! Video: `linux/videodev2.h`.

use crate::types::{Flags, Symbols};

/// Kinds of buffers.
pub static BUFFER_TYPES: Symbols = Symbols {
    unknown: "V4L2_BUF_TYPE_???",
    names: &[
        (1, "V4L2_BUF_TYPE_VIDEO_CAPTURE"),
        (2, "V4L2_BUF_TYPE_VIDEO_OUTPUT"),
        (3, "V4L2_BUF_TYPE_VIDEO_OVERLAY"),
        (4, "V4L2_BUF_TYPE_VBI_CAPTURE"),
        (5, "V4L2_BUF_TYPE_VBI_OUTPUT"),
        (6, "V4L2_BUF_TYPE_SLICED_VBI_CAPTURE"),
        (7, "V4L2_BUF_TYPE_SLICED_VBI_OUTPUT"),
        (8, "V4L2_BUF_TYPE_VIDEO_OUTPUT_OVERLAY"),
        (9, "V4L2_BUF_TYPE_VIDEO_CAPTURE_MPLANE"),
        (10, "V4L2_BUF_TYPE_VIDEO_OUTPUT_MPLANE"),
        (11, "V4L2_BUF_TYPE_SDR_CAPTURE"),
        (12, "V4L2_BUF_TYPE_SDR_OUTPUT"),
        (13, "V4L2_BUF_TYPE_META_CAPTURE"),
        (14, "V4L2_BUF_TYPE_META_OUTPUT"),
    ],
};

/// Kinds of tuners.
pub static TUNER_TYPES: Symbols = Symbols {
    unknown: "V4L2_TUNER_???",
    names: &[
        (1, "V4L2_TUNER_RADIO"),
        (2, "V4L2_TUNER_ANALOG_TV"),
        (3, "V4L2_TUNER_DIGITAL_TV"),
        (4, "V4L2_TUNER_SDR"),
        (5, "V4L2_TUNER_RF"),
    ],
};

/// What a tuner can do.
pub static TUNER_CAPABILITIES: Flags = Flags {
    unknown: "V4L2_TUNER_CAP_???",
    field: (0, &[]),
    bits: &[
        (0x1, "V4L2_TUNER_CAP_LOW"),
        (0x2, "V4L2_TUNER_CAP_NORM"),
        (0x4, "V4L2_TUNER_CAP_HWSEEK_BOUNDED"),
        (0x8, "V4L2_TUNER_CAP_HWSEEK_WRAP"),
        (0x10, "V4L2_TUNER_CAP_STEREO"),
        (0x20, "V4L2_TUNER_CAP_LANG2"),
        (0x40, "V4L2_TUNER_CAP_LANG1"),
        (0x80, "V4L2_TUNER_CAP_RDS"),
        (0x100, "V4L2_TUNER_CAP_RDS_BLOCK_IO"),
        (0x200, "V4L2_TUNER_CAP_RDS_CONTROLS"),
        (0x400, "V4L2_TUNER_CAP_FREQ_BANDS"),
        (0x800, "V4L2_TUNER_CAP_HWSEEK_PROG_LIM"),
        (0x1000, "V4L2_TUNER_CAP_1HZ"),
    ],
};

/// What is received.
pub static SUBCHANNELS: Flags = Flags {
    unknown: "V4L2_TUNER_SUB_???",
    field: (0, &[]),
    bits: &[
        (0x1, "V4L2_TUNER_SUB_MONO"),
        (0x2, "V4L2_TUNER_SUB_STEREO"),
        (0x4, "V4L2_TUNER_SUB_LANG2"),
        (0x8, "V4L2_TUNER_SUB_LANG1"),
        (0x10, "V4L2_TUNER_SUB_RDS"),
    ],
};

/// What is heard.
pub static AUDIO_MODES: Symbols = Symbols {
    unknown: "V4L2_TUNER_MODE_???",
    names: &[
        (0, "V4L2_TUNER_MODE_MONO"),
        (1, "V4L2_TUNER_MODE_STEREO"),
        (2, "V4L2_TUNER_MODE_LANG2"),
        (3, "V4L2_TUNER_MODE_LANG1"),
        (4, "V4L2_TUNER_MODE_LANG1_LANG2"),
    ],
};

/// What a device can do.
pub static VIDEO_CAPABILITIES: Flags = Flags {
    unknown: "V4L2_CAP_???",
    field: (0, &[]),
    bits: &[
        (0x1, "V4L2_CAP_VIDEO_CAPTURE"),
        (0x2, "V4L2_CAP_VIDEO_OUTPUT"),
        (0x4, "V4L2_CAP_VIDEO_OVERLAY"),
        (0x10, "V4L2_CAP_VBI_CAPTURE"),
        (0x20, "V4L2_CAP_VBI_OUTPUT"),
        (0x40, "V4L2_CAP_SLICED_VBI_CAPTURE"),
        (0x80, "V4L2_CAP_SLICED_VBI_OUTPUT"),
        (0x100, "V4L2_CAP_RDS_CAPTURE"),
        (0x200, "V4L2_CAP_VIDEO_OUTPUT_OVERLAY"),
        (0x400, "V4L2_CAP_HW_FREQ_SEEK"),
        (0x800, "V4L2_CAP_RDS_OUTPUT"),
        (0x1000, "V4L2_CAP_VIDEO_CAPTURE_MPLANE"),
        (0x2000, "V4L2_CAP_VIDEO_OUTPUT_MPLANE"),
        (0x4000, "V4L2_CAP_VIDEO_M2M_MPLANE"),
        (0x8000, "V4L2_CAP_VIDEO_M2M"),
        (0x10000, "V4L2_CAP_TUNER"),
        (0x20000, "V4L2_CAP_AUDIO"),
        (0x40000, "V4L2_CAP_RADIO"),
        (0x80000, "V4L2_CAP_MODULATOR"),
        (0x100000, "V4L2_CAP_SDR_CAPTURE"),
        (0x200000, "V4L2_CAP_EXT_PIX_FORMAT"),
        (0x400000, "V4L2_CAP_SDR_OUTPUT"),
        (0x800000, "V4L2_CAP_META_CAPTURE"),
        (0x1000000, "V4L2_CAP_READWRITE"),
        (0x2000000, "V4L2_CAP_EDID"),
        (0x4000000, "V4L2_CAP_STREAMING"),
        (0x8000000, "V4L2_CAP_META_OUTPUT"),
        (0x10000000, "V4L2_CAP_TOUCH"),
        (0x80000000, "V4L2_CAP_DEVICE_CAPS"),
    ],
};

/// Where buffers lie.
pub static MEMORIES: Symbols = Symbols {
    unknown: "V4L2_MEMORY_???",
    names: &[
        (1, "V4L2_MEMORY_MMAP"),
        (2, "V4L2_MEMORY_USERPTR"),
        (3, "V4L2_MEMORY_OVERLAY"),
        (4, "V4L2_MEMORY_DMABUF"),
    ],
};

/// Kinds of controls.
pub static CONTROL_CLASSES: Symbols = Symbols {
    unknown: "V4L2_CTRL_CLASS_???",
    names: &[
        (0x980000, "V4L2_CTRL_CLASS_USER"),
        (0x990000, "V4L2_CTRL_CLASS_CODEC"),
        (0x9a0000, "V4L2_CTRL_CLASS_CAMERA"),
        (0x9b0000, "V4L2_CTRL_CLASS_FM_TX"),
        (0x9c0000, "V4L2_CTRL_CLASS_FLASH"),
        (0x9d0000, "V4L2_CTRL_CLASS_JPEG"),
        (0x9e0000, "V4L2_CTRL_CLASS_IMAGE_SOURCE"),
        (0x9f0000, "V4L2_CTRL_CLASS_IMAGE_PROC"),
        (0xa00000, "V4L2_CTRL_CLASS_DV"),
        (0xa10000, "V4L2_CTRL_CLASS_FM_RX"),
        (0xa20000, "V4L2_CTRL_CLASS_RF_TUNER"),
        (0xa30000, "V4L2_CTRL_CLASS_DETECT"),
        (0xa40000, "V4L2_CTRL_CLASS_CODEC_STATELESS"),
        (0xa50000, "V4L2_CTRL_CLASS_COLORIMETRY"),
    ],
};

/// How sizes of frames are told.
pub static SIZE_TYPES: Symbols = Symbols {
    unknown: "V4L2_FRMSIZE_TYPE_???",
    names: &[
        (1, "V4L2_FRMSIZE_TYPE_DISCRETE"),
        (2, "V4L2_FRMSIZE_TYPE_CONTINUOUS"),
        (3, "V4L2_FRMSIZE_TYPE_STEPWISE"),
    ],
};

/// How times of frames are told.
pub static INTERVAL_TYPES: Symbols = Symbols {
    unknown: "V4L2_FRMIVAL_TYPE_???",
    names: &[
        (1, "V4L2_FRMIVAL_TYPE_DISCRETE"),
        (2, "V4L2_FRMIVAL_TYPE_CONTINUOUS"),
        (3, "V4L2_FRMIVAL_TYPE_STEPWISE"),
    ],
};

/// What a format is.
pub static FORMAT_FLAGS: Flags = Flags {
    unknown: "V4L2_FMT_FLAG_???",
    field: (0, &[]),
    bits: &[
        (0x1, "V4L2_FMT_FLAG_COMPRESSED"),
        (0x2, "V4L2_FMT_FLAG_EMULATED"),
        (0x4, "V4L2_FMT_FLAG_CONTINUOUS_BYTESTREAM"),
        (0x8, "V4L2_FMT_FLAG_DYN_RESOLUTION"),
        (0x10, "V4L2_FMT_FLAG_ENC_CAP_FRAME_INTERVAL"),
        (0x20, "V4L2_FMT_FLAG_CSC_COLORSPACE"),
        (0x40, "V4L2_FMT_FLAG_CSC_XFER_FUNC"),
        (0x80, "V4L2_FMT_FLAG_CSC_YCBCR_ENC"),
        (0x100, "V4L2_FMT_FLAG_CSC_QUANTIZATION"),
        (0x200, "V4L2_FMT_FLAG_META_LINE_BASED"),
    ],
};

/// Kinds of values.
pub static CONTROL_TYPES: Symbols = Symbols {
    unknown: "V4L2_CTRL_TYPE_???",
    names: &[
        (1, "V4L2_CTRL_TYPE_INTEGER"),
        (2, "V4L2_CTRL_TYPE_BOOLEAN"),
        (3, "V4L2_CTRL_TYPE_MENU"),
        (4, "V4L2_CTRL_TYPE_BUTTON"),
        (5, "V4L2_CTRL_TYPE_INTEGER64"),
        (6, "V4L2_CTRL_TYPE_CTRL_CLASS"),
        (7, "V4L2_CTRL_TYPE_STRING"),
        (8, "V4L2_CTRL_TYPE_BITMASK"),
        (9, "V4L2_CTRL_TYPE_INTEGER_MENU"),
        (0x100, "V4L2_CTRL_TYPE_U8"),
        (0x101, "V4L2_CTRL_TYPE_U16"),
        (0x102, "V4L2_CTRL_TYPE_U32"),
        (0x106, "V4L2_CTRL_TYPE_AREA"),
        (0x107, "V4L2_CTRL_TYPE_RECT"),
        (0x110, "V4L2_CTRL_TYPE_HDR10_CLL_INFO"),
        (0x111, "V4L2_CTRL_TYPE_HDR10_MASTERING_DISPLAY"),
        (0x200, "V4L2_CTRL_TYPE_H264_SPS"),
        (0x201, "V4L2_CTRL_TYPE_H264_PPS"),
        (0x202, "V4L2_CTRL_TYPE_H264_SCALING_MATRIX"),
        (0x203, "V4L2_CTRL_TYPE_H264_SLICE_PARAMS"),
        (0x204, "V4L2_CTRL_TYPE_H264_DECODE_PARAMS"),
        (0x205, "V4L2_CTRL_TYPE_H264_PRED_WEIGHTS"),
        (0x220, "V4L2_CTRL_TYPE_FWHT_PARAMS"),
        (0x240, "V4L2_CTRL_TYPE_VP8_FRAME"),
        (0x250, "V4L2_CTRL_TYPE_MPEG2_QUANTISATION"),
        (0x251, "V4L2_CTRL_TYPE_MPEG2_SEQUENCE"),
        (0x252, "V4L2_CTRL_TYPE_MPEG2_PICTURE"),
        (0x260, "V4L2_CTRL_TYPE_VP9_COMPRESSED_HDR"),
        (0x261, "V4L2_CTRL_TYPE_VP9_FRAME"),
        (0x270, "V4L2_CTRL_TYPE_HEVC_SPS"),
        (0x271, "V4L2_CTRL_TYPE_HEVC_PPS"),
        (0x272, "V4L2_CTRL_TYPE_HEVC_SLICE_PARAMS"),
        (0x273, "V4L2_CTRL_TYPE_HEVC_SCALING_MATRIX"),
        (0x274, "V4L2_CTRL_TYPE_HEVC_DECODE_PARAMS"),
        (0x275, "V4L2_CTRL_TYPE_HEVC_EXT_SPS_ST_RPS"),
        (0x276, "V4L2_CTRL_TYPE_HEVC_EXT_SPS_LT_RPS"),
        (0x280, "V4L2_CTRL_TYPE_AV1_SEQUENCE"),
        (0x281, "V4L2_CTRL_TYPE_AV1_TILE_GROUP_ENTRY"),
        (0x282, "V4L2_CTRL_TYPE_AV1_FRAME"),
        (0x283, "V4L2_CTRL_TYPE_AV1_FILM_GRAIN"),
    ],
};

/// What a control is.
pub static CONTROL_FLAGS: Flags = Flags {
    unknown: "V4L2_CTRL_FLAG_???",
    field: (0, &[]),
    bits: &[
        (0x1, "V4L2_CTRL_FLAG_DISABLED"),
        (0x2, "V4L2_CTRL_FLAG_GRABBED"),
        (0x4, "V4L2_CTRL_FLAG_READ_ONLY"),
        (0x8, "V4L2_CTRL_FLAG_UPDATE"),
        (0x10, "V4L2_CTRL_FLAG_INACTIVE"),
        (0x20, "V4L2_CTRL_FLAG_SLIDER"),
        (0x40, "V4L2_CTRL_FLAG_WRITE_ONLY"),
        (0x80, "V4L2_CTRL_FLAG_VOLATILE"),
        (0x100, "V4L2_CTRL_FLAG_HAS_PAYLOAD"),
        (0x200, "V4L2_CTRL_FLAG_EXECUTE_ON_WRITE"),
        (0x400, "V4L2_CTRL_FLAG_MODIFY_LAYOUT"),
        (0x800, "V4L2_CTRL_FLAG_DYNAMIC_ARRAY"),
        (0x1000, "V4L2_CTRL_FLAG_HAS_WHICH_MIN_MAX"),
    ],
};

/// Standards of television.
pub static STANDARDS: Flags = Flags {
    unknown: "V4L2_STD_???",
    field: (0, &[]),
    bits: &[
        (0x1, "V4L2_STD_PAL_B"),
        (0x2, "V4L2_STD_PAL_B1"),
        (0x4, "V4L2_STD_PAL_G"),
        (0x8, "V4L2_STD_PAL_H"),
        (0x10, "V4L2_STD_PAL_I"),
        (0x20, "V4L2_STD_PAL_D"),
        (0x40, "V4L2_STD_PAL_D1"),
        (0x80, "V4L2_STD_PAL_K"),
        (0x100, "V4L2_STD_PAL_M"),
        (0x200, "V4L2_STD_PAL_N"),
        (0x400, "V4L2_STD_PAL_Nc"),
        (0x800, "V4L2_STD_PAL_60"),
        (0x1000, "V4L2_STD_NTSC_M"),
        (0x2000, "V4L2_STD_NTSC_M_JP"),
        (0x4000, "V4L2_STD_NTSC_443"),
        (0x8000, "V4L2_STD_NTSC_M_KR"),
        (0x10000, "V4L2_STD_SECAM_B"),
        (0x20000, "V4L2_STD_SECAM_D"),
        (0x40000, "V4L2_STD_SECAM_G"),
        (0x80000, "V4L2_STD_SECAM_H"),
        (0x100000, "V4L2_STD_SECAM_K"),
        (0x200000, "V4L2_STD_SECAM_K1"),
        (0x400000, "V4L2_STD_SECAM_L"),
        (0x800000, "V4L2_STD_SECAM_LC"),
        (0x1000000, "V4L2_STD_ATSC_8_VSB"),
        (0x2000000, "V4L2_STD_ATSC_16_VSB"),
    ],
};

/// Kinds of inputs.
pub static INPUT_TYPES: Symbols = Symbols {
    unknown: "V4L2_INPUT_TYPE_???",
    names: &[(1, "V4L2_INPUT_TYPE_TUNER"), (2, "V4L2_INPUT_TYPE_CAMERA"), (3, "V4L2_INPUT_TYPE_TOUCH")],
};

/// How an input is.
pub static INPUT_STATUS: Flags = Flags {
    unknown: "V4L2_IN_ST_???",
    field: (0, &[]),
    bits: &[
        (0x1, "V4L2_IN_ST_NO_POWER"),
        (0x2, "V4L2_IN_ST_NO_SIGNAL"),
        (0x4, "V4L2_IN_ST_NO_COLOR"),
        (0x10, "V4L2_IN_ST_HFLIP"),
        (0x20, "V4L2_IN_ST_VFLIP"),
        (0x100, "V4L2_IN_ST_NO_H_LOCK"),
        (0x200, "V4L2_IN_ST_COLOR_KILL"),
        (0x400, "V4L2_IN_ST_NO_V_LOCK"),
        (0x800, "V4L2_IN_ST_NO_STD_LOCK"),
        (0x10000, "V4L2_IN_ST_NO_SYNC"),
        (0x20000, "V4L2_IN_ST_NO_EQU"),
        (0x40000, "V4L2_IN_ST_NO_CARRIER"),
        (0x1000000, "V4L2_IN_ST_MACROVISION"),
        (0x2000000, "V4L2_IN_ST_NO_ACCESS"),
        (0x4000000, "V4L2_IN_ST_VTR"),
    ],
};

/// What an input can do.
pub static INPUT_CAPABILITIES: Flags = Flags {
    unknown: "V4L2_IN_CAP_???",
    field: (0, &[]),
    bits: &[(0x2, "V4L2_IN_CAP_DV_TIMINGS"), (0x4, "V4L2_IN_CAP_STD"), (0x8, "V4L2_IN_CAP_NATIVE_SIZE")],
};
