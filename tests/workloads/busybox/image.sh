# A shell that starts programs all the time: BusyBox with one link for each of its commands.
# And tini, an init that many images have (https://github.com/krallin/tini).
debian_root busybox-static tini
mkdir -p "$work/tree/bin" "$work/tree/etc"
cp "$work/root/bin/busybox" "$work/root/usr/bin/tini-static" "$work/tree/bin/"
"$work/tree/bin/busybox" --list | while read -r command; do
    [ "$command" = busybox ] || ln -s busybox "$work/tree/bin/$command"
done
cp "$src/loop.sh" "$work/tree/loop.sh"
chmod 755 "$work/tree/loop.sh"
image --dir "$work/tree=/" --mkdir /tmp:1777 --entrypoint /loop.sh --env PATH=/bin --workdir /
