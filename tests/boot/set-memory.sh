#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# set-memory.sh: kduel builds its module for a Debian kernel, and set_memory_*() on some pages of a vmalloc
# area protects those pages, both in the area and in the linear map. No part of churn may be left out.
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
is "$(grep -c "^  pass  *new: " <<<"$out")" 7 "all expectations pass: exactly the pages that should be protected are" "$out"

value() { # metric
	sql "select distinct x.value from sample x join series s on s.id = x.series
		where s.workload = 'churn' and s.metric = '$1'"
}
# The module checks areas 0 to 3 and 64 to 67 of 73, 16 pages each: when protected, and when writable again.
is "$(value set-memory.looked)" 256.0 "all pages are checked in both states"
is "$(value set-memory.refused)" 32.0 "four calls for each area fail as they should"
ok "$(awk -v n="$(value set-memory.tlbi_va)" 'BEGIN { exit !(n + 0 >= 8) }'; echo $?)" \
	"protecting an area invalidates the TLB entries of its pages and their aliases" "$(value set-memory.tlbi_va)"
is "$(sql "select count(*) from fact where key = 'churn/unsupported'")" 0 "no part of churn is unsupported"
no_leftovers "nothing is left behind"
finish
