//! Asks the tracers of some containers for facts. Where the kernel refuses to tell, one with more rights is asked.

use super::facts::Facts;
use crate::{
    addresses::Addresses,
    cluster::ClusterSource,
    omission::Omission,
    plan::Plan,
    prepare::{Prepared, prepare},
    privilege::Privilege,
    refusal::Refusal,
    screen::Steps,
    session::{
        conversation,
        reach::{self, Context, Reached},
    },
    suspension::Suspensions,
    targets::{Container, Target, Volumes},
};
use futures_util::{StreamExt, stream};
use k8s_openapi::api::core::v1::Pod;
use std::sync::{Arc, Once, OnceLock, atomic::AtomicUsize};
use tokio::sync::Semaphore;
use wire::{
    look::{Look, Topic},
    message::{self, VERSION},
};

/// What to ask of each container.
#[derive(Clone)]
pub struct Question {
    /// What about.
    pub topics: Vec<Topic>,
    /// How far apart the two looks at threads are, in milliseconds.
    pub pause: u32,
    /// Whether command lines are told.
    pub command_lines: bool,
    /// Whether addresses get names.
    pub names: bool,
}

/// The containers to look at.
pub struct Asker {
    context: Arc<Context>,
    /// They, and the rung that the kernel has refused for each.
    found: Vec<(Container, Pod, Option<Privilege>)>,
    /// Those that were asked for but cannot be looked at.
    pub not_found: Vec<Omission>,
}

/// What a container's tracer answered.
pub struct Told {
    /// The container.
    pub container: Container,
    /// The answer.
    pub facts: Result<Facts, Refusal>,
}

impl Asker {
    /// Finds them.
    ///
    /// # Errors
    /// There are none.
    pub async fn new(source: &ClusterSource, plan: Plan, steps: &Steps) -> Result<Asker, Refusal> {
        let Prepared { cluster, who, found, not_traced } = prepare(source, &plan, steps).await?;
        let context = Context {
            cluster,
            who,
            plan,
            suspensions: Suspensions::listen(),
            turns: Semaphore::new(reach::AT_ONCE),
            among: AtomicUsize::new(found.len()),
            unmeasured: Once::new(),
        };
        let found = found.into_iter().map(|(container, pod)| (container, pod, None)).collect();
        Ok(Asker { context: Arc::new(context), found, not_found: not_traced })
    }

    /// Asks all of them.
    pub async fn ask(&mut self, question: &Question, steps: &Steps) -> Vec<Told> {
        let several = self.found.len() > 1;
        let asked = self.found.drain(..).map(|(container, pod, above)| {
            let (context, question) = (self.context.clone(), question.clone());
            let steps = if several { steps.about(&container.pod) } else { steps.clone() };
            async move {
                let asked = one(&context, &container, pod, above, &question, &steps).await;
                (container, asked)
            }
        });
        let answers: Vec<_> =
            stream::iter(asked.collect::<Vec<_>>()).buffered(reach::AT_ONCE).collect().await;
        let mut told = Vec::new();
        for (container, Asked { pod, above, facts }) in answers {
            self.found.push((container.clone(), pod, above));
            told.push(Told { container, facts });
        }
        told
    }
}

/// What came of one question, and what the next one begins with.
struct Asked {
    pod: Pod,
    above: Option<Privilege>,
    facts: Result<Facts, Refusal>,
}

async fn one(
    context: &Context,
    container: &Container,
    mut pod: Pod,
    mut above: Option<Privilege>,
    question: &Question,
    steps: &Steps,
) -> Asked {
    loop {
        let reached = reach::reach(context, container, pod.clone(), above, steps, &OnceLock::new()).await;
        let Reached { target, agent, privilege, connection } = match reached {
            Ok(reached) => reached,
            Err(refusal) => return Asked { pod, above, facts: Err(refusal) },
        };
        // A tracer that was just added is in the pod from now on.
        if let Ok(latest) = context.cluster.pod(&container.pod).await {
            pod = latest;
        }
        let look = look(&context.plan, &target, question, &context.who);
        let step = steps.begin(format!("looking at container {}", container.name));
        let answered = conversation::look(connection, look, &agent, context.cluster.timeout).await;
        drop(step);
        let mut facts = match answered {
            Ok(answered) => Facts::new(answered),
            Err(refusal) => return Asked { pod, above, facts: Err(refusal) },
        };
        let refused = facts.refused.iter().find(|refused| refused.rights);
        if let Some(refused) = refused.filter(|_| above.is_none() && context.plan.climbs(privilege)) {
            let words = crate::screen::from_tracer(&format!("{}: {}", refused.what, refused.why));
            steps.say(&format!(
                "The profile {} may not see everything ({words}). Trying one with more rights",
                privilege.name()
            ));
            above = Some(privilege);
            continue;
        }
        facts.volumes = Volumes::of(&pod, &container.name);
        let remotes = facts.remotes();
        if question.names && !remotes.is_empty() {
            facts.addresses = Addresses::ask(&context.cluster, remotes).await;
        }
        return Asked { pod, above, facts: Ok(facts) };
    }
}

fn look(plan: &Plan, target: &Target, question: &Question, who: &str) -> Look {
    Look {
        version: VERSION,
        target: match plan.depth.pids.as_slice() {
            [] => {
                message::Target::Container { id: target.id.clone(), programs: message::Programs::default() }
            }
            pids => message::Target::Processes(pids.to_vec()),
        },
        topics: question.topics.clone(),
        pause: question.pause,
        strings: plan.depth.strings,
        command_lines: question.command_lines,
        redact: plan.depth.redact.then(|| target.secrets.clone()),
        who: who.to_owned(),
    }
}
