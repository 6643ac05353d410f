# The commands of the README. PYTHON chooses the interpreter, 3.11 or newer.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: run test serve demo lint contract fuzz bench clean

run: .venv/installed
	@$(BIN)/disposisi sample

serve: .venv/installed
	$(BIN)/disposisi serve

demo: .venv/installed
	@$(BIN)/disposisi demo

test: .venv/installed-dev
	$(BIN)/pytest $(COVERAGE) -n auto --dist loadfile

lint: .venv/installed-dev
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/bandit --quiet --configfile pyproject.toml --recursive classifier rules service

contract: .venv/installed-dev
	$(BIN)/python tests/contracts/openapi.py

fuzz: CASES ?= 10000
fuzz: .venv/installed-dev
	$(BIN)/python tests/fuzz/api.py --cases $(CASES)

bench: .venv/installed-dev
	PYTHONPATH=. $(BIN)/python tests/benchmarks/run_all.py

clean:
	rm -rf .venv build dist

.venv/installed: pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Disposisi needs Python 3.11 or newer; set PYTHON=...")'
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --no-compile --editable .
	@touch $@

.venv/installed-dev: .venv/installed
	$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@
