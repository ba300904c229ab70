//! Structures of video devices (`linux/videodev2.h`).

use super::{console::CHARACTER, devices::told, file::OPEN_FLAGS, time::TIMEVAL};
use crate::{
    decode::Decode,
    gather::Gather,
    layout,
    names::video::*,
    snapshot::{Phase, Place},
    types::{
        Custom, Field, I32, I64, Len, RESULT, Record,
        Type::{self, *},
        U8, U16, U32, U64, When,
    },
    value::Value,
};
use alloc::{format, vec::Vec};

const PART: Type = Int(U32);
const KIND: Type = Symbol(U32, &BUFFER_TYPES);
const PICTURE: Type = Commented(&FOURCC, U32, &PIXEL_FORMATS);
const FOURCC: Type = Macro(
    U32,
    "v4l2_fourcc",
    &[
        Bits(U32, 0, 8, &Custom(&CHARACTER)),
        Bits(U32, 8, 8, &Custom(&CHARACTER)),
        Bits(U32, 16, 8, &Custom(&CHARACTER)),
        Bits(U32, 24, 8, &Custom(&CHARACTER)),
    ],
);

/// `struct v4l2_fract`: `1/30`.
static FRACTION: Custom = Custom::inside("v4l2_fract", 8, |decode: &mut Decode<'_>, place| {
    let whole = decode.scope.load(place, U64).unwrap_or(0);
    Value::Text(format!("{}/{}", whole as u32, whole >> 32))
});

const RATIO: Type = Packed(&Custom(&FRACTION));

/// A record whose first fields are the request, and whose other listed fields are the answer.
macro_rules! asked {
    ($record:expr, $asked:expr, $told:expr) => {
        Switch(
            RESULT,
            &[(u32::MAX as u64, In(&Ordered(&$record, &$asked)))],
            &Out(&Ordered(&$record, &$told)),
        )
    };
}

/// `struct v4l2_rect`
static RECTANGLE: Record = Record {
    name: "v4l2_rect",
    fields: &[
        Field::new("left", Int(I32)),
        Field::new("top", Int(I32)),
        Field::new("width", PART),
        Field::new("height", PART),
    ],
};

/// `struct v4l2_capability`
static CAPABILITY: Record = Record {
    name: "v4l2_capability",
    fields: &[
        Field::new("driver", Chars(16)),
        Field::new("card", Chars(32)),
        Field::new("bus_info", Chars(32)),
        Field::new(
            "version",
            Macro(
                U32,
                "KERNEL_VERSION",
                &[Bits(U32, 16, 16, &PART), Bits(U32, 8, 8, &PART), Bits(U32, 0, 8, &PART)],
            ),
        ),
        Field::new("capabilities", Flags(U32, &VIDEO_CAPABILITIES)),
        Field::nonzero("device_caps", Flags(U32, &VIDEO_CAPABILITIES)),
        Field::padding(Chars(12)),
    ],
};

/// `struct v4l2_crop`, in a request or an answer.
static CROP: Record =
    Record { name: "v4l2_crop", fields: &[Field::new("type", KIND), Field::new("c", Struct(&RECTANGLE))] };

/// `struct v4l2_cropcap`
static CROPPING: Record = Record {
    name: "v4l2_cropcap",
    fields: &[
        Field::new("type", KIND),
        Field::new("bounds", Struct(&RECTANGLE)),
        Field::new("defrect", Struct(&RECTANGLE)),
        Field::new("pixelaspect", RATIO),
    ],
};

/// `struct v4l2_framebuffer`
static FRAME_BUFFER: Record = Record {
    name: "v4l2_framebuffer",
    fields: &[
        Field::new("capability", Hex(U32)),
        Field::new("flags", Hex(U32)),
        Field::new("base", Addr),
        Field::padding(Chars(32)),
    ],
};

/// `struct v4l2_tuner`
static TUNER: Record = Record {
    name: "v4l2_tuner",
    fields: &[
        Field::new("index", PART),
        Field::new("name", Chars(32)),
        Field::new("type", Symbol(U32, &TUNER_TYPES)),
        Field::new("capability", Flags(U32, &TUNER_CAPABILITIES)),
        Field::new("rangelow", PART),
        Field::new("rangehigh", PART),
        Field::new("rxsubchans", Flags(U32, &SUBCHANNELS)),
        Field::new("audmode", Symbol(U32, &AUDIO_MODES)),
        Field::new("signal", Int(I32)),
        Field::new("afc", Int(I32)),
        Field::padding(Chars(16)),
    ],
};
const TUNED: [&str; 9] =
    ["name", "type", "capability", "rangelow", "rangehigh", "rxsubchans", "audmode", "signal", "afc"];

/// The number of a control: its name, or its class and the remaining bits.
static A_CONTROL: Custom =
    Custom::inside("control of a video device", 4, |decode: &mut Decode<'_>, place| {
        const CLASS: u64 = 0xffff_0000;
        let bits = decode.scope.load(place, U32).unwrap_or(0);
        if let Some(name) = control(bits) {
            return Value::Symbol { bits, name: Some(decode.name(name)), unknown: None };
        }
        match CONTROL_CLASSES.names.iter().find(|(class, _)| *class == bits & CLASS) {
            Some((_, class)) => match bits & 0xffff {
                0 => Value::Text(format!("{class}+0")),
                rest => Value::Text(format!("{class}+{rest:#x}")),
            },
            None => Value::Symbol { bits, name: None, unknown: Some(decode.name("V4L2_CID_???")) },
        }
    });

/// `struct v4l2_control`, read and written.
static CONTROL: Record = Record {
    name: "v4l2_control",
    fields: &[Field::new("id", Custom(&A_CONTROL)), Field::new("value", told!(Int(I32)))],
};
static CONTROL_SET: Record = Record {
    name: "v4l2_control",
    fields: &[Field::new("id", Custom(&A_CONTROL)), Field::new("value", Changing(&Int(I32)))],
};

/// `struct v4l2_requestbuffers`
static REQUEST: Record = Record {
    name: "v4l2_requestbuffers",
    fields: &[
        Field::new("count", Changing(&PART)),
        Field::new("type", KIND),
        Field::new("memory", Symbol(U32, &MEMORIES)),
        Field::padding(Chars(8)),
    ],
};

/// `struct v4l2_exportbuffer`
static EXPORT: Record = Record {
    name: "v4l2_exportbuffer",
    fields: &[
        Field::new("type", KIND),
        Field::new("index", PART),
        Field::new("plane", PART),
        Field::new("flags", OPEN_FLAGS),
        Field::new("fd", Fd),
        Field::padding(Chars(44)),
    ],
};

/// The state of a buffer: its flags, and the meaning of its timestamp.
static BUFFER_STATE: Custom = Custom::inside("flags of a buffer", 4, |decode: &mut Decode<'_>, place| {
    const CLOCK: u64 = 0xe000;
    const TIME: u64 = 0x7_0000;
    let bits = decode.scope.load(place, U32).unwrap_or(0);
    let mut parts = Vec::new();
    if bits & !(CLOCK | TIME) != 0 {
        parts.push(decode.flags(bits & !(CLOCK | TIME), &BUFFER_FLAGS));
    }
    parts.push(decode.symbol(bits & CLOCK, &BUFFER_CLOCKS, U32));
    parts.push(decode.symbol(bits & TIME, &BUFFER_TIMES, U32));
    Value::Or(parts)
});

/// `struct v4l2_buffer`
static BUFFER: Record = Record {
    name: "v4l2_buffer",
    fields: &[
        Field::new("index", PART),
        Field::new("type", KIND),
        Field::new("bytesused", PART),
        Field::new("flags", Custom(&BUFFER_STATE)),
        Field::padding(PART),
        Field::new("timestamp", Struct(&TIMEVAL)),
        Field::padding(Chars(16)),
        Field::padding(PART),
        Field::new("memory", Symbol(U32, &MEMORIES)),
        Field::new("m.offset", Over(&Switch(8, &[(1, Hex(U32))], &Absent))),
        Field::new("m.userptr", Over(&Switch(8, &[(2, Addr)], &Absent))),
        Field::padding(Addr),
        Field::new("length", PART),
        Field::padding(Chars(8)),
        Field::MORE,
    ],
};
const BUFFER_TOLD: [&str; 8] =
    ["type", "index", "memory", "m.offset", "m.userptr", "length", "bytesused", "flags"];
const BUFFER_TAKEN: [&str; 9] =
    ["type", "index", "memory", "m.offset", "m.userptr", "length", "bytesused", "flags", "timestamp"];
/// The fields of a buffer that are written for a failed call.
static BUFFER_ASKED: Record =
    Record { name: "v4l2_buffer", fields: &[Field::new("index", PART), Field::new("type", KIND)] };

/// A buffer in a query, or one that is handed to the driver.
const VIDEO_BUFFER: Type = Switch(
    RESULT,
    &[(u32::MAX as u64, In(&Ordered(&BUFFER_ASKED, &["type", "index"])))],
    &Out(&Ordered(&BUFFER, &BUFFER_TOLD)),
);
/// A buffer that is taken from the driver.
const VIDEO_BUFFER_TAKEN: Type = Switch(
    RESULT,
    &[(u32::MAX as u64, In(&Ordered(&BUFFER_ASKED, &["type"])))],
    &Out(&Ordered(&BUFFER, &BUFFER_TAKEN)),
);

/// `struct v4l2_pix_format`, as far as strace decodes it.
static PIXELS: Record = Record {
    name: "v4l2_pix_format",
    fields: &[
        Field::new("width", PART),
        Field::new("height", PART),
        Field::new("pixelformat", PICTURE),
        Field::new("field", Symbol(U32, &FIELDS)),
        Field::new("bytesperline", PART),
        Field::new("sizeimage", PART),
        Field::new("colorspace", Symbol(U32, &COLORSPACES)),
    ],
};

/// `struct v4l2_plane_pix_format`
static PLANE: Record = Record {
    name: "v4l2_plane_pix_format",
    fields: &[Field::new("sizeimage", PART), Field::new("bytesperline", PART), Field::padding(Chars(12))],
};

/// `struct v4l2_pix_format_mplane`, as far as strace decodes it.
static PLANES: Record = Record {
    name: "v4l2_pix_format_mplane",
    fields: &[
        Field::new("width", PART),
        Field::new("height", PART),
        Field::new("pixelformat", PICTURE),
        Field::new("field", Symbol(U32, &FIELDS)),
        Field::new("colorspace", Symbol(U32, &COLORSPACES)),
        Field::new("plane_fmt", Array(&Struct(&PLANE), Len::Room(6, 8))),
        Field::new("num_planes", Int(U8)),
    ],
};

/// `struct v4l2_clip`
static CLIP: Record =
    Record { name: "v4l2_clip", fields: &[Field::new("c", Struct(&RECTANGLE)), Field::padding(Addr)] };
const CLIPS: Type = Array(&Struct(&CLIP), Len::Arg(4));

/// `struct v4l2_window`
static WINDOW: Record = Record {
    name: "v4l2_window",
    fields: &[
        Field::new("w", Struct(&RECTANGLE)),
        Field::new("field", Symbol(U32, &FIELDS)),
        Field::new("chromakey", Hex(U32)),
        Field::new("clips", Switch(RESULT, &[(u32::MAX as u64, In(&CLIPS))], &Out(&CLIPS))),
        Field::new("clipcount", PART),
        Field::new("bitmap", Addr),
        Field::nonzero("global_alpha", Hex(U8)),
    ],
};

/// `struct v4l2_vbi_format`
static VBI: Record = Record {
    name: "v4l2_vbi_format",
    fields: &[
        Field::new("sampling_rate", PART),
        Field::new("offset", PART),
        Field::new("samples_per_line", PART),
        Field::new("sample_format", PICTURE),
        Field::new("start", Array(&Int(I32), Len::Fixed(2))),
        Field::new("count", Array(&PART, Len::Fixed(2))),
        Field::new("flags", Flags(U32, &VBI_FLAGS)),
    ],
};

/// `struct v4l2_sliced_vbi_format`
static SLICED: Record = Record {
    name: "v4l2_sliced_vbi_format",
    fields: &[
        Field::new("service_set", Flags(U16, &SERVICES)),
        Field::new("service_lines", Array(&Array(&Hex(U16), Len::Fixed(24)), Len::Fixed(2))),
        Field::new("io_size", PART),
    ],
};

/// `struct v4l2_sdr_format`
static RADIO: Record = Record {
    name: "v4l2_sdr_format",
    fields: &[
        Field::new("pixelformat", Commented(&FOURCC, U32, &RADIO_FORMATS)),
        Field::nonzero("buffersize", PART),
    ],
};

/// `struct v4l2_meta_format`
static META: Record = Record {
    name: "v4l2_meta_format",
    fields: &[
        Field::new("dataformat", Commented(&FOURCC, U32, &META_FORMATS)),
        Field::new("buffersize", PART),
    ],
};

/// `struct v4l2_format`: the type selects the member of its union.
static FORMAT: Record = Record {
    name: "v4l2_format",
    fields: &[
        Field::new("type", KIND),
        Field::padding(Over(&Addr)),
        Field::new("fmt.pix", Over(&Switch(0, &[(1, Struct(&PIXELS)), (2, Struct(&PIXELS))], &Absent))),
        Field::new("fmt.win", Over(&Switch(0, &[(3, Struct(&WINDOW)), (8, Struct(&WINDOW))], &Absent))),
        Field::new("fmt.vbi", Over(&Switch(0, &[(4, Struct(&VBI)), (5, Struct(&VBI))], &Absent))),
        Field::new("fmt.sliced", Over(&Switch(0, &[(6, Struct(&SLICED)), (7, Struct(&SLICED))], &Absent))),
        Field::new("fmt.pix_mp", Over(&Switch(0, &[(9, Struct(&PLANES)), (10, Struct(&PLANES))], &Absent))),
        Field::new("fmt.sdr", Over(&Switch(0, &[(11, Struct(&RADIO)), (12, Struct(&RADIO))], &Absent))),
        Field::new("fmt.meta", Over(&Switch(0, &[(13, Struct(&META)), (14, Struct(&META))], &Absent))),
        Field::padding(Chars(200)),
    ],
};
const FORMAT_TOLD: Type =
    Ordered(&FORMAT, &["fmt.pix", "fmt.vbi", "fmt.sliced", "fmt.pix_mp", "fmt.sdr", "fmt.meta"]);
/// A format that is returned.
const VIDEO_FORMAT: Type =
    Switch(RESULT, &[(u32::MAX as u64, In(&Ordered(&FORMAT, &["type"])))], &Out(&Struct(&FORMAT)));
/// A format that is set, and the result; for a format that overlays a picture, there is no result.
const VIDEO_FORMAT_SET: Type = Told(
    &Struct(&FORMAT),
    &SwitchAt(
        0,
        u32::MAX as u64,
        &[
            (1, FORMAT_TOLD),
            (2, FORMAT_TOLD),
            (4, FORMAT_TOLD),
            (5, FORMAT_TOLD),
            (6, FORMAT_TOLD),
            (7, FORMAT_TOLD),
            (9, FORMAT_TOLD),
            (10, FORMAT_TOLD),
            (11, FORMAT_TOLD),
            (12, FORMAT_TOLD),
            (13, FORMAT_TOLD),
            (14, FORMAT_TOLD),
        ],
        &Absent,
    ),
);

/// `struct v4l2_create_buffers`
static CREATED: Record = Record {
    name: "v4l2_create_buffers",
    fields: &[
        Field::padding(PART),
        Field::new("count", PART),
        Field::new("memory", Symbol(U32, &MEMORIES)),
        Field::padding(Over(&Addr)),
        Field::new("format", Struct(&FORMAT)),
        Field::padding(Chars(32)),
    ],
};
/// The requested buffers.
const VIDEO_BUFFERS: Type = In(&Struct(&CREATED));

/// The buffers that were created, after the result.
pub static VIDEO_BUFFERS_MADE: Custom = Custom {
    name: "index and count of v4l2_create_buffers",
    size: 0,
    when: When::Exit,
    gather: |gather: &mut Gather<'_>, _| gather.want(gather.scope.argument(2), 8),
    decode: |decode: &mut Decode<'_>, _| {
        let scope = decode.scope;
        let addr = scope.argument(2);
        // The size of the structure is in the request's number.
        let size = (scope.argument(1) >> 16 & 0x3fff) as usize;
        let given = scope.depth.dereference && scope.bytes(Phase::Entry, addr, size).len() == size;
        let made = scope.load(Place::Memory { addr, phase: Phase::Exit }, U64);
        let Some(made) = made.filter(|_| given) else { return Value::List(Vec::new()) };
        let fields = [("index", made & 0xffff_ffff), ("count", made >> 32)]
            .map(|(name, number)| (Some(decode.name(name)), Value::Unsigned(number)));
        Value::Struct { fields: fields.into(), cut: false }
    },
};

/// The members of `struct v4l2_streamparm`, which have different names.
macro_rules! parameters {
    ($mode:literal, $buffers:literal) => {
        Record {
            name: "v4l2_captureparm",
            fields: &[
                Field::new("capability", Flags(U32, &PARAMETERS)),
                Field::new($mode, Flags(U32, &MODES)),
                Field::new("timeperframe", RATIO),
                Field::new("extendedmode", Hex(U32)),
                Field::new($buffers, PART),
            ],
        }
    };
}
static CAPTURE: Record = parameters!("capturemode", "readbuffers");
static OUTPUT: Record = parameters!("outputmode", "writebuffers");

/// `struct v4l2_streamparm`
static STREAM: Record = Record {
    name: "v4l2_streamparm",
    fields: &[
        Field::new("type", KIND),
        Field::new("parm.capture", Over(&Switch(0, &[(1, Struct(&CAPTURE))], &Absent))),
        Field::new("parm.output", Over(&Switch(0, &[(2, Struct(&OUTPUT))], &Absent))),
        Field::padding(Chars(200)),
    ],
};
const STREAM_TOLD: Type = Ordered(&STREAM, &["parm.capture", "parm.output"]);
/// The parameters to set on a stream.
const VIDEO_STREAM_SET: Type =
    Told(&Struct(&STREAM), &SwitchAt(0, u32::MAX as u64, &[(1, STREAM_TOLD), (2, STREAM_TOLD)], &Absent));

/// `struct v4l2_frmsize_discrete`, `struct v4l2_frmsize_stepwise`
static SIZE: Record = Record {
    name: "v4l2_frmsize_discrete",
    fields: &[Field::new("width", PART), Field::new("height", PART)],
};
static SIZES: Record = Record {
    name: "v4l2_frmsize_stepwise",
    fields: &[
        Field::new("min_width", PART),
        Field::new("max_width", PART),
        Field::new("step_width", PART),
        Field::new("min_height", PART),
        Field::new("max_height", PART),
        Field::new("step_height", PART),
    ],
};

/// `struct v4l2_frmsizeenum`
static FRAME_SIZE: Record = Record {
    name: "v4l2_frmsizeenum",
    fields: &[
        Field::new("index", PART),
        Field::new("pixel_format", PICTURE),
        Field::new("type", Symbol(U32, &SIZE_TYPES)),
        Field::new("discrete", Over(&Switch(2, &[(1, Struct(&SIZE))], &Absent))),
        Field::new("stepwise", Over(&Switch(2, &[(3, Struct(&SIZES))], &Absent))),
        Field::padding(Chars(32)),
    ],
};

/// `struct v4l2_frmival_stepwise`
static INTERVALS: Record = Record {
    name: "v4l2_frmival_stepwise",
    fields: &[Field::new("min", RATIO), Field::new("max", RATIO), Field::new("step", RATIO)],
};

/// `struct v4l2_frmivalenum`
static FRAME_INTERVAL: Record = Record {
    name: "v4l2_frmivalenum",
    fields: &[
        Field::new("index", PART),
        Field::new("pixel_format", PICTURE),
        Field::new("width", PART),
        Field::new("height", PART),
        Field::new("type", Symbol(U32, &INTERVAL_TYPES)),
        Field::new("discrete", Over(&Switch(4, &[(1, RATIO)], &Absent))),
        Field::new(
            "stepwise",
            Over(&Switch(4, &[(2, Packed(&Struct(&INTERVALS))), (3, Packed(&Struct(&INTERVALS)))], &Absent)),
        ),
        Field::padding(Chars(32)),
    ],
};

/// `struct v4l2_fmtdesc`
static DESCRIPTION: Record = Record {
    name: "v4l2_fmtdesc",
    fields: &[
        Field::new("index", PART),
        Field::new("type", KIND),
        Field::new("flags", Flags(U32, &FORMAT_FLAGS)),
        Field::new("description", Chars(32)),
        Field::new("pixelformat", PICTURE),
        Field::padding(Chars(16)),
    ],
};

/// `struct v4l2_standard`
static STANDARD: Record = Record {
    name: "v4l2_standard",
    fields: &[
        Field::new("index", PART),
        Field::padding(Hex(U64)),
        Field::new("name", Chars(24)),
        Field::new("frameperiod", RATIO),
        Field::new("framelines", PART),
        Field::padding(Chars(16)),
    ],
};

/// `struct v4l2_input`
static INPUT: Record = Record {
    name: "v4l2_input",
    fields: &[
        Field::new("index", PART),
        Field::new("name", Chars(32)),
        Field::new("type", Symbol(U32, &INPUT_TYPES)),
        Field::new("audioset", Hex(U32)),
        Field::new("tuner", PART),
        Field::new("std", Flags(U64, &STANDARDS)),
        Field::new("status", Flags(U32, &INPUT_STATUS)),
        Field::new("capabilities", Flags(U32, &INPUT_CAPABILITIES)),
        Field::padding(Chars(12)),
    ],
};
const INPUT_TOLD: [&str; 8] = ["index", "name", "type", "audioset", "tuner", "std", "status", "capabilities"];

/// The number of a control, or how to find the next one.
const ASKED_CONTROL: Type = Tail(U32, &Flags(U32, &NEXT_CONTROLS), 0x3fff_ffff, &Custom(&A_CONTROL));

/// `struct v4l2_queryctrl`
static QUERY: Record = Record {
    name: "v4l2_queryctrl",
    fields: &[
        Field::new("id", Changing(&ASKED_CONTROL)),
        Field::new("type", Symbol(U32, &CONTROL_TYPES)),
        Field::new("name", Chars(32)),
        Field::verbose("minimum", Int(I32)),
        Field::verbose("maximum", Int(I32)),
        Field::verbose("step", Int(I32)),
        Field::verbose("default_value", Int(I32)),
        Field::verbose("flags", Flags(U32, &CONTROL_FLAGS)),
        Field::nonzero("reserved", Array(&Hex(U32), Len::Fixed(2))),
    ],
};

/// `struct v4l2_query_ext_ctrl`
static LARGER_QUERY: Record = Record {
    name: "v4l2_query_ext_ctrl",
    fields: &[
        Field::new("id", Changing(&ASKED_CONTROL)),
        Field::new("type", Symbol(U32, &CONTROL_TYPES)),
        Field::new("name", Chars(32)),
        Field::verbose("minimum", Int(I64)),
        Field::verbose("maximum", Int(I64)),
        Field::verbose("step", Int(U64)),
        Field::verbose("default_value", Int(I64)),
        Field::verbose("flags", Flags(U32, &CONTROL_FLAGS)),
        Field::verbose("elem_size", PART),
        Field::verbose("elems", PART),
        Field::verbose("nr_of_dims", PART),
        Field::verbose("dims", Array(&PART, Len::Room(10, 4))),
        Field::nonzero("reserved", Array(&Hex(U32), Len::Fixed(32))),
    ],
};

/// The properties of a control; for a failed call, only which one was asked for.
macro_rules! query {
    ($record:expr) => {
        Switch(
            RESULT,
            &[(u32::MAX as u64, In(&Struct(&CONTROL_NAMED)))],
            &ByVerbosity(&Out(&Ordered(&$record, &["id", "type", "name"])), &Out(&Struct(&$record))),
        )
    };
}
static CONTROL_NAMED: Record = Record { name: "v4l2_queryctrl", fields: &[Field::new("id", ASKED_CONTROL)] };

/// `struct v4l2_querymenu`
static MENU: Record = Record {
    name: "v4l2_querymenu",
    fields: &[
        Field::new("id", Custom(&A_CONTROL)),
        Field::new("index", PART),
        Field::new("name", Over(&Chars(32))),
        Field::new("value", Over(&Packed(&Int(I64)))),
        Field::padding(Chars(36)),
    ],
};

/// `struct v4l2_ext_control`: a number, or data behind a pointer.
static LARGER_CONTROL: Record = Record {
    name: "v4l2_ext_control",
    fields: &[
        Field::new("id", Custom(&A_CONTROL)),
        Field::new("size", PART),
        Field::padding(PART),
        Field::new("string", Over(&Switch(1, &[(0, Absent)], &Packed(&CONTROL_TEXT)))),
        Field::new("value", Over(&Switch(1, &[(0, Int(I32))], &Absent))),
        Field::new("value64", Over(&Switch(1, &[(0, Packed(&Int(I64)))], &Absent))),
        Field::padding(Chars(8)),
    ],
};
const CONTROL_TEXT: Type = Switch(RESULT, &[(u32::MAX as u64, In(&STRING))], &Out(&STRING));
const STRING: Type = Bytes(Len::Arg(1));
const LARGER: Type = Array(&Struct(&LARGER_CONTROL), Len::Arg(1));

/// `struct v4l2_ext_controls`
static LARGER_CONTROLS: Record = Record {
    name: "v4l2_ext_controls",
    fields: &[
        Field::new("ctrl_class", Symbol(U32, &CONTROL_CLASSES)),
        Field::new("count", PART),
        Field::new("error_idx", Switch(1, &[(0, Absent)], &Later(&PART))),
        Field::padding(Chars(8)),
        Field::new(
            "controls",
            Switch(1, &[(0, Absent)], &Switch(RESULT, &[(u32::MAX as u64, In(&LARGER))], &Out(&LARGER))),
        ),
    ],
};

const LARGER_TOLD: Type = Switch(
    RESULT,
    &[(u32::MAX as u64, In(&Ordered(&LARGER_CONTROLS, &["ctrl_class", "count", "controls", "error_idx"])))],
    &Out(&Ordered(&LARGER_CONTROLS, &["ctrl_class", "count", "controls"])),
);
const LARGER_SET: Type = Told(
    &Ordered(&LARGER_CONTROLS, &["ctrl_class", "count", "controls"]),
    &Failing(&[], &SwitchAt(4, u32::MAX as u64, &[(0, Absent)], &Custom(&ANSWERED))),
);

/// `struct v4l2_ext_controls` after the call; if it failed, it says at which control.
static LARGER_ANSWER: Record = Record {
    name: "v4l2_ext_controls, told",
    fields: &[
        Field::padding(PART),
        Field::padding(PART),
        Field::new("error_idx", Switch(RESULT, &[(u32::MAX as u64, PART)], &Absent)),
        Field::padding(Chars(8)),
        Field::new("controls", Failing(&[], &Out(&LARGER))),
    ],
};
const ANSWER: Type = Ordered(&LARGER_ANSWER, &["controls", "error_idx"]);

/// If no control can be read, nothing was returned.
static ANSWERED: Custom = Custom {
    name: "v4l2_ext_controls, told",
    size: 0,
    when: When::Exit,
    gather: |gather, place| {
        if let Place::Memory { addr, .. } = place {
            gather.want(addr, layout::record_size(&LARGER_ANSWER, gather.scope.abi()));
            gather.visit(&ANSWER, place);
        }
    },
    decode: |decode: &mut Decode<'_>, place| match decode.value(&ANSWER, place) {
        Value::Struct { fields, .. } if matches!(fields.first(), Some((_, Value::Addr(_)))) => {
            Value::List(Vec::new())
        }
        value => value,
    },
};

/// By request number.
pub const VIDEO: &[(u64, Type)] = &[
    (0x4004_5612, In(&One(&KIND))),
    (0x4004_5613, In(&One(&KIND))),
    (0x4014_563c, In(&Struct(&CROP))),
    (0xc014_563b, asked!(CROP, ["type"], ["type", "c"])),
    (0x402c_560b, In(&Struct(&FRAME_BUFFER))),
    (0x4030_560b, In(&Struct(&FRAME_BUFFER))),
    (0x802c_560a, Out(&Struct(&FRAME_BUFFER))),
    (0x8030_560a, Out(&Struct(&FRAME_BUFFER))),
    (0x4054_561e, Told(&Struct(&TUNER), &Ordered(&TUNER, &TUNED))),
    (
        0xc054_561d,
        Switch(RESULT, &[(u32::MAX as u64, In(&Ordered(&TUNER, &["index"])))], &Out(&Struct(&TUNER))),
    ),
    (0x8068_5600, Out(&Struct(&CAPABILITY))),
    (0xc008_561b, In(&Struct(&CONTROL))),
    (0xc008_561c, In(&Struct(&CONTROL_SET))),
    (0xc014_5608, In(&Ordered(&REQUEST, &["type", "memory", "count"]))),
    (0xc02c_5625, Told(&Ordered(&MENU, &["id", "index"]), &Ordered(&MENU, &["name", "value"]))),
    (0xc02c_563a, asked!(CROPPING, ["type"], ["type", "bounds", "defrect", "pixelaspect"])),
    (
        0xc02c_564a,
        asked!(
            FRAME_SIZE,
            ["index", "pixel_format"],
            ["index", "pixel_format", "type", "discrete", "stepwise"]
        ),
    ),
    (
        0xc034_564b,
        asked!(
            FRAME_INTERVAL,
            ["index", "pixel_format", "width", "height"],
            ["index", "pixel_format", "width", "height", "type", "discrete", "stepwise"]
        ),
    ),
    (
        0xc040_5602,
        asked!(DESCRIPTION, ["index", "type"], ["index", "type", "flags", "description", "pixelformat"]),
    ),
    (0xc040_5610, Told(&Ordered(&EXPORT, &["type", "index", "plane", "flags"]), &Ordered(&EXPORT, &["fd"]))),
    (0xc040_5619, asked!(STANDARD, ["index"], ["index", "name", "frameperiod", "framelines"])),
    (0xc048_5619, asked!(STANDARD, ["index"], ["index", "name", "frameperiod", "framelines"])),
    (0xc044_5609, VIDEO_BUFFER),
    (0xc044_560f, VIDEO_BUFFER),
    (0xc044_5611, VIDEO_BUFFER_TAKEN),
    (0xc058_5609, VIDEO_BUFFER),
    (0xc058_560f, VIDEO_BUFFER),
    (0xc058_5611, VIDEO_BUFFER_TAKEN),
    (0xc044_5624, query!(QUERY)),
    (0xc0e8_5667, query!(LARGER_QUERY)),
    (0xc018_5647, LARGER_TOLD),
    (0xc020_5647, LARGER_TOLD),
    (0xc018_5648, LARGER_SET),
    (0xc020_5648, LARGER_SET),
    (0xc018_5649, LARGER_SET),
    (0xc020_5649, LARGER_SET),
    (0xc04c_561a, asked!(INPUT, ["index"], INPUT_TOLD)),
    (0xc050_561a, asked!(INPUT, ["index"], INPUT_TOLD)),
    (0xc0cc_5604, VIDEO_FORMAT),
    (0xc0d0_5604, VIDEO_FORMAT),
    (0xc0cc_5605, VIDEO_FORMAT_SET),
    (0xc0d0_5605, VIDEO_FORMAT_SET),
    (0xc0cc_5640, VIDEO_FORMAT_SET),
    (0xc0d0_5640, VIDEO_FORMAT_SET),
    (0xc0cc_5615, asked!(STREAM, ["type"], ["type", "parm.capture", "parm.output"])),
    (0xc0cc_5616, VIDEO_STREAM_SET),
    (0xc0f8_565c, VIDEO_BUFFERS),
    (0xc100_565c, VIDEO_BUFFERS),
];
