#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Rows deleted by hand, without what belongs to them: SQLite would give their ids again, and new results would be
# mixed with old ones. Nothing is added to such a database, and what is whole can be taken out of it.
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
		like "$err" "rows of its table '[a-z]+' were deleted" "... and why is said"
		kduel import "$T/new.kdc"
		is "$rc" 3 "... so is an import" "$out" "$err"
		is "$(rows)" "$before" "... and nothing was added"
	done
done

# The first campaign is whole when the last one's rows are gone.
cp "$T/whole.db" "$KDUEL_DB"
sqlite3 "$KDUEL_DB" "delete from boot where campaign = (select max(id) from campaign)"
kduel export campaign "$first" "$T/first.kdc"
is $rc 0 "what is whole can be taken out" "$err"
kduel import --db "$T/other.db" "$T/first.kdc" "$T/new.kdc"
is $rc 0 "... into a new database" "$err"
kduel run --quiet --db "$T/other.db" "$T/plan.yaml"
is "$rc/$(sql 'select count(*) from campaign' "$T/other.db")" 0/3 "... which goes on" "$err"

# Such a database is not taken in either; what is said names it, and no file of kduel's own.
cp "$T/whole.db" "$T/hurt.db"
sqlite3 "$T/hurt.db" "delete from boot where id = 2"
kduel import --db "$T/third.db" "$T/hurt.db"
is "$rc $(grep -c "^kduel: $T/hurt.db: damaged: a row of log refers to a boot" <<<"$err")" "3 1" "it is damaged for others" "$err"
unlike "$err" 'import\.db' "... and that is the name it is called by"

# What kduel itself deletes leaves nothing.
cp "$T/whole.db" "$KDUEL_DB"
kduel rm latest
is $rc 0 "a campaign is removed" "$err"
kduel run --quiet "$T/plan.yaml"
is "$rc" 0 "... and the next one is stored" "$err"
finish
