# What the benchmarks trace.
c_program calls calls.c
image --file "$work/calls=/calls" --entrypoint /calls --workdir /
