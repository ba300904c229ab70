# The example web server, as in a distroless image: one static binary, no shell, not root.
go_program /api
image --file "$work/api=/api" --entrypoint /api --user 65532:65532 --workdir /
