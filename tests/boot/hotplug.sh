#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# hotplug.sh: memory that is hot-added to a kernel with a linear map of blocks is mapped in blocks. Some of it
# goes offline and online again; a part of a block cannot go offline. The boot's repeat counts the same.
# shellcheck source=tests/tap.sh
. "$(dirname "$0")/../tap.sh"

command -v qemu-system-aarch64 >/dev/null || { skip "hotplug" "QEMU cannot be installed here"; finish; }

cat >"$T/p.yaml" <<'YAML'
name: hotplug
exact: true
target: {kind: qemu, memory: 1G, hotplug: [256M, {size: 1G, block: 1G}], cpus: 1}
variants:
  - name: new
    cpu: ampereone
    kernel: {packages: ["linux-image-7.*-cloud-arm64"], suites: [trixie-backports]}
    expect:
      - no-warning
      - linear_map.added_bytes == 1342177280
      - linear_map.added_block_share == 100 %
      - exec/small == 0
      - exec/again == 0
      - exec/part == 1
      - "dmesg: splits a leaf entry in linear map"
baseline: new
guest: {suites: [bookworm], packages: [coreutils, sed]}
workloads:
  - exec:
      command: |
        put() { echo "$2" > /sys/devices/system/memory/memory$1/state 2> /dev/null; echo "$3 $?"; }
        set -- $(sed -n 's/^ *\([0-9a-f]*\)-.*System RAM (virtio_mem)$/\1/p' /proc/iomem)
        put $((0x$1 >> 27)) offline small
        put $((0x$1 >> 27)) online_movable again
        put $((0x$2 >> 27)) offline part
      metrics: |
        small  errors  lower   regex  ^small ([0-9]+)$
        again  errors  lower   regex  ^again ([0-9]+)$
        part   errors  higher  regex  ^part ([0-9]+)$
boots: 1
fail_on: none
YAML
kduel run "$T/p.yaml"
is "$rc" 0 "the boot and its repeat succeed and count the same" "$err"
is "$(grep -c "^  pass  *new: " <<<"$out")" 7 "all expectations pass: blocks map the added memory, a part of one stays online" "$out"
like "$(sql "select distinct value from fact where key = 'tlbmodel/added'")" \
	'^4K 0, 64K 0, 2M 0, 32M 268435456, 1G 1073741824, ro 0, ' "a fact has the leaf sizes of the added memory"
is "$(sql "select distinct value from fact where key = 'target/hotplug'")" \
	"256 MiB in blocks of 2 MiB, 1 GiB in blocks of 1 GiB" "a fact has the memory devices of the guest"
no_leftovers "nothing is left behind"
finish
