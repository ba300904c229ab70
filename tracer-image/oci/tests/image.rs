//! Reads written images back: with the checker, and file by file.

#![allow(clippy::unwrap_used, reason = "in a test, also in its own functions, a failure is the result")]

use std::collections::{BTreeMap, HashMap};
use std::fs::{self, File};
use std::io::Read;
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;

use flate2::read::GzDecoder;
use oci::{Image, Layer, Owner, Packing};
use oci_spec::image::{Arch, Config, ConfigBuilder, ImageIndex, ImageManifest, Os};
use tempfile::TempDir;

const NAME: &str = "localhost/kubectl-strace/example:1";
const PACKING: Packing = Packing { level: 9, epoch: 0 };

fn put(path: &Path, content: &str, mode: u32) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, content).unwrap();
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

fn linux(arch: Arch, layer: Layer) -> Image {
    Image { os: Os::Linux, arch, config: Config::default(), layer }
}

type Files = HashMap<String, Vec<u8>>;

/// Every file in the tar `path`.
fn files(path: &Path) -> Files {
    let mut files = HashMap::new();
    for entry in tar::Archive::new(File::open(path).unwrap()).entries().unwrap() {
        let mut entry = entry.unwrap();
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes).unwrap();
        files.insert(entry.path().unwrap().to_str().unwrap().to_owned(), bytes);
    }
    files
}

#[derive(Debug, PartialEq, Eq)]
struct Packed {
    kind: tar::EntryType,
    mode: u32,
    owner: (u64, u64),
    mtime: u64,
    link: Option<PathBuf>,
    content: String,
}

/// Every entry of the written layer, by path.
fn packed(layer: &Layer, epoch: u64) -> BTreeMap<String, Packed> {
    let mut bytes = Vec::new();
    layer.write_tar(&mut bytes, epoch).unwrap();
    let mut entries = BTreeMap::new();
    for entry in tar::Archive::new(bytes.as_slice()).entries().unwrap() {
        let mut entry = entry.unwrap();
        let path = entry.path().unwrap().to_str().unwrap().to_owned();
        let link = entry.link_name().unwrap().map(|l| l.into_owned());
        let mut content = Vec::new();
        entry.read_to_end(&mut content).unwrap();
        let content = String::from_utf8_lossy(&content).into_owned();
        let header = entry.header();
        let found = Packed {
            kind: header.entry_type(),
            mode: header.mode().unwrap(),
            owner: (header.uid().unwrap(), header.gid().unwrap()),
            mtime: header.mtime().unwrap(),
            link,
            content,
        };
        assert!(entries.insert(path.clone(), found).is_none(), "{path} is packed twice");
    }
    entries
}

/// The same content, created in another order, at another time, with other permissions.
fn tree(dir: &Path, order: &[usize], mode: u32) {
    let names = ["etc/settings", "a", "a.b", "usr/share/text"];
    for &n in order {
        put(&dir.join(names[n]), names[n], mode);
    }
}

#[test]
fn same_input_gives_the_same_bytes() {
    let dir = TempDir::new().unwrap();
    let build = |name: &str, order: &[usize], mode: u32, reversed: bool| {
        let source = dir.path().join(name);
        tree(&source, order, mode);
        let mut labels: Vec<(String, String)> =
            (0..40).map(|n| (format!("label.{n}"), format!("value {n}"))).collect();
        if reversed {
            labels.reverse();
        }
        let config = ConfigBuilder::default()
            .labels(labels.into_iter().collect::<HashMap<_, _>>())
            .entrypoint(vec!["/a".to_owned()])
            .build()
            .unwrap();
        let images = [Arch::Amd64, Arch::ARM64].map(|arch| {
            let mut layer = Layer::new();
            layer.tree(&source, Path::new("/"), Owner::Root).unwrap();
            Image { os: Os::Linux, arch, config: config.clone(), layer }
        });
        let out = dir.path().join(format!("{name}.tar"));
        oci::write(&out, NAME, &images, PACKING).unwrap();
        fs::read(out).unwrap()
    };
    let first = build("first", &[0, 1, 2, 3], 0o644, false);
    // Times in the tree must differ by more than a tar's resolution.
    std::thread::sleep(std::time::Duration::from_millis(1100));
    let second = build("second", &[3, 1, 0, 2], 0o600, true);
    assert!(first == second, "the two images differ");
    // The comparison can fail: other content gives other bytes.
    put(&dir.path().join("third/a"), "other", 0o644);
    assert!(build("third", &[0, 2, 3], 0o644, false) != first);
}

#[test]
fn a_layout_refers_only_to_what_is_there() {
    let dir = TempDir::new().unwrap();
    put(&dir.path().join("program"), "#!", 0o755);
    let mut layer = Layer::new();
    layer.file(&dir.path().join("program"), Path::new("/bin/program"), None).unwrap();
    let out = dir.path().join("image.tar");

    let written = oci::write(
        &out,
        "example:2",
        &[linux(Arch::Amd64, layer.clone()), linux(Arch::ARM64, layer.clone())],
        PACKING,
    )
    .unwrap();
    assert_eq!(written.name, "docker.io/library/example:2");
    let checked = oci::check(&out).unwrap();
    assert_eq!((checked.name, checked.digest), (written.name, written.digest));
    let platforms: Vec<_> = checked.images.iter().map(|i| (i.platform.clone(), i.layers[0])).collect();
    assert_eq!(platforms, written.layers);
    assert_eq!(platforms[0].0, "linux/amd64");
    assert_eq!(platforms[1].0, "linux/arm64");
    assert_eq!(checked.images[0].config.created().as_deref(), Some("1970-01-01T00:00:00Z"));

    // Read what containerd and others read, without the checker.
    let files = files(&out);
    assert_eq!(files["oci-layout"], br#"{"imageLayoutVersion":"1.0.0"}"#);
    let index = ImageIndex::from_reader(files["index.json"].as_slice()).unwrap();
    let [named] = index.manifests().as_slice() else { panic!("{} names", index.manifests().len()) };
    let annotations = named.annotations().as_ref().unwrap();
    assert_eq!(annotations["io.containerd.image.name"], "docker.io/library/example:2");
    assert_eq!(annotations["org.opencontainers.image.ref.name"], "2");
    let several =
        ImageIndex::from_reader(files[&format!("blobs/sha256/{}", named.digest().digest())].as_slice())
            .unwrap();
    assert_eq!(several.manifests().len(), 2);

    // One platform: no index between the name and the manifest.
    oci::write(&out, NAME, &[linux(Arch::Amd64, layer)], PACKING).unwrap();
    let files = self::files(&out);
    let index = ImageIndex::from_reader(files["index.json"].as_slice()).unwrap();
    let blob = format!("blobs/sha256/{}", index.manifests()[0].digest().digest());
    ImageManifest::from_reader(files[&blob].as_slice()).unwrap();
    oci::check(&out).unwrap();
}

#[test]
fn the_checker_refuses_a_changed_layout() {
    let dir = TempDir::new().unwrap();
    put(&dir.path().join("program"), "#!", 0o755);
    let mut layer = Layer::new();
    layer.file(&dir.path().join("program"), Path::new("/program"), None).unwrap();
    let out = dir.path().join("image.tar");
    oci::write(&out, NAME, &[linux(Arch::Amd64, layer)], PACKING).unwrap();
    let good = files(&out);
    let blob_with = |text: &str| {
        let of = |f: &&String| String::from_utf8_lossy(&good[*f]).contains(text);
        good.keys().find(of).unwrap().clone()
    };
    let (manifest, config) = (blob_with("image.manifest.v1+json\",\"schema"), blob_with("diff_ids"));
    let layer = good.keys().find(|f| good[*f].starts_with(&[0x1f, 0x8b])).unwrap().clone();

    let refusal = |change: &dyn Fn(&mut Files)| {
        let mut changed = good.clone();
        change(&mut changed);
        let path = dir.path().join("changed.tar");
        let mut tar = tar::Builder::new(File::create(&path).unwrap());
        for (name, bytes) in changed.iter().filter(|(name, _)| !name.ends_with('/')) {
            let mut header = tar::Header::new_ustar();
            header.set_size(bytes.len() as u64);
            tar.append_data(&mut header, name, bytes.as_slice()).unwrap();
        }
        tar.into_inner().unwrap();
        oci::check(&path).map(|_| ()).map_err(|e| format!("{e:#}"))
    };
    assert_eq!(refusal(&|_| {}), Ok(()), "the unchanged layout");
    for blob in [&manifest, &config, &layer] {
        let flipped = refusal(&|f| f.get_mut(blob).unwrap()[9] ^= 1).unwrap_err();
        assert!(flipped.contains("has the content of"), "{flipped}");
        let longer = refusal(&|f| f.get_mut(blob).unwrap().push(0)).unwrap_err();
        assert!(longer.contains("bytes, not"), "{longer}");
        let missing = refusal(&|f| drop(f.remove(blob))).unwrap_err();
        assert!(missing.contains("is missing"), "{missing}");
    }
    let extra = refusal(&|f| drop(f.insert("blobs/sha256/0".to_owned(), vec![]))).unwrap_err();
    assert!(extra.contains("nothing refers to"), "{extra}");
}

#[test]
fn modes_owners_and_links_are_packed_as_asked() {
    let dir = TempDir::new().unwrap();
    let at = |name: &str| dir.path().join(name);
    put(&at("run"), "run", 0o700);
    put(&at("text"), "text", 0o600);
    put(&at("tree/sub/script"), "script", 0o4750);
    put(&at("tree/first"), "twice", 0o640);
    fs::hard_link(at("tree/first"), at("tree/sub/second")).unwrap();
    symlink("../first", at("tree/sub/link")).unwrap();
    fs::set_permissions(at("tree/sub"), fs::Permissions::from_mode(0o1777)).unwrap();
    let me = fs::metadata(at("run")).unwrap();
    let me = (u64::from(me.uid()), u64::from(me.gid()));
    let long = format!("/{}/{}", "d".repeat(120), "f".repeat(140));

    let mut layer = Layer::new();
    layer.tree(&at("tree"), Path::new("/as-on-disk"), Owner::AsOnDisk).unwrap();
    layer.tree(&at("tree"), Path::new("/of-root"), Owner::Root).unwrap();
    layer.file(&at("run"), Path::new("/bin/run"), None).unwrap();
    layer.file(&at("text"), Path::new("/etc/text"), None).unwrap();
    layer.file(&at("text"), Path::new("/etc/secret"), Some(0o4400)).unwrap();
    layer.file(&at("text"), Path::new(&long), None).unwrap();
    layer.symlink(Path::new("run"), Path::new("/bin/alias")).unwrap();
    layer.symlink(Path::new(&long), Path::new("/long-link")).unwrap();
    layer.directory(Path::new("/tmp"), 0o1777).unwrap();
    let found = packed(&layer, 1234);

    use tar::EntryType::{Directory, Link, Regular, Symlink};
    let entry = |kind, mode, owner, link: Option<&str>, content: &str| Packed {
        kind,
        mode,
        owner,
        mtime: 1234,
        link: link.map(PathBuf::from),
        content: content.to_owned(),
    };
    let root = (0, 0);
    // A symbolic link's mode is 0777 on Linux (symlink(7)).
    let expected = [
        ("as-on-disk/", entry(Directory, 0o755, root, None, "")),
        ("as-on-disk/first", entry(Regular, 0o640, me, None, "twice")),
        ("as-on-disk/sub/", entry(Directory, 0o1777, me, None, "")),
        ("as-on-disk/sub/link", entry(Symlink, 0o777, me, Some("../first"), "")),
        ("as-on-disk/sub/script", entry(Regular, 0o4750, me, None, "script")),
        ("as-on-disk/sub/second", entry(Link, 0o640, me, Some("as-on-disk/first"), "")),
        ("bin/", entry(Directory, 0o755, root, None, "")),
        ("bin/alias", entry(Symlink, 0o777, root, Some("run"), "")),
        ("bin/run", entry(Regular, 0o755, root, None, "run")),
        ("etc/", entry(Directory, 0o755, root, None, "")),
        ("etc/secret", entry(Regular, 0o4400, root, None, "text")),
        ("etc/text", entry(Regular, 0o644, root, None, "text")),
        ("long-link", entry(Symlink, 0o777, root, Some(&long), "")),
        ("of-root/", entry(Directory, 0o755, root, None, "")),
        ("of-root/first", entry(Regular, 0o644, root, None, "twice")),
        ("of-root/sub/", entry(Directory, 0o755, root, None, "")),
        ("of-root/sub/link", entry(Symlink, 0o777, root, Some("../first"), "")),
        ("of-root/sub/script", entry(Regular, 0o755, root, None, "script")),
        ("of-root/sub/second", entry(Link, 0o644, root, Some("of-root/first"), "")),
        ("tmp/", entry(Directory, 0o1777, root, None, "")),
        (&format!("{}/", "d".repeat(120)), entry(Directory, 0o755, root, None, "")),
        (&long[1..], entry(Regular, 0o644, root, None, "text")),
    ];
    let expected: BTreeMap<String, Packed> =
        expected.into_iter().map(|(path, packed)| (path.to_owned(), packed)).collect();
    for (path, wanted) in &expected {
        assert_eq!(found.get(path), Some(wanted), "{path}");
    }
    assert_eq!(found.len(), expected.len(), "{:?}", found.keys());
}

#[test]
fn replacing_one_name_of_a_file_leaves_its_other_names_whole() {
    let dir = TempDir::new().unwrap();
    put(&dir.path().join("tree/first"), "old", 0o644);
    fs::hard_link(dir.path().join("tree/first"), dir.path().join("tree/second")).unwrap();
    put(&dir.path().join("new"), "new", 0o644);
    let mut layer = Layer::new();
    layer.tree(&dir.path().join("tree"), Path::new("/"), Owner::AsOnDisk).unwrap();
    layer.file(&dir.path().join("new"), Path::new("/first"), None).unwrap();
    let found = packed(&layer, 0);
    assert_eq!(found["first"].content, "new");
    assert_eq!((found["second"].kind, found["second"].content.as_str()), (tar::EntryType::Regular, "old"));
}

#[test]
fn what_has_no_place_in_an_image_is_refused() {
    let dir = TempDir::new().unwrap();
    let at = |name: &str| dir.path().join(name);
    put(&at("file"), "", 0o644);
    put(&at("whiteout/.wh.passwd"), "", 0o644);
    fs::create_dir(at("pipe")).unwrap();
    assert!(Command::new("mkfifo").arg(at("pipe/p")).status().unwrap().success());
    let says = |result: anyhow::Result<()>, words: &str| {
        let error = format!("{:#}", result.unwrap_err());
        assert!(error.contains(words), "{error}");
    };
    let mut layer = Layer::new();
    layer.file(&at("file"), Path::new("/a/file"), None).unwrap();
    says(layer.file(&at("file"), Path::new("relative"), None), "starts with /");
    says(layer.file(&at("file"), Path::new("/"), None), "the root itself");
    says(layer.file(&at("file"), Path::new("/a/../b"), None), "no ..");
    says(layer.file(&at("file"), Path::new("/a/file/below"), None), "is no directory");
    says(layer.file(&at("file"), Path::new("/a"), None), "is a directory with entries");
    says(layer.file(&at("missing"), Path::new("/b"), None), "cannot read");
    says(layer.file(&at("pipe"), Path::new("/b"), None), "not a regular file");
    says(layer.tree(&at("pipe"), Path::new("/"), Owner::Root), "a device, a socket or a pipe");
    says(layer.tree(&at("whiteout"), Path::new("/"), Owner::Root), ".wh.");

    let write = |name: &str, images: &[Image], packing| {
        oci::write(&at("refused.tar"), name, images, packing).map(|_| ())
    };
    let one = linux(Arch::Amd64, layer);
    says(write("Not A Name", std::slice::from_ref(&one), PACKING), "not an image name");
    says(write(&format!("a@sha256:{:064}", 0), std::slice::from_ref(&one), PACKING), "a digest cannot");
    says(write(NAME, &[], PACKING), "no image");
    says(write(NAME, &[one.clone(), one.clone()], PACKING), "given twice");
    says(write(NAME, &[one], Packing { level: 10, epoch: 0 }), "levels 0 to 9");
    assert!(!at("refused.tar").exists());
}

/// The start of an ELF file without segments, and so without an interpreter (elf(5)).
fn static_elf(machine: u16) -> Vec<u8> {
    let mut header = vec![0; 64];
    header[..7].copy_from_slice(b"\x7fELF\x02\x01\x01");
    header[16..18].copy_from_slice(&2_u16.to_le_bytes());
    header[18..20].copy_from_slice(&machine.to_le_bytes());
    header[20..24].copy_from_slice(&1_u32.to_le_bytes());
    header[52..54].copy_from_slice(&64_u16.to_le_bytes());
    header[54..56].copy_from_slice(&56_u16.to_le_bytes());
    header
}

const X86_64: u16 = 62;
const AARCH64: u16 = 183;

#[test]
fn the_tracers_image_has_the_tracer_also_as_strace() {
    let dist = TempDir::new().unwrap();
    let put = |machine: &str, bytes: &[u8]| {
        fs::create_dir_all(dist.path().join(machine)).unwrap();
        fs::write(dist.path().join(machine).join("tracer"), bytes).unwrap();
    };
    let refusal = || format!("{:#}", oci::tracer::images(dist.path()).unwrap_err());
    assert!(refusal().contains("build the tracer first"), "{}", refusal());

    put("x86_64", &static_elf(X86_64));
    assert_eq!(oci::tracer::images(dist.path()).unwrap().len(), 1);
    put("aarch64", &static_elf(AARCH64));
    let images = oci::tracer::images(dist.path()).unwrap();
    assert_eq!(images.len(), 2);
    for image in &images {
        let found = packed(&image.layer, 0);
        assert_eq!(found.keys().collect::<Vec<_>>(), ["bin/", "bin/strace", "tracer"]);
        assert_eq!((found["tracer"].kind, found["tracer"].mode), (tar::EntryType::Regular, 0o755));
        assert_eq!(found["bin/strace"].kind, tar::EntryType::Symlink);
        // The Dockerfile copies this link.
        let checked_in = Path::new(env!("CARGO_MANIFEST_DIR")).join("../root/bin/strace");
        assert_eq!(found["bin/strace"].link, Some(fs::read_link(checked_in).unwrap()));
        assert_eq!(image.config.entrypoint().as_deref(), Some(&["/tracer".to_owned()][..]));
        assert_eq!(image.config.env().as_deref(), Some(&["PATH=/bin:/usr/bin".to_owned()][..]));
    }

    put("aarch64", &static_elf(X86_64));
    assert!(refusal().contains("is built for ELF machine"), "{}", refusal());
    put("aarch64", b"#!/bin/sh\n");
    assert!(refusal().contains("not a 64-bit ELF"), "{}", refusal());
    // This test binary is itself dynamically linked.
    fs::remove_dir_all(dist.path().join("aarch64")).unwrap();
    let machine = std::env::consts::ARCH;
    put(machine, &fs::read(std::env::current_exe().unwrap()).unwrap());
    assert!(refusal().contains("linked dynamically"), "{}", refusal());
}

#[test]
fn the_command_line_builds_and_limits_the_size() {
    let dir = TempDir::new().unwrap();
    let run = |args: &[&str]| {
        let output =
            Command::new(env!("CARGO_BIN_EXE_oci-image")).args(args).current_dir(&dir).output().unwrap();
        let text = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
        (output.status.success(), text)
    };
    put(&dir.path().join("program-x86_64"), "x", 0o755);
    put(&dir.path().join("program-aarch64"), "a", 0o755);
    let build = ["build", "--out", "sub/image.tar", "--name", NAME, "--platform", "linux/amd64"];
    let more = [
        "--platform=linux/arm64",
        "--file=program-{arch}=/bin/program:0711",
        "--symlink=program=/bin/alias",
        "--mkdir=/tmp:1777",
        "--entrypoint=/bin/program",
        "--entrypoint=-v",
        "--cmd=--all",
        "--user=65532:65532",
        "--env=PATH=/bin",
        "--workdir=/tmp",
        "--label=a=b=c",
    ];
    let args = [&build[..], &more[..]].concat();
    let (ok, text) = run(&args);
    assert!(ok, "{text}");
    let image = dir.path().join("sub/image.tar");
    let checked = oci::check(&image).unwrap();
    assert_eq!(checked.images.len(), 2);
    let config = checked.images[1].config.config().as_ref().unwrap();
    assert_eq!(config.entrypoint().as_ref().unwrap(), &["/bin/program", "-v"]);
    assert_eq!(config.cmd().as_ref().unwrap(), &["--all"]);
    assert_eq!(config.user().as_deref(), Some("65532:65532"));
    assert_eq!(config.env().as_ref().unwrap(), &["PATH=/bin"]);
    assert_eq!(config.working_dir().as_deref(), Some("/tmp"));
    assert_eq!(config.labels().as_ref().unwrap()["a"], "b=c");
    // Each platform has its own program, so the layers are two different blobs.
    let layers: Vec<_> =
        files(&image).into_values().filter(|bytes| bytes.starts_with(&[0x1f, 0x8b])).collect();
    assert_eq!(layers.len(), 2);
    let unpacked = |layer: &[u8]| {
        let mut text = Vec::new();
        GzDecoder::new(layer).read_to_end(&mut text).unwrap();
        text
    };
    assert_ne!(unpacked(&layers[0]), unpacked(&layers[1]));

    let size = checked.images.iter().map(|i| i.layers[0]).max().unwrap();
    let (ok, text) = run(&["check", "sub/image.tar", &format!("--max-layer-size={size}")]);
    assert!(ok, "{text}");
    let (ok, text) = run(&["check", "sub/image.tar", &format!("--max-layer-size={}", size - 1)]);
    assert!(!ok && text.contains("1 more than allowed"), "{text}");
    let limit = format!("--max-layer-size={}", size - 1);
    let (ok, text) = run(&[&args[..], &[limit.as_str()]].concat());
    assert!(!ok && text.contains("more than allowed"), "{text}");
    assert!(!image.exists(), "an image that is refused does not stay");

    for (wrong, words) in [
        ("--file=program", "SOURCE=/DESTINATION"),
        ("--mkdir=/tmp:1999", "octal mode"),
        ("--env=PATH", "NAME=VALUE"),
        ("--platform=plan9/amd64", "no images for plan9/amd64"),
    ] {
        let (ok, text) = run(&[&build[..], &[wrong]].concat());
        assert!(!ok && text.contains(words), "{wrong}: {text}");
    }
}
