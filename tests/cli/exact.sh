#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Exact mode on the fake target: one workload per boot, repeats that must count the same, parallel boots, and boots
# that fail.
# shellcheck source=tests/tap.sh
. "$(dirname "$0")/../tap.sh"
export XDG_CACHE_HOME=$T/cache

plan() { # boots at a time, more of both variants, more of b
	cat <<-YAML
	name: exact-pair
	target: {kind: fake}
	variants:
	  - name: a
	    fake: {boot_sd: 0.002, iter_sd: 0.002$2}
	  - name: b
	    fake: {scale: 1.2, boot_sd: 0.002, iter_sd: 0.002$2${3-}}
	baseline: a
	workloads: [hackbench, memcached]
	boots: 3
	seed: 7
	exact: true
	parallel: $1
	YAML
}

numbers() { jq -c '[.variants[].boots_ok, [.blocks[].rows[] | [.workload, .metric, .n_a, .n_b, .p, .effect_pct, .verdict]]]' <<<"$out"; }

plan 1 "" >"$T/one.yaml"
kduel run "$T/one.yaml"
is $rc 1 "20 % more is a regression: exit code 1"
like "$out" 'a +cpu max, 6 of 6 boots ok; 2 repeated' "the header tells repeats from boots"
like "$err" 'boot 5/16  [ab] [a-z]+ again +ok' "boots are called by their workload"
is "$(sql 'select count(*), count(distinct slot) from boot')" "16|16" "12 boots and 4 repeats"
is "$(sql 'select max(n) from (select count(distinct workload) n from iteration group by boot)')" 1 "a boot runs one workload"
is "$(sql "select count(*) from boot b join iteration i on i.boot = b.id join fact f on f.boot = b.id
	where f.key = 'exact/workload' and f.value = i.workload")" 16 "and the one that its fact names"
is "$(sql "select count(*) from boot b join fact f on f.boot = b.id and f.key = 'exact/repeat-of'
	join boot o on o.slot = f.value - 1 where o.seed = b.seed and o.variant = b.variant and o.slot < b.slot")" 4 "repeats have the seeds of others"
is "$(sql 'select count(distinct seed) from boot')" 12 "all other seeds differ"
kduel compare --format json
is $rc 1 "compare agrees"
one=$(numbers)
is "$(jq -r '[.blocks[].rows[] | select(.workload == "hackbench") | .n_a, .n_b] | unique | join(",")' <<<"$out")" 3 "a workload's rows have the boots that ran it"
is "$(jq -r '[.blocks[].rows[] | select(.workload == "boot") | .n_a, .n_b] | unique | join(",")' <<<"$out")" 6 "rows of workload boot have all boots"
is "$(jq -r '.cautions | length' <<<"$out")" 0 "the report has no cautions"
kduel show latest
like "$out" ' 5 +1 +[ab] +(hackbench|memcached) +1 +ok' "show lists each boot's workload and which boot it repeats"
kduel run --dry-run "$T/one.yaml"
is "$(grep -c '^# boot .* again$' <<<"$out")" 4 "dry-run shows the repeats"

plan 4 ", boot_delay: 50ms" >"$T/four.yaml"
kduel run --quiet --format json "$T/four.yaml"
is "$(numbers)" "$one" "side by side they give the same numbers"
is "$(sql "select count(*) > 0 from boot x join boot y on x.campaign = y.campaign and x.slot < y.slot
	and x.started_ns < y.ended_ns and y.started_ns < x.ended_ns
	join campaign c on c.id = x.campaign where c.uuid = (select uuid from campaign order by id desc limit 1)")" 1 "and did run side by side"

plan 2 "" ", drift: true" >"$T/drift.yaml"
kduel run "$T/drift.yaml"
is $rc 3 "a boot that does not repeat: exit code 3"
like "$err" 'boot [0-9]+ repeats boot [0-9]+ \(b, [a-z]+\) with its seed, but [0-9]+ of [0-9]+ counts differ: [a-z-]+/[a-z0-9_.]+ of [a-z]+.* is [0-9.]+ in boot [0-9]+ and [0-9.]+ in boot [0-9]+' "the count, both values and the boots are named"
ok $(($(sql "select count(*) from boot where campaign = (select max(id) from campaign)") == 16)) "a repeat that differs ends the campaign early"
like "$(sql 'select state from campaign order by id desc limit 1')" interrupted "a repeat that differs: the campaign is interrupted"
kduel run --resume latest
is $rc 3 "resuming finds the same"
kduel compare
is $rc 3 "a comparison of boots that differ: exit code 3"
like "$out" 'NOTE these figures are not exact: boot' "a comparison of boots that differ: the first lines say so"

plan 3 "" ", fail: panic, fail_every: 2" >"$T/fail.yaml"
kduel run "$T/fail.yaml"
like "$out" 'not checked for exact repetition.*' "a repeat that fails: the report says that repetition was not checked"
is "$(sql "select count(*) from boot where status = 'panic' and campaign = (select max(id) from campaign)")" 4 "both repeats and a block have status panic"
sed 's/^boots: 3/&\nstop_on_failure: true/' "$T/fail.yaml" >"$T/stop.yaml"
kduel run "$T/stop.yaml"
is $rc 4 "stop_on_failure stops boots side by side too"
ok $(($(sql "select count(*) from boot where campaign = (select max(id) from campaign)") == 16)) "stop_on_failure stops before all slots are done"

sed -e 's/^exact: true//' -e 's/^parallel: .*/parallel: 2/' "$T/one.yaml" >"$T/timed.yaml"
kduel run "$T/timed.yaml"
is $rc 2 "boots that are timed do not run side by side: exit code 2"
like "$err" 'timed.yaml:[0-9]+:11: timed boots cannot run 2 at a time' "timed boots in parallel: the error has file, line and column"

plan 3 ", boot_delay: 200ms" >"$T/slow.yaml"
for delay in 0.1 0.3 0.6; do
	rm -f "$KDUEL_DB"*
	kduel_killed_after $delay run --quiet "$T/slow.yaml"
	if ! has_campaign; then
		ok 0 "killed after $delay s, before the campaign was stored: nothing to resume"
		continue
	fi
	kduel run --quiet --resume latest --format json
	is "$(numbers)" "$one" "killed after $delay s: resumed, it has the same numbers"
	is "$(sql 'select count(*), count(distinct slot) from boot')" "16|16" "killed after $delay s: every slot once"
done

rm -f "$KDUEL_DB"*
plan 3 ", boot_delay: 500ms" >"$T/slow.yaml"
"$KDUEL" run "$T/slow.yaml" >"$T/o" 2>"$T/e" </dev/null &
pid=$!
await has_campaign
kduel run --resume latest
is $rc 3 "a campaign that is being run is taken"
like "$err" 'being run by another kduel' "a campaign that is being run: the error says so"
kill -TERM $pid
wait $pid
is $? 130 "SIGTERM ends boots side by side: exit code 130"
is "$(sql "select count(*) <= 3 and count(*) > 0 from boot where status = 'interrupted'")" 1 "SIGTERM: boots in flight are interrupted"
kduel run --quiet --resume latest --format json
is "$(numbers)" "$one" "resumed, it has the same numbers"
is "$(find "$T/cache" -name 'campaign-*')" "" "no claim on a campaign is left"
# Counts of a boot that was interrupted, or whose host failed, are ignored, also as the number of instructions that
# rates are divided by.
for status in interrupted target-killed; do
	sqlite3 "$KDUEL_DB" "insert into boot (uuid, campaign, variant, slot, block, seed, status, detail, started_ns, ended_ns, command)
		select substr(uuid, 1, 34) || printf('%02x', slot + (case '$status' when 'interrupted' then 0 else 100 end)),
			campaign, variant, slot, block, seed, '$status', '', started_ns, ended_ns, command from boot where status = 'ok';
		insert into boot_stat select s.variant, series, (select max(id) from boot where status = '$status' and slot = b.slot),
			3 * median, s.n, warmup, tainted, low, mean, var, log_mean, log_var, multiplexed, least_ran
			from boot_stat s join boot b on b.id = s.boot where b.status = 'ok'"
	kduel compare --format json
	is "$(numbers)" "$one" "a boot that ends as ${status} changes no figure" "$err"
done
touch "$T/cache/kduel/campaign-0badc0de.lock"
kduel run --quiet "$T/one.yaml"
is "$(find "$T/cache" -name 'campaign-*')" "" "files of a killed kduel are removed"
no_leftovers "nothing is left behind"
finish
