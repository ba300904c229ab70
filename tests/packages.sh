#!/bin/sh
# packages.sh PACKAGE: unpacks a package of this Debian, with dependencies that are not installed, and prints the directory.
# Nothing is installed, because an installed service might start. postgresql means the version of this Debian.
set -eu
fail() {
    echo "packages.sh: $*" >&2
    exit 1
}
package=${1:?usage: packages.sh PACKAGE}
command -v apt-get >/dev/null || fail "needs apt-get and dpkg (Debian)"
cache="${XDG_CACHE_HOME:-$HOME/.cache}/kubectl-strace/packages"
if [ "$package" = postgresql ]; then
    package=$(apt-cache depends postgresql | sed -n 's/^ *Depends: \(postgresql-[0-9.]*\)$/\1/p' | head -n 1)
    [ -n "$package" ] || fail "apt knows no postgresql: run apt-get update"
fi
architecture=$(dpkg --print-architecture)
# Packages of another release would need other libraries.
dir="$cache/$(. /etc/os-release && echo "${VERSION_CODENAME:-unnamed}")-$architecture/$package"
if [ ! -e "$dir" ]; then
    # Unpack next to the final place and then rename, because several tests may begin at once.
    mkdir -p "${dir%/*}"
    new=$(mktemp -d "$dir.XXXXXX")
    trap 'rm -rf "$new"' EXIT
    chmod 755 "$new"
    mkdir -p "$new/archives/partial" "$new/root"
    download() {
        apt-get -qq -y --no-install-recommends --reinstall --download-only -o "Dir::Cache::Archives=$new/archives" \
            -o Debug::NoLocking=1 -o APT::Sandbox::User=root install "$package" >"$new/log" 2>&1
    }
    download || { [ "$(id -u)" = 0 ] && apt-get -qq update >&2 && download; } ||
        fail "cannot download $package: $(tail -n 1 "$new/log")"
    for deb in "$new"/archives/*.deb; do dpkg -x "$deb" "$new/root"; done
    mv -T "$new/root" "$dir" 2>/dev/null || [ -e "$dir" ] || fail "cannot move $new/root to $dir"
fi
echo "$dir"
