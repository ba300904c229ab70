//! What depends on the kernel or the processor: tested on Debian's kernel, in emulated machines.

// All of this is test code, but clippy.toml's `allow-unwrap-in-tests` only accepts code that says so.
#[cfg(test)]
mod clock;
#[cfg(test)]
mod engine;
#[cfg(test)]
mod traces;
#[cfg(test)]
mod yama;

use crate::cluster::root;
use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    sync::atomic::{AtomicUsize, Ordering},
};

/// An emulated machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Machine {
    X86_64,
    Aarch64,
}

impl Machine {
    /// This processor, which needs no cross compiler.
    fn native() -> Machine {
        if cfg!(target_arch = "aarch64") { Machine::Aarch64 } else { Machine::X86_64 }
    }

    /// Its name, as printed by `uname -m`.
    fn name(self) -> &'static str {
        match self {
            Machine::X86_64 => "x86_64",
            Machine::Aarch64 => "aarch64",
        }
    }

    /// Our tracer for it.
    fn tracer(self) -> PathBuf {
        let tracer = root().join("dist").join(self.name()).join("tracer");
        assert!(tracer.exists(), "{} is not built: run `make tracer`", tracer.display());
        tracer
    }
}

/// The output of an emulated machine.
struct Done {
    /// What the script printed.
    text: String,
    /// Where the contents of `/results` are, until this is dropped.
    results: PathBuf,
}

impl Drop for Done {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.results);
    }
}

/// A directory for one boot, and what distinguishes it from the next one's.
fn scratch(name: &str) -> PathBuf {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    let directory =
        Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("kernel-{name}-{}-{number}", std::process::id()));
    fs::create_dir_all(&directory).expect("cargo made the directory above");
    directory
}

/// Runs a shell script on Debian's kernel, with our tracer as `/tracer` and files under the given names.
fn boot(machine: Machine, name: &str, script: &str, files: &[(PathBuf, String)]) -> Done {
    let results = scratch(name);
    let path = results.join("script");
    fs::write(&path, script).expect("the directory was made just now");
    let mut command = Command::new(root().join("tests/kernel/boot.sh"));
    command.args(["--machine", machine.name(), "--results"]).arg(&results).arg(&path);
    command.arg(format!("{}=/tracer", machine.tracer().display()));
    command.args(files.iter().map(|(from, to)| format!("{}={to}", from.display())));
    let output = command.output().expect("boot.sh starts");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{text}\n{}", String::from_utf8_lossy(&output.stderr));
    Done { text, results }
}

/// The directory of C programs compiled for a processor.
pub fn compiled(processor: &str, sources: &[PathBuf]) -> PathBuf {
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("programs-{processor}"));
    let done = Command::new(root().join("tests/kernel/compile.sh"))
        .arg(processor)
        .arg(&directory)
        .args(sources)
        .output()
        .expect("compile.sh starts");
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    directory
}

/// The lines between two marks.
fn part<'a>(text: &'a str, mark: &str) -> &'a str {
    let (_, rest) =
        text.split_once(&format!("== {mark}\n")).unwrap_or_else(|| panic!("no {mark} in:\n{text}"));
    rest.split("== ").next().unwrap_or_default()
}
