#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# closed-forms.sh: what the model counts on a real kernel, where theory says what it must count. With a
# linear map of 4K pages, reading a tmpfs in order walks once for each page (a sixteenth of 64 KiB), or once for
# four of them where an entry holds four; and a read at random misses unless its page is among those that
# the second level holds. Each such walk reads all levels of the tables, or with a walk cache little more than
# the last. What is counted beyond that are the pages of the file's own index and the like.
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
is $rc 0 "four boots" "$err"

# Do the walks for the linear map that an operation takes lie between these?
within() { # workload, operations, prefix of the core, low, high, what theory says
	local n
	n=$(sql "select group_concat(distinct x.value / $2) from sample x join series s on s.id = x.series
		where s.workload = '$1' and s.metric = '$3linear.walks'")
	ok "$(awk -v n="${n:-none}" -v lo="$4" -v hi="$5" 'BEGIN { exit !(n + 0 >= lo && n + 0 <= hi) }'; echo $?)" \
		"$1: $6" "$n an operation"
}
within tmpfs-read 512 "" 16 16.5 "16 pages of 4K are 16 walks"
within tmpfs-read 512 core1. 4 4.25 "four pages an entry: 4 walks"
within tmpfs-read 512 core2. 16 16.5 "a walk cache makes them no fewer"
steps() { # workload, prefix, reads a walk: lowest, highest, what theory says
	local n
	n=$(sql "select group_concat(distinct x.value / y.value) from sample x join sample y using (boot, iter)
		join series s on s.id = x.series join series t on t.id = y.series
		where s.workload = '$1' and t.workload = '$1' and s.metric = '$2linear.walk_steps' and t.metric = '$2linear.walks'")
	ok "$(awk -v n="${n:-none}" -v lo="$3" -v hi="$4" 'BEGIN { exit !(n + 0 >= lo && n + 0 <= hi) }'; echo $?)" \
		"$1: $5" "$n a walk"
}
# 52 bits of address less 12 of the page are five times 9, rounded up.
steps tmpfs-read "" 5 5 "a walk to a page reads five levels"
steps tmpfs-read core1. 5 5 "... as one to four pages does"
# Each table of pages has 512: another is a read more.
steps tmpfs-read core2. 1.001 1.1 "with a walk cache one"
steps tmpfs-rand64 "" 5 5 "a walk to a page reads five levels"
# 64 descriptors are more than the 32 tables that map 64 MiB, and those of the file's index are spread.
steps tmpfs-rand64 core2. 1 1.5 "with a walk cache one"
# 1280 entries for 16384 pages of data.
within tmpfs-rand64 20000 "" 0.92 0.98 "1 - 1280 / 16384 of the reads walk"
within tmpfs-rand64 20000 core1. 0.68 0.75 "four pages an entry: 1 - 4 * 1280 / 16384"
no_leftovers "nothing is left behind"
finish
