#!/usr/bin/env bash
# Makes the krew manifest, the checksums and an index from the archives of krew/build.sh:
#
#   krew/manifest.sh URL DIST      URL: where the archives of this version are downloaded from
#
# DIST/strace.yaml is the plugin's manifest, DIST/index the contents of a repository for `kubectl krew index add`,
# and DIST/checksums.txt the input of `sha256sum --check`.
set -euo pipefail

url=${1:?usage: manifest.sh URL DIST}
dist=$(cd "${2:?usage: manifest.sh URL DIST}" && pwd)
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
version=v$(sed -n 's/^version = "\(.*\)"/\1/p' "$here/../Cargo.toml" | head -1)
sum() { if command -v sha256sum >/dev/null; then sha256sum "$@"; else shasum -a 256 "$@"; fi; }

cd "$dist"
shopt -s nullglob
archives=(kubectl-strace-*.tar.gz)
if ((${#archives[@]} == 0)); then
    echo "release: no archive in $dist; krew/build.sh makes them" >&2
    exit 1
fi
sum "${archives[@]}" >checksums.txt
{
    sed -e "s|@VERSION@|$version|g" -e "s|@HOMEPAGE@|${HOMEPAGE:-${url%%/releases/*}}|g" "$here/strace.yaml.in"
    for archive in "${archives[@]}"; do
        platform=${archive#kubectl-strace-}
        platform=${platform%.tar.gz}
        bin=kubectl-strace$([[ $platform != windows-* ]] || echo .exe)
        cat <<YAML
    - selector:
        matchLabels:
          os: ${platform%-*}
          arch: ${platform#*-}
      uri: $url/$archive
      sha256: $(sum "$archive" | cut -d' ' -f1)
      bin: $bin
      files:
        - from: "*"
          to: .
YAML
    done
} >strace.yaml
mkdir -p index/plugins
cp strace.yaml index/plugins/strace.yaml
echo "release: $dist/strace.yaml for ${archives[*]}" >&2
