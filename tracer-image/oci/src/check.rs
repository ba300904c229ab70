//! Reads a layout back and checks it against its own digests, sizes and references.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use std::path::Path;

use anyhow::{Context, Result, bail, ensure};
use flate2::read::GzDecoder;
use oci_spec::image::{
    Descriptor, Digest, ImageConfiguration, ImageIndex, ImageManifest, MediaType, OciLayout,
};
use serde::de::DeserializeOwned;
use sha2::Sha256;

use crate::layout::{CONTAINERD_NAME, Hashing, digest, sha256};

/// One platform's image in a checked layout.
#[derive(Clone, Debug)]
pub struct CheckedImage {
    /// For example `linux/amd64`.
    pub platform: String,
    /// The digest of its manifest.
    pub digest: String,
    /// Its configuration.
    pub config: ImageConfiguration,
    /// The compressed size of each layer in bytes.
    pub layers: Vec<u64>,
}

/// A layout whose digests, sizes and references are right.
#[derive(Clone, Debug)]
pub struct CheckedLayout {
    /// The full name under which `ctr images import` would store the image.
    pub name: String,
    /// The digest that the name points to.
    pub digest: String,
    /// The image of every platform.
    pub images: Vec<CheckedImage>,
}

/// Reads the layout in the tar file `path`, and verifies that everything it refers to is there with
/// the size and the digest stated, that nothing else is there, and that each layer's uncompressed
/// digest is the one in its configuration.
pub fn check(path: &Path) -> Result<CheckedLayout> {
    read(path).with_context(|| format!("{} is not a good image layout", path.display()))
}

fn read(path: &Path) -> Result<CheckedLayout> {
    let mut files = Files::open(path)?;
    let layout: OciLayout = files.read_json("oci-layout")?;
    ensure!(layout.image_layout_version() == "1.0.0", "version {}", layout.image_layout_version());
    let index: ImageIndex = files.read_json("index.json")?;
    let [named] = index.manifests().as_slice() else {
        bail!("index.json names {} images, not one", index.manifests().len());
    };
    let name = named
        .annotations()
        .as_ref()
        .and_then(|a| a.get(CONTAINERD_NAME))
        .with_context(|| format!("no annotation {CONTAINERD_NAME} in index.json"))?;

    let mut images = Vec::new();
    match named.media_type() {
        MediaType::ImageManifest => images.push(files.read_image(named)?),
        MediaType::ImageIndex => {
            let index: ImageIndex = files.read_blob_json(named)?;
            for manifest in index.manifests() {
                images.push(files.read_image(manifest)?);
            }
        }
        other => bail!("the name points to a {other}"),
    }
    if let Some((rest, _)) = files.0.iter().find(|(_, file)| !file.used) {
        bail!("nothing refers to {rest}");
    }
    Ok(CheckedLayout { name: name.clone(), digest: named.digest().to_string(), images })
}

struct Files(BTreeMap<String, Content>);

struct Content {
    bytes: Vec<u8>,
    /// Something refers to it. Several may: two platforms with the same layer have one blob.
    used: bool,
}

impl Files {
    fn open(path: &Path) -> Result<Self> {
        let mut files = BTreeMap::new();
        for entry in tar::Archive::new(File::open(path)?).entries()? {
            let mut entry = entry?;
            let path = entry.path()?.to_string_lossy().into_owned();
            if !entry.header().entry_type().is_dir() {
                let mut bytes = Vec::new();
                entry.read_to_end(&mut bytes)?;
                ensure!(
                    files.insert(path.clone(), Content { bytes, used: false }).is_none(),
                    "{path} is there twice"
                );
            }
        }
        Ok(Self(files))
    }

    fn read(&mut self, path: &str) -> Result<&[u8]> {
        let file = self.0.get_mut(path).with_context(|| format!("{path} is missing"))?;
        file.used = true;
        Ok(&file.bytes)
    }

    fn read_json<T: DeserializeOwned>(&mut self, path: &str) -> Result<T> {
        serde_json::from_slice(self.read(path)?).with_context(|| format!("{path} cannot be read"))
    }

    fn read_blob(&mut self, descriptor: &Descriptor) -> Result<&[u8]> {
        let stated: &Digest = descriptor.digest();
        let bytes = self.read(&format!("blobs/{}/{}", stated.algorithm(), stated.digest()))?;
        let size = bytes.len() as u64;
        ensure!(size == descriptor.size(), "{stated} has {size} bytes, not {}", descriptor.size());
        let found = sha256(bytes)?;
        ensure!(found == *stated, "{stated} has the content of {found}");
        Ok(bytes)
    }

    fn read_blob_json<T: DeserializeOwned>(&mut self, descriptor: &Descriptor) -> Result<T> {
        let bytes = self.read_blob(descriptor)?;
        serde_json::from_slice(bytes).with_context(|| format!("{} cannot be read", descriptor.digest()))
    }

    fn read_image(&mut self, descriptor: &Descriptor) -> Result<CheckedImage> {
        let manifest: ImageManifest = self.read_blob_json(descriptor)?;
        let config: ImageConfiguration = self.read_blob_json(manifest.config())?;
        let platform = format!("{}/{}", config.os(), config.architecture());
        if let Some(stated) = descriptor.platform() {
            let stated = format!("{}/{}", stated.os(), stated.architecture());
            ensure!(stated == platform, "an image for {platform} is listed as one for {stated}");
        }
        let diff_ids = config.rootfs().diff_ids();
        ensure!(
            diff_ids.len() == manifest.layers().len(),
            "{platform}: {} layers, but {} diff_ids",
            manifest.layers().len(),
            diff_ids.len()
        );
        let mut layers = Vec::new();
        for (layer, diff_id) in manifest.layers().iter().zip(diff_ids) {
            ensure!(*layer.media_type() == MediaType::ImageLayerGzip, "a layer is a {}", layer.media_type());
            let bytes = self.read_blob(layer)?;
            let mut hashing = Hashing { inner: std::io::sink(), hash: Sha256::default() };
            std::io::copy(&mut GzDecoder::new(bytes), &mut hashing)?;
            let found = digest(hashing.hash)?.to_string();
            ensure!(found == *diff_id, "layer {}: unpacks to {found}, not {diff_id}", layer.digest());
            layers.push(layer.size());
        }
        Ok(CheckedImage { platform, digest: descriptor.digest().to_string(), config, layers })
    }
}
