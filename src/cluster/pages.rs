//! A list of objects that is longer than one answer should be. Written here because kube has no walk over pages: its
//! runtime's watcher pages too, but then goes on to watch, which takes a right that not everybody has.

use kube::{Api, api::ListParams};
use serde::de::DeserializeOwned;
use std::{fmt::Debug, time::Duration};

/// Objects in one answer: kubectl's --chunk-size.
const PAGE: u32 = 500;
/// Most objects that are kept, so that memory stays bounded.
pub const MOST_KEPT: usize = 10_000;

/// What was found.
#[derive(Debug, PartialEq, Eq)]
pub struct Listed<T> {
    /// What was kept, [`MOST_KEPT`] at most.
    pub items: Vec<T>,
    /// There may be more.
    pub cut: bool,
}

/// Why a walk ended too early.
#[derive(Debug)]
pub enum Failed {
    /// The API server refused, or was not reached.
    Request(kube::Error),
    /// One answer took longer than `patience`.
    Late,
}

/// Asks for one page after the other, each within `patience`, and keeps what `keep` makes of each object.
///
/// # Errors
/// A page does not come.
pub async fn walk<K, T>(
    api: &Api<K>,
    params: &ListParams,
    patience: Duration,
    mut keep: impl FnMut(K) -> Option<T>,
) -> Result<Listed<T>, Failed>
where
    K: Clone + DeserializeOwned + Debug,
{
    let mut params = ListParams { limit: params.limit.or(Some(PAGE)), ..params.clone() };
    let mut items = Vec::new();
    loop {
        let page = match tokio::time::timeout(patience, api.list(&params)).await {
            Ok(Ok(page)) => page,
            // Whoever is slow may find that the rest of his list has expired. As client-go's pager, once and in one piece.
            Ok(Err(kube::Error::Api(status))) if status.code == 410 && params.continue_token.is_some() => {
                items.clear();
                params = ListParams { limit: None, continue_token: None, ..params };
                continue;
            }
            Ok(Err(error)) => return Err(Failed::Request(error)),
            Err(_) => return Err(Failed::Late),
        };
        items.extend(page.items.into_iter().filter_map(&mut keep));
        let next = page.metadata.continue_.filter(|token| !token.is_empty());
        if items.len() >= MOST_KEPT {
            let cut = items.len() > MOST_KEPT || next.is_some();
            items.truncate(MOST_KEPT);
            return Ok(Listed { items, cut });
        }
        match next {
            Some(token) => params.continue_token = Some(token),
            None => return Ok(Listed { items, cut: false }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use k8s_openapi::api::core::v1::Pod;
    use kube::{Client, ResourceExt, client::Body};
    use serde_json::json;
    use std::sync::{Arc, Mutex};

    const PODS: usize = 25_000;

    /// An API server with so many pods, that forgets the rest of a list before `expired`. Gives the queries too.
    fn server(expired: Option<usize>) -> (Api<Pod>, Arc<Mutex<Vec<String>>>) {
        let queries = Arc::<Mutex<Vec<String>>>::default();
        let asked = Arc::clone(&queries);
        let answer = move |request: http::Request<Body>| {
            let query = request.uri().query().unwrap_or_default().to_owned();
            let value = |name: &str| {
                let mut pairs = form_urlencoded::parse(query.as_bytes());
                pairs.find(|(key, _)| key == name).and_then(|(_, value)| value.parse::<usize>().ok())
            };
            let (from, limit) = (value("continue").unwrap_or(0), value("limit").unwrap_or(PODS));
            asked.lock().unwrap().push(query.clone());
            let (code, body) = if expired.is_some_and(|at| from >= at) {
                (410, json!({"kind": "Status", "status": "Failure", "reason": "Expired", "code": 410}))
            } else {
                let to = (from + limit).min(PODS);
                let pods: Vec<_> =
                    (from..to).map(|n| json!({"metadata": {"name": format!("p{n}")}})).collect();
                let next = if to < PODS { to.to_string() } else { String::new() };
                (200, json!({"kind": "PodList", "metadata": {"continue": next}, "items": pods}))
            };
            let body = Body::from(body.to_string().into_bytes());
            std::future::ready(http::Response::builder().status(code).body(body))
        };
        (Api::all(Client::new(tower::service_fn(answer), "default")), queries)
    }

    async fn each(api: &Api<Pod>, nth: usize) -> Listed<String> {
        let keep = |pod: Pod| {
            let name = pod.name_any();
            name[1..].parse::<usize>().unwrap().is_multiple_of(nth).then_some(name)
        };
        walk(api, &ListParams::default(), Duration::from_secs(60), keep).await.unwrap()
    }

    #[tokio::test]
    async fn a_large_cluster_is_looked_at_page_by_page_to_its_end() {
        let (api, queries) = server(None);
        let found = each(&api, 1000).await;
        assert_eq!((found.items.len(), found.cut), (25, false));
        assert_eq!(found.items.last().unwrap(), "p24000");
        let queries = queries.lock().unwrap();
        assert_eq!(queries.len(), PODS / PAGE as usize);
        assert!(queries.iter().all(|query| query.contains("limit=500")), "{queries:?}");
    }

    #[tokio::test]
    async fn what_is_cut_is_known() {
        let found = each(&server(None).0, 1).await;
        assert_eq!((found.items.len(), found.cut), (MOST_KEPT, true));
    }

    #[tokio::test]
    async fn a_list_that_expires_is_read_again_in_one_piece() {
        let (api, queries) = server(Some(1000));
        let found = each(&api, 1000).await;
        assert_eq!((found.items.len(), found.cut), (25, false), "nothing twice, nothing missing");
        let queries = queries.lock().unwrap();
        assert!(queries.len() == 4 && !queries[3].contains("limit="), "{queries:?}");
    }
}
