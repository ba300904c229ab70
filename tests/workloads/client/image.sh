# The user of every server here: requests in a loop, and a line a second on how they went.
go_program /client
image --file "$work/client=/client" --entrypoint /client --user 65532:65532 --workdir /
