#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Looking at a running campaign: everything is marked as provisional, also after a kill, and the final verdicts are
# the same as if nobody had looked.
# shellcheck source=tests/tap.sh
. "$(dirname "$0")/../tap.sh"
# shellcheck source=tests/serve.sh
. "$TOP/tests/serve.sh"

plan() { # delay of a boot
	cat <<-YAML
	name: looked-at
	target: {kind: fake, boot_timeout: 10m, agent_timeout: 10m}
	variants:
	  - {name: a, fake: {boot_delay: $1, boot_sd: 0.01, iter_sd: 0.01}}
	  - {name: b, fake: {boot_delay: $1, scale: 1.02, boot_sd: 0.01, iter_sd: 0.01}}
	baseline: a
	workloads: [boot, hackbench, memcached]
	collectors: [meminfo]
	boots: 12
	iterations: 4
	seed: 5
	YAML
}
numbers='[.blocks[].rows[] | [.workload, .metric, .verdict, .p, .padj, .effect_pct, .lo_pct, .hi_pct]]'
flat() { tr -s ' \n' ' ' <<<"$1"; }

# Check every format and page while the campaign is incomplete.
provisional() { # when id
	local f page
	for f in text markdown mail; do
		kduel compare --format $f
		like "$(flat "$out")" "provisional: campaign $2 is [a-z() ]+ after [0-9]+ of 24 boots" "$1: $f says so on top"
		like "$(flat "$out")" 'Provisional: .*' "$1: so does the last line of $f"
	done
	kduel compare --format json
	is "$(jq -c '[.provisional, (.conclusion | test("^[Pp]rovisional: ")), any(.cautions[]; test("^provisional: "))]' <<<"$out")" \
		'[true,true,true]' "$1: and JSON"
	kduel compare --format csv
	is "$(head -1 <<<"$out" | grep -o 'provisional$') $(sed 1d <<<"$out" | grep -o '[^,]*$' | sort -u)" 'provisional 1' "$1: and CSV"
	for page in "campaign/$3" "compare/$3.b/$3.a"; do
		status GET "$page"
		like "$body" '[Pp]rovisional' "$1: and ${page%%/*}"
	done
	status GET ""
	like "$body" 'provisional:' "$1: and the overview"
	page=$(fetch "campaign/$3" | grep -o "/campaign/[^/\"]*/row/[^\"]*" | head -1)
	status GET "${page#/}"
	like "$code $body" '^200 .*' "$1: a row has its page ($page)"
	like "$body" 'Provisional' "$1: which says so"
}

plan 0ms >"$T/plan.yaml"
kduel run --quiet --format json "$T/plan.yaml"
unlooked=$(jq -c "$numbers" <<<"$out")
like "$(jq -c '[.blocks[].rows[].verdict] | unique' <<<"$out")" 'regression' "the campaign has a regression"

rm -f "$KDUEL_DB"*
plan 200ms >"$T/slow.yaml"
"$KDUEL" run --quiet --format json "$T/slow.yaml" >"$T/final" 2>"$T/run.err" </dev/null &
run=$!
await has_rows 8 boot
# Stop kduel, so that the campaign does not finish meanwhile on a slow machine.
kill -STOP $run
uuid=$(sql "select uuid from campaign")
serve
provisional running "${uuid:0:8}" "$uuid"
kill -CONT $run
while kill -0 $run 2>/dev/null; do
	kduel compare --format json --all
	status GET "campaign/$uuid"
	sleep 0.2
done
wait $run
is "$(jq -c "$numbers" "$T/final")" "$unlooked" "looking has not changed a number or a verdict"
kduel compare --format json
is "$(jq -c "[.provisional, ($numbers == $unlooked)]" <<<"$out")" '[false,true]' "after the last boot the report is final and has the same numbers"
status GET "campaign/$uuid"
unlike "$body" '[Pp]rovisional' "after the last boot the page is final, too"
unlike "$body" '&lt;/?[a-z]' "no markup is shown as text on the page"
stop

for signal in TERM KILL; do
	rm -f "$KDUEL_DB"*
	"$KDUEL" run --quiet "$T/slow.yaml" >/dev/null 2>&1 </dev/null &
	run=$!
	await has_rows 7 boot
	kill -$signal $run
	wait $run 2>/dev/null
	uuid=$(sql "select uuid from campaign")
	serve
	provisional "SIG$signal" "${uuid:0:8}" "$uuid"
	stop
	kduel run --quiet --resume latest --format json
	is "$(jq -c "[.provisional, ($numbers == $unlooked)]" <<<"$out")" '[false,true]' \
		"SIG$signal: resumed, it ends as one that was neither killed nor looked at"
done
no_leftovers "nothing is left behind"
finish
