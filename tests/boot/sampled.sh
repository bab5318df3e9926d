#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# sampled.sh: collector perf-record on a real kernel with modules. With cpu-clock as the event there are
# samples, and they have symbols. In exact mode QEMU's PMU counts but hardly raises overflow interrupts: no
# samples are stored, and a fact has the reason.
# shellcheck source=tests/tap.sh
. "$(dirname "$0")/../tap.sh"

command -v qemu-system-aarch64 >/dev/null || { skip "samples of a guest" "QEMU cannot be installed here"; finish; }

boot() { # parameters of the collector, more lines
	rm -f "$T"/sampled.db*
	cat >"$T/p.yaml" <<-YAML
	name: sampled
	target: {kind: qemu, memory: 1G, cpus: 1}
	variants:
	  - name: only
	    cpu: max
	    kernel: {packages: ["linux-image-6.18.*-cloud-arm64", "linux-image-6.19.*-cloud-arm64"],
	             suites: [trixie-backports]}
	baseline: only
	workloads: [{hackbench: {groups: 1, loops: 50}}]
	collectors: [{perf-record: {$1}}]
	boots: 1
	seed: 7
	YAML
	printf '%s\n' "${@:2}" >>"$T/p.yaml"
	export KDUEL_DB=$T/sampled.db
	kduel run "$T/p.yaml"
}
fact() { sql "select value from fact where key = 'perf-record/$1' limit 1"; }

boot "event: cpu-clock, period: 100003" "iterations: 1" "warmup: 0"
like "$(sql "select group_concat(status) from boot")" '^ok$' "a boot that samples cpu-clock succeeds" "$err"
like "$(fact status)" '^cpu-clock, each 100003th in the kernel is a sample' "a fact says what is sampled" "$(fact left-out)"
is "$(sql "select count(*) from profile where kernel > 100")" 1 "there are samples" "$(fact left-out)"
sql "select writefile('$T/packed', zstd) from profile" >/dev/null
zstd -dqc "$T/packed" >"$T/text"
is "$(awk -F'\t' 'NR > 1 { n += $1 } NR > 1 && $9 != "" { named += $1 } END { print (named > .9 * n) }' "$T/text")" 1 \
	"over 90 % of the samples have a function" "$(head -n 5 "$T/text")"
like "$(cut -f 9 "$T/text")" '^(finish_task_switch|unix_stream_|vfs_read|vfs_write|el0_svc)' "functions that hackbench calls are sampled"
is "$(sql "select count(*) from series where source = 'perf-record' and metric = 'kernel.sampled_ns' and basis = 'emulated'")" 1 \
	"the sampled time has basis emulated"

boot "event: instructions, period: 10007" "exact: true" "profile: false"
is "$rc" 0 "exact mode with samples instead of a profile: the campaign runs" "$err"
like "$(fact left-out)" '^iteration 0 is left out: the counters have [0-9]+ events, but the samples stand for [0-9]+: the interrupts of this PMU do not match its counts' \
	"a fact says that the interrupts of the PMU do not match its counts"
is "$(sql "select count(*) from profile")" 0 "samples of a PMU that does not interrupt are not stored"
no_leftovers "nothing is left behind"
finish
