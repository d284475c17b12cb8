#!/bin/sh
# Make the environment: tools/make_venv.sh FOLDER LOCK
# Needs Python 3.11 to 3.13 with venv; says in one line what is missing.
set -eu
folder=$1
lock=$2

good='import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))'
python=${PYTHON:-}
if [ -z "$python" ]; then
  for candidate in python3 python3.13 python3.12 python3.11; do
    if command -v "$candidate" >/dev/null 2>&1 && "$candidate" -c "$good" 2>/dev/null; then
      python=$candidate
      break
    fi
  done
fi
if [ -z "$python" ] || ! "$python" -c "$good" 2>/dev/null; then
  echo "The book needs Python 3.11, 3.12 or 3.13; install one (Debian and Ubuntu: apt install python3.11) or say which: make PYTHON=/path/to/python3.12" >&2
  exit 1
fi
if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
  echo "$python has no venv module; install it (Debian and Ubuntu: apt install python3-venv)" >&2
  exit 1
fi

[ -x "$folder/bin/python" ] || "$python" -m venv "$folder"
pip() { "$folder/bin/python" -m pip install --quiet --disable-pip-version-check "$@"; }
echo "Installing $(grep -c '==' "$lock") pinned packages into $folder (under a minute) ..."
# What takes pip a minute takes uv seconds; but pip may have been told of an index that uv has not.
pip "$(grep '^uv==' "$lock")"
"$folder/bin/python" -m uv pip install --quiet --python "$folder/bin/python" -r "$lock" 2>/dev/null \
  || pip --no-compile -r "$lock"
# The package itself, editable; its dependencies are in the lock.
pip --no-deps --no-build-isolation -e .
# matplotlib builds its font cache at the first import and says so, which no notebook may print.
"$folder/bin/python" -c 'import matplotlib.font_manager' >/dev/null 2>&1
touch "$folder/.made"
