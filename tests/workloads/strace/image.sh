# A shell and a strace of the image's own, as some teams build theirs.
debian_root strace busybox-static
"$work/root/bin/busybox" --list | while read -r command; do
    [ "$command" = busybox ] || [ -e "$work/root/bin/$command" ] || ln -s busybox "$work/root/bin/$command"
done
image --rootfs "$work/root" --mkdir /tmp:1777 --entrypoint /bin/sh --env PATH=/usr/sbin:/usr/bin:/sbin:/bin --workdir /
