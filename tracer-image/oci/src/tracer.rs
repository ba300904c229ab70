//! What is in the tracer's image.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail, ensure};
use object::read::elf::{FileHeader, ProgramHeader};
use object::{Endianness, elf};
use oci_spec::image::{ANNOTATION_LICENSES, ANNOTATION_TITLE, Arch, ConfigBuilder, Os};

use crate::{Image, Layer};

/// Where the tracer is in the image.
pub const PATH: &str = "/tracer";
/// The name under which `PATH` (the variable) finds it.
pub const COMMAND: &str = "/bin/strace";
/// linux/capability.h
const CAP_SYS_PTRACE: u64 = 1 << 19;
/// Relative, since the image's root is also entered from outside, through `/proc/PID/root`: there
/// an absolute link would lead into the root of the process that follows it.
pub const COMMAND_TARGET: &str = "../tracer";

/// The machines that there are images for: the folder below `dist`, the image's architecture, and
/// the ELF machine of a binary that runs there.
const MACHINES: [(&str, Arch, elf::Machine); 2] =
    [("x86_64", Arch::Amd64, elf::EM_X86_64), ("aarch64", Arch::ARM64, elf::EM_AARCH64)];

/// The image of every machine whose tracer is in `dist` as `MACHINE/tracer`.
pub fn images(dist: &Path) -> Result<Vec<Image>> {
    let mut images = Vec::new();
    for (machine, arch, elf_machine) in MACHINES {
        let binary = dist.join(machine).join("tracer");
        if binary.exists() {
            check_static(&binary, elf_machine)?;
            images.push(image(&binary, arch)?);
        }
    }
    ensure!(!images.is_empty(), "no MACHINE/tracer in {}: build the tracer first", dist.display());
    Ok(images)
}

fn image(binary: &Path, arch: Arch) -> Result<Image> {
    let mut layer = Layer::new();
    layer.file(binary, Path::new(PATH), Some(0o755))?;
    // So that a user other than root can be given the capability: added ones are not effective for those
    // (capabilities(7)). Not effective by itself, or it could not be executed where the container may not have it.
    layer.permit(Path::new(PATH), CAP_SYS_PTRACE)?;
    layer.symlink(Path::new(COMMAND_TARGET), Path::new(COMMAND))?;
    // No user: root in the container, unless the pod says otherwise. No directory for what a
    // runtime mounts (/proc, /dev, /etc/hosts): it makes the places itself.
    let config = ConfigBuilder::default()
        .entrypoint(vec![PATH.to_owned()])
        .env(vec!["PATH=/bin:/usr/bin".to_owned()])
        .working_dir("/")
        .labels(
            [
                (ANNOTATION_TITLE, "kubectl-strace tracer"),
                (ANNOTATION_LICENSES, env!("CARGO_PKG_LICENSE")),
                (oci_spec::image::ANNOTATION_VERSION, env!("CARGO_PKG_VERSION")),
            ]
            .map(|(key, value)| (key.to_owned(), value.to_owned()))
            .into_iter()
            .collect::<std::collections::HashMap<_, _>>(),
        )
        .build()?;
    Ok(Image { os: Os::Linux, arch, config, layer })
}

/// In an empty image a binary that wants an interpreter fails with a bare "no such file or
/// directory", and one of another machine with "exec format error": better said here.
fn check_static(binary: &Path, machine: elf::Machine) -> Result<()> {
    let bytes = fs::read(binary).with_context(|| format!("cannot read {}", binary.display()))?;
    let wrong = |what: &str| format!("{} {what}", binary.display());
    let header = elf::FileHeader64::<Endianness>::parse(&*bytes)
        .ok()
        .with_context(|| wrong("is not a 64-bit ELF binary"))?;
    let endian = header.endian().ok().with_context(|| wrong("is not a 64-bit ELF binary"))?;
    let found = header.e_machine(endian);
    ensure!(found == machine, wrong(&format!("is built for ELF machine {found:?}, not {machine:?}")));
    let segments = header.program_headers(endian, &*bytes).with_context(|| wrong("is cut short"))?;
    if segments.iter().any(|s| s.p_type(endian) == elf::PT_INTERP) {
        bail!(wrong("is linked dynamically; the image has nothing to load it with: link it statically"));
    }
    Ok(())
}
