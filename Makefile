# Suasion's commands; `make help` lists them. All that is needed beforehand: make,
# Python 3.11 or newer (PYTHON=python3.13 chooses another one), a package index.

PYTHON ?= python3
UV_VERSION := 0.13.9
CHROMIUM := /usr/bin/chromium

VENV := .venv
BIN := $(VENV)/bin
UV := $(BIN)/uv
CODE := src tests docs bench conftest.py
PROSE := README.md CONTRIBUTING.md CHANGELOG.md
LOCK := $(UV) pip compile pyproject.toml --quiet --no-header --generate-hashes \
	--universal --python-version 3.11 --fork-strategy fewest \
	--no-emit-index-url --no-emit-find-links

export VIRTUAL_ENV := $(CURDIR)/$(VENV)

.DEFAULT_GOAL := help
.PHONY: help demo test test-fast lint docs bench accuracy scale lock clean chromium compiler postgres

help: ## list the commands
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1 | \2/p' Makefile | \
		while IFS='|' read -r name text; do printf '%-18s%s\n' "$$name" "$$text"; done

demo: $(VENV)/demo-ready ## forecast the reference case and write its report
	@mkdir -p demo
	@$(BIN)/suasion forecast deep-strikes --html demo/deep-strikes.html
	@echo
	@echo "The report is in demo/deep-strikes.html; open it in a browser."

test: $(VENV)/dev-ready chromium compiler postgres lint docs ## set up and run all checks and tests
	$(BIN)/python -m pytest -n 2 --dist loadfile
	$(BIN)/python tests/journal/postgres.py \
		$(BIN)/python -m pytest -n 2 --dist loadfile -m "not slow and not browser" \
		tests/journal

test-fast: $(VENV)/dev-ready ## the tests that are quick and need no browser
	$(BIN)/python -m pytest -n 2 --dist loadfile -m "not slow and not browser"

lint: $(VENV)/dev-ready ## style, types and spelling
	$(BIN)/ruff check $(wildcard $(CODE))
	$(BIN)/ruff format --check $(wildcard $(CODE))
	$(BIN)/mypy
	$(BIN)/codespell $(wildcard $(CODE) $(PROSE))

docs: $(VENV)/dev-ready ## build the documentation; a warning is an error
	$(BIN)/sphinx-build --fail-on-warning --keep-going --fresh-env --quiet \
		docs docs/_build/html
	@echo "The documentation is in docs/_build/html/index.html."

bench: $(VENV)/dev-ready ## measure speed and memory; BENCH="--quick --no-write": a look
	@$(BIN)/python bench/forecast.py
	@echo
	@$(BIN)/python bench/models.py $(BENCH)

accuracy: $(VENV)/dev-ready ## try every model on every resolved case; write docs/accuracy.md
	@$(BIN)/suasion backtest --page docs/accuracy.md --record src/suasion/track_record.json

scale: $(VENV)/dev-ready ## measure blocks on a cluster; write docs/scale.md
	@$(BIN)/python bench/scale.py

lock: | $(UV) ## choose the newest versions and write them to requirements/
	$(LOCK) --upgrade --all-extras --group dev \
		--output-file requirements/dev.lock >/dev/null
	$(LOCK) --upgrade --extra fast --extra report --constraint requirements/dev.lock \
		--output-file requirements/demo.lock >/dev/null

clean: ## remove all that make has made
	rm -rf $(VENV) demo docs/_build dist build .pytest_cache .mypy_cache \
		.ruff_cache .hypothesis

# --- setting up --------------------------------------------------------------------

$(UV):
	@command -v $(PYTHON) >/dev/null || { \
		echo "$(PYTHON) is not installed; Suasion needs Python 3.11 or newer." >&2; \
		echo "If it has another name: make PYTHON=python3.12 ..." >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "$$($(PYTHON) --version) is too old; Suasion needs 3.11 or newer." >&2; \
		echo "If a newer one is installed: make PYTHON=python3.12 ..." >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
		echo "$(PYTHON) has no venv module; on Debian and Ubuntu:" \
			"apt-get install python3-venv" >&2; exit 1; }
	@echo "Setting up $(VENV) ..."
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check \
		uv==$(UV_VERSION) || { $(UNREACHABLE); }

$(VENV)/demo-ready: pyproject.toml requirements/demo.lock | $(UV)
	@$(call install,demo)
	@touch $@

# All of demo.lock is in dev.lock, at the same versions.
$(VENV)/dev-ready: pyproject.toml requirements/dev.lock | $(UV)
	@$(call install,dev)
	@touch $(VENV)/demo-ready $@

install = $(UV) pip install --quiet --require-hashes -r requirements/$(1).lock && \
	$(UV) pip install --quiet --no-deps --editable . || { $(UNREACHABLE); }

UNREACHABLE = echo "Setting up failed, as said above. If the package index could" \
	"not be reached, try again with a network;" >&2; \
	echo "what was installed before is kept and is not fetched again." >&2; exit 1

chromium:
	@test -x $(CHROMIUM) || { \
		if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
			echo "Installing Chromium for the tests of the report ..."; \
			apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install \
				-qq -o DPkg::Lock::Timeout=300 --no-install-recommends \
				chromium fonts-dejavu-core >/dev/null; \
		else \
			echo "The tests of the report need $(CHROMIUM); on Debian:" \
				"sudo apt-get install chromium" >&2; \
			echo "'make test-fast' runs the tests that need no browser." >&2; exit 1; \
		fi; }

compiler:
	@command -v g++ >/dev/null || { \
		if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
			echo "Installing g++ for the tests of the benchmark ..."; \
			apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install \
				-qq -o DPkg::Lock::Timeout=300 --no-install-recommends \
				g++ >/dev/null; \
		else \
			echo "The test of the C++ baseline needs g++; on Debian:" \
				"sudo apt-get install g++" >&2; exit 1; \
		fi; }

postgres:
	@$(PYTHON) tests/journal/postgres.py true 2>/dev/null || { \
		if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
			echo "Installing PostgreSQL for the tests of the journal ..."; \
			apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install \
				-qq -o DPkg::Lock::Timeout=300 --no-install-recommends \
				postgresql >/dev/null; \
		fi; \
		$(PYTHON) tests/journal/postgres.py true; }
