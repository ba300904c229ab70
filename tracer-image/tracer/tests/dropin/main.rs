//! The drop-in with programs that are hard on a tracer.

mod circle;
mod fair;
mod files;
mod orphans;
mod served;

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Child, Command},
    sync::Mutex,
    thread,
    time::{Duration, Instant},
};

const SOON: Duration = Duration::from_secs(30);

/// The tracer.
fn tracer() -> Command {
    Command::new(env!("CARGO_BIN_EXE_tracer"))
}

/// A program of `programs/`, compiled.
fn compiled(name: &str) -> PathBuf {
    static ONE_BY_ONE: Mutex<()> = Mutex::new(());
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join("dropin-programs");
    let source =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/dropin/programs").join(name).with_extension("c");
    let binary = directory.join(name);
    let _one = ONE_BY_ONE.lock();
    let changed = |path: &Path| fs::metadata(path).and_then(|file| file.modified()).ok();
    if changed(&binary) < changed(&source) {
        fs::create_dir_all(&directory).expect("cargo made the directory above");
        let new = directory.join(format!("{name}.{}", std::process::id()));
        let done =
            Command::new("gcc").args(["-O1", "-Wall", "-pthread", "-o"]).arg(&new).arg(source).status();
        assert!(done.expect("gcc is needed").success());
        fs::rename(&new, &binary).expect("both are there");
    }
    binary
}

/// Waits for the end of a process, which is killed if it takes too long. Returns its exit code.
fn ends(child: &mut Child, most: Duration) -> Option<i32> {
    let begin = Instant::now();
    loop {
        if let Some(status) = child.try_wait().expect("our child") {
            return status.code();
        }
        if begin.elapsed() > most {
            let _ = child.kill();
            let _ = child.wait();
            panic!("it is still there after {most:?}");
        }
        thread::sleep(Duration::from_millis(10));
    }
}
