# CPython with its standard library, and a server that has a thread for each connection.
debian_root python3
accounts
(
    cd "$work/root/usr/lib/python3."*
    rm -rf test idlelib lib2to3 pydoc_data ensurepip unittest
)
mkdir -p "$work/root/srv"
cp "$src/server.py" "$work/root/srv/server.py"
image --rootfs "$work/root" --entrypoint /usr/bin/python3 --entrypoint -u --cmd /srv/server.py \
    --env PATH=/usr/bin:/bin --env LANG=C.UTF-8 --env PYTHONDONTWRITEBYTECODE=1 --workdir /
