//! The contents of the tracer's image.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail, ensure};
use object::read::elf::{FileHeader, ProgramHeader};
use object::{Endianness, elf};
use oci_spec::image::{ANNOTATION_LICENSES, ANNOTATION_TITLE, Arch, ConfigBuilder, Os};

use crate::{Image, Layer};

/// Where the tracer is in the image.
pub const PATH: &str = "/tracer";
/// Where the `PATH` of the image finds it.
pub const COMMAND: &str = "/bin/strace";
/// linux/capability.h
const CAP_SYS_PTRACE: u64 = 1 << 19;
/// Relative, because the image's root is also entered from outside, through `/proc/PID/root`. An
/// absolute link would resolve in the root of the process that follows it.
pub const COMMAND_TARGET: &str = "../tracer";

/// The supported machines: the directory below `dist`, the image's architecture, and the ELF machine
/// of a binary that runs there.
const MACHINES: [(&str, Arch, elf::Machine); 2] =
    [("x86_64", Arch::Amd64, elf::EM_X86_64), ("aarch64", Arch::ARM64, elf::EM_AARCH64)];

/// The images of all machines whose tracer exists as `MACHINE/tracer` in `dist`.
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
    // A non-root user gets the capability only through the file: added capabilities are not effective for those
    // users (capabilities(7)). It is not effective in the file, or the kernel would refuse to execute the file in a
    // container that may not have the capability.
    layer.permit(Path::new(PATH), CAP_SYS_PTRACE)?;
    layer.symlink(Path::new(COMMAND_TARGET), Path::new(COMMAND))?;
    // No user: root in the container, unless the pod says otherwise. No directories for what a
    // runtime mounts (/proc, /dev, /etc/hosts): it creates the mount points itself.
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

/// In an empty image, a binary that needs an interpreter fails with a bare "no such file or
/// directory", and one for another machine with "exec format error". It is better to say so here.
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
