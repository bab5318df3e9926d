#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# planted/run.sh: build a kernel twice, the second time with a loop of 50 turns in vfs_read() and a second call
# of touch_atime() in shmem_file_read_iter(). kduel explain must list vfs_read() first, then touch_atime() and
# its callees, with the right numbers. The first run takes a quarter of an hour of CPU time; the kernels stay
# in the cache. Run by `make test-planted`, never by `make test`.
# shellcheck source=tests/tap.sh
. "$(dirname "$0")/../tap.sh"

here=$PWD/tests/planted
cat >"$T/p.yaml" <<YAML
name: planted
exact: true
target: {kind: qemu, memory: 1G, cpus: 1, boot_timeout: 1h}
variants:
  - name: without
    cpu: max
    kernel: {build: {source: "linux-source-7.*", suites: [trixie-backports], config: [$here/kernel.config, dwarf]}}
  - name: with
    cpu: max
    kernel: {build: {source: "linux-source-7.*", suites: [trixie-backports], config: [$here/kernel.config, dwarf],
                     patches: [$here/planted.patch]}}
baseline: without
workloads: [tmpfs-rand64]
boots: 3
seed: 15
YAML

kduel run "$T/p.yaml"
case $rc in 0 | 1) ;; *) echo "$err" ;; esac
is "$(sql "select count(*), sum(status = 'ok') from boot")" '8|8' "all eight boots of the two kernels are ok" "$err"

kduel explain latest kernel.instructions_per_op --format json
is $rc 0 "kduel explain succeeds" "$err"
of() { # function, expression
	jq -c ".functions[] | select(.function == \"$1\") | $2" <<<"$out"
}
is "$(jq -r '.functions[0].function' <<<"$out")" vfs_read "the function with the loop is the first line" \
	"$(jq -c '.functions[0:5][] | [.function, .all.change]' <<<"$out")"
# A turn is two instructions, and setting up the counter is one or two; the compiler may also allocate
# registers differently.
is "$(of vfs_read '[.per_call[1] - .per_call[0] >= 100, .per_call[1] - .per_call[0] <= 110]')" '[true,true]' \
	"vfs_read: the cost per call grew by 100 to 110 instructions" "$(of vfs_read .per_call)"
is "$(of vfs_read '(.by_cost / .all.change * 1000 | round) == 1000')" true "vfs_read: the whole change comes from the cost per call"
# touch_atime() has 14 instructions, its callees have more: each of them is now called twice.
is "$(jq -r '[.functions[1:8][].function] | index("touch_atime") != null' <<<"$out")" true \
	"touch_atime, which is called twice, is in one of the next lines"
is "$(jq -c '[.functions[1:8][].calls | map(. * 100 | round)] | unique' <<<"$out")" '[[100,200]]' \
	"the next lines are functions called once per operation before, and twice now"
is "$(of touch_atime '.calls | map(. * 100 | round)')" '[100,200]' "touch_atime: called once per operation before, and twice now"
is "$(of touch_atime '(.by_cost / .all.change * 100 | round | fabs)')" 0 "touch_atime: none of the change comes from the cost per call"
is "$(jq '(([.functions[].all.change] | add) - .all.change) | fabs < 1e-6' <<<"$out")" true "the changes of all functions add up to the total"

# The kernels have debug information.
is "$(jq '.files[] | select(.name == "fs/read_write.c") | .all.change | . >= 100 and . <= 110' <<<"$out")" true \
	"fs/read_write.c: grew by 100 to 110 instructions" "$(jq -c '.files[0:5]' <<<"$out")"
is "$(of vfs_read '.parts[0].inlined')" '""' "vfs_read: its largest part is its own code, not an inlined function" "$(of vfs_read .parts)"
is "$(jq -c '[.files, .subsystems, .inlined | (map(.all.change) | add)] | map(. * 1e6 | round) | unique | length' <<<"$out")" 1 \
	"changes by file, by subsystem and by inlined function add up to the same total"

kduel explain latest kernel.instructions_per_op --annotate vfs_read --format json
is $rc 0 "kduel explain --annotate succeeds" "$err"
is "$(jq -c '[.lines[].after | select(. and (.runs | round) == 50) | .text | split("\t")[0]] | sort' <<<"$out")" '["b.ne","subs"]' \
	"--annotate: the two instructions of the loop run 50 times per operation" "$(jq -c '.lines[] | select(.same | not)' <<<"$out" | head -n 20)"

kduel compare latest --format json
is "$(jq -r '.blocks[0].rows[] | select(.metric == "kernel.instructions_per_call") | .verdict' <<<"$out")" regression \
	"instructions per call are a regression"
finish
