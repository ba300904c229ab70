#!/bin/sh
# Work as scripts do it: builtins, pipes, subshells, redirections, programs that fail.
trap 'exit 0' TERM
n=0
while :; do
    n=$((n + 1))
    words=$(echo "one two three" | tr ' ' '\n' | wc -l)
    echo "$n" >/tmp/count
    read -r written </tmp/count
    (cd /etc && ls >/dev/null)
    cat /etc/missing.conf 2>/dev/null || missing=yes
    if [ "$words" != 3 ] || [ "$written" != "$n" ] || [ "$missing" != yes ]; then
        echo "loop $n went wrong: words=$words written=$written missing=$missing"
        exit 1
    fi
    echo "loop $n"
    sleep 0.2
done
