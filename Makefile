# Every target makes `.venv` and installs from the lock by itself. `make help` lists them.
PYTHON ?= python3
BIN := .venv/bin
STAMP := .venv/.installed
DEV_STAMP := .venv/.installed-dev
CLIENTS_STAMP := .venv-clients/.installed
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check

.DEFAULT_GOAL := help
unexport PYTHONDONTWRITEBYTECODE  # each of many processes would compile everything again
.PHONY: help install install-dev demo dictionary sample test test-one test-long lint format bench lock clean

help: ## list the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

install: $(STAMP) ## make .venv and install what the lock pins
install-dev: $(DEV_STAMP) ## the same with what tests and benchmarks need

# The locks hold all that is needed: pip, left to find it, stumbles over `name[extra]` where a newer release is refused.
$(STAMP): requirements.lock pyproject.toml
	$(PYTHON) -m venv .venv
	$(PIP) --require-hashes --no-deps -r requirements.lock
	$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

$(DEV_STAMP): $(STAMP) requirements-dev.lock
	$(PIP) --require-hashes --no-deps -r requirements-dev.lock
	@touch $@

# Other tools' clients, each a program of its own: their dependencies do not go with ours.
$(CLIENTS_STAMP): tests/clients/requirements.lock
	$(PYTHON) -m venv .venv-clients
	.venv-clients/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r $<
	@touch $@

demo: $(STAMP) ## serve the sample portal, crawl it, and ask a question in SQL
	$(BIN)/nianbao demo

# Files go to workers in their order: those of whole processes come first, and none of them is left to run alone.
PYTEST := $(BIN)/pytest -n 3 --dist loadfile --no-loadscope-reorder

test: $(DEV_STAMP) $(CLIENTS_STAMP) ## all tests but the long ones
	$(PYTEST)

test-one: $(DEV_STAMP) ## one file, folder or test: make test-one T=tests/test_docs.py
	$(BIN)/pytest $(T)

test-long: $(DEV_STAMP) $(CLIENTS_STAMP) ## the long tests too
	$(PYTEST) -m "long or not long" --hypothesis-profile long --timeout 3600

lint: $(DEV_STAMP) ## ruff and mypy --strict
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: $(DEV_STAMP) ## let ruff put the code in form
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

dictionary: $(STAMP) ## write DICTIONARY.md from the declared tables
	$(BIN)/nianbao schema --dictionary > .DICTIONARY.md && mv .DICTIONARY.md DICTIONARY.md

sample: $(DEV_STAMP) ## render the shipped pages of the sample portal again
	$(BIN)/python -m tests.support.sample_portal.snapshot

bench: $(DEV_STAMP) $(CLIENTS_STAMP) ## benchmarks against their goals, each with its baseline; some of them: B="crawl ocr"; all: B=all
	$(BIN)/python -m tests.benchmarks $(B)

LOCK := uv pip compile --universal --generate-hashes --python-version 3.11 \
	--no-strip-extras --no-emit-index-url --no-emit-find-links --no-header --upgrade

lock: ## pin all dependencies again, with hashes (needs uv)
	$(LOCK) pyproject.toml --extra ocr --extra explore --extra build --output-file requirements.lock
	$(LOCK) pyproject.toml --all-extras --constraint requirements.lock --output-file requirements-dev.lock
	$(LOCK) tests/clients/requirements.in --output-file tests/clients/requirements.lock

clean: ## remove .venv, .venv-clients and what tools leave behind
	rm -rf .venv .venv-clients build *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis
