//! The gather plan of a row: which bytes to copy at a stop. It is found by walking the row's types over what is known.
//!
//! A pass asks for everything that the registers and the copied bytes point to. The tracer copies it and asks again until
//! nothing is missing. Flat arguments take one pass; nested pointers (`iovec`, `argv`) take one more each.

use crate::{
    decode::{Decode, netlink},
    layout,
    row::Row,
    scope::MOST_ELEMENTS,
    snapshot::{Answer, Entered, Phase, Place, Question, Snapshot, Want},
    types::{Len, Record, Type, Width},
    value::Names,
};
use alloc::vec::Vec;

pub use crate::scope::{DecodeOptions, PATH_MAX, Scope, is_late};

/// A string is first read this far: most paths are shorter, and it seldom crosses a page.
const BITE: usize = 256;
/// Whether the data beyond the known fields of a longer structure is written.
fn has_beyond(record: &Record) -> bool {
    record.fields.last().is_some_and(|field| matches!(field.ty, Type::Beyond))
}

/// What to look up besides memory.
#[derive(Clone, Debug, Default)]
pub struct Lookups {
    /// What these descriptors are open on.
    pub descriptors: Vec<i32>,
    /// The names of these processes.
    pub processes: Vec<i32>,
    /// Questions for the kernel's tables.
    pub questions: Vec<Question>,
    /// Which namespaces were entered.
    pub entered: Option<Entered>,
}

impl Lookups {
    /// Whether there is nothing to look up.
    pub fn is_empty(&self) -> bool {
        self.descriptors.is_empty()
            && self.processes.is_empty()
            && self.questions.is_empty()
            && self.entered.is_none()
    }

    fn clear(&mut self) {
        self.descriptors.clear();
        self.processes.clear();
        self.questions.clear();
        self.entered = None;
    }
}

/// At most this many process names are looked up for one call.
const MOST_PROCESSES: usize = 64;

/// A pass over a call's types that collects what has not been copied yet.
pub struct Gather<'a> {
    /// What is known so far.
    pub scope: Scope<'a>,
    wants: &'a mut Vec<Want>,
    lookups: &'a mut Lookups,
    /// Whether the call created what is visited: before, the descriptor's number may have meant something else.
    made: bool,
    /// Collects what the call works on, if that is what is walked for.
    subjects: Option<&'a mut Subjects>,
}

/// Asks for what a call's types need at this stop and what has not been copied yet.
///
/// The caller copies `wants` (with [`Snapshot::fill`]) and looks `lookups` up, then asks again until both stay
/// empty, at most [`PASSES`] times.
pub fn wants(
    row: &'static Row,
    snapshot: &Snapshot,
    depth: DecodeOptions,
    phase: Phase,
    wants: &mut Vec<Want>,
    lookups: &mut Lookups,
) {
    wants.clear();
    lookups.clear();
    let scope = Scope::new(row, snapshot, depth, phase);
    if depth.seek && phase == Phase::Entry {
        seek(scope, wants, lookups);
    }
    if depth.raw {
        return;
    }
    let mut gather = Gather { scope, wants, lookups, made: false, subjects: None };
    for (index, param) in row.params.iter().enumerate() {
        gather.visit(&param.ty, Place::Register(scope.argument(index as u8)));
    }
    if phase == Phase::Exit {
        if let Some(result) = snapshot.success() {
            gather.made = true;
            gather.visit(&row.result, Place::Register(result));
            gather.made = false;
        }
        if let (Some(note), Some(result)) = (&row.note, snapshot.success()) {
            gather.visit(note, Place::Register(result));
        }
    }
}

/// What a call works on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Subjects {
    /// Descriptors.
    pub fds: Vec<i32>,
    /// Paths, as they were given.
    pub paths: Vec<Vec<u8>>,
}

/// What a call works on, as far as it is known at its entry.
pub fn subjects(row: &'static Row, snapshot: &Snapshot, depth: DecodeOptions) -> Subjects {
    let (mut wants, mut lookups) = (Vec::new(), Lookups::default());
    seek(Scope::new(row, snapshot, depth, Phase::Entry), &mut wants, &mut lookups)
}

/// Asks for what tells what a call works on, however little of it is shown, and returns what is known of that. As in strace,
/// these are arguments, and what `poll` and `select` wait for: nothing else in memory counts.
fn seek(scope: Scope<'_>, wants: &mut Vec<Want>, lookups: &mut Lookups) -> Subjects {
    let mut subjects = Subjects::default();
    let depth = DecodeOptions { raw: false, dereference: true, ..scope.depth };
    let scope = scope.looking(depth);
    let mut gather = Gather { scope, wants, lookups, made: false, subjects: Some(&mut subjects) };
    let row = scope.row;
    for (index, param) in row.params.iter().enumerate() {
        let place = Place::Register(scope.argument(index as u8));
        if NUMBERS_THAT_COUNT.contains(&(row.name, param.name)) {
            gather.descriptor(scope.argument(index as u8) as i32);
        } else if !DO_NOT_COUNT.contains(&(row.name, param.name)) {
            gather.subject(&param.ty, place);
        }
    }
    subjects
}

/// What `poll` and `select` wait for: a record and a custom type, by name.
const POLLED: &str = "pollfd";
const SELECTED: &str = "fd_set";

/// Arguments that strace takes for descriptors where calls are chosen by them, although it writes them as numbers.
const NUMBERS_THAT_COUNT: &[(&str, &str)] =
    &[("getpmsg", "arg1"), ("putpmsg", "arg1"), ("io_uring_register", "fd")];

/// Arguments that do not choose a call in strace, although they are descriptors and paths. The text of a symbolic link is not
/// a path that the call accesses, nor is the name of a message queue.
const DO_NOT_COUNT: &[(&str, &str)] = &[
    ("symlink", "target"),
    ("symlink", "oldpath"),
    ("symlinkat", "target"),
    ("symlinkat", "oldpath"),
    ("mq_open", "name"),
    ("mq_unlink", "path"),
    ("rename", "newpath"),
    ("epoll_ctl", "epfd"),
    ("fanotify_mark", "fanotify_fd"),
    ("fsconfig", "fd"),
    ("perf_event_open", "group_fd"),
    ("waitid", "id"),
];

/// How an argument tells what a call works on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// It is a descriptor.
    Descriptor,
    /// It is a path.
    Path,
    /// It holds the descriptors that `poll` or `select` waits for.
    Waited,
}

/// The same as [`subjects`] for a call of which only the decoded arguments are left: how this one counts, by its type.
pub fn subject(row: &Row, index: usize) -> Option<Subject> {
    let param = row.params.get(index)?;
    let named = |list: &[(&str, &str)]| list.contains(&(row.name, param.name));
    if named(NUMBERS_THAT_COUNT) {
        return Some(Subject::Descriptor);
    }
    match &param.ty {
        _ if named(DO_NOT_COUNT) => None,
        Type::Fd | Type::Dirfd => Some(Subject::Descriptor),
        Type::In(pointee) | Type::Out(pointee) => match pointee {
            Type::Path => Some(Subject::Path),
            Type::Array(Type::Struct(record), _) if record.name == POLLED => Some(Subject::Waited),
            Type::Custom(custom) if custom.name == SELECTED => Some(Subject::Waited),
            _ => None,
        },
        _ => None,
    }
}

/// At most this many passes per stop: protects against hostile memory, and is far more than any row needs.
pub const PASSES: usize = 8;

impl<'a> Gather<'a> {
    /// Asks for a range, at the current stop.
    pub fn want(&mut self, addr: u64, len: usize) {
        let phase = self.scope.phase;
        let want = Want { addr, len };
        // The last element of a record asks for itself, and may be what a pointer has just asked for.
        let again = self.wants.last() == Some(&want);
        if addr != 0 && len != 0 && !again && !self.scope.snapshot.asked(phase, addr, len) {
            self.wants.push(want);
        }
    }

    /// Asks for a descriptor's path, if descriptors are decoded.
    pub fn descriptor(&mut self, fd: i32) {
        let sought = match &mut self.subjects {
            Some(subjects) => {
                subjects.fds.push(fd);
                self.scope.depth.look_up
            }
            None => false,
        };
        if self.scope.depth.paths || sought {
            self.look_up(fd);
        }
    }

    /// Asks for a descriptor's path, even if it is not shown.
    pub fn look_up(&mut self, fd: i32) {
        let snapshot = self.scope.snapshot;
        let known = match self.made {
            true => snapshot.has_descriptor_at(self.scope.phase, fd),
            false => snapshot.has_descriptor(fd),
        };
        // Each lookup reads the tracee's descriptor table while the tracee is stopped.
        let room = snapshot.descriptors() + self.lookups.descriptors.len() < Snapshot::MOST_DESCRIPTORS;
        if room && !known && !self.lookups.descriptors.contains(&fd) {
            self.lookups.descriptors.push(fd);
        }
    }

    /// Asks for what is known about a process, if wanted. After the call, a process from before it may be gone.
    pub fn process(&mut self, pid: i32) {
        let (snapshot, phase) = (self.scope.snapshot, self.scope.phase);
        let seen = !self.made && phase == Phase::Exit && snapshot.has_process(Phase::Entry, pid);
        let known = seen || snapshot.has_process(phase, pid) || self.lookups.processes.contains(&pid);
        let wanted = self.scope.depth.comm && pid > 0 || self.scope.depth.pidns;
        if wanted && !matches!(pid, -1..=0) && !known && self.lookups.processes.len() < MOST_PROCESSES {
            self.lookups.processes.push(pid);
        }
    }

    /// Asks which namespaces were entered.
    pub fn entered(&mut self, entered: Entered) {
        if !self.scope.snapshot.has_namespaces() {
            self.lookups.entered = Some(entered);
        }
    }

    /// Asks the kernel's tables.
    pub fn ask(&mut self, question: Question) {
        let known = self.scope.snapshot.answer(question).is_some();
        let room = self.scope.snapshot.answers() + self.lookups.questions.len() < Snapshot::MOST_ANSWERS;
        if room && !known && !self.lookups.questions.contains(&question) {
            self.lookups.questions.push(question);
        }
    }

    /// Asks for what a decoder would ask the kernel's tables.
    pub fn ask_for(&mut self, decode: impl FnOnce(&mut Decode<'_>)) {
        let mut names = Names::default();
        let mut dry = Decode::new(self.scope, &mut names);
        decode(&mut dry);
        for question in dry.unanswered {
            self.ask(question);
        }
    }

    /// Asks for bytes that pass through the socket in the first argument: all of them if they are netlink messages.
    pub fn packet(&mut self, addr: u64, count: usize) {
        let scope = self.scope;
        self.want(addr, count.min(self.most_bytes().max(netlink::HEADER)));
        let question = Question::Netlink(scope.argument(0) as i32);
        match scope.snapshot.answer(question) {
            None => {
                if netlink::may_begin(scope.bytes(scope.phase, addr, count.min(netlink::HEADER)), count) {
                    self.ask(question);
                }
            }
            Some(Answer::Protocol(_)) => {
                self.want(addr, count.min(netlink::MOST));
                self.ask_for(|decode| {
                    decode.packet(addr, scope.phase, count);
                });
            }
            Some(_) => {}
        }
    }

    /// Asks for a NUL-terminated string of at most `most` bytes, piece by piece.
    pub fn text(&mut self, addr: u64, most: usize) {
        let phase = self.scope.phase;
        let mut seen = 0;
        while seen < most {
            let at = addr.wrapping_add(seen as u64);
            // What is known may end where another argument's memory ended. Only what was asked for and did not arrive is
            // unreadable.
            let bytes = self.scope.snapshot.read(phase, at, most - seen);
            if bytes.contains(&0) {
                return;
            }
            if bytes.is_empty() {
                if !self.scope.snapshot.asked(phase, at, 1) {
                    self.want(at, if seen == 0 { BITE.min(most) } else { most - seen });
                }
                return;
            }
            seen += bytes.len();
        }
    }

    /// Asks for what an argument tells about what the call works on.
    fn subject(&mut self, ty: &'static Type, place: Place) {
        let phase = self.scope.phase;
        match self.scope.resolve(ty) {
            Type::Fd | Type::Dirfd => self.visit(ty, place),
            // getcwd's buffer counts as a path too, whatever is in it before the call.
            Type::In(pointee) | Type::Out(pointee) => {
                let Some(addr) = self.scope.pointer(place).filter(|addr| *addr != 0) else { return };
                match self.scope.resolve(pointee) {
                    Type::Path => {
                        self.text(addr, PATH_MAX);
                        let (path, ends) = self.scope.text(phase, addr, PATH_MAX);
                        if let Some(subjects) = self.subjects.as_mut().filter(|_| ends) {
                            subjects.paths.push(path);
                        }
                    }
                    Type::Array(Type::Struct(record), len) if record.name == POLLED => {
                        let size = layout::record_size(record, self.scope.abi());
                        let most = Snapshot::MOST_BYTES / 2 / size;
                        let count = self.scope.count(*len).map_or(0, |count| count.min(most as u64) as usize);
                        self.want(addr, count * size);
                        let whole = self.scope.bytes(phase, addr, count * size).len() / size;
                        for index in 0..whole {
                            let addr = addr.wrapping_add((index * size) as u64);
                            self.visit(&Type::Fd, Place::Memory { addr, phase });
                        }
                    }
                    Type::Custom(custom) if custom.name == SELECTED => {
                        self.follow(pointee, place, phase);
                    }
                    _ => {}
                }
            }
            _ => {}
        }
    }

    /// Asks for what a type needs at a place.
    pub fn visit(&mut self, ty: &'static Type, place: Place) {
        let failed = self.scope.phase == Phase::Exit && self.scope.snapshot.success().is_none();
        match self.scope.resolve(ty) {
            Type::In(pointee) => self.follow(pointee, place, Phase::Entry),
            Type::Out(pointee) if self.scope.phase == Phase::Exit && !failed => {
                let outer = core::mem::replace(&mut self.made, true);
                self.follow(pointee, place, Phase::Exit);
                self.made = outer;
            }
            Type::Failing(_, Type::Out(pointee)) if self.scope.phase == Phase::Exit => {
                self.follow(pointee, place, Phase::Exit);
            }
            Type::InOut(pointee) | Type::Moved(pointee) => {
                self.follow(pointee, place, Phase::Entry);
                if self.scope.phase == Phase::Exit && !failed {
                    self.follow(pointee, place, Phase::Exit);
                }
            }
            Type::Told(given, told) => {
                self.follow(given, place, Phase::Entry);
                if let (Phase::Exit, Some(told)) = (self.scope.phase, self.scope.filled(told)) {
                    let outer = core::mem::replace(&mut self.made, true);
                    let told = if let Type::Out(told) = told { told } else { told };
                    self.follow(told, place, Phase::Exit);
                    self.made = outer;
                }
            }
            Type::Fd | Type::Dirfd => {
                if let Some(fd) = self.scope.load(place, Width::I32) {
                    self.descriptor(fd as i32);
                }
            }
            Type::Interface => {
                if let Some(index) = self.scope.load(place, Width::U32).filter(|index| *index != 0) {
                    self.ask(Question::Interface(index as u32));
                }
            }
            Type::SinceBoot => self.ask(Question::Boot),
            Type::Pid | Type::Group if self.scope.depth.comm || self.scope.depth.pidns => {
                if let Some(pid) = self.scope.load(place, Width::I32) {
                    self.process(pid as i32);
                }
            }
            Type::Struct(record) | Type::Ordered(record, _) | Type::Spread(record) => {
                self.fields(record, place)
            }
            Type::Extensible(record, len, least) => {
                let outer = self.scope;
                let (Place::Memory { addr, .. } | Place::Register(addr)) = place;
                let size = layout::record_size(record, outer.abi());
                if let Some((inner, _)) = outer.extended(*len, *least, addr, size) {
                    self.scope = inner;
                    self.fields(record, place);
                    self.scope = outer;
                }
            }
            Type::Array(element, len) => {
                if let (Place::Memory { addr, phase }, Some(count)) = (place, self.scope.count(*len)) {
                    // At the end of a record: its length is in a field.
                    if matches!(len, Len::Arg(_) | Len::Most(..)) && phase == self.scope.phase {
                        let size = layout::size(element, self.scope.abi());
                        let most = self.most_elements() + 1;
                        self.want(addr, usize::try_from(count).unwrap_or(usize::MAX).min(most) * size);
                    }
                    self.elements(element, addr, phase, count);
                }
            }
            Type::Later(ty) | Type::Changing(ty) | Type::Retold(_, ty) => {
                if let (Place::Memory { addr, .. }, Phase::Exit) = (place, self.scope.phase) {
                    self.want(addr, layout::size(ty, self.scope.abi()));
                    self.visit(ty, Place::Memory { addr, phase: Phase::Exit });
                }
            }
            Type::One(ty) | Type::Over(ty) | Type::Indirect(ty) => self.visit(ty, place),
            Type::Wide(ty) => {
                if let Some(Ok(_)) = self.scope.wide(place) {
                    self.visit(ty, place);
                }
            }
            Type::Labeled(_, ty) | Type::Called(_, ty) | Type::Packed(ty) | Type::Located(ty) => {
                self.visit(ty, place);
            }
            // At the end of a record: an array whose length is in a field.
            Type::Bytes(len) | Type::Binary(len, _) => {
                if let (Place::Memory { addr, phase }, Some(count)) = (place, self.scope.count(*len))
                    && phase == self.scope.phase
                {
                    let most = self.most_bytes().max(Scope::MOST_BINARY);
                    self.want(addr, usize::try_from(count).unwrap_or(usize::MAX).min(most));
                }
            }
            Type::Custom(custom) => (custom.gather)(self, place),
            Type::Sized(custom, len) => {
                let outer = self.scope;
                self.scope.extent = outer.extent_of(custom, *len).unwrap_or(0);
                (custom.gather)(self, place);
                self.scope = outer;
            }
            _ => {}
        }
    }

    /// Copies what a pointer points to (if this is the stop to copy it at), then visits it.
    pub fn follow(&mut self, pointee: &'static Type, place: Place, phase: Phase) {
        let Some(addr) = self.scope.pointer(place).filter(|addr| *addr != 0) else { return };
        let pointee = self.scope.resolve(pointee);
        if let Type::SwitchAt(offset, mask, cases, default) = pointee {
            let at = Place::Memory { addr, phase };
            if phase == self.scope.phase {
                self.want(addr.wrapping_add(u64::from(*offset)), 4);
            }
            if let Some(chosen) = self.scope.choose_at(at, (*offset, *mask), cases, default) {
                self.follow(chosen, place, phase);
            }
            return;
        }
        if phase == self.scope.phase {
            match pointee {
                Type::Path => {
                    self.text(addr, PATH_MAX);
                }
                Type::Str => self.text(addr, self.scope.depth.strings.saturating_add(1)),
                Type::Terminated(len) => {
                    let count = self.scope.count(*len).unwrap_or(0);
                    let most = self.scope.depth.strings.saturating_add(1);
                    self.text(addr, usize::try_from(count).unwrap_or(usize::MAX).min(most));
                }
                Type::Bytes(len) | Type::Text(len) | Type::Binary(len, _) => {
                    if let Some(count) = self.scope.count(*len) {
                        let most = match pointee {
                            Type::Binary(..) => self.most_bytes().max(Scope::MOST_BINARY),
                            _ => self.most_bytes(),
                        };
                        self.want(addr, usize::try_from(count).unwrap_or(usize::MAX).min(most));
                    }
                }
                Type::Packet(len) => {
                    if let Some(count) = self.scope.count(*len) {
                        self.packet(addr, usize::try_from(count).unwrap_or(usize::MAX));
                    }
                }
                Type::Array(element, Len::Zero) => {
                    self.want(addr, (self.most_elements() + 1) * layout::size(element, self.scope.abi()));
                }
                Type::Array(element, len) => {
                    if let Some(count) = self.scope.count(*len) {
                        let count = usize::try_from(count).unwrap_or(usize::MAX);
                        let size = layout::size(element, self.scope.abi());
                        // Two times are one thing, however little of it is written.
                        let most =
                            if matches!(element, Type::Dated(..)) { 2 } else { self.most_elements() + 1 };
                        self.want(addr, count.min(most).saturating_mul(size));
                    }
                }
                Type::Partial(record, len) => {
                    let size = layout::record_size(record, self.scope.abi());
                    let given = self.scope.count(*len).map_or(0, |count| count & 0xffff_ffff);
                    self.want(addr, usize::try_from(given).unwrap_or(usize::MAX).min(size));
                }
                Type::Extensible(record, len, least) => {
                    let size = layout::record_size(record, self.scope.abi());
                    match (self.scope.extended(*len, *least, addr, size), len) {
                        (Some((inner, extent)), _) => {
                            self.want(addr, if has_beyond(record) { inner.beyond() } else { extent });
                        }
                        (None, Len::AtArg(index)) if self.scope.sibling(*index) == addr => self.want(addr, 4),
                        (None, Len::Within(index, offset)) if self.scope.sibling(*index) == addr => {
                            self.want(addr, 4 + usize::from(*offset));
                        }
                        (None, _) => {}
                    }
                }
                Type::Sized(custom, len) => {
                    if let Some(extent) = self.scope.extent_of(custom, *len) {
                        self.want(addr, extent);
                    }
                }
                // A custom type behind a pointer asks for its own bytes, because only it knows how many.
                Type::Custom(custom) if custom.size == 0 => {}
                other => self.want(addr, layout::size(other, self.scope.abi())),
            }
        }
        self.visit(pointee, Place::Memory { addr, phase });
    }

    /// At most this many elements of an array are read. A dump reads all of them, however many are written.
    pub fn most_elements(&self) -> usize {
        if self.scope.depth.dump { MOST_ELEMENTS } else { self.scope.most_elements() }
    }

    /// At most this many bytes of a buffer are needed. One more than is written shows whether it is cut.
    pub fn most_bytes(&self) -> usize {
        let most = if self.scope.depth.dump { usize::MAX } else { self.scope.depth.strings };
        most.saturating_add(1).min(Snapshot::MOST_BYTES / 2)
    }

    fn fields(&mut self, record: &'static Record, place: Place) {
        let Place::Memory { addr, phase } = place else { return };
        let outer = self.scope;
        self.scope = outer.inside(record, place);
        for (index, field) in record.fields.iter().enumerate() {
            let at = addr.wrapping_add(layout::offset(record, index, outer.abi()) as u64);
            self.visit(&field.ty, Place::Memory { addr: at, phase });
        }
        self.scope = outer;
    }

    fn elements(&mut self, element: &'static Type, addr: u64, phase: Phase, count: u64) {
        let size = layout::size(element, self.scope.abi());
        if size == 0 || matches!(element, Type::Int(_) | Type::Hex(_)) {
            return;
        }
        let most = usize::try_from(count).unwrap_or(usize::MAX).min(self.most_elements());
        for index in 0..most {
            let at = addr.wrapping_add((index * size) as u64);
            let bytes = self.scope.snapshot.read(phase, at, size);
            if bytes.len() < size || (count == u64::MAX && bytes.iter().all(|byte| *byte == 0)) {
                break;
            }
            self.visit(element, Place::Memory { addr: at, phase });
        }
    }
}
