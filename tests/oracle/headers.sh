#!/bin/sh
# headers.sh: prints a directory with the kernel's user-space headers of Debian unstable (x86, i386, x32, arm, arm64):
# what numbers and constants are proved against. Downloads and unpacks the package on the first run; installs nothing.
set -eu
cache="${XDG_CACHE_HOME:-$HOME/.cache}/kubectl-strace/headers"
if [ ! -e "$cache/root/usr/lib/linux/uapi/x86/asm/unistd_64.h" ] && [ ! -e "$cache/done" ]; then
    command -v apt-get >/dev/null || { echo "headers.sh: needs apt-get and dpkg (Debian)" >&2; exit 1; }
    mkdir -p "$cache/lists/partial" "$cache/cache/archives/partial" "$cache/debs"
    # The mirror that this machine's apt already uses.
    mirror=$(apt-get indextargets --format '$(REPO_URI)' | grep -v -e -security | head -n 1)
    [ -n "$mirror" ] || { echo "headers.sh: apt knows no mirror: run apt-get update" >&2; exit 1; }
    echo "deb $mirror sid main" >"$cache/sources.list"
    set -- -qq -o "Dir::Etc::sourcelist=$cache/sources.list" -o Dir::Etc::sourceparts=/dev/null \
        -o "Dir::State::lists=$cache/lists" -o "Dir::Cache=$cache/cache" -o APT::Sandbox::User=root
    apt-get "$@" update >&2
    (cd "$cache/debs" && apt-get "$@" download linux-libc-dev/sid >&2)
    for deb in "$cache"/debs/linux-libc-dev_*.deb; do dpkg -x "$deb" "$cache/root"; done
    touch "$cache/done"
fi
echo "$cache/root"
