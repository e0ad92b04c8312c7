# What both the course and a student's copy do, by start.py: make .venv when the requirements have changed, open the lessons.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help lab doctor

VENV := .venv
READY := $(VENV)/.ready
export PATH := $(CURDIR)/$(VENV)/bin:$(PATH)

PYTHON ?= $(shell command -v python3.11 || command -v python3.12 || command -v python3.13 || command -v python3.14 || command -v python3)
LESSON ?= lessons/01_slash_classifier/slash_classifier.ipynb
LAB_ARGS ?=

help:  ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-9s  %s\n", $$1, $$2}' $(MAKEFILE_LIST)

lab: $(READY)  ## open JupyterLab on the lessons (LESSON=..., LAB_ARGS=...)
	@python start.py open --LabApp.default_url=/lab/tree/$(LESSON) $(LAB_ARGS)

doctor: $(READY)  ## say what is installed, and what to do about what is not
	@course doctor

$(READY): $(wildcard requirements*.txt) constraints.txt pyproject.toml start.py $(wildcard jupyter*.json)
	@"$(PYTHON)" -c "" 2> /dev/null \
	  || { echo "make: Python 3.11 to 3.14 is needed: install one, or name it: make lab PYTHON=/path/to/python3.11"; exit 1; }
	@"$(PYTHON)" start.py setup
	@touch $@
