//! A file system whose server is a tracee: whoever asks it for something while it stands still waits for ever.

use crate::{SOON, compiled, ends, tracer};
use std::{fs, process::Stdio};

#[test]
fn no_harm_to_a_file_system_that_is_traced_itself() {
    let served = compiled("served");
    let place = std::env::temp_dir().join(format!("dropin-served-{}", std::process::id()));
    fs::create_dir_all(&place).expect("a directory of our own");
    let output = place.with_extension("out");
    let mut alone = std::process::Command::new(&served);
    let alone = ends(&mut alone.arg(&place).spawn().expect("compiled"), SOON);
    if alone == Some(77) {
        eprintln!("skipped: this test needs /dev/fuse and the right to mount");
        return;
    }
    assert_eq!(alone, Some(0));
    for options in [&["-yy"][..], &["-y", "-P", "/dev/null"], &["-yy", "--tracer-threads=1", "-Y"]] {
        let mut command = tracer();
        command.args(["-f", "-o"]).arg(&output).args(options).arg(&served).arg(&place);
        let mut traced = command.stdin(Stdio::null()).stderr(Stdio::inherit()).spawn().expect("it is there");
        assert_eq!(ends(&mut traced, SOON), Some(0), "{options:?}");
        let text = fs::read_to_string(&output).expect("the tracer wrote it");
        if options.len() != 3 {
            let (call, back) =
                (format!("pread64(3<{}/file>", place.display()), "\"text of a served file\\n\", 64, 0) = 22");
            assert!(text.contains(&call) && text.contains(back), "{text}");
        }
    }
    let _ = fs::remove_file(&output);
    let _ = fs::remove_dir(&place);
}
