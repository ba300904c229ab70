//! What our cgroup may use, in the unified hierarchy or the older ones (cgroups(7)). In a container, its own cgroup is the
//! visible root.

use std::{fs, path::PathBuf};

/// Where the file of a controller may be: in our cgroup and those above it, as far as they are visible.
fn files<'a>(controller: &str, name: &'a str) -> impl Iterator<Item = PathBuf> + use<'a> {
    let ours = fs::read_to_string("/proc/self/cgroup").unwrap_or_default();
    let mut found = Vec::new();
    for line in ours.lines() {
        let mut fields = line.splitn(3, ':').skip(1);
        let (Some(controllers), Some(path)) = (fields.next(), fields.next()) else { continue };
        let mut root = PathBuf::from("/sys/fs/cgroup");
        if controllers.split(',').any(|one| one == controller) {
            root.push(controllers);
        } else if !controllers.is_empty() {
            continue;
        }
        let path = root.join(path.trim_start_matches('/'));
        found.extend(path.ancestors().take_while(|path| path.starts_with(&root)).map(PathBuf::from));
    }
    found.into_iter().map(move |path| path.join(name))
}

/// Whether the CPU time of our cgroup, or of one above it, is limited.
pub fn cpu_is_limited() -> bool {
    let text = |path: PathBuf| fs::read_to_string(path).ok();
    // "max 100000", "200000 100000" (Documentation/admin-guide/cgroup-v2.rst); -1 (scheduler/sched-bwc.rst).
    files("cpu", "cpu.max").filter_map(text).any(|max| !max.starts_with("max"))
        || files("cpu", "cpu.cfs_quota_us").filter_map(text).any(|quota| !quota.starts_with('-'))
}
