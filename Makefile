# On the House: `make help` lists what can be done. Every target sets up what it needs first.
SHELL := /bin/bash
.DEFAULT_GOAL := help
BIN := .venv/bin
PROOF_BIN := .venv-proof/bin
FORGE := contracts/tools/forge

# Say `make demo GAME_PORT=9000` when a port is taken, `make demo MECHANISM=gamified` to let players
# confirm each other; DEMO_ARGS takes any flag of the demo.
DEMO_FLAGS := $(if $(filter-out 0,$(ONESHOT)),--oneshot) $(if $(GAME_PORT),--game-port $(GAME_PORT)) \
	$(if $(MECHANISM),--mechanism $(MECHANISM)) \
	$(if $(RELAYER_PORT),--relayer-port $(RELAYER_PORT)) $(if $(CHAIN_PORT),--chain-port $(CHAIN_PORT))

# Say `make test-python TESTS=tests/unit` to run some tests only, WORKERS=8 to run more at a time.
TESTS := tests
# Twice the cores of a small machine: tests that take long wait for blocks and processes.
WORKERS := 4

export PYTHON
# The demo's services get their ports from the demo alone.
unexport GAME_PORT RELAYER_PORT CHAIN_PORT

.PHONY: help
help: ## list these targets
	@echo "On the House: players play, the house pays."
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-16s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: demo
demo: setup-demo ## play, pay, settle and reimburse on a local chain (ONESHOT=1: one whole life, then a report)
	@exec $(BIN)/python -m sample_game.demo $(DEMO_FLAGS) $(DEMO_ARGS)

.PHONY: test
test: setup ## run every test: contracts, Python, browser, JavaScript
	@scripts/run-tests

.PHONY: test-contracts
test-contracts: setup-node setup-demo ## run the Solidity unit, fuzz and invariant tests
# With a filter forge compiles what the chosen tests import, and not the artifacts that they deploy by name.
	@$(FORGE) build
# What classifiers cost is measured by `make gas-check`.
	$(FORGE) test --no-match-contract ClassifierCostsTest

.PHONY: test-python
test-python: setup ## run the Python tests: unit, integration, acceptance, browser
# Those that take longest come first in the alphabet. Python is started hundreds of times: it may keep what it compiled.
	env -u PYTHONDONTWRITEBYTECODE $(BIN)/pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder $(TESTS)

.PHONY: fuzz-api
fuzz-api: setup ## hold the running service to its OpenAPI document for longer than `make test` does (half an hour)
	API_FUZZ_EXAMPLES=$(or $(EXAMPLES),200) API_FUZZ_SEED=$(or $(SEED),$(shell date +%Y%m%d)) \
		$(BIN)/pytest tests/acceptance/test_schemathesis.py

.PHONY: test-javascript
test-javascript: setup-node ## run the JavaScript tests
	node --test --test-reporter=./tests/js/reporter.js tests/js/*.test.js

.PHONY: check-nginx
check-nginx: setup ## run a real nginx with the configuration of the page about it (installs Debian's nginx)
	@scripts/setup-nginx
	$(BIN)/pytest tests/nginx/check_nginx.py

# Say `make chaos CHAOS_ARGS="--rounds 20 --seed 7"` for another run.
CHAOS_ARGS := --rounds 200 --seed 1

.PHONY: chaos
chaos: setup ## kill, reorganise and lie to a relayer under load for twenty minutes, then count (chaos-report.json)
	@$(BIN)/python -m tests.chaos $(CHAOS_ARGS)

.PHONY: gas
gas: setup-node setup-demo ## print the gas table, and its figures as JSON in the last line
	@$(BIN)/python contracts/tools/gas_table.py

.PHONY: gas-check
gas-check: setup-node setup-demo ## measure the gas anew and fail when a figure differs from the committed one
	@$(BIN)/python contracts/tools/gas_table.py --check

.PHONY: bench
bench: setup ## measure the service: accepting, mining, restarting, a million rows, the dashboard, an hour of load (half an hour; quiet machine)
	$(BIN)/python -m tests.benchmarks.service

# Say `make bench-game LOAD_ARGS="--players 100 --seconds 30"` for another load.
.PHONY: bench-game
bench-game: setup ## let 200 players play at the real game for two minutes and print how long they wait (quiet machine)
	@$(BIN)/python -m tests.benchmarks.game_load $(LOAD_ARGS)

.PHONY: fuzz-contracts
fuzz-contracts: setup-node ## run the fuzz tests in Solidity with 1,000 made-up inputs in place of 50
	FOUNDRY_PROFILE=ci $(FORGE) test --match-test testFuzz

.PHONY: invariants
invariants: setup-node ## hold the promises about money against hostile actors, 256 sequences of 500 deeds each
	FOUNDRY_PROFILE=ci $(FORGE) test --match-path 'contracts/test/invariant/*'

.PHONY: invariants-deep
invariants-deep: setup-node ## the same for hours: 4,096 sequences of 1,000 deeds
	FOUNDRY_PROFILE=deep $(FORGE) test --match-path 'contracts/test/invariant/*'

.PHONY: mutants
mutants: setup ## take the defences of contracts/mutants.toml out one by one: the tests of their attacks must fail (20 minutes)
	$(BIN)/python contracts/tools/mutants.py

.PHONY: mutants-service
mutants-service: setup ## the same for relayer, responder and game: the defences of tests/mutants.toml (ten minutes)
	$(BIN)/python -m tests.mutants

.PHONY: slither
slither: setup-node setup-proof ## analyse the contracts; every finding is mended or explained in contracts/slither-triage.toml
	$(PROOF_BIN)/python contracts/tools/slither_check.py

.PHONY: prove
prove: setup-node setup-proof ## prove the books and the replay window of the Forwarder symbolically
	FOUNDRY_PROFILE=prove PATH="$(CURDIR)/contracts/tools:$(PATH)" $(PROOF_BIN)/halmos --root . \
		--forge-build-out contracts/out/proof --config contracts/proof/halmos.toml

.PHONY: screenshots
screenshots: setup ## take a picture of every view of Hunch, phone and desktop, light and dark (docs/images)
	$(BIN)/python -m tests.browser.screenshots

.PHONY: screenshots-ops
screenshots-ops: setup ## take pictures of the ops dashboard, and leave those of Hunch alone (docs/images)
	$(BIN)/python -m tests.browser.ops_screenshots

.PHONY: lint
lint: setup ## check style and format of Python and Solidity
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(FORGE) fmt --check

.PHONY: format
format: setup ## put Python and Solidity into the house format
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(FORGE) fmt

.PHONY: types
types: setup ## check the types (mypy, strict)
	$(BIN)/mypy

.PHONY: contracts
contracts: setup-node setup-demo ## compile the contracts and write their artifacts into the Python package
	$(BIN)/python contracts/tools/build_artifacts.py

.PHONY: artifacts
artifacts: setup-node setup-demo ## compile the contracts anew and fail when the committed artifacts differ
	$(BIN)/python contracts/tools/build_artifacts.py --check

.PHONY: locks
locks: setup ## check that the lock files fit pyproject.toml and package.json
	$(BIN)/python scripts/check_locks.py
	npm ci --dry-run --ignore-scripts --no-audit --no-fund --loglevel=error

.PHONY: setup
setup: setup-node ## install everything that tests and checks need
	@scripts/setup-python dev
	@scripts/setup-browser

.PHONY: setup-demo
setup-demo: setup-node
	@scripts/setup-python runtime

.PHONY: setup-proof
setup-proof:
	@scripts/setup-python proof

.PHONY: setup-node
setup-node:
	@scripts/setup-node

.PHONY: clean
clean: ## remove what was built or written here; .venv and node_modules too
