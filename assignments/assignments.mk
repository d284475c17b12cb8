# The problem sets: hand out, grade, test. Included by the Makefile, which defines VENV and venv.
# nbgrader has an environment of its own, from its own lock: readers never need it.
GRADER := $(VENV)-assignments
GRADER_PY := $(GRADER)/bin/python
SOURCE ?= assignments/source
RELEASE ?= assignments/release
GRADES ?= grades.csv

$(GRADER)/.made: $(VENV)/.made requirements-assignments.txt
	@$(PY) -m venv --clear $(GRADER)
	@$(PY) -m uv pip install --quiet --python $(GRADER_PY) -r requirements-assignments.txt 2>/dev/null \
	  || $(GRADER_PY) -m pip install -q --disable-pip-version-check -r requirements-assignments.txt
	@touch $@

# Before an environment is made, which takes minutes, and not after
say-%:
	@test -n "$($*)" || { echo "Say $*=…: \`make\` alone lists what each target takes."; exit 2; }

release-assignments: $(GRADER)/.made  ## teach: make the students' notebooks (SOURCE=folder RELEASE=folder)
	@$(GRADER_PY) -m assignments.grading.release "$(SOURCE)" "$(RELEASE)"

grade: say-SUBMITTED $(GRADER)/.made  ## teach: mark notebooks: make grade SUBMITTED=folder GRADES=file.csv
	@$(GRADER_PY) -m assignments.grading.grade "$(SUBMITTED)" "$(GRADES)" --source "$(SOURCE)" --release "$(RELEASE)" $(GRADE_OPTIONS)

enter-marks: say-MARKS venv  ## teach: points by hand and appeals: make enter-marks GRADES=file.csv MARKS=file.csv
	@$(PY) -m assignments.grading.marks "$(GRADES)" "$(MARKS)" --source "$(SOURCE)"

hand-back: venv  ## teach: totals, gradebooks, feedback zip, statistics: make hand-back GRADES=file.csv
	@$(PY) -m assignments.grading.out "$(GRADES)" --source "$(SOURCE)" $(OUT_OPTIONS)

similar: say-SUBMITTED say-PS $(GRADER)/.made  ## teach: pairs of alike answers: make similar SUBMITTED=folder PS=ps1
	@$(GRADER_PY) -m assignments.grading.similar "$(SUBMITTED)" $(PS) --source "$(SOURCE)"

check-source: venv  ## teach: try your own problem sets: make check-source SOURCE=folder
	@$(PY) -m assignments.grading.check_source "$(SOURCE)"

gradescope: say-PS venv  ## teach: a Gradescope autograder: make gradescope PS=ps1
	@$(PY) -m assignments.grading.gradescope $(PS) --source "$(SOURCE)" $(GRADESCOPE_OPTIONS)

test-assignments: venv  ## test: the autograder's bank of answers, and the code of every solution in the chapters
	@$(PY) -m pytest -q -n $(WORKERS) --dist worksteal tests/assignments

test-assignments-nbgrader: $(GRADER)/.made  ## test: the whole way through nbgrader, and Gradescope's set-up (minutes)
	@NBGRADER_TESTS=1 $(GRADER_PY) -m pytest -q -p no:cacheprovider \
	  tests/assignments/test_nbgrader.py tests/assignments/test_gradescope.py
