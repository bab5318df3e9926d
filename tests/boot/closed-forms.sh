#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# closed-forms.sh: compare what the TLB model counts on a real kernel with closed forms from theory. With a
# linear map of 4K pages, a sequential read from tmpfs takes one walk per page, 16 for each 64 KiB, or one
# walk per four pages if an entry coalesces four. A random read misses unless its page is among those in the
# L2 TLB. Each walk reads all levels of the page tables, or with a walk cache little more than the last
# one. Small excesses come from other pages, such as those of the file's page-cache index.
# shellcheck source=tests/tap.sh
. "$(dirname "$0")/../tap.sh"

command -v qemu-system-aarch64 >/dev/null || { skip "closed forms" "QEMU cannot be installed here"; finish; }

cat >"$T/p.yaml" <<'YAML'
name: closed-forms
exact: true
target: {kind: qemu, memory: 1G, cpus: 1}
variants:
  - name: pages
    cpu: max
    kernel: {packages: ["linux-image-6.18.*-cloud-arm64", "linux-image-6.19.*-cloud-arm64"],
             suites: [trixie-backports]}
baseline: pages
tlb: {cores: [generic, cortex-a76, generic-walks64]}
profile: false
workloads:
  - tmpfs-read: {size: 32M}
  - tmpfs-rand64: {size: 64M, ops: 20000}
boots: 1
seed: 7
YAML
kduel run "$T/p.yaml"
is $rc 0 "the campaign runs" "$err"

# Is the number of walks per operation for addresses in the linear map within a range?
within() { # workload, operations, prefix of the core, low, high, what theory says
	local n
	n=$(sql "select group_concat(distinct x.value / $2) from sample x join series s on s.id = x.series
		where s.workload = '$1' and s.metric = '$3linear.walks'")
	ok "$(awk -v n="${n:-none}" -v lo="$4" -v hi="$5" 'BEGIN { exit !(n + 0 >= lo && n + 0 <= hi) }'; echo $?)" \
		"$1: $6" "$n an operation"
}
within tmpfs-read 512 "" 16 16.5 "16 pages of 4K take 16 walks"
within tmpfs-read 512 core1. 4 4.25 "with four pages in an entry, 4 walks"
within tmpfs-read 512 core2. 16 16.5 "with a walk cache, as many walks as without"
steps() { # workload, prefix of the core, lowest and highest number of descriptors read per walk, what theory says
	local n
	n=$(sql "select group_concat(distinct x.value / y.value) from sample x join sample y using (boot, iter)
		join series s on s.id = x.series join series t on t.id = y.series
		where s.workload = '$1' and t.workload = '$1' and s.metric = '$2linear.walk_steps' and t.metric = '$2linear.walks'")
	ok "$(awk -v n="${n:-none}" -v lo="$3" -v hi="$4" 'BEGIN { exit !(n + 0 >= lo && n + 0 <= hi) }'; echo $?)" \
		"$1: $5" "$n a walk"
}
# 52-bit addresses less a page offset of 12 bits are 40 bits: five levels of at most 9 bits each.
steps tmpfs-read "" 5 5 "a walk to a page reads five levels"
steps tmpfs-read core1. 5 5 "a walk to four coalesced pages reads five levels, too"
# A last-level table maps 512 pages; each new one costs one more read.
steps tmpfs-read core2. 1.001 1.1 "with a walk cache, a walk reads little more than the last level"
steps tmpfs-rand64 "" 5 5 "a walk to a page reads five levels"
# The walk cache has 64 entries, more than the 32 last-level tables that map 64 MiB; but the pages of the
# file's index are spread over others.
steps tmpfs-rand64 core2. 1 1.5 "with a walk cache, a walk reads little more than the last level"
# The L2 TLB has 1280 entries, the file 16384 pages.
within tmpfs-rand64 20000 "" 0.92 0.98 "1 - 1280 / 16384 of the reads walk"
within tmpfs-rand64 20000 core1. 0.68 0.75 "with four pages in an entry, 1 - 4 * 1280 / 16384 of the reads walk"
no_leftovers "nothing is left behind"
finish
