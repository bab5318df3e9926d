#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# kduel plan-boots: how many boots an effect takes, from stored noise.
# shellcheck source=tests/tap.sh
. "$(dirname "$0")/../tap.sh"

cat >"$T/p.yaml" <<-YAML
	name: noise
	target: {kind: fake}
	variants:
	  - {name: a, fake: {boot_sd: 0.01, iter_sd: 0.01}}
	  - {name: b, fake: {scale: 1.5, boot_sd: 0.01, iter_sd: 0.01}}
	baseline: a
	workloads: [hackbench]
	boots: 12
	iterations: 6
	warmup: 1
YAML
kduel plan-boots
is $rc 2 "no database: exit code 2"
kduel run --quiet "$T/p.yaml"
kduel plan-boots
is $rc 4 "a campaign is no A/A run: exit code 4"
like "$err" 'kduel aa' "a campaign that is no A/A run: the error names kduel aa"
kduel plan-boots latest --metric time --format json
is $rc 0 "noise out of a campaign"
is "$(jq '.rows | length' <<<"$out")" 1 "plan-boots --metric: one row"
row() { jq "$1" <<<"$out"; }
is "$(row '.rows[0].sd_boot_pct > 0.5 and .rows[0].sd_boot_pct < 1.6')" true "boots differ by about 1 %"
is "$(row '.rows[0].sd_iter_pct > 0.7 and .rows[0].sd_iter_pct < 1.3')" true "iterations differ by about 1 %"
is "$(row '.rows[0].noise_boots')" 24 "from the boots of both variants, each around its own mean"
two=$(row '.rows[0].boots_needed')
kduel plan-boots latest --metric time --effect 1 --format json
is "$(row ".rows[0].boots_needed > 3 * $two")" true "half of the effect takes about four times the boots"
kduel plan-boots latest --metric time --effect 2% --power 95 --format json
is "$(row ".rows[0].boots_needed > $two")" true "more power takes more boots"
kduel plan-boots latest --metric time --iterations 1 --format json
is "$(row ".rows[0].boots_needed > $two")" true "fewer iterations take more boots"
kduel plan-boots latest --workload hackbench
like "$out" '^hackbench/time +[0-9.]+ ' "the table has it"
unlike "$out" 'mem_total' "the table has no metric that was not asked for"
kduel plan-boots latest --metric nosuch
is $rc 4 "no such metric: exit code 4"
for bad in "--effect 0" "--effect x" "--power 50" "--power 100" "--iterations 0" "latest more" "--format csv"; do
	# shellcheck disable=SC2086
	kduel plan-boots $bad
	is $rc 2 "plan-boots $bad is a usage error"
done
kduel aa --quiet --boots 6 "$T/p.yaml"
kduel plan-boots --metric time --format json
is $rc 0 "noise out of an A/A run"
is "$(row '.rows[0].noise_boots')" 12 "noise out of an A/A run: from all of its boots"
is "$(row '.rows[0].machine | length > 0')" true "noise out of an A/A run: has the machine"
sed 's/^workloads: .*/workloads: [memcached]/' "$T/p.yaml" >"$T/share.yaml"
kduel run --quiet "$T/share.yaml"
kduel plan-boots latest --metric hit_ratio --format json
is "$(row '.rows[0] | has("sd_boot_pct")')" false "a share has no per cent of itself"
is "$(row '.rows[0] | .sd_boot_points > .05 and .sd_boot_points < 1 and .mde_5_boots_points > .sd_boot_points')" true \
	"effects on a share are in points, from its typical value"
kduel plan-boots latest --metric hit_ratio
like "$out" 'hit_ratio +[0-9.]+ pt ' "the table says so"
kduel --help
like "$out" '^  plan-boots ' "the command is listed"
finish
