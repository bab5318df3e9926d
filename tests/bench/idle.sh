#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# idle.sh: the overhead of kduel within a measured iteration: CPU time of the agent while workload null runs
# with the default collectors, in ppm of one CPU (1000 ppm = 0.1 %), in a QEMU guest and on this system.
set -eu
KDUEL=${KDUEL:-$PWD/kduel}
T=$(mktemp -d)
trap 'rm -rf "$T"' EXIT
export KDUEL_DB=$T/kduel.db

rest='boots: 1
iterations: 4
warmup: 1
seed: 1'
cat >"$T/booted.yaml" <<YAML
name: bench-idle
target: {kind: qemu, memory: 1G, cpus: 2}
variants:
  - name: only
    cpu: ampereone
    kernel: {packages: ["linux-image-6.18.*-cloud-arm64", "linux-image-6.19.*-cloud-arm64"],
             suites: [trixie-backports]}
baseline: only
workloads: [null: {work: 5s, timeout: 60s}]
$rest
YAML
cat >"$T/local.yaml" <<YAML
name: bench-idle
target: {kind: local}
variants: [{name: only}]
workloads: [null: {work: 5s, timeout: 60s}]
$rest
YAML
for where in local booted; do
	rm -f "$KDUEL_DB"*
	"$KDUEL" run --quiet "$T/$where.yaml" >/dev/null || [ $? -eq 4 ]
	sqlite3 "$KDUEL_DB" "select value from sample join series on series.id = sample.series
		where metric = 'agent_cpu' and not warmup order by value" |
		awk -v where=$where '{ v[NR] = $1 } END {
			printf "idle (%s): agent %.1f ppm of one CPU in the timed part (median of %d iterations of 5 s, max %.1f); bound 1000 ppm: %s\n",
				where, v[int((NR + 1) / 2)], NR, v[NR], v[NR] < 1000 ? "held" : "NOT HELD" }'
done
