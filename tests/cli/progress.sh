#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Progress of a campaign: in a log, on a terminal, and as JSON; and the expected duration.
# shellcheck source=tests/tap.sh
. "$(dirname "$0")/../tap.sh"

cat >"$T/p.yaml" <<'YAML'
name: slow
target: {kind: fake}
variants: [{name: a, fake: {boot_delay: 1s}}, {name: b, fake: {boot_delay: 1s}}]
baseline: a
workloads: [hackbench]
boots: 2
iterations: 3
warmup: 1
YAML
# A plan without boots of its own is estimated from those of other plans on this target and machine.
sed 's/name: slow/name: other/' "$T/p.yaml" >"$T/other.yaml"

sed 's/name: slow/name: one/; s/, {name: b.*/]/; s/^boots: 2/boots: 1/' "$T/p.yaml" >"$T/one.yaml"
KDUEL_DB=$T/one.db kduel run "$T/one.yaml"
like "$err" '^campaign [0-9a-f]{8}: 1 boot; how long it takes is known after it$' "a single boot is not the first of many"
kduel run --dry-run "$T/one.yaml"
like "$out" '^# 1 boot, 1 at a time' "a single boot: --dry-run has the singular"
kduel run "$T/p.yaml"
like "$err" '^campaign [0-9a-f]{8}: 4 boots; how long they take is known after the first$' "without earlier boots, the time left is not known"
# On a busy machine boots may take longer, so be tolerant.
like "$err" '^boot 1/4 .* ok, [1-9][0-9]?\.[0-9]s, left ([2-9]|[1-9][0-9])' "a log has a line for each boot, with the time left"
like "$err" '^boot 4/4 .* ok, [1-9][0-9]?\.[0-9]s$' "a log has no time left after the last boot"
for plan in p other; do
	kduel run "$T/$plan.yaml"
	like "$err" '^campaign [0-9a-f]{8}: 4 boots, about ([4-9]|[1-9][0-9])\.[0-9]s \(by earlier boots of this machine\)$' \
		"$plan.yaml: how long it will take, before it begins"
done
sqlite3 "$KDUEL_DB" "update campaign set host = 'elsewhere'"
kduel run "$T/p.yaml"
like "$err" 'known after the first$' "boots of another machine are nothing to go by"

script -qec "$(printf '%q ' "$KDUEL" run "$T/p.yaml")" /dev/null </dev/null 2>&1 | tr '\r' '\n' >"$T/tty"
like "$(cat "$T/tty")" '^\[1/4\] [ab]: booting, [0-9]s, left ([3-9]|[1-9][0-9])s' "a terminal has it from the first second on"
like "$(cat "$T/tty")" '^\[[34]/4\] [ab]: booting, ([2-9]|[1-9][0-9])s, left [1-9][0-9]?s' "counting"

"$KDUEL" run --progress json "$T/p.yaml" >"$T/out" 2>"$T/err" </dev/null
is "$(jq -rs 'map(.event) | unique | join(" ")' "$T/err")" "boot campaign end step" "JSON: every line is an event"
is "$(jq -rs '[.[] | select(.event == "boot") | .status] | join(" ")' "$T/err")" "ok ok ok ok" "boots and how they ended"
is "$(jq -rs 'first.left_s > 3 and first.left_s < 90 and ([.[] | select(.event == "boot") | .left_s] | .[2] > 0 and .[3] == null)' "$T/err")" \
	true "and the time left"
is "$(jq -rs 'last | [.event, .state, .failed] | map(tostring) | join(" ")' "$T/err")" "end finished 0" "JSON has the end of the campaign"
like "$(cat "$T/out")" '^b against a, ' "the report is on standard output"
# A workload that takes long enough for each iteration to be shown.
cat >"$T/local.yaml" <<'YAML'
target: {kind: local}
variants: [{name: here}]
workloads: ["null": {work: 400ms}]
boots: 1
iterations: 3
warmup: 0
YAML
"$KDUEL" run --progress json "$T/local.yaml" >"$T/out" 2>"$T/err" </dev/null
is "$(grep '^{' "$T/err" | jq -rs '[.[] | select(.iteration) | "\(.step) \(.iteration)/\(.iterations)"] | join(" ")')" \
	"null 1/3 null 2/3 null 3/3" "JSON says which iteration is running"
kduel run --progress loud "$T/p.yaml"
is $rc 2 "--progress with another word is refused"
finish
