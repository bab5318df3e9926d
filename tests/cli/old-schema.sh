#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# A database with schema 7 is migrated: floors and margins of counts are stored as its metrics are declared now. After
# that its verdicts do not depend on the version of kduel.
# shellcheck source=tests/tap.sh
. "$(dirname "$0")/../tap.sh"

data="$(dirname "$0")/../data/schema"
# Ignore fields that later versions added.
rows() { jq -c '.blocks[].rows[] | del(.noise_points, .change, .change_lo, .change_hi, .change_unit, .boots_needed_seen, .ranges)' <<<"$out"; }

mkdir -p "$(dirname "$KDUEL_DB")"
sqlite3 "$KDUEL_DB" <"$data/7.sql"
is "$(sqlite3 "$KDUEL_DB" 'pragma user_version')" 7 "a database of schema 7"
kduel compare --format json --all
is $rc 1 "a database of schema 7 has the same regression"
is "$(rows)" "$(cat "$data/7.jsonl")" "figures, verdicts and notes are as they were"
is "$(rows | jq -r 'select(.verdict == "differs") | .source' | sort | uniq -c | xargs)" \
	"2 mm-selftests 6 vmstat" "what only describes differs, neither better nor worse"
is "$(rows | jq -r 'select(.verdict == "too-few-events") | [.source, .note] | join(": ")' | sort | uniq -c | xargs)" \
	"5 vmstat: fewer than 100 events on either side" "few events: no verdict, with a note"
is "$(sqlite3 "$KDUEL_DB" 'pragma user_version; pragma integrity_check')" "15
ok" "it is of schema 15 now"
is "$(sqlite3 "$KDUEL_DB" 'pragma foreign_key_check')" "" "no foreign key is broken"
is "$(sqlite3 "$KDUEL_DB" "select count(*) from sqlite_schema where name = 'boot_value'")" 0 \
	"the table that an index replaces is gone"

sqlite3 "$KDUEL_DB" "update series set source = 'gone-' || source, workload = 'gone-' || workload"
kduel compare --format json --all
same='del(.workload, .source)'
is "$(rows | jq -c "$same")" "$(jq -c "$same" "$data/7.jsonl")" \
	"verdicts on a plug-in that this program does not have are those as well"
kduel history failed --format json
is $rc 0 "a plug-in that this program does not have: kduel history works"
finish
