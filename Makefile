# Everything runs in this folder's own .venv; nothing else on the machine is touched.
#   make demo                        train the demo, open JupyterLab at the quickstart
#   make demo PORT=8899 BROWSER=no   the same on a machine without a screen: prints the URL
#   make test                        every check and test, those in a real browser included
#   make test WORKERS=0 PYTEST="-x tests/records"   one process, and options for pytest
#   make test VENV=.venv-3.13 PYTHON=python3.13  the same with another Python
PYTHON ?= python3
PORT ?= 8888
BROWSER ?= yes
LAB_ARGS ?=
LOGDIR ?= notebooks/logs
PYTEST ?=
PYTHONS ?=
BENCH ?=
WORKERS ?= 2

VENV := .venv
BIN := $(VENV)/bin
OLDEST := $(VENV)-oldest
CODE_SERVER := $(VENV)-hosts/code-server
BROWSER_SOURCES := $(shell find labextension -path labextension/node_modules -prune -o -path labextension/lib -prune -o -type f -print)
export PATH := $(CURDIR)/$(BIN):$(PATH)
NO_BROWSER := $(if $(filter no,$(BROWSER)),--no-browser)
# In a container one often is root, and Jupyter then wants to be told that it is meant.
AS_ROOT := $(if $(filter 0,$(shell id -u)),--allow-root)
# A file's tests stay together, for they share a page; the browser's, which take longest, come first.
PARALLEL := -n $(WORKERS) --dist loadfile --no-loadscope-reorder
# A caller's own settings must not leak into the tools that are installed here.
unexport PYTHONPATH PYTHONHOME PYTHONDONTWRITEBYTECODE VIRTUAL_ENV

.PHONY: demo test installed lint lint-python lint-browser docs soak soak-reader interop oldest bench screenshots release-check hosts clean

# The demo's JupyterLab does not ask whether it may fetch news: that lies over the notebook.
LAB_SETTINGS := $(VENV)/share/jupyter/lab/settings
NO_NEWS := {"@jupyterlab/apputils-extension:notification": {"fetchNews": "false"}}

demo: $(VENV)/demo.ready
	@mkdir -p $(LAB_SETTINGS) && echo '$(NO_NEWS)' > $(LAB_SETTINGS)/overrides.json
	$(BIN)/nbboard demo $(LOGDIR)
	$(BIN)/jupyter lab --ServerApp.port=$(PORT) $(NO_BROWSER) $(AS_ROOT) \
	  --LabApp.default_url=/lab/tree/notebooks/quickstart.ipynb $(LAB_ARGS)

test: lint
	$(BIN)/python -m pytest $(PARALLEL) --rerun-show-tracebacks $(PYTEST)

# What people install, and whole journeys: the wheel is built, installed where there is no Node.js, and
# its panels and saved notebooks are tried in JupyterLab and Notebook 7; there the quickstart and the
# board, too; every notebook runs; pages stand beside TensorBoard's, with logs of real trainings.
installed: $(VENV)/test.ready
	$(BIN)/python -m pytest -m installed $(PARALLEL) --rerun-show-tracebacks $(PYTEST)

# Python's checks beside those of the browser's side.
lint: $(VENV)/test.ready labextension/node_modules
	@$(MAKE) --no-print-directory -j2 lint-python lint-browser

lint-python:
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

lint-browser:
	cd labextension && npm run --silent check

# The long forms: every byte flip, 25 rounds of each way a kernel dies, 50 parallel starts.
soak: $(VENV)/test.ready hosts
	$(BIN)/python -m pytest -m soak --timeout=3600 -n $(WORKERS) --dist load $(PYTEST)

# Of them those of the reader: every byte flip, tear and split, interrupts.
soak-reader: $(VENV)/test.ready
	$(BIN)/python -m pytest -m soak --timeout=3600 -n $(WORKERS) --dist load \
	  tests/records tests/events tests/series tests/logdir $(PYTEST)

# Real hosts: JupyterHub, nginx, the classic notebook, marimo, Voila, code-server, two environments.
# Programs of the machine that are missing (nginx, openssl) are named by the tests that skip for
# want of them.
hosts: $(VENV)-hosts/ready
	NBBOARD_HOSTS=$(VENV)-hosts $(BIN)/python -m pytest -m hosts tests/hosts --timeout=900 $(PYTEST)

# Logs written by the real writers, in an environment of their own; a missing writer is a failure.
interop: $(VENV)-interop/ready
	NBBOARD_INTEROP_STRICT=1 $(VENV)-interop/bin/python -m pytest -m interop tests/interop $(PYTEST)

# The oldest releases that pyproject.toml allows; PYTHON must be one that they were built for.
oldest: $(OLDEST)/ready
	PATH="$(CURDIR)/$(OLDEST)/bin:$$PATH" $(OLDEST)/bin/python -m pytest $(PARALLEL) \
	  -m "not soak and not interop and not hosts and not installed and not browser" \
	  --ignore=tests/packaging $(PYTEST)

# Readers and views timed against their peers, as ratios from interleaved runs.
#   make bench BENCH=--full          gives the slow peers all the data, too
bench: $(VENV)/test.ready
	@# As installing it does: what is compiled anew at each start is no part of the figures.
	$(BIN)/python -m compileall -q nbboard
	$(BIN)/python -m pip install --quiet --group bench
	$(BIN)/python -m tests.benchmarks.readers $(BENCH)
	$(BIN)/python -m tests.benchmarks.scale
	$(BIN)/python -m tests.benchmarks.catalogue
	$(BIN)/python -m tests.benchmarks.provider
	$(BIN)/python -m tests.benchmarks.first_second
	$(BIN)/python -m tests.benchmarks.first_curve
	$(BIN)/python -m tests.benchmarks.browser
	$(BIN)/python -m tests.benchmarks.gestures
	$(BIN)/python -m tests.benchmarks.graphs
	$(BIN)/python -m tests.benchmarks.projector
	$(BIN)/python -m tests.benchmarks.histograms
	$(BIN)/python -m tests.benchmarks.kinds
	$(BIN)/python -m tests.benchmarks.mesh
	$(BIN)/python -m tests.benchmarks.profile

# Everything about a release but its upload: archives, licences, clean installations.
#   make release-check PYTHONS="python3.10 python3.13"   with each of these
release-check: $(VENV)/test.ready labextension/node_modules
	$(BIN)/python -m pip install --quiet --group release
	$(BIN)/python scripts/release_check.py $(PYTHONS)

# The documentation, with views drawn from the demo's logs: open site/index.html.
docs: $(VENV)/test.ready
	NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs build --strict --quiet

# The README's pictures.
screenshots: $(VENV)/test.ready
	$(BIN)/python -m tests.browser.take_screenshots

# --- environments -----------------------------------------------------------

$(VENV)/bin/pip:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 10))' 2>/dev/null || \
	  { echo "nbboard needs Python 3.10 or later: sudo apt-get install python3 python3-venv, or make PYTHON=/path/to/python3"; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || \
	  { echo "Python's venv module is missing: sudo apt-get install python3-venv"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade 'pip>=25.1'

# demo and test share the folder; whatever is installed last has all it needs.
$(VENV)/demo.ready: $(VENV)/bin/pip pyproject.toml $(BROWSER_SOURCES)
	$(BIN)/python -m pip install --quiet -e '.[demo,lab,pandas]'
	touch $@

$(VENV)/test.ready: $(VENV)/bin/pip pyproject.toml $(BROWSER_SOURCES)
	$(BIN)/python -m pip install --quiet -e . --group dev
	touch $@ $(VENV)/demo.ready

$(VENV)-interop/ready: $(VENV)/bin/pip pyproject.toml
	$(PYTHON) -m venv $(VENV)-interop
	$(VENV)-interop/bin/python -m pip install --quiet --upgrade 'pip>=25.1'
	$(VENV)-interop/bin/python -m pip install --quiet --group interop
	touch $@

$(VENV)-hosts/ready: $(VENV)/test.ready
	$(PYTHON) -m venv $(VENV)-hosts
	$(VENV)-hosts/bin/python -m pip install --quiet --upgrade 'pip>=25.1'
	$(VENV)-hosts/bin/python -m pip install --quiet -e '.[lab,pandas]' --group hosts
	$(BIN)/npm install --silent --prefix $(VENV)-hosts/node configurable-http-proxy \
	  requirejs @jupyter-widgets/html-manager@^1 anywidget
	@# Without what it would compile (its log, terminals, Kerberos): a saved notebook needs none of it.
	@# Where even that fails its test skips, with the last lines of this.
	( $(BIN)/npm install --loglevel=error --ignore-scripts --prefix $(CODE_SERVER) code-server && \
	  cd $(CODE_SERVER)/node_modules/code-server/lib/vscode && \
	  npm install --loglevel=error --ignore-scripts --omit=dev ) \
	  > $(CODE_SERVER).log 2>&1 || echo "code-server could not be installed: see $(CODE_SERVER).log"
	touch $@

$(OLDEST)/ready: $(VENV)/bin/pip pyproject.toml $(BROWSER_SOURCES)
	$(PYTHON) -m venv $(OLDEST)
	$(OLDEST)/bin/python -m pip install --quiet --upgrade 'pip>=25.1'
	$(PYTHON) tests/packaging/lower_bounds.py > $(OLDEST)/constraints.txt
	$(OLDEST)/bin/python -m pip install --quiet -c $(OLDEST)/constraints.txt -e . --group test
	touch $@

labextension/node_modules: labextension/package-lock.json $(VENV)/test.ready
	test -d $@ || (cd labextension && npm ci)
	touch $@

clean:
	rm -rf $(VENV) $(VENV)-* labextension/node_modules labextension/lib nbboard/static nbboard/labextension dist site .cache
