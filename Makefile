# One word for each thing that one does with a checkout. `make help` lists them.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# Where the development packages are installed already, they stay: they contain the run-time ones.
PACKAGES := $(if $(wildcard $(VENV)/.development),development,runtime)
WORKERS ?= auto

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help setup demo reference test test-quick screenshots bench-web faults lint types contracts format lock ci clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))

setup: $(VENV)/.$(PACKAGES) ## Make .venv with the tanso command in it

demo: setup ## Start everything with an example on http://localhost:8000 (another port: TANSO_PORT=8001 make demo)
	@$(BIN)/tanso demo

test: $(VENV)/.development ## Run every test, with a browser (finds or installs Chromium)
	@$(BIN)/python tests/browser/chromium.py
	$(BIN)/pytest -n $(WORKERS) --maxprocesses=8

test-quick: $(VENV)/.development ## Run every test that needs no browser
	$(BIN)/pytest -n $(WORKERS) --maxprocesses=8 --ignore=tests/browser

reference: setup ## Write the generated pages of docs/reference again
	$(BIN)/python -m tanso.rulebook.reference > docs/reference/rulebook-context.md
	$(BIN)/python -m tanso.rulebook.pages

screenshots: $(VENV)/.development ## Take pictures of every page, in both languages, narrow and wide (some: ONLY=home,transfer)
	$(BIN)/python tests/browser/screenshots.py $(ONLY)

bench-web: $(VENV)/.development ## Measure every page with 1,000 holders and 100,000 transfers, and twenty people at once
	$(BIN)/python -m benchmarks.web

faults: $(VENV)/.development ## Kill clients, connections and servers 200 times (KILLS=20 SEED=7 make faults: other numbers)
	$(BIN)/python -m tests.faults --kills $(or $(KILLS),200) $(if $(SEED),--seed $(SEED))

lint: $(VENV)/.development ## Check style, types and import contracts
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/djlint --lint --quiet src/tanso/interfaces/web/templates
	@$(MAKE) --no-print-directory types contracts

types: $(VENV)/.development ## Check types
	$(BIN)/mypy

contracts: $(VENV)/.development ## Check that the rooms import downwards only
	$(BIN)/lint-imports

format: $(VENV)/.development ## Format the code
	$(BIN)/ruff format
	$(BIN)/ruff check --fix

# --universal: one file for CPython 3.11 and later, on Linux and macOS. No index URL: a registry's host is no fact of ours.
PIN := $(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate
lock: $(VENV)/.development ## Pin the packages named in requirements/*.in (newest: make lock UPGRADE=--upgrade)
	$(PIN) $(UPGRADE) requirements/bootstrap.in -o requirements/bootstrap.txt
	$(PIN) $(UPGRADE) requirements/runtime.in -o requirements/runtime.txt
	$(PIN) $(UPGRADE) requirements/development.in -o requirements/development.txt

ci: ## What continuous integration runs
	.ci/run

clean: ## Remove .venv (the data in .tanso stay)
	rm -rf $(VENV)

# --- how .venv is made; each step leaves a stamp, so that it is not done again ---------------------------------------

# The stamp carries the folder's name, because a virtual environment does not survive a move.
HERE := $(VENV)/.made-in$(shell printf '%s' '$(CURDIR)' | cksum | tr -cd '0-9')

$(HERE): requirements/bootstrap.txt
	@sh .ci/make-venv "$(PYTHON)" "$(VENV)"
	@touch "$@"

$(VENV)/.runtime $(VENV)/.development: $(VENV)/.%: requirements/%.txt $(HERE) pyproject.toml
	@$(BIN)/uv pip sync --quiet --python $(BIN)/python --require-hashes requirements/bootstrap.txt $<
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --offline --no-build-isolation --no-deps --editable .
	@touch "$@"
