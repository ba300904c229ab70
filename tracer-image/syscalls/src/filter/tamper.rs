//! `-e inject=`, `-e fault=`: tampering with calls.

use super::{CallSet, Compile, Qualifiers, numbers::signal, span};
use crate::{abi::Abi, names::errno, table};
use alloc::{format, string::String, vec::Vec};

/// How to tamper with a set of calls.
#[derive(Clone, Debug)]
pub struct Injection {
    /// The calls.
    pub calls: CallSet,
    /// Which invocations, counted for each thread and call number.
    pub when: When,
    /// The result that the call gets without being executed.
    pub result: Option<Injected>,
    /// A harmless call that is executed in its place. None: no call at all.
    pub instead: Option<&'static table::Row>,
    /// The signal that the thread gets.
    pub signal: Option<u32>,
    /// How long to delay the call before it is executed, in nanoseconds.
    pub delay_enter: Option<u64>,
    /// How long to delay it before it returns.
    pub delay_exit: Option<u64>,
    /// What overwrites the memory that arguments point to, before the call is executed.
    pub poke_enter: Vec<Poke>,
    /// The same, before it returns.
    pub poke_exit: Vec<Poke>,
}

/// A result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Injected {
    /// It fails.
    Error(u16),
    /// It returns this.
    Value(u64),
}

/// Bytes that overwrite what an argument points to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Poke {
    /// The argument, counted from 0.
    pub argument: u8,
    /// The bytes.
    pub bytes: Vec<u8>,
}

/// Which invocations: `FIRST[..LAST][+[STEP]]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct When {
    first: u32,
    last: u32,
    step: u32,
}

/// Applies an `-e` expression, to tampering or to the qualifiers, whichever it is for.
///
/// # Errors
/// As [`Qualifiers::apply`].
pub fn take(
    expression: &str,
    wanted: &mut Qualifiers,
    injections: &mut Vec<Injection>,
    compile: Compile<'_>,
) -> Result<(), String> {
    match Injection::of(expression, compile)? {
        Some(injection) => injections.push(injection),
        None => wanted.apply(expression, compile)?,
    }
    Ok(())
}

impl When {
    /// Every one.
    const ALWAYS: When = When { first: 1, last: u32::MAX, step: 1 };

    /// Whether the invocation with this number (counted from 1) is selected.
    pub fn has(self, invocation: u32) -> bool {
        (self.first..=self.last).contains(&invocation) && (invocation - self.first).is_multiple_of(self.step)
    }

    fn parse(text: &str) -> Option<When> {
        const MOST: u32 = 65_535;
        let number = |text: &str, most| text.parse::<u32>().ok().filter(|number| (1..=most).contains(number));
        let (range, step) = match text.split_once('+') {
            Some((range, "")) => (range, Some(1)),
            Some((range, step)) => (range, Some(number(step, MOST)?)),
            None => (text, None),
        };
        let (first, last) = match range.split_once("..") {
            Some((first, last)) => (number(first, MOST)?, Some(number(last, MOST - 1)?)),
            None => (number(range, MOST)?, None),
        };
        let last = match (last, step) {
            (Some(last), _) if last < first => return None,
            (Some(last), _) => last,
            (None, Some(_)) => u32::MAX,
            (None, None) => first,
        };
        Some(When { first, last, step: step.unwrap_or(1) })
    }
}

impl Injection {
    /// Parses an `-e` expression if it is one that tampers: `inject=...`, or `fault=...`, which fails the call with `ENOSYS`
    /// by default.
    ///
    /// # Errors
    /// In strace's words.
    pub fn of(expression: &str, compile: Compile<'_>) -> Result<Option<Injection>, String> {
        match expression.split_once('=') {
            Some(("inject", rest)) => Injection::parse(rest, false, compile).map(Some),
            Some(("fault", rest)) => Injection::parse(rest, true, compile).map(Some),
            _ => Ok(None),
        }
    }

    fn parse(text: &str, fault: bool, compile: Compile<'_>) -> Result<Injection, String> {
        let (set, rest) = text.split_once(':').map_or((text, None), |(set, rest)| (set, Some(rest)));
        let calls = CallSet::parse_with(set, compile).map_err(|error| error.plain())?;
        let mut injection = Injection {
            calls,
            when: When::ALWAYS,
            result: None,
            instead: None,
            signal: None,
            delay_enter: None,
            delay_exit: None,
            poke_enter: Vec::new(),
            poke_exit: Vec::new(),
        };
        let parts = rest.map_or_else(Vec::new, |rest| rest.split(':').collect());
        let good = parts.iter().all(|part| injection.part(part, fault).is_some());
        if fault && injection.result.is_none() {
            injection.result = Some(Injected::Error(ENOSYS));
        }
        if !good || !injection.does_something() || (injection.instead.is_some() && injection.result.is_none())
        {
            let what = if fault { "fault" } else { "inject" };
            return Err(format!("invalid {what} argument '{text}'"));
        }
        Ok(injection)
    }

    fn does_something(&self) -> bool {
        self.result.is_some()
            || self.signal.is_some()
            || self.delay_enter.is_some()
            || self.delay_exit.is_some()
            || !self.poke_enter.is_empty()
            || !self.poke_exit.is_empty()
    }

    /// Parses one part; `None` if it is invalid or repeated.
    fn part(&mut self, part: &str, fault: bool) -> Option<()> {
        let (key, value) = part.split_once('=')?;
        match key {
            "when" => self.when = When::parse(value)?,
            "error" if self.result.is_none() => self.result = Some(Injected::Error(error(value)?)),
            _ if fault => return None,
            "retval" if self.result.is_none() => self.result = Some(Injected::Value(number(value)?)),
            "signal" if self.signal.is_none() => {
                self.signal = Some(signal(value).filter(|signal| *signal > 0)?)
            }
            "syscall" if self.instead.is_none() => {
                let row = table::rows().find(|row| row.name == value)?;
                self.instead = Some(row).filter(|row| row.classes & table::class::PURE != 0);
                self.instead?;
            }
            "delay_enter" if self.delay_enter.is_none() => self.delay_enter = Some(span(value)?),
            "delay_exit" if self.delay_exit.is_none() => self.delay_exit = Some(span(value)?),
            "poke_enter" if self.poke_enter.is_empty() => self.poke_enter = pokes(value)?,
            "poke_exit" if self.poke_exit.is_empty() => self.poke_exit = pokes(value)?,
            _ => return None,
        }
        Some(())
    }

    /// The number of the call that is executed instead, on an ABI; -1 is no call.
    pub fn number(&self, abi: Abi) -> i64 {
        self.instead.and_then(|row| row.number(abi)).map_or(-1, |number| number as i64)
    }
}

const ENOSYS: u16 = 38;
/// The largest errno that a call can return (`MAX_ERRNO` of linux/err.h).
const MAX_ERRNO: u16 = 4095;

fn error(text: &str) -> Option<u16> {
    if let Ok(number) = text.parse::<u16>() {
        return (1..=MAX_ERRNO).contains(&number).then_some(number);
    }
    (1..=MAX_ERRNO).find(|number| errno::describe(*number).is_some_and(|(name, _)| name == text))
}

fn number(text: &str) -> Option<u64> {
    match text.strip_prefix("0x") {
        Some(hex) => u64::from_str_radix(hex, 16).ok(),
        None => text.parse::<i64>().map(|number| number as u64).or_else(|_| text.parse()).ok(),
    }
}

/// `@arg1=0011,@arg2=2233`
fn pokes(text: &str) -> Option<Vec<Poke>> {
    let mut pokes: Vec<Poke> = Vec::new();
    for one in text.split(',') {
        let (argument, hex) = one.strip_prefix("@arg")?.split_once('=')?;
        let argument = argument.parse::<u8>().ok().filter(|argument| (1..=7).contains(argument))? - 1;
        if hex.is_empty()
            || !hex.len().is_multiple_of(2)
            || pokes.iter().any(|poke| poke.argument == argument)
        {
            return None;
        }
        let byte = |at| u8::from_str_radix(hex.get(at..at + 2)?, 16).ok();
        let bytes = (0..hex.len()).step_by(2).map(byte).collect::<Option<Vec<u8>>>()?;
        pokes.push(Poke { argument, bytes });
    }
    Some(pokes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString;

    fn parse(text: &str) -> Result<Injection, String> {
        Injection::parse(text, false, &|_| Err("no".to_string()))
    }

    #[test]
    fn invocations() {
        let when = |text| When::parse(text).unwrap();
        let of = |when: When| (1..10).filter(|n| when.has(*n)).collect::<Vec<_>>();
        assert_eq!(of(when("3")), [3]);
        assert_eq!(of(when("3+")), [3, 4, 5, 6, 7, 8, 9]);
        assert_eq!(of(when("2+3")), [2, 5, 8]);
        assert_eq!(of(when("2..5")), [2, 3, 4, 5]);
        assert_eq!(of(when("1..8+4")), [1, 5]);
        for wrong in ["0", "65536", "3..2", "1+0", "x", "1..65535"] {
            assert_eq!(When::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn injections() {
        let found = parse("getppid:error=EPERM:signal=USR1:when=2").unwrap();
        assert_eq!((found.result, found.signal), (Some(Injected::Error(1)), Some(10)));
        assert_eq!(parse("read:poke_exit=@arg2=00ff").unwrap().poke_exit[0].bytes, [0, 255]);
        for wrong in
            ["read", "read:error=FOO", "read:error=1:retval=2", "read:syscall=getpid", "read:signal=0"]
        {
            assert_eq!(parse(wrong).unwrap_err(), format!("invalid inject argument '{wrong}'"));
        }
    }
}
