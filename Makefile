# Every target sets up what it needs. PYTHON may name another interpreter (3.11 or later).
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
DATA ?= data
PORT ?= 8000
# What is installed: all that tests and measurements need too, or with LOCK=requirements-server.lock what a server needs.
LOCK ?= requirements.lock

.PHONY: run test bench lint setup server lock clean

run: $(VENV)/.ready            ## publish the example catalogue and serve it on 127.0.0.1:8000
	$(BIN)/rong publish --config examples/kontum/rong.toml --data $(DATA)
	$(BIN)/rong serve --config examples/kontum/rong.toml --data $(DATA) --port $(PORT)

test: $(VENV)/.ready           ## all tests; a part that is missing on this machine is skipped, except in CI
	$(BIN)/python -m pytest --numprocesses logical --maxprocesses 4 --dist loadfile --no-loadscope-reorder

lint: $(VENV)/.ready           ## format, lint, types
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

bench: setup          ## measurements beside the named peers
	$(BIN)/python -m benchmarks

setup: $(VENV)/.ready ## the environment, and the conversion compiled (half as fast again; a minute or two once, nothing after)
	@RONG_PLAIN=1 $(BIN)/python -c 'from publisher import compiled; compiled.main()'

server:               ## as setup, without what only tests and measurements need: a third of the room
	@$(MAKE) --no-print-directory setup LOCK=requirements-server.lock
	@$(BIN)/python -m compileall -q publisher    # the user who serves cannot write here

$(VENV)/.ready: $(LOCK) pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Rông needs Python 3.11 or later: give it as make PYTHON=/path/to/python3.11"; exit 1; }
	@$(PYTHON) -m venv --clear $(VENV) || \
	  { command -v apt-get >/dev/null && [ "$$(id -u)" = 0 ] \
	    && apt-get update -qq && apt-get install -y -qq --no-install-recommends python3-venv >/dev/null \
	    && $(PYTHON) -m venv --clear $(VENV); } || \
	  { echo "The environment cannot be made: install it with apt install python3-venv, then try again."; exit 1; }
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $(LOCK)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps --editable .
	@touch $@

PIN = $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate
lock:                 ## pin all dependencies anew; those of a server are the same versions
	$(PIN) --group dev pyproject.toml --output-file requirements.lock
	$(PIN) --group setup --constraint requirements.lock pyproject.toml --output-file requirements-server.lock

clean:                ## remove the environment and the data
	rm -rf $(VENV) $(DATA)
