# Two commands: `make demo` and `make test`. Each sets up what it needs.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
# The CPU build comes first: plain torch brings gigabytes of CUDA. A GPU user sets TORCH= to take the newest.
TORCH ?= torch==2.13.0
TORCH_FLAGS ?=
STAMP := $(VENV)/.installed

.PHONY: demo test check bench clean install
.DEFAULT_GOAL := demo

$(STAMP): pyproject.toml constraints.txt
	@echo "→ setting up $(VENV) (a few minutes the first time)"
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Shelftalk needs Python 3.11 or newer; set PYTHON=python3.11")'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "  1/2 torch"
	@$(BIN)/pip install --quiet --disable-pip-version-check $(TORCH_FLAGS) $(TORCH) 2>&1 | (grep -v "^WARNING: Location" || true)
	@$(BIN)/python -W ignore -c 'import torch'
	@echo "  2/2 everything else"
	@$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]' 2>&1 | (grep -v "^WARNING: Location" || true)
	@$(BIN)/python -c 'import flows.cli'
	@touch $(STAMP)
	@echo "  installed"

install: $(STAMP)

demo: $(STAMP)
	@echo "→ the demo: a sample shop, a copywriter trained on its archive, approved copy"
	@$(BIN)/shelftalk demo
	@echo "→ look at $${SHELFTALK_HOME:-.shelftalk}/report/index.html, or type: $(BIN)/shelftalk show --limit 5"

test: $(STAMP)
	@echo "→ the tests (a few minutes on two cores)"
	@$(BIN)/python -m pytest -n 2 --dist loadfile
	@echo "→ all tests passed; the slow ones: $(BIN)/python -m pytest -m slow"

check: $(STAMP)
	@echo "→ ruff"
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@echo "→ mypy"
	@$(BIN)/mypy
	@echo "→ sqlfluff"
	@$(BIN)/sqlfluff lint --disable-progress-bar sql plugins
	@echo "→ all checks passed"

bench: $(STAMP)
	@echo "→ the benchmarks (meant for half an hour on two cores; keep the machine quiet)"
	@$(BIN)/python -m bench.run_all

clean:
	rm -rf $(VENV) .shelftalk .bench .pytest_cache .mypy_cache .ruff_cache .hypothesis
