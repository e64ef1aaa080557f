# Two commands matter: `make serve` and `make test`. Both work in a fresh copy.
# Written for GNU make 3.81 and later (macOS has 3.81) and for plain sh.

PYTHON ?= python3
PORT ?= 8000
UV ?= uv

VENV := .venv
# `python -m tool` and never the scripts in .venv/bin: those break when the folder is moved.
RUN := $(VENV)/bin/python
STAMP := $(VENV)/.stamp

# Silences the theme's banner about its own future.
export NO_MKDOCS_2_WARNING := 1

.DEFAULT_GOAL := help
.PHONY: help serve test check build offline release nginx faults bench due links licences upgrade ledger claims.json downloads lock clean port browser
# The steps need each other's results, also under `make -j`.
.NOTPARALLEL:

help: ## list these commands
	@awk -F ':.*## ' '/^[a-z.]+:.*## / { printf "make %-11s %s\n", $$1, $$2 }' Makefile

serve: port $(STAMP) check ## build the site and show it at http://127.0.0.1:8000/ (other port: PORT=8001)
	@# Never -q: with it mkdocs forgets --strict.
	@$(RUN) -m mkdocs build --strict
	@echo "Open http://127.0.0.1:$(PORT)/ (Ctrl+C stops it)"
	@$(RUN) -m mkdocs serve --strict --dev-addr 127.0.0.1:$(PORT)

test: $(STAMP) browser check ## run all checks and tests (some: ARGS="-k name")
	@$(RUN) -m tests.nginx --install
	@$(RUN) -m pytest $(ARGS)

check: $(STAMP) ## check the content only
	@$(RUN) -m milia_guide check

build: $(STAMP) check ## build the site into site/, light and safe, ready to publish
	@$(RUN) -m mkdocs build --strict
	@$(RUN) -m milia_guide publish site

offline: $(STAMP) check ## build a folder and a zip, dist/milia-guide, that work without a network or a server
	@# Files and not folders: on a disk a folder's address would list its files.
	@$(RUN) -m mkdocs build --strict --no-directory-urls -d dist/milia-guide
	@$(RUN) -m milia_guide publish dist/milia-guide --offline
	@$(RUN) -m milia_guide pack dist/milia-guide

release: $(STAMP) ## make one archive to publish, with checksum (needs SITE_URL, PUBLISHER and CONTACT)
	@$(RUN) -m milia_guide ready
	@$(MAKE) --no-print-directory browser check
	@$(RUN) -m tests.downloads
	@$(RUN) -m milia_guide release

nginx: $(STAMP) browser ## show what nginx answers, with deploy/nginx.conf: headers and odd requests
	@$(RUN) -m tests.nginx

faults: $(STAMP) ## put some seventy faults into a copy, and show what is said of each
	@$(RUN) -m tests.faults

bench: $(STAMP) browser check ## measure the search, the pages on a slow phone, and the build
	@$(RUN) -m tests.search.measure
	@$(RUN) -m tests.speed

due: $(STAMP) ## list what is due, and what the calendar will bring (another day: ON=2027-11-30)
	@$(RUN) -m milia_guide due $(if $(ON),--on $(ON))

links: $(STAMP) ## ask the sources' addresses whether they still answer (needs a network); writes dist/links.md
	@$(RUN) -m milia_guide links

licences: $(STAMP) ## list the licences of all packages, and refuse what is neither permissive nor MPL
	@$(RUN) -m milia_guide licences

OLD := dist/upgrade
upgrade: $(STAMP) check ## take newer packages (needs uv) and show what changed in the built pages
	@rm -rf $(OLD) && mkdir -p $(OLD) && cp requirements.txt $(OLD)/requirements.txt
	@$(RUN) -m mkdocs build --strict -d $(OLD)/before
	@$(MAKE) --no-print-directory lock UPGRADE=--upgrade
	@$(MAKE) --no-print-directory check licences
	@$(RUN) -m mkdocs build --strict -d $(OLD)/after
	@diff $(OLD)/requirements.txt requirements.txt | grep '^[<>] [a-z]' || echo "No package has a newer version."
	@$(RUN) -m milia_guide compare $(OLD)/before $(OLD)/after $(OLD)/pages.diff
	@echo "Keep it: make test, then commit. Go back: cp $(OLD)/requirements.txt . && make check"

ledger: $(STAMP) ## promise every address that the site has now (tests/published.txt), and take none away
	@$(RUN) -m pytest -q tests/test_site.py -k ledger --update-golden

claims.json: $(STAMP) ## write docs/claims.json again, from the pages
	@$(RUN) -m milia_guide claims-json

downloads: $(STAMP) browser check ## make the PDFs of the handouts (needs SITE_URL=https://...); the next build offers them
	@$(RUN) -m tests.downloads

browser: $(STAMP)
	@$(RUN) -m tests.browser

# Prints "3.12.1 ok" or "3.10.2 old"; runs on any Python.
ask_version = import sys; v = sys.version_info[:3]; \
	print("%d.%d.%d " % v + ("ok" if v >= (3, 11, 5) else "old"))

define need_python
found=$$("$(PYTHON)" -c '$(ask_version)' 2>/dev/null); \
case "$$found" in \
*ok) ;; \
"") echo "Python 3.11.5 or newer is needed, but '$(PYTHON)' does not run: install Python, or name one, e.g. make $(MAKECMDGOALS) PYTHON=/path/to/python3.12" >&2; exit 1 ;; \
*) echo "Python 3.11.5 or newer is needed, but '$(PYTHON)' is $${found% old}: install a newer one, or name it, e.g. make $(MAKECMDGOALS) PYTHON=/path/to/python3.12" >&2; exit 1 ;; \
esac
endef

# Prints nothing when the port is free. REUSEADDR: a server stopped a second ago does not count.
define ask_port
import errno, socket, sys
s = socket.socket()
s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
try:
    s.bind(("127.0.0.1", int(sys.argv[1])))
except (ValueError, OverflowError):
    sys.exit("PORT=%s is no port number: use one from 1024 to 65535, e.g. make serve PORT=8001" % sys.argv[1])
except OSError as e:
    other = "8001" if sys.argv[1] != "8001" else "8002"
    why = "is taken by another program" if e.errno == errno.EADDRINUSE else "cannot be used (%s)" % e.strerror
    sys.exit("Port %s %s: choose another one, e.g. make serve PORT=%s" % (sys.argv[1], why, other))
endef
export ask_port

port:
	@python=$(RUN); test -x $(RUN) || { $(need_python); python="$(PYTHON)"; }; \
	"$$python" -c "$$ask_port" "$(PORT)"

# Made again whenever what it is made from has changed, or its Python is gone.
ifneq ($(shell $(RUN) -c 'print(1)' 2>/dev/null),1)
.PHONY: $(STAMP)
endif
$(STAMP): requirements.txt pyproject.toml
	@$(need_python)
	@"$(PYTHON)" -c 'import ensurepip, venv' 2>/dev/null || { \
	echo "'$(PYTHON)' cannot make a virtual environment: install its venv module (on Debian and Ubuntu: apt install python3-venv)" >&2; exit 1; }
	@echo "Making $(VENV) (once, about half a minute) ..."
	@rm -rf $(VENV)
	@"$(PYTHON)" -m venv $(VENV)
	@$(RUN) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@# The locked packages hold the build backend too, so nothing is fetched without a hash.
	@$(RUN) -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $(STAMP)

# 3.11.5 is the oldest Python the locked versions must work on.
LOCK_COMMAND := pip compile pyproject.toml --extra test --group build --universal \
	--python-version 3.11.5 --no-python-downloads --generate-hashes --no-header \
	--output-file requirements.txt

define LOCK_HEADER
# Every package that the site, its tests and its build need, with hashes, for all systems.
# `make lock` writes this file, with the line below (newer versions: make lock UPGRADE=--upgrade).
# uv $(LOCK_COMMAND)
endef
export LOCK_HEADER

lock: ## write requirements.txt again, with uv (newer versions: UPGRADE=--upgrade)
	@command -v "$(UV)" >/dev/null || { \
	echo "make lock needs uv: install it, or name it, e.g. make lock UV=/path/to/uv" >&2; exit 1; }
	@"$(UV)" --quiet $(LOCK_COMMAND) $(UPGRADE)
	@{ echo "$$LOCK_HEADER"; cat requirements.txt; } > requirements.tmp
	@mv requirements.tmp requirements.txt

clean: ## delete all that these commands made
	rm -rf $(VENV) site dist uv.lock .pytest_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
