# The course's commands, for instructors and contributors. `make lab` and the set-up of .venv are in setup.mk.
include setup.mk
.PHONY: check test test-full build grade bundle site pretrain lock lint types quick bank tests parity parity-full browser nbval nbval-in-turn benchmarks

PYTEST := pytest -n 2
# `make test` takes every fourth lesson where a whole lesson is run, one of so many answers of the bank, and one of so many
# exercises that are left unsolved for a try, and every eighth test that starts processes: others with each commit. It
# takes no test that needs a minute or moves gigabytes. `make test-full` takes all, and so do `make bank` and `make nbval` with a LESSON.
ONE_IN ?= 16
CHOSEN = $(if $(filter 1,$(ONE_IN)),,-m "not slow")
LESSONS = $(notdir $(wildcard solutions/*))
TURN = $(shell echo $$(($$(git rev-list --count HEAD 2> /dev/null || echo 0) % 4)))
HAVING_THEIR_TURN = $(shell ls solutions | awk 'NR % 4 == ($(TURN) + 1) % 4')
TAKEN = $(if $(filter 1,$(ONE_IN)),$(LESSONS),$(HAVING_THEIR_TURN))
LESSON_FILES = $(wildcard solutions/$(if $(filter command% environment%,$(origin LESSON)),$(LESSON)*,*)/*.ipynb)

check: $(READY)  ## ruff, mypy, and the tests that need no sandbox and no kernel: a minute and a half
	@tests/run_stages "lint types quick"

test: $(READY)  ## what CI runs, much of it by turns: 12 to 15 minutes on 2 cores
	@tests/install_tools
	@tests/run_stages "tests browser" "lint types bank nbval-in-turn parity"

test-full: $(READY)  ## the same with the whole parity run, and the benchmarks' short forms
	@tests/install_tools
	@ONE_IN=1 tests/run_stages "lint types bank tests parity-full browser nbval benchmarks"

build: $(READY)  ## make the solution notebooks and the lessons from their sources
	@course build

grade: $(READY)  ## take a sample class through submit, autograde, feedback and report
	@tests/install_tools bubblewrap
	@course sample-class

bundle: $(READY)  ## write the students' zip file to dist/
	@course bundle

site: $(READY)  ## write the course as pages to read, to dist/site/ (SITE_ARGS=--booklet: with solutions)
	@course site $(SITE_ARGS)

pretrain: $(READY)  ## train the small network of data/pretrained/ anew (7 minutes on a free core)
	@python docs/pretrain.py

lock: $(READY)  ## write constraints.txt anew from what is installed in .venv
	@pip freeze --exclude-editable | grep -viE '^(nvidia|cuda|triton)' | sed -E 's/[+]cpu//; s/ @ .*//; s/^h5py==.*/&; python_version < "3.14"/' > constraints.tmp
	@echo 'h5py==3.16.0; python_version >= "3.14"' >> constraints.tmp  # with no TensorFlow to hold it back
	@mv constraints.tmp constraints.txt

# The stages of `make check` and `make test`. `make bank LESSON=05` and `make nbval LESSON=05` take one lesson.
lint: $(READY)
	ruff check .
	ruff format --check .
	course build --check

types: $(READY)
	mypy

quick: $(READY)
	$(PYTEST) -q -m "not processes and not slow" --ignore tests/lessons/test_fixture_rule.py tests  # it takes a minute by itself

# A lesson on each processor, the longest first: a grader imports what its lesson needs, and that takes longer than some
# lessons' answers
bank: $(READY)
	$(if $(filter command% environment%,$(origin LESSON)),course bank $(LESSON),\
	  ls -S $(TAKEN:%=solutions/%/*.py) | cut -d/ -f2 | xargs -P $$(getconf _NPROCESSORS_ONLN) -n 1 course bank --workers 1 --one-in $(ONE_IN))

tests: $(READY)
	COURSE_ONE_IN=$(ONE_IN) pytest -n 3 $(CHOSEN) --durations 40 --ignore tests/end_to_end/test_browser.py --ignore tests/end_to_end/test_parity.py tests  # many wait

parity parity-full: $(READY)
	COURSE_PARITY=$(if $(filter %-full,$@),full,sample) $(PYTEST) -q tests/end_to_end/test_parity.py

browser: $(READY)  # by itself: a browser beside the attacks' bombs would test our patience only
	pytest -q tests/end_to_end/test_browser.py

NBVAL := COURSE_WIDGETS=off COURSE_DEVICE=cpu $(PYTEST) --dist loadscope -q --nbval --nbval-sanitize-with tests/nbval.cfg
nbval: $(READY)
	$(NBVAL) $(LESSON_FILES)

nbval-in-turn: $(READY)
	$(NBVAL) $(wildcard $(TAKEN:%=solutions/%/*.ipynb))

benchmarks: $(READY)
	python tests/benchmarks/grading.py NumPy --submissions 4
	python tests/benchmarks/scaling.py --real-submissions 4 --submissions 24 --workers 4
	python tests/benchmarks/chaos.py --submissions 12 --command 1 --worker 1 --connections 1
	python tests/benchmarks/scale.py --term 01
