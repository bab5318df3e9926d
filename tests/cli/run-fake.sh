#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The whole procedure on the fake target: run, store, verdicts, compare, list, show.
# shellcheck source=tests/tap.sh
. "$(dirname "$0")/../tap.sh"

plan() { # scale of b, noise
	cat <<-YAML
	name: fake-pair
	target: {kind: fake}
	variants:
	  - name: a
	    fake: {boot_sd: $2, iter_sd: $2}
	  - name: b
	    fake: {scale: $1, boot_sd: $2, iter_sd: $2}
	baseline: a
	workloads: [boot, hackbench, fio-dmcrypt, memcached]
	boots: 5
	iterations: 4
	warmup: 1
	seed: 7
	YAML
}

plan 1.2 0.002 >"$T/worse.yaml"
kduel run "$T/worse.yaml"
is $rc 1 "20 % larger times are a regression: exit code 1"
like "$out" 'worse \(R\)' "the table marks regressions"
is "$(head -n 1 <<<"$out")" "b against a, on $(uname -n) (fake), 5 boots a side; made-up numbers." \
	"the finding begins the report: what was compared"
like "$out" '^Worse, [0-9]+ of [0-9]+ primary metrics: ' "the finding: what got worse"
like "$out" 'simulated' "the basis is shown in the table"
like "$err" 'boot 10/10' "each boot is reported on standard error"
kduel compare --format json
is $rc 1 "compare says the same again"
is "$(jq -r .schema <<<"$out")" 1 "JSON carries its version"
is "$(jq -r '.finding | map(.kind) | join(" ")' <<<"$out")" "scope worse better same next" "JSON has the finding"
# Strip line breaks and Markdown.
words() { tr -d '*\\-' | tr -s ' \n' ' '; }
finding=$(jq -r '.finding[].text' <<<"$out" | words)
for format in text mail markdown; do
	kduel compare --format $format
	words <<<"$out" | grep -qF -- "$finding"
	ok $? "$format says the same" "$finding" "$out"
done
kduel compare --format json
is "$(jq -r '[.blocks[].rows[] | select(.workload == "hackbench" and .metric == "time") | .verdict] | unique | join(",")' <<<"$out")" \
	regression "hackbench took longer: regression"
is "$(jq -r '[.blocks[].rows[] | select(.workload == "memcached" and .metric == "ops") | .verdict] | unique | join(",")' <<<"$out")" \
	improvement "memcached did more: improvement"
is "$(jq -r '[.blocks[].rows[] | select(.metric == "mem_total")] | length' <<<"$out")" 1 "memory after boot has its row"

plan 50 0.2 >"$T/shares.yaml"
kduel run --quiet --db "$T/shares.db" "$T/shares.yaml"
is "$(sql "select count(*) > 0, min(value) > 0, max(value) < 1 from sample where series in
	(select id from series where unit = 'ratio')" "$T/shares.db")" "1|1|1" "a share stays one, whatever it is multiplied by"

plan 1.0 0.002 >"$T/same.yaml"
kduel run --quiet "$T/same.yaml"
is $rc 0 "no difference: exit code 0"
is "$err" "" "--quiet says nothing"
like "$out" 'no change' "the table says no change"
unlike "$out" 'worse \(R\)' "no change: the table marks no regression"
kduel run --quiet --format json "$T/same.yaml"
first=$(jq -c '[.blocks[].rows[] | [.metric, .p, .verdict]]' <<<"$out")
kduel run --quiet --format json "$T/same.yaml"
is "$(jq -c '[.blocks[].rows[] | [.metric, .p, .verdict]]' <<<"$out")" "$first" "the same seed gives the same numbers"

sed 's/^boots: 5/boots: 2/' "$T/same.yaml" >"$T/few.yaml"
kduel run --quiet "$T/few.yaml"
is $rc 4 "two boots are too few: exit code 4"
like "$out" insufficient "two boots: the table says insufficient"
like "$out" 'too few boots: a verdict takes 3 a side' "two boots: the finding says how many a verdict takes"

# --- one variant: values, since there is nothing to compare

cat >"$T/lone.yaml" <<'YAML'
name: lone
target: {kind: fake}
variants: [{name: only, fake: {boot_sd: 0.01}}]
workloads: [hackbench]
boots: 5
YAML
kduel run --db "$T/lone.db" "$T/lone.yaml"
is $rc 0 "one variant is not an error"
like "$err" 'nothing to compare' "one variant: a message says why nothing is compared"
medians=$(sql "select median from boot_stat s join series e on e.id = s.series
	where e.workload = 'hackbench' and e.metric = 'time' order by median" "$T/lone.db")
want=$(sed -n 3p <<<"$medians")
row=$(grep '^hackbench/time ' <<<"$out" | tr -s ' ')
is "$row" "$(printf 'hackbench/time s %.1f %.1f %.1f %.2f %% 5 simulated' "$want" "$(head -n 1 <<<"$medians")" \
	"$(tail -n 1 <<<"$medians")" "$(awk -v m="$want" 'NR == 1 { lo = $1 } END { print 100 * ($1 - lo) / m }' <<<"$medians")")" \
	"the median of the boots, their range, spread and number"
kduel show --db "$T/lone.db"
like "$(tr -s ' ' <<<"$out")" "^$row\$" "show has the same"
kduel show --db "$T/lone.db" --format json
is "$(jq -r '.values[] | select(.metric == "time") | "\(.boots) \(.median * 1000 | round)"' <<<"$out")" \
	"5 $(awk -v m="$want" 'BEGIN { printf "%.0f", m * 1000 }')" "JSON has the same median"
kduel export --db "$T/lone.db" site "$T/lone-site"
page=$(cat "$T"/lone-site/campaign/*/index.html "$T"/lone-site/campaign/*.html 2>/dev/null)
like "$(tr -d '\n' <<<"$page")" "hackbench/<wbr>time<br>.*$(printf '%.6g' "$want")</td>" "the page has the same median"

kduel list
is "$(grep -c fake-pair <<<"$out")" 5 "list shows every campaign"
kduel show latest
like "$out" 'finished' "show names the state"
like "$out" 'fake' "show names the target"
kduel show latest --plan
like "$out" '^seed: 7' "show gives the plan back"
kduel show nosuchid
is $rc 2 "an unknown campaign is a usage error"
kduel compare --db "$T/none.db"
is $rc 2 "no database: exit code 2"
like "$err" 'none.db' "no database: the error names it"
kduel run --dry-run "$T/same.yaml"
is "$(grep -c '^# boot ' <<<"$out")" 10 "dry-run prints every boot"
is "$(sql 'select count(distinct b.campaign || b.slot) from boot b')" \
	"$(sql 'select count(*) from boot')" "no slot was stored twice"
before=$(sql 'select count(*) from campaign')
XDG_CACHE_HOME=/dev/null kduel run "$T/same.yaml"
is $rc 3 "a cache that cannot be written: exit code 3"
like "$err" "/dev/null/kduel.*XDG_CACHE_HOME" "a cache that cannot be written: the error names it"
is "$(sql 'select count(*) from campaign')" "$before" "no campaign is stored"
no_leftovers "nothing is left behind"
finish
