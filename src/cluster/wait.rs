//! Waiting for pods: the one loop behind every wait for a change in the cluster.
//!
//! A watch wakes the waiter if the user may watch pods. If not, or if the watch delivers nothing, the waiter polls
//! once a second. It always acts on a fresh GET or LIST: a watch only says that something has changed, so one that is
//! cut, buffered by a proxy or refused costs time and nothing else.

use super::Cluster;
use crate::{
    refusal::{self, Refusal},
    screen::Step,
};
use futures_util::{StreamExt, pin_mut};
use k8s_openapi::api::core::v1::Pod;
use kube::{
    Api,
    api::{WatchEvent, WatchParams},
};
use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};
use tokio::{
    sync::Notify,
    task::JoinHandle,
    time::{Instant, sleep, timeout, timeout_at},
};

/// The first pause without a watch: most waits are short.
const FIRST: Duration = Duration::from_millis(250);
/// The pause that it grows to.
const POLL: Duration = Duration::from_secs(1);
/// The longest pause while requests fail.
const MOST: Duration = Duration::from_secs(8);
/// How often to poll although there is a watch: its connection may be dead without TCP noticing.
const RESYNC: Duration = Duration::from_secs(10);

/// Tells when pods may have changed.
#[derive(Debug)]
pub struct Changes {
    woken: Arc<Notify>,
    watching: Arc<AtomicBool>,
    /// `None` if nothing is watched.
    task: Option<JoinHandle<()>>,
    pause: Duration,
    /// How often to poll without a watch.
    poll: Duration,
    /// How often to poll although there is one.
    resync: Duration,
    failed: bool,
}

impl Changes {
    /// Watches the pods that match.
    pub fn of(api: Api<Pod>, params: WatchParams) -> Changes {
        let mut changes = Changes::polled();
        let (woken, watching) = (Arc::clone(&changes.woken), Arc::clone(&changes.watching));
        changes.task = Some(tokio::spawn(watch(api, params, woken, watching)));
        changes
    }

    /// For pods that no watch can cover: they are polled.
    pub fn polled() -> Changes {
        Changes {
            woken: Arc::default(),
            watching: Arc::default(),
            task: None,
            pause: FIRST,
            poll: POLL,
            resync: RESYNC,
            failed: false,
        }
    }

    /// For callers that look at more than pods: polls so often, whether there is a watch or not.
    pub fn polled_every(mut self, pause: Duration) -> Changes {
        (self.poll, self.resync) = (pause, pause);
        self
    }

    /// Waits until something may have changed.
    pub async fn next(&mut self) {
        let watching = self.watching.load(Ordering::Relaxed) && !self.failed;
        let most = if self.failed { MOST.max(self.poll) } else { self.poll };
        let pause = if watching { self.resync } else { self.pause.min(most) };
        if timeout(pause, self.woken.notified()).await.is_err() {
            self.pause = (self.pause * 2).min(most);
        }
        self.failed = false;
    }

    /// The last request failed, so the next one comes later.
    pub fn failed(&mut self) {
        self.failed = true;
    }
}

impl Drop for Changes {
    fn drop(&mut self) {
        if let Some(task) = &self.task {
            task.abort();
        }
    }
}

/// Watches the pods' metadata (any change of a pod changes its resourceVersion) and wakes the waiter.
async fn watch(api: Api<Pod>, params: WatchParams, woken: Arc<Notify>, watching: Arc<AtomicBool>) {
    let mut pause = FIRST;
    loop {
        match api.watch_metadata(&params, "0").await {
            Ok(events) => {
                pin_mut!(events);
                while let Some(Ok(event)) = events.next().await {
                    if let WatchEvent::Error(_) = event {
                        break;
                    }
                    // A proxy may accept a watch and deliver nothing of it, so a watch counts from its first event
                    // on. Each existing pod causes one at once.
                    watching.store(true, Ordering::Relaxed);
                    pause = FIRST;
                    woken.notify_one();
                }
                watching.store(false, Ordering::Relaxed);
                woken.notify_one();
            }
            // It will not be allowed a moment later either.
            Err(kube::Error::Api(status)) if status.is_forbidden() => return,
            Err(_) => {}
        }
        sleep(pause).await;
        pause = (pause * 2).min(MOST);
    }
}

/// A wait for one pod that exists.
pub struct PodWait<'a> {
    cluster: &'a Cluster,
    pod: &'a str,
    step: Step,
    until: Option<Instant>,
    changes: Changes,
    looked: bool,
    state: String,
}

impl<'a> PodWait<'a> {
    /// Waits as long as `patience`. Meanwhile the user sees `step`.
    pub fn new(cluster: &'a Cluster, pod: &'a str, step: Step, patience: Option<Duration>) -> PodWait<'a> {
        let params = WatchParams::default().fields(&format!("metadata.name={pod}"));
        PodWait {
            cluster,
            pod,
            step,
            until: patience.map(|patience| Instant::now() + patience),
            changes: Changes::of(cluster.pods(), params),
            looked: false,
            state: String::new(),
        }
    }

    /// As [`Changes::polled_every`].
    pub fn polled_every(mut self, pause: Duration) -> PodWait<'a> {
        self.changes = self.changes.polled_every(pause);
        self
    }

    /// The pod as it is now: at once, and then each time it may have changed. `None` once patience has run out. A
    /// failed request is shown to the user and repeated.
    ///
    /// # Errors
    /// The pod is gone.
    pub async fn next(&mut self) -> Result<Option<Pod>, Refusal> {
        let far = || Instant::now() + Duration::from_secs(86_400);
        loop {
            let until = self.until.unwrap_or_else(far);
            if std::mem::replace(&mut self.looked, true)
                && timeout_at(until, self.changes.next()).await.is_err()
            {
                return Ok(None);
            }
            let until = until.min(Instant::now() + self.cluster.request_timeout);
            let why = match timeout_at(until, self.cluster.pods().get(self.pod)).await {
                Ok(Ok(pod)) => return Ok(Some(pod)),
                Ok(Err(kube::Error::Api(status))) if status.is_not_found() => {
                    return Err(Refusal::new(format!("pod {} is gone", self.pod))
                        .cause("it was deleted during the wait"));
                }
                Ok(Err(error)) => refusal::chain(&error),
                Err(_) => "no answer in time".to_owned(),
            };
            self.changes.failed();
            self.because(&format!(
                "{} cannot be asked about the pod, trying again: {why}",
                self.cluster.server
            ));
        }
    }

    /// Shows what the wait is for at the moment.
    pub fn because(&mut self, state: &str) {
        self.step.because(state);
        state.clone_into(&mut self.state);
    }

    /// What the wait was for at the last look.
    pub fn state(&self) -> &str {
        &self.state
    }

    /// How long it has lasted.
    pub fn lasted(&self) -> Duration {
        self.step.lasted()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::screen::Steps;
    use http::{Request, Response, StatusCode};
    use kube::{Client, client::Body};
    use serde_json::json;
    use std::sync::{Mutex, atomic::AtomicUsize};

    /// A cluster whose API server answers the nth GET with `answer(n)` and refuses a watch.
    fn cluster(
        answer: impl Fn(usize) -> (StatusCode, serde_json::Value) + Send + Sync + 'static,
    ) -> (Cluster, Arc<AtomicUsize>) {
        let asked = Arc::new(AtomicUsize::new(0));
        let (count, answer) = (Arc::clone(&asked), Arc::new(answer));
        let service = tower::service_fn(move |request: Request<Body>| {
            let watch = request.uri().query().is_some_and(|query| query.contains("watch=true"));
            let (status, body) = if watch {
                (
                    StatusCode::FORBIDDEN,
                    json!({"kind": "Status", "status": "Failure", "message": "no", "reason": "Forbidden", "code": 403}),
                )
            } else {
                answer(count.fetch_add(1, Ordering::SeqCst))
            };
            async move {
                let body = Body::from(serde_json::to_vec(&body).unwrap());
                Ok::<_, tower::BoxError>(Response::builder().status(status).body(body).unwrap())
            }
        });
        let minute = Duration::from_secs(60);
        let cluster = Cluster {
            client: Client::new(service, "demo"),
            namespace: "demo".into(),
            server: "https://api".into(),
            timeout: minute,
            request_timeout: minute,
        };
        (cluster, asked)
    }

    fn pod() -> (StatusCode, serde_json::Value) {
        (StatusCode::OK, json!({"metadata": {"name": "api"}}))
    }

    fn failure(code: StatusCode, reason: &str) -> (StatusCode, serde_json::Value) {
        let body = json!({"kind": "Status", "status": "Failure", "message": "etcd is away", "reason": reason, "code": code.as_u16()});
        (code, body)
    }

    #[tokio::test(start_paused = true)]
    async fn a_request_that_fails_does_not_end_the_wait() {
        let (cluster, asked) = cluster(|number| match number {
            1..=4 => failure(StatusCode::INTERNAL_SERVER_ERROR, "InternalError"),
            _ => pod(),
        });
        let text = Arc::new(Mutex::new(String::new()));
        let step = Steps::kept(Arc::clone(&text)).begin("waiting");
        let mut wait = PodWait::new(&cluster, "api", step, Some(Duration::from_secs(60)));
        assert!(wait.next().await.unwrap().is_some(), "at once");
        assert!(wait.next().await.unwrap().is_some());
        assert_eq!(asked.load(Ordering::SeqCst), 6);
        assert!(wait.state().contains("etcd is away"), "{}", wait.state());
    }

    #[tokio::test(start_paused = true)]
    async fn it_polls_at_most_once_a_second_until_patience_ends() {
        let (cluster, asked) = cluster(|_| pod());
        let step = Steps::kept(Arc::default()).begin("waiting");
        let begun = Instant::now();
        let mut wait = PodWait::new(&cluster, "api", step, Some(Duration::from_secs(60)));
        while wait.next().await.unwrap().is_some() {}
        assert_eq!(begun.elapsed().as_secs(), 60);
        let asked = asked.load(Ordering::SeqCst);
        assert!((55..=65).contains(&asked), "{asked} requests in a minute");
    }

    #[tokio::test(start_paused = true)]
    async fn a_failing_server_is_asked_less_and_less() {
        let (cluster, asked) = cluster(|_| failure(StatusCode::SERVICE_UNAVAILABLE, "ServiceUnavailable"));
        let step = Steps::kept(Arc::default()).begin("waiting");
        let mut wait = PodWait::new(&cluster, "api", step, Some(Duration::from_secs(60)));
        assert!(wait.next().await.unwrap().is_none());
        let asked = asked.load(Ordering::SeqCst);
        assert!((8..=20).contains(&asked), "{asked} requests in a minute");
    }

    #[tokio::test(start_paused = true)]
    async fn who_looks_seldom_polls_seldom_and_more_so_while_requests_fail() {
        for (failing, expected) in [(false, 14..=20), (true, 9..=14)] {
            let mut changes = Changes::polled().polled_every(Duration::from_secs(4));
            let begun = Instant::now();
            let mut polls = 0;
            while begun.elapsed() < Duration::from_secs(60) {
                if failing {
                    changes.failed();
                }
                changes.next().await;
                polls += 1;
            }
            assert!(expected.contains(&polls), "{polls} in a minute, failing: {failing}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_pod_that_is_gone_ends_the_wait() {
        let (cluster, _) = cluster(|number| match number {
            0 => pod(),
            _ => failure(StatusCode::NOT_FOUND, "NotFound"),
        });
        let step = Steps::kept(Arc::default()).begin("waiting");
        let mut wait = PodWait::new(&cluster, "api", step, None);
        assert!(wait.next().await.unwrap().is_some());
        assert!(wait.next().await.unwrap_err().to_string().contains("pod api is gone"));
    }
}
