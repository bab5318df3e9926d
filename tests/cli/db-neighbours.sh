#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# What goes on beside a database: other kduels on the same campaign, killed ones, journals, locks, a file
# that is moved away, paths that are no files, readers that close their pipe.
# shellcheck source=tests/tap.sh
. "$(dirname "$0")/../tap.sh"

slow() { # boots
	nightly 1 <<-YAML
	workloads: [hackbench]
	boots: $1
	iterations: 2
	seed: 7
	YAML
}
sql() { sqlite3 "$KDUEL_DB" "$1"; }
until_boots() { # number
	for _ in $(seq 600); do
		[ "$(sql 'select count(*) from boot' 2>/dev/null || echo 0)" -ge "$1" ] && return
		sleep 0.02
	done
	return 1
}

# Paths that are no files.
slow 4 >"$T/p.yaml"
for db in "" :memory: file:x.db "file:$T/x.db?mode=ro"; do
	kduel run "$T/p.yaml" --db "$db"
	is "$rc" 2 "run refuses --db '$db'"
	like "$err" 'database is empty|expected the path of a file' "... by name"
	kduel list --db "$db"
	is "$rc" 2 "... and so does list"
done
mkfifo "$T/fifo"
for what in "$T/fifo:a pipe" "/dev/null:a device" "$T:a directory"; do
	kduel list --db "${what%:*}"
	is "$rc" 3 "${what#*:} as database"
	like "$err" "${what#*:}, not a file" "... is called that"
	kduel run "$T/p.yaml" --db "${what%:*}"
	like "$rc $err" "^3 .*${what#*:}, not a file" "... by run, too"
done
(ulimit -n 3; "$KDUEL" list --db "$T/none.db" >/dev/null 2>"$T/err")
unlike "$(cat "$T/err")" 'Sanitizer|internal' "no descriptors left: said"

# A campaign has one kduel, whatever cache it uses.
slow 400 >"$T/long.yaml"
"$KDUEL" run --quiet "$T/long.yaml" >/dev/null 2>"$T/first.err" &
first=$!
until_boots 3
id=$(sql 'select substr(uuid, 1, 8) from campaign')
kduel list
like "$out" ' running' "a campaign that runs"
XDG_CACHE_HOME=$T/other kduel run --resume "$id"
is "$rc" 3 "a second kduel with another cache is refused"
like "$err" "being run by another kduel, process $first on $(uname -n) since 20" "... with who, where and since when"
kill -KILL $first
wait $first 2>/dev/null
kduel list
like "$out" 'interrupted \(killed\)' "killed: it does not run"
kduel list --format json
is "$(jq -r '.campaigns[0].state' <<<"$out")" "interrupted (killed)" "... in data, too"

# A claim of a process that cannot be looked up counts while it is fresh.
sql "update claim set boot_id = 'elsewhere', host = 'far', pid = 17, seen_ns = unixepoch() * 1000000000"
kduel run --resume "$id"
is "$rc $(grep -c 'process 17 on far since' <<<"$err")" "3 1" "a fresh claim of another machine is respected"
sql "update claim set seen_ns = (unixepoch() - 100000) * 1000000000"
"$KDUEL" run --quiet --resume "$id" >/dev/null 2>&1 &
first=$!
before=$(sql 'select count(*) from boot')
until_boots $((before + 3))
ok $? "an old one is taken over"
is "$(sql "select pid from claim")" $first "... by the one who runs it now"
kill -INT $first
wait $first
is "$(sql 'select state from campaign; select count(*) from claim')" "interrupted
0" "stopped: interrupted, and nobody's"
is "$(sql 'select count(*) - count(distinct slot) from boot where status = "ok"')" 0 "no slot is done twice"

# Killed between any two writes, a campaign has its machine and tags or is not there.
is "$(sql "select count(*) from campaign where id not in (select campaign from tag where key = 'machine')")" 0 \
	"a campaign has its machine"
kduel run --quiet "$T/p.yaml" --tag branch=next
is "$(sql "select group_concat(key) from (select key from tag where campaign = 2 order by key)")" "branch,machine" "... and its tags"

# A journal that a killed writer left.
cp "$KDUEL_DB" "$T/j.db"
sqlite3 "$T/j.db" 'pragma journal_mode = delete' >/dev/null
want=$("$KDUEL" list --db "$T/j.db")
sqlite3 "$T/j.db" <<-SQL &
	pragma cache_size = 2; pragma cache_spill = 1;
	begin; update boot set detail = hex(zeroblob(3000)); update series set unit = hex(zeroblob(3000));
	.shell touch $T/half; sleep 3
SQL
holder=$!
for _ in $(seq 100); do [ -e "$T/half" ] && break; sleep 0.05; done
kill -KILL $holder
wait $holder 2>/dev/null
ok $((! $(stat -c %s "$T/j.db-journal"))) "a writer was killed half way"
cp "$T/j.db" "$T/ro.db"; cp "$T/j.db-journal" "$T/ro.db-journal"
kduel list --db "$T/j.db"
is "$rc $out" "0 $want" "a reader rolls back what it left"
is "$(sqlite3 "$T/j.db" 'pragma integrity_check')" ok "... and the file is sound"

# The file is moved away under way.
slow 60 >"$T/mid.yaml"
export KDUEL_DB=$T/moved.db
"$KDUEL" run "$T/mid.yaml" >"$T/out" 2>"$T/err" &
first=$!
until_boots 5
mv "$T/moved.db" "$T/elsewhere.db"
wait $first
rc=$?
like "$(cat "$T/err")" 'moved, removed or replaced: going on in a copy' "a database that is moved away is noticed"
spill=$(grep -o -- '--db .*\.db' "$T/err" | cut -d' ' -f2)
is "$(sqlite3 "$spill" "select count(*) from boot where status = 'ok'; pragma integrity_check")" "120
ok" "... and the copy has all boots"
kduel compare --db "$spill"
is "$rc" 0 "... and is compared"

# A reader that wants no more.
export KDUEL_DB=$T/kduel.db
for what in "compare --format json" "compare --format csv" "export csv" list; do
	# shellcheck disable=SC2086
	"$KDUEL" $what >/dev/null 2>&1
	want=$?
	# shellcheck disable=SC2086
	{ "$KDUEL" $what 2>"$T/err"; echo $? >"$T/rc"; } | true
	is "$(cat "$T/rc") $(cat "$T/err")" "$want " "kduel $what | true: the exit code is that of its result"
done
finish
