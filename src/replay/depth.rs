//! Whether what is asked for was recorded: what the tracer was not asked for, no recording can show.

use super::filter::Filter;
use crate::{
    cli::Events,
    plan::{ReplayPlan, compile},
    recording::about::Stream,
    refusal::{self, Refusal},
};
use syscalls::{
    abi::Abi,
    filter::{CallSet, Qualifiers},
    table,
};

/// Checks what is asked for against what was recorded of a stream. Gives what is only partly there, in words.
///
/// # Errors
/// Something that is asked for was not recorded.
pub fn check(plan: &ReplayPlan, filter: &Filter, stream: &Stream) -> Result<Vec<String>, Refusal> {
    let asked = &stream.asked;
    let of = format!("container {} of pod {}", stream.container, stream.pod);
    let missing = |flag: &str, why: &str| {
        Err(refusal::usage(format!("{flag} needs what was not recorded of {of}"))
            .cause(why.to_owned())
            .fix(format!("leave it out, or record with {flag}")))
    };
    let mut recorded = Qualifiers::default();
    for expression in &asked.expressions {
        // One that this version does not know asked for something else.
        let _ = recorded.apply(expression, &compile);
    }
    let wanted = filter.qualifiers();
    if let Some(strings) = plan.depth.strings.filter(|strings| *strings != asked.strings) {
        return missing(
            &format!("-s {strings}"),
            &format!("strings were recorded with -s {}, and are shown so", asked.strings),
        );
    }
    let flags = [
        ("-v", plan.depth.verbose && !asked.verbose, "structures and lists were recorded shortened"),
        ("-y", plan.depth.paths && !asked.paths, "what descriptors are open on was not looked up"),
        ("-N", plan.depth.names && !asked.names, "the names of arguments were not recorded"),
        (
            "-i (--syscall-number)",
            plan.depth.sites && !asked.sites,
            "numbers and places of calls were not recorded",
        ),
        ("--comm", !plan.comm.is_empty() && !asked.comms, "the names of threads were not recorded"),
    ];
    if let Some((flag, _, why)) = flags.into_iter().find(|(_, lacks, _)| *lacks) {
        return missing(flag, why);
    }
    let typed = |qualifier: &str| plan.expressions.iter().any(|one| one.starts_with(qualifier));
    let deep = [
        ("-e abbrev=", typed("abbrev=") && wanted.abbrev != recorded.abbrev),
        ("-e verbose=", typed("verbose=") && wanted.verbose != recorded.verbose),
        ("-e raw=", typed("raw=") && wanted.raw != recorded.raw),
        ("-e read=", typed("read=") && wanted.read != recorded.read),
        ("-e write=", typed("write=") && wanted.write != recorded.write),
        ("-yy (-e decode-fds=)", typed("decode-fd") && wanted.decode_fds != recorded.decode_fds),
        ("-Y (-e decode-pids=)", typed("decode-pid") && wanted.decode_pids != recorded.decode_pids),
        ("-e namespace=new", wanted.namespaces && !recorded.namespaces),
    ];
    if let Some((flag, _)) = deep.into_iter().find(|(_, lacks)| *lacks) {
        return missing(flag, "how deep calls are looked into is decided while they are traced");
    }
    selection(plan, wanted, &recorded, stream, &of)
}

/// Checks the filters that choose events.
fn selection(
    plan: &ReplayPlan,
    wanted: &Qualifiers,
    recorded: &Qualifiers,
    stream: &Stream,
    of: &str,
) -> Result<Vec<String>, Refusal> {
    let (asked, mut notes) = (&stream.asked, Vec::new());
    let refuse = |flag: &str, why: String| {
        Err(refusal::usage(format!("{flag}: nothing of that was recorded of {of}")).cause(why))
    };
    let expressions = asked.expressions.iter().map(|one| format!("-e {one}")).collect::<Vec<_>>().join(" ");
    let said = format!("it was recorded with {expressions}");
    if plan.expressions.iter().any(|one| one.starts_with("trace=")) {
        let lacking = lacking(&wanted.trace, &recorded.trace);
        match lacking {
            Lacking::Nothing => {}
            Lacking::Everything => return refuse("-e trace=", said),
            Lacking::Some(name) => {
                notes.push(format!("some of these calls, such as {name}, were not recorded of {of}: {said}"));
            }
        }
    }
    if wanted.status & recorded.status == 0 {
        return refuse("-e status=", said);
    }
    let signals = |set: &Qualifiers| (1..=64).filter(|number| set.signals.has(*number)).count();
    let both = (1..=64).filter(|number| wanted.signals.has(*number) && recorded.signals.has(*number)).count();
    if plan.expressions.iter().any(|one| one.starts_with("signal")) && both == 0 && signals(wanted) > 0 {
        return refuse("-e signal=", said);
    }
    if !plan.trace_paths.is_empty() && !asked.paths && recorded.decode_fds == 0 {
        notes.push(format!(
            "-P finds only calls with the path itself in {of}: what descriptors are open on was not recorded (-y)"
        ));
    }
    if plan.format == Events::Json && !asked.names {
        notes.push(format!("arguments have no names in {of}: they were not recorded (-N, --format json)"));
    }
    Ok(notes)
}

/// How much of a set of calls another one lacks.
enum Lacking {
    Nothing,
    /// Among others this one.
    Some(&'static str),
    Everything,
}

fn lacking(wanted: &CallSet, recorded: &CallSet) -> Lacking {
    let (mut there, mut lacks) = (false, None);
    for row in table::rows() {
        for abi in [Abi::X86_64, Abi::Aarch64] {
            let Some(number) = row.number(abi).filter(|number| wanted.has(abi, *number)) else { continue };
            match recorded.has(abi, number) {
                true => there = true,
                false => lacks = lacks.or(Some(row.name)),
            }
        }
    }
    match lacks {
        None => Lacking::Nothing,
        Some(_) if !there => Lacking::Everything,
        Some(name) => Lacking::Some(name),
    }
}
