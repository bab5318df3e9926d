#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# failing.sh: in one real boot every workload but mm-selftests and churn is made to fail, once in its
# set-up and once in the middle of its timed part (runner/agent/inject.h). It must leave nothing behind,
# and then it and the next workload must run normally. exec has one metric rule of each kind.
# A short workload may end before it is killed, so short ones have two iterations, slow ones only one.
# shellcheck source=tests/tap.sh
. "$(dirname "$0")/../tap.sh"

command -v qemu-system-aarch64 >/dev/null || { skip "failing workloads" "QEMU cannot be installed here"; finish; }

cat >"$T/p.yaml" <<'YAML'
name: failing
target: {kind: qemu, memory: 2G, cpus: 2}
variants:
  - name: only
    cpu: ampereone
    cmdline: "kduel.inject=12"
    kernel: {packages: ["linux-image-7.*-cloud-arm64", "linux-image-6.12.*-cloud-arm64"],
             suites: [trixie-backports, trixie]}
baseline: only
guest: {suites: [bookworm]}
workloads:
  - boot
  - null: {work: 500ms}
  - fio-dmcrypt: {size: 16M, iterations: 1}
  - seqread-xfs: {size: 32M}
  - memcached: {keys: 2000, opened: 200, scatter: 16M, ops: 4000, warmup_ops: 100,
               iterations: 1}
  - hackbench: {loops: 10, iterations: 1}
  - micro: {iterations: 1}
  - perf-bench: {suites: "sched/messaging futex/wake syscall/basic", iterations: 1}
  - stress-ng: {stressors: "pipe:20000", iterations: 1}
  - vmalloc: {loops: 100, iterations: 1}
  - anon-fault: {iterations: 1}
  - fork-exec: {count: 20}
  - perl-startup: {count: 5}
  - pgbench: {transactions: 20, iterations: 1}
  - pipe: {trips: 1500}
  - sqlite-speedtest: {size: 1, iterations: 1}
  - kernbench: {iterations: 1}
  - tmpfs-write: {size: 128M}
  - tmpfs-read: {size: 128M}
  - tmpfs-rand4k: {size: 64M}
  - tmpfs-rand64: {size: 64M}
  - tmpfs-small: {files: 3000}
  - exec:
      command: "sleep 1; echo 'speed: 42.5 MB'; echo '{\"a\": {\"b\": [1, 7]}}'"
      metrics: |
        speed MB/s higher regex ^speed: ([0-9.]+) MB$
        seven ms lower json /a/b/1
boots: 1
iterations: 2
warmup: 0
seed: 1
YAML
patient "$T/p.yaml" >"$T/patient.yaml"
kduel run "$T/patient.yaml"
is $rc 0 "the campaign completes in spite of the injected faults" "$err"
is "$(sql 'select status from boot')" ok "its status is ok"
kduel show latest 1 --facts --format json
facts=$out
for w in $(sed -n 's/^  - \([a-z0-9-]*\).*/\1/p' "$T/p.yaml" | grep -vE '^(name|boot)$'); do
	fact=$(jq -r --arg k "inject/$w" '.facts[$k] // "none"' <<<"$facts")
	like "$fact" '^set-up: [a-z0-9 -]+ killed: .+; timed part: [a-zA-Z0-9_. /-]+ killed: .+' \
		"$w failed in its set-up and in its timed part, and left nothing" "$fact"
	ok "$([ "$(sql "select count(*) from iteration where workload = '$w'")" -ge 1 ]; echo $?)" "$w: runs normally afterwards"
done
value() { sql "select group_concat(distinct value) from sample join series on series.id = series where metric = '$1'"; }
is "$(value speed) $(value seven)" "42.5 7.0" "exec: both rules find their numbers"

no_leftovers "nothing is left behind"
finish
