# nginx as Debian packages it: a master of root's and workers of www-data's.
debian_root nginx-light
accounts www-data:33
mkdir -p "$work/root/var/www/html" "$work/root/var/lib/nginx" "$work/root/var/log/nginx" "$work/root/run"
cp "$src/nginx.conf" "$work/root/etc/nginx/nginx.conf"
cp "$src/index.html" "$work/root/var/www/html/index.html"
image --rootfs "$work/root" --entrypoint /usr/sbin/nginx --env PATH=/usr/sbin:/usr/bin:/sbin:/bin --workdir /
