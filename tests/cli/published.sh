#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# compare --published: what others have measured, beside ours.
# shellcheck source=tests/tap.sh
. "$(dirname "$0")/../tap.sh"

cat >"$T/plan.yaml" <<'EOF'
name: others
target: {kind: fake}
variants:
  - {name: a, fake: {boot_sd: 0.01}}
  - {name: b, fake: {scale: 1.1, boot_sd: 0.01}}
baseline: a
workloads: [boot, hackbench, fork-exec, {vmalloc: {loops: 500000}}]
boots: 3
iterations: 1
warmup: 0
EOF
kduel run "$T/plan.yaml"
kduel compare --published --format json
is "$(jq -c '.blocks[0].rows[] | select(.workload == "hackbench").published | [.lo_pct, .hi_pct]' <<<"$out")" "[-2.96,-2.96]" \
	"json: hackbench"
is "$(jq -c '.blocks[0].rows[] | select(.metric | startswith("pcpu")).published.lo_pct' <<<"$out")" "-4.63" \
	"json: vmalloc under its published name"
is "$(jq -c '[.blocks[0].rows[] | select(.workload == "fork-exec").published] | unique' <<<"$out")" "[null]" \
	"json: null where nothing was published"
pct=$(jq '.blocks[0].rows[] | select(.workload == "hackbench").effect_pct' <<<"$out")
kduel compare --published
like "$out" "hackbench/time: published -2\.96 %, here $(printf '%+.4g' "$pct" | sed 's/+/\\+/') % .*\(simulated\)" "text: theirs and ours"
like "$out" "groups 30, loops 100" "text: how it was measured"
kduel compare --published --format markdown
like "$out" "\- hackbench/time: published" "markdown"
like "$out" "At another size: here groups 2, published 30; loops 25, published 100" "markdown: at another size"
kduel compare --published
like "$out" "^    at another size: here groups 2, published 30; loops 25, published 100" "text: at another size"
is "$(grep -c 'another size' <<<"$out")" 1 "which is said of no other row"
kduel export site "$T/site"
row=row/1/hackbench.hackbench.time.html
like "$(cat "$T"/site/campaign/*/$row)" 'at another size</dt><dd>groups 2, published 30; loops 25' "page: at another size"
sed 's/ hackbench,/ {hackbench: {groups: 30, loops: 100}}, {fio-dmcrypt: {size: 102400M}},/' "$T/plan.yaml" >"$T/same.yaml"
kduel run "$T/same.yaml"
kduel compare --published
unlike "$out" "another size" "nor where the sizes are the published ones"
like "$out" "fio-dmcrypt/iops: published" "however they are written"
id=$(sql 'select uuid from campaign order by id desc limit 1')
kduel export site "$T/site-same"
like "$(cat "$T/site-same/campaign/$id/$row")" '<dt>published</dt>' "page: published"
unlike "$(cat "$T/site-same/campaign/$id/$row")" 'another size' "page: at the published size"
kduel compare --published --format json
is "$(jq -c '[.blocks[0].rows[].published | select(. != null).elsewhere] | unique' <<<"$out")" "[null]" "json: null"
kduel compare --format json
is "$(jq -c '[.blocks[0].rows[] | has("published")] | unique' <<<"$out")" "[false]" "without the option nothing is said"
kduel compare
unlike "$out" "ublished" "nor in text"
sed 's/ hackbench,/ memcached, seqread-xfs, fio-dmcrypt, hackbench, kernbench, perl-startup, sqlite-speedtest, pgbench,/' \
	"$T/plan.yaml" >"$T/margins.yaml"
kduel run "$T/margins.yaml"
kduel compare --published --format json
wide=$(jq -c '[.blocks[0].rows[] | select(.published != null and .margin_rel != null) |
	{metric: "\(.workload)/\(.metric)", margin: (100 * .margin_rel),
	 published: ([.published.lo_pct, .published.hi_pct] | map(fabs) | min)}] |
	[length >= 15, (map(select(.margin > .published / 2)) | map(.metric))]' <<<"$out")
is "$wide" "[true,[]]" "no margin hides half of what was published"
kduel compare --published --format csv
is $rc 2 "not in csv"

cp -r "$TOP/configs" "$T/configs"
export KDUEL_CONFIG_DIR=$T/configs
sed -i 's/groups: 30/group: 30/' "$T/configs/published.yaml"
kduel compare --published
like "$rc $err" "^2 .*published\.yaml:[0-9]+:[0-9]+: unknown parameter 'group'" "a parameter that the workload lacks"
sed -i 's/group: 30/groups: 30/' "$T/configs/published.yaml"
sed -i 's/change: "-2.96"/change: "2.96 less"/' "$T/configs/published.yaml"
kduel compare --published
like "$rc $err" "^2 .*published\.yaml:[0-9]+:[0-9]+: 'change' must be per cent" "a mistake in the table: file and line"
rm "$T/configs/published.yaml"
kduel compare --published
like "$rc $err" "^2 .*no published.yaml" "no table"
finish
