//! `--custom FILE`: a part of a container that is merged into the tracer's, as `kubectl debug --custom` does.

use crate::refusal::{self, Refusal};
use serde_json::{Map, Value};
use std::{fs, path::Path};

/// The fields that may be set. Any other is refused with a reason, before the cluster is asked.
const ALLOWED: &[&str] = &[
    "env",
    "envFrom",
    "imagePullPolicy",
    "securityContext",
    "terminationMessagePath",
    "terminationMessagePolicy",
    "volumeMounts",
    "workingDir",
];

/// Fields that a container may have and an ephemeral one may not (`ValidateEphemeralContainers` in
/// pkg/apis/core/validation/validation.go).
const FORBIDDEN: &[(&str, &str)] = &[
    ("lifecycle", "it has no hooks"),
    ("livenessProbe", "it has no probes"),
    ("ports", "it has no ports"),
    ("readinessProbe", "it has no probes"),
    ("resizePolicy", "it has no resources"),
    (
        "resources",
        "the pod's resources are not divided again; what the tracer uses counts against the pod's limits",
    ),
    ("restartPolicy", "it is never restarted"),
    ("restartPolicyRules", "it is never restarted"),
    ("startupProbe", "it has no probes"),
];

/// Fields that make the container the tracer's.
const OURS: &[(&str, &str)] = &[
    ("args", "they are the tracer's"),
    ("command", "it is the tracer's"),
    ("image", "name it with --image"),
    ("name", "it is generated, because a pod can have several tracer containers"),
    ("stdin", "the tracer reads requests there"),
    ("stdinOnce", "the tracer reads requests there"),
    ("targetContainerName", "choose the container with -c"),
    ("tty", "the tracer has no terminal"),
];

/// Reads the file, JSON or YAML.
///
/// # Errors
/// It cannot be read, is not part of a container, or sets what an ephemeral container cannot have.
pub fn read(path: &Path) -> Result<Value, Refusal> {
    let what = |why: &str| refusal::usage(format!("--custom {}: {why}", path.display()));
    let text =
        fs::read_to_string(path).map_err(|error| what("it cannot be read").cause(error.to_string()))?;
    // JSON is a subset of YAML.
    let custom: Value = serde_saphyr::from_str(&text)
        .map_err(|error| what("it is neither YAML nor JSON").cause(error.to_string()))?;
    check(&custom).map_err(|(why, cause)| {
        what(&why)
            .cause(cause)
            .fix(format!("set only these: {}; nothing was sent to the cluster", ALLOWED.join(", ")))
    })?;
    Ok(custom)
}

fn check(custom: &Value) -> Result<(), (String, String)> {
    let Some(fields) = custom.as_object() else {
        return Err((
            "it is not part of a container".into(),
            "it must have fields of a container, such as env:".into(),
        ));
    };
    for field in fields.keys() {
        let of =
            |list: &[(&str, &'static str)]| list.iter().find(|(name, _)| name == field).map(|(_, why)| *why);
        if let Some(why) = of(FORBIDDEN) {
            return Err((
                format!("an ephemeral container cannot have {field}"),
                format!("the API forbids it: {why}"),
            ));
        }
        if let Some(why) = of(OURS) {
            return Err((format!("{field} cannot be changed"), why.into()));
        }
        if !ALLOWED.contains(&field.as_str()) {
            return Err((
                format!("{field} is not a field of a container"),
                "the API server does not know it".into(),
            ));
        }
    }
    let mounts = fields.get("volumeMounts").and_then(Value::as_array);
    for mount in mounts.into_iter().flatten() {
        for field in ["subPath", "subPathExpr"] {
            if mount.get(field).is_some() {
                return Err((
                    format!("a volume mount of an ephemeral container cannot have {field}"),
                    "the API forbids it: the path could have been changed since the pod was started".into(),
                ));
            }
        }
    }
    Ok(())
}

/// Merges the part into a container: fields one by one, lists of named items by their names.
pub fn merge(into: &mut Value, part: &Value) {
    match (into, part) {
        (Value::Object(into), Value::Object(part)) => {
            for (field, value) in part {
                merge_field(into, field, value);
            }
        }
        (into, part) => *into = part.clone(),
    }
}

fn merge_field(into: &mut Map<String, Value>, field: &str, value: &Value) {
    // The merge keys of the API (`patchMergeKey` in k8s.io/api/core/v1/types.go).
    let key = match field {
        "env" => Some("name"),
        "volumeMounts" => Some("mountPath"),
        _ => None,
    };
    match (key, into.get_mut(field), value) {
        (_, Some(_), Value::Null) => drop(into.remove(field)),
        (Some(key), Some(Value::Array(old)), Value::Array(new)) => {
            for item in new {
                match old.iter_mut().find(|other| other.get(key).is_some() && other.get(key) == item.get(key))
                {
                    Some(other) => *other = item.clone(),
                    None => old.push(item.clone()),
                }
            }
        }
        (_, Some(old), value) => merge(old, value),
        (_, None, value) => drop(into.insert(field.to_owned(), value.clone())),
    }
}

/// Whether a container already has everything that the part sets, so that no other is needed.
pub fn is_in(part: &Value, container: &Value) -> bool {
    match (part, container) {
        (Value::Object(part), Value::Object(container)) => {
            part.iter().all(|(field, value)| match container.get(field) {
                Some(found) => is_in(value, found),
                None => value.is_null(),
            })
        }
        (Value::Array(part), Value::Array(container)) => {
            part.iter().all(|item| container.iter().any(|found| is_in(item, found)))
        }
        (part, container) => part == container,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_an_ephemeral_container_cannot_have_is_refused_here() {
        let refused = |custom: Value| check(&custom).unwrap_err();
        for field in ["resources", "ports", "livenessProbe", "lifecycle"] {
            let (what, why) = refused(json!({field: {}}));
            assert!(what.contains(field) && why.contains("the API forbids it"), "{what}: {why}");
        }
        assert!(
            refused(json!({"volumeMounts": [{"name": "x", "mountPath": "/x", "subPath": "y"}]}))
                .0
                .contains("subPath")
        );
        assert!(refused(json!({"image": "x"})).1.contains("--image"));
        assert!(refused(json!({"securityContxt": {}})).0.contains("not a field"));
        assert!(refused(json!([1])).0.contains("not part of a container"));
        assert_eq!(check(&json!({"env": [], "securityContext": {"runAsUser": 7}})), Ok(()));
    }

    #[test]
    fn parts_are_merged_as_the_api_merges() {
        let mut container = json!({"name": "x", "env": [{"name": "A", "value": "1"}],
            "securityContext": {"runAsUser": 0, "capabilities": {"drop": ["ALL"], "add": ["SYS_PTRACE"]}}});
        merge(
            &mut container,
            &json!({"env": [{"name": "B", "value": "2"}, {"name": "A", "value": "3"}], "workingDir": "/tmp",
                "securityContext": {"runAsUser": 7, "seccompProfile": {"type": "Unconfined"}, "capabilities": {"add": null}}}),
        );
        assert_eq!(
            container,
            json!({"name": "x", "env": [{"name": "A", "value": "3"}, {"name": "B", "value": "2"}], "workingDir": "/tmp",
                "securityContext": {"runAsUser": 7, "capabilities": {"drop": ["ALL"]}, "seccompProfile": {"type": "Unconfined"}}})
        );
        let part = json!({"env": [{"name": "B"}], "securityContext": {"runAsUser": 7}});
        assert!(is_in(&part, &container));
        assert!(!is_in(&json!({"env": [{"name": "C"}]}), &container));
    }
}
