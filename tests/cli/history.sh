#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Nights on the fake target: history, change points and notes on them, tags; nights measured elsewhere as CSV.
# shellcheck source=tests/tap.sh
. "$(dirname "$0")/../tap.sh"

night() { # number scale
	nightly "$2" >"$T/night.yaml" <<-YAML
	workloads: [hackbench]
	collectors: []
	boots: 3
	iterations: 3
	warmup: 1
	seed: $1
	YAML
	kduel run --quiet "$T/night.yaml" --tag commit="c$1" --tag date="$(printf '2026-03-%02d' "$1")"
}

# The nights are not run in the order of their dates: a bisection fills gaps later.
for i in 2 1 4 3 $(seq 5 14); do night "$i" 1.0; done
for i in $(seq 15 22); do night "$i" 1.1; done

kduel history time --variant new
is $rc 0 "history of a metric"
is "$(grep -c '^2026-03-' <<<"$out")" 22 "one line per night"
is "$(grep -o '^2026-03-..' <<<"$out" | sort -c && echo sorted)" sorted "the lines are in the order of their dates"
like "$out" 'provisional: \+10.* % \(worse\)' "the change is between them"
like "$out" 'in c14\.\.c15' "the change has the commits that may have caused it"
kduel history hackbench/time --format json --variant new
is "$(jq -r '[.streams[].changes[].at.commit] | join(",")' <<<"$out")" c15 "JSON: the change begins with its commit"
is "$(jq -r '.streams[0].points | map(.n // .boots) | unique | join(",")' <<<"$out")" 3 "JSON: boots of each point"
is "$(jq -r '.streams[0].points[0] | .lo < .value and .value < .hi' <<<"$out")" true "JSON: the value lies in its interval"
kduel history time --variant ref --format json
is "$(jq -r '[.streams[].changes[]] | length' <<<"$out")" 0 "the reference did not change"
kduel history time --reference ref --format json
is "$(jq -r '.streams[0] | [.unit, .changes[0].at.commit] | join(",")' <<<"$out")" ratio,c15 \
	"against the reference of the same night"
kduel history time --machine "$(sql "select value from tag where key = 'machine' limit 1")" --variant new
is "$(grep -c '^2026-03-' <<<"$out")" 22 "every campaign has the machine's key"
sqlite3 "$KDUEL_DB" ".backup $T/inf.db"
sqlite3 "$T/inf.db" "update boot_stat set median = 9e999 where series = (select id from series where metric = 'time')
	and boot in (select min(b.id) from boot b join variant v on v.id = b.variant where v.name = 'new' group by b.campaign)"
kduel history --db "$T/inf.db" hackbench/time --format json --variant new
is "$(jq -r '[.streams[].changes[].at.commit] | join(",")' <<<"$out")" c15 "infinity in one boot of each night is no value"
is "$(jq -c '.streams[0].points | map(.n // .boots) | unique' <<<"$out")" "[2]" "infinity in one boot of each night: the two others count"
sqlite3 "$T/inf.db" "delete from comparison"
kduel show --db "$T/inf.db" latest
like "$out" "^new +hackbench/time +s .* 2 +simulated" "infinity in one boot: no value in a campaign that compares nothing either"
like "$out" "^ref +hackbench/time +s .* 3 +simulated" "infinity in one boot: the other side has all its boots"
kduel history nosuch
is $rc 2 "an unknown metric is a usage error"
kduel history time --variant new --machine zzz
is $rc 2 "an unknown machine is a usage error"

kduel changes
is $rc 0 "changes of all metrics"
is "$(grep -c 'provisional' <<<"$out")" "$(grep -c '2026-03-15' <<<"$out")" "all changes are in the same night"
id=$(awk '$3 == "hackbench/time" { print $1 }' <<<"$out")
kduel changes --confirm "$id" --note "bisected to c15"
is $rc 0 "a change is confirmed"
kduel changes
like "$out" "$id .*confirmed" "a confirmed change is listed as confirmed"
like "$out" 'confirmed: bisected to c15' "a confirmed change is listed with its note"
kduel changes --dismiss "${id:0:6}"
kduel changes
unlike "$out" "$id" "a dismissed change is not listed"
kduel changes --all
like "$out" "$id .*dismissed" "a dismissed change is listed with --all"
LOGNAME=ann kduel changes --assign "Bob B." --bug 'https://bugs.example/7?a=1&b=2' --note "looks like slub" "$id"
is $rc 0 "a change can have an assignee and a bug"
kduel changes --all --format json
about() { jq -r --arg id "$id" ".changes[] | select(.id == \$id) | $1" <<<"$out"; }
is "$(about '[.state, .assignee, .bug] | join(" ")')" 'dismissed Bob B. https://bugs.example/7?a=1&b=2' \
	"JSON has both, and the state is not changed"
is "$(about '.notes[-1] | [.state, .author, .text] | join(" ")')" "note ann looks like slub" "the remark is the last note in JSON"
kduel changes --all
like "$out" '20[0-9-]+ ann note: looks like slub' "a note has author and date"
like "$out" 'assigned to Bob B\.' "the list says who"
like "$out" 'bug https://bugs\.example/7\?a=1&b=2' "the list says where the bug is"
kduel changes --assign "" --bug "" --author "" "$id"
kduel changes --all --format json
is "$(about '[.assignee, .bug, .notes[-1].author] | join("/")')" // "\"\" takes both away"
kduel changes --bug 'javascript:alert(1)' "$id"
is "$rc $(grep -c 'http://' <<<"$err")" "2 1" "an address that is no URL is refused"
kduel changes --assign "$(printf 'a\033[31m')" "$id"
is $rc 2 "a name with control characters is refused"
kduel changes --fixed "$id"
kduel changes
unlike "$out" "$id" "a change that was mended is not listed"
kduel changes --fixed --confirm "$id"
is $rc 2 "--confirm and --fixed together are refused"
kduel changes --author ann "$id"
is $rc 2 "an author alone says nothing"
kduel changes --expected "$id" --note "new allocator"
kduel history time --variant new
like "$out" 'new baseline: expected: new allocator' "an expected change begins a new baseline"
unlike "$out" 'provisional' "an expected change raises no alarm"
kduel changes --all --format json
is "$(jq -r --arg id "$id" '[.changes[] | select(.id == $id) | .state] | join(",")' <<<"$out")" expected \
	"JSON has its state"
kduel changes --confirm ffffffffff
is $rc 2 "an unknown change is a usage error"
kduel changes --confirm
is $rc 2 "no change is a usage error"
kduel changes "$id"
is $rc 2 "a change without a state is a usage error"

kduel tag latest
like "$out" '^commit=c22$' "tags are shown"
kduel tag latest commit=c99 branch=next
kduel tag latest --format json
is "$(jq -r '[.tags.commit, .tags.branch] | join(",")' <<<"$out")" c99,next "tags can be changed"
kduel tag latest branch=
kduel tag latest
unlike "$out" branch "tags can be removed"
kduel tag latest date=soon
is $rc 2 "a date must be one"
like "$err" "found 'soon'" "no valid date: the error has what was found"
kduel tag latest nonsense
is $rc 2 "a tag has a value"
kduel run --quiet "$T/night.yaml" --tag 'Bad Key=1'
is $rc 2 "a bad tag is refused before anything is booted"
is "$(sql 'select count(*) from campaign')" 22 "a bad tag: nothing was booted"
is "$(sql 'pragma integrity_check')" ok "the database is sound"

# Nights measured elsewhere.
awk 'BEGIN { srand(4); print "value,metric,night"
	for (n = 1; n <= 60; n++) for (m = 0; m < 3; m++) {
		noise = 1 + 0.01 * (rand() + rand() + rand() - 1.5)
		printf "%.17g,m%d,%d\n", 100 * noise * (m == 1 && n >= 41 ? 1.06 : 1), m, n } }' >"$T/n.csv"
kduel history --csv "$T/n.csv" --format csv
is $rc 0 "nights as CSV"
is "$(head -n 1 <<<"$out")" "metric,alarm_night,change_night,effect_pct,p" "the columns"
is "$(tail -n +2 <<<"$out" | cut -d, -f1,3)" m1,41 "the step is found, and nothing else"
whole=$out
{ head -n 1 "$T/n.csv"; tail -n +2 "$T/n.csv" | sort -R --random-source=<(yes); } >"$T/shuffled.csv"
kduel history --csv "$T/shuffled.csv"
is "$out" "$whole" "the order of rows does not matter"
kduel history --csv - --online <"$T/n.csv"
is $rc 2 "standard input is empty here"
like "$err" 'standard input: empty' "standard input is empty: the error says so"
kduel history --csv "$T/n.csv" --online
is "$(tail -n +2 <<<"$out" | cut -d, -f1,3)" m1,41 "night by night as well"
alarm=$(tail -n +2 <<<"$out" | cut -d, -f2)
ok $((alarm < 41 || alarm > 46)) "within a few nights" "alarm in night $alarm"
# An alarm depends only on data up to its night.
awk -F, -v a="$alarm" 'NR == 1 || $3 <= a' "$T/n.csv" >"$T/early.csv"
whole=$out
kduel history --csv "$T/early.csv" --online
is "$out" "$whole" "later nights do not change an alarm"
kduel history --csv "$T/n.csv" --margin 10
is "$(wc -l <<<"$out")" 1 "a step below the margin does not count"

broken() { # sed-expression place text
	sed "$1" "$T/n.csv" >"$T/bad.csv"
	kduel history --csv "$T/bad.csv"
	is "$rc $out" "2 " "$3: refused, nothing printed"
	like "$err" "bad.csv:$2: .*$3" "$3: the place is named"
}
broken '5s/^[^,]*/abc/' 5:1 "expected a number"
broken '5s/^[^,]*/nan/' 5:1 "expected a finite number"
broken '7s/,[0-9]*$/,-3/' '7:[0-9]+' "expected a whole number"
broken '9s/$/,1/' '9:[0-9]+' "the row has 4 fields"
broken '1s/night/day/' 1:14 "unknown column"
broken '10s/.*/1,m0,1/' 10:1 "has night 1 already in line 2"
broken '4s/,m[0-9],/,,/' '4:[0-9]+' "must have a name"
head -n 1 "$T/n.csv" >"$T/bad.csv"
kduel history --csv "$T/bad.csv"
is $rc 2 "a file without rows is a mistake"
kduel history --csv "$T/none.csv"
is $rc 2 "a missing file is an error"
kduel history time --online
is $rc 2 "--online goes with --csv"
no_leftovers "nothing is left behind"
finish
