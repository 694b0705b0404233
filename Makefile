# The commands of this tree. Each sets up what it needs: Python 3.11 or newer, git and make are enough.
# Extra arguments: make test ARGS='-k watch', make bench ARGS='--output json'.

SHELL := bash
.DEFAULT_GOAL := help
ARGS ?=
DURATION ?= 3600
BIN := .venv/bin
READY := .venv/.ready

ifneq ($(shell cat $(READY) 2>/dev/null),$(CURDIR))
.PHONY: $(READY)
endif

$(READY): uv.lock pyproject.toml core/pyproject.toml server/pyproject.toml clients/python/pyproject.toml \
		bridge/pyproject.toml tools/uv-requirements.txt tools/setup.sh tools/native.sh \
		$(wildcard native/*.toml native/Cargo.lock native/src/*.rs)
	@bash tools/setup.sh >&2

.PHONY: help
help: ## List these commands
	@sed -n 's/^\([a-z-]*\):[^#]*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 28

.PHONY: setup
setup: $(READY) ## Only set up: the commands are then in .venv/bin

.PHONY: native
native: $(READY) ## Build the compiled transport once more, such as after Rust was installed
	@bash tools/native.sh >&2

.PHONY: demo
demo: $(READY) ## Start a server, apply examples/, watch a change arrive, evaluate some flags
	@$(BIN)/vexil demo $(ARGS)

.PHONY: test
test: $(READY) ## Run all tests: the quick ones first, those with whole systems last
	@$(BIN)/python -m pytest $(ARGS)

.PHONY: robustness
robustness: $(READY) ## Break servers for an hour and check every guarantee of Watch (DURATION=seconds)
	@$(BIN)/python -m tests.robustness --duration $(DURATION) $(ARGS)

.PHONY: fuzz
fuzz: $(READY) ## Send an hour of requests and files with something wrong in them (DURATION=seconds)
	@$(BIN)/python -m tests.fuzz --duration $(DURATION) $(ARGS)

.PHONY: soak
soak: $(READY) ## Open and close 50,000 streams; the server's memory must stay flat (.cache/soak.svg)
	@$(BIN)/python -m tests.robustness.soak $(ARGS)

.PHONY: bench
bench: $(READY) ## Run all benchmarks and print one table (ARGS='--output json')
	@$(BIN)/python -m loadtest $(ARGS)

.PHONY: bench-peers
bench-peers: $(READY) ## Only what compares the transports with grpc-go, tonic and etcd, and how they scale
	@$(BIN)/python -m loadtest --only evaluate_peers evaluate_processes evaluate_meanwhile watch_fanout \
	  watch_idle $(ARGS)

.PHONY: bridge-zip
bridge-zip: $(READY) ## Build the archive of the Lambda function that Amazon Connect calls (ARGS='--arch arm64')
	@bash tools/bridge-zip.sh $(ARGS)

.PHONY: dynamodb-local
dynamodb-local: $(READY) ## Start DynamoDB's own local engine and say how to use it; Ctrl-C stops it
	@$(BIN)/python -m tests.support.engines dynamodb $(ARGS)

.PHONY: redis-local
redis-local: $(READY) ## Start a redis-server and say how to use it; Ctrl-C stops it
	@$(BIN)/python -m tests.support.engines redis $(ARGS)

.PHONY: check
check: ## Run everything that CI runs: tests, lint, types, contract, packages
	@bash .ci/run

.PHONY: lint
lint: $(READY) ## Check style, types, import rules and the contract's style
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/buf lint
	$(BIN)/buf format --diff --exit-code

.PHONY: format
format: $(READY) ## Format Python and proto files and fix what can be fixed
	$(BIN)/ruff check --fix-only
	$(BIN)/ruff format
	$(BIN)/buf format --write

.PHONY: generate
generate: $(READY) ## Generate the Python messages from proto/
	@$(BIN)/python tools/generate.py

.PHONY: sbom
sbom: $(READY) ## Write what Vexil is made of to dist/sbom, in CycloneDX
	@bash tools/sbom.sh

.PHONY: clean
clean: ## Remove environments, caches and build results
	rm -rf .tools .venv .cache .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache dist
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
