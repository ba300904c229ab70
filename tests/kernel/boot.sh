#!/usr/bin/env bash
# boot.sh SCRIPT [FILE=PATH...]: boots Debian's kernel in an emulated machine, with BusyBox and the given files in its
# initial root, runs the shell script SCRIPT there as root, and prints what it prints. What this machine's own kernel
# does not have, or must not be told (Yama, say), can be tried so. Takes some ten seconds once all is there: kernel and
# BusyBox are unpacked outside of the checkout, never installed.
set -euo pipefail

say() { echo "boot.sh: $*" >&2; }
fail() {
    say "$*"
    exit 1
}

[ $# -ge 1 ] || fail "usage: boot.sh SCRIPT [FILE=PATH...]"
[ -r /etc/debian_version ] || fail "the kernel is Debian's package, and this is not Debian"
case $(uname -m) in
x86_64) emulator=qemu-system-x86_64 package=qemu-system-x86 flavour=cloud-amd64 ;;
*) fail "no emulated machine for $(uname -m) yet" ;;
esac
cache=${XDG_CACHE_HOME:-$HOME/.cache}/kubectl-strace/kernel
mkdir -p "$cache"
exec 9>"$cache/lock"
flock 9

# need COMMAND PACKAGE: COMMAND is there, or is installed from PACKAGE.
need() {
    command -v "$1" >/dev/null && return
    [ "$(id -u)" = 0 ] || fail "$1 is missing, and only root can install it here: install the package $2"
    say "installing $2"
    apt_get install -y --no-install-recommends "$2" >"$cache/apt.log" 2>&1 ||
        { apt_get update && apt_get install -y --no-install-recommends "$2"; } >"$cache/apt.log" 2>&1 ||
        fail "apt-get could not install $2, see $cache/apt.log"
}
apt_get() { DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 "$@"; }

need "$emulator" "$package"
need cpio cpio

# The newest kernel of that flavour that apt knows.
kernel=$(apt-cache depends "linux-image-$flavour" 2>/dev/null | sed -n 's/^ *Depends: \(linux-image-.*\)/\1/p' | head -n 1)
if [ -z "$kernel" ]; then
    apt_get update >"$cache/apt.log" 2>&1 || fail "apt-get update failed, see $cache/apt.log"
    kernel=$(apt-cache depends "linux-image-$flavour" | sed -n 's/^ *Depends: \(linux-image-.*\)/\1/p' | head -n 1)
fi
root=$cache/$kernel
if [ ! -e "$root/done" ]; then
    say "unpacking $kernel and busybox-static"
    rm -rf "$root"
    mkdir -p "$root/debs"
    (cd "$root/debs" && apt_get download "$kernel" busybox-static >"$cache/apt.log" 2>&1) ||
        fail "apt-get could not download $kernel, see $cache/apt.log"
    for deb in "$root"/debs/*.deb; do dpkg -x "$deb" "$root/root"; done
    rm -rf "$root/debs" "$root/root/lib/modules"
    touch "$root/done"
fi
flock -u 9
vmlinuz=$(echo "$root"/root/boot/vmlinuz-*)
busybox=$(find "$root/root" -type f -path '*/bin/busybox' | head -n 1)

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work"/tree/{bin,dev,proc,sys,tmp}
chmod 1777 "$work/tree/tmp"
cp "$busybox" "$work/tree/bin/busybox"
for name in $("$busybox" --list); do [ -e "$work/tree/bin/$name" ] || ln -s busybox "$work/tree/bin/$name"; done
cp "$1" "$work/tree/script"
shift
for file in "$@"; do
    mkdir -p "$(dirname "$work/tree/${file#*=}")"
    install -m 755 "${file%%=*}" "$work/tree/${file#*=}"
done
# The words between the marks are the script's; the kernel has its own around them.
cat >"$work/tree/init" <<'EOF'
#!/bin/sh
export PATH=/bin
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev
echo "--- begin"
sh /script </dev/null 2>&1
echo "--- end $?"
poweroff -f
EOF
chmod 755 "$work/tree/init"
(cd "$work/tree" && find . | cpio --quiet -o -H newc -R 0:0) >"$work/initramfs"

# Emulated throughout: /dev/kvm may be there and yet not work. It ends by itself, or after two minutes.
timeout 120 "$emulator" -accel tcg -cpu max -m 256 -nographic -no-reboot -nodefaults -serial stdio -monitor none \
    -kernel "$vmlinuz" -initrd "$work/initramfs" -append "console=ttyS0 quiet panic=-1" \
    </dev/null >"$work/console" 2>"$work/emulator" || fail "the machine did not end by itself: $(tail -n 5 "$work/emulator" "$work/console")"
tr -d '\r' <"$work/console" | sed -n '/--- begin$/,/^--- end /p' | sed '1d;$d'
status=$(tr -d '\r' <"$work/console" | sed -n 's/^--- end \([0-9]*\)$/\1/p')
[ -n "$status" ] || fail "the machine broke off: $(tail -n 5 "$work/console")"
exit "$status"
