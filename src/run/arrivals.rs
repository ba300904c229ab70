//! Pods that appear while others are traced: they are named or, with `--follow-pods`, traced.

use crate::{
    cluster::Cluster,
    plan::Plan,
    refusal,
    screen::Steps,
    targets::{Container, Newcomers, PodChoice},
};
use k8s_openapi::api::core::v1::Pod;
use kube::ResourceExt;
use std::{collections::VecDeque, time::Duration};
use tokio::time::{Instant, timeout, timeout_at};

/// Most new pods that one message names.
const NAMED: usize = 5;
/// How long the last look for new pods may take.
const LAST_LOOK: Duration = Duration::from_secs(1);

/// Pods that appear while others are traced.
pub struct Arrivals {
    /// `None` if not all pods were asked for, or once no more are taken.
    newcomers: Option<Newcomers>,
    /// Whether they are traced; otherwise they are only named.
    traced: bool,
    /// Most pods that are traced at the same time.
    most: usize,
    /// Those that wait to be traced.
    waiting: VecDeque<Pod>,
    /// When to stop taking more.
    end: Option<Instant>,
    query: String,
}

impl Arrivals {
    pub fn of(plan: &Plan, cluster: &Cluster, found: &[(Container, Pod)]) -> Arrivals {
        let selection = &plan.selection;
        let (newcomers, most) = match selection.choice {
            PodChoice::All(most) => {
                let known = found.iter().map(|(_, pod)| pod);
                (Some(Newcomers::new(cluster, &selection.query, known)), most)
            }
            PodChoice::One => (None, 1),
        };
        Arrivals {
            newcomers,
            traced: selection.follow_pods,
            most,
            waiting: VecDeque::new(),
            end: plan.duration.map(|duration| Instant::now() + duration),
            query: selection.query.to_string(),
        }
    }

    /// Whether new pods are traced.
    pub fn are_traced(&self) -> bool {
        self.traced && self.newcomers.is_some()
    }

    /// Takes no more pods.
    pub fn stop(&mut self) {
        self.newcomers = None;
        self.waiting.clear();
    }

    /// The next new pods. Ends by itself when the time is over.
    pub async fn next(&mut self, steps: &Steps) -> Vec<Pod> {
        let Some(newcomers) = &mut self.newcomers else { return std::future::pending().await };
        let Some(end) = self.end.filter(|_| self.traced) else { return newcomers.next().await };
        if let Ok(new) = timeout_at(end, newcomers.next()).await {
            return new;
        }
        steps.say(&format!("No more pods of {} are traced: the time is over (--duration)", self.query));
        self.stop();
        Vec::new()
    }

    /// Names pods that came while the last traces ended: a short rollout is over before anybody has looked.
    pub async fn last_look(&mut self, steps: &Steps) {
        let Some(newcomers) = &mut self.newcomers else { return };
        if let Ok(Ok(new)) = timeout(LAST_LOOK, newcomers.now()).await {
            self.wait(new, 0, steps);
        }
        self.stop();
    }

    /// Queues new pods, or only names them. `pods`: how many are traced now.
    pub fn wait(&mut self, new: Vec<Pod>, pods: usize, steps: &Steps) {
        if new.is_empty() {
            return;
        }
        let names = some_names(&new);
        if !self.traced {
            let count = refusal::count(new.len() as u64, "new pod is", "new pods are");
            steps.say(&format!("{count} not traced (--follow-pods traces new ones too): {names}"));
            return;
        }
        let room = self.most.saturating_sub(pods + self.waiting.len());
        let (now, later) = new.split_at(room.min(new.len()));
        if !now.is_empty() {
            let count = refusal::count(now.len() as u64, "new pod", "new pods");
            steps.say(&format!("Tracing {count} of {}: {}", self.query, some_names(now)));
        }
        if !later.is_empty() {
            let count = refusal::count(later.len() as u64, "new pod waits", "new pods wait");
            steps.say(&format!(
                "{count} until another one ends (--max-pods {}): {}",
                self.most,
                some_names(later)
            ));
        }
        self.waiting.extend(new);
    }

    /// The next pod to trace, if there is room for it. `pods`: how many are traced now.
    pub fn pop(&mut self, pods: usize) -> Option<Pod> {
        (pods < self.most).then(|| self.waiting.pop_front()).flatten()
    }
}

/// The names of pods, the first few of them.
fn some_names(pods: &[Pod]) -> String {
    let mut names: Vec<String> = pods.iter().take(NAMED).map(ResourceExt::name_any).collect();
    if pods.len() > NAMED {
        names.push("...".to_owned());
    }
    names.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use std::sync::{Arc, Mutex};

    fn pods(names: &[&str]) -> Vec<Pod> {
        let pod = |name: &&str| serde_json::from_value(json!({"metadata": {"name": name}})).unwrap();
        names.iter().map(pod).collect()
    }

    #[test]
    fn pods_beyond_the_limit_wait() {
        let mut arrivals = Arrivals {
            newcomers: None,
            traced: true,
            most: 3,
            waiting: VecDeque::new(),
            end: None,
            query: "deployment api".into(),
        };
        let said = Arc::<Mutex<String>>::default();
        let steps = Steps::kept(said.clone());
        arrivals.wait(pods(&["a", "b"]), 2, &steps);
        assert_eq!(arrivals.pop(2).map(|pod| pod.name_any()).as_deref(), Some("a"));
        assert!(arrivals.pop(3).is_none(), "there is no room");
        let words = said.lock().unwrap().clone();
        assert!(words.contains("Tracing 1 new pod of deployment api: a\n"), "{words}");
        assert!(words.contains("1 new pod waits until another one ends (--max-pods 3): b"));
        assert_eq!(arrivals.pop(2).map(|pod| pod.name_any()).as_deref(), Some("b"));

        arrivals.traced = false;
        arrivals.wait(pods(&["c", "d", "e", "f", "g", "h"]), 0, &steps);
        let words = said.lock().unwrap().clone();
        assert!(
            words.contains(
                "6 new pods are not traced (--follow-pods traces new ones too): c, d, e, f, g, ..."
            )
        );
    }
}
