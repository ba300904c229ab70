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

/// Capabilities of a tuner.
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

/// Received subchannels.
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

/// Audio modes.
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

/// Capabilities of a device.
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

/// Where buffers are allocated.
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

/// How frame sizes are described.
pub static SIZE_TYPES: Symbols = Symbols {
    unknown: "V4L2_FRMSIZE_TYPE_???",
    names: &[
        (1, "V4L2_FRMSIZE_TYPE_DISCRETE"),
        (2, "V4L2_FRMSIZE_TYPE_CONTINUOUS"),
        (3, "V4L2_FRMSIZE_TYPE_STEPWISE"),
    ],
};

/// How frame intervals are described.
pub static INTERVAL_TYPES: Symbols = Symbols {
    unknown: "V4L2_FRMIVAL_TYPE_???",
    names: &[
        (1, "V4L2_FRMIVAL_TYPE_DISCRETE"),
        (2, "V4L2_FRMIVAL_TYPE_CONTINUOUS"),
        (3, "V4L2_FRMIVAL_TYPE_STEPWISE"),
    ],
};

/// Properties of a format.
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

/// Types of controls.
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

/// Properties of a control.
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

/// Television standards.
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

/// The status of an input.
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

/// Capabilities of an input.
pub static INPUT_CAPABILITIES: Flags = Flags {
    unknown: "V4L2_IN_CAP_???",
    field: (0, &[]),
    bits: &[(0x2, "V4L2_IN_CAP_DV_TIMINGS"), (0x4, "V4L2_IN_CAP_STD"), (0x8, "V4L2_IN_CAP_NATIVE_SIZE")],
};

/// How the lines of a picture are interlaced.
pub static FIELDS: Symbols = Symbols {
    unknown: "V4L2_FIELD_???",
    names: &[
        (0, "V4L2_FIELD_ANY"),
        (1, "V4L2_FIELD_NONE"),
        (2, "V4L2_FIELD_TOP"),
        (3, "V4L2_FIELD_BOTTOM"),
        (4, "V4L2_FIELD_INTERLACED"),
        (5, "V4L2_FIELD_SEQ_TB"),
        (6, "V4L2_FIELD_SEQ_BT"),
        (7, "V4L2_FIELD_ALTERNATE"),
        (8, "V4L2_FIELD_INTERLACED_TB"),
        (9, "V4L2_FIELD_INTERLACED_BT"),
    ],
};

/// Colour spaces.
pub static COLORSPACES: Symbols = Symbols {
    unknown: "V4L2_COLORSPACE_???",
    names: &[
        (0, "V4L2_COLORSPACE_DEFAULT"),
        (1, "V4L2_COLORSPACE_SMPTE170M"),
        (2, "V4L2_COLORSPACE_SMPTE240M"),
        (3, "V4L2_COLORSPACE_REC709"),
        (4, "V4L2_COLORSPACE_BT878"),
        (5, "V4L2_COLORSPACE_470_SYSTEM_M"),
        (6, "V4L2_COLORSPACE_470_SYSTEM_BG"),
        (7, "V4L2_COLORSPACE_JPEG"),
        (8, "V4L2_COLORSPACE_SRGB"),
        (9, "V4L2_COLORSPACE_OPRGB"),
        (10, "V4L2_COLORSPACE_BT2020"),
        (11, "V4L2_COLORSPACE_RAW"),
        (12, "V4L2_COLORSPACE_DCI_P3"),
    ],
};

/// Flags of VBI lines, which carry no picture.
pub static VBI_FLAGS: Flags = Flags {
    unknown: "V4L2_VBI_???",
    field: (0, &[]),
    bits: &[(0x1, "V4L2_VBI_UNSYNC"), (0x2, "V4L2_VBI_INTERLACED")],
};

/// Services in VBI lines.
pub static SERVICES: Flags = Flags {
    unknown: "V4L2_SLICED_???",
    field: (0, &[]),
    bits: &[
        (0x4401, "V4L2_SLICED_VBI_625"),
        (0x1, "V4L2_SLICED_TELETEXT_B"),
        (0x400, "V4L2_SLICED_VPS"),
        (0x1000, "V4L2_SLICED_CAPTION_525"),
        (0x4000, "V4L2_SLICED_WSS_625"),
    ],
};

/// Parameters that can be set on a stream.
pub static PARAMETERS: Flags =
    Flags { unknown: "V4L2_CAP_???", field: (0, &[]), bits: &[(0x1000, "V4L2_CAP_TIMEPERFRAME")] };

/// Capture modes of a stream.
pub static MODES: Flags =
    Flags { unknown: "V4L2_MODE_???", field: (0, &[]), bits: &[(0x1, "V4L2_MODE_HIGHQUALITY")] };

/// The state of a buffer.
pub static BUFFER_FLAGS: Flags = Flags {
    unknown: "V4L2_BUF_FLAG_???",
    field: (0, &[]),
    bits: &[
        (0x1, "V4L2_BUF_FLAG_MAPPED"),
        (0x2, "V4L2_BUF_FLAG_QUEUED"),
        (0x4, "V4L2_BUF_FLAG_DONE"),
        (0x8, "V4L2_BUF_FLAG_KEYFRAME"),
        (0x10, "V4L2_BUF_FLAG_PFRAME"),
        (0x20, "V4L2_BUF_FLAG_BFRAME"),
        (0x40, "V4L2_BUF_FLAG_ERROR"),
        (0x80, "V4L2_BUF_FLAG_IN_REQUEST"),
        (0x100, "V4L2_BUF_FLAG_TIMECODE"),
        (0x200, "V4L2_BUF_FLAG_INPUT"),
        (0x400, "V4L2_BUF_FLAG_PREPARED"),
        (0x800, "V4L2_BUF_FLAG_NO_CACHE_INVALIDATE"),
        (0x1000, "V4L2_BUF_FLAG_NO_CACHE_CLEAN"),
        (0x100000, "V4L2_BUF_FLAG_LAST"),
        (0x800000, "V4L2_BUF_FLAG_REQUEST_FD"),
    ],
};

/// The clock of a buffer's timestamp.
pub static BUFFER_CLOCKS: Symbols = Symbols {
    unknown: "V4L2_BUF_FLAG_TIMESTAMP_???",
    names: &[
        (0x0, "V4L2_BUF_FLAG_TIMESTAMP_UNKNOWN"),
        (0x2000, "V4L2_BUF_FLAG_TIMESTAMP_MONOTONIC"),
        (0x4000, "V4L2_BUF_FLAG_TIMESTAMP_COPY"),
    ],
};

/// The point in a frame to which a buffer's timestamp refers.
pub static BUFFER_TIMES: Symbols = Symbols {
    unknown: "V4L2_BUF_FLAG_TSTAMP_SRC_???",
    names: &[(0x0, "V4L2_BUF_FLAG_TSTAMP_SRC_EOF"), (0x10000, "V4L2_BUF_FLAG_TSTAMP_SRC_SOE")],
};

/// Pixel formats.
pub static PIXEL_FORMATS: Symbols = Symbols {
    unknown: "",
    names: &[
        (0x20303159, "V4L2_PIX_FMT_Y10"),
        (0x20323159, "V4L2_PIX_FMT_Y12"),
        (0x20343059, "V4L2_PIX_FMT_Y4"),
        (0x20343159, "V4L2_PIX_FMT_Y14"),
        (0x20363059, "V4L2_PIX_FMT_Y6"),
        (0x20363159, "V4L2_PIX_FMT_Y16"),
        (0x2036315a, "V4L2_PIX_FMT_Z16"),
        (0x20385655, "V4L2_PIX_FMT_UV8"),
        (0x20493859, "V4L2_PIX_FMT_Y8I"),
        (0x30313050, "V4L2_PIX_FMT_P010"),
        (0x30313054, "V4L2_PIX_FMT_P010_4L4"),
        (0x30313259, "V4L2_PIX_FMT_Y210"),
        (0x3031334d, "V4L2_PIX_FMT_MR97310A"),
        (0x30313953, "V4L2_PIX_FMT_SN9C10X"),
        (0x30314142, "V4L2_PIX_FMT_SGRBG10"),
        (0x30314247, "V4L2_PIX_FMT_SGBRG10"),
        (0x30314442, "V4L2_PIX_FMT_SGRBG10DPCM8"),
        (0x30314742, "V4L2_PIX_FMT_SBGGR10"),
        (0x30314752, "V4L2_PIX_FMT_SRGGB10"),
        (0x30315243, "V4L2_PIX_FMT_RAW_CRU10"),
        (0x3032344d, "V4L2_PIX_FMT_M420"),
        (0x30323953, "V4L2_PIX_FMT_SN9C20X_I420"),
        (0x30324c4a, "V4L2_PIX_FMT_JL2005BCD"),
        (0x30325243, "V4L2_PIX_FMT_RAW_CRU20"),
        (0x3032564e, "V4L2_PIX_FMT_NV20"),
        (0x30334152, "V4L2_PIX_FMT_RGBA1010102"),
        (0x30335241, "V4L2_PIX_FMT_ARGB2101010"),
        (0x30335652, "V4L2_PIX_FMT_RV30"),
        (0x30335852, "V4L2_PIX_FMT_RGBX1010102"),
        (0x30345652, "V4L2_PIX_FMT_RV40"),
        (0x30364d54, "V4L2_PIX_FMT_TM6000"),
        (0x30383653, "V4L2_PIX_FMT_STV0680"),
        (0x30385056, "V4L2_PIX_FMT_VP8"),
        (0x30395056, "V4L2_PIX_FMT_VP9"),
        (0x304b5053, "V4L2_PIX_FMT_SPK"),
        (0x31303453, "V4L2_PIX_FMT_SE401"),
        (0x31303553, "V4L2_PIX_FMT_SPCA501"),
        (0x31305641, "V4L2_PIX_FMT_AV1"),
        (0x3131354f, "V4L2_PIX_FMT_OV511"),
        (0x31324d4d, "V4L2_PIX_FMT_MM21"),
        (0x31324d4e, "V4L2_PIX_FMT_NV21M"),
        (0x31324d59, "V4L2_PIX_FMT_YVU420M"),
        (0x3132544d, "V4L2_PIX_FMT_MT21C"),
        (0x3132564e, "V4L2_PIX_FMT_NV21"),
        (0x31363553, "V4L2_PIX_FMT_SPCA561"),
        (0x31364d4e, "V4L2_PIX_FMT_NV61M"),
        (0x31364d59, "V4L2_PIX_FMT_YVU422M"),
        (0x3136564e, "V4L2_PIX_FMT_NV61"),
        (0x31384142, "V4L2_PIX_FMT_SBGGR8"),
        (0x31424752, "V4L2_PIX_FMT_RGB332"),
        (0x31435641, "V4L2_PIX_FMT_H264_NO_SC"),
        (0x31435750, "V4L2_PIX_FMT_PWC1"),
        (0x3147504d, "V4L2_PIX_FMT_MPEG1"),
        (0x32313050, "V4L2_PIX_FMT_P012"),
        (0x32313059, "V4L2_PIX_FMT_Y012"),
        (0x32313259, "V4L2_PIX_FMT_Y212"),
        (0x32313342, "V4L2_PIX_FMT_BGR48_12"),
        (0x32313359, "V4L2_PIX_FMT_YUV48_12"),
        (0x32313442, "V4L2_PIX_FMT_ABGR64_12"),
        (0x32314142, "V4L2_PIX_FMT_SGRBG12"),
        (0x32314147, "V4L2_PIX_FMT_BGRA444"),
        (0x3231414e, "V4L2_PIX_FMT_NV12M_8L128"),
        (0x32314152, "V4L2_PIX_FMT_RGBA444"),
        (0x32314241, "V4L2_PIX_FMT_ABGR444"),
        (0x32314247, "V4L2_PIX_FMT_SGBRG12"),
        (0x32314258, "V4L2_PIX_FMT_XBGR444"),
        (0x32314742, "V4L2_PIX_FMT_SBGGR12"),
        (0x32314752, "V4L2_PIX_FMT_SRGGB12"),
        (0x32314d48, "V4L2_PIX_FMT_NV12_16L16"),
        (0x32314d4e, "V4L2_PIX_FMT_NV12M"),
        (0x32314d50, "V4L2_PIX_FMT_P012M"),
        (0x32314d54, "V4L2_PIX_FMT_NV12MT"),
        (0x32314d56, "V4L2_PIX_FMT_NV12MT_16X16"),
        (0x32314d59, "V4L2_PIX_FMT_YUV420M"),
        (0x32315241, "V4L2_PIX_FMT_ARGB444"),
        (0x32315243, "V4L2_PIX_FMT_RAW_CRU12"),
        (0x32315258, "V4L2_PIX_FMT_XRGB444"),
        (0x32315441, "V4L2_PIX_FMT_NV12_8L128"),
        (0x32315453, "V4L2_PIX_FMT_NV12_32L32"),
        (0x32315456, "V4L2_PIX_FMT_NV12_4L4"),
        (0x32315559, "V4L2_PIX_FMT_YUV420"),
        (0x3231564e, "V4L2_PIX_FMT_NV12"),
        (0x32315659, "V4L2_PIX_FMT_YVU420"),
        (0x32315842, "V4L2_PIX_FMT_BGRX444"),
        (0x32315852, "V4L2_PIX_FMT_RGBX444"),
        (0x32344d59, "V4L2_PIX_FMT_YVU444M"),
        (0x3234564e, "V4L2_PIX_FMT_NV42"),
        (0x32435750, "V4L2_PIX_FMT_PWC2"),
        (0x3247504d, "V4L2_PIX_FMT_MPEG2"),
        (0x32525942, "V4L2_PIX_FMT_SBGGR16"),
        (0x33363248, "V4L2_PIX_FMT_H263"),
        (0x33424752, "V4L2_PIX_FMT_RGB24"),
        (0x33524742, "V4L2_PIX_FMT_BGR24"),
        (0x33565348, "V4L2_PIX_FMT_HSV24"),
        (0x33565559, "V4L2_PIX_FMT_YUV24"),
        (0x34314247, "V4L2_PIX_FMT_SGBRG14"),
        (0x34314742, "V4L2_PIX_FMT_SBGGR14"),
        (0x34314752, "V4L2_PIX_FMT_SRGGB14"),
        (0x34315243, "V4L2_PIX_FMT_RAW_CRU14"),
        (0x34315247, "V4L2_PIX_FMT_SGRBG14"),
        (0x34324142, "V4L2_PIX_FMT_ARGB32"),
        (0x34324152, "V4L2_PIX_FMT_BGRA32"),
        (0x34324241, "V4L2_PIX_FMT_RGBA32"),
        (0x34324258, "V4L2_PIX_FMT_RGBX32"),
        (0x34324948, "V4L2_PIX_FMT_HI240"),
        (0x34324d59, "V4L2_PIX_FMT_YUV444M"),
        (0x34325241, "V4L2_PIX_FMT_ABGR32"),
        (0x34325258, "V4L2_PIX_FMT_XBGR32"),
        (0x3432564e, "V4L2_PIX_FMT_NV24"),
        (0x34325842, "V4L2_PIX_FMT_XRGB32"),
        (0x34325852, "V4L2_PIX_FMT_BGRX32"),
        (0x34343452, "V4L2_PIX_FMT_RGB444"),
        (0x34343459, "V4L2_PIX_FMT_YUV444"),
        (0x34363248, "V4L2_PIX_FMT_H264"),
        (0x3436324d, "V4L2_PIX_FMT_H264_MVC"),
        (0x34363253, "V4L2_PIX_FMT_H264_SLICE"),
        (0x34424752, "V4L2_PIX_FMT_RGB32"),
        (0x34464e43, "V4L2_PIX_FMT_CNF4"),
        (0x3447504d, "V4L2_PIX_FMT_MPEG4"),
        (0x34524742, "V4L2_PIX_FMT_BGR32"),
        (0x34565348, "V4L2_PIX_FMT_HSV32"),
        (0x34565559, "V4L2_PIX_FMT_YUV32"),
        (0x35303553, "V4L2_PIX_FMT_SPCA505"),
        (0x35314142, "V4L2_PIX_FMT_BGRA555"),
        (0x35314152, "V4L2_PIX_FMT_RGBA555"),
        (0x35314241, "V4L2_PIX_FMT_ABGR555"),
        (0x35314258, "V4L2_PIX_FMT_XBGR555"),
        (0x35315241, "V4L2_PIX_FMT_ARGB555"),
        (0x35315258, "V4L2_PIX_FMT_XRGB555"),
        (0x35315456, "V4L2_PIX_FMT_NV15_4L4"),
        (0x3531564e, "V4L2_PIX_FMT_NV15"),
        (0x35315842, "V4L2_PIX_FMT_BGRX555"),
        (0x35315852, "V4L2_PIX_FMT_RGBX555"),
        (0x35323645, "V4L2_PIX_FMT_ET61X251"),
        (0x35363253, "V4L2_PIX_FMT_HEVC_SLICE"),
        (0x36313259, "V4L2_PIX_FMT_Y216"),
        (0x36314247, "V4L2_PIX_FMT_SGBRG16"),
        (0x36314752, "V4L2_PIX_FMT_SRGGB16"),
        (0x36314d4e, "V4L2_PIX_FMT_NV16M"),
        (0x36314d59, "V4L2_PIX_FMT_YUV422M"),
        (0x36315247, "V4L2_PIX_FMT_SGRBG16"),
        (0x3631564e, "V4L2_PIX_FMT_NV16"),
        (0x36424752, "V4L2_PIX_FMT_RGB48"),
        (0x36524742, "V4L2_PIX_FMT_BGR48"),
        (0x37303250, "V4L2_PIX_FMT_PAC207"),
        (0x38303553, "V4L2_PIX_FMT_SPCA508"),
        (0x3831354f, "V4L2_PIX_FMT_OV518"),
        (0x38414261, "V4L2_PIX_FMT_SBGGR10ALAW8"),
        (0x38414262, "V4L2_PIX_FMT_SBGGR10DPCM8"),
        (0x38414761, "V4L2_PIX_FMT_SGBRG10ALAW8"),
        (0x38414762, "V4L2_PIX_FMT_SGBRG10DPCM8"),
        (0x38415261, "V4L2_PIX_FMT_SRGGB10ALAW8"),
        (0x38415262, "V4L2_PIX_FMT_SRGGB10DPCM8"),
        (0x38416761, "V4L2_PIX_FMT_SGRBG10ALAW8"),
        (0x384c4150, "V4L2_PIX_FMT_PAL8"),
        (0x39555659, "V4L2_PIX_FMT_YVU410"),
        (0x39565559, "V4L2_PIX_FMT_YUV410"),
        (0x41414270, "V4L2_PIX_FMT_SBGGR10P"),
        (0x41414770, "V4L2_PIX_FMT_SGBRG10P"),
        (0x41415270, "V4L2_PIX_FMT_SRGGB10P"),
        (0x41416770, "V4L2_PIX_FMT_SGRBG10P"),
        (0x41495043, "V4L2_PIX_FMT_CPIA1"),
        (0x41564e57, "V4L2_PIX_FMT_WNVA"),
        (0x41565559, "V4L2_PIX_FMT_YUVA32"),
        (0x41595556, "V4L2_PIX_FMT_VUYA32"),
        (0x42303159, "V4L2_PIX_FMT_Y10BPACK"),
        (0x42314350, "V4L2_PIX_FMT_PISP_COMP1_BGGR"),
        (0x42324350, "V4L2_PIX_FMT_PISP_COMP2_BGGR"),
        (0x42474752, "V4L2_PIX_FMT_SRGGB8"),
        (0x43303151, "V4L2_PIX_FMT_QC10C"),
        (0x43353039, "V4L2_PIX_FMT_SQ905C"),
        (0x43383051, "V4L2_PIX_FMT_QC08C"),
        (0x43434270, "V4L2_PIX_FMT_SBGGR12P"),
        (0x43434770, "V4L2_PIX_FMT_SGBRG12P"),
        (0x43435270, "V4L2_PIX_FMT_SRGGB12P"),
        (0x43436770, "V4L2_PIX_FMT_SGRBG12P"),
        (0x43564548, "V4L2_PIX_FMT_HEVC"),
        (0x44495658, "V4L2_PIX_FMT_XVID"),
        (0x45454270, "V4L2_PIX_FMT_SBGGR14P"),
        (0x45454770, "V4L2_PIX_FMT_SGBRG14P"),
        (0x45455270, "V4L2_PIX_FMT_SRGGB14P"),
        (0x45456770, "V4L2_PIX_FMT_SGRBG14P"),
        (0x46315641, "V4L2_PIX_FMT_AV1_FRAME"),
        (0x46385056, "V4L2_PIX_FMT_VP8_FRAME"),
        (0x46395056, "V4L2_PIX_FMT_VP9_FRAME"),
        (0x47314350, "V4L2_PIX_FMT_PISP_COMP1_GRBG"),
        (0x47314356, "V4L2_PIX_FMT_VC1_ANNEX_G"),
        (0x47324350, "V4L2_PIX_FMT_PISP_COMP2_GRBG"),
        (0x47337069, "V4L2_PIX_FMT_IPU3_SGRBG10"),
        (0x47425247, "V4L2_PIX_FMT_SGRBG8"),
        (0x4745504a, "V4L2_PIX_FMT_JPEG"),
        (0x4745504d, "V4L2_PIX_FMT_MPEG"),
        (0x47504a41, "V4L2_PIX_FMT_AJPG"),
        (0x47504a4d, "V4L2_PIX_FMT_MJPEG"),
        (0x47504a50, "V4L2_PIX_FMT_PJPG"),
        (0x47524247, "V4L2_PIX_FMT_SGBRG8"),
        (0x48524742, "V4L2_PIX_FMT_BGR666"),
        (0x48574653, "V4L2_PIX_FMT_FWHT_STATELESS"),
        (0x49323159, "V4L2_PIX_FMT_Y12I"),
        (0x49363159, "V4L2_PIX_FMT_Y16I"),
        (0x49433553, "V4L2_PIX_FMT_S5C_UYVY_JPG"),
        (0x494e4f4b, "V4L2_PIX_FMT_KONICA420"),
        (0x495a4e49, "V4L2_PIX_FMT_INZI"),
        (0x4c314356, "V4L2_PIX_FMT_VC1_ANNEX_L"),
        (0x4c47504a, "V4L2_PIX_FMT_JPGL"),
        (0x4c545848, "V4L2_PIX_FMT_HEXTILE"),
        (0x4d314350, "V4L2_PIX_FMT_PISP_COMP1_MONO"),
        (0x4d324350, "V4L2_PIX_FMT_PISP_COMP2_MONO"),
        (0x4f424752, "V4L2_PIX_FMT_RGB555"),
        (0x4f565559, "V4L2_PIX_FMT_YUV555"),
        (0x50303159, "V4L2_PIX_FMT_Y10P"),
        (0x50313134, "V4L2_PIX_FMT_YUV411P"),
        (0x50313459, "V4L2_PIX_FMT_Y41P"),
        (0x50323159, "V4L2_PIX_FMT_Y12P"),
        (0x50323234, "V4L2_PIX_FMT_YUV422P"),
        (0x50343159, "V4L2_PIX_FMT_Y14P"),
        (0x50424752, "V4L2_PIX_FMT_RGB565"),
        (0x50565559, "V4L2_PIX_FMT_YUV565"),
        (0x51424752, "V4L2_PIX_FMT_RGB555X"),
        (0x52314350, "V4L2_PIX_FMT_PISP_COMP1_RGGB"),
        (0x52324350, "V4L2_PIX_FMT_PISP_COMP2_RGGB"),
        (0x5232544d, "V4L2_PIX_FMT_MT2110R"),
        (0x52424752, "V4L2_PIX_FMT_RGB565X"),
        (0x5332474d, "V4L2_PIX_FMT_MPEG2_SLICE"),
        (0x5432544d, "V4L2_PIX_FMT_MT2110T"),
        (0x54485746, "V4L2_PIX_FMT_FWHT"),
        (0x55595659, "V4L2_PIX_FMT_YVYU"),
        (0x56544943, "V4L2_PIX_FMT_CIT_YYVYUY"),
        (0x56555941, "V4L2_PIX_FMT_AYUV32"),
        (0x56555958, "V4L2_PIX_FMT_XYUV32"),
        (0x56555959, "V4L2_PIX_FMT_YYUV"),
        (0x56595559, "V4L2_PIX_FMT_YUYV"),
        (0x584e4f53, "V4L2_PIX_FMT_SN9C2028"),
        (0x58565559, "V4L2_PIX_FMT_YUVX32"),
        (0x58595556, "V4L2_PIX_FMT_VUYX32"),
        (0x59455247, "V4L2_PIX_FMT_GREY"),
        (0x59555956, "V4L2_PIX_FMT_VYUY"),
        (0x59565955, "V4L2_PIX_FMT_UYVY"),
        (0x62337069, "V4L2_PIX_FMT_IPU3_SBGGR10"),
        (0x64737664, "V4L2_PIX_FMT_DV"),
        (0x67314350, "V4L2_PIX_FMT_PISP_COMP1_GBRG"),
        (0x67324350, "V4L2_PIX_FMT_PISP_COMP2_GBRG"),
        (0x67337069, "V4L2_PIX_FMT_IPU3_SGBRG10"),
        (0x72337069, "V4L2_PIX_FMT_IPU3_SRGGB10"),
        (0x79337069, "V4L2_PIX_FMT_IPU3_Y10"),
        (0xa0363159, "V4L2_PIX_FMT_Y16_BE"),
        (0xb231544e, "V4L2_PIX_FMT_NV12M_10BE_8L128"),
        (0xb2315841, "V4L2_PIX_FMT_NV12_10BE_8L128"),
        (0xb5315241, "V4L2_PIX_FMT_ARGB555X"),
        (0xb5315258, "V4L2_PIX_FMT_XRGB555X"),
    ],
};

/// Metadata formats.
pub static META_FORMATS: Symbols = Symbols {
    unknown: "",
    names: &[
        (0x43425052, "V4L2_META_FMT_RPI_BE_CFG"),
        (0x43465052, "V4L2_META_FMT_RPI_FE_CFG"),
        (0x44564956, "V4L2_META_FMT_VIVID"),
        (0x45314b52, "V4L2_META_FMT_RK_ISP1_EXT_PARAMS"),
        (0x48435655, "V4L2_META_FMT_UVC"),
        (0x48505356, "V4L2_META_FMT_VSP1_HGO"),
        (0x4d435655, "V4L2_META_FMT_UVC_MSXU_1_5"),
        (0x4d503343, "V4L2_META_FMT_C3ISP_PARAMS"),
        (0x50314b52, "V4L2_META_FMT_RK_ISP1_PARAMS"),
        (0x50353543, "V4L2_META_FMT_MALI_C55_PARAMS"),
        (0x53314b52, "V4L2_META_FMT_RK_ISP1_STAT_3A"),
        (0x53353543, "V4L2_META_FMT_MALI_C55_STATS"),
        (0x53465052, "V4L2_META_FMT_RPI_FE_STATS"),
        (0x54505356, "V4L2_META_FMT_VSP1_HGT"),
        (0x54533343, "V4L2_META_FMT_C3ISP_STATS"),
        (0x58583444, "V4L2_META_FMT_D4XX"),
    ],
};

/// The controls of devices: number and name, one per line.
static CONTROLS: &str = include_str!("controls.txt");

/// The name of a control.
pub fn control(number: u64) -> Option<&'static str> {
    let lines = CONTROLS.lines().filter_map(|line| line.split_once(' '));
    let mut named = lines.filter(|(known, _)| u64::from_str_radix(known, 16) == Ok(number));
    named.next().map(|(_, name)| name)
}

/// Software-defined radio formats.
pub static RADIO_FORMATS: Symbols = Symbols {
    unknown: "",
    names: &[
        (0x38305543, "V4L2_SDR_FMT_CU8"),
        (0x36315543, "V4L2_SDR_FMT_CU16LE"),
        (0x38305343, "V4L2_SDR_FMT_CS8"),
        (0x34315343, "V4L2_SDR_FMT_CS14LE"),
        (0x32315552, "V4L2_SDR_FMT_RU12LE"),
        (0x36314350, "V4L2_SDR_FMT_PCU16BE"),
        (0x38314350, "V4L2_SDR_FMT_PCU18BE"),
        (0x30324350, "V4L2_SDR_FMT_PCU20BE"),
    ],
};

/// Flags for finding the next control.
pub static NEXT_CONTROLS: Flags = Flags {
    unknown: "V4L2_CTRL_FLAG_???",
    field: (0, &[]),
    bits: &[(0x80000000, "V4L2_CTRL_FLAG_NEXT_CTRL"), (0x40000000, "V4L2_CTRL_FLAG_NEXT_COMPOUND")],
};
