//! What stands before a line when several containers are traced at once: the pod's name, the container's, or both.

use super::plain;
use crate::container_name::Container;

/// Colours of pods, each in turn: those readable on black and on white (ECMA-48: 31 to 36, without yellow).
const COLORS: &[&str] = &["36", "32", "35", "34", "31"];

/// The names by which containers are told apart. More may be added.
#[derive(Debug)]
pub struct Names {
    containers: Vec<Container>,
    coloured: bool,
    /// Whether the pod is always named, because others may come.
    pods: bool,
}

impl Names {
    /// The shortest names that tell these containers apart. `grows`: containers of other pods may come.
    pub fn new(containers: Vec<Container>, coloured: bool, grows: bool) -> Names {
        Names { containers, coloured, pods: grows }
    }

    /// Adds one, unless it is known: a pod of a stateful set returns under its name.
    pub fn add(&mut self, container: &Container) {
        if !self.containers.contains(container) {
            self.containers.push(container.clone());
        }
    }

    /// What stands before a container's lines; empty if it is the only one.
    pub fn prefix(&self, container: &Container) -> String {
        self.written(container, self.coloured)
    }

    /// The container's name in messages to the user.
    pub fn label(&self, container: &Container) -> String {
        self.written(container, false).split_whitespace().collect::<Vec<_>>().join(" ")
    }

    fn written(&self, container: &Container, coloured: bool) -> String {
        let mut pods: Vec<&str> = Vec::new();
        for known in &self.containers {
            if !pods.contains(&known.pod.as_str()) {
                pods.push(&known.pod);
            }
        }
        let several_pods = self.pods || pods.len() > 1;
        let several_names = self.containers.iter().any(|known| known.name != self.containers[0].name);
        let width = |name: fn(&Container) -> &str| self.containers.iter().map(|c| name(c).len()).max();
        let (pod_width, name_width) =
            (width(|c| &c.pod).unwrap_or_default(), width(|c| &c.name).unwrap_or_default());
        let paint = |text: &str, color: &str, bold: &str| match coloured {
            true => format!("\x1b[{bold}{color}m{text}\x1b[0m"),
            false => text.to_owned(),
        };
        let number = pods.iter().position(|pod| *pod == container.pod).unwrap_or(0);
        let color = COLORS[number % COLORS.len()];
        let mut prefix = String::new();
        if several_pods {
            prefix += &paint(&plain(&format!("{:pod_width$} ", container.pod)), color, "1;");
        }
        if several_names {
            let color = if several_pods {
                color
            } else {
                let same = self.containers.iter().position(|known| known.name == container.name);
                COLORS[same.unwrap_or(0) % COLORS.len()]
            };
            prefix += &paint(&plain(&format!("{:name_width$} ", container.name)), color, "");
        }
        prefix
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(names: &[(&str, &str)]) -> Vec<Container> {
        names.iter().map(|(pod, name)| Container { pod: (*pod).into(), name: (*name).into() }).collect()
    }

    fn names(names: &[(&str, &str)], coloured: bool) -> Names {
        Names::new(of(names), coloured, false)
    }

    fn prefixes(of: &Names) -> Vec<String> {
        of.containers.iter().map(|container| of.prefix(container)).collect()
    }

    #[test]
    fn only_what_differs_is_said() {
        assert_eq!(prefixes(&names(&[("a", "x")], true)), [""]);
        assert_eq!(prefixes(&names(&[("a", "x"), ("bcd", "x")], false)), ["a   ", "bcd "]);
        assert_eq!(prefixes(&names(&[("a", "x"), ("a", "yz")], false)), ["x  ", "yz "]);
        assert_eq!(prefixes(&names(&[("a", "x"), ("b", "yz")], false)), ["a x  ", "b yz "]);
        let two = names(&[("a", "x"), ("bcd", "yz")], true);
        assert_eq!(two.label(&two.containers[0]), "a x");
        assert_eq!(two.label(&two.containers[1]), "bcd yz");
    }

    #[test]
    fn with_new_pods_each_line_names_its_pod() {
        let mut growing = Names::new(of(&[("a", "x")]), false, true);
        assert_eq!(prefixes(&growing), ["a "]);
        let new = Container { pod: "bcd".into(), name: "x".into() };
        growing.add(&new);
        growing.add(&new);
        assert_eq!(prefixes(&growing), ["a   ", "bcd "]);
    }

    #[test]
    fn pods_have_colours() {
        let painted = prefixes(&names(&[("a", "x"), ("b", "x"), ("a", "y")], true));
        assert_eq!(painted[0], "\x1b[1;36ma \x1b[0m\x1b[36mx \x1b[0m");
        assert_eq!(painted[1], "\x1b[1;32mb \x1b[0m\x1b[32mx \x1b[0m");
        assert!(painted[2].starts_with("\x1b[1;36ma "));
    }
}
