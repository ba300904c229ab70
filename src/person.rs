//! Who traces, as text for others who find a pod traced.

use crate::cluster::Cluster;
use wire::message::Trace;

/// `alice (al@laptop)`: our user in the cluster, and the local user and machine.
pub async fn who(cluster: &Cluster) -> String {
    let user = cluster.user().await;
    let local = ["USER", "LOGNAME", "USERNAME"].iter().find_map(|name| std::env::var(name).ok());
    let host = gethostname::gethostname();
    let host = host.to_string_lossy();
    let place = match local.filter(|name| !name.is_empty()) {
        Some(name) => format!("{name}@{host}"),
        None => host.into_owned(),
    };
    let mut who = match user {
        Some(user) => format!("{user} ({place})"),
        None => place,
    };
    who.truncate(who.floor_char_boundary(Trace::WHO));
    who
}
