# Everything starts here. `make` says what each target does.

DIST     := dist
IMAGE_TAR ?= $(DIST)/tracer.oci.tar
IMAGE    ?= localhost/kubectl-strace/tracer:$(shell sed -n 's/^version = "\(.*\)"/\1/p' Cargo.toml | head -1)
PREFIX   ?= /usr/local
# Build output is kept outside the checkout, so that only the first build is slow.
export CARGO_TARGET_DIR ?= $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/kubectl-strace/target
NODE     := tests/cluster/node.sh

.DEFAULT_GOAL := help
.PHONY: help demo test check build plugin man reference coverage fidelity harm kills speed tracer image install release node-up node-down node-env node-load bench clean

help: ## Print what each target does
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: build node-up node-load ## Build everything, start a real Kubernetes node, trace an example pod on it
	@tests/demo.sh

test: build image node-up ## Every test: unit, differential against strace, and on a real Kubernetes node
	@KUBECTL_STRACE_DEFAULT_IMAGE=$(IMAGE) tests/run.sh

check: ## Formatting, lints and licences
	@tests/check.sh

build: plugin tracer ## Build the plugin and the tracer into dist/

plugin: ## Build the plugin for this machine: dist/kubectl-strace
	@mkdir -p $(DIST)
	@KUBECTL_STRACE_DEFAULT_IMAGE=$(IMAGE) cargo build --quiet --locked --release --package kubectl-strace
	@cp $(CARGO_TARGET_DIR)/release/kubectl-strace $(DIST)/.plugin.new && mv $(DIST)/.plugin.new $(DIST)/kubectl-strace
	@ln -sf kubectl-strace $(DIST)/kubectl_complete-strace
	@echo "plugin: $(DIST)/kubectl-strace" >&2

man: plugin ## Write the manual page: dist/kubectl-strace.1
	@$(DIST)/kubectl-strace __man >$(DIST)/kubectl-strace.1

reference: plugin ## Write docs/reference.md
	@$(DIST)/kubectl-strace __reference >docs/reference.md.new && mv docs/reference.md.new docs/reference.md

coverage: ## Write docs/coverage.md
	@WRITE_COVERAGE=1 cargo test --quiet --locked --release --package syscalls --test recorded coverage >/dev/null

fidelity: tracer ## Compare with strace 7.2, line by line, and say how much is equal
	@tests/fidelity.sh

# FAULTS and FAULT_SEED set how many faults, and which.
harm: ## Inject 1,000 random faults while a target is traced; none may harm it
	@servers=$$(mktemp -d) && trap 'rm -rf "$$servers"' EXIT && SERVERS=$$(tests/servers.sh "$$servers") && export SERVERS && \
	FAULTS=$${FAULTS:-1000} cargo test --release --locked --package tracer --test agent -- --nocapture no_fault_harms

# KILLS sets how many.
kills: build image node-up ## Kill the plugin at 100 random moments while it records; what is there must read as it was
	@KILLS=$${KILLS:-100} KUBECTL_STRACE_DEFAULT_IMAGE=$(IMAGE) cargo test --locked --test integration -- --nocapture --exact cluster::recording::a_recording_outlives_its_writer

speed: build image node-up ## Hold the speed that a trace is said to leave against what the target counts; wants a calm machine
	cargo test --release --locked --package tracer --test agent -- --ignored --nocapture the_speed_is_the_one
	KUBECTL_STRACE_DEFAULT_IMAGE=$(IMAGE) cargo test --locked --test integration -- --ignored --nocapture the_speed_that_is_said

tracer: ## Build the static tracers: dist/x86_64/tracer and dist/aarch64/tracer
	@tracer-image/build.sh x86_64 $(DIST)
	@tracer-image/build.sh aarch64 $(DIST)

image: tracer ## Write the tracer's image, both architectures: dist/tracer.oci.tar
	@cargo run --quiet --locked --release --package oci -- tracer --dist $(DIST) --out $(IMAGE_TAR) --name $(IMAGE) --max-layer-size 1000000
	@tracer-image/how-to-load.sh $(IMAGE_TAR) $(IMAGE)

install: man ## Install kubectl-strace, its completion and its manual page in $(PREFIX)
	install -D -m 0755 $(DIST)/kubectl-strace $(DESTDIR)$(PREFIX)/bin/kubectl-strace
	ln -sf kubectl-strace $(DESTDIR)$(PREFIX)/bin/kubectl_complete-strace
	install -D -m 0644 $(DIST)/kubectl-strace.1 $(DESTDIR)$(PREFIX)/share/man/man1/kubectl-strace.1

# RELEASE_IMAGE: the tracer's image by digest. RELEASE_URL: where the archives will be downloaded from.
release: ## Archives for Linux, checksums, krew manifest: RELEASE_IMAGE=...@sha256:... RELEASE_URL=... make release
	@IMAGE=$(RELEASE_IMAGE) krew/build.sh linux amd64 $(DIST)/release
	@IMAGE=$(RELEASE_IMAGE) krew/build.sh linux arm64 $(DIST)/release
	@krew/manifest.sh $(RELEASE_URL) $(DIST)/release

node-up: ## Start a real one-machine Kubernetes node for tests (needs root and Debian)
	@$(NODE) up

node-down: ## Stop that node and remove everything of it
	@$(NODE) down

node-env: ## Print the setting of KUBECONFIG: eval "$$(make -s node-env)"
	@$(NODE) env

node-load: image node-up ## Put the tracer's image on the node
	@$(NODE) load $(IMAGE_TAR)

bench: build ## Compare the cost of tracing with strace's, in interleaved rounds
	@tests/bench.sh

clean: ## Remove dist/ (the caches outside the checkout stay)
	rm -rf $(DIST)
