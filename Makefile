# `make run` starts the portal, `make test` proves it; README.md explains both and the rest.
PYTHON ?= python3
export PORT ?= 8000
BIN := .venv/bin
# The name holds the lock file's checksum: another lock is another file, and is installed.
INSTALLED := .venv/installed-$(firstword $(shell cksum requirements.lock))
PANGO := .venv/pango-found
PANGO_PACKAGES := libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0
CATALOGUES := $(patsubst %.po,%.mo,$(wildcard portal/locale/*/LC_MESSAGES/*.po))
STATIC := $(or $(PORTAL_DATA_DIR),.data)/static/collected
PYTEST := $(BIN)/python -m pytest -q -n auto --maxprocesses 8 --dist loadfile --no-loadscope-reorder

.PHONY: run test lint bench messages setup
run: setup $(STATIC)
	@$(BIN)/python manage.py prepare
	@exec $(BIN)/gunicorn --config portal/gunicorn.py portal.wsgi

# On SQLite, then on PostgreSQL; what no engine can change (marked `once`) is checked in the first half only.
test: setup
	@$(PYTEST)
ifndef DATABASE_URL
	@$(BIN)/python -m tests.postgres $(PYTEST) -m "not once"
endif

lint: setup
	@$(PYTEST) tests/laws

bench: setup
	@$(BIN)/python -m tests.bench

# Collects new texts into the catalogues; the only target that needs GNU gettext.
messages: setup
	@$(BIN)/python manage.py makemessages --all --no-location --no-wrap --ignore .venv --ignore tests

setup: $(INSTALLED) $(PANGO) $(CATALOGUES)

$(INSTALLED):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "The portal needs Python 3.11 or newer. Name one: make PYTHON=/path/to/python3"; exit 1; }
	@echo "Installing into .venv ..." && $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@rm -f .venv/installed-* && touch $@

# The annual report is drawn with Pango, a system library. Everything else works without it.
$(PANGO): | $(INSTALLED)
	@load() { $(BIN)/python -c 'import weasyprint' 2>/dev/null && touch $@; }; load \
		|| { [ "$$(id -u)" = 0 ] && apt-get -qq update && apt-get -qq install -y $(PANGO_PACKAGES) && load; } >/dev/null 2>&1 \
		|| echo "The report cannot be drawn as PDF: Pango is missing. Install it: sudo apt-get install $(PANGO_PACKAGES)"

%.mo: %.po | $(INSTALLED)
	@$(BIN)/pybabel --quiet compile --input-file $< --output-file $@

$(STATIC): $(INSTALLED) $(shell find static -type f)
	@$(BIN)/python manage.py collectstatic --no-input --verbosity 0 && touch $@
