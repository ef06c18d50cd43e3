# Each target does its own set-up; nothing but Python 3.11 or later and make is asked.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready
SECONDS_TO_FUZZ ?= 60
LOOKUPS ?= 1000000
DOSSIERS ?= 1600000
PYTHONS ?= python3.11 python3.12 python3.13 python3.14
# Decisions without input or output: no socket, no cluster.
QUICK := values geography competence wire complaints/case complaints/deadlines complaints/decide \
  complaints/present complaints/rules reconciliation/compare reconciliation/plan reconciliation/input
# Compiled modules are kept, whatever the caller has set: each process would compile all of them anew.
unexport PYTHONDONTWRITEBYTECODE
RESOLVE := uv pip compile --quiet --universal --python-version 3.11 --no-header --no-annotate
PRODUCT := build/product

.PHONY: help demo test quick drills lint coverage suite versions docs lock sbom audit drill kills hostile fuzz \
  bench bench-memory bench-competence bench-reconcile clean

help:
	@echo "make demo              the whole product at work on an invented population"
	@echo "make quick             tests of what decides without sockets, in less than a minute"
	@echo "make test              style, types, architecture, and every test but the drills"
	@echo "make drills            the slow tests: clusters, kills, hostile bytes, packages, a browser"
	@echo "make lint              style, types and architecture only"
	@echo "make suite             every test, drills too, without style and coverage"
	@echo "make coverage          every test, drills too, and that they reach 97 percent of the code"
	@echo "make versions          the tests on each Python of PYTHONS='python3.12 python3.13' that is here"
	@echo "make docs              write the generated pages in docs/ anew, and the API reference in build/api"
	@echo "make drill             100,000 lookups through every fault, compared with the truth"
	@echo "make hostile           what hostile documents and lines cost, one by one"
	@echo "make fuzz              random bytes for every reader; SECONDS_TO_FUZZ=600 as long as wanted"
	@echo "make bench             every part of benchmarks/results.md but those of a drill, bench-memory"
	@echo "                       and bench-reconcile: lookups beside other clients, start, mock, hostile"
	@echo "make bench-memory      a million lookups, 20 minutes; LOOKUPS=50000 for fewer"
	@echo "make kills             kill a reconciliation at 50 random moments and compare its end"
	@echo "make bench-competence  competence of a population against a hand-written join"
	@echo "make bench-reconcile   what a reconciliation costs; DOSSIERS=100000 takes a few minutes"
	@echo "make lock              pin all anew: constraints.txt, requirements.txt, requirements-dev.txt;"
	@echo "                       UPGRADE=--upgrade for the newest versions"
	@echo "make sbom              what the product consists of, as CycloneDX: build/kszclient.cdx.json"
	@echo "make audit             known vulnerabilities of what is pinned; fails where none can be asked"
	@echo "make clean             remove what these targets made"

demo: $(READY)
	@$(BIN)/kszclient demo

test: lint
	$(BIN)/python -m pytest -n 2 --dist loadfile -m "not drill"

lint: $(READY)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

coverage: $(READY)
	rm -f .coverage .coverage.*
	$(BIN)/python -m coverage run -m pytest -n 2 --dist loadfile
	$(BIN)/python -m coverage combine -q
	$(BIN)/python -m coverage report

quick: $(READY)
	$(BIN)/python -m pytest -q -n 2 --dist loadfile -m "not drill" $(QUICK:%=tests/%)

drills: $(READY)
	$(BIN)/python -m pytest -n 2 --dist loadfile -m drill

suite: $(READY)
	$(BIN)/python -m pytest -n 2 --dist loadfile

versions:
	@set -e; ran=; for python in $(PYTHONS); do \
	  version=$$($$python -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null) \
	    || { echo "$$python: not on this machine, not tried"; continue; }; \
	  echo "$$python: Python $$version"; \
	  $(MAKE) --no-print-directory suite PYTHON=$$python VENV=.venv-$$version; \
	  ran="$$ran $$version"; \
	done; \
	[ -n "$$ran" ] || { echo "None of $(PYTHONS) is on this machine."; exit 1; }; \
	echo "The tests passed on Python$$ran."

lock: $(READY)
	$(BIN)/$(RESOLVE) $(UPGRADE) --all-extras pyproject.toml -o constraints.txt >/dev/null
	$(BIN)/$(RESOLVE) --all-extras -c constraints.txt --generate-hashes pyproject.toml \
	  -o requirements-dev.txt >/dev/null
	$(BIN)/$(RESOLVE) --extra batch --extra dask --extra database -c constraints.txt \
	  --generate-hashes pyproject.toml -o requirements.txt >/dev/null

# The parts are listed from an environment that holds the product's alone, without pip.
sbom: $(READY)
	@rm -rf $(PRODUCT)
	@$(BIN)/python -m venv --without-pip $(PRODUCT)
	@$(BIN)/python -m pip --python $(PRODUCT)/bin/python install --quiet \
	  --disable-pip-version-check --require-hashes -r requirements.txt
	$(BIN)/cyclonedx-py environment --pyproject pyproject.toml --mc-type library \
	  --output-reproducible -o build/kszclient.cdx.json $(PRODUCT)/bin/python

audit: $(READY)
	@$(BIN)/python -m supply.audit requirements-dev.txt

docs: $(READY)
	$(BIN)/python -m kszclient.competence.document docs/competence.md
	$(BIN)/python -m kszclient.complaints.present.document docs/complaints.md
	$(BIN)/python -m supply.reference build/api

bench: $(READY)
	$(BIN)/python benchmarks/lookup.py
	$(BIN)/python benchmarks/parts.py
	$(BIN)/python benchmarks/wire.py
	$(BIN)/python benchmarks/start.py
	$(BIN)/python benchmarks/mock.py
	$(BIN)/python -m benchmarks.hostile

bench-memory: $(READY)
	$(BIN)/python benchmarks/memory.py $(LOOKUPS)

drill: $(READY)
	$(BIN)/python -m benchmarks.drill

hostile: $(READY)
	$(BIN)/python -m benchmarks.hostile

fuzz: $(READY)
	$(BIN)/python -m tests.hostile.fuzz $(SECONDS_TO_FUZZ)

kills: $(READY)
	KSZCLIENT_KILLS=50 $(BIN)/python -m pytest -q -n0 tests/reconciliation/execute/test_kill.py

bench-competence: $(READY)
	$(BIN)/python benchmarks/competence.py

bench-reconcile: $(READY)
	$(BIN)/python benchmarks/reconcile.py $(DOSSIERS)

$(READY): pyproject.toml requirements-dev.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or later is needed")'
	@$(PYTHON) -m venv $(VENV) || { \
	  echo "The module venv is missing: install the Debian package python3-venv."; exit 1; }
	@echo "Setting up $(VENV) (once) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-compile --require-hashes \
	  -r requirements-dev.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps \
	  --no-build-isolation -e .
	@touch $(READY)

clean:
	rm -rf $(VENV) .venv-3.* .coverage .coverage.* .mypy_cache .ruff_cache .pytest_cache .hypothesis \
	  .import_linter_cache build dist
