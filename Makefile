# Two commands for everybody: `make brief` and `make test`. Each sets itself up on a machine with Python and git.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
# The tests run in a process a core, four at most: more would fight over the clocks that some of them watch.
SPREAD := --numprocesses auto --maxprocesses 4 --dist worksteal
ARTICLE ?= examples/trade-dispute.txt
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt

.PHONY: brief test lint types check wheel bench-client bench-startup bench-trust fit-support bench-extractive bench-injection bench-dates bench-stories schemas golden clean bench-batch bench-faults screenshots bench-readers bench-limits bench-reader

brief: $(VENV)/.run
	@$(BIN)/summarizer brief "$(ARTICLE)" $(ARGS)

test: $(VENV)/.test
	$(BIN)/python -m pytest $(SPREAD) $(ARGS)

lint: $(VENV)/.lint
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.lint
	$(BIN)/mypy
	$(BIN)/mypy tests/typing_api.py

check: lint types test

wheel: $(VENV)/.lint
	$(BIN)/python -m build --wheel --sdist --outdir dist .

schemas: $(VENV)/.run
	$(BIN)/python -m summarizer.schemas

golden: $(VENV)/.test
	UPDATE_GOLDEN=1 $(BIN)/python -m pytest -q -k golden

bench-client: $(VENV)/.test
	$(BIN)/python -m benchmarks.client_cost

bench-startup: $(VENV)/.test
	$(BIN)/python -m benchmarks.startup

bench-trust: $(VENV)/.test
	$(BIN)/python -m benchmarks.trust

fit-support: $(VENV)/.test
	$(BIN)/python -m benchmarks.fit_support

bench-extractive: $(VENV)/.test
	$(BIN)/python -m benchmarks.giveme5w1h

# The fault rows at the sizes that their bars name; the suite runs the same code with fewer articles.
bench-faults: $(VENV)/.test
	FULL=1 $(BIN)/python -m pytest -q tests/test_batch_run.py tests/test_batch_faults.py tests/test_batch_ledger.py \
		tests/test_limits_*.py tests/test_openai_retries.py tests/test_openai_replies.py tests/test_openai_resources.py \
		tests/test_render_terminal.py $(ARGS)

bench-batch: $(VENV)/.test
	$(BIN)/python -m benchmarks.batch
	$(BIN)/python -m benchmarks.batch_memory

bench-injection: $(VENV)/.test
	$(BIN)/python -m benchmarks.injection

bench-limits: $(VENV)/.test
	$(BIN)/python -m benchmarks.limits

bench-dates: $(VENV)/.test
	$(BIN)/python -m benchmarks.dates

bench-stories: $(VENV)/.test
	$(BIN)/python -m benchmarks.stories

bench-reader: $(VENV)/.test
	$(BIN)/python -m benchmarks.reader

screenshots: $(VENV)/.test
	$(BIN)/python -m benchmarks.screenshots

bench-readers: $(VENV)/.test
	$(BIN)/python -m benchmarks.readers

clean:
	rm -rf $(VENV) dist build .pytest_cache .mypy_cache .ruff_cache .hypothesis

$(BIN)/python:
	@echo "setting up $(VENV), once" >&2
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --upgrade pip

$(VENV)/.run: $(BIN)/python pyproject.toml constraints.txt
	@$(INSTALL) --editable .
	@touch $@

$(VENV)/.test: $(VENV)/.run
	@echo "installing what the tests need" >&2
	@$(INSTALL) --group test
	@touch $@

$(VENV)/.lint: $(VENV)/.test
	@$(INSTALL) --group dev
	@touch $@
