#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Databases that somebody altered: the schema, rows and pages swapped or duplicated. Whatever they contain, kduel
# reports what is wrong or goes on, within a second or two, and never crashes.
# shellcheck source=tests/tap.sh
. "$(dirname "$0")/../tap.sh"
# shellcheck source=tests/serve.sh
. "$(dirname "$0")/../serve.sh"

nightly 1.2 >"$T/p.yaml" <<-YAML
workloads: [hackbench]
boots: 4
iterations: 3
seed: 7
YAML
kduel run --quiet "$T/p.yaml"
sqlite3 "$KDUEL_DB" 'pragma wal_checkpoint(truncate); pragma journal_mode = delete' >/dev/null
cp "$KDUEL_DB" "$T/good.db"
export KDUEL_DB=$T/x.db
mkdir "$T/kept"
kept=0

# Run all commands that read a database. Those that die of a signal, take too long or report an internal error
# are listed in $T/bad. Exit codes are appended to $codes.
uses() { # name
	local c
	codes=
	cp "$KDUEL_DB" "$T/kept/$((kept++)).db"
	for c in list "show latest" "show latest 3 --facts" "show latest 3 --console" compare \
		"compare --format json --all" "history hackbench/time" "export json --output $T/x.json" "run --resume latest --quiet"; do
		# shellcheck disable=SC2086
		timeout 120 "$KDUEL" $c >"$T/out" 2>"$T/err" </dev/null
		rc=$?
		codes+=" $rc"
		case $rc in 0 | 1 | 2 | 3 | 4) ;; *) echo "$1: kduel $c: exit code $rc: $(tail -n 3 "$T/err")" >>"$T/bad" ;; esac
		grep -qE 'Sanitizer|runtime error' "$T/err" &&
			echo "$1: kduel $c: $(grep -E 'Sanitizer|runtime error' "$T/err" | head -n 2)" >>"$T/bad"
	done
}

reset() { rm -f "$KDUEL_DB"*; cp "$T/good.db" "$KDUEL_DB"; }
: >"$T/bad"

reset
uses good
is "$codes" " 0 0 0 0 1 1 0 0 1" "an unaltered database is read"
sqlite3 "$KDUEL_DB" 'analyze; vacuum' && uses analyzed
is "$codes" " 0 0 0 0 1 1 0 0 1" "the database after ANALYZE and VACUUM is read"
sqlite3 "$T/good.db" .dump >"$T/dump.sql"
rm "$KDUEL_DB" && sqlite3 "$KDUEL_DB" <"$T/dump.sql"
sqlite3 "$KDUEL_DB" "pragma application_id = 0x6b64756c; pragma user_version = $(sqlite3 "$T/good.db" 'pragma user_version')"
uses dumped
is "$codes" " 0 0 0 0 1 1 0 0 1" "the database dumped and read in again is read"

refused() { # name what is said
	kduel list
	local said=$err
	kduel compare
	[ $rc -eq 3 ] && [[ $said =~ $2 ]]
	ok $? "$1" "$said" "$err"
	uses "$1"
}

# Rebuild a table without its key and with each row thirty times, for which integrity_check says "ok".
rebuild() { # table key...
	local t=$1
	shift
	sqlite3 "$KDUEL_DB" "pragma foreign_keys = off;
		create table n (i); with recursive r (i) as (select 1 union all select i + 1 from r where i < 30)
		insert into n select i from r;
		create table copy as select $t.* from $t, n;
		drop table n; drop table $t; alter table copy rename to $t;"
}
for t in boot_stat sample boot variant campaign series fact iteration comparison tag design; do
	reset
	rebuild $t
	is "$(sqlite3 "$KDUEL_DB" 'pragma integrity_check')" ok "$t without a key is sound to SQLite"
	refused "$t without a key is refused, and the message names it" "(table|index) [a-z_]+ (is not as kduel makes it|is missing|is none)"
done

while IFS='@' read -r name said sql; do
	reset
	sqlite3 "$KDUEL_DB" "$sql" || ok 1 "$name: made"
	refused "$name" "$said"
done <<'SQL'
a table of somebody else@table mine is none of kduel's@create table mine (x)
an index of somebody else@index mine is none of kduel's@create index mine on boot (status)
a view@view mine is none of kduel's@create view mine as select * from boot
a view in place of a table@view tag is none of kduel's@drop table tag; create view tag as select 1 campaign, 'a' key, 'b' value, 1 set_ns
a view that never ends@view margin is none of kduel's@drop table margin; create view margin as with recursive r (i) as (select 1 union all select i + 1 from r) select 1 campaign, 'a' source, 'b' metric, i margin_abs, 1.0 margin_rel from r
a trigger@trigger mine is none of kduel's@create trigger mine after insert on boot begin delete from boot; end
a trigger on a table that is there@trigger@create trigger mine before update on campaign begin select raise(abort, 'no'); end
a virtual table@table@create virtual table mine using fts5 (x)
a virtual table in place of a table@table@drop table config; create virtual table config using fts5 (hash, bytes, zstd)
a generated column@table tag is not as kduel makes it@alter table tag add column more text as (hex(zeroblob(100000000))) virtual
one more column@table kernel is not as kduel makes it@alter table kernel add column more text
a column with another name@table kernel is not as kduel makes it@alter table kernel rename column origin to source
a column that is gone@table boot is not as kduel makes it@alter table boot drop column command
an index that is gone@index boot_slot is missing@drop index boot_slot
an index that is not unique@index boot_slot is not as kduel makes it@drop index boot_slot; create index boot_slot on boot (campaign, slot) where status <> 'interrupted'
a table that is gone@table log is missing@drop table log
nothing but the marks@is missing@pragma writable_schema = reset; drop table sample; drop table boot_stat; drop table log; drop table text; drop table fact; drop table iteration
an older version number@(none of|not as) kduel@pragma user_version = 5
the first version number@(none of|not as) kduel@pragma user_version = 1
version 0 with tables@is none@pragma user_version = 0
SQL
is "$(cat "$T/bad")" "" "no database with an altered schema crashes a command"

# writable_schema: the declaration of a table differs from what its pages contain.
: >"$T/bad"
n=0
while IFS='|' read -r name sql; do
	reset
	sqlite3 -cmd '.dbconfig defensive off' "$KDUEL_DB" "pragma writable_schema = on; $sql" >/dev/null 2>&1
	uses "$name"
	n=$((n + 1))
done <<'SQL'
swapped roots|update sqlite_schema set rootpage = (select max(rootpage) from sqlite_schema) where name = 'boot_stat'
roots of two tables the same|update sqlite_schema set rootpage = (select rootpage from sqlite_schema where name = 'sample') where name = 'boot_stat'
root of an index as table|update sqlite_schema set rootpage = (select rootpage from sqlite_schema where name = 'boot_campaign') where name = 'boot'
root 0|update sqlite_schema set rootpage = 0 where name = 'boot'
root 1|update sqlite_schema set rootpage = 1 where name = 'variant'
root past the end|update sqlite_schema set rootpage = 1000000 where name = 'boot'
no key by text|update sqlite_schema set sql = replace(sql, 'PRIMARY KEY (variant, series, boot)', 'CHECK (1)') where name = 'boot_stat'
a key in another order|update sqlite_schema set sql = replace(sql, '(variant, series, boot)', '(boot, series, variant)') where name = 'boot_stat'
not strict|update sqlite_schema set sql = replace(sql, 'STRICT', '') where name = 'boot'
same name twice|insert into sqlite_schema select * from sqlite_schema where name = 'boot'
a type that is none|update sqlite_schema set type = 'thing' where name = 'boot'
a text without end|update sqlite_schema set sql = sql || hex(zeroblob(2000000)) where name = 'boot'
a statistics table that is none|insert into sqlite_schema select 'table', 'sqlite_stat1', 'sqlite_stat1', rootpage, 'CREATE TABLE sqlite_stat1(x)' from sqlite_schema where name = 'boot'
rows of a campaign doubled|insert into variant select id + 1000, campaign, position, name || 'x', cpu, cmdline, kernel, baseline from variant
SQL
is "$(cat "$T/bad")" "" "$n schemas that lie about their pages crash no command"

# Numbers and strings that kduel never writes.
: >"$T/bad"
n=0
while IFS='|' read -r name sql; do
	reset
	sqlite3 "$KDUEL_DB" "pragma foreign_keys = off; pragma ignore_check_constraints = on; $sql"
	uses "$name"
	n=$((n + 1))
done <<'SQL'
slots without end|update campaign set n_slots = 4294967295
slots beyond 32 bits|update campaign set n_slots = 9223372036854775807
a slot outside|update boot set slot = 4000000000 where id = 1
a negative slot|update boot set slot = -1 where id = 1
a negative count|update boot_stat set n = -1
a huge count|update boot_stat set n = 9223372036854775807
huge warm-up|update boot_stat set warmup = 9223372036854775807
an iteration out of range|update sample set iter = 99999999999 where iter = 2
values at the edge|update boot_stat set median = 1e308, mean = 1e308, var = 1e308
infinite values|update boot_stat set median = 9e999, mean = -9e999, low = -9e999
an infinite margin|update series set margin_rel = 9e999, margin_abs = -1
a variant of nobody|update boot set variant = 77
a series of nobody|update boot_stat set series = series + 100
a boot of nobody|update boot_stat set boot = boot + 100
a status of nobody|update boot set status = 'fine'
a kind of nobody|update series set kind = 'x'
a repeat of itself|insert into fact select id, 'exact/repeat-of', slot + 1 from boot
a repeat of nothing|insert into fact select id, 'exact/repeat-of', '99999999999999999999' from boot
a packed text of 2^62 bytes|update log set bytes = 4611686018427387904
a packed text of garbage|update log set zstd = randomblob(1000)
a packed text of nothing|update log set zstd = x''
a name of a megabyte|update variant set name = name || hex(zeroblob(50000)); update campaign set name = hex(zeroblob(50000))
no text at all|update campaign set name = '', uuid = '', target = '', plan_text = ''
an id that is a number|update campaign set uuid = -9223372036854775808
an id that leads elsewhere|update campaign set uuid = '../../../../../../../../../../tmp/abc'
a comparison with itself|update comparison set candidate = baseline
no variant|delete from variant
no boot|delete from boot
no series|delete from series
two campaigns of one name|insert into campaign select id + 9, uuid || 'x', name, plan_path, plan_text, target, host, version, lock_text, seed, created_ns, n_slots, state from campaign
negative times|update boot set started_ns = -1, ended_ns = -9223372036854775808
SQL
is "$(cat "$T/bad")" "" "$n databases with odd rows crash no command"

# Pages swapped, duplicated, zeroed, truncated; bytes and bits changed. With a fixed seed, so as to be
# reproducible.
pages=$(($(stat -c %s "$T/good.db") / 4096))
RANDOM=4711
page() { dd if="$1" of="$KDUEL_DB" bs=4096 count=1 skip="$2" seek="$3" conv=notrunc status=none; }
sound=0 refused=0
: >"$T/bad"
for i in $(seq "${ALTERED:-30}"); do
	reset
	a=$((1 + RANDOM % (pages - 1))) b=$((1 + RANDOM % (pages - 1)))
	case $((i % 6)) in
	0) page "$T/good.db" $a $b; page "$T/good.db" $b $a ;;
	1|2) page "$T/good.db" $a $b ;;
	3) page /dev/zero 0 $a ;;
	4) truncate -s $((RANDOM * 32768 % (pages * 4096))) "$KDUEL_DB" ;;
	5) for _ in 1 2 3 4 5 6 7 8; do
		printf %b "\\x$(printf %02x $((RANDOM % 256)))" |
			dd of="$KDUEL_DB" bs=1 seek=$(((RANDOM * 32768 + RANDOM) % (pages * 4096))) conv=notrunc status=none
		done ;;
	esac
	uses "pages $i ($a, $b)"
	case $codes in *3*) refused=$((refused + 1)) ;; *) sound=$((sound + 1)) ;; esac
done
is "$(cat "$T/bad")" "" "${ALTERED:-30} databases with damaged pages crash no command"
ok $((refused == 0)) "$refused of them are refused, $sound are read"

# One server for all of them: each replaces the previous one under its feet.
: >"$T/bad"
reset
id=$(sqlite3 "$KDUEL_DB" 'select substr(uuid, 1, 8) from campaign')
serve
for db in "$T"/kept/*.db; do
	rm -f "$KDUEL_DB"*
	cp "$db" "$KDUEL_DB"
	# Where the host stood still, the server may have given a connection up.
	for _ in 1 2 3; do
		# One curl for all requests (-m limits each), as starting it takes longer than an answer.
		for u in "" api/v1/campaigns.json "campaign/$id" "campaign/$id/compare" history metrics; do
			# shellcheck disable=SC2154 # url: serve() sets it
			printf 'url = "%s%s"\noutput = "/dev/null"\n' "$url" "$u"
		done | curl -s -m 120 -H 'Connection: close' -w '%{http_code} %{url_effective}\n' -K - >"$T/codes"
		grep -q '^000 ' "$T/codes" || break
	done
	[ "$(grep -cE '^(200|400|404|503) ' "$T/codes")" = 6 ] || sed "s|^|$db: |" "$T/codes" >>"$T/bad"
done
reset
status GET "campaign/$id"
is "$code" 200 "the server outlives $(find "$T/kept" -name '*.db' | wc -l) such databases"
stop
is "$rc,$(cat "$T/bad"; grep -E 'Sanitizer|runtime error' "$T/serve.err")" "0," "the server answers each request meanwhile"
finish
