//! Builds and checks container images in OCI image layouts, without a container engine.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, bail, ensure};
use clap::{Args, Parser, Subcommand};
use oci::{Image, Layer, Owner, Packing};
use oci_spec::image::{Arch, ConfigBuilder, Os};

/// Build and check container images (OCI image layouts in a tar file) without a container engine.
/// The same input gives the same bytes; times are SOURCE_DATE_EPOCH or 0.
#[derive(Parser)]
#[command(name = "oci-image", version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Build an image from files and trees.
    Build(Box<BuildArgs>),
    /// Build the tracer's image from DIST/x86_64/tracer and DIST/aarch64/tracer, as far as they exist.
    Tracer(TracerArgs),
    /// Verify every digest, size and reference in a layout, and print what it holds.
    Check(CheckArgs),
}

#[derive(Args)]
struct Output {
    /// The tar file to write
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// The image's name, as a pod would give it
    #[arg(long, value_name = "NAME[:TAG]")]
    name: String,
    /// Fail when a compressed layer is larger than this
    #[arg(long, value_name = "BYTES")]
    max_layer_size: Option<u64>,
}

#[derive(Args)]
struct BuildArgs {
    #[command(flatten)]
    output: Output,
    /// Repeat for several platforms in one image. In --file, --dir and --rootfs, {arch} in a source
    /// then stands for x86_64 or aarch64
    #[arg(long, value_name = "OS/ARCH", required = true)]
    platform: Vec<String>,
    /// A root file system: owners, modes, set-id bits and links as they are on the disk
    #[arg(long, value_name = "DIR")]
    rootfs: Option<String>,
    /// A tree of root's, modes 0755 and 0644
    #[arg(long, value_name = "SRC=/DST")]
    dir: Vec<String>,
    /// An empty directory of root's, mode 0755 unless given
    #[arg(long, value_name = "/DST[:MODE]")]
    mkdir: Vec<String>,
    /// A file of root's, mode 0755 or 0644 unless given
    #[arg(long, value_name = "SRC=/DST[:MODE]")]
    file: Vec<String>,
    /// A symbolic link
    #[arg(long, value_name = "TARGET=/DST")]
    symlink: Vec<String>,
    /// What the container runs; once for each argument
    #[arg(long, value_name = "ARG", allow_hyphen_values = true)]
    entrypoint: Vec<String>,
    /// Default arguments of the entry point; once for each argument
    #[arg(long, value_name = "ARG", allow_hyphen_values = true)]
    cmd: Vec<String>,
    #[arg(long, value_name = "UID[:GID]")]
    user: Option<String>,
    #[arg(long, value_name = "NAME=VALUE")]
    env: Vec<String>,
    #[arg(long, value_name = "DIR")]
    workdir: Option<String>,
    #[arg(long, value_name = "KEY=VALUE")]
    label: Vec<String>,
    /// gzip level, 0 to 9
    #[arg(long, value_name = "N", default_value_t = 9)]
    level: u32,
}

#[derive(Args)]
struct TracerArgs {
    #[command(flatten)]
    output: Output,
    /// Where the tracers are
    #[arg(long, value_name = "DIR", default_value = "dist")]
    dist: PathBuf,
}

#[derive(Args)]
struct CheckArgs {
    /// The tar file to check
    file: PathBuf,
    /// Fail when a compressed layer is larger than this
    #[arg(long, value_name = "BYTES")]
    max_layer_size: Option<u64>,
}

fn main() -> ExitCode {
    match run(Cli::parse().command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("oci-image: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> Result<()> {
    match command {
        Command::Build(args) => {
            let images = args.platform.iter().map(|p| image(&args, p)).collect::<Result<Vec<_>>>()?;
            let packing = Packing { level: args.level, ..Packing::from_env()? };
            write(&args.output, &images, packing)
        }
        Command::Tracer(args) => write(&args.output, &oci::tracer::images(&args.dist)?, Packing::from_env()?),
        Command::Check(args) => {
            let layout = oci::check(&args.file)?;
            println!("{} {}", layout.name, layout.digest);
            for image in &layout.images {
                println!("{} {} layers {:?}", image.platform, image.digest, image.layers);
                for size in &image.layers {
                    check_size(&image.platform, *size, args.max_layer_size)?;
                }
            }
            Ok(())
        }
    }
}

fn write(output: &Output, images: &[Image], packing: Packing) -> Result<()> {
    let written = oci::write(&output.out, &output.name, images, packing)?;
    println!("{} {}", written.name, written.digest);
    for (platform, size) in &written.layers {
        println!("{platform} layer {size} bytes");
        if let Err(error) = check_size(platform, *size, output.max_layer_size) {
            // A later step must not find an image that was refused.
            std::fs::remove_file(&output.out)
                .with_context(|| format!("cannot remove {}", output.out.display()))?;
            return Err(error);
        }
    }
    Ok(())
}

fn check_size(platform: &str, size: u64, limit: Option<u64>) -> Result<()> {
    match limit {
        Some(limit) if size > limit => {
            bail!("{platform}: the compressed layer has {size} bytes, {} more than allowed", size - limit)
        }
        _ => Ok(()),
    }
}

fn image(args: &BuildArgs, platform: &str) -> Result<Image> {
    let (os, arch) = platform.split_once('/').with_context(|| format!("\"{platform}\" is not OS/ARCH"))?;
    let (os, arch) = (Os::from(os), Arch::from(arch));
    let machine = match (&os, &arch) {
        (Os::Linux, Arch::Amd64) => "x86_64",
        (Os::Linux, Arch::ARM64) => "aarch64",
        _ => bail!("no images for {platform}: linux/amd64 and linux/arm64 are known"),
    };
    let source = |text: &str| PathBuf::from(text.replace("{arch}", machine));

    let mut layer = Layer::new();
    if let Some(dir) = &args.rootfs {
        layer.tree(&source(dir), Path::new("/"), Owner::AsOnDisk)?;
    }
    for given in &args.dir {
        let (src, dst) = split_destination(given)?;
        layer.tree(&source(src), Path::new(dst), Owner::Root)?;
    }
    for given in &args.mkdir {
        let (dst, mode) = split_mode(given)?;
        layer.directory(Path::new(dst), mode.unwrap_or(0o755))?;
    }
    for given in &args.file {
        let (src, rest) = split_destination(given)?;
        let (dst, mode) = split_mode(rest)?;
        layer.file(&source(src), Path::new(dst), mode)?;
    }
    for given in &args.symlink {
        let (target, dst) = split_destination(given)?;
        layer.symlink(Path::new(target), Path::new(dst))?;
    }

    let mut config = ConfigBuilder::default();
    if !args.entrypoint.is_empty() {
        config = config.entrypoint(args.entrypoint.clone());
    }
    if !args.cmd.is_empty() {
        config = config.cmd(args.cmd.clone());
    }
    if let Some(user) = &args.user {
        config = config.user(user.clone());
    }
    if let Some(dir) = &args.workdir {
        config = config.working_dir(dir.clone());
    }
    for given in &args.env {
        ensure!(given.contains('='), "--env {given}: NAME=VALUE is wanted");
    }
    if !args.env.is_empty() {
        config = config.env(args.env.clone());
    }
    if !args.label.is_empty() {
        let pairs = args.label.iter().map(|given| {
            let (key, value) =
                given.split_once('=').with_context(|| format!("--label {given}: KEY=VALUE is wanted"))?;
            Ok((key.to_owned(), value.to_owned()))
        });
        config = config.labels(pairs.collect::<Result<std::collections::HashMap<_, _>>>()?);
    }
    Ok(Image { os, arch, config: config.build()?, layer })
}

/// `SRC=/DST`, split at the last `=/`.
fn split_destination(given: &str) -> Result<(&str, &str)> {
    let at = given.rfind("=/").with_context(|| format!("\"{given}\" is not SOURCE=/DESTINATION"))?;
    Ok((&given[..at], &given[at + 1..]))
}

/// `/DST` or `/DST:MODE`, the mode in octal.
fn split_mode(given: &str) -> Result<(&str, Option<u32>)> {
    let Some((dst, digits)) = given.rsplit_once(':') else { return Ok((given, None)) };
    match u32::from_str_radix(digits, 8) {
        Ok(mode) if mode <= 0o7777 => Ok((dst, Some(mode))),
        _ => bail!("\"{given}\": after the colon an octal mode of at most 7777 is wanted"),
    }
}
