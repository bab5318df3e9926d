#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Rows deleted by hand, but not the rows that refer to them: SQLite would reuse their ids, and mix new results with
# old ones. Nothing is added to such a database, but complete campaigns can be exported.
# shellcheck source=tests/tap.sh
. "$(dirname "$0")/../tap.sh"

nightly 1 >"$T/plan.yaml" <<-'YAML'
	workloads: [hackbench]
	boots: 6
	iterations: 2
	seed: 7
YAML
kduel run --quiet "$T/plan.yaml"
kduel run --quiet "$T/plan.yaml"
kduel export campaign latest "$T/new.kdc"
is $rc 0 "a campaign to take in" "$err"
first=$(sql 'select uuid from campaign where id = 1')
cp "$KDUEL_DB" "$T/whole.db"
rows() { sql 'select (select count(*) from campaign), (select count(*) from boot), (select count(*) from sample)'; }
for table in campaign variant boot series; do
	for which in "" " where id = (select max(id) from $table)"; do
		cp "$T/whole.db" "$KDUEL_DB"
		rm -f "$KDUEL_DB"-*
		sqlite3 "$KDUEL_DB" "delete from $table$which"
		before=$(rows)
		kduel run --quiet "$T/plan.yaml"
		is "$rc" 3 "$table${which:+, the last one}: a campaign is refused" "$out" "$err"
		like "$err" "rows of its table '[a-z]+' were deleted" "$table${which:+, the last one}: the error says that rows were deleted"
		kduel import "$T/new.kdc"
		is "$rc" 3 "$table${which:+, the last one}: an import is refused" "$out" "$err"
		is "$(rows)" "$before" "$table${which:+, the last one}: nothing was added"
	done
done

# If rows of the last campaign are gone, the first one is still complete.
cp "$T/whole.db" "$KDUEL_DB"
sqlite3 "$KDUEL_DB" "delete from boot where campaign = (select max(id) from campaign)"
kduel export campaign "$first" "$T/first.kdc"
is $rc 0 "a complete campaign can be exported from a damaged database" "$err"
kduel import --db "$T/other.db" "$T/first.kdc" "$T/new.kdc"
is $rc 0 "what is whole can be imported into a new database" "$err"
kduel run --quiet --db "$T/other.db" "$T/plan.yaml"
is "$rc/$(sql 'select count(*) from campaign' "$T/other.db")" 0/3 "the new database can be used" "$err"

# Such a database cannot be imported either; the message names it, not a temporary file.
cp "$T/whole.db" "$T/hurt.db"
sqlite3 "$T/hurt.db" "delete from boot where id = 2"
kduel import --db "$T/third.db" "$T/hurt.db"
is "$rc $(grep -c "^kduel: $T/hurt.db: damaged: a row of log refers to a boot" <<<"$err")" "3 1" "a database with deleted rows cannot be imported" "$err"
unlike "$err" 'import\.db' "the error does not name the temporary database"

# kduel rm leaves nothing behind.
cp "$T/whole.db" "$KDUEL_DB"
kduel rm latest
is $rc 0 "a campaign is removed" "$err"
kduel run --quiet "$T/plan.yaml"
is "$rc" 0 "a campaign is removed: the next one can be stored" "$err"
finish
