# What both the course and a student's copy do: make .venv when the requirements have changed, and open the lessons.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help lab doctor

VENV := .venv
READY := $(VENV)/.ready
export PATH := $(CURDIR)/$(VENV)/bin:$(PATH)

PYTHON ?= $(shell command -v python3.11 || command -v python3.12 || command -v python3.13 || command -v python3)
REQUIREMENTS := $(wildcard requirements.txt requirements-dev.txt)
FORMGRADER := $(wildcard jupyter_server_config.json)
ROOT := $(filter 0,$(shell id -u))
LESSON ?= lessons/01_slash_classifier/slash_classifier.ipynb
SAVING := --ContentsManager.pre_save_hook=utils.notebook_saving.tidy
LAB_ARGS ?=

help:  ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-9s  %s\n", $$1, $$2}' $(MAKEFILE_LIST)

lab: $(READY)  ## open JupyterLab on the lessons (LESSON=..., LAB_ARGS=...)
	@jupyter lab --ServerApp.root_dir="$(CURDIR)" --LabApp.default_url=/lab/tree/$(LESSON) $(SAVING) $(if $(ROOT),--allow-root) $(LAB_ARGS)

doctor: $(READY)  ## say what is installed, and what to do about what is not
	@course doctor

$(READY): $(REQUIREMENTS) constraints.txt pyproject.toml jupyterlab_overrides.json $(FORMGRADER)
	@"$(PYTHON)" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null \
	  || { echo "make: Python 3.11, 3.12 or 3.13 is needed: install one, or name it: make lab PYTHON=/path/to/python3.11"; exit 1; }
	@[ "$$("$(PYTHON)" -c 'import platform; print(platform.system(), platform.machine())')" != "Darwin x86_64" ] \
	  || { echo "make: PyTorch and TensorFlow have no packages for Macs with Intel processors: use another computer; on Apple silicon, a Python for arm64 (make lab PYTHON=/path/to/python3.11)"; exit 1; }
	@echo "Setting up $(VENV), once. This takes a few minutes and about 3 GB."
	@"$(PYTHON)" -m venv $(VENV) > $(VENV).log 2>&1 \
	  || { [ -n "$(ROOT)" ] && apt-get install -y -qq python3-venv >> $(VENV).log 2>&1 \
	       && "$(PYTHON)" -m venv --clear $(VENV) >> $(VENV).log 2>&1; } \
	  || { echo "make: cannot make $(VENV): sudo apt-get install python3-venv, then try again ($(VENV).log says more)"; exit 1; }
	@set -o pipefail; $(VENV)/bin/python -m pip install --disable-pip-version-check \
	  -r $(lastword $(REQUIREMENTS)) -c constraints.txt -e . 2>> $(VENV).log | tee -a $(VENV).log \
	  | { grep --line-buffered -oE '^(Collecting [^ ]+|Installing collected packages)' || true; } \
	  || { grep ERROR $(VENV).log | tail -n 2; echo "make: pip could not install the requirements: check the network and try again ($(VENV).log says more)"; exit 1; }
	@mkdir -p $(VENV)/share/jupyter/lab/settings
	@cp jupyterlab_overrides.json $(VENV)/share/jupyter/lab/settings/overrides.json  # it asks nothing of the network
	@$(if $(FORMGRADER),mkdir -p $(VENV)/etc/jupyter/jupyter_server_config.d && \
	  cp $(FORMGRADER) $(VENV)/etc/jupyter/jupyter_server_config.d/slash_to_vgg.json)  # after nbgrader.json: it has the last word
	@touch $@
