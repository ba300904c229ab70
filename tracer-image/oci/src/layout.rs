//! Writes layers to one tar file that holds an OCI image layout.

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use flate2::{Compression, GzBuilder};
use oci_spec::distribution::Reference;
use oci_spec::image::{
    ANNOTATION_REF_NAME, Arch, Config, Descriptor, Digest, History, HistoryBuilder,
    ImageConfigurationBuilder, ImageIndexBuilder, ImageManifestBuilder, MediaType, OciLayoutBuilder, Os,
    Platform, PlatformBuilder, RootFsBuilder,
};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::Layer;

/// The annotation from which containerd takes an imported image's full name
/// (containerd, `core/images/annotations.go`).
pub(crate) const CONTAINERD_NAME: &str = "io.containerd.image.name";

/// The image of one platform: its only layer, and how to run it.
#[derive(Clone, Debug)]
pub struct Image {
    /// The operating system.
    pub os: Os,
    /// The processor.
    pub arch: Arch,
    /// Entry point, user, environment and so on.
    pub config: Config,
    /// The files.
    pub layer: Layer,
}

/// What the output depends on besides the images.
#[derive(Clone, Copy, Debug)]
pub struct Packing {
    /// gzip level, 0 to 9.
    pub level: u32,
    /// Seconds since the epoch for every time in the image.
    pub epoch: u64,
}

impl Packing {
    /// The smallest output. Times come from `SOURCE_DATE_EPOCH`
    /// (<https://reproducible-builds.org/specs/source-date-epoch/>) or 0.
    pub fn from_env() -> Result<Self> {
        let epoch = match std::env::var("SOURCE_DATE_EPOCH") {
            Ok(text) => text
                .parse()
                .with_context(|| format!("SOURCE_DATE_EPOCH is \"{text}\", not a number of seconds"))?,
            Err(_) => 0,
        };
        Ok(Self { level: 9, epoch })
    }
}

/// What was written.
#[derive(Clone, Debug)]
pub struct Written {
    /// The image's full name.
    pub name: String,
    /// The digest that the name points to.
    pub digest: String,
    /// Each platform (`linux/amd64`) and the compressed size of its layer.
    pub layers: Vec<(String, u64)>,
}

#[derive(Default)]
struct Blobs(BTreeMap<String, Vec<u8>>);

impl Blobs {
    fn add(&mut self, media_type: MediaType, bytes: Vec<u8>) -> Result<Descriptor> {
        let digest = sha256(&bytes)?;
        let descriptor = Descriptor::new(media_type, bytes.len() as u64, digest.clone());
        self.0.insert(digest.digest().to_owned(), bytes);
        Ok(descriptor)
    }

    fn add_json(&mut self, media_type: MediaType, content: &impl serde::Serialize) -> Result<Descriptor> {
        self.add(media_type, json(content)?)
    }
}

/// Writes `images` under `name` to the file `out`, which appears only when it is complete.
///
/// With one image, the name points to its manifest; with several, to an index of them.
pub fn write(out: &Path, name: &str, images: &[Image], packing: Packing) -> Result<Written> {
    ensure!(!images.is_empty(), "no image to write");
    let reference: Reference = name.parse().with_context(|| format!("\"{name}\" is not an image name"))?;
    ensure!(reference.digest().is_none(), "{name}: a digest cannot be chosen, give a name and a tag");

    let mut blobs = Blobs::default();
    let mut manifests = Vec::new();
    let mut layers = Vec::new();
    for image in images {
        let platform = format!("{}/{}", image.os, image.arch);
        ensure!(layers.iter().all(|(p, _)| *p != platform), "{platform} is given twice");
        let (manifest, size) =
            add_image(&mut blobs, image, packing).with_context(|| format!("image for {platform}"))?;
        manifests.push(manifest);
        layers.push((platform, size));
    }
    let mut named = match <[Descriptor; 1]>::try_from(manifests) {
        Ok([only]) => only,
        Err(several) => {
            let index = ImageIndexBuilder::default()
                .schema_version(2_u32)
                .media_type(MediaType::ImageIndex)
                .manifests(several)
                .build()?;
            blobs.add_json(MediaType::ImageIndex, &index)?
        }
    };
    let whole = reference.whole();
    named.set_annotations(Some(HashMap::from([
        (CONTAINERD_NAME.to_owned(), whole.clone()),
        (ANNOTATION_REF_NAME.to_owned(), reference.tag().unwrap_or("latest").to_owned()),
    ])));
    let digest = named.digest().to_string();
    let index = ImageIndexBuilder::default()
        .schema_version(2_u32)
        .media_type(MediaType::ImageIndex)
        .manifests(vec![named])
        .build()?;
    write_tar(out, &blobs, &json(&index)?, packing)
        .with_context(|| format!("cannot write {}", out.display()))?;
    Ok(Written { name: whole, digest, layers })
}

fn add_image(blobs: &mut Blobs, image: &Image, packing: Packing) -> Result<(Descriptor, u64)> {
    let (compressed, diff_id) = compress(&image.layer, packing)?;
    let layer = blobs.add(MediaType::ImageLayerGzip, compressed)?;
    let size = layer.size();

    let created = created(packing.epoch)?;
    let history: History =
        HistoryBuilder::default().created(created.clone()).created_by("oci-image").build()?;
    let config = ImageConfigurationBuilder::default()
        .created(created)
        .architecture(image.arch.clone())
        .os(image.os.clone())
        .config(image.config.clone())
        .rootfs(RootFsBuilder::default().typ("layers").diff_ids(vec![diff_id]).build()?)
        .history(vec![history])
        .build()?;
    let config = blobs.add_json(MediaType::ImageConfig, &config)?;

    let manifest = ImageManifestBuilder::default()
        .schema_version(2_u32)
        .media_type(MediaType::ImageManifest)
        .config(config)
        .layers(vec![layer])
        .build()?;
    let mut manifest = blobs.add_json(MediaType::ImageManifest, &manifest)?;
    let platform: Platform =
        PlatformBuilder::default().architecture(image.arch.clone()).os(image.os.clone()).build()?;
    manifest.set_platform(Some(platform));
    Ok((manifest, size))
}

/// The compressed layer, and the digest of the tar inside ("DiffID").
fn compress(layer: &Layer, packing: Packing) -> Result<(Vec<u8>, String)> {
    ensure!(packing.level <= 9, "gzip has the levels 0 to 9, not {}", packing.level);
    // RFC 1952: OS 255 is "unknown"; a time of 0 is "no time"; no file name.
    let gzip =
        GzBuilder::new().mtime(0).operating_system(255).write(Vec::new(), Compression::new(packing.level));
    let mut hashing = Hashing { inner: gzip, hash: Sha256::new() };
    layer.write_tar(&mut hashing, packing.epoch)?;
    let diff_id = digest(hashing.hash)?.to_string();
    Ok((hashing.inner.finish()?, diff_id))
}

pub(crate) struct Hashing<W> {
    pub(crate) inner: W,
    pub(crate) hash: Sha256,
}

impl<W: Write> Write for Hashing<W> {
    fn write(&mut self, buf: &[u8]) -> std::io::Result<usize> {
        let written = self.inner.write(buf)?;
        self.hash.update(&buf[..written]);
        Ok(written)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.inner.flush()
    }
}

fn write_tar(out: &Path, blobs: &Blobs, index: &[u8], packing: Packing) -> Result<()> {
    let dir = match out.parent() {
        Some(dir) if !dir.as_os_str().is_empty() => dir,
        _ => Path::new("."),
    };
    fs::create_dir_all(dir)?;
    let temporary = tempfile::Builder::new().prefix(".oci-image-").tempfile_in(dir)?;
    let mut tar = tar::Builder::new(std::io::BufWriter::new(&temporary));
    let mut append = |path: &str, kind: tar::EntryType, mode: u32, bytes: &[u8]| -> Result<()> {
        let mut header = tar::Header::new_ustar();
        header.set_entry_type(kind);
        header.set_mode(mode);
        header.set_uid(0);
        header.set_gid(0);
        header.set_mtime(packing.epoch);
        header.set_size(bytes.len() as u64);
        Ok(tar.append_data(&mut header, path, bytes)?)
    };
    append("blobs/", tar::EntryType::Directory, 0o755, &[])?;
    append("blobs/sha256/", tar::EntryType::Directory, 0o755, &[])?;
    for (hex, bytes) in &blobs.0 {
        append(&format!("blobs/sha256/{hex}"), tar::EntryType::Regular, 0o644, bytes)?;
    }
    append("index.json", tar::EntryType::Regular, 0o644, index)?;
    let layout = OciLayoutBuilder::default().image_layout_version("1.0.0").build()?;
    append("oci-layout", tar::EntryType::Regular, 0o644, &json(&layout)?)?;
    tar.into_inner()?.into_inner().map_err(|e| e.into_error())?;
    // A temporary file is readable only by its owner; a build result should be readable by all.
    temporary.as_file().set_permissions(fs::Permissions::from_mode(0o644))?;
    temporary.persist(out)?;
    Ok(())
}

/// JSON with sorted keys. oci-spec keeps labels and annotations in hash maps, whose order changes
/// from run to run.
fn json(content: &impl serde::Serialize) -> Result<Vec<u8>> {
    let mut value: Value = serde_json::to_value(content)?;
    value.sort_all_objects();
    Ok(serde_json::to_vec(&value)?)
}

pub(crate) fn sha256(bytes: &[u8]) -> Result<Digest> {
    digest(Sha256::new().chain_update(bytes))
}

pub(crate) fn digest(hash: Sha256) -> Result<Digest> {
    Ok(Digest::try_from(format!("sha256:{}", hex::encode(hash.finalize())))?)
}

/// RFC 3339, in UTC, as the image configuration wants it.
fn created(epoch: u64) -> Result<String> {
    let seconds = i64::try_from(epoch).context("SOURCE_DATE_EPOCH is too large")?;
    let time = jiff::Timestamp::from_second(seconds).context("SOURCE_DATE_EPOCH is too large")?;
    Ok(time.to_string())
}
