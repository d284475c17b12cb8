#!/bin/sh
# Open one issue with a title and the last lines of a file, or add to it where it is open already:
# tools/report.sh TITLE FILE. Needs GitHub's `gh` and a token, as in the scheduled workflows.
set -eu
title=$1
body=$(mktemp)
{ date -u +%Y-%m-%d; echo; echo '```'; tail -n 100 "$2" 2>/dev/null || echo "no messages"; echo '```'; } > "$body"
number=$(gh issue list --state open --search "\"$title\" in:title" --json number --jq '.[0].number')
if [ -n "$number" ]; then
  gh issue comment "$number" --body-file "$body"
else
  gh issue create --title "$title" --body-file "$body"
fi
