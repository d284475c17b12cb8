#!/bin/sh
# Open one issue with a title, a link to the run that failed and the last lines of what it printed, or
# add these to the issue where it is open already: tools/report.sh TITLE FILE. Needs GitHub's `gh` and
# a token, as in the scheduled workflows, whose environment says which run it is.
set -eu
title=${1:?"is empty: say TITLE=… and FILE=…"}
command -v gh > /dev/null || { echo "This takes GitHub's gh: https://cli.github.com"; exit 2; }
body=$(mktemp)
{
  date -u +%Y-%m-%d
  echo
  if [ -n "${GITHUB_RUN_ID:-}" ]; then
    echo "The run: $GITHUB_SERVER_URL/$GITHUB_REPOSITORY/actions/runs/$GITHUB_RUN_ID"
    echo
  fi
  echo '````'
  # An issue takes 65,536 characters.
  { tail -n 100 "$2" 2>/dev/null || echo "It left no messages: see the run."; } | tail -c 50000
  echo '````'
} > "$body"
number=$(gh issue list --state open --search "\"$title\" in:title" --json number --jq '.[0].number')
if [ -n "$number" ]; then
  gh issue comment "$number" --body-file "$body"
else
  gh issue create --title "$title" --body-file "$body"
fi
