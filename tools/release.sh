#!/bin/sh
# Make a release on GitHub of what lies in dist/, with the notes from CHANGELOG.md:
# tools/release.sh TAG. Needs GitHub's `gh` and a token that may write contents.
set -eu
tag=${1:?"is empty: say TAG=… of a version that CHANGELOG.md has"}
command -v gh > /dev/null || { echo "This takes GitHub's gh: https://cli.github.com"; exit 2; }
notes=$(mktemp)
python3 _ext/changelog.py "${tag#v}" > "$notes"
set -- dist/packages/*
for file in dist/*; do
  [ -f "$file" ] && set -- "$@" "$file"
done
gh release create "$tag" --verify-tag --title "$tag" --notes-file "$notes" "$@"
