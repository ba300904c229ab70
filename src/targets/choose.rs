//! From pods to those of their containers that are traced.

use super::{Container, Containers, is_over, may_yet_start, running};
use crate::{omission::Omission, refusal::Refusal, screen::Steps};
use k8s_openapi::api::core::v1::Pod;
use kube::ResourceExt;

/// The containers to trace, and what to report about the others.
#[derive(Debug, Default)]
pub struct Chosen {
    /// Each with its pod.
    pub found: Vec<(Container, Pod)>,
    /// Those that were asked for but are not traced.
    pub not_traced: Vec<Omission>,
}

/// The wanted containers of these pods. One that does not exist or does not run is an omission, which is reported.
/// With `wait`, one that may yet start counts like one that runs.
pub fn containers(pods: Vec<Pod>, meant: &Containers, wait: bool, steps: &Steps) -> Choice {
    let mut choice = Choice { chosen: Chosen::default(), over: Vec::new(), steps: steps.clone() };
    let mut remarks = Vec::new();
    for pod in pods {
        match meant.of(&pod) {
            Ok((names, defaulted)) => {
                remarks.extend(defaulted.filter(|remark| !remarks.contains(remark)));
                names.into_iter().for_each(|name| choice.add(&pod, name, meant, wait));
            }
            Err(refusal) => choice.chosen.not_traced.push(Omission::whole(pod.name_any(), refusal)),
        }
    }
    remarks.iter().for_each(|remark| steps.say(remark));
    choice
}

/// What was chosen, before it is known whether that is enough.
#[derive(Debug)]
pub struct Choice {
    chosen: Chosen,
    /// If all containers were asked for: those that have done their work.
    over: Vec<Refusal>,
    steps: Steps,
}

impl Choice {
    fn add(&mut self, pod: &Pod, name: String, meant: &Containers, wait: bool) {
        match running(pod, &name) {
            // All running containers were asked for, and this one has done its work.
            Err(refusal) if *meant == Containers::All && is_over(pod, &name) => self.over.push(refusal),
            Err(refusal) if !(wait && may_yet_start(pod, &name)) => {
                let of = format!("{} {name}", pod.name_any());
                self.chosen.not_traced.push(Omission::whole(of, refusal));
            }
            _ => self.chosen.found.push((Container { pod: pod.name_any(), name }, pod.clone())),
        }
    }

    /// What there is, even if it is only a part of what was asked for. Reports what is left out.
    pub fn or_less(self) -> Chosen {
        for refusal in &self.over {
            self.steps.say(&format!("not traced: {}", refusal.in_short()));
        }
        for refusal in self.chosen.not_traced.iter().flat_map(|omission| &omission.what) {
            self.steps.insist(&format!("not traced: {}", refusal.in_short()));
        }
        self.chosen
    }

    /// The same, but at least one.
    ///
    /// # Errors
    /// There is none. The error is the first reason.
    pub fn or_refuse(self) -> Result<Chosen, Refusal> {
        if self.chosen.found.is_empty() {
            let omissions = self.chosen.not_traced.into_iter().flat_map(|omission| omission.what);
            let first = omissions.chain(self.over).next();
            return Err(first.unwrap_or_else(|| Refusal::new("there is nothing to trace")));
        }
        Ok(self.or_less())
    }
}
