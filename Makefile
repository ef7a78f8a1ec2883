# The only commands to remember: make run, make demo, make test, make test-fast, make lint, make bench, make outage.
PYTHON ?= python3
PORT ?= 8000
ADMIN_EMAIL ?= admin@example.com
BIN := .venv/bin
MANAGE := $(BIN)/python manage.py
export PORT

.PHONY: run demo test test-fast lint bench outage prepare serve
run demo prepare serve: export DEBUG = on

run: prepare serve

demo: prepare
	@$(MANAGE) seedusers 200 --if-fewer
	@$(MAKE) --no-print-directory serve

prepare: .venv/.runtime
	@$(MANAGE) migrate --verbosity 0
	@$(BIN)/pybabel --quiet compile -d locale -D django
	@$(MANAGE) collectstatic --no-input --verbosity 0
	@$(MANAGE) createadmin "$(ADMIN_EMAIL)" --if-none

# Both run behind this shell. Whatever ends it ends both, and when one of them ends, so does the other.
serve:
	@echo "Vectice Admin: http://127.0.0.1:$(PORT)/  (Ctrl-C stops it)"
	@$(BIN)/gunicorn --config python:vectice_admin.gunicorn & web=$$!; \
	$(MANAGE) worker & worker=$$!; \
	trap 'kill $$web $$worker 2>/dev/null; wait' EXIT; trap 'exit 0' INT TERM; \
	while kill -0 $$web 2>/dev/null && kill -0 $$worker 2>/dev/null; do sleep 1; done

test: .venv/.development
	@.ci/test

# While you write: on SQLite in memory, without browsers, other processes, real threads, files and what asks thousands of
# times (SLOW in tests/conftest.py names it all). Nothing lands by it alone.
test-fast: .venv/.development
	@$(BIN)/pybabel --quiet compile -d locale -D django
	@env -u TEST_DATABASE_URL -u TEST_REDIS_URL TEST_FAST=on $(BIN)/pytest -q -n auto -m "not slow"

lint: .venv/.development
	@.ci/lint

# The options stand in bench/README.md: make bench BENCH_ARGS="--sizes 10000 --databases sqlite"
bench: .venv/.runtime
	@$(BIN)/python -m bench $(BENCH_ARGS)

# Each part of an installation is killed in turn; needs root, PostgreSQL 15, redis-server and nginx of Debian's packages.
outage: .venv/.development
	@$(BIN)/python -m bench.outage

.venv/.runtime: requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed." if sys.version_info < (3, 11) else 0)'
	@test -x $(BIN)/pip || $(PYTHON) -m venv .venv
	@echo "Installing what it runs on (once) ..."
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $@

.venv/.development: .venv/.runtime requirements-dev.txt
	@echo "Installing what tests need (once) ..."
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@
