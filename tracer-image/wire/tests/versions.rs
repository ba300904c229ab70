//! What two versions of the conversation can tell each other: frames as version 9 wrote them, held against today's code.

use wire::{
    codec::{CodecError, Decoder, Encoder},
    message::{AgentStatus, End, Hello, Message, Reason, Request, SessionStatus, VERSION},
};

// Recorded from a build of version 9.
const TRACE: &str = "4b5354315d000000c5000000000000000000000000000000010000005c8b19ffff0a000991a0d4f20500403031323334353637383961626364656610001df20400000101010c74726163653d6f70656e61740001008f010020000088270162002ef00b13616c6963652028726f6f74406c6170746f7029000000010000";
const TRACE_PROCESSES: &str = "4b535431430000004300000000000000000000000000000000000000fdac7a81000991a0d4f20501010e0101010c74726163653d6f70656e617400000000000000010020000088270013616c6963652028726f6f74406c6170746f7029000000010000";
const STATUS: &str = "4b5354310100000001000000000000000000000000000000000000007179496908";
const LEAVE: &str = "4b535431050000000500000000000000000000000000000000000000aca0be350903626f62";
const HEARTBEAT: &str = "4b535431020000000200000000000000000000000000000000000000d61ea05d0203";
const STOP: &str = "4b535431010000000100000000000000000000000000000000000000f9a09bfe03";
const ANSWER: &str = "4b5354312e0000002e00000000000000000000000000000000000000cc14cca80905302e312e30d804000113616c6963652028726f6f74406c6170746f702980e2cfaa0601014d066f70656e6174";
const END_STOPPED: &str = "4b5354310500000005000000000000000000000000000000020000005f4292560501020300";
const END_FAILED: &str = "4b5354316f0000006f0000000000000000000000000000000200000069174b2905010203046974686520636c69656e7420737065616b732076657273696f6e203130206f66207468652070726f746f636f6c2c2074686973207472616365722076657273696f6e20393a2075736520616e20696d616765206f662074686520706c7567696e27732076657273696f6e";
const HELLO: &str = "4b535431090000000900000000000000000000000000000000000000e3fa97cb000905302e312e300a";

fn bytes(hex: &str) -> Vec<u8> {
    let digits = |at: usize| u8::from_str_radix(&hex[at..at + 2], 16).expect("hexadecimal");
    (0..hex.len()).step_by(2).map(digits).collect()
}

fn read<T: serde::de::DeserializeOwned>(hex: &str) -> Result<Vec<T>, CodecError> {
    let mut decoder = Decoder::new();
    decoder.push(&bytes(hex));
    decoder.next().map(|batch| batch.expect("a whole frame"))
}

fn written<T: serde::Serialize>(message: T) -> Vec<u8> {
    Encoder::new().frame(&[message]).expect("small")
}

/// `status` and `detach` work between versions, in both directions.
#[test]
fn questions_and_answers_about_the_agent_never_change() {
    for (request, then) in [
        (Request::Status, STATUS),
        (Request::Leave { who: "bob".into() }, LEAVE),
        (Request::Heartbeat { next: 3 }, HEARTBEAT),
        (Request::Stop, STOP),
    ] {
        assert_eq!(read(then), Ok(vec![request.clone()]));
        assert_eq!(written(request), bytes(then));
    }
    let answer = Message::Status(AgentStatus {
        release: "0.1.0".into(),
        idle: 600,
        unused: None,
        sessions: vec![SessionStatus {
            who: "alice (root@laptop)".into(),
            since: 1_700_000_000,
            in_target: true,
            connected: true,
            events: 77,
            filter: "openat".into(),
        }],
    });
    assert_eq!(read(ANSWER), Ok(vec![answer.clone()]));
    assert_eq!(written(answer), bytes(ANSWER));
    let end = Message::End(End { events: 1, lost: 2, time: 3, reason: Reason::Stopped });
    assert_eq!(read(END_STOPPED), Ok(vec![end.clone()]));
    assert_eq!(Encoder::new().last(&[end]).expect("small"), bytes(END_STOPPED));
}

/// A client of version 9 understands what an agent of today says when it refuses it, and the other way round.
#[test]
fn who_speaks_and_why_it_failed_never_change() {
    let hello = |version| Message::Hello(Hello { version, release: "0.1.0".into(), wall_offset: 5 });
    assert_eq!(read(HELLO), Ok(vec![hello(9)]));
    assert_eq!(written(hello(9)), bytes(HELLO));
    let why = "the client speaks version 10 of the protocol, this tracer version 9: use an image of the plugin's version";
    let end = Message::End(End { events: 1, lost: 2, time: 3, reason: Reason::Failed(why.into()) });
    assert_eq!(read(END_FAILED), Ok(vec![end.clone()]));
    assert_eq!(Encoder::new().last(&[end]).expect("small"), bytes(END_FAILED));
}

/// Whatever else of a trace has changed, its version is read.
#[test]
fn the_version_of_a_trace_is_found_in_any_layout() {
    for then in [TRACE, TRACE_PROCESSES] {
        match read::<Request>(then) {
            Err(CodecError::Version { theirs }) => assert_eq!(theirs, 9),
            Ok(requests) => {
                assert!(
                    matches!(&requests[..], [Request::Trace(trace), ..] if trace.version == 9),
                    "{requests:?}"
                );
            }
            Err(error) => panic!("{error}"),
        }
    }
    // A layout that can certainly not be read: nothing follows the version.
    let later = VERSION + 1;
    let mut decoder = Decoder::new();
    decoder.push(&written((0_u32, later)));
    assert_eq!(decoder.next::<Request>(), Err(CodecError::Version { theirs: later }));
    let said = CodecError::Version { theirs: later }.to_string();
    assert!(
        said.contains(&format!("version {later}")) && said.contains(&format!("version {VERSION}")),
        "{said}"
    );
}
