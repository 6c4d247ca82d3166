# Thin targets: each calls what it names, and sets up what it needs.
PY ?= python3
V := .venv/bin
PKGS := openid4vc consent schemes chassis issuer wallet verifier demo
FETCH := $(V)/pip install --quiet --disable-pip-version-check --require-hashes
OFFLINE := { echo "The libraries could not be fetched. This set-up needs the internet, once (or PIP_INDEX_URL with a mirror)." >&2; exit 1; }
.DEFAULT_GOAL := help
.PHONY: help demo stop reset doctor test check interop looks html vectors mutation soak bench format screenshots lock clean

help: ## what can be made here
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14
	@echo
	@echo 'make demo takes: DETACH=1 (in the background), BASE_PORT=9000 (four other ports), TLS=1 (https),'
	@echo '    LAN=1 (phones on the same network; or LAN=192.168.1.20, the address of this machine),'
	@echo '    TRUST=root.pem and ORIGIN=http://localhost:9000 (whom to believe, where to call; more in quotes)'
	@echo 'make test, interop, looks and html take: ARGS="-k word -x" (what pytest takes)'

.venv/.run: requirements.lock
	@$(PY) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Eenmalig needs Python 3.11 or newer; this is " + sys.version.split()[0] + ". Try: make PY=python3.12 demo")'
	@echo "Setting up .venv with the libraries; this takes about a minute, once."
	@test -x $(V)/python || $(PY) -m venv .venv
	@$(FETCH) -r requirements.lock || $(OFFLINE)
	@touch $@

.venv/.dev: requirements-dev.lock .venv/.run
	@$(FETCH) -r requirements-dev.lock || $(OFFLINE)
	@touch $@

CATALOGUES := $(wildcard */translations/*/LC_MESSAGES/*.po */web/translations/*/LC_MESSAGES/*.po)
.venv/.catalogues: .venv/.run $(CATALOGUES)
	@$(V)/python -m chassis.catalogues compile
	@touch $@

demo: .venv/.run .venv/.catalogues ## run the product: open http://localhost:8000
	@$(V)/python -m demo $(if $(LAN),--lan $(LAN)) $(foreach root,$(TRUST),--trust $(root)) $(foreach origin,$(ORIGIN),--origin $(origin)) start $(if $(DETACH),--detach)

stop: ## stop what `make demo DETACH=1` started
	@if test -x $(V)/python; then $(V)/python -m demo stop; else echo "Nothing was started here yet."; fi

reset: ## forget all state under var/
	@if test -x $(V)/python; then $(V)/python -m demo reset; else echo "Nothing was started here yet."; fi

doctor: .venv/.run ## name the cause when something does not start
	@$(V)/python -m demo doctor

test: .venv/.dev .venv/.catalogues ## all tests, the browser's included
	@sh tools/chromium.sh
	@$(V)/python -m pytest -m "not interop and not looks and not html" $(ARGS)

check: .venv/.dev .venv/.catalogues ## format, lint, types, arrows
	@$(V)/ruff format --check .
	@$(V)/ruff check .
	@$(V)/mypy
	@$(V)/python -m chassis.catalogues check
	@$(V)/python -m pytest tests/house

interop: .venv/.dev .venv/.catalogues ## strangers' libraries against our services, both ways (needs Node 20)
	@cd tests/interop && npm ci --ignore-scripts --no-audit --no-fund --silent
	@$(V)/python -m pytest -m interop tests/interop $(ARGS)

looks: .venv/.dev .venv/.catalogues ## every page at four widths, in both languages, light and dark (some minutes)
	@sh tools/chromium.sh
	@$(V)/python -m pytest -m looks tests/browser $(ARGS)

html: .venv/.dev .venv/.catalogues ## the HTML of every page by html-validate (needs Node 20)
	@sh tools/chromium.sh
	@cd tests/html && npm ci --ignore-scripts --no-audit --no-fund --silent
	@$(V)/python -m pytest -m html tests/html $(ARGS)

vectors: .venv/.dev ## the official test vectors beside this checkout, counted by folder
	@$(V)/python -m tools.count_vectors

mutation: .venv/.dev ## drop each check in turn and see a test turn red (long)
	@$(V)/python -m tools.mutate

soak: .venv/.dev .venv/.catalogues ## break it on purpose and count what was lost (SHORT=1: within a minute)
	@$(V)/python -m soak $(if $(SHORT),--short)

bench: .venv/.dev .venv/.catalogues ## measure against what the processor can do; writes bench/latest.json
	@$(V)/python -m bench

format: .venv/.dev ## put the code in its one format
	@$(V)/ruff format .
	@$(V)/ruff check --fix .

screenshots: .venv/.dev .venv/.catalogues ## write docs/screens/ from a running browser
	@sh tools/chromium.sh
	@$(V)/python -m tools.screenshots

lock: ## make the lock files anew from pyproject.toml (needs uv)
	uv pip compile -q --generate-hashes --python-version 3.11 --universal pyproject.toml -o requirements.lock
	uv pip compile -q --generate-hashes --python-version 3.11 --universal --group dev pyproject.toml -o requirements-dev.lock

clean: ## remove the environment and caches, keep var/
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis
