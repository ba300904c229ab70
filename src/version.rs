//! `kubectl strace version`: of the plugin, of the tracer that it would add, and of the API server.

use crate::{
    cli::{Format, VersionArgs},
    cluster::{Cluster, ClusterSource},
    refusal::{self, Refusal},
    screen::{Steps, plain, yaml},
};
use serde::Serialize;
use std::{io::Write, time::Duration};

/// Longest time for the API server to tell its version.
const PATIENCE: Duration = Duration::from_secs(10);

/// All versions.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Versions {
    client: Client,
    tracer: Tracer,
    #[serde(skip_serializing_if = "Option::is_none")]
    server: Option<Server>,
}

/// The plugin.
#[derive(Debug, Serialize)]
struct Client {
    version: &'static str,
    /// The platform that it was built for: `linux/x86_64`.
    platform: String,
}

/// What it would add to a pod.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Tracer {
    image: String,
    /// Version of the protocol; a tracer must have the same.
    wire_version: u32,
}

/// The API server.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Server {
    address: String,
    git_version: String,
    platform: String,
}

/// Prints them.
///
/// # Errors
/// The API server does not tell its own. The others are printed nevertheless.
pub async fn version(
    source: &ClusterSource,
    wanted: &VersionArgs,
    image: &str,
    steps: &Steps,
) -> Result<(), Refusal> {
    let (server, missing) = match wanted.client {
        true => (None, None),
        false => match server(source, steps).await {
            Ok(server) => (Some(server), None),
            Err(refusal) => (None, Some(refusal)),
        },
    };
    let versions = Versions {
        client: Client {
            version: env!("CARGO_PKG_VERSION"),
            platform: format!("{}/{}", std::env::consts::OS, std::env::consts::ARCH),
        },
        tracer: Tracer { image: image.to_owned(), wire_version: wire::message::VERSION },
        server,
    };
    let text = match wanted.output {
        Some(Format::Json) => serde_json::to_string_pretty(&versions).map_err(|error| error.to_string()),
        Some(Format::Yaml) => yaml(&versions),
        None => Ok(words(&versions)),
    };
    let written = text.and_then(|text| {
        writeln!(std::io::stdout(), "{}", text.trim_end()).map_err(|error| error.to_string())
    });
    written.map_err(|error| Refusal::new("the versions cannot be printed").cause(error))?;
    missing.map_or(Ok(()), Err)
}

async fn server(source: &ClusterSource, steps: &Steps) -> Result<Server, Refusal> {
    let cluster = Cluster::connect(source, PATIENCE, steps).await?;
    let what = "the API server does not say its version";
    let refused = |error: &kube::Error| refusal::request(what, &cluster.server, error);
    let said = cluster.ask(what, cluster.client.apiserver_version(), refused).await?;
    Ok(Server {
        address: cluster.server.clone(),
        git_version: plain(&said.git_version).into_owned(),
        platform: plain(&said.platform).into_owned(),
    })
}

fn words(versions: &Versions) -> String {
    let Versions { client, tracer, server } = versions;
    let mut text = format!(
        "Client: {} ({})\nTracer: {} (wire version {})",
        client.version, client.platform, tracer.image, tracer.wire_version
    );
    if let Some(server) = server {
        text.push_str(&format!(
            "\nServer: {} ({}) at {}",
            server.git_version, server.platform, server.address
        ));
    }
    text
}
