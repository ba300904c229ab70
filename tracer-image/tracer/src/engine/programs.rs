//! Selects processes by their program: `--comm`, `--exe`.

use crate::procfs;
use regex_lite::Regex;
use wire::message;

/// The compiled patterns.
#[derive(Clone, Debug, Default)]
pub struct Programs {
    comm: Vec<Regex>,
    exe: Vec<Regex>,
}

impl Programs {
    /// Compiles them.
    ///
    /// # Errors
    /// In words: an invalid regular expression, although the client has checked.
    pub fn new(wanted: &message::Programs) -> Result<Programs, String> {
        let compile = |expressions: &[String]| -> Result<Vec<Regex>, String> {
            let compiled =
                expressions.iter().map(|text| Regex::new(text).map_err(|error| format!("{text}: {error}")));
            compiled.collect()
        };
        Ok(Programs { comm: compile(&wanted.comm)?, exe: compile(&wanted.exe)? })
    }

    /// Whether every process is selected.
    pub fn is_any(&self) -> bool {
        self.comm.is_empty() && self.exe.is_empty()
    }

    /// Whether a process is selected. If its name cannot be read, it is not: it has just ended.
    pub fn has(&self, process: i32) -> bool {
        let matches = |expressions: &[Regex], text: Option<String>| {
            expressions.is_empty()
                || text.is_some_and(|text| expressions.iter().any(|expression| expression.is_match(&text)))
        };
        matches(&self.comm, procfs::comm(process)) && matches(&self.exe, procfs::executable(process))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn programs(comm: &[&str], exe: &[&str]) -> Programs {
        let all = |list: &[&str]| list.iter().map(|text| (*text).to_owned()).collect();
        Programs::new(&message::Programs { comm: all(comm), exe: all(exe) }).expect("they are well-formed")
    }

    #[test]
    fn we_are_known_by_name_and_path() {
        let ourselves = std::process::id() as i32;
        let path = std::env::current_exe().expect("it is there");
        let path = path.to_str().expect("UTF-8");
        let name = procfs::comm(ourselves).expect("we have one");
        assert!(programs(&[], &[]).has(ourselves) && programs(&[], &[]).is_any());
        assert!(programs(&["nobody", &format!("^{}$", regex_lite::escape(&name))], &[]).has(ourselves));
        assert!(programs(&[], &[&format!("^{}$", regex_lite::escape(path))]).has(ourselves));
        assert!(!programs(&["^nobody$"], &[]).has(ourselves));
        assert!(!programs(&["."], &["^/nowhere"]).has(ourselves), "both must match");
        assert!(!programs(&["."], &[]).has(-1), "there is no such process");
        assert!(Programs::new(&message::Programs { comm: vec!["(".into()], exe: vec![] }).is_err());
    }
}
