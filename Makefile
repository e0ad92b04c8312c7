# The course's commands, for instructors and contributors. `make lab` and the set-up of .venv are in setup.mk.
include setup.mk
.PHONY: test build grade bundle pretrain lock

test: $(READY)  ## run everything that CI runs
	@tests/install_tools
	ruff check .
	ruff format --check .
	course build --check
	course bank
	pytest -n 2 --dist loadscope --durations 20 --ignore tests/test_browser.py --ignore tests/test_parity.py tests
	pytest -n 2 tests/test_parity.py  # by itself: one of many equal tests at a time for each worker
	pytest tests/test_browser.py  # by itself: a browser beside the attacks' bombs would test our patience only
	COURSE_WIDGETS=off COURSE_DEVICE=cpu pytest -n 2 --dist loadscope --nbval --nbval-sanitize-with tests/nbval.cfg solutions

build: $(READY)  ## make the solution notebooks and the lessons from their sources
	@course build

grade: $(READY)  ## take a sample class through submit, autograde, feedback and report
	@tests/install_tools bubblewrap
	@course sample-class

bundle: $(READY)  ## write the students' zip file to dist/
	@course bundle

pretrain: $(READY)  ## train the small network of data/pretrained/ anew (7 minutes on a free core)
	@python docs/pretrain.py

lock: $(READY)  ## write constraints.txt anew from what is installed in .venv
	@pip freeze --exclude-editable | grep -viE '^(nvidia|cuda|triton)' | sed -E 's/[+]cpu//; s/ @ .*//' > constraints.tmp
	@mv constraints.tmp constraints.txt
