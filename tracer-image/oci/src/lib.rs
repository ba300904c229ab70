//! Writes container images as [OCI image layouts](https://github.com/opencontainers/image-spec/blob/v1.1.1/image-layout.md)
//! in one tar file, and checks such files. No container engine, no registry.
//!
//! The same input gives the same bytes: times are fixed, entries are sorted, owners and modes are
//! explicit, and the compressor's output does not depend on the processor.

mod check;
mod layer;
mod layout;
pub mod tracer;

pub use check::{CheckedImage, CheckedLayout, check};
pub use layer::{Layer, Owner};
pub use layout::{Image, Packing, Written, write};
