# A C program that counts the work that it does, so that what a tracer costs can be held against what the
# tracer says that it costs.
c_program rates rates.c
image --file "$work/rates=/rates" --entrypoint /rates --workdir /
