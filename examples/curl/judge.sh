#!/bin/sh
# Asks a service about a model, judges a row and a file, and tries a threshold: judge.sh URL MODEL DATA.csv
# Where the service asks for an API key, put it in LATENTRY_KEY.
set -eu
url=$1
model=$2
data=$3

ask() { curl --silent --show-error --fail-with-body ${LATENTRY_KEY:+--header "Authorization: Bearer $LATENTRY_KEY"} "$@"; }

echo "== models"
ask "$url/v1/models"

echo && echo "== one row, of which nothing is known"
ask "$url/v1/models/$model/score" --json '{"rows": [{}], "terms": true}'

echo && echo "== a file, streamed: the answer is a file, too"
ask "$url/v1/models/$model/score?explain=1" --request POST --upload-file "$data" --header "Content-Type: text/csv"

echo "== a threshold, only tried"
ask "$url/v1/models/$model/threshold" --request PATCH --header "Content-Type: application/json" \
  --data '{"false_alarm_rate": 0.05, "what_if": true}'
echo
