# Two commands on a fresh machine with Python >= 3.11 and make: `make demo` and `make test`.
PYTHON ?= $(shell for p in python3 python3.11 python3.12 python3.13 python3.14; do \
	command -v $$p >/dev/null 2>&1 && $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' && echo $$p && break; done)
VENV ?= .venv
BIN := $(VENV)/bin
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PIP_ROOT_USER_ACTION := ignore

.PHONY: help demo run test lint docs catalogue check-catalogue lock screenshots system clean

help:
	@echo "make demo        build the sample branch and open the app on it"
	@echo "make run         open the app on GRIDMAP_DATABASE_URL (default gridmap.db)"
	@echo "make test        every check: lint, floors, docs, catalogues, then all tests"
	@echo "make lint        ruff, mypy, the floors of the house, the catalogues"
	@echo "make docs        the documentation site, warnings are errors"
	@echo "make catalogue   bring new texts into the catalogues"
	@echo "make lock        renew the two lock files"
	@echo "make screenshots draw the pictures of the README again"

# One stamp per kind of environment: the second holds everything of the first.
$(VENV)/.run: requirements.lock pyproject.toml
	@test -n "$(PYTHON)" || { echo "gridmap needs Python 3.11 or newer; none was found. Install it, or say make PYTHON=/path/to/python3." >&2; exit 2; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { echo "$(PYTHON) cannot make environments: install its venv package (Debian: python3-venv)." >&2; exit 2; }
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --no-deps --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --no-deps -e .
	@touch $@

$(VENV)/.test: $(VENV)/.run tests/requirements.lock
	$(BIN)/python -m pip install --quiet --no-deps --require-hashes -r tests/requirements.lock
	@touch $@

demo: $(VENV)/.run
	$(BIN)/gridmap demo

run: $(VENV)/.run
	$(BIN)/streamlit run streamlit_app.py

lint: $(VENV)/.test
	$(BIN)/ruff format --check --quiet .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(MAKE) --no-print-directory check-catalogue

check-catalogue: $(VENV)/.test
	$(BIN)/python -m tests.tools.catalogue check

catalogue: $(VENV)/.test
	$(BIN)/python -m tests.tools.catalogue update

docs: $(VENV)/.test
	$(BIN)/sphinx-build -E -W --keep-going -q -b html docs docs/_build/html

# The system's part: Chromium, fonts that draw Chinese, PostgreSQL.
system:
	sh tests/tools/system.sh

test: $(VENV)/.test system
	$(MAKE) --no-print-directory lint
	$(MAKE) --no-print-directory docs
	$(BIN)/pytest -n 3 --dist loadscope -m "not browser"
	$(BIN)/pytest -m browser

lock:
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header pyproject.toml -o requirements.lock
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --extra test \
		-c requirements.lock pyproject.toml -o tests/requirements.lock

screenshots: $(VENV)/.test system
	$(BIN)/python docs/screenshots.py

clean:
	rm -rf $(VENV) docs/_build build demo .mypy_cache .ruff_cache .pytest_cache
