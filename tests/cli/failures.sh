#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# A failed boot has a status that says why, and its console is stored; the campaign goes on.
# shellcheck source=tests/tap.sh
. "$(dirname "$0")/../tap.sh"

fails() { # status
	cat >"$T/p.yaml" <<-YAML
	name: failing
	target: {kind: fake, boot_timeout: 1s, agent_timeout: 3s}
	variants:
	  - name: a
	  - name: b
	    fake: {fail: $1, fail_every: 2}
	baseline: a
	workloads: [hackbench]
	boots: 4
	iterations: 3
	warmup: 1
	seed: 3
	YAML
	rm -f "$KDUEL_DB"*
	kduel run "$T/p.yaml"
	rows=2
	first=$(tr -s ' \n' ' ' <<<"$out" | sed -nE 's/.*`kduel show ([0-9a-f]+) ([0-9]+) --console` has the first.*/\2/p')
	case $1 in
	panic|kernel-bug) is $rc 1 "$1: only the candidate crashes: a regression, exit code 1"
		like "$out" "WORSE .R.: failed boots: b 2 of 4 boots .$1 2., a none of 4" "$1: and the table says so" ;;
	# A fault of the host: both slots were tried again, and remain for a resume.
	target-killed) is $rc 3 "$1: the host failed boots: exit code 3"
		like "$err" 'this host failed 2 boots.*put that right, then resume' "$1: the message says what to do"
		rows=4 ;;
	*) is $rc 4 "$1: too few good boots: exit code 4" ;;
	esac
	like "$err" "b: $1 " "$1: the failed boot is reported"
	kduel show latest --format json
	is "$(jq '[.boots[] | select(.status == "ok")] | length' <<<"$out")" 6 "$1: the other boots are fine"
	is "$(jq '[.boots[] | select(.status == "'"$1"'")] | length' <<<"$out")" $rows "$1: $rows boots have that status"
	is "$(jq '[.boots[] | select(.status != "ok" and .detail == "")] | length' <<<"$out")" 0 "$1: each says why"
	slot=$(jq '[.boots[] | select(.status != "ok")][0].slot + 1' <<<"$out")
	case $1 in
	panic | kernel-bug) is "$first" "$slot" "$1: the finding names the first boot to look at"
		kduel compare --format markdown
		like "$out" "[^\\\\]\`kduel show [0-9a-f]+ $slot --console\`" "$1: in Markdown it is code" ;;
	esac
	kduel show latest "$slot" --console
	is $rc 0 "$1: the console log was kept"
	[ "$1" = panic ] && like "$out" 'Kernel panic' "$1: and shows the panic"
	no_leftovers "$1: nothing is left behind"
}

for s in panic kernel-bug boot-timeout agent-lost agent-died workload-failed workload-timeout \
	protocol target-killed; do
	fails $s
done

# A workload that cannot run on a kernel has no results; the others do.
cat >"$T/p.yaml" <<YAML
name: unsupported
target: {kind: fake}
variants:
  - name: a
  - name: b
    fake: {fail: unsupported}
baseline: a
workloads: [boot, hackbench]
boots: 3
iterations: 3
warmup: 1
seed: 3
YAML
rm -f "$KDUEL_DB"*
kduel run "$T/p.yaml"
like "$err" 'b: .* cannot run here' "unsupported: each boot is reported"
is "$(sql "select count(*) from boot where status = 'ok'")" 6 "unsupported: the boots are fine"
like "$out" 'insufficient' "unsupported: rows without values are insufficient"
finish
