//! What is watched while a target is traced: its health, its memory, its next life.

pub mod headroom;
pub mod health;
pub mod leaving;
pub mod restart;
