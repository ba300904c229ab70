//! Suggestions for a name that does not exist.

/// The names nearest to the one that was typed, the nearest first, at most three.
pub fn near<'a>(typed: &str, names: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let typed_len = typed.chars().count();
    let mut near: Vec<(usize, &str)> = names
        .filter_map(|name| {
            // A pod's name is often typed without the suffix that its controller added.
            let grown = typed_len >= 3 && name.starts_with(typed) && name != typed;
            let far = if grown { 0 } else { strsim::osa_distance(typed, name) };
            (far <= (typed_len / 3).clamp(1, 3)).then_some((far, name))
        })
        .collect();
    near.sort();
    near.dedup();
    near.into_iter().map(|(_, name)| name).take(3).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_names_are_found() {
        let names = ["api", "apx-7c9d", "web-5f7b9c-x2x4z", "database"];
        assert_eq!(near("apj", names.into_iter()), ["api"]);
        assert_eq!(near("web", names.into_iter()), ["web-5f7b9c-x2x4z"]);
        assert!(near("zzzz", names.into_iter()).is_empty());
    }
}
