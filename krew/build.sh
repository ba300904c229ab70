#!/usr/bin/env bash
# Builds the plugin for one platform and packs it into a release archive:
#
#   IMAGE=REGISTRY/kubectl-strace/tracer@sha256:... krew/build.sh linux amd64 DIST
#
# IMAGE is the plugin's default tracer image, given by digest, so that it is the one that was tested. The same
# sources and the same Rust give the same bytes. PLUGIN names an existing build that is only packed.
set -euo pipefail

os=${1:?usage: IMAGE=... build.sh linux|darwin|windows amd64|arm64 DIST}
arch=${2:?usage: IMAGE=... build.sh linux|darwin|windows amd64|arm64 DIST}
dist=$(mkdir -p "${3:?usage: IMAGE=... build.sh OS ARCH DIST}" && cd "$3" && pwd)
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cd "$here/.."
: "${IMAGE:?the image of the tracer, by digest: IMAGE=REGISTRY/NAME@sha256:...}"
if [[ $IMAGE != *@sha256:* && -z ${ANY_IMAGE:-} ]]; then
    echo "release: IMAGE=$IMAGE is not named by its digest, so it could become another one (ANY_IMAGE=1 for a trial)" >&2
    exit 2
fi

case $os/$arch in
linux/amd64) target=x86_64-unknown-linux-musl ;;
linux/arm64) target=aarch64-unknown-linux-musl ;;
darwin/amd64) target=x86_64-apple-darwin ;;
darwin/arm64) target=aarch64-apple-darwin ;;
windows/amd64) target=x86_64-pc-windows-msvc ;;
windows/arm64) target=aarch64-pc-windows-msvc ;;
*)
    echo "release: no such platform: $os/$arch" >&2
    exit 2
    ;;
esac
suffix=$([ "$os" != windows ] || echo .exe)
if [ -z "${PLUGIN:-}" ]; then
    if ! [ -d "$(rustc --print sysroot)/lib/rustlib/$target" ]; then
        echo "release: adding the Rust target $target" >&2
        rustup target add "$target" >&2
    fi

    export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/kubectl-strace/target}
    if [ "$os" = linux ]; then
        # Static, with Rust's own linker and C library; only ring's C files need a compiler for the machine.
        case $target in
        "$(uname -m)"-*) cc=gcc ;;
        *) cc=${target%%-*}-linux-gnu-gcc ;;
        esac
        if ! command -v "$cc" >/dev/null; then
            if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
                echo "release: $cc is missing (Debian: gcc-${cc%-gcc} and its C library's headers)" >&2
                exit 3
            fi
            echo "release: installing $cc" >&2
            DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "gcc-${cc%-gcc}" "libc6-dev-$arch-cross" >/dev/null
        fi
        name=${target//-/_}
        export "CC_$name=$cc"
        export "CARGO_TARGET_$(tr a-z A-Z <<<"$name")_RUSTFLAGS=-C linker=rust-lld -C link-self-contained=yes -C target-feature=+crt-static"
    fi
    KUBECTL_STRACE_DEFAULT_IMAGE=$IMAGE cargo build --quiet --locked --profile dist --package kubectl-strace --target "$target"
    PLUGIN=$CARGO_TARGET_DIR/$target/dist/kubectl-strace$suffix
    # Everybody downloads it.
    most=12000000
    size=$(wc -c <"$PLUGIN")
    if [ "$size" -gt $most ]; then
        echo "release: $PLUGIN has $size bytes, more than the $most that it may have" >&2
        exit 1
    fi
    echo "release: $PLUGIN, $size bytes" >&2
fi

archive=$dist/kubectl-strace-$os-$arch.tar.gz
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
install -m 0755 "$PLUGIN" "$tree/kubectl-strace$suffix"
install -m 0644 LICENSE "$tree/LICENSE"
files=("kubectl-strace$suffix" LICENSE)
if [ "$os" != windows ]; then
    install -m 0755 krew/kubectl_complete-strace "$tree/kubectl_complete-strace"
    files+=(kubectl_complete-strace)
fi
# Name the files: if the archive contained the directory itself, unpacking would change the mode of the directory it is
# unpacked in. GNU tar; on macOS it is called gtar.
tar=$(command -v gtar || command -v tar)
epoch=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || echo 0)}
"$tar" --create --directory "$tree" --sort=name --owner=0 --group=0 --numeric-owner --mtime="@$epoch" "${files[@]}" | gzip -n9 >"$archive.new"
mv "$archive.new" "$archive"
echo "release: $archive, $(wc -c <"$archive") bytes" >&2
