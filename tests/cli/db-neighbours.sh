#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Trouble around a database: other kduels on the same campaign, killed ones, journals, locks, a file that is moved
# away under a running campaign, paths that are not files, readers that close their pipe.
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
sql() { sqlite3 -cmd '.timeout 60000' "${2:-$KDUEL_DB}" "$1"; }
# A claim of another machine is watched for 25 s before it is taken over.
until_boots() { await has_rows "$1" boot; } # number

# Paths that are not files.
slow 4 >"$T/p.yaml"
for db in "" :memory: file:x.db "file:$T/x.db?mode=ro"; do
	kduel run "$T/p.yaml" --db "$db"
	is "$rc" 2 "run refuses --db '$db'"
	like "$err" 'database is empty|expected the path of a file' "run refuses --db '$db': the error says why"
	kduel list --db "$db"
	is "$rc" 2 "list refuses --db '$db', too"
done
mkfifo "$T/fifo"
for what in "$T/fifo:a pipe" "/dev/null:a device" "$T:a directory"; do
	kduel list --db "${what%:*}"
	is "$rc" 3 "${what#*:} as database"
	like "$err" "${what#*:}, not a file" "${what#*:} as database: list says what it is"
	kduel run "$T/p.yaml" --db "${what%:*}"
	like "$rc $err" "^3 .*${what#*:}, not a file" "${what#*:} as database: run says what it is, too"
done
(ulimit -n 3; "$KDUEL" list --db "$T/none.db" >/dev/null 2>"$T/err")
unlike "$(cat "$T/err")" 'Sanitizer|internal' "no descriptors left: no internal error"

# Only one kduel can run a campaign, whatever cache it uses.
slow 400 >"$T/long.yaml"
"$KDUEL" run --quiet "$T/long.yaml" >/dev/null 2>"$T/first.err" &
first=$!
until_boots 3
id=$(sql 'select substr(uuid, 1, 8) from campaign')
kduel list
like "$out" ' running' "a campaign that runs"
XDG_CACHE_HOME=$T/other kduel run --resume "$id"
is "$rc" 3 "a second kduel with another cache is refused"
like "$err" "being run by another kduel, process $first on $(uname -n) since 20" "a second kduel is refused: the error has process, host and time"
kill -KILL $first
wait $first 2>/dev/null
kduel list
like "$out" 'interrupted \(killed\)' "killed: it does not run"
kduel list --format json
is "$(jq -r '.campaigns[0].state' <<<"$out")" "interrupted (killed)" "killed: JSON says that it is interrupted, too"

# A claim of a process that cannot be looked up is respected while it is fresh,
sql "update claim set boot_id = 'elsewhere', host = 'far', pid = 17, seen_ns = unixepoch() * 1000000000"
kduel run --resume "$id"
is "$rc $(grep -c 'process 17 on far since' <<<"$err")" "3 1" "a fresh claim of another machine is respected"
# ... even if the clock of that machine is a day behind.
sql "update claim set seen_ns = (unixepoch() - 100001) * 1000000000"
while :; do sql "update claim set seen_ns = (unixepoch() - 100000) * 1000000000"; sleep 2; done &
renewer=$!
kduel run --resume "$id"
is "$rc" 3 "a claim that is renewed by another clock is respected"
like "$err" "is being run by another kduel on far, whose clock differs from the one here by more than 300 s" \
	"a claim of another machine: the error names its machine"
kill $renewer
wait $renewer 2>/dev/null
"$KDUEL" run --quiet --resume "$id" >/dev/null 2>&1 &
first=$!
before=$(sql 'select count(*) from boot')
until_boots $((before + 3))
ok $? "an old one is taken over"
is "$(sql "select pid from claim")" $first "an old claim is taken over: it has the PID of the new kduel"
kill -INT $first
wait $first
is "$(sql 'select state from campaign; select count(*) from claim')" "interrupted
0" "stopped: interrupted, and nobody's"
is "$(sql 'select count(*) - count(distinct slot) from boot where status = "ok"')" 0 "no slot is done twice"

# In another PID namespace the process id of a claim means nothing, whether there is such a process or not.
if unshare -p -f --mount-proc true 2>/dev/null; then
	unshare -p -f --kill-child --mount-proc "$KDUEL" run --quiet --resume "$id" >/dev/null 2>&1 &
	first=$!
	until_boots $(($(sql 'select count(*) from boot') + 3))
	kduel run --resume "$id"
	is "$rc $(grep -c 'being run by another kduel, process 1 on' <<<"$err")" "3 1" "a kduel of another PID namespace has it"
	unshare -p -f --mount-proc "$KDUEL" run --resume "$id" >"$T/out" 2>"$T/err" </dev/null
	is "$? $(grep -c 'being run by another kduel, process 1 on' "$T/err")" "3 1" "a claim of a PID namespace: another namespace respects it"
	kill -KILL $first
	wait $first 2>/dev/null
	kduel run --resume "$id"
	is "$rc" 3 "killed, its claim is respected as long as it is fresh"
	sql 'update claim set seen_ns = seen_ns - 301000000000'
	before=$(sql 'select count(*) from boot')
	"$KDUEL" run --quiet --resume "$id" >/dev/null 2>&1 &
	first=$!
	until_boots $((before + 1))
	ok $? "killed, its claim is taken over when it is old"
	kill -INT $first
	wait $first
else
	skip "claims of other PID namespaces" "no right to make one"
fi

# Killed between any two writes: a campaign is stored with its machine and tags, or not at all.
is "$(sql "select count(*) from campaign where id not in (select campaign from tag where key = 'machine')")" 0 \
	"a campaign has its machine"
kduel run --quiet "$T/p.yaml" --tag branch=next
is "$(sql "select group_concat(key) from (select key from tag where campaign = 2 order by key)")" "branch,machine" "a campaign has its tags"

# A journal left by a killed writer.
cp "$KDUEL_DB" "$T/j.db"
sqlite3 "$T/j.db" 'pragma journal_mode = delete' >/dev/null
want=$("$KDUEL" list --db "$T/j.db")
sqlite3 "$T/j.db" <<-SQL &
	pragma cache_size = 2; pragma cache_spill = 1;
	begin; update boot set detail = hex(zeroblob(3000)); update series set unit = hex(zeroblob(3000));
	.shell touch $T/half; while [ -e $T/half ]; do sleep 0.05; done
SQL
holder=$!
await [ -e "$T/half" ]
kill -KILL $holder
rm "$T/half"
wait $holder 2>/dev/null
ok $((! $(stat -c %s "$T/j.db-journal"))) "a writer was killed half way"
cp "$T/j.db" "$T/ro.db"; cp "$T/j.db-journal" "$T/ro.db-journal"
kduel list --db "$T/j.db"
is "$rc $out" "0 $want" "a reader rolls back an unfinished transaction"
is "$(sqlite3 "$T/j.db" 'pragma integrity_check')" ok "after the rollback the file is sound"

# The file is moved away during a campaign.
slow 60 >"$T/mid.yaml"
export KDUEL_DB=$T/moved.db
"$KDUEL" run "$T/mid.yaml" >"$T/out" 2>"$T/err" &
first=$!
until_boots 5
sql 'pragma wal_checkpoint' >/dev/null # not all of it is in the file itself
mv "$T/moved.db" "$T/elsewhere.db"
wait $first
rc=$?
like "$(cat "$T/err")" 'moved, removed or replaced: continuing in a copy' "a database that is moved away is noticed"
spill=$(grep -o -- '--db .*\.db' "$T/err" | cut -d' ' -f2)
is "$(sqlite3 "$spill" "select count(*) from boot where status = 'ok'; pragma integrity_check")" "120
ok" "a database that is moved away: the copy has all boots"
kduel compare --db "$spill"
is "$rc" 0 "a database that is moved away: the copy can be compared"

# A copy that a campaign went on in is merged. Dump all rows with names instead of row ids.
rows() { # database
	sql "create temp view b as select boot.*, c.uuid as cu, v.name as vn from boot join campaign c on c.id = boot.campaign
			join variant v on v.id = variant;
		select cu, vn, uuid, slot, block, seed, status, detail, started_ns, ended_ns, command from b order by uuid;
		select b.uuid, vn, e.workload, source, metric, iter, value, s.warmup, s.tainted from sample s join b on b.id = s.boot
			and b.variant = s.variant join series e on e.id = series order by 1, 2, 3, 4, 5, 6;
		select b.uuid, source, metric, median, n, mean, var from boot_stat t join b on b.id = t.boot
			join series e on e.id = series order by 1, 2, 3;
		select b.uuid, key, value from fact join b on b.id = boot order by 1, 2;
		select b.uuid, workload, iter, ns from iteration join b on b.id = boot order by 1, 2, 3;
		select b.uuid, l.name, hex(zstd) from log l join b on b.id = boot order by 1, 2;
		select b.uuid, workload, iter, operations, kernel, user, hex(zstd) from profile join b on b.id = boot order by 1, 2;
		select c.uuid, c.name, state, n_slots, key, value from campaign c left join tag on campaign = c.id order by 1, 5;
		pragma integrity_check; pragma foreign_key_check" "$1" 2>&1
}
uuid=$(sql 'select uuid from campaign' "$spill")
is "$(for t in $(sql "select name from sqlite_schema where type = 'table' and name not like 'sqlite%'" "$spill"); do
	grep -q "main\.$t " "$TOP/reports/store/merge.c" || echo "$t"; done)" "" "all tables of a copy are taken in"
# The fake target has no profiles: add a dummy to the last boots.
sql "insert into profile select id, 'null', 0, 1, 2, 3, 1, x'00' from boot where status = 'ok' order by slot desc limit 20" "$spill"
places=$XDG_DATA_HOME/kduel/spill
is "$spill" "$places/$uuid.db" "the copy has the campaign's name, among kduel's data"
# The database that came back, and the copy; also with another campaign in it, so that row ids differ.
mkdir "$T/kept"
mv "$places"/* "$T/kept"
mv "$T/elsewhere.db" "$T/back.db"
kduel run --quiet "$T/p.yaml" --db "$T/back.db"
sql 'pragma wal_checkpoint(truncate)' "$T/back.db" >/dev/null
sql 'pragma wal_checkpoint(truncate)' "$T/kept/$uuid.db" >/dev/null
before=$(sql 'select count(*) from boot' "$T/back.db")
ok $((before < 12)) "the file that came back has the first boots only"
put_back() {
	rm -rf "$KDUEL_DB"* "${places:?}"/*
	cp "$T/back.db" "$KDUEL_DB"
	cp "$T/kept/$uuid".* "$places"
}
put_back
kduel list
like "$err" "$((128 - before)) boots of campaign ${uuid:0:8} taken in from .*, which is removed" "the next command takes it in, and says so"
like "$out" "${uuid:0:8} .* 120/120 .* finished" "the copy is taken in: the campaign is complete"
is "$(ls -A "$places")" "" "the copy is taken in: the file is removed"
want=$(rows "$KDUEL_DB" | tee "$T/rows" | cksum)
is "$(comm -23 <(rows "$T/kept/$uuid.db" | sort) <(sort "$T/rows"))" "" "the copy is taken in: all its rows are in the database"
is "$(sql 'select count(*) - count(distinct uuid) from boot; select count(*) from boot; select count(*) from claim')" "0
128
0" "no row of the copy is there twice"
kduel compare "$uuid" --format json
cp "$T/kept/$uuid".* "$places"
kduel list
like "$err" '^0 boots of' "taken in again, nothing is added"
is "$(rows "$KDUEL_DB" | cksum)" "$want" "taken in again, nothing is changed"
kduel list
is "$err" "" "without a copy no message is printed"
kduel list --db "$T/p.db"
is "$(ls "$places")" "" "another database has no copy"

# Resumed at once: no boot is repeated.
put_back
kduel run --quiet --resume "$uuid"
like "$rc $err" '^[01] ' "run --resume takes it in first"
is "$(rows "$KDUEL_DB" | cksum)" "$want" "run --resume takes the copy in: no boot is run again"

# The database was removed for good: it is restored from the copy.
put_back
rm "$KDUEL_DB"
kduel show "$uuid"
is "$rc" 0 "a database that was removed is made of its copy"
is "$(rows "$KDUEL_DB")" "$(rows "$T/kept/$uuid.db")" "a database made of its copy has all rows"

# Killed while merging, or two merging at once: nothing is lost or duplicated.
for ms in 005 010 015 020 025 030 040 050 060 080 100 150; do
	put_back
	kduel_killed_after 0.$ms list
	"$KDUEL" list >/dev/null 2>&1 &
	kduel list
	wait $!
	[ "$(rows "$KDUEL_DB" | cksum)" = "$want" ] && [ -z "$(ls "$places")" ] || break
done
is "$ms" 150 "killed at twelve instants, then taken in by two at once: as if undisturbed"

# Slots that were booted again in the meantime.
put_back
sql "update boot set uuid = 'x' || substr(uuid, 2) where slot = 50" "$places/$uuid.db"
sql "insert into boot select 9999, 'of another run', campaign, variant, 50, block, seed, status, detail, started_ns, ended_ns, command
	from boot where campaign = 1 limit 1"
kduel list
like "$err" "1 more is of slots that were booted again since, and stays in $places/$uuid.left.db" "a boot whose slot is taken stays in the copy"
is "$(sql "select count(*) from boot where uuid = 'of another run'; select count(*) from boot where uuid like 'x%'; select count(*) from boot")" "1
0
128" "a boot whose slot is taken: the one in the database stays"
is "$(sql "select count(*) from boot where uuid like 'x%'" "$places/$uuid.left.db")" 1 "a boot whose slot is taken: the other one is kept in a file"
kduel list
is "$err" "" "a boot whose slot is taken: the second command does not mention it"

# Files that are not copies: refused by name and left alone; the database does not change.
undamaged=$(rows "$T/back.db" | cksum)
refused() { # what, words
	kduel list
	is "$rc" 0 "$1: the command succeeds"
	like "$err" "$places/$uuid.db.*not taken in: .*$2" "$1: the message says why the copy is not taken in"
	is "$(rows "$KDUEL_DB" | cksum)" "$undamaged" "$1: nothing of the copy is in the database"
	is "$(find "$places" -name "$uuid.db" | wc -l)" 1 "$1: the copy is still there"
}
put_back
sql 'create view extra as select * from boot' "$places/$uuid.db"
refused "another schema" 'schema was altered: view extra'
put_back
sql "pragma writable_schema = on; update sqlite_schema set sql = replace(sql, 'PRIMARY KEY (variant, series, boot)', 'CHECK (1)') where name = 'boot_stat'" "$places/$uuid.db"
refused "a constraint less" 'boot_stat|malformed'
put_back
mv "$places/$uuid.db" "$T/target.db"
ln -s "$T/target.db" "$places/$uuid.db"
refused "a link" 'a link; expected a file of user'
ok $? "a link: the file that it points to stays"
put_back
ln "$places/$uuid.db" "$T/second.db"
refused "a hard link" 'a file with another name besides'
rm "$T/second.db"
put_back
rm "$places/$uuid.db"
mkfifo "$places/$uuid.db"
refused "a pipe" 'no file; expected'
put_back
chmod 666 "$places/$uuid.db"
refused "writable by everybody" 'writable by everybody'
if [ "$(id -u)" = 0 ]; then
	put_back
	chown 12345 "$places/$uuid.db"
	refused "a file of another user" 'of another user; expected a file of user 0'
fi
put_back
head -c 70000 /dev/urandom >"$places/$uuid.db"
refused "no database" 'not a database'
put_back
sql "update campaign set seed = 8" "$places/$uuid.db"
refused "another campaign by the same UUID" 'not the one that .* has by the same UUID'
put_back
sql "update variant set cmdline = 'quiet' where name = 'new'" "$places/$uuid.db"
refused "another variant" 'not the one that'
put_back
printf '\377\377\377\377' | dd of="$places/$uuid.db" bs=1 seek=$((4096 * 30)) conv=notrunc status=none
kduel list
like "$rc $err" '^0 .*(not taken in: .*(damaged|malformed)|boots of)' "a damaged page is found, or did no harm"
put_back
sql "insert into claim select id, 'here', '$(cat /proc/sys/kernel/random/boot_id)', $$, $(cut -d' ' -f22 /proc/$$/stat),
	$(stat -Lc %i /proc/self/ns/pid), 1, 1 from campaign where uuid = '$uuid'" "$places/$uuid.db"
refused "a campaign that continues in its copy" "being run by another kduel, process $$ on here"
put_back
chmod 777 "$places"
kduel list
like "$err" "$places: writable by everybody; expected a directory" "a directory that everybody can write to is not looked at"
chmod 700 "$places"
rm -rf "${places:?}"/*

# Locked for longer than the plan allows: the campaign goes on in a copy, too, which is merged later.
export KDUEL_DB=$T/locked.db
sed 's/kind: fake/kind: fake, host_wait: 1s/; s/boot_sd: 0.003, iter_sd/boot_delay: 20ms, &/' "$T/mid.yaml" >"$T/locked.yaml"
"$KDUEL" run "$T/locked.yaml" --tag branch=x >"$T/out" 2>"$T/err" &
first=$!
until_boots 5
sqlite3 -cmd '.timeout 60000' "$KDUEL_DB" 'begin immediate' ".shell while kill -0 $first 2>/dev/null; do sleep 0.1; done" &
wait $first
rc=$?
like "$rc" '^[01]$' "a database that stays locked does not end the campaign"
like "$(cat "$T/err")" 'not stored yet, trying again: .*locked' "a database that stays locked: the message says that boots are not stored yet"
like "$(cat "$T/err")" 'locked.*: continuing in a copy of it' "a database that stays locked: the campaign continues in a copy"
wait
kduel compare latest --format json
is "$(sql "select count(*), count(distinct slot) from boot where status = 'ok'; select state from campaign")" "120|120
finished" "a database that stays locked: the copy is taken in when the lock is gone"
is "$(ls -A "$places")" "" "a database that stays locked: the copy is removed then"

# A reader that closes its pipe early.
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
