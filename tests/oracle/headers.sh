#!/bin/sh
# headers.sh: prints a directory with the kernel's user-space headers of Debian unstable (x86, i386, x32, arm, arm64):
# what numbers and constants are proved against. Downloads and unpacks the package on the first run; installs nothing.
set -eu
fail() {
    echo "headers.sh: $*" >&2
    exit 1
}
cache="${XDG_CACHE_HOME:-$HOME/.cache}/kubectl-strace"
dir="$cache/headers"
if [ ! -e "$dir/version" ]; then
    command -v apt-get >/dev/null || fail "needs apt-get and dpkg (Debian)"
    # Unpacked beside its place and then renamed: several tests may begin at once.
    mkdir -p "$cache"
    new=$(mktemp -d "$cache/headers.XXXXXX")
    trap 'rm -rf "$new"' EXIT
    mkdir -p "$new/lists/partial" "$new/cache/archives/partial" "$new/debs" "$new/root"
    # The mirror that this machine's apt already uses.
    # shellcheck disable=SC2016
    mirror=$(apt-get indextargets --format '$(REPO_URI)' | grep -v -e -security | head -n 1)
    [ -n "$mirror" ] || fail "apt knows no mirror: run apt-get update"
    echo "deb $mirror sid main" >"$new/sources.list"
    apt() {
        apt-get -qq -o "Dir::Etc::sourcelist=$new/sources.list" -o Dir::Etc::sourceparts=/dev/null \
            -o "Dir::State::lists=$new/lists" -o "Dir::Cache=$new/cache" -o APT::Sandbox::User=root "$@" >&2
    }
    apt update || fail "cannot read the package lists of Debian unstable from $mirror"
    (cd "$new/debs" && apt download linux-libc-dev) || fail "cannot download Debian unstable's linux-libc-dev"
    for deb in "$new"/debs/linux-libc-dev_*.deb; do dpkg -x "$deb" "$new/root"; done
    dpkg-deb -f "$new"/debs/linux-libc-dev_*.deb Version >"$new/version"
    rm -rf "$new/lists" "$new/cache" "$new/debs" "$new/sources.list"
    mv -T "$new" "$dir" 2>/dev/null || [ -e "$dir/version" ] || fail "cannot move $new to $dir"
fi
echo "$dir/root"
