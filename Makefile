# Two commands do all the set-up: `make demo` and `make test`. `make help` lists the rest.
PYTHON ?= python3
JOBS ?= $(shell nproc 2>/dev/null || echo 2)
BIN := .venv/bin
PIP := $(BIN)/python -m pip install -qq --disable-pip-version-check
# pip compiles what it installs, but not what it links to
COMPILE := $(BIN)/python -m compileall -q src
PYTEST := $(BIN)/python -m pytest -q

.DEFAULT_GOAL := help
.PHONY: demo test unit lint types docs soak bench bench-recipes bench-many clean help system

demo: .venv/.installed ## walk the example workspace up the ladder
	@$(BIN)/python examples/demo.py

test: .venv/.installed-test .venv-quetz/.installed lint types ## everything that CI checks
	@$(PYTEST) -n $(JOBS) --dist loadgroup -m "not soak"

unit: .venv/.installed-test ## the fast tests only
	@$(PYTEST) tests/unit

lint: .venv/.installed-test ## ruff, and which module may import which
	@$(BIN)/ruff check -q .
	@$(BIN)/ruff format --check -q .
	@$(BIN)/lint-imports

types: .venv/.installed-test ## mypy
	@$(BIN)/mypy

docs: .venv/.installed-test ## write the generated pages anew, run what the documentation shows
	@$(BIN)/python tools/write_reference.py
	@$(PYTEST) tests/docs

soak: .venv/.installed-test ## the long tests
	@$(PYTEST) -n $(JOBS) --dist loadgroup -m soak

bench: .venv/.installed-test ## measure, as ratios within one run
	@set -e; for script in benchmarks/bench_*.py; do $(BIN)/python $$script; done

bench-recipes: .venv/.installed-test ## score recipes against accepted ones; needs PyPI and Debian
	@$(BIN)/python -m benchmarks.recipes.score dev $(if $(GRAYSKULL),--grayskull $(GRAYSKULL))

bench-many: .venv/.installed-test ## time recipes of 200 projects; needs PyPI and Debian
	@$(BIN)/python -m benchmarks.recipes.many $(if $(GRAYSKULL),--grayskull $(GRAYSKULL))

clean: ## remove what was made here, the environment included
	rm -rf .venv .venv-quetz .venv-quetz.lock build dist .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis

help: ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

system:
	@PYTHON=$(PYTHON) tools/system-packages

# Stamps: a second `make` installs nothing, unless pyproject.toml has changed.
.venv/bin/python: | system
	@$(PYTHON) -c 'import sys; sys.exit("sluice needs Python 3.11 or newer" if sys.version_info < (3, 11) else 0)'
	@$(PYTHON) -m venv .venv

.venv/.installed: pyproject.toml | system .venv/bin/python
	@echo "installing sluice into .venv"
	@$(PIP) -e .
	@$(COMPILE)
	@touch $@

.venv/.installed-test: pyproject.toml | system .venv/bin/python
	@echo "installing sluice and what its tests need into .venv"
	@$(PIP) -e '.[test]'
	@$(COMPILE)
	@touch $@ .venv/.installed

# Tests run a real quetz server, which needs an environment of its own.
.venv-quetz/.installed: tests/servers/quetz-requirements.txt | system
	@PYTHON=$(PYTHON) tools/quetz-server
	@touch $@
