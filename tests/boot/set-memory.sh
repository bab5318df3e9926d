#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# set-memory.sh: kduel builds its module for a kernel of the archive, and set_memory_*() on a part of an area
# protects that part, in the area and in the linear map. A part that cannot run is named, the others run.
# shellcheck source=tests/tap.sh
. "$(dirname "$0")/../tap.sh"

command -v qemu-system-aarch64 >/dev/null || { skip "set-memory" "QEMU cannot be installed here"; finish; }

cat >"$T/p.yaml" <<'YAML'
name: set-memory
exact: true
profile: false
target: {kind: qemu, memory: 1G, cpus: 1}
variants:
  - name: new
    cpu: ampereone
    kernel: {packages: ["linux-image-7.*-cloud-arm64"], suites: [trixie-backports]}
    expect:
      - no-warning
      - kernel.bytes_wx == 0
      - churn/alias.rw_of_ro_bytes == 0
      - churn/set-memory.mapping_wrong == 0
      - churn/set-memory.alias_writable == 0
      - churn/set-memory.alias_readonly == 0
      - churn/set-memory.accepted == 0
baseline: new
workloads:
  - churn: {parts: [kprobe, set-memory], operations: 72, points: 4}
boots: 1
YAML
kduel run "$T/p.yaml"
like "$err" "module  new: kduel_set_memory for 7\." "the module is built"
is "$(grep -c "^  pass  *new: " <<<"$out")" 7 "what is protected is, and nothing else" "$out"

value() { # metric
	sql "select distinct x.value from sample x join series s on s.id = x.series
		where s.workload = 'churn' and s.metric = '$1'"
}
# Of 73 areas those from 0 to 3 and from 64 to 67 are looked at, 16 pages each: protected, and writable again.
is "$(value set-memory.looked)" 256.0 "pages are looked at in both states"
is "$(value set-memory.refused)" 32.0 "four calls for each area fail as they should"
ok "$(awk -v n="$(value set-memory.tlbi_va)" 'BEGIN { exit !(n + 0 >= 8) }'; echo $?)" \
	"an area takes TLB invalidations of its pages and their aliases" "$(value set-memory.tlbi_va)"
is "$(sql "select count(*) from fact where key = 'churn/unsupported'")" 0 "nothing is left out"
no_leftovers "nothing is left behind"
finish
