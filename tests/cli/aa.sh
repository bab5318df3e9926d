#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# `kduel aa` on the fake target: the report, what is stored, and resuming.
# shellcheck source=tests/tap.sh
. "$(dirname "$0")/../tap.sh"

cat >"$T/p.yaml" <<YAML
name: pair
target: {kind: fake}
variants:
  - {name: worse, fake: {scale: 2}}
  - {name: base, fake: {boot_sd: 0.02, iter_sd: 0.01, boot_delay: 20ms}}
baseline: base
workloads: [boot, hackbench]
boots: 3
iterations: 6
warmup: 1
seed: 3
YAML

kduel aa "$T/p.yaml" --quiet --boots 12
is $rc 0 "an A/A campaign"
is "$err" "" "--quiet says nothing"
like "$out" '24 boots of one kernel' "boots of both labels are taken together"
like "$out" '^hackbench/time +[0-9.]+ +[0-9.]+ ' "spreads between boots and iterations"
unlike "$out" worse "an A/A campaign does not use the other variant"
kduel aa --show latest --format json
is $rc 0 "kduel aa --show shows the campaign again"
time=$(jq -c '.metrics[] | select(.metric == "time")' <<<"$out")
is "$(jq '.sd_boot > 0.012 and .sd_boot < 0.03' <<<"$time")" true "the spread between boots is that of the fake" "$time"
is "$(jq '.sd_iter > 0.008 and .sd_iter < 0.012' <<<"$time")" true "the spread between iterations is that of the fake" "$time"
is "$(jq '.n_iter == 5' <<<"$time")" true "the warm-up does not count"
is "$(jq '.mde_pct["3"] > .mde_pct["5"] and .mde_pct["5"] > .mde_pct["10"]' <<<"$time")" true "more boots find less"
is "$(jq '[.metrics[].false_rate] | (add / length) > 0.01 and (add / length) < 0.09' <<<"$out")" true \
	"equal boots are called different in about 5 % of the labellings"
is "$(jq '.alarms <= 4 and .tested > 10' <<<"$out")" true "few metrics differ"
machine=$(jq -r .machine <<<"$out")
is "$(sql "select count(*) from noise where machine = '$machine'")" "$(jq '.metrics | length' <<<"$out")" \
	"the figures are kept for this machine"
kduel compare latest --format json
is "$(jq -r '[.blocks[].rows[] | select(.metric == "time") | [.n_a, .n_b] | join("/")] | join(",")' <<<"$out")" 12/12 \
	"kduel compare can read an A/A campaign"
kduel show latest --plan
like "$out" 'name: base-b' "the plan of an A/A campaign can be shown"

sed 's/^workloads:/workload:/' "$T/p.yaml" >"$T/broken.yaml"
kduel aa "$T/broken.yaml" --dry-run
is $rc 2 "a mistake in the plan: exit code 2"
like "$err" "broken\\.yaml:[0-9]+:1: .*'workload'" "a mistake in the plan: the error has its place in the file"
kduel aa "$T/missing.yaml"
is $rc 2 "no such plan: exit code 2"
like "$err" "missing\\.yaml: cannot read the plan: No such file" "no such plan: named"

kduel aa "$T/p.yaml" --dry-run
is "$(grep -c '^# boot ' <<<"$out")" 20 "ten boots of each label by default"
"$KDUEL" aa "$T/p.yaml" --quiet --boots 30 >/dev/null 2>&1 &
pid=$!
await has_rows 1 'boot where campaign = 2'
kill $pid
wait $pid
is $? 130 "stopped by a signal"
left=$((60 - $(sql "select count(*) from boot where campaign = 2 and status = 'ok'")))
kduel aa --resume latest --dry-run
is "$rc $(grep -c '^# boot ' <<<"$out")" "0 $left" "--resume --dry-run: the boots that are left"
like "$out" "^# 60 boots, 1 at a time; $((60 - left)) are done" "--resume --dry-run: how many boots are done"
kduel aa --resume latest --quiet
is $rc 0 "an interrupted A/A campaign can be resumed"
like "$out" '60 boots of one kernel' "a resumed A/A campaign has all boots"

kduel aa "$T/p.yaml" --quiet --boots 2
is $rc 4 "two boots of a label are too few: exit code 4"
kduel run --quiet "$T/p.yaml"
kduel aa --show latest
is $rc 0 "no kernel on the fake target: equal as far as can be seen"
sed 's/{name: worse,/{name: worse, cmdline: quiet,/' "$T/p.yaml" >"$T/q.yaml"
kduel run --quiet "$T/q.yaml"
kduel aa --show latest
is $rc 2 "variants that differ are no A/A campaign"
like "$err" 'differ in their command lines' "variants that differ: the message says in what"
kduel aa
is $rc 2 "a plan is needed"
kduel aa "$T/p.yaml" --boots 0
is $rc 2 "--boots must be at least 1"
no_leftovers "nothing is left behind"
finish
