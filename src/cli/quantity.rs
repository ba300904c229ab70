//! Sizes and times as they are typed. Not by kube_quantity: it refuses `10MB` and `500K`, which people type, and takes `-1`.

/// `10M`, `1Gi`, or bytes as a bare number, as Kubernetes writes quantities.
///
/// # Errors
/// It is none.
pub fn size(text: &str) -> Result<u64, String> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, unit) = text.split_at(digits);
    let scale: u64 = match unit.strip_suffix('B').unwrap_or(unit) {
        "" => 1,
        "k" | "K" => 1_000,
        "M" => 1_000_000,
        "G" => 1_000_000_000,
        "Ki" => 1 << 10,
        "Mi" => 1 << 20,
        "Gi" => 1 << 30,
        _ => return Err("a size is written as 500k, 10M, 1G, or 10Mi".to_owned()),
    };
    match number.parse::<u64>().ok().and_then(|number| number.checked_mul(scale)) {
        Some(bytes) if bytes > 0 => Ok(bytes),
        _ => Err("a size is more than nothing: 500k, 10M, 1G".to_owned()),
    }
}

/// `30s`, `1m30s`, or seconds as a bare number, as kubectl takes them.
///
/// # Errors
/// It is neither, or too long.
pub fn duration(text: &str) -> Result<std::time::Duration, String> {
    let span = match text.parse::<u32>() {
        Ok(seconds) => jiff::SignedDuration::from_secs(seconds.into()),
        Err(_) => text
            .parse::<jiff::SignedDuration>()
            .map_err(|_| "a time is written as 30s, 2m or 1m30s".to_owned())?,
    };
    match std::time::Duration::try_from(span) {
        Ok(span) if !span.is_zero() && span.as_secs() <= 86_400 => Ok(span),
        _ => Err("a time limit is more than nothing and at most a day".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_quantities() {
        let sizes = ["7", "3k", "10M", "1Gi", "2MB"].map(size);
        assert_eq!(sizes, [Ok(7), Ok(3000), Ok(10_000_000), Ok(1 << 30), Ok(2_000_000)]);
        for wrong in ["", "0", "M", "-1", "1x", "99999999999G"] {
            assert!(size(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn times_are_read_as_kubectl_does() {
        assert_eq!(duration("30"), Ok(std::time::Duration::from_secs(30)));
        assert_eq!(duration("1m30s"), Ok(std::time::Duration::from_secs(90)));
        assert!(duration("0s").is_err() && duration("-1s").is_err() && duration("soon").is_err());
    }
}
