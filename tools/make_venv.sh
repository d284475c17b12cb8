#!/bin/sh
# Make the environment: tools/make_venv.sh FOLDER LOCK
# Needs Python 3.11 to 3.14 with venv; says in one line what is missing. Where none is found and uv is
# installed, uv fetches one, if the person at the terminal agrees (or FETCH_PYTHON=yes).
set -eu
folder=$1
lock=$2

good='import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 14))'
python=${PYTHON:-}
if [ -z "$python" ]; then
  for candidate in python3 python3.14 python3.13 python3.12 python3.11; do
    if command -v "$candidate" >/dev/null 2>&1 && "$candidate" -c "$good" 2>/dev/null; then
      python=$candidate
      break
    fi
  done
fi
suits() { [ -n "$python" ] && "$python" -c "$good" 2>/dev/null; }
if ! suits && command -v uv >/dev/null 2>&1; then
  answer=${FETCH_PYTHON:-}
  if [ -z "$answer" ] && [ -t 0 ]; then
    printf 'No Python from 3.11 to 3.14 is here. Shall uv fetch Python 3.13, for itself alone? [y/N] ' >&2
    read -r answer || answer=
  fi
  case $answer in
    [Yy]*) uv python install 3.13 >&2 && python=$(uv python find 3.13) ;;
  esac
fi
if ! suits; then
  echo "The book needs Python 3.11, 3.12, 3.13 or 3.14; install one (Debian and Ubuntu: apt install python3; macOS: brew install python@3.13; anywhere with uv: make venv FETCH_PYTHON=yes) or say which: make PYTHON=/path/to/python3.13" >&2
  exit 1
fi
if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
  echo "$python has no venv module; install it (Debian and Ubuntu: apt install python3-venv)" >&2
  exit 1
fi

[ -x "$folder/bin/python" ] || "$python" -m venv --without-pip "$folder"
# Installs with a pip of the environment's own: slower, but always there.
own_pip() {
  "$folder/bin/python" -m ensurepip --default-pip >/dev/null
  "$folder/bin/python" -m pip install --quiet --disable-pip-version-check "$@"
}
uv=$(grep '^uv==' "$lock")
echo "Installing $(grep -c '==' "$lock") pinned packages into $folder (under a minute) ..."
# What takes pip a minute takes uv seconds; but pip may have been told of an index that uv has not.
"$python" -m pip --python "$folder/bin/python" install --quiet --disable-pip-version-check "$uv" \
  2>/dev/null || own_pip "$uv"
"$folder/bin/python" -m uv pip install --quiet --python "$folder/bin/python" -r "$lock" 2>/dev/null \
  || own_pip --no-compile -r "$lock"
# Matplotlib builds its font cache at its first import and says so, which no notebook may print.
"$folder/bin/python" -c 'import matplotlib.pyplot' >/dev/null 2>&1 & fonts=$!
# Python compiles what a build imports, while other steps wait for the network; nothing waits for it.
"$folder/bin/python" -c 'import jupyter_book.cli.main, sphinx_book_theme' >/dev/null 2>&1 &
# The package itself, editable; its dependencies are in the lock, and nothing is fetched.
"$folder/bin/python" -m uv pip install --quiet --offline --python "$folder/bin/python" \
  --no-deps --no-build-isolation -e .
# JupyterLab asks no reader about news of Jupyter; `jupyter labextension disable` writes the same file.
mkdir -p "$folder/etc/jupyter/labconfig"
echo '{"disabledExtensions": {"@jupyterlab/apputils-extension:announcements": true}}' \
  > "$folder/etc/jupyter/labconfig/page_config.json"
wait $fonts
touch "$folder/.made"
