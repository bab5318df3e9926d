#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# planted/run.sh: a kernel is built twice, the second time with a loop of 50 turns in vfs_read() and a
# second call of touch_atime() in shmem_file_read_iter(). kduel explain must name the former first, then the
# latter with what it calls, with the right numbers. A quarter of an hour of CPU time the first time (kernels
# stay in the cache): `make test-planted`, never part of the tests.
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
is "$(sql "select count(*), sum(status = 'ok') from boot")" '8|8' "two kernels, all boots ended well" "$err"

kduel explain latest kernel.instructions_per_op --format json
is $rc 0 "explained" "$err"
of() { # function, expression
	jq -c ".functions[] | select(.function == \"$1\") | $2" <<<"$out"
}
is "$(jq -r '.functions[0].function' <<<"$out")" vfs_read "the function with the loop is the first line" \
	"$(jq -c '.functions[0:5][] | [.function, .all.change]' <<<"$out")"
# A turn is two instructions, and setting up the counter one or two; registers may be given out anew.
is "$(of vfs_read '[.per_call[1] - .per_call[0] >= 100, .per_call[1] - .per_call[0] <= 110]')" '[true,true]' \
	"... with what the loop costs a call" "$(of vfs_read .per_call)"
is "$(of vfs_read '(.by_cost / .all.change * 1000 | round) == 1000')" true "... all of which is the cost of a call"
# touch_atime() is 14 instructions, what it calls is more: each of them is now called twice.
is "$(jq -r '[.functions[1:8][].function] | index("touch_atime") != null' <<<"$out")" true \
	"the function that is called twice is one of the next lines"
is "$(jq -c '[.functions[1:8][].calls | map(. * 100 | round)] | unique' <<<"$out")" '[[100,200]]' \
	"... which are what it calls, once an operation before and twice now"
is "$(of touch_atime '.calls | map(. * 100 | round)')" '[100,200]' "... with its calls"
is "$(of touch_atime '(.by_cost / .all.change * 100 | round | fabs)')" 0 "... none of which is the cost of a call"
is "$(jq '(([.functions[].all.change] | add) - .all.change) | fabs < 1e-6' <<<"$out")" true "functions add up to the whole"

# The kernels have debug information.
is "$(jq '.files[] | select(.name == "fs/read_write.c") | .all.change | . >= 100 and . <= 110' <<<"$out")" true \
	"the file with the loop" "$(jq -c '.files[0:5]' <<<"$out")"
is "$(of vfs_read '.parts[0].inlined')" '""' "... which is the function's own, not inlined" "$(of vfs_read .parts)"
is "$(jq -c '[.files, .subsystems, .inlined | (map(.all.change) | add)] | map(. * 1e6 | round) | unique | length' <<<"$out")" 1 \
	"files, subsystems and functions of the source add up to the same"

kduel explain latest kernel.instructions_per_op --annotate vfs_read --format json
is $rc 0 "--annotate" "$err"
is "$(jq -c '[.lines[].after | select(. and (.runs | round) == 50) | .text | split("\t")[0]] | sort' <<<"$out")" '["b.ne","subs"]' \
	"the two instructions of the loop, 50 times an operation" "$(jq -c '.lines[] | select(.same | not)' <<<"$out" | head -n 20)"

kduel compare latest --format json
is "$(jq -r '.blocks[0].rows[] | select(.metric == "kernel.instructions_per_call") | .verdict' <<<"$out")" regression \
	"what calls cost is a regression"
finish
