//! Which phase takes which input, and where that leads: the one table that the machine obeys, that its tests walk
//! through, and that the picture in docs/architecture.md is made from.

use super::input::Input;

/// The phases of a conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Phase {
    /// The trace was asked for; there is no answer yet.
    Asking,
    /// The tracer, or the command under it, is being run in the target's container.
    Placing,
    /// The tracer starts in its own container.
    Starting,
    /// The tracer has answered and attaches.
    Attaching,
    /// Everything is attached.
    Tracing,
    /// The end was asked for; the totals are on their way.
    Draining,
    /// The connection is gone, and another is being opened.
    Reconnecting,
    /// The connection is gone for good; what arrived is still being written.
    Flushing,
    /// The trace has ended; the command's last output is on its way.
    Finishing,
    /// Nothing more will happen.
    Over,
}

/// The kinds of [`Input`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[allow(missing_docs, reason = "they are those of Input")]
pub enum Kind {
    Placement,
    Hello,
    Ready,
    End,
    Unreadable,
    Enough,
    OutputGone,
    OutputFailed,
    Written,
    Bytes,
    Lost,
    Reconnected,
    NoReconnect,
    EngineEnded,
    Command,
    Signal,
    Continued,
    Alarm,
    Deadline,
}

use Kind as K;
use Phase as P;

/// All phases.
pub const PHASES: [Phase; 10] = [
    P::Asking,
    P::Placing,
    P::Starting,
    P::Attaching,
    P::Tracing,
    P::Draining,
    P::Reconnecting,
    P::Flushing,
    P::Finishing,
    P::Over,
];

impl Kind {
    /// The kind of an input.
    pub fn of(input: &Input) -> Kind {
        match input {
            Input::Placement(_) => K::Placement,
            Input::Hello { .. } => K::Hello,
            Input::Ready { .. } => K::Ready,
            Input::End(_) => K::End,
            Input::Unreadable(_) => K::Unreadable,
            Input::Enough => K::Enough,
            Input::OutputGone => K::OutputGone,
            Input::OutputFailed => K::OutputFailed,
            Input::Written => K::Written,
            Input::Bytes(_) => K::Bytes,
            Input::Lost(_) => K::Lost,
            Input::Reconnected => K::Reconnected,
            Input::NoReconnect => K::NoReconnect,
            Input::EngineEnded(_) => K::EngineEnded,
            Input::Command(_) => K::Command,
            Input::Signal(_) => K::Signal,
            Input::Continued => K::Continued,
            Input::Alarm(_) => K::Alarm,
            Input::Deadline => K::Deadline,
        }
    }

    /// What the tracer said, as text; `None` for other inputs.
    pub fn said(self) -> Option<&'static str> {
        match self {
            K::Placement => Some("where it will run"),
            K::Hello => Some("a greeting"),
            K::Ready => Some("that everything is attached"),
            _ => None,
        }
    }
}

impl Phase {
    /// The name, as text.
    pub fn name(self) -> &'static str {
        match self {
            P::Asking => "asking",
            P::Placing => "placing",
            P::Starting => "starting",
            P::Attaching => "attaching",
            P::Tracing => "tracing",
            P::Draining => "draining",
            P::Reconnecting => "reconnecting",
            P::Flushing => "flushing",
            P::Finishing => "finishing",
            P::Over => "over",
        }
    }
}

/// Whether this phase does not allow the tracer to say this. It is not obeyed, and ends the conversation.
pub fn is_out_of_turn(phase: Phase, kind: Kind) -> bool {
    match (phase, kind) {
        (P::Asking, K::Placement | K::Hello) => false,
        (P::Placing | P::Starting, K::Hello) | (P::Attaching, K::Ready) => false,
        (P::Asking | P::Placing | P::Starting | P::Attaching | P::Tracing, _) => kind.said().is_some(),
        // It may have been on its way when the end was asked for or the connection was lost.
        (P::Draining | P::Reconnecting | P::Flushing | P::Finishing | P::Over, _) => false,
    }
}

/// The phases to which an input may lead, apart from the present one.
///
/// Only a command still has something to say when its trace is over ([`Finishing`](Phase::Finishing)), and there is
/// no command before [`Placing`](Phase::Placing) and none in [`Starting`](Phase::Starting).
pub fn leads_to(phase: Phase, kind: Kind) -> &'static [Phase] {
    match (phase, kind) {
        (P::Asking | P::Starting, kind) if is_out_of_turn(phase, kind) => &[P::Over],
        (phase, kind) if is_out_of_turn(phase, kind) => &[P::Finishing, P::Over],

        // The tracer's messages, each in its phase.
        (P::Asking, K::Placement) => &[P::Placing, P::Starting, P::Draining, P::Over],
        (P::Asking, K::Hello) => &[P::Attaching, P::Over],
        (P::Placing | P::Starting, K::Hello) => &[P::Attaching],
        (P::Attaching, K::Ready) => &[P::Tracing],
        (P::Reconnecting, K::Placement | K::Hello | K::Ready) => &[P::Reconnecting, P::Finishing, P::Over],
        (P::Asking | P::Starting, K::End) => &[P::Reconnecting, P::Over],
        (P::Placing | P::Attaching | P::Tracing | P::Reconnecting, K::End) => {
            &[P::Reconnecting, P::Finishing, P::Over]
        }
        (P::Draining | P::Flushing, K::End) => &[P::Finishing, P::Over],

        // The printer's reports.
        (P::Asking | P::Starting, K::Unreadable) => &[P::Over],
        (
            P::Placing | P::Attaching | P::Tracing | P::Draining | P::Reconnecting | P::Flushing,
            K::Unreadable,
        ) => &[P::Finishing, P::Over],
        (
            P::Asking | P::Placing | P::Starting | P::Attaching | P::Tracing,
            K::Enough | K::OutputGone | K::OutputFailed,
        ) => &[P::Draining],
        // Nobody wants the new trace any more that was to replace one that ended too early.
        (P::Reconnecting, K::Enough | K::OutputGone | K::OutputFailed) => &[P::Over],
        (P::Flushing, K::Written) => &[P::Finishing, P::Over],

        // The connection.
        (P::Asking | P::Placing | P::Starting | P::Attaching | P::Draining, K::Lost) => {
            &[P::Reconnecting, P::Flushing]
        }
        (P::Tracing, K::Lost) => &[P::Reconnecting],
        (P::Reconnecting, K::Reconnected) => {
            &[P::Asking, P::Placing, P::Starting, P::Attaching, P::Tracing, P::Draining]
        }
        (P::Reconnecting, K::NoReconnect) => &[P::Flushing, P::Over],

        // What was started over it.
        (P::Placing, K::EngineEnded) => &[P::Starting, P::Draining],
        (P::Placing | P::Attaching | P::Tracing, K::Command) => &[P::Draining],
        (P::Finishing, K::Command) => &[P::Over],

        // The user, the target, the time.
        (P::Asking | P::Placing | P::Starting | P::Attaching | P::Tracing, K::Signal) => &[P::Draining],
        (P::Draining | P::Flushing | P::Finishing, K::Signal) => &[P::Over],
        (P::Reconnecting, K::Signal) => &[P::Flushing, P::Over],
        (P::Attaching | P::Tracing, K::Alarm) => &[P::Draining],
        (P::Asking | P::Starting, K::Deadline) => &[P::Draining, P::Over],
        (P::Placing | P::Attaching, K::Deadline) => &[P::Draining, P::Finishing, P::Over],
        (P::Tracing, K::Deadline) => &[P::Draining],
        (P::Draining | P::Reconnecting, K::Deadline) => &[P::Finishing, P::Over],
        (P::Finishing, K::Deadline) => &[P::Over],

        // The input means nothing here, or does not change the phase.
        _ => stays(phase),
    }
}

/// The row of an input that changes no phase.
fn stays(phase: Phase) -> &'static [Phase] {
    let at = PHASES.iter().position(|other| *other == phase).unwrap_or(PHASES.len() - 1);
    &PHASES[at..=at]
}
