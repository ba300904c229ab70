#!/usr/bin/env bash
# compile.sh x86_64|i386|aarch64|arm DIRECTORY SOURCE...: compiles C programs for a processor, statically, into DIRECTORY; those
# that are older than their source. The program `startup` tests the loader, so it is not static: the loader and the C
# library are put there, too. Debian's compiler for that processor is installed if it is missing (as root).
set -euo pipefail

fail() {
    echo "compile.sh: $*" >&2
    exit 1
}
[ $# -ge 3 ] || fail "usage: compile.sh x86_64|i386|aarch64|arm DIRECTORY SOURCE..."
case $1 in
x86_64) triple=x86_64-linux-gnu loader=ld-linux-x86-64.so.2 packages=(gcc-x86-64-linux-gnu libc6-dev-amd64-cross) ;;
i386) triple=i686-linux-gnu loader=ld-linux.so.2 packages=(gcc-i686-linux-gnu libc6-dev-i386-cross) ;;
aarch64) triple=aarch64-linux-gnu loader=ld-linux-aarch64.so.1 packages=(gcc-aarch64-linux-gnu libc6-dev-arm64-cross) ;;
arm) triple=arm-linux-gnueabihf loader=ld-linux-armhf.so.3 packages=(gcc-arm-linux-gnueabihf libc6-dev-armhf-cross) ;;
*) fail "no compiler for $1 is known" ;;
esac
directory=$2
shift 2
mkdir -p "$directory"
exec 9>"$directory/lock"
flock 9
if ! command -v "$triple-gcc" >/dev/null; then
    [ "$(id -u)" = 0 ] || fail "$triple-gcc is missing, and only root can install it here: install ${packages[*]}"
    echo "compile.sh: installing ${packages[*]}" >&2
    install=(env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 install -y --no-install-recommends)
    "${install[@]}" "${packages[@]}" >"$directory/apt.log" 2>&1 ||
        { apt-get update && "${install[@]}" "${packages[@]}"; } >"$directory/apt.log" 2>&1 ||
        fail "apt-get could not install ${packages[*]}, see $directory/apt.log"
fi
for source in "$@"; do
    name=$(basename "$source" .c)
    [ "$directory/$name" -nt "$source" ] && continue
    linked=-static
    if [ "$name" = startup ]; then
        linked=-pie
        cp "$("$triple-gcc" -print-file-name="$loader")" "$("$triple-gcc" -print-file-name=libc.so.6)" "$directory"
    fi
    echo "$triple-gcc -w -O1 -pthread $linked -s -o '$directory/$name.new' '$source' && mv '$directory/$name.new' '$directory/$name'"
done | xargs -r -d '\n' -n 1 -P 2 sh -c || fail "see above"
