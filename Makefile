# make help lists the targets. Python 3.11 or later with pip is all that has to be there.

PYTHON ?= python3
SITE ?=
OUTPUT ?=
UPGRADE ?=

BIN := .venv/bin
PIP := PIP_USER=0 $(PYTHON) -m pip --python $(BIN)/python --disable-pip-version-check -qq
# Some distributions keep servers out of a user's PATH.
export PATH := $(PATH):/usr/sbin:/sbin
unexport PYTHONHOME PYTHONPATH JUPYTER_PATH
# The kernel of JupyterLab is this environment's, also where a user has another of the same name.
export JUPYTER_PREFER_ENV_PATH := 1

.DEFAULT_GOAL := help
.PHONY: help report sample lab test lint format knowledge translations fonts bench tools lock clean

help:  ## list the targets
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 10

report: .venv/.report  ## run a site through to its report: make report [SITE=params/sites/x.yaml] [OUTPUT=folder]
	@$(BIN)/certlib report $(if $(SITE),'$(SITE)') $(if $(OUTPUT),--output '$(OUTPUT)')

sample: .venv/.report  ## make the sample report anew, and the picture of its matrix page (with pdftoppm)
	@folder=$$(mktemp -d) && trap 'rm -rf "$$folder"' EXIT && \
	$(BIN)/certlib report --output "$$folder" && \
	rm -rf reports/sample && mkdir -p reports/sample && \
	cd "$$folder"/*/* && cp $(SAMPLE) "$(CURDIR)/reports/sample" && cd "$(CURDIR)" && \
	pdftoppm -png -r 90 -f 4 -l 4 -singlefile reports/sample/report.pdf reports/sample/matrix

# What a visitor wants to see of a run; the executed notebooks stay with those who ran them.
SAMPLE := report.html report.pdf report.xlsx findings.json findings.csv matrix.csv evidence.json

lab: .venv/.lab  ## open JupyterLab on the notebooks
	@$(BIN)/jupyter lab --LabApp.default_url=/lab/tree/notebooks $(if $(filter 0,$(shell id -u)),--allow-root)

# Where the programs that tests need can be installed, a file of tests that were all skipped fails: tests/skipped.py.
test: .venv/.test tools .venv/.node lint  ## install what the tests need, check the sources, run every test
	@WHOLE=$$(command -v apt-get >/dev/null && test "$$(id -u)" = 0 && echo 1) $(BIN)/python -m pytest --numprocesses auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder -rfEs

lint: .venv/.test  ## check style, form and types
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/mypy

format: .venv/.test  ## put the sources into form
	@$(BIN)/ruff check --fix --exit-zero
	@$(BIN)/ruff format

knowledge: .venv/.report  ## write anew what follows from the knowledge files: document, schemas and checksum
	@mkdir -p docs && $(BIN)/python -m certlib.knowledge.document >docs/knowledge.md
	@$(BIN)/certlib schema >params/site.schema.json
	@$(BIN)/certlib schema brand >params/brand.schema.json
	@$(BIN)/python -c 'import json; from certlib import evidence; print(json.dumps(evidence.schema(), indent=2))' \
	  >src/certlib/schemas/evidence.schema.json
	@$(BIN)/python -m certlib.knowledge >src/certlib/knowledge/checksum.txt

translations: .venv/.report  ## renew the lists of texts to translate, and what programs read of them
	@$(BIN)/python -m certlib.translations notebooks/02-readiness.ipynb

# The fonts of the page: the letters of Europe's Latin languages and the marks that the reports use. The names in
# them are taken out, as a changed font may not bear the name of the whole one.
LETTERS := U+20-7E,U+A0-17F,U+218-21B,U+2010-2015,U+2018-201E,U+2020-2022,U+2026,U+2030,U+2039,U+203A,U+20AC,U+2122,$\
  U+2190-2193,U+2212,U+2248,U+2260,U+2264,U+2265
MARKS := U+2605,U+2610,U+2713,U+2715,U+25B2
CUT = $(BIN)/pyftsubset $(FONTS)/$(1).ttf --unicodes=$(2) --layout-features=ccmp,kern,locl,mark,mkmk --flavor=woff2 \
  --no-hinting --obfuscate-names --name-IDs+=13,14 --drop-tables+=FFTM --output-file=$(FONTS)/web/$(1).woff2
FONTS := src/certlib/report/fonts

fonts: .venv/.test  ## cut the fonts of the page anew from the whole ones
	@$(foreach font,IBMPlexSans-Regular IBMPlexSans-SemiBold IBMPlexSans-Italic IBMPlexMono-Regular,\
	  $(call CUT,$(font),$(LETTERS)) &&) $(call CUT,DejaVuSans,$(MARKS))

bench: .venv/.report tools  ## measure how fast certificates are collected and the report is made
	@$(BIN)/python benchmarks/collect.py
	@$(BIN)/python benchmarks/report.py

# Programs, and one library by its file, that some tests compare with or look through; without one, its tests skip
# and say so.
PROGRAMS := nginx:nginx-light chromium:chromium firefox-esr:firefox-esr certutil:libnss3-tools \
  pdftoppm:poppler-utils pdftotext:poppler-utils openssl:openssl node:nodejs npm:npm git:git \
  java:default-jre-headless keytool:default-jre-headless javac:default-jdk-headless \
  tomcat10-instance-create:tomcat10-user gnutls-serv:gnutls-bin /usr/share/java/jaxb-runtime.jar:libjaxb-java
APT := DEBIAN_FRONTEND=noninteractive apt-get -qq

tools:
	@missing=; for program in $(PROGRAMS); do \
	  command -v "$${program%:*}" >/dev/null || test -e "$${program%:*}" || missing="$$missing $${program#*:}"; \
	done; \
	if [ -z "$$missing" ]; then exit 0; fi; \
	if ! command -v apt-get >/dev/null; then echo "Some tests will be skipped: without apt-get, nothing installs$$missing."; \
	elif [ "$$(id -u)" != 0 ]; then echo "Some tests will be skipped: only root may apt-get install$$missing."; \
	else \
	  echo "Installing for the tests:$$missing"; \
	  $(APT) update </dev/null >/dev/null; \
	  for package in $$missing; do \
	    $(APT) install -y --no-install-recommends "$$package" </dev/null >/dev/null || \
	    echo "Some tests will be skipped: apt-get cannot install $$package."; \
	  done; \
	fi

# The packages that open and judge the report; without npm or its registry, their tests skip and say so.
.venv/.node: tests/node/package.json tests/node/package-lock.json | $(BIN)/python tools
	@mkdir -p .venv/node && cp tests/node/package.json tests/node/package-lock.json .venv/node
	@if ! command -v npm >/dev/null; then echo "Some tests will be skipped: there is no npm."; \
	elif cd .venv/node && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error >/dev/null; then touch ../.node; \
	else echo "Some tests will be skipped: npm cannot install tests/node."; fi

# Each lock holds all that the smaller ones hold, at the same versions.
PARTS_report := report
PARTS_lab := report lab
PARTS_test := report lab test

.venv/.%: requirements/%.txt pyproject.toml | $(BIN)/python
	@echo "Installing the packages of requirements/$*.txt; this is done once."
	@$(PIP) install --require-hashes --only-binary :all: --no-deps -r $<
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $(PARTS_$*:%=.venv/.%)

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "certlib needs Python 3.11 or later: make PYTHON=python3.11 ...")'
	@$(PYTHON) -m pip --version >/dev/null || { echo "certlib needs pip: apt-get install python3-pip" >&2; exit 1; }
	@$(PYTHON) -m venv --without-pip --clear .venv

COMPILE = sed -n 's/^requires = \["\(.*\)"\]$$/\1/p' pyproject.toml | $(BIN)/uv pip compile --quiet --universal \
	--fork-strategy fewest --python-version 3.11 --only-binary :all: --generate-hashes \
	--no-header --no-annotate --no-emit-index-url --no-emit-find-links $(UPGRADE) pyproject.toml -

lock: | $(BIN)/python  ## resolve the locks anew; with UPGRADE=--upgrade to the newest versions
	@test -x $(BIN)/uv || $(PIP) install uv
	@$(COMPILE) --extra lab --extra test --output-file requirements/test.txt >/dev/null
	@$(COMPILE) --extra lab --constraint requirements/test.txt --output-file requirements/lab.txt >/dev/null
	@$(COMPILE) --constraint requirements/test.txt --output-file requirements/report.txt >/dev/null

clean:  ## remove the environment and every cache; reports stay
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
