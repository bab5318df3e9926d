#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Managing campaigns: names, lists, copies to other databases, removal.
# shellcheck source=tests/tap.sh
. "$(dirname "$0")/../tap.sh"

plan() { # name, how the new one's figures are to the old one's
	nightly "$2" <<-YAML | sed "s/^name: .*/name: $1/"
	workloads: [{hackbench: {groups: 2}}]
	boots: 3
	iterations: 3
	warmup: 1
	YAML
}
run() { # database, name, scale, tags
	plan "$2" "$3" >"$T/$2.yaml"
	"$KDUEL" run --quiet --db "$1" "$T/$2.yaml" "${@:4}" >/dev/null 2>&1
}
# The whole content of a database, without row ids.
content() { # database
	local id
	sqlite3 "$1" "select uuid, name, state from campaign order by 1; select hash, release from kernel order by 1;
		select c.uuid, key, value from tag t join campaign c on c.id = t.campaign order by 1, 2, set_ns;
		select b.uuid, s.workload, s.source, s.metric, iter, value from sample join boot b on b.id = boot
			join series s on s.id = series order by 1, 2, 3, 4, 5;
		select b.uuid, key, value from fact join boot b on b.id = boot order by 1, 2;
		select b.uuid, median, n from boot_stat join boot b on b.id = boot order by 1, 2, 3;
		select b.uuid, name, bytes from log join boot b on b.id = boot order by 1, 2;
		select count(*) from iteration"
	for id in $(sqlite3 "$1" "select uuid from campaign order by 1"); do
		"$KDUEL" compare --db "$1" "$id" --format json
	done
}
sound() { # database name
	kduel db check --db "$1"
	is "$rc $err" "0 $3" "$2"
}

one=$T/one.db two=$T/two.db three=$T/three.db
run "$one" alpha 1.0 --tag branch=next --tag machine=m1
kduel list --db "$one" --since 2101-01-01
like "$rc $out $err" '^0  .*the only campaign does not match these options' "nothing of one campaign is listed"
run "$one" beta 1.2 --tag branch=next --tag machine=m2
run "$one" alpha 1.0 --tag branch=main --tag machine=m1
run "$two" gamma 1.0
run "$three" alpha 0.8 --tag machine=m3
KDUEL_DB=$one
ids=$(sql "select uuid from campaign order by created_ns")
read -r a1 b1 a2 <<<"${ids//$'\n'/ }"

# All ways to name a campaign.
named() { # words, uuid
	kduel show --format json "$1"
	is "$rc $(jq -r .id <<<"$out")" "0 $2" "\"$1\" names a campaign" "$err"
}
named latest "$a2"
named latest~0 "$a2"
named latest~1 "$b1"
named latest~2 "$a1"
named alpha "$a2"
named alpha~1 "$a1"
named beta "$b1"
named branch=next "$b1"
named branch=next~1 "$a1"
named "${a1:0:8}" "$a1"
refused() { # words, pattern, exit code
	kduel show "$1"
	is $rc "$3" "\"$1\" names none"
	like "$err" "$2" "\"$1\": the error says why"
}
refused latest~3 'fewer campaigns than "latest~3"' 2
refused alpha~2 'fewer campaigns' 2
refused last-good "no campaign has the tag verdict=good .*kduel tag ID verdict=good" 2
refused branch=old 'no campaign has the tag branch=old' 2
refused nightly "begins with \"nightly\", or that name" 2
refused latest~ "or that name" 2
refused abc "too short for a campaign" 2
kduel tag "$a1" verdict=good
named last-good "$a1"
kduel tag beta verdict=good
named last-good "$b1"
named last-good~1 "$a1"
kduel tag beta verdict=bad
named last-good "$a1"
kduel compare alpha:new beta:ref --format json
is "$rc $(jq -r '.kind' <<<"$out")" "0 comparison" "names are sides of a comparison" "$err"

# kduel rename and kduel note.
kduel rename beta "with the fix"
named "with the fix" "$b1"
refused beta "or that name" 2
kduel rename "$b1" alpha
named alpha~1 "$b1"
for bad in "a,b" "a:b" "a=b" "a~1" latest last-good~1; do
	kduel rename "$b1" "$bad"
	is $rc 2 "$bad is not a valid name"
done
kduel rename "$b1" ""
named beta "$b1"
kduel note "$b1" "bad DIMM in this night"
kduel list
like "$out" "^${b1:0:8} .* beta .* m2 .*note=bad DIMM in this night" "kduel list has machine and note"

listed() { # options, ids
	local -a words
	read -ra words <<<"$1"
	kduel list "${words[@]}" --format json
	is "$rc $(jq -r '[.campaigns[].id[0:8]] | join(" ")' <<<"$out")" "0 $2" "kduel list $1" "$err"
}
listed "" "${a2:0:8} ${b1:0:8} ${a1:0:8}"
listed "--plan alpha" "${a2:0:8} ${a1:0:8}"
listed "--plan b*" "${b1:0:8}"
listed "--machine m1" "${a2:0:8} ${a1:0:8}"
listed "--tag branch=next" "${b1:0:8} ${a1:0:8}"
listed "--tag branch=next --tag verdict=good" "${a1:0:8}"
listed "--tag nothing=*" ""
listed "--limit 2" "${a2:0:8} ${b1:0:8}"
listed "--since 2001-01-01" "${a2:0:8} ${b1:0:8} ${a1:0:8}"
listed "--since 2101-01-01" ""
kduel list --since 2101-01-01
is "$rc $out" "0 " "nothing listed"
like "$err" "none of the 3 campaigns" "nothing listed: the message says so"
kduel list --tag next
is $rc 2 "a tag without a value is refused"
# --since with any UTC offset; local time does not matter, nor that one of its hours occurs twice.
sqlite3 "$one" "update campaign set created_ns = 1792890000000000000 where uuid = '$a1'" # 2026-10-25 01:00 UTC
for since in 2026-10-25T01:00Z 2026-10-25T03:00:00+02:00 2026-10-25T02:00:00+01:00 2026-10-24T21:00:00-0400; do
	TZ=Europe/Berlin kduel list --plan alpha --since $since --format json
	is "$rc $(jq '[.campaigns[] | select(.id == "'"$a1"'")] | length' <<<"$out")" "0 1" "--since $since: from that second on" "$err"
done
TZ=Europe/Berlin kduel list --plan alpha --since 2026-10-25T02:00:01+01:00 --format json
is "$rc $(jq '[.campaigns[] | select(.id == "'"$a1"'")] | length' <<<"$out")" "0 0" "--since a second later: the campaign is not listed" "$err"
kduel list --since "2026-10-25T02:00:00 CET"
is $rc 2 "a zone by its name is refused"
sqlite3 "$one" "update campaign set created_ns = 1 where uuid = '$a1'" # the oldest again

# Only * and ? are special in patterns, not brackets and backslashes.
for name in '[x]' 'm\1' 'o'"'"'clock "näht" $(id)'; do
	name=$(printf '%b' "${name//\\1/\\\\1}")
	kduel tag "$b1" "machine=$name" "lab=$name"
	is "$rc $err" "0 " "a machine may be called $name"
	for pattern in "$name" "${name:0:1}*" "?${name:1}"; do
		kduel list --machine "$pattern" --tag "lab=$pattern" --format json
		is "$rc $(jq -r '[.campaigns[].tags.machine] | join(" ")' <<<"$out")" "0 $name" "--machine $pattern"
	done
done
kduel list --machine 'o'"'"'clock "n?ht"*' --format json
is "$(jq '.campaigns | length' <<<"$out")" 1 "? is a letter of two bytes, too"
kduel tag "$b1" machine=m2 lab=

# Names that a page, terminal or JSON file cannot show are refused; in other databases, invalid bytes are replaced.
for bad in $'\xff' $'two\nlines' $'\u202etxt' $'\u0085'; do
	kduel rename "$b1" "$bad"
	is $rc 2 "no name: $(printf '%q' "$bad")"
	like "$err" "one line of text in UTF-8" "no valid name: the error says why"
done
sqlite3 "$one" "insert into tag values ((select id from campaign where uuid = '$b1'), 'lab', 9e18, cast(x'61ff62' as text))"
kduel list --format json
is "$rc $(jq -r ".campaigns[] | select(.id == \"$b1\").tags.lab" <<<"$out")" $'0 a\ufffdb' "bytes that are no text, in JSON"
kduel tag "$b1" lab=

# An ambiguous beginning of an id names neither campaign.
cp "$one" "$T/alike.db"
sqlite3 "$T/alike.db" "update campaign set uuid = substr('$a1', 1, 8) || '-0000-4000-8000-000000000001' where uuid = '$b1'"
for words in "show" "rm" "note"; do
	[ $words = note ] && set -- text || set --
	kduel $words "${a1:0:8}" "$@" --db "$T/alike.db"
	is $rc 2 "$words ${a1:0:8}: two campaigns"
	like "$err" 'several campaigns begin with "'"${a1:0:8}"'"; give more of it' "$words ${a1:0:8}: the error says that several campaigns begin with that"
done
is "$(sqlite3 "$T/alike.db" 'select count(*) from campaign')" 3 "$words ${a1:0:8}: none is removed"
kduel rm --db "$T/alike.db" nothing=here
like "$err" "no campaign has the tag nothing=here" "rm of a tag that none has"
kduel rm --dry-run --db "$T/alike.db" latest branch=main
like "$err" "no other campaign has the tag branch=main" "rm of a tag that only named campaigns have: the error says so"

# Import from another database, twice: the rows are the same.
sqlite3 "$two" "insert into change_note values (1, '11111111-1111-4111-8111-111111111111', 's', (select min(id) from campaign),
	'fixed', 'reverted', 5, 'ann', 'bob', 'https://bugs.example/1')"
kduel import "$two" "$three"
is $rc 0 "import of two databases"
like "$err" "two.db: 1 new campaign, 6 new boots" "import of two databases: a message says what was new"
all=$(content "$one")
is "$(sql 'select count(*) from campaign')" 5 "import of two databases: all campaigns are there"
is "$(sql 'select state, text, made_ns, author, assignee, bug from change_note')" \
	"fixed|reverted|5|ann|bob|https://bugs.example/1" "imported changes have their notes"
kduel import "$three" "$two"
like "$err" "three.db: 0 new campaigns, 0 new boots" "again: nothing is new"
is "$(content "$one")" "$all" "imported again: nothing has changed"
sound "$one" "the result is sound" "sound: 5 campaigns"
KDUEL_DB=$T/four.db
kduel import "$three" "$one" "$two"
is "$(content "$KDUEL_DB")" "$all" "in another order: the same rows"

# Export and import a file.
KDUEL_DB=$one
kduel export campaign "$b1" "$T/beta.kduel"
is $rc 0 "one campaign as a file" "$err"
kduel export campaign "$b1" "$T/beta.kduel"
is $rc 2 "a file that is there is left alone"
like "$err" "exists: name a new file" "a file that is there is left alone: the error says why"
kduel export campaign "$b1" "$T/none/beta.kduel"
is "$rc $err" "2 kduel: $T/none/beta.kduel: No such file or directory" "a directory that does not exist"
kduel export campaign branch=next "${a2:0:6}" "$T/some.kduel"
is "$rc $err" "0 " "several, by tag and id"
KDUEL_DB=$T/five.db
kduel import "$T/beta.kduel"
is "$(sql "select group_concat(uuid) from campaign"; sql "select count(*) from boot")" "$b1
6" "it has that campaign alone"
is "$(sql "select count(*) from series where id not in (select series from boot_stat)")" 0 "an import adds no series of other campaigns"
kduel import "$T/some.kduel" "$T/some.kduel"
is "$(sql "select count(*) from campaign")" 3 "an import of several files takes the other campaigns"
"$KDUEL" compare --db "$one" "$b1" --format json >"$T/before"
kduel compare "$b1" --format json
is "$out" "$(cat "$T/before")" "the comparison is the same to the last digit"
sound "$KDUEL_DB" "what was imported is sound" "sound: 3 campaigns"

# An older database is only read.
cp "$two" "$T/old.db"
sqlite3 "$T/old.db" "pragma user_version = 13; create table s as select * from series; drop table series;
	create table series (x)" 2>/dev/null
sum=$(sha256sum <"$T/old.db")
kduel import "$T/old.db"
is $rc 3 "a database whose schema is another one is refused"
is "$(sha256sum <"$T/old.db")" "$sum" "a database with another schema is not changed"

# Files that are not valid.
content=$(sqlite3 "$KDUEL_DB" .dump | sha256sum)
size=$(stat -c %s "$T/beta.kduel")
for cut in 3 4 9 $((size / 2)) $((size - 1)); do
	head -c "$cut" "$T/beta.kduel" >"$T/cut.kduel"
	kduel import "$T/cut.kduel"
	is $rc 3 "a file that is cut after $cut bytes"
done
{ head -c $((size / 2)) "$T/beta.kduel"; printf 'XXXXXXXX'; tail -c +$((size / 2 + 9)) "$T/beta.kduel"; } >"$T/flip.kduel"
kduel import "$T/flip.kduel"
is $rc 3 "a file that was changed"
like "$err" "damaged|no database|not a database" "a file that was changed: the error says that it is damaged"
cat "$T/beta.kduel" "$T/beta.kduel" >"$T/double.kduel"
kduel import "$T/double.kduel"
is $rc 3 "two files in one"
sqlite3 "$T/other.db" "create table campaign (x); insert into campaign values (1)"
head -c 300M /dev/zero | zstd -1 -q >"$T/air.kduel"
kduel import "$T/air.kduel"
is $rc 3 "a file that is mostly air fills no disk"
like "$err" 'air.kduel unpacks to more than 100 times its size' "a file that is mostly air: the error says so"
kduel import "$T/other.db"
is $rc 3 "a database of another program"
mkfifo "$T/fifo"
kduel import "$T/fifo"
is $rc 2 "a pipe"
kduel import "$T"
is $rc 2 "a directory"
kduel import "$T/none"
is $rc 2 "nothing"
kduel import
is $rc 2 "no file at all"
cp "$one" "$T/stranger.db"
sqlite3 "$T/stranger.db" "update campaign set seed = seed + 1 where uuid = '$b1'"
kduel import "$T/stranger.db"
is $rc 3 "another campaign of the same UUID"
like "$err" "campaign ${b1:0:8} in it is not the one" "another campaign of the same UUID: the error names it"
is "$(sqlite3 "$KDUEL_DB" .dump | sha256sum)" "$content" "another campaign of the same UUID: nothing of the file is taken"

# Remove campaigns, and restore them.
KDUEL_DB=$one
for copy in "db backup" "export sqlite"; do
	# SIGXFSZ kills it in the middle of the new file.
	# shellcheck disable=SC2086
	(ulimit -f 100; exec "$KDUEL" $copy "$T/backup.db") 2>/dev/null
	is "$? $(ls "$T/backup.db" 2>/dev/null)" "153 " "$copy: killed, it leaves nothing under the name"
done
echo x >"$T/backup.db-journal"
kduel db backup "$T/backup.db"
is "$rc $(ls "$T/backup.db" 2>/dev/null)" "2 " "the journal of another database is not taken for the copy's"
like "$err" "backup.db-journal exists: remove it" "the journal of another database: the error says to remove it"
rm "$T/backup.db-journal"
kduel db backup "$T/backup.db"
is "$rc $err" "0 " "a backup"
kduel rm --dry-run gamma
is "$rc $err" "0 would remove campaign $(sqlite3 "$two" 'select substr(uuid, 1, 8) from campaign'), gamma: 6 boots" "rm --dry-run"
kduel rm gamma branch=next
is $rc 0 "two campaigns are removed" "$err"
is "$(sql 'select group_concat(name) from (select name from campaign order by 1)')" "alpha,alpha" "two campaigns are removed, the others stay"
sound "$one" "what is left is sound" "sound: 2 campaigns"
kduel export campaign alpha alpha~1 "$T/left.kduel"
"$KDUEL" import --db "$T/left.db" "$T/left.kduel" 2>/dev/null
is "$(content "$one")" "$(content "$T/left.db")" "every table lost what belonged to them, and nothing else"
kduel db vacuum
like "$rc $err" "^0 [0-9.]+ MB, was [0-9.]+ MB" "the file shrinks"
[ "$(stat -c %s "$one")" -lt "$(stat -c %s "$T/backup.db")" ]
ok $? "the file is smaller than the backup"
kduel import "$T/backup.db"
is "$(content "$one")" "$all" "the backup brings all campaigns back"
kduel rm nobody
is $rc 2 "a campaign that does not exist"
kduel rm
is $rc 2 "kduel rm without a campaign: exit code 2"
KDUEL_DB=$T/new.db
kduel rm latest
is "$rc $([ -e "$T/new.db" ] || echo none)" "2 none" "a database that does not exist is not created"

# A running campaign is not removed.
KDUEL_DB=$one
plan slow 1.0 | sed 's/boots: 3/boots: 500/; s/kind: fake/kind: fake, schedule: {}/; s/, schedule: {}//; s/boot_sd/boot_delay: 50ms, boot_sd/' >"$T/slow.yaml"
"$KDUEL" run --quiet "$T/slow.yaml" >/dev/null 2>&1 &
pid=$!
await has_rows 1 "campaign where name = 'slow'"
kduel rm slow alpha
is $rc 3 "a campaign that is being run is not removed"
like "$err" "being run by another kduel, process $pid" "a campaign that is being run is not removed: the error names the process"
is "$(sql "select count(*) from campaign where name = 'alpha'")" 3 "a campaign that is being run: no other one is removed"
kduel export campaign slow "$T/slow.kduel"
"$KDUEL" import --db "$T/six.db" "$T/slow.kduel" 2>/dev/null
kill -INT $pid
wait $pid
kduel export campaign slow "$T/slow2.kduel"
KDUEL_DB=$T/six.db
is "$(sql 'select state from campaign')" running "a campaign imported while it runs is shown as running"
kduel import "$T/slow2.kduel"
is "$rc $(sql 'select state from campaign')" "0 interrupted" "imported again after its end, it is shown as interrupted"
# --- dropped by age ----------------------------------------------------------------------------
old=$T/aged.db
run "$old" night 1.0 --tag nightly=night --tag verdict=good
run "$old" night 1.0 --tag nightly=night
run "$old" night 1.0 --tag nightly=night --tag verdict=good
run "$old" night 1.0 --tag keep=talk
run "$old" night 1.0
ids=()
while read -r id; do ids+=("$id"); done < <(sql "select uuid from campaign order by id" "$old")
sqlite3 "$old" "update campaign set created_ns = created_ns - 40 * 86400 * 1000000000 where id < 5;
	update boot set status = 'panic' where id = 1;
	insert or replace into log select id, 'console', 3, x'28b52ffd2003190000616263' from boot;
	insert or replace into log select id, 'dmesg', 3, x'28b52ffd2003190000616263' from boot;
	insert into text select id, 'ptdump/boot', 3, x'28b52ffd2003190000616263' from boot;"
before=$(content "$old")
logs() { sql "select count(*), sum(b.status <> 'ok') from log l join boot b on b.id = l.boot" "$old"; }
is "$(logs)" "60|2" "logs of 30 boots"
kduel db prune --db "$old" --logs 30d --dumps 0 --campaigns 30d --dry-run
is "$rc $out" "0 " "--dry-run" "$err"
is "$err" "would remove campaign ${ids[1]:0:8}
would remove campaign ${ids[0]:0:8}
would drop dumps: 18, 216 B
would drop logs: 24, 288 B" "--dry-run says what would be dropped"
is "$(content "$old")" "$before" "--dry-run drops nothing"
kduel db prune --db "$old" --logs 30d
is "$rc $(logs)" "0 14|2" "logs by age: those of failed boots and young ones stay" "$err"
is "$(content "$old" | grep -vE '\|(console|dmesg)\|')" "$(grep -vE '\|(console|dmesg)\|' <<<"$before")" "dropping logs keeps all figures and verdicts"
kduel db prune --db "$old" --failed-logs 30d --dumps 30d
is "$rc $(logs) $(sql 'select count(*) from text' "$old")" "0 12|0 6" "those of failed boots, and dumps, when it is asked for" "$err"
is "$(content "$old" | grep -vE '\|(console|dmesg)\|')" "$(grep -vE '\|(console|dmesg)\|' <<<"$before")" "dropping logs of failed boots and dumps keeps all figures"
kduel show --db "$old" "${ids[0]}" 2 --console
like "$rc $err" '^[1-5] .*no console was kept of this boot' "a log that was dropped: the error says so"
printf 'plan: p.yaml\nkeep:\n  campaigns: 30d\n' >"$T/keep.yaml"
kduel import --db "$T/copy.db" "$old"
kduel db prune --db "$old" "$T/keep.yaml"
is "$rc $(sql 'select uuid from campaign order by id' "$old" | tr '\n' ' ')" "0 ${ids[2]} ${ids[3]} ${ids[4]} " \
	"campaigns by age: the last good night, a tag 'keep', and young campaigns stay" "$err"
sound "$old" "what is left is sound" "sound: 3 campaigns"
is "$(sql 'select count(*) from campaign' "$T/copy.db")" 5 "a database whose logs were dropped can be imported"
sound "$T/copy.db" "after the import the database is sound" "sound: 5 campaigns"
sqlite3 "$old" "update campaign set created_ns = created_ns + 90 * 86400 * 1000000000"
kduel db prune --db "$old" --campaigns 0 --quiet
is "$rc $(sql 'select count(*) from campaign' "$old")" "0 3" "a campaign with a date in the future is not dropped by age"
for o in '--logs soon' '--logs -3d' '' "$T/none.yaml"; do
	# shellcheck disable=SC2086
	kduel db prune --db "$old" $o
	is $rc 2 "db prune $o: refused" "$err"
done
printf 'plan: p.yaml\nkeep:\n  log: 30d\n  dumps: soon\n' >"$T/keep.yaml"
kduel db prune --db "$old" "$T/keep.yaml"
like "$err" "keep.yaml:3:3: unknown key 'log' in 'keep', did you mean 'logs'" "a key that does not exist"
like "$err" "keep.yaml:4:10: 'dumps': expected an age such as 30d, not 'soon'" "a key with a value that is no age is refused"
printf 'plan: p.yaml\n' >"$T/keep.yaml"
kduel db prune --db "$old" "$T/keep.yaml"
like "$rc $err" "^2 .*keep.yaml: there is no 'keep' in it" "a file that drops nothing"

# Rows that refer to missing rows are refused, in whatever table.
as_it_was=$(content "$one" | sha256sum)
for table in sample boot_stat fact iteration log; do
	for column in boot series variant; do
		sqlite3 "$one" "select 1 from pragma_table_info('$table') where name = '$column'" | grep -q 1 || continue
		cp "$one" "$T/astray.db"
		sqlite3 "$T/astray.db" "pragma foreign_keys = off; create temp table r as select * from $table limit 1;
			update r set $column = 4711; insert into $table select * from r" 2>/dev/null
		[ "$(sql "select count(*) from $table where $column = 4711" "$T/astray.db")" = 1 ] || continue
		rm -f "$T"/new.db*
		kduel import --db "$T/new.db" "$T/astray.db"
		is $rc 3 "$table: a $column that does not exist is refused" "$err"
		like "$err" "^kduel: .*astray.db: .*damaged: a row of $table refers to " "$table: a $column that does not exist: the error says what is damaged"
		is "$(sql 'select count(*) from campaign' "$T/new.db" 2>/dev/null || echo 0)" 0 "$table: a $column that does not exist: nothing of the file is taken"
		# If all its boots exist already, nothing of it is imported anyway.
		kduel import --db "$one" "$T/astray.db"
		is "$(content "$one" | sha256sum)" "$as_it_was" "$table: a $column that does not exist: a database that has its boots is not changed"
	done
done

# Duplicate keys, which SQLite only stores when tricked: a row with another value under a longer key.
for table in sample boot_stat tag; do
	keyed() { # from which key, to which
		sqlite3 "$T/twice.db" '.dbconfig defensive off' "pragma writable_schema = on;
			update sqlite_schema set sql = replace(sql, 'PRIMARY KEY ($1)', 'PRIMARY KEY ($2)') where name = '$table'" >/dev/null
	}
	case $table in
	sample) key='variant, series, boot, iter' more=value ;;
	boot_stat) key='variant, series, boot' more=median ;;
	tag) key='campaign, key, set_ns' more=value ;;
	esac
	cp "$one" "$T/twice.db"
	keyed "$key" "$key, $more"
	sqlite3 "$T/twice.db" "pragma foreign_keys = off; create temp table r as select * from $table limit 1;
		update r set $more = $more || '7'; insert into $table select * from r"
	keyed "$key, $more" "$key"
	rm -f "$T"/new.db*
	kduel import --db "$T/new.db" "$T/twice.db"
	is $rc 3 "$table: a key that is there twice is refused" "$err"
	like "$err" "^kduel: .*twice.db: .*damaged: " "$table: a key that is there twice: the error says that the file is damaged"
	is "$(sql 'select count(*) from campaign' "$T/new.db" 2>/dev/null || echo 0)" 0 "$table: a key that is there twice: nothing of the file is taken"
done
finish
