#!/usr/bin/env bash
# boot.sh [--machine x86_64|aarch64] [--results DIR] SCRIPT [FILE=PATH...]: boots Debian's kernel in an emulated machine,
# with BusyBox and the given files in its initial root, runs the shell script SCRIPT there as root, and prints what it
# prints. What it leaves in /results is unpacked into DIR. This tests what this machine's own kernel does not have or must
# not be set to (Yama, for example), and other processors. It takes some ten seconds once everything is there: the kernel
# and BusyBox are unpacked outside the checkout, never installed.
set -euo pipefail

say() { echo "boot.sh: $*" >&2; }
fail() {
    say "$*"
    exit 1
}
usage="usage: boot.sh [--machine x86_64|aarch64] [--results DIR] SCRIPT [FILE=PATH...]"

machine=$(uname -m) results=
while :; do
    case ${1-} in
    --machine) machine=${2:?$usage} ;;
    --results) results=${2:?$usage} ;;
    *) break ;;
    esac
    shift 2
done
[ $# -ge 1 ] || fail "$usage"
[ -r /etc/debian_version ] || fail "the kernel is Debian's package, and this is not Debian"
# The second serial port, beside the console, carries the results.
case $machine in
x86_64)
    emulator=qemu-system-x86_64 package=qemu-system-x86 architecture=amd64 image=linux-image-cloud-amd64
    console=ttyS0 port=ttyS1 hardware=(-cpu max -serial stdio -serial chardev:results)
    ;;
aarch64)
    emulator=qemu-system-aarch64 package=qemu-system-arm architecture=arm64 image=linux-image-arm64
    console=ttyAMA0 port=ttyS0 hardware=(-M virt -cpu "max,pauth=off" -serial stdio -device "pci-serial,chardev=results")
    ;;
*) fail "no emulated machine for $machine yet" ;;
esac
cache=${XDG_CACHE_HOME:-$HOME/.cache}/kubectl-strace/kernel
mkdir -p "$cache"
exec 9>"$cache/lock"
flock 9

# need COMMAND PACKAGE: installs PACKAGE if COMMAND is missing.
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

root=$cache/$architecture
if [ ! -e "$root/done" ]; then
    say "unpacking $image and busybox-static for $architecture"
    rm -rf "$root"
    mkdir -p "$root"/apt/{lists,cache/archives}/partial "$root/debs"
    # The machine's own sources, with separate package lists: dpkg's and apt's state on this machine stays unchanged.
    foreign=(-o "Dir::State::lists=$root/apt/lists" -o "Dir::Cache=$root/apt/cache" -o APT::Sandbox::User=root
        -o "APT::Architecture=$architecture" -o "APT::Architectures=$architecture")
    apt-get "${foreign[@]}" update >"$cache/apt.log" 2>&1 || fail "apt-get update failed, see $cache/apt.log"
    # The newest kernel of that kind.
    kernel=$(apt-cache "${foreign[@]}" depends "$image" | sed -n 's/^ *Depends: \(linux-image-.*\)/\1/p' | head -n 1)
    [ -n "$kernel" ] || fail "apt knows no $image for $architecture"
    (cd "$root/debs" && apt-get "${foreign[@]}" download "$kernel" busybox-static >"$cache/apt.log" 2>&1) ||
        fail "apt-get could not download $kernel, see $cache/apt.log"
    for deb in "$root"/debs/*.deb; do dpkg -x "$deb" "$root/root"; done
    rm -rf "$root/debs" "$root/apt" "$root/root/lib/modules"
    touch "$root/done"
fi
flock -u 9
vmlinuz=$(echo "$root"/root/boot/vmlinuz-*)
busybox=$(find "$root/root" -type f -path '*/bin/busybox' | head -n 1)

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work"/tree/{bin,dev,proc,sys,tmp,results}
chmod 1777 "$work/tree/tmp"
cp "$busybox" "$work/tree/bin/busybox"
cp "$1" "$work/tree/script"
shift
for file in "$@"; do
    mkdir -p "$(dirname "$work/tree/${file#*=}")"
    install -m 755 "${file%%=*}" "$work/tree/${file#*=}"
done
# The output between the marks is the script's; the kernel's own is around it.
cat >"$work/tree/init" <<END
#!/bin/busybox sh
/bin/busybox --install -s /bin
export PATH=/bin
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev
echo "--- begin"
sh /script </dev/null 2>&1
status=\$?
cd /results
if [ -n "\$(ls)" ]; then
    stty -F /dev/$port raw -echo
    tar cz . >/dev/$port
fi
echo "--- end \$status"
poweroff -f
END
chmod 755 "$work/tree/init"
(cd "$work/tree" && find . | cpio --quiet -o -H newc -R 0:0) >"$work/initramfs"

# Always emulated: /dev/kvm may exist and yet not work. It ends by itself, or after three minutes (BOOT_SECONDS), because a busy
# machine takes three times as long.
timeout "${BOOT_SECONDS:-180}" "$emulator" -accel tcg -smp 2 -m 512 -nographic -no-reboot -nodefaults -monitor none \
    -chardev "file,id=results,path=$work/results" "${hardware[@]}" \
    -kernel "$vmlinuz" -initrd "$work/initramfs" -append "console=$console quiet panic=-1" \
    </dev/null >"$work/console" 2>"$work/emulator" || fail "the machine did not end by itself: $(tail -n 5 "$work/emulator" "$work/console")"
tr -d '\r' <"$work/console" | sed -n '/--- begin$/,/^--- end /p' | sed '1d;$d'
status=$(tr -d '\r' <"$work/console" | sed -n 's/^--- end \([0-9]*\)$/\1/p')
[ -n "$status" ] || fail "the machine broke off: $(tail -n 5 "$work/console")"
if [ -n "$results" ] && [ -s "$work/results" ]; then
    mkdir -p "$results"
    tar xzf "$work/results" -C "$results" || fail "the results did not come whole"
fi
exit "$status"
