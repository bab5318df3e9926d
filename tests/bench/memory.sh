#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# memory.sh: peak resident set size (VmHWM) of kduel in a campaign with many samples.
set -eu
KDUEL=${KDUEL:-$PWD/kduel}
T=$(mktemp -d)
trap 'rm -rf "$T"' EXIT
export KDUEL_DB=$T/kduel.db
cat >"$T/p.yaml" <<YAML
name: bench-memory
target: {kind: fake}
variants:
  - name: a
  - name: b
baseline: a
workloads: [boot, hackbench, fio-dmcrypt, memcached]
boots: 20
iterations: 1000
warmup: 1
seed: 1
YAML
"$KDUEL" run --quiet "$T/p.yaml" >"$T/out" &
pid=$!
peak=0
while s=$(awk '/^VmHWM/ {print $2}' /proc/$pid/status 2>/dev/null) && [ -n "$s" ]; do
	peak=$s
	sleep 0.02
done
wait $pid || [ $? -le 1 ]
echo "memory: host process peak $((peak / 1024)) MiB over $(sqlite3 "$KDUEL_DB" 'select count(*) from sample') samples; bound 64 MiB"
