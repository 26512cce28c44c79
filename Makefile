# Everything that a newcomer or the build machine needs: Python 3.11 with venv, make and git.
# Stamps in .venv remember what is installed, so a second run starts at once.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet
LOCKS := requirements
GENERATOR ?= ../shared/bench/gencorpus.py

.PHONY: demo test test-system lint bench docs reference sample lock clean
.DELETE_ON_ERROR:

demo: $(VENV)/.run           ## install what the program needs and show what it finds in the shipped sample
	$(BIN)/netglass demo

test: lint                   ## lint, types, import contract and every test but the system tests
	$(BIN)/python -m pytest

lint: $(VENV)/.dev           ## ruff, mypy --strict and the contract of the rooms
	$(BIN)/ruff check src tests bench docs
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

test-system: $(VENV)/.dev    ## the tests that take minutes or need more than Python
	$(BIN)/python -m pytest -m system

bench: $(VENV)/.dev          ## measure speed and memory side by side, see docs/explanation/performance.md
	$(BIN)/python bench/detect.py
	$(BIN)/python -m bench.sim
	$(BIN)/python -m bench.netns
	$(BIN)/python bench/ingest.py --generator $(GENERATOR)

docs: $(VENV)/.docs          ## build the documentation into site/
	$(BIN)/zensical build --clean --strict

reference: $(VENV)/.dev      ## write docs/reference and the outputs in docs/tutorial again from the code
	$(BIN)/python docs/generate.py
	$(BIN)/python docs/transcript.py

sample: $(VENV)/.dev         ## play the year that is shipped as the sample again; the same code writes the same bytes
	rm -rf build/sample
	$(BIN)/netglass lab run year --out build/sample
	rm -rf src/netglass/sample
	mv build/sample src/netglass/sample

lock:                        ## choose the newest versions that pyproject.toml allows and write requirements/*.lock
	sh requirements/lock.sh

clean:                       ## remove what make made
	rm -rf $(VENV) site build dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.run: $(LOCKS)/run.lock $(LOCKS)/build.lock pyproject.toml | $(VENV)/bin/python
	$(PIP) --require-hashes -r $(LOCKS)/build.lock -r $(LOCKS)/run.lock
	$(PIP) --no-deps --no-build-isolation --editable .
	touch $@

$(VENV)/.dev: $(LOCKS)/dev.lock $(VENV)/.run
	$(PIP) --require-hashes -r $(LOCKS)/dev.lock
	touch $@

$(VENV)/.docs: $(LOCKS)/docs.lock $(VENV)/.run
	$(PIP) --require-hashes -r $(LOCKS)/docs.lock
	touch $@
