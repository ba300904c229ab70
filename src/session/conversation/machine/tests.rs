//! The machine against its table, in random walks and in the cases that matter.

use super::{
    input::{Action, Ending, Facts, Failure, First, Input, Loss, Remark},
    state::Course,
    table::{Kind, PHASES, Phase, leads_to},
    *,
};
use crate::{gap::GapCause, interrupt::StopSignal, session::command::Said};
use std::{collections::BTreeSet, fmt::Write, path::Path};
use wire::message::{Placement, Reason};

/// All kinds of input.
const KINDS: [Kind; 19] = [
    Kind::Placement,
    Kind::Hello,
    Kind::Ready,
    Kind::End,
    Kind::Unreadable,
    Kind::Enough,
    Kind::OutputGone,
    Kind::OutputFailed,
    Kind::Written,
    Kind::Bytes,
    Kind::Lost,
    Kind::Reconnected,
    Kind::NoReconnect,
    Kind::EngineEnded,
    Kind::Command,
    Kind::Signal,
    Kind::Continued,
    Kind::Alarm,
    Kind::Deadline,
];

/// The tracer runs in the target's container.
fn door() -> Input {
    Input::Placement(Placement::Door { process: 7, whole: false })
}

fn agent() -> Input {
    Input::Placement(Placement::Agent { why: "no room".into() })
}

const HELLO: Input = Input::Hello { wall_offset: 1000 };
const READY: Input = Input::Ready { threads: 3, processes: 2, time: 50 };

fn end(reason: Reason) -> Input {
    Input::End(End { events: 5, lost: 1, time: 90, reason })
}

fn lost() -> Input {
    Input::Lost(Loss::Connection("cut".into()))
}

/// Inputs of every kind, in every form that the machine tells apart.
fn inputs() -> Vec<Input> {
    let signals = [StopSignal::Interrupt, StopSignal::Terminate, StopSignal::HangUp];
    let said = [
        Said::OutputGone,
        Said::InputStaysOpen,
        Said::Exited(3),
        Said::Lost("the connection is gone".into()),
    ];
    let reasons = [
        Reason::Stopped,
        Reason::LeaseExpired,
        Reason::Forgotten,
        Reason::Gone("killed".into()),
        Reason::CommandEnded { status: 3 },
    ];
    let one_each = [
        door(),
        agent(),
        HELLO,
        READY,
        Input::Unreadable("what is this".into()),
        Input::Enough,
        Input::OutputGone,
        Input::OutputFailed,
        Input::Written,
        Input::Bytes(10),
        lost(),
        Input::Lost(Loss::Relay("exit code 1".into())),
        Input::Reconnected,
        Input::NoReconnect,
        Input::EngineEnded("no such file".into()),
        Input::Continued,
        Input::Alarm("a probe failed".into()),
        Input::Deadline,
    ];
    let all = one_each.into_iter().chain(signals.map(Input::Signal)).chain(said.map(Input::Command));
    all.chain(reasons.map(end)).collect()
}

fn settings(command: bool, place: TracerPlace, duration: Option<u64>) -> Settings {
    Settings {
        command,
        place,
        duration: duration.map(Duration::from_secs),
        patience: Duration::from_secs(30),
        terminal: true,
    }
}

/// A machine, its clock and its actions.
#[derive(Clone)]
struct Driven {
    machine: Machine,
    now: Instant,
    facts: Facts,
    actions: Vec<Action>,
}

impl Driven {
    fn new(settings: Settings) -> Driven {
        let now = Instant::now();
        let facts = Facts { command_written: true, wall: 1_000_000_000_000, ..Facts::default() };
        Driven { machine: Machine::new(settings, Course::default(), now), now, facts, actions: Vec::new() }
    }

    /// The actions for one input.
    fn step(&mut self, input: Input) -> Vec<Action> {
        let actions = self.machine.step(self.now, self.facts, input);
        self.actions.extend(actions.iter().cloned());
        actions
    }

    fn all<const N: usize>(mut self, inputs: [Input; N]) -> Driven {
        inputs.into_iter().for_each(|input| drop(self.step(input)));
        self
    }

    /// Advances to the deadline.
    fn wait(&mut self) -> Vec<Action> {
        self.now = self.machine.deadline(self.facts).expect("there is a deadline");
        self.step(Input::Deadline)
    }

    fn phase(&self) -> Phase {
        self.machine.phase()
    }

    fn ending(&self) -> &Ending {
        self.machine.over().expect("it is over").0
    }
}

/// What random walks find: every pair of a phase and an input, with the phases that it led to.
fn explore() -> BTreeSet<(Phase, Kind, Phase)> {
    let all = inputs();
    let mut seen = BTreeSet::new();
    for seed in 0..100_000 {
        let mut random = fastrand::Rng::with_seed(seed);
        let place = [TracerPlace::Auto, TracerPlace::Agent, TracerPlace::Target][random.usize(..3)];
        let mut driven = Driven::new(settings(random.u8(..3) == 0, place, random.bool().then_some(60)));
        // A walk that begins like a proper trace reaches states that chance alone does not.
        let lease = || end(Reason::LeaseExpired);
        let mut prelude = match random.u8(..10) {
            0 => vec![],
            1 => vec![door()],
            2 => vec![door(), HELLO],
            3 => vec![door(), HELLO, READY],
            4 => vec![HELLO, READY],
            5 => vec![HELLO, READY, lease(), Input::Reconnected],
            6 => vec![HELLO, READY, lease(), Input::Reconnected, HELLO],
            7 => vec![door(), HELLO, READY, lease(), Input::Reconnected, door()],
            8 => vec![agent(), HELLO, READY, lease(), Input::Reconnected, agent()],
            _ => vec![door(), HELLO, READY, lease()],
        };
        prelude.extend(random.bool().then(lost));
        let walk = (0..12).map(|_| random.choice(&all).expect("there are some").clone());
        for input in prelude.into_iter().chain(walk.collect::<Vec<_>>()) {
            let (from, kind) = (driven.phase(), Kind::of(&input));
            driven.now += Duration::from_secs(u64::from(random.u8(..4)) * 5);
            driven.facts = Facts {
                reader_waits: random.u8(..4) == 0,
                engine_cut: random.bool(),
                command_output: random.usize(..2),
                command_written: random.u8(..4) > 0,
                ..driven.facts
            };
            let before = driven.actions.len();
            driven.step(input);
            check_actions(&driven, before, from);
            seen.insert((from, kind, driven.phase()));
            if kind == Kind::Deadline {
                check_deadline(driven.clone());
            }
        }
    }
    seen
}

/// What must hold whatever comes.
fn check_actions(driven: &Driven, before: usize, from: Phase) {
    let new = &driven.actions[before..];
    assert!(from != Phase::Over || new.is_empty(), "{from:?}: {new:?}");
    // The user's rights are used once for each trace that was asked for, and never against --place.
    let runs = |action: &&Action| matches!(action, Action::RunEngine { .. } | Action::RunCommand { .. });
    let asked =
        1 + driven.actions.iter().filter(|action| **action == Action::Reconnect(First::Trace)).count();
    assert!(driven.actions.iter().filter(runs).count() <= asked, "{:?}", driven.actions);
    let settings = driven.machine.settings();
    if settings.place == TracerPlace::Agent {
        assert!(!driven.actions.iter().any(|action| matches!(action, Action::RunEngine { .. })));
    }
    let commands = driven.actions.iter().filter(|action| matches!(action, Action::RunCommand { .. })).count();
    assert!(commands <= usize::from(settings.command));
    // The end is asked for before the totals are waited for.
    if driven.phase() == Phase::Draining && from != Phase::Draining && from != Phase::Reconnecting {
        assert!(new.contains(&Action::Stop), "{from:?}: {new:?}");
    }
}

/// A deadline that has passed is dealt with: else the loop around the machine would spin.
fn check_deadline(mut driven: Driven) {
    let due = |driven: &Driven| driven.machine.deadline(driven.facts).filter(|due| *due <= driven.now);
    for _ in 0..4 {
        if driven.machine.over().is_some() || due(&driven).is_none() {
            return;
        }
        driven.step(Input::Deadline);
    }
    panic!("the deadline stays in the past: {:?}", driven.machine);
}

#[test]
fn every_input_in_every_phase_leads_where_the_table_says_and_each_entry_is_reached() {
    let seen = explore();
    let mut wrong = Vec::new();
    for (phase, kind) in PHASES.into_iter().flat_map(|phase| KINDS.map(|kind| (phase, kind))) {
        let row = leads_to(phase, kind);
        let found = seen.iter().filter(|(from, what, _)| (*from, *what) == (phase, kind));
        let found: Vec<Phase> = found.map(|(_, _, to)| *to).collect();
        let strange = found.iter().any(|to| !row.contains(to) && *to != phase);
        if row.is_empty() || found.is_empty() || strange || row.iter().any(|to| !found.contains(to)) {
            wrong.push(format!("{phase:?} x {kind:?}: the table says {row:?}, found {found:?}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// The table as a Mermaid state diagram: one arrow for each pair of phases, with the inputs that lead from one to the other.
fn diagram() -> String {
    let mut text = String::from("stateDiagram-v2\n    [*] --> asking\n");
    for from in PHASES {
        for to in PHASES.into_iter().filter(|to| *to != from) {
            let kinds = KINDS.into_iter().filter(|kind| leads_to(from, *kind).contains(&to));
            let kinds: Vec<String> = kinds.map(|kind| format!("{kind:?}")).collect();
            if !kinds.is_empty() {
                writeln!(text, "    {} --> {}: {}", from.name(), to.name(), kinds.join(", ")).unwrap();
            }
        }
    }
    text + "    over --> [*]\n"
}

/// The table itself: a row for each input, a column for each phase.
fn matrix() -> String {
    let mut text = String::from("| input |");
    PHASES.iter().for_each(|phase| write!(text, " {} |", phase.name()).unwrap());
    text.push_str("\n|---|");
    PHASES.iter().for_each(|_| text.push_str("---|"));
    for kind in KINDS {
        write!(text, "\n| {kind:?} |").unwrap();
        for phase in PHASES {
            let row = leads_to(phase, kind);
            let cell = match row {
                [to] if *to == phase => "·".to_owned(),
                row => row.iter().map(|to| to.name()).collect::<Vec<_>>().join(", "),
            };
            write!(text, " {cell} |").unwrap();
        }
    }
    text + "\n"
}

/// `WRITE_PICTURE=1 cargo test the_picture` updates both.
#[test]
fn the_picture_and_the_table_in_the_docs_are_the_codes() {
    let diagram = format!("```mermaid\n{}```\n", diagram());
    for (page, name, made) in
        [("docs/architecture.md", "diagram", diagram), ("docs/conversation.md", "table", matrix())]
    {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(page);
        let mut text = std::fs::read_to_string(&path).unwrap();
        let (begin, end) = (format!("<!-- {name} -->\n"), format!("<!-- end of {name} -->"));
        let from = text.find(&begin).expect("the page has the mark") + begin.len();
        let to = text.find(&end).expect("the page has the mark");
        if std::env::var_os("WRITE_PICTURE").is_some() {
            text.replace_range(from..to, &made);
            std::fs::write(&path, &text).unwrap();
            continue;
        }
        assert_eq!(text[from..to], made, "{page}: run it again with WRITE_PICTURE=1");
    }
}

#[test]
fn a_trace_in_its_own_container() {
    let mut driven = Driven::new(settings(false, TracerPlace::Auto, None));
    assert_eq!(driven.step(agent()), [Action::Say(Remark::OwnContainer("no room".into()))]);
    assert_eq!((driven.step(HELLO), driven.phase()), (vec![], Phase::Attaching));
    assert_eq!(driven.step(READY), [Action::Say(Remark::Tracing { threads: 3, processes: 2 })]);
    driven.now += Duration::from_secs(4);
    assert_eq!(driven.step(Input::Signal(StopSignal::Interrupt)), [Action::Stop]);
    driven.step(end(Reason::Stopped));
    let (ending, record) = driven.machine.over().unwrap();
    assert!(matches!(ending, Ending::Totals(_)) && record.interrupted && record.failure.is_none());
    assert_eq!((record.lasted, record.ended), (Duration::from_secs(4), 1090));
    assert_eq!(record.totals.as_ref().map(|end| (end.events, end.lost)), Some((5, 1)));
}

#[test]
fn a_tracer_in_the_target_is_run_once_and_only_when_it_may_be() {
    let mut driven = Driven::new(settings(false, TracerPlace::Auto, None));
    assert_eq!(driven.step(door()), [Action::RunEngine { process: 7, whole: false }]);
    // The second placement is not obeyed, and ends the trace.
    assert_eq!(driven.step(door()), [Action::Stop]);
    assert!(matches!(driven.ending(), Ending::OutOfTurn { phase: "placing", .. }));

    // With --place agent it is never obeyed.
    let driven = Driven::new(settings(false, TracerPlace::Agent, None)).all([door()]);
    assert!(matches!(driven.ending(), Ending::OutOfTurn { .. }));
    assert_eq!(driven.actions, [Action::Stop]);

    // Nor in a trace that runs, nor with a command, which would be run again.
    for command in [false, true] {
        let driven =
            Driven::new(settings(command, TracerPlace::Auto, None)).all([door(), HELLO, READY, door()]);
        let ending = driven.machine.over().map(|(ending, _)| ending);
        assert!(command || matches!(ending, Some(Ending::OutOfTurn { phase: "tracing", .. })));
        let runs = driven
            .actions
            .iter()
            .filter(|action| matches!(action, Action::RunCommand { .. } | Action::RunEngine { .. }));
        assert_eq!(runs.count(), 1);
        assert_eq!(driven.phase(), if command { Phase::Finishing } else { Phase::Over });
    }

    // Once the end was asked for, it is too late.
    let driven = Driven::new(settings(true, TracerPlace::Auto, None))
        .all([Input::Signal(StopSignal::Interrupt), door()]);
    assert_eq!((driven.phase(), driven.actions.as_slice()), (Phase::Draining, &[Action::Stop][..]));
}

#[test]
fn a_tracer_that_cannot_enter_the_target_runs_in_its_own_container() {
    let mut driven = Driven::new(settings(false, TracerPlace::Auto, None)).all([door()]);
    let refused = driven.step(Input::EngineEnded("no room".into()));
    assert_eq!(
        refused,
        [Action::DropEngine, Action::Say(Remark::OwnContainer("no room".into())), Action::NoDoor]
    );
    assert_eq!(driven.phase(), Phase::Starting);

    let driven = Driven::new(settings(false, TracerPlace::Target, None)).all([
        door(),
        Input::EngineEnded("no room".into()),
        end(Reason::Stopped),
    ]);
    assert_eq!(driven.machine.over().unwrap().1.failure, Some(Failure::NotPlaced("no room".into())));
}

#[test]
fn a_connection_that_is_cut_is_replaced_and_one_that_had_not_begun_is_not() {
    let mut driven = Driven::new(settings(false, TracerPlace::Agent, None)).all([HELLO, READY]);
    assert_eq!(driven.step(lost()), [Action::Reconnect(First::Resume)]);
    assert_eq!((driven.step(Input::Reconnected), driven.phase()), (vec![], Phase::Tracing));

    // The printer's reports still count while there is no connection.
    let driven = driven.all([lost(), end(Reason::InitExiting)]);
    assert!(matches!(driven.ending(), Ending::Totals(_)));

    let mut driven = Driven::new(settings(false, TracerPlace::Agent, None)).all([HELLO]);
    assert_eq!((driven.step(lost()), driven.phase()), (vec![Action::CutStream], Phase::Flushing));
    driven.step(Input::Written);
    assert!(matches!(driven.ending(), Ending::Lost(_)));
}

#[test]
fn the_end_is_asked_for_again_over_a_new_connection() {
    let stop = Input::Signal(StopSignal::Terminate);
    let mut driven = Driven::new(settings(false, TracerPlace::Agent, None)).all([HELLO, READY, stop, lost()]);
    assert_eq!((driven.step(Input::Reconnected), driven.phase()), (vec![Action::Stop], Phase::Draining));

    // --duration ends while there is no connection.
    let mut driven = Driven::new(settings(false, TracerPlace::Agent, Some(60))).all([HELLO, READY, lost()]);
    assert_eq!((driven.wait(), driven.phase()), (vec![Action::Say(Remark::Lasted)], Phase::Reconnecting));
    assert_eq!((driven.step(Input::Reconnected), driven.phase()), (vec![Action::Stop], Phase::Draining));
}

#[test]
fn a_lease_that_ran_out_begins_a_new_trace_with_a_gap() {
    let mut driven = Driven::new(settings(false, TracerPlace::Auto, None)).all([door(), HELLO, READY]);
    let from = Some((1090, GapCause::Cut));
    assert_eq!(
        driven.step(end(Reason::LeaseExpired)),
        [Action::DropEngine, Action::NewStream(from), Action::Reconnect(First::Trace)]
    );
    driven.step(Input::Reconnected);
    assert_eq!(driven.phase(), Phase::Asking);
    driven.step(door());
    driven.step(Input::Hello { wall_offset: 5000 });
    let gap = Gap { from: 1090, to: 5050, why: GapCause::Cut };
    assert!(driven.step(READY).contains(&Action::Say(Remark::Gap(gap.clone()))));
    let driven = driven.all([end(Reason::InitExiting)]);
    let record = driven.machine.over().unwrap().1;
    assert_eq!((&record.gaps, record.totals.as_ref().map(|end| end.events)), (&vec![gap], Some(10)));

    // A command is run once, whatever happens.
    let driven = Driven::new(settings(true, TracerPlace::Auto, None)).all([
        door(),
        HELLO,
        READY,
        end(Reason::LeaseExpired),
    ]);
    assert_eq!(driven.phase(), Phase::Finishing);

    // If nobody wants a new trace, the first one's totals are not counted twice.
    let driven = Driven::new(settings(false, TracerPlace::Agent, None)).all([
        HELLO,
        READY,
        end(Reason::LeaseExpired),
        Input::NoReconnect,
    ]);
    assert_eq!(driven.machine.over().unwrap().1.totals.as_ref().map(|end| end.events), Some(5));
}

#[test]
fn a_suspension_is_not_reported_as_a_cut_connection() {
    let driven = Driven::new(settings(false, TracerPlace::Agent, None)).all([HELLO, READY, Input::Continued]);
    let mut driven = driven.all([lost(), Input::Reconnected]);
    let actions = driven.step(end(Reason::LeaseExpired));
    assert!(actions.contains(&Action::NewStream(Some((1090, GapCause::Suspended)))), "{actions:?}");
    assert!(Gap { from: 0, to: 1, why: GapCause::Suspended }.is_loss());
}

#[test]
fn signals_are_the_commands_first_then_ours() {
    let signal = || Input::Signal(StopSignal::Interrupt);
    let mut driven = Driven::new(settings(true, TracerPlace::Auto, None)).all([door(), HELLO, READY]);
    let asked = [Action::Say(Remark::CommandInterrupted), Action::SignalCommand(2)];
    assert_eq!(driven.step(signal()), asked);
    assert_eq!(driven.step(signal()), [Action::SignalCommand(9)]);
    assert_eq!((driven.step(signal()), driven.phase()), (vec![Action::Stop], Phase::Draining));
    driven.step(signal());
    assert_eq!(driven.ending(), &Ending::Impatient);
}

#[test]
fn a_commands_last_output_is_waited_for_and_its_status_kept() {
    let mut driven = Driven::new(settings(true, TracerPlace::Auto, None)).all([door(), HELLO, READY]);
    assert!(driven.machine.wants_reports());
    driven.step(end(Reason::CommandEnded { status: 3 }));
    // The printer has ended, and would report that again and again.
    assert!(!driven.machine.wants_reports());
    assert_eq!((driven.phase(), driven.machine.waiting()), (Phase::Finishing, Waiting::CommandOutput));
    driven.facts.command_output = 1;
    driven.wait();
    assert_eq!(driven.phase(), Phase::Finishing, "output arrived, so it waits once more");
    driven.wait();
    assert_eq!(driven.machine.over().unwrap().1.status, Some(3));
}

#[test]
fn every_wait_has_a_limit() {
    // Nothing answers.
    let mut driven = Driven::new(settings(false, TracerPlace::Auto, None));
    assert_eq!(driven.wait(), [Action::Stop]);
    assert_eq!(driven.ending(), &Ending::AttachTimeout);
    // The totals do not come.
    let mut driven =
        Driven::new(settings(false, TracerPlace::Agent, None)).all([HELLO, READY, Input::Enough]);
    let begun = driven.now;
    driven.wait();
    assert_eq!((driven.ending(), driven.now - begun), (&Ending::TotalsTimeout, LAST_WORDS));
    // Something arrives all the time, but not the totals.
    let mut driven =
        Driven::new(settings(false, TracerPlace::Agent, None)).all([HELLO, READY, Input::Enough]);
    let begun = driven.now;
    while driven.machine.over().is_none() {
        driven.now += Duration::from_secs(1);
        driven.step(Input::Bytes(1));
        let due = driven.machine.deadline(driven.facts).unwrap();
        if due <= driven.now {
            driven.step(Input::Deadline);
        }
    }
    assert_eq!((driven.ending(), driven.now - begun), (&Ending::TotalsTimeout, ALL_LAST_WORDS));
    // The reader may take as long as it likes, and the user is told once.
    let mut driven =
        Driven::new(settings(false, TracerPlace::Agent, None)).all([HELLO, READY, Input::Enough]);
    driven.facts.reader_waits = true;
    assert_eq!(driven.wait(), [Action::Say(Remark::Unread)]);
    assert_eq!(driven.machine.deadline(driven.facts), None);
}
