//! What the **kernel** says: system call tables, argument types, flag names, record layouts, the `-e` filter
//! language, the gather plan of a row, decoding from a [`snapshot::Snapshot`], and strace's notation of a
//! [`value::Value`].
//!
//! No I/O and no operating system: a tracer fills a snapshot from a stopped tracee, a fuzzer from random bytes,
//! and both get the same values. Data flows one way:
//!
//! ```text
//! row + registers -> gather (which bytes?) -> Snapshot -> decode -> Value -> notation -> text
//! ```
#![no_std]

extern crate alloc;

pub mod abi;
pub mod decode;
pub mod families;
pub mod filter;
pub mod gather;
pub mod layout;
pub mod multiplexed;
pub mod names;
pub mod notation;
pub mod records;
pub mod row;
pub mod scope;
pub mod snapshot;
pub mod symbols;
pub mod table;
pub mod types;
pub mod value;
pub mod x32;
