# Small C programs that notice what a tracer does to them. counter is the entry point; the others
# are started by giving the pod a command.
c_program counter counter.c
c_program blocked blocked.c
c_program die die.c
c_program busy busy.c
c_program opaque opaque.c
c_program numbered numbered.c
c_program full full.c
image --file "$work/counter=/counter" --file "$work/blocked=/blocked" --file "$work/die=/die" --file "$work/busy=/busy" \
    --file "$work/opaque=/opaque" --file "$work/numbered=/numbered" --file "$work/full=/full" --entrypoint /counter --workdir /
