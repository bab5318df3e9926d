#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# How a plan can change what is judged: a 2x2 design, pairs by block, its own margins.
# shellcheck source=tests/tap.sh
. "$(dirname "$0")/../tap.sh"

# Each factor alone costs time, the new release 4 %, the new CPU 2 %; together they save a tenth.
plan() { # extra keys
	cat <<-YAML
	name: design
	target: {kind: fake}
	variants:
	  - {name: new-cpu, fake: {scale: 0.95472, boot_sd: 0.002, iter_sd: 0.002}}
	  - {name: new-plain, fake: {scale: 1.04, boot_sd: 0.002, iter_sd: 0.002}}
	  - {name: old-cpu, fake: {scale: 1.02, boot_sd: 0.002, iter_sd: 0.002}}
	  - {name: old-plain, fake: {boot_sd: 0.002, iter_sd: 0.002}}
	baseline: old-plain
	workloads: [hackbench]
	boots: 5
	iterations: 4
	warmup: 1
	$1
	YAML
}
time_row() { jq ".blocks[$1].rows[] | select(.metric == \"time\")" <<<"$out"; }
between() { # value lo hi name
	awk -v x="$1" -v lo="$2" -v hi="$3" 'BEGIN { exit !(x >= lo && x <= hi) }'
	ok $? "$4" "$1 is not within $2 and $3"
}

plan 'factorial: [{both: new-cpu, first: new-plain, second: old-cpu, neither: old-plain}]' >"$T/p.yaml"
kduel run --quiet --format json "$T/p.yaml"
is "$(jq '.blocks | length' <<<"$out")" 4 "a 2x2 and three comparisons"
is "$(jq -r '.blocks[0].title' <<<"$out")" "new-cpu net of new-plain and old-cpu" "the 2x2 comes first"
is "$(jq -c '.blocks[0].factorial' <<<"$out")" \
	'{"both":"new-cpu","second":"old-cpu","first":"new-plain","neither":"old-plain"}' "the 2x2 has its variants"
is "$(time_row 0 | jq -r .verdict)" improvement "the effect net of both is an improvement"
between "$(time_row 0 | jq .effect_pct)" -11 -9 "of a tenth"
between "$(time_row 1 | jq .effect_pct)" -5.5 -3.5 "though the plain comparison shows half of that"
between "$(time_row 0 | jq .simple.first_without_second.effect_pct)" 3.3 4.7 "the release alone costs 4 %"
between "$(time_row 0 | jq .simple.second_without_first.effect_pct)" 1.3 2.7 "the CPU alone costs 2 %"
is "$(jq '.blocks[1].factorial' <<<"$out")" null "a comparison is no 2x2"
kduel compare --block 1
like "$out" '^== new-cpu net of new-plain and old-cpu ==' "the text has its table"
like "$out" 'new-cpu against old-cpu \+ new-plain - old-plain' "the text says which sides are compared"
like "$out" 'time, simple effects: new-cpu/old-cpu -[0-9.]+ %' "the text has the simple effects"

plan 'factorial: [{both: new-cpu, first: new-plain, second: old-cpu, neither: old-plain}]' |
	sed 's/^boots: 5/boots: 1/' >"$T/one.yaml"
kduel run --quiet "$T/one.yaml"
is $rc 4 "a boot a side is too few"
kduel compare --block 1
unlike "$out" 'simple effects|deterministic' "one boot a side: no simple effects are printed"

plan 'design: paired' >"$T/paired.yaml"
kduel run --quiet --format json "$T/paired.yaml"
is "$(jq -r '[.blocks[].design] | unique | join(",")' <<<"$out")" paired "the report says that it is paired"
is "$(time_row 0 | jq -c '[.n_a, .n_b, .n_pairs]')" "[5,5,5]" "five complete blocks"
kduel compare --format text
like "$(tr -s ' \n' ' ' <<<"$out")" 'paired t test' "the legend names the test"

sed '/new-cpu/s/iter_sd: 0.002}}$/iter_sd: 0.002, fail: panic, fail_every: 3}}/' \
	"$T/paired.yaml" >"$T/holes.yaml"
kduel run --quiet --format json "$T/holes.yaml"
is "$(time_row 0 | jq -c '[.n_a, .n_b, .n_pairs, (.note | test("4 complete blocks out of 5 and 4 boots"))]')" \
	"[5,4,4,true]" "blocks that lack a boot are left out and named"

plan 'margins: {hackbench/time: 12%, meminfo/mem_total: 9000 kB}' >"$T/wide.yaml"
kduel run --quiet --format json "$T/wide.yaml"
is "$(time_row 0 | jq -c '[.verdict, .below_margin_but_significant]')" '["small",true]' \
	"a margin of 12 % makes 4.5 % small: below margin"
is "$(time_row 0 | jq .margin_rel)" 0.12 "a margin of 12 %: the report has that margin"
is "$(jq '[.blocks[].rows[] | select(.metric == "mem_total") | .margin_abs == 9000] | all' <<<"$out")" true \
	"an absolute one as well"
is "$(sql 'select group_concat(source || "/" || metric, " ") from (select * from margin order by source)')" \
	"hackbench/time meminfo/mem_total" "both margins are stored"

# Shares change by points: 5 % are 0.05 in the unit of this one.
plan 'margins: {memcached/hit_ratio: 5%}' | sed 's/\[hackbench\]/[memcached]/' >"$T/share.yaml"
kduel run --quiet --format json "$T/share.yaml"
is "$(jq -c '.blocks[0].rows[] | select(.metric == "hit_ratio") | [.margin_abs, .margin_rel]' <<<"$out")" \
	'[0.05,null]' "5 % of a share are 5 points, and not relative"
kduel compare --all --workload memcached
like "$(tr -s ' \n' ' ' <<<"$out")" '5 points for hit_ratio' "the table says that the margin is in points"
finish
