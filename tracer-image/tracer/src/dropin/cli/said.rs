//! What the options said.

/// What the options said that is no longer visible in [`super::Wanted`].
#[derive(Debug, Default)]
pub struct Said {
    pub successful: bool,
    pub failed: bool,
    pub wall_clock: bool,
    pub columns: bool,
    pub separately: bool,
    pub summary: bool,
    pub summary_only: bool,
    pub append: bool,
    pub seccomp: bool,
    /// `-e quiet=`, or `--quiet`
    pub quiet_set: bool,
    /// `-F`
    pub deprecated_follow: bool,
    /// No `-f`, but perhaps `-F`.
    pub unfollowed: bool,
}
