# Every target makes `.venv` and installs from the lock by itself. `make help` lists them.
PYTHON ?= python3
BIN := .venv/bin
STAMP := .venv/.installed

.DEFAULT_GOAL := help
.PHONY: help install demo test test-long lint format bench lock clean

help: ## list the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

install: $(STAMP) ## make .venv and install everything that the lock pins

$(STAMP): requirements.lock pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

demo: $(STAMP) ## serve the sample portal, crawl it, and ask a question in SQL
	$(BIN)/nianbao demo

test: $(STAMP) ## all tests but the long ones
	$(BIN)/pytest -n 2 --dist loadfile

test-long: $(STAMP) ## the long tests too
	$(BIN)/pytest -n 2 --dist loadfile -m "long or not long" --timeout 3600

lint: $(STAMP) ## ruff and mypy --strict
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: $(STAMP) ## let ruff put the code in form
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(STAMP) ## benchmarks, each with its baseline in the same run
	$(BIN)/python -m tests.benchmarks

lock: ## pin all dependencies again, with hashes (needs uv)
	uv pip compile pyproject.toml --extra dev --extra ocr --universal --generate-hashes --python-version 3.11 \
		--no-emit-index-url --no-emit-find-links --no-header --upgrade --output-file requirements.lock

clean: ## remove .venv and what tools leave behind
	rm -rf .venv build *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis
