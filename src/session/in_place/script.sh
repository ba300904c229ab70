# Runs a strace of this container's image, and ends it when the client on the other side is not heard of any more: nobody
# else would tell (a strace that nobody reads from stops its tracees for ever). Only what POSIX has, and sleep.
# $1: "all", then every process of this container is traced, or "given"; $2...: what strace is told.
strace=strace
command -v strace >/dev/null || strace=/tracer
command -v "$strace" >/dev/null || exit 119
who=$1
shift
if [ "$who" = all ]; then
    same=
    while IFS= read -r line; do same="$same$line;"; done </proc/self/cgroup
    for dir in /proc/[0-9]*; do
        pid=${dir#/proc/}
        [ "$pid" = $$ ] && continue
        # Threads of the kernel and zombies have no command line.
        words=
        { read -r words <"$dir/cmdline"; } 2>/dev/null
        [ -n "$words" ] || continue
        its=
        { while IFS= read -r line; do its="$its$line;"; done <"$dir/cgroup"; } 2>/dev/null
        [ "$its" = "$same" ] && set -- "$@" -p "$pid"
    done
fi
exec 3<&0
left=7
trap 'left=7' USR1
trap 'left=0' USR2
"$strace" "$@" </dev/null 3<&- &
traced=$!
main=$$
(while read -r beat; do kill -USR1 $main; done; kill -USR2 $main) <&3 >/dev/null 2>&1 &
reader=$!
exec 3<&- >/dev/null
over() {
    state=Z
    { read -r _ _ state _ <"/proc/$traced/stat"; } 2>/dev/null
    [ "$state" = Z ]
}
while [ $left -gt 0 ] && ! over; do
    sleep 1
    left=$((left - 1))
done
for signal in TERM TERM KILL; do
    over && break
    kill -$signal $traced
    sleep 1
done
kill $reader 2>/dev/null
wait $traced
