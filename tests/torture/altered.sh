#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Databases altered in N (500) ways: damaged bytes and pages (alter.c), and schemas with missing or additional
# constraints, tables and columns, with rows that kduel would never write. A kduel with AddressSanitizer and
# UBSan reads each of them: it must not hang, must end with a documented exit status, and no sanitizer may
# report anything.
# shellcheck source=tests/torture/lib.sh
. "$(dirname "$0")/lib.sh"
N=${N:-500}
# shellcheck source=tests/serve.sh
. "$TOP/tests/serve.sh"
trap 'rm -rf "$T"' EXIT

sed 's/boots: 10/boots: 4/' <(plan) >"$T/p.yaml"
reference /dev/null run "$T/p.yaml" --tag branch=x
(
	trap - EXIT
	worker reference
	sqlite3 "$DB" 'pragma journal_mode = delete; vacuum' >/dev/null
	cp "$DB" "$T/good.db"
	# Another database, into which the altered ones are imported.
	go run "$T/p.yaml" --tag branch=y --db "$T/ours.db"
	sqlite3 "$T/ours.db" 'pragma journal_mode = delete' >/dev/null
)
KDUEL=${ASAN_KDUEL:-$TOP/build-asan/kduel}
[ -x "$KDUEL" ] || { echo "altered: $KDUEL is missing: make torture builds it" >&2; exit 1; }
export ASAN_OPTIONS=detect_leaks=0:exitcode=99:abort_on_error=0 UBSAN_OPTIONS=halt_on_error=1:exitcode=98
mapfile -t TABLES < <(sqlite3 "$T/good.db" "select name from sqlite_schema where type = 'table' and name not like 'sqlite%' order by 1")
# Values to put into a column.
VALUES=(null "''" "'x'" -1 9223372036854775807 -9223372036854775808 1e308 9e999 "zeroblob(5000000)" "x'00ff1b5d'"
	"char(27) || ']0;OWNED' || char(7)" "replace(hex(zeroblob(100000)), '0', 'a')")

# Alter the schema or rows such that SQLite itself finds the database sound, and print how.
alter_schema() { # file
	local t=${TABLES[$(random ${#TABLES[@]})]} c v
	c=$(sqlite3 "$1" "select name from pragma_table_info('$t') limit 1 offset $(random "$(sqlite3 "$1" "select count(*) from pragma_table_info('$t')")")")
	v=${VALUES[$(random ${#VALUES[@]})]}
	case $(random 9) in
	0) echo "$t without its constraints, each row 30 times"
		sqlite3 "$1" "create table x as select t.* from $t t, generate_series(1, 30); drop table $t; alter table x rename to $t" 2>/dev/null ||
			sqlite3 "$1" "create table x as with recursive n(i) as (select 1 union all select i + 1 from n where i < 30)
				select t.* from $t t, n; drop table $t; alter table x rename to $t" ;;
	1) echo "$t dropped"; sqlite3 "$1" "drop table $t" ;;
	2) echo "$t.$c renamed"; sqlite3 "$1" "alter table $t rename column $c to other" ;;
	3) echo "$t with another column"; sqlite3 "$1" "alter table $t add column other text" ;;
	4) echo "$t is a view of nothing"; sqlite3 "$1" "alter table $t rename to hidden; create view $t as select * from hidden where 0" ;;
	5) echo "$t is an endless view"; sqlite3 "$1" "alter table $t rename to hidden; create view $t as
		with recursive n(i) as (select 1 union all select i + 1 from n) select hidden.* from hidden, n" ;;
	6) echo "$t.$c is $v, without constraints"
		sqlite3 "$1" "create table x as select * from $t; update x set $c = $v; drop table $t; alter table x rename to $t" ;;
	7) echo "$t.$c is $v where the constraints allow it"
		sqlite3 "$1" "pragma ignore_check_constraints = 1; update or ignore $t set $c = $v" ;;
	8) echo "a trigger on $t, and another version"
		sqlite3 "$1" "create trigger x after insert on $t begin delete from $t; end; pragma user_version = $(random 100)" ;;
	esac
}

# Run one command on the altered file, or on the database INTO.
look() { # arguments...
	LIMIT=60 go "$@" --db "${INTO:-$W/a.db}"
	count 'commands'
	case $rc in
	0|1|4) count "answered" ;;
	2|3) count "refused"; grep -q '^kduel: ' "$W/err" || bad "$damage: kduel $*: exit code $rc without a message" ;;
	124|137) bad "$damage: that was kduel $*" ;;
	*) bad "$damage: kduel $*: exit code $rc: $(grep -m 2 -E 'ERROR|runtime error|#[0-3] ' "$W/err" || tail -n 2 "$W/err")" ;;
	esac
	! grep -qE 'Sanitizer|runtime error' "$W/err" || [ $rc -ge 5 ] || bad "$damage: kduel $*: $(grep -m 1 -E 'Sanitizer|runtime error' "$W/err")"
}

# Serve the file and request pages, following links as a browser would.
look_at_pages() {
	local n=0 link
	T=$W HOME=$CANARY/home KDUEL_TORTURE=$MARK serve --db "$W/a.db" || { # shellcheck disable=SC2154 # of serve.sh
		wait "$server"
		rc=$?
		[ $rc -eq 3 ] || [ $rc -eq 2 ] || bad "$damage: kduel serve: exit code $rc"
		return
	}
	for link in / $(curl -s -m $((30 * SLOW)) "$url/" | grep -o 'href="/[^"#]*"' | cut -d'"' -f2 | sort -u | head -n 12); do
		n=$(curl -s -m $((30 * SLOW)) -o /dev/null -w '%{http_code}' "${url%/}$link")
		count 'pages'
		[[ $n =~ ^(200|30[1-8]|404|503|500)$ ]] || bad "$damage: page $link: $n"
	done
	kill -TERM "$server" 2>/dev/null
	wait "$server"
	rc=$?
	[ $rc -eq 0 ] || [ $rc -eq 130 ] || [ $rc -eq 143 ] || bad "$damage: kduel serve ends with $rc: $(grep -m 2 -E 'ERROR|#[0-3] ' "$W/serve.err")"
}

# Import the altered file: our database must stay sound, and its rows unchanged.
look_at_import() {
	local before=$W/before
	rm -f "$W"/ours.db*
	cp "$T/ours.db" "$W/ours.db"
	INTO=$W/ours.db look import "$W/a.db"
	INTO=$W/ours.db look db check
	[ $rc -eq 0 ] || bad "$damage: ours is unsound after an import: $(tail -n 1 "$W/err")"
	for t in "${TABLES[@]}"; do
		[ "$t" = claim ] || echo "select '$t', * from $t;"
	done >"$before.sql"
	sqlite3 "$T/ours.db" <"$before.sql" | sort >"$before"
	sqlite3 "$W/ours.db" <"$before.sql" | sort | comm -23 "$before" - >"$W/lost"
	[ ! -s "$W/lost" ] || bad "$damage: an import changed what was there: $(head -c 200 "$W/lost")"
}

trial() {
	rm -f "$W/a.db"* "$W"/err*
	cp "$T/good.db" "$W/a.db"
	if [ $((trial % 2)) -eq 0 ]; then
		damage=$("$O/torture/alter" "$W/a.db" $((SEED * 1000003 + trial)))
	else
		damage=$(alter_schema "$W/a.db" 2>&1)
	fi
	count "$(if [ $((trial % 2)) -eq 0 ]; then echo 'damaged files'; else echo 'altered schemas'; fi)"
	look compare
	case $((trial / 2 % 8)) in
	0) look list; look compare --format json --all ;;
	1) look show latest; look show latest 3 ;;
	2) look export json; look history hackbench/time ;;
	3) look_at_pages ;;
	4) look export csv; look show latest 3 --facts ;;
	5) look show latest 3 --console; look run --resume latest --quiet ;;
	6) look db check; look explain latest kernel.instructions ;;
	7) look_at_import ;;
	esac
	check_left
}
trials "$N"
total
