#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Kill kduel at any instant: what was stored remains, and --resume completes the same schedule.
# shellcheck source=tests/tap.sh
. "$(dirname "$0")/../tap.sh"

cat >"$T/p.yaml" <<YAML
name: killed
target: {kind: fake}
variants:
  - {name: a, fake: {boot_delay: 30ms}}
  - {name: b, fake: {boot_delay: 30ms}}
baseline: a
workloads: [boot, hackbench, memcached]
boots: 30
iterations: 4
warmup: 1
seed: 11
YAML

for delay in 0.05 0.15 +0.1 +0.3 +0.5 +0.8; do
	rm -f "$KDUEL_DB"*
	kduel_killed_after $delay run --quiet "$T/p.yaml"
	if ! has_campaign; then
		ok 0 "killed after $delay s, before the campaign was stored: nothing to resume"
		continue
	fi
	before=$(sql 'select count(*) from boot')
	kduel run --quiet --resume latest
	ok $((rc > 1)) "killed after $delay s with $before boots stored: resume succeeds" "exit $rc" "$err"
	is "$(sql 'select count(*) from boot')" 60 "killed after $delay s: every slot is there"
	is "$(sql 'select count(distinct slot) from boot')" 60 "killed after $delay s: none twice"
	is "$(sql 'pragma integrity_check')" ok "killed after $delay s: the database is sound"
done
# The resumed campaign has the same results as an uninterrupted one.
kduel compare --format json
resumed=$(jq -c '[.blocks[].rows[] | [.metric, .p, .effect_pct]]' <<<"$out")
rm -f "$KDUEL_DB"*
kduel run --quiet --format json "$T/p.yaml"
is "$(jq -c '[.blocks[].rows[] | [.metric, .p, .effect_pct]]' <<<"$out")" "$resumed" "resumed and uninterrupted agree in every number"

rm -f "$KDUEL_DB"*
sed 's/30ms/100ms/' "$T/p.yaml" >"$T/slow.yaml"
"$KDUEL" run "$T/slow.yaml" >"$T/out" 2>"$T/err" </dev/null &
pid=$!
await has_rows 2 boot
kill -TERM $pid
wait $pid
is $? 130 "SIGTERM ends it in order: exit code 130"
like "$(cat "$T/err")" 'kduel run --resume [0-9a-f]{8}' "SIGTERM: the message says how to resume"
kduel list
like "$out" 'interrupted' "list shows the state"
kduel run --quiet --resume latest
ok $((rc > 1)) "resume finishes it" "$err"
is "$(sql "select state from campaign")" finished "the campaign is finished"
kduel run --quiet --resume latest
ok $((rc > 1)) "resuming a finished campaign boots nothing and compares" "$err"
is "$(sql 'select count(*) from boot where status != '"'interrupted'")" 60 "no slot twice"
no_leftovers "nothing is left behind"
finish
