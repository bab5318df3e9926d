#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The time limits of a campaign, `budget` and --until: it runs as many whole blocks as fit.
# shellcheck source=tests/tap.sh
. "$(dirname "$0")/../tap.sh"

plan() { # name budget boots delay
	cat >"$T/$1.yaml" <<-YAML
	name: $1
	target: {kind: fake}
	variants: [{name: a, fake: {boot_delay: $4}}, {name: b, fake: {boot_delay: $4}}]
	baseline: a
	workloads: [hackbench]
	boots: $3
	iterations: 3
	warmup: 1
	$2
	YAML
}
last() { sql "select $1 from campaign order by id desc limit 1"; }
tag() { sql "select value from tag where key = 'cut' and campaign = (select max(id) from campaign) order by set_ns desc limit 1"; }
boots() { sql "select count(*) from boot where status = 'ok' and campaign = (select max(id) from campaign)"; }
took() { sqlite3 "$KDUEL_DB" "update boot set ended_ns = started_ns + $1"; }

# Without earlier boots, the first block shows how many fit.
unknown() {
	rm -rf "$KDUEL_DB"* "$T/site"
	plan unknown "budget: 2700ms" 6 500ms
	kduel run "$T/unknown.yaml"
	n=$(boots)
	is "$rc $(last state)" "4 finished" "a campaign that its budget ends is complete" "$err"
	ok $((n % 2 || n < 2 || n > 4)) "a budget that is used up: the campaign has whole blocks ($n boots)"
	like "$err" '^budget  budget 2\.7s \(2\.[0-7]s\): how many of 6 blocks fit is known after the first boot$' "without earlier boots, kduel says that it does not know how many blocks fit"
	like "$err" "ended when its time budget was used up: $((n / 2)) of 6 blocks, budget 2\.7s; .kduel run --resume" "a budget that is used up: the last message says so"
	is "$(tag)" "$((n / 2)) of 6 blocks, budget 2.7s" "the tag says it"
	like "$(tr -s ' \n' ' ' <<<"$out")" "campaign [0-9a-f]{8} ended when its time budget was used up: $((n / 2)) of 6 blocks, budget 2\.7s" "the report says that the budget was used up"
	unlike "$out" 'provisional' "a budget that is used up: the report is final"
	kduel export site "$T/site"
	like "$(cat "$T"/site/campaign/"$(last uuid)"*)" "ended when its time budget was used up" "the pages say that the budget was used up"
}
timed unknown

# From here on earlier boots of this machine say how long one takes.
took 1000000000
plan known "budget: 5m" 100 0s
kduel run --progress json "$T/known.yaml"
is "$(jq -rs 'first | "\(.blocks) \(.blocks_fit)"' <<<"$err" 2>/dev/null)" "100 100" "all fit: as JSON" "$err"
is "$rc $(boots) $(tag)" "0 200 " "all blocks fit: nothing is cut"

took 60000000000
plan none "budget: 90s" 3 0s
kduel run "$T/none.yaml"
is "$rc $(last name)" "3 known" "not one block fits: refused, and nothing is stored"
like "$err" 'budget 1m30s: not one block fits into 1m[0-9]*s, since it takes about 2m00s by earlier boots of this machine; nothing was booted' "not one block fits: the message has the time that one takes"
plan some "budget: 290s" 3 0s
sed -i 's/^seed.*//; $aseed: 3' "$T/some.yaml"
kduel run "$T/some.yaml"
like "$err" '^budget  budget 4m50s \(4m[45][0-9]s\): 2 of 3 blocks fit$' "how many fit, before it starts"
is "$rc $(boots)" "0 6" "boots that are faster than expected make room for more"

# --until has a resolution of a minute. The current minute would mean tomorrow.
at() { date -d "$1" +%H:%M; }
kduel run --until "$(at '2 minutes')" "$T/known.yaml"
is "$rc $(last name)" "3 some" "--until: not one block fits"
like "$err" "until [0-9:]{5}: not one block fits into .*, since it takes about 2m00s" "--until: not one block fits: the message has the time that one takes"
plan free "" 2 0s
kduel run --until "$(at '30 minutes')" "$T/free.yaml"
like "$err" '^budget  until [0-9:]{5} \((30|29)m[0-9]{2}s\): 2 of 2 blocks fit$' "--until: all fit"
is "$rc $(boots)" "4 4" "--until: all blocks are run"
for t in 24:00 6 06:60 06:3 x 006:30 -1:30 06:30:00; do
	kduel run --until "$t" "$T/free.yaml"
	is "$rc" 2 "--until $t is no time of day"
done

# Boots take longer than expected: the campaign ends in time, and an incomplete block can be resumed.
slow() {
	took 100000000
	plan slow "budget: 3500ms" 3 2s
	began=$(date +%s%N)
	kduel run "$T/slow.yaml"
	spent=$((($(date +%s%N) - began) / 1000000))
	is "$rc $(last state) $(boots)" "4 interrupted 1" "time is over within the first block: insufficient data" "$err"
	like "$err" 'budget 3\.5s: the time was over before the first block was complete' "time is over within the first block: the message says so"
	ok $((spent > 9000)) "time is over within the first block: kduel ends soon ($spent ms)"
	kduel run --resume latest
	is "$rc $(boots)" "3 1" "a budget that is spent: --resume runs no boot"
	like "$err" 'budget 3\.5s: (there is no time left|not one block fits into [0-9]+ms, .*); nothing was booted' "a budget that is spent: the message of --resume says so"
	kduel run --resume latest --until "$(at '40 minutes')"
	is "$rc $(boots) $(last state) $(tag)" "0 6 finished " "--until gives a resumed campaign more time"
}
timed slow

# Ended by the limit, then resumed to its end.
cut() {
	plan cut "budget: 2400ms" 3 800ms
	kduel run "$T/cut.yaml"
	n=$(boots)
	is "$rc $(tag)" "4 $((n / 2)) of 3 blocks, budget 2.4s" "cut after some blocks"
	kduel run --resume latest
	is "$rc $(boots) $(tag)" "4 $n $((n / 2)) of 3 blocks, budget 2.4s" "resumed without more time: no boot is run"
	kduel run --resume latest --until "$(at '40 minutes')"
	is "$rc $(boots) $(last state) [$(tag)]" "0 6 finished []" "resumed with time: whole, and no longer called cut"
	kduel compare latest
	unlike "$(tr -s ' \n' ' ' <<<"$out")" 'time budget was used up' "resumed with time: the report does not mention the budget"
}
timed cut

# Killed, then resumed: the time already spent counts.
killed() {
	took 300000000
	plan killed "budget: 4s" 9 400ms
	kduel_killed_after +1.2 run "$T/killed.yaml"
	kduel run --resume latest
	is "$rc $(last state)" "0 finished" "a killed campaign continues within its budget" "$err"
	n=$(boots)
	ok $((n % 2 || n < 2 || n > 10)) "a killed campaign has whole blocks ($n boots)"
	like "$(tag)" "^$((n / 2)) of 9 blocks, budget 4\.0s$" "a killed campaign: the tag has the number of blocks"
}
timed killed

# With boots in parallel.
side() {
	plan side $'exact: true\nparallel: 2' 6 400ms
	sed -i '/^iterations/d; /^warmup/d; $abudget: 2s' "$T/side.yaml"
	kduel run "$T/side.yaml"
	n=$(tag)
	is "$rc $(last state) $(boots)" "$rc finished $((2 * ${n%% *} + 2))" "boots at a time: whole blocks, too ($n)"
}
timed side

for b in 0s 10ms -1s 3x 80d; do
	plan bad "budget: $b" 3 0s
	kduel run "$T/bad.yaml"
	is $rc 2 "budget: $b is a mistake"
	like "$err" "bad.yaml:9:9: 'budget'" "budget: $b: the error has its place"
done
finish
