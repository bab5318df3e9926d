#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# What decides about the exit code: --fail-on, --require-conclusive, the same keys in a plan; and the last line of a
# report.
# shellcheck source=tests/tap.sh
. "$(dirname "$0")/../tap.sh"

plan() { # scale of b, noise, boots, workloads, more keys
	cat <<-YAML
	name: gated
	target: {kind: fake}
	variants:
	  - {name: a, fake: {boot_sd: $2, iter_sd: $2}}
	  - {name: b, fake: {scale: $1, boot_sd: $2, iter_sd: $2}}
	baseline: a
	workloads: [$4]
	boots: $3
	iterations: 2
	warmup: 1
	seed: 7
	${5-}
	YAML
}
last() { sed -n '$p' <<<"$out"; }
tail_line() { awk 'NF { line = line " " $0; next } { line = "" } END { print line }' <<<"$out"; }

# --ranges: do the boots overlap? This works with two boots, unlike verdicts.
ranges() { jq -c '.blocks[0].rows[] | select(.metric == "time").ranges | [.overlap, (.gap_pct | tostring | .[:3])]' <<<"$out"; }
plan 2 0.002 3 fork-exec "collectors: []" >"$T/apart.yaml"
kduel run --quiet "$T/apart.yaml"
kduel compare --ranges --all
like "$(tr -s ' \n' ' ' <<<"$out")" "fork-exec/time apart: baseline [0-9.]+ to [0-9.]+, candidate [0-9.]+ to [0-9.]+ s; the candidate's lowest boot is (9[0-9]|10[0-9])[.0-9]* % above the baseline's highest" \
	"--ranges: how far the nearest boots are apart"
kduel compare --format json
like "$(ranges)" '^\[false,"(9|10)' "JSON has it for every row"
plan 1 0.05 5 fork-exec "collectors: []" >"$T/overlap.yaml"
kduel run --quiet "$T/overlap.yaml"
kduel compare --ranges --all
like "$(tr -s ' \n' ' ' <<<"$out")" "fork-exec/time overlap: baseline .* s; [1-5] of 5 boots of the candidate are within the baseline's range, [0-5] of 5 the other way round" \
	"the text says how many boots overlap"
kduel compare --format json
is "$(ranges)" '[true,"nul"]' "JSON says whether boots overlap"
kduel compare --ranges --format csv
is $rc 2 "--ranges goes with text alone"

# All values are halved: the time, which is primary, got better; the rate, which is secondary, worse.
plan 0.5 0.002 5 fork-exec "collectors: []" >"$T/secondary.yaml"
kduel run --quiet "$T/secondary.yaml"
is $rc 0 "a secondary row that got worse fails no run"
like "$(tail_line)" '1 row got worse that --fail-on does not watch: fork-exec/rate\.$' "a secondary row that got worse: the last line names it"
kduel compare --fail-on any
is $rc 1 "--fail-on any: it does"
like "$(tail_line)" '1 row got worse: fork-exec/rate\.$' "--fail-on any: the last line names the row"
kduel compare --fail-on rate
is $rc 1 "--fail-on METRIC"
kduel compare --fail-on time --fail-on 'fork-exec/r*'
is $rc 1 "--fail-on WORKLOAD/METRIC, a pattern, repeated"
kduel compare --fail-on time
is $rc 0 "a metric that did not get worse"
kduel compare --fail-on primary
is $rc 0 "--fail-on primary"
kduel compare --fail-on any --format json
is "$(jq -c '[.exit_code, .provisional]' <<<"$out")" "[1,false]" "JSON has the exit code"
like "$(jq -r .conclusion <<<"$out")" 'got worse: fork-exec/rate' "JSON has the last line"
kduel compare --fail-on rote
is $rc 2 "a metric that does not exist"
like "$err" "no metric fits 'rote', did you mean 'rate'" "a metric that does not exist: the error offers the nearest"
kduel compare --fail-on 'r?te[x]'
is $rc 2 "a pattern that fits none"
like "$err" "no metric fits 'r\?te\[x\]', did you mean 'rate'" "a pattern for no metric: the error offers the nearest"
kduel compare --fail-on 'fork-exec/z*'
is $rc 2 "a pattern for no metric of a workload: exit code 2"
like "$err" "no metric fits 'fork-exec/z\*'; there are fork-exec/(rate|time), fork-exec/(rate|time)$" "a pattern for no metric: the error has the metrics of the workload"
kduel compare --fail-on none --fail-on any
is $rc 2 "--fail-on none with another word is refused"

plan 2 0.002 5 fork-exec "collectors: []" >"$T/primary.yaml"
kduel run --quiet "$T/primary.yaml"
is $rc 1 "a primary row that got worse fails the run"
kduel compare --fail-on none
is $rc 0 "--fail-on none: exit code 0"
like "$(tail_line)" '1 row got worse that --fail-on does not watch: fork-exec/time' "--fail-on none: the last line names the regression"

# Counters that only describe are never worse, but --fail-on with their name fails if they differ.
plan 2 0.002 5 fork-exec "collectors: [vmstat]" >"$T/vmstat.yaml"
kduel run --quiet "$T/vmstat.yaml" --fail-on 'vmstat/*'
is $rc 1 "--fail-on 'vmstat/*': counters that differ fail the run"
like "$(tail_line)" '^ ?[0-9]+ rows that --fail-on names differ: fork-exec/[a-z_]+, .*, [0-9]+ more; 1 row got worse that' \
	"--fail-on 'vmstat/*': the last line names the counters"
kduel compare --fail-on 'fork-exec/pgfault'
is $rc 1 "--fail-on: a counter of one workload fails the run"
kduel compare --fail-on any --fail-on time --format json
is "$(jq -c '[.exit_code, (.conclusion | test("names"))]' <<<"$out")" '[1,false]' "any and the name of another do not mean them"
plan 1 0.002 5 fork-exec "collectors: [vmstat]
fail_on: ['vmstat/*']" >"$T/vmstat.yaml"
kduel run --quiet "$T/vmstat.yaml"
is $rc 0 "the plan's fail_on: none differs"
sed 's!vmstat/\*!vmstatt/*!' "$T/vmstat.yaml" >"$T/typo.yaml"
kduel run --quiet "$T/typo.yaml"
is $rc 2 "a pattern for nothing is a mistake in a plan, too"
like "$err" "unknown metric 'vmstatt/\*' in 'fail_on'" "a pattern for nothing in a plan: the error names it"

plan 0.5 0.002 5 fork-exec "collectors: []
fail_on: [primary, fork-exec/rate]" >"$T/key.yaml"
kduel run --quiet "$T/key.yaml"
is $rc 1 "the plan's fail_on"
kduel compare
is $rc 1 "the plan's fail_on holds for kduel compare"
kduel compare --fail-on primary
is $rc 0 "--fail-on of kduel compare overrides the plan"
plan 0.5 0.002 5 fork-exec "fail_on: any" >"$T/any.yaml"
kduel run --quiet "$T/any.yaml"
is $rc 1 "fail_on: any, as a word"
for bad in "fail_on: fork-exec/rote:12:10: unknown metric 'fork-exec/rote' in 'fail_on', did you mean 'fork-exec/rate'" \
	"fail_on: [primary, tim]:12:20: unknown metric 'tim' in 'fail_on'" \
	"fail_on: [none, any]:12:10: 'fail_on': \"none\" cannot be combined with anything else" \
	"fail_on: []:12:10: 'fail_on' is empty" \
	"require_conclusive: maybe:12:21: 'require_conclusive'"; do
	plan 1 0 3 fork-exec "${bad%%:1*}" >"$T/bad.yaml"
	kduel run "$T/bad.yaml"
	is $rc 2 "${bad%%:1*} is a mistake"
	like "$err" "bad.yaml:1${bad#*:1}" "file, line, column, reason"
done
plan 1 0 3 fork-exec >"$T/plain.yaml"
kduel run --fail-on fork-exec/rote "$T/plain.yaml"
is $rc 2 "run --fail-on is checked against the plan"
like "$err" "no metric 'fork-exec/rote', did you mean 'fork-exec/rate'" "run --fail-on: a wrong metric is refused before anything is booted"

# With so much noise, nothing can be decided.
plan 1.01 0.2 3 hackbench "collectors: []" >"$T/open.yaml"
kduel run --quiet "$T/open.yaml"
is $rc 0 "undecided: exit code 0"
like "$(tail_line)" 'No row could show whether anything got worse; 1 primary row is inconclusive: hackbench/time' \
	"undecided: the last line says that no row could show anything"
unlike "$out" 'no regression|[Nn]othing got worse' "undecided: the report does not claim that nothing got worse"
kduel compare --require-conclusive
is $rc 6 "--require-conclusive: exit code 6"
kduel compare --require-conclusive --only regressions
is $rc 6 "--require-conclusive counts rows that are not shown"
like "$(tail_line)" 'No row could show' "--require-conclusive: the last line covers rows that are not shown"
plan 1.01 0.2 3 hackbench "collectors: []
require_conclusive: true" >"$T/must.yaml"
kduel run --quiet "$T/must.yaml"
is $rc 6 "the plan's key"

plan 1.01 0.05 3 "boot, hackbench" >"$T/part.yaml"
sed -i 's/name: b, fake: {scale: 1.01/name: b, fake: {scale: 1/' "$T/part.yaml"
kduel run --quiet --format json "$T/part.yaml"
decided=$(jq '[.blocks[].rows[] | select(.verdict == ("improvement", "no-change", "small"))] | length' <<<"$out")
open=$(jq '[.blocks[].rows[] | select(.verdict == "inconclusive" and .family == "primary")] | length' <<<"$out")
is "$((open > 0))" 1 "a primary row is inconclusive"
line=$(jq -r .conclusion <<<"$out")
if [ "$decided" -gt 0 ]; then
	like "$line" "^Nothing got worse in $decided .*rows?; $open primary rows? (is|are) inconclusive: " "the last line says in how many rows nothing got worse"
else
	like "$line" "^No row could show .*; $open primary rows? (is|are) inconclusive: " "no row is decided"
fi

plan 1 0 2 hackbench "collectors: []" >"$T/two.yaml"
kduel run --quiet "$T/two.yaml"
is $rc 4 "two boots a side: not enough data"
like "$(tail_line)" 'No row could show whether anything got worse; 1 primary row is insufficient: hackbench/time' "two boots a side: the last line says that data are insufficient"
kduel run --quiet --require-conclusive "$T/two.yaml"
is $rc 4 "two boots a side: exit code 4 with --require-conclusive, too"

plan 1 0 3 null "collectors: []" >"$T/empty.yaml"
sed -i 's/fake: {scale: 1,/fake: {fail: panic, scale: 1,/; s/name: a, fake: {/name: a, fake: {fail: panic, /' "$T/empty.yaml"
kduel run --quiet "$T/empty.yaml"
is $rc 4 "no sample on either side"
like "$(tail_line)" 'Nothing was measured on either side, so nothing can be said\.' "no sample on either side: the last line says that nothing was measured"

# --csv
csv() { # value of b, spread
	echo "metric,kernel,slot,boot,iter,value,primary"
	for i in 0 1 2 3; do
		echo "x,A,$((2 * i)),$i,1,$((100 + $2 * i)),${3-yes}"
		echo "x,B,$((2 * i + 1)),$i,1,$(($1 + $2 * i)),${3-yes}"
	done
}
csv 200 1 no >"$T/no.csv"
kduel compare --csv "$T/no.csv"
is $rc 0 "--csv: a secondary metric fails nothing"
like "$err" '1 of 1 rows got worse' "--csv: a secondary metric that got worse is reported"
kduel compare --csv "$T/no.csv" --fail-on any
is $rc 1 "--csv --fail-on any"
kduel compare --csv "$T/no.csv" --fail-on y
is $rc 2 "--csv: a metric that the file has not"
csv 101 30 >"$T/wide.csv"
kduel compare --csv "$T/wide.csv"
is $rc 0 "--csv: inconclusive"
like "$err" 'no row could show whether anything got worse' "--csv: an inconclusive row is reported"
kduel compare --csv "$T/wide.csv" --require-conclusive
is $rc 6 "--csv --require-conclusive"
finish
