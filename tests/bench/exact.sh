#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# exact.sh: the cost of determinism: CPU time of an exact boot compared with a timed boot of the same kernel,
# with one vCPU and a workload that does next to nothing. They alternate, so that drift of the machine affects
# both. Both include the CPU time of `kduel run` itself, which is the same.
set -eu
KDUEL=${KDUEL:-$PWD/kduel}
PAIRS=${PAIRS:-3}
T=$(mktemp -d)
trap 'rm -rf "$T"' EXIT
export KDUEL_DB=$T/kduel.db

plan() { # file, boots (an exact plan boots each twice), more lines
	cat >"$1" <<-YAML
	name: bench-exact
	target: {kind: qemu, memory: 1G, cpus: 1}
	variants:
	  - name: only
	    cpu: ampereone
	    kernel: {packages: ["linux-image-6.18.*-cloud-arm64", "linux-image-6.19.*-cloud-arm64"],
	             suites: [trixie-backports]}
	baseline: only
	workloads: [{'null': {work: 1ms}}]
	iterations: 1
	warmup: 0
	boots: $2
	parallel: 1
	seed: 1
	YAML
	printf '%s\n' "${@:3}" >>"$1"
}
plan "$T/plain.yaml" 2
plan "$T/exact.yaml" 1 "exact: true"

cpu() { # plan: print the CPU seconds of the command and its children
	local TIMEFORMAT='%U %S'
	{ time "$KDUEL" run --quiet "$1" >/dev/null 2>"$T/err"; } 2>"$T/time" || [ $? -eq 4 ] ||
		{ cat "$T/err" >&2; exit 1; }
	awk '{ print $1 + $2 }' "$T/time"
}
cpu "$T/plain.yaml" >/dev/null
cpu "$T/exact.yaml" >/dev/null
for _ in $(seq "$PAIRS"); do
	e=$(cpu "$T/exact.yaml") p=$(cpu "$T/plain.yaml")
	echo "$e $p"
done >"$T/pairs"
middle() { sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)], v[1], v[NR] }'; }
read -r e _ <<<"$(awk '{ print $1 / 2 }' "$T/pairs" | middle)"
read -r p _ <<<"$(awk '{ print $2 / 2 }' "$T/pairs" | middle)"
read -r ratio low high <<<"$(awk '{ printf "%.3f\n", $1 / $2 }' "$T/pairs" | middle)"
echo "exact boot: $e CPU-s, ordinary boot: $p CPU-s; ratio median $ratio ($low to $high), $PAIRS pairs of 2 boots"
