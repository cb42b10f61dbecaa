# The commands others rely on. Needed beforehand: git, make, Python 3.11 or newer with venv.
SHELL := /bin/bash
.DEFAULT_GOAL := help
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
export PYTHONPATH := site:.

.PHONY: help demo test check browser bench lint format lock messages clean

help: ## this list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 12

$(VENV)/.installed: requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; $(PYTHON) is older. Name another: make PYTHON=python3.12 …"; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { echo "Python's venv is missing. On Debian and Ubuntu: apt-get install python3-venv"; exit 1; }
	@echo "setup: making the virtual environment"
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "setup: installing the locked requirements (a minute or two the first time)"
	@$(BIN)/pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

$(VENV)/.installed-dev: $(VENV)/.installed requirements-dev.txt
	@echo "setup: installing what the tests need"
	@$(BIN)/pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@

demo: $(VENV)/.installed ## set up everything, load the demo, serve http://127.0.0.1:8000 (PORT= changes the port)
	@exec $(BIN)/python -m belonging.core.supervisor

test: $(VENV)/.installed-dev ## set up everything and run every check and test
	@BIN=$(BIN) bash scripts/test.sh

bench: $(VENV)/.installed-dev ## figures, one JSON line each, beside a bare view in the same run
	@$(BIN)/python scripts/bench.py

lint: $(VENV)/.installed-dev ## the checks without the tests
	@BIN=$(BIN) LINT_ONLY=1 bash scripts/test.sh

format: $(VENV)/.installed-dev ## put the code into its form
	@$(BIN)/ruff check --fix --quiet . ; $(BIN)/ruff format --quiet .

lock: $(VENV)/.installed ## pin requirements*.in in requirements*.txt
	@$(BIN)/pip install --quiet --disable-pip-version-check pip-tools && $(BIN)/python scripts/lock.py

messages: $(VENV)/.installed ## collect and compile the texts to translate (needs gettext)
	@export DJANGO_SETTINGS_MODULE=belonging.settings.types; $(BIN)/python -W ignore manage.py makemessages --locale cy --ignore '.venv/*' --ignore '.local/*' && $(BIN)/python -W ignore manage.py compilemessages --ignore '.venv/*'

clean: ## remove the demo's and the tests' data (not the virtual environment)
	@rm -rf .local .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .coverage
