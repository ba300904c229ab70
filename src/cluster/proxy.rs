//! Which proxy leads to the API server, by kubectl's rules (golang.org/x/net/http/httpproxy).

use hyper_util::client::proxy::matcher::Matcher;
use std::net::IpAddr;

/// The proxy that the environment sets for a server.
///
/// kube reads `HTTPS_PROXY` too, but compares `NO_PROXY` with the proxy's own name instead of the server's.
pub fn from_environment(server: &http::Uri, variable: impl Fn(&str) -> Option<String>) -> Option<String> {
    // Upper case first, as Go does.
    let either = |name: &str| {
        [name.to_owned(), name.to_lowercase()]
            .iter()
            .find_map(|name| variable(name).filter(|v| !v.is_empty()))
    };
    let proxy = match server.scheme_str() {
        Some("https") => either("HTTPS_PROXY"),
        // A CGI program's HTTP_PROXY comes from a header of the request: https://httpoxy.org
        _ if variable("REQUEST_METHOD").is_some() => None,
        _ => either("HTTP_PROXY"),
    }?;
    let host = server.host()?;
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    if bare == "localhost" || bare.parse::<IpAddr>().is_ok_and(|address| address.is_loopback()) {
        return None;
    }
    let none = matching_port(&either("NO_PROXY").unwrap_or_default(), port(server));
    let any = "http://proxy.invalid";
    let matcher = Matcher::builder().http(any).https(any).no(none).build();
    matcher.intercept(server).map(|_| proxy)
}

/// A proxy's URL in the form that kube takes.
///
/// # Errors
/// It is not the URL of a usable proxy.
pub fn parse(proxy: &str) -> Result<http::Uri, String> {
    // As in Go, it is http without a scheme.
    let proxy = if proxy.contains("://") { proxy.to_owned() } else { format!("http://{proxy}") };
    // Both spellings leave the name lookup to the proxy, in Go and in kube.
    let proxy = proxy.replacen("socks5h://", "socks5://", 1);
    let uri = proxy.parse::<http::Uri>().map_err(|error| format!("'{proxy}' is not a URL: {error}"))?;
    match uri.scheme_str() {
        Some("http" | "https" | "socks5") if uri.host().is_some_and(|host| !host.is_empty()) => Ok(uri),
        _ => Err(format!("'{proxy}' is not the URL of a proxy: http://, https:// or socks5://HOST:PORT")),
    }
}

fn port(server: &http::Uri) -> u16 {
    server.port_u16().unwrap_or(if server.scheme_str() == Some("https") { 443 } else { 80 })
}

/// `NO_PROXY` without the entries for other ports. Entries for this port lose it.
fn matching_port(list: &str, port: u16) -> String {
    let entries = list.split(',').map(str::trim).filter_map(|entry| match entry.rsplit_once(':') {
        // More colons mean an IPv6 address.
        Some((host, number)) if !host.contains(':') || host.ends_with(']') => match number.parse::<u16>() {
            Ok(number) => (number == port).then_some(host.trim_start_matches('[').trim_end_matches(']')),
            Err(_) => Some(entry),
        },
        _ => Some(entry),
    });
    entries.collect::<Vec<_>>().join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn proxy(server: &str, variables: &[(&str, &str)]) -> Option<String> {
        let variable =
            |name: &str| variables.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned());
        from_environment(&server.parse().unwrap(), variable)
    }

    #[test]
    fn the_environment_is_read_as_go_reads_it() {
        let all =
            [("HTTPS_PROXY", "http://p:1"), ("http_proxy", "q:2"), ("NO_PROXY", "corp.test,10.0.0.0/8,")];
        assert_eq!(proxy("https://api.test:6443", &all).as_deref(), Some("http://p:1"));
        assert_eq!(proxy("http://api.test:6443", &all).as_deref(), Some("q:2"));
        for direct in
            ["https://api.corp.test", "https://10.1.2.3:6443", "https://localhost:1", "https://127.0.0.1"]
        {
            assert_eq!(proxy(direct, &all), None, "{direct}");
        }
        let ports = [("https_proxy", "http://p:1"), ("no_proxy", "api.test:6443")];
        assert_eq!(proxy("https://api.test:6443", &ports), None);
        assert!(proxy("https://api.test", &ports).is_some());
        assert!(proxy("https://api.test", &[("https_proxy", "p"), ("NO_PROXY", "*")]).is_none());
        assert!(proxy("https://api.test", &[("HTTPS_PROXY", ""), ("https_proxy", "p")]).is_some());
        assert!(proxy("https://api.test", &[("ALL_PROXY", "p")]).is_none(), "kubectl does not know it");
    }

    #[test]
    fn proxies_are_what_kube_takes() {
        assert_eq!(parse("p:3128").unwrap().to_string(), "http://p:3128/");
        assert_eq!(parse("socks5h://p:1080").unwrap().scheme_str(), Some("socks5"));
        assert!(parse("ftp://p").is_err() && parse("http://").is_err());
    }
}
