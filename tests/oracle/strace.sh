#!/bin/sh
# strace.sh [ARG...]: runs strace 7.2, what the differential tests hold our tracer against, unpacked from Debian
# unstable's packages through their own loader, so that the system's C library does not matter. Nothing is installed.
# With PRELOAD it is given that library.
# strace.sh --root [ARCHITECTURE]: unpacks it (for another machine) and prints the directory.
set -eu
fail() {
    echo "strace.sh: $*" >&2
    exit 1
}
version=7.2
command -v apt-get >/dev/null || fail "needs apt-get and dpkg (Debian)"
native=$(dpkg --print-architecture)
architecture=$native
if [ "${1-}" = --root ]; then architecture=${2-$native}; fi
cache="${XDG_CACHE_HOME:-$HOME/.cache}/kubectl-strace/strace-$version"
dir="$cache/$architecture"
if [ ! -e "$dir/version" ]; then
    # Unpacked beside its place and then renamed: several tests may begin at once.
    mkdir -p "$cache"
    new=$(mktemp -d "$cache/$architecture.XXXXXX")
    trap 'rm -rf "$new"' EXIT
    chmod 755 "$new"
    mkdir -p "$new/lists/partial" "$new/cache/archives/partial" "$new/debs" "$new/root"
    # The mirror that this machine's apt already uses.
    # shellcheck disable=SC2016
    mirror=$(apt-get indextargets --format '$(REPO_URI)' | grep -v -e -security | head -n 1)
    [ -n "$mirror" ] || fail "apt knows no mirror: run apt-get update"
    echo "deb $mirror sid main" >"$new/sources.list"
    apt() {
        apt-get -qq -o "Dir::Etc::sourcelist=$new/sources.list" -o Dir::Etc::sourceparts=/dev/null \
            -o "Dir::State::lists=$new/lists" -o "Dir::Cache=$new/cache" -o APT::Sandbox::User=root \
            -o "APT::Architecture=$architecture" -o "APT::Architectures=$architecture" "$@" >&2
    }
    apt update || fail "cannot read the package lists of Debian unstable from $mirror"
    (cd "$new/debs" && apt download strace libc6 libunwind8 liblzma5 zlib1g libgcc-s1) ||
        fail "cannot download Debian unstable's strace for $architecture"
    for deb in "$new"/debs/*.deb; do dpkg -x "$deb" "$new/root"; done
    dpkg-deb -f "$new"/debs/strace_*.deb Version >"$new/version"
    rm -rf "$new/lists" "$new/cache" "$new/debs" "$new/sources.list"
    mv -T "$new" "$dir" 2>/dev/null || [ -e "$dir/version" ] || fail "cannot move $new to $dir"
fi
case $(cat "$dir/version") in
"$version"*) ;;
*) echo "strace.sh: Debian unstable has strace $(cat "$dir/version"); the tests expect $version" >&2 ;;
esac
if [ "${1-}" = --root ]; then
    echo "$dir/root"
    exit
fi
loader=$(ls -d "$dir"/root/usr/lib/*/ld-linux*.so.* 2>/dev/null) || fail "no loader in $dir/root"
exec "$loader" --library-path "${loader%/*}" ${PRELOAD:+--preload "$PRELOAD"} "$dir/root/usr/bin/strace" "$@"
