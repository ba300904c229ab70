#!/usr/bin/env bash
# Three servers to trace: nginx, a Go and a Java server. Builds them in a directory, and prints a line for each:
# its name, its port, and its command.
#
#   tests/servers.sh DIRECTORY
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
dir=$(realpath "$1")

install() {
    DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 install -y --no-install-recommends "$@" >/dev/null
}
command -v javac >/dev/null || install default-jdk-headless
nginx=$(tests/packages.sh nginx)
mkdir -p "$dir/www" "$dir/logs" "$dir/classes"
head -c 1000 /dev/zero | tr '\0' x >"$dir/www/index.html"
cat >"$dir/nginx.conf" <<CONF
worker_processes 2;
pid $dir/nginx.pid;
error_log $dir/logs/error.log;
events {}
http {
    access_log $dir/logs/access.log;
    client_body_temp_path $dir/body; proxy_temp_path $dir/proxy; fastcgi_temp_path $dir/fastcgi;
    uwsgi_temp_path $dir/uwsgi; scgi_temp_path $dir/scgi;
    keepalive_requests 1000000;
    server { listen 127.0.0.1:18081; root $dir/www; }
}
CONF
(cd tests/workloads/api && GOWORK=off GOTOOLCHAIN=local GOFLAGS='' CGO_ENABLED=0 go build -buildvcs=false -o "$dir/api" .)
javac -d "$dir/classes" tests/workloads/java/Server.java
echo "nginx 18081 env LD_LIBRARY_PATH=$nginx/usr/lib/$(uname -m)-linux-gnu $nginx/usr/sbin/nginx -c $dir/nginx.conf -g daemon~off;"
echo "go 18082 $dir/api -listen 127.0.0.1:18082"
echo "java 8080 java -Xmx64m -Dsun.net.httpserver.nodelay=true -cp $dir/classes Server"
