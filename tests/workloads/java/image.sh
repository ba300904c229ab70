# A JVM: Debian's default-jre-headless, and a server with a pool of threads.
need javac default-jdk-headless
debian_root default-jre-headless
accounts
mkdir -p "$work/root/srv" "$work/root/tmp"
chmod 1777 "$work/root/tmp"
# The class files of a later compiler must still run on the JRE of Debian's stable release.
javac --release 17 -Xlint:all -Werror -d "$work/root/srv" "$src/Server.java"
image --rootfs "$work/root" --entrypoint /usr/lib/jvm/default-java/bin/java --cmd -Xmx64m \
    --cmd -Dsun.net.httpserver.nodelay=true --cmd -cp --cmd /srv --cmd Server --env PATH=/usr/bin:/bin --env LANG=C.UTF-8 --workdir /
