#!/usr/bin/env bash
# What the plugin and the tracer are made of, as CycloneDX: sbom.sh DIST, into DIST/NAME.cdx.json.
set -euo pipefail
dist=$(mkdir -p "${1:?usage: sbom.sh DIST}" && cd "$1" && pwd)
cd "$(dirname "${BASH_SOURCE[0]}")/.."

version=0.5.9
tool=${XDG_CACHE_HOME:-$HOME/.cache}/kubectl-strace/tools/cargo-cyclonedx-$version
if ! [ -x "$tool/bin/cargo-cyclonedx" ]; then
    echo "release: building cargo-cyclonedx $version (once)" >&2
    cargo install --quiet --locked --root "$tool" --version "$version" cargo-cyclonedx
fi
for package in . tracer-image/tracer; do
    name=$(sed -n 's/^name = "\(.*\)"/\1/p' "$package/Cargo.toml" | head -1)
    (cd "$package" && "$tool/bin/cargo-cyclonedx" cyclonedx --quiet --format json --override-filename "$name.cdx")
    mv "$package/$name.cdx.json" "$dist/"
done
# The other packages of the workspace have one too, but are part of these two.
find . -path ./dist -prune -o -name '*.cdx.json' -print0 | xargs -0 --no-run-if-empty rm -f --
