#!/usr/bin/env bash
# Builds the images of the workloads that the tests trace, and prints the path of each one's tar
# file (an OCI image layout). Without a name: all of them.
#
#   tests/workloads/build.sh [NAME...]
#
# An image is kept outside the checkout under the hash of everything it is made from, so a second
# call only prints. Missing tools are installed with apt when this runs as root. OCI_IMAGE names an
# oci-image binary to use instead of building one.
#
# Each folder's image.sh says what is in its image, with the functions below.
set -euo pipefail
umask 022

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
repo=$(cd "$here/../.." && pwd)
cache=${XDG_CACHE_HOME:-$HOME/.cache}/kubectl-strace/workloads
# Where the Makefile has cargo build too.
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/kubectl-strace/target}
export GOWORK=off GOTOOLCHAIN=local GOFLAGS='' CGO_ENABLED=0

say() { echo "workloads: $*" >&2; }
fail() {
    say "$*"
    exit 1
}

# need COMMAND PACKAGE [FILE]: COMMAND (and FILE) is there, or is installed from PACKAGE.
need() {
    command -v "$1" >/dev/null && [ -e "${3:-/}" ] && return
    if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
        fail "$1 is missing, and only root on Debian can install it here: install the package $2"
    fi
    say "installing $2 for $1"
    {
        apt_get install -y --no-install-recommends "$2" ||
            { apt_get update && apt_get install -y --no-install-recommends "$2"; }
    } >"$cache/apt.log" 2>&1 || fail "apt-get could not install $2, see $cache/apt.log"
}

# Another apt-get may be at work, for the node say: wait for it.
apt_get() { DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 "$@"; }

# go_program NAME: the Go program in the workload's folder, static, as $work/NAME.
go_program() {
    need go golang-go
    (cd "$src" && go build -trimpath -buildvcs=false -ldflags '-s -w -buildid=' -o "$work/$1" .)
}

# c_program NAME SOURCE...: a C program, static, as $work/NAME.
c_program() {
    local program=$1
    shift
    need gcc gcc
    need gcc libc6-dev /usr/include/stdlib.h
    (cd "$src" && gcc -std=gnu11 -O2 -Wall -Wextra -Werror -static -pthread -o "$work/$program" "$@")
}

# This machine's own Debian archives, as its apt knows them, as one-line apt sources.
debian_sources() {
    # shellcheck disable=SC2016 # the $(...) are apt's
    apt-get indextargets --format '$(ORIGIN) deb $(REPO_URI) $(RELEASE) $(COMPONENT)' 'Created-By: Packages' |
        sed -n 's/^Debian deb /deb /p' | sort -u
}

# debian_root PACKAGE...: a root file system with only these packages and what they depend on, in
# $work/root. Nothing is configured: no maintainer script ran, so there is no /etc/passwd.
debian_root() {
    [ "$(id -u)" = 0 ] || fail "only root can unpack Debian packages with their owners: run this as root"
    [ -r /etc/debian_version ] || fail "$name is made from Debian packages, and this is not Debian"
    need mmdebstrap mmdebstrap
    debian_sources >"$work/sources"
    if [ ! -s "$work/sources" ]; then
        # A machine whose package lists were never fetched, or were removed.
        apt_get update >"$cache/apt.log" 2>&1 || fail "apt-get update failed, see $cache/apt.log"
        debian_sources >"$work/sources"
    fi
    [ -s "$work/sources" ] ||
        fail "apt knows no Debian archive: see /etc/apt/sources.list.d and run apt-get update"
    local packages
    packages=$(
        IFS=,
        echo "$*"
    )
    say "$name: unpacking $packages"
    # shellcheck disable=SC1091
    mmdebstrap --quiet --mode=root --variant=extract --include="$packages" \
        "$(. /etc/os-release && echo "$VERSION_CODENAME")" "$work/root" "$work/sources" \
        >"$work/log" 2>&1 || { tail -n 20 "$work/log" >&2; fail "mmdebstrap failed"; }
    (
        cd "$work/root"
        rm -rf dev/* boot var/cache/* var/lib/apt/* var/log/* \
            usr/share/{doc,doc-base,man,info,locale,lintian,bash-completion,bug,pixmaps,zoneinfo}
    )
}

# accounts [USER:ID...]: passwd and group of the root file system: root, nobody, and these.
accounts() {
    local user id
    {
        echo root:x:0:0:root:/root:/bin/sh
        for user in "$@"; do
            id=${user#*:}
            echo "${user%%:*}:x:$id:$id::/nonexistent:/usr/sbin/nologin"
        done
        echo nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin
    } >"$work/root/etc/passwd"
    {
        echo root:x:0:
        for user in "$@"; do echo "${user%%:*}:x:${user#*:}:"; done
        echo nogroup:x:65534:
    } >"$work/root/etc/group"
}

# The image builder, kept like the images: cargo is asked once for each version of its sources, and
# not again while other builds hold its lock.
oci_image() {
    local program=${OCI_IMAGE:-$cache/oci-image-$builder}
    if [ ! -x "$program" ]; then
        say "building the image builder"
        cargo build --locked --release --manifest-path "$repo/Cargo.toml" --package oci --bin oci-image >&2
        install "$CARGO_TARGET_DIR/release/oci-image" "$program.$$"
        mv "$program.$$" "$program"
    fi
    "$program" "$@"
}

# image ARGUMENT...: packs the image; the arguments are those of `oci-image build`. It stays on this
# machine, so quickly packed is better than small.
image() {
    oci_image build --out "$work/image.tar" --name "localhost/kubectl-strace/$name:test" \
        --platform "$platform" --level 1 "$@" >&2
}

case $(uname -m) in
x86_64) platform=linux/amd64 ;;
aarch64) platform=linux/arm64 ;;
*) fail "no workloads for $(uname -m)" ;;
esac

# Names and contents of the files given and below the folders given. Manifests are not in an image.
contents() {
    find "$@" -type f ! -name '*.yaml' ! -name '*.md' -print0 | LC_ALL=C sort -z | (cd / && xargs -0 sha256sum)
}
hash() { sha256sum | cut -c1-16; }
builder=$(contents "$repo/tracer-image/oci/src" "$repo/tracer-image/oci/Cargo.toml" | sed "s|$repo||" | hash)
everywhere=$(
    {
        echo "$builder"
        contents "$here/build.sh" | sed "s|$repo||"
        uname -m
        [ ! -r /etc/debian_version ] || cat /etc/debian_version
    } | hash
)

build() (
    name=$1
    src=$here/$name
    [ -e "$src/image.sh" ] || fail "no workload $name; there are: $(cd "$here" && echo */image.sh | sed 's|/image.sh||g')"
    key=$({ echo "$everywhere"; contents "$src" | sed "s|$repo||"; } | hash)
    tar=$cache/$name-$key.tar
    if [ ! -e "$tar" ]; then
        exec 9>"$cache/$name.lock"
        flock -n 9 || { say "waiting for another build of $name"; flock 9; }
    fi
    if [ ! -e "$tar" ]; then
        work=$(mktemp -d "$cache/building-$name.XXXXXX")
        trap 'rm -rf "$work"' EXIT
        started=$SECONDS
        # shellcheck source=/dev/null
        . "$src/image.sh"
        mv "$work/image.tar" "$tar"
        say "$name: built in $((SECONDS - started)) s"
    fi
    touch "$tar"
    # What no checkout has asked for in two weeks.
    find "$cache" -maxdepth 1 \( -name "$name-*.tar" -o -name 'oci-image-*' \) -mtime +14 -delete
    echo "$tar"
)

mkdir -p "$cache"
if [ $# = 0 ]; then
    for script in "$here"/*/image.sh; do set -- "$@" "$(basename "$(dirname "$script")")"; done
fi
for name in "$@"; do build "$name"; done
