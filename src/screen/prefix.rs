//! What stands before a line when several containers are traced at once: the pod's name, the container's, or both.

use super::plain;
use crate::container_name::Container;

/// Colours of pods, each in turn: those that can be read on black and on white (ECMA-48: 31 to 36, without yellow).
const COLORS: &[&str] = &["36", "32", "35", "34", "31"];

/// A prefix for each container, with as much as tells them apart; nothing for a single one.
pub fn prefixes(containers: &[Container], coloured: bool) -> Vec<String> {
    let mut pods: Vec<&str> = Vec::new();
    for container in containers {
        if !pods.contains(&container.pod.as_str()) {
            pods.push(&container.pod);
        }
    }
    let several_pods = pods.len() > 1;
    let several_names = containers.iter().any(|container| container.name != containers[0].name);
    let width = |name: fn(&Container) -> &str| containers.iter().map(|c| name(c).len()).max().unwrap_or(0);
    let (pod_width, name_width) = (width(|c| &c.pod), width(|c| &c.name));
    let paint = |text: &str, color: &str, bold: &str| match coloured {
        true => format!("\x1b[{bold}{color}m{text}\x1b[0m"),
        false => text.to_owned(),
    };
    let prefix = |container: &Container| {
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
                let same = containers.iter().position(|c| c.name == container.name);
                COLORS[same.unwrap_or(0) % COLORS.len()]
            };
            prefix += &paint(&plain(&format!("{:name_width$} ", container.name)), color, "");
        }
        prefix
    };
    containers.iter().map(prefix).collect()
}

/// What a container is called among the others, in words to the person.
pub fn labels(containers: &[Container]) -> Vec<String> {
    let prefixes = prefixes(containers, false).into_iter();
    prefixes.map(|prefix| prefix.split_whitespace().collect::<Vec<_>>().join(" ")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(names: &[(&str, &str)]) -> Vec<Container> {
        names.iter().map(|(pod, name)| Container { pod: (*pod).into(), name: (*name).into() }).collect()
    }

    #[test]
    fn only_what_differs_is_said() {
        assert_eq!(prefixes(&of(&[("a", "x")]), true), [""]);
        assert_eq!(prefixes(&of(&[("a", "x"), ("bcd", "x")]), false), ["a   ", "bcd "]);
        assert_eq!(prefixes(&of(&[("a", "x"), ("a", "yz")]), false), ["x  ", "yz "]);
        assert_eq!(prefixes(&of(&[("a", "x"), ("b", "yz")]), false), ["a x  ", "b yz "]);
        assert_eq!(labels(&of(&[("a", "x"), ("bcd", "yz")])), ["a x", "bcd yz"]);
    }

    #[test]
    fn pods_have_colours() {
        let painted = prefixes(&of(&[("a", "x"), ("b", "x"), ("a", "y")]), true);
        assert_eq!(painted[0], "\x1b[1;36ma \x1b[0m\x1b[36mx \x1b[0m");
        assert_eq!(painted[1], "\x1b[1;32mb \x1b[0m\x1b[32mx \x1b[0m");
        assert!(painted[2].starts_with("\x1b[1;36ma "));
    }
}
