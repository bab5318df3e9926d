#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# idle.sh: what the agent itself costs inside a measured iteration on a booted kernel, in
# parts per million of one CPU (1000 ppm = 0.1 %).
set -eu
KDUEL=${KDUEL:-$PWD/kduel}
T=$(mktemp -d)
trap 'rm -rf "$T"' EXIT
export KDUEL_DB=$T/kduel.db
cat >"$T/p.yaml" <<YAML
name: bench-idle
target: {kind: qemu, memory: 1G, cpus: 2}
variants:
  - name: only
    cpu: ampereone
    kernel: {packages: ["linux-image-6.18.*-cloud-arm64", "linux-image-6.19.*-cloud-arm64"],
             suites: [trixie-backports]}
baseline: only
workloads: [null: {work: 5s, timeout: 60s}]
boots: 1
iterations: 4
warmup: 1
seed: 1
YAML
"$KDUEL" run --quiet "$T/p.yaml" >/dev/null || [ $? -eq 4 ]
sqlite3 "$KDUEL_DB" "select value from sample join series on series.id = sample.series
	where metric = 'agent_cpu' and not warmup order by value" |
	awk '{ v[NR] = $1 } END { printf "idle: agent %.0f ppm of one CPU in the timed part (median of %d iterations of 5 s, max %.0f); bound 1000 ppm\n", v[int((NR + 1) / 2)], NR, v[NR] }'
