#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# perf.sh: collector perf on a real kernel in exact mode. It counts as many kernel instructions as the
# plugin. An emulated CPU has no TLB events; with several vCPUs there are no hardware events at all. When a
# CPU goes offline during an iteration, only the counts of that iteration are dropped.
# shellcheck source=tests/tap.sh
. "$(dirname "$0")/../tap.sh"

command -v qemu-system-aarch64 >/dev/null || { skip "exact boots" "QEMU cannot be installed here"; finish; }

boot() { # cpus
	rm -f "$T"/perf.db*
	cat >"$T/p.yaml" <<-YAML
	name: perf
	exact: true
	target: {kind: qemu, memory: 1G, cpus: $1}
	variants:
	  - name: only
	    cpu: ampereone
	    kernel: {packages: ["linux-image-6.18.*-cloud-arm64", "linux-image-6.19.*-cloud-arm64"],
	             suites: [trixie-backports]}
	baseline: only
	workloads: [{hackbench: {loops: 20}}]
	collectors: [tlbmodel, perf]
	boots: 1
	seed: 7
	YAML
	export KDUEL_DB=$T/perf.db
	kduel run "$T/p.yaml"
	is "$rc" 0 "$1 vCPU: the boot succeeds" "$err"
}

value() { # source, metric
	sql "select x.value from sample x join series s on s.id = x.series
		where s.source = '$1' and s.metric = '$2' order by x.boot limit 1"
}

boot 1
pmu=$(value perf kernel.instructions)
plugin=$(value tlbmodel kernel.instructions)
echo "# kernel instructions: PMU $pmu, plugin $plugin"
awk -v a="$pmu" -v b="$plugin" 'BEGIN { exit !(b >= 50e6 && (a - b) / b < 0.005 && (b - a) / b < 0.005) }'
ok $? "at least 50 million kernel instructions, and both counts agree within 0.5 %" "$pmu and $plugin"
is "$(sql "select count(*) from series where source = 'perf' and (metric like '%tlb%' or metric like '%walk%')")" 0 \
	"1 vCPU: no series about TLBs"
is "$(sql "select count(*) from sample x join series s on s.id = x.series
	where s.source = 'perf' and (x.enabled_ns = 0 or x.running_ns <> x.enabled_ns)")" 0 \
	"all counters ran for as long as they were enabled"
kduel show latest 1 --facts
like "$out" 'perf/kernel.dtlb_walk: unsupported: .*no event 0x34' "1 vCPU: a fact says why there are no walks"
like "$out" 'perf/kernel.dtlb_steps: unsupported' "1 vCPU: walk steps are unsupported, whatever the MIDR"

boot 2
is "$(sql "select group_concat(metric) from (select metric from series where source = 'perf' order by metric)")" \
	"context_switches,cpu_migrations,page_faults" "2 vCPUs: software events only"
kduel show latest 1 --facts
like "$out" 'perf/kernel.instructions: unsupported: .*whole machine' "2 vCPUs: a fact says why there are no hardware events"
rm -f "$T"/perf.db*
cat >"$T/hot.yaml" <<'YAML'
name: hotplug
target: {kind: qemu, memory: 1G, cpus: 2}
variants:
  - name: only
    cpu: ampereone
    kernel: {packages: ["linux-image-6.18.*-cloud-arm64", "linux-image-6.19.*-cloud-arm64"],
             suites: [trixie-backports]}
baseline: only
workloads:
  - exec:
      command: "f=/sys/devices/system/cpu/cpu1/online; read -r v <$f; [ $v = 0 ] || echo 0 >$f; echo was $v"
      metrics: "was 1 higher regex ^was ([01])$"
collectors: [perf, schedstat, cpufreq, thermal]
boots: 1
iterations: 3
warmup: 0
seed: 7
YAML
kduel run "$T/hot.yaml"
is "$(sql 'select group_concat(status) from boot')" ok "a CPU goes offline in an iteration: the boot succeeds" "$err"
kduel show latest 1 --facts
like "$out" 'perf/cpus: iteration 0 is not counted: CPUs 0-1 were online, then 0' "a CPU goes offline: a fact of perf has the iteration"
like "$out" 'schedstat/cpus: iteration 0 is not counted: 2 CPUs' "a CPU goes offline: a fact of schedstat has the iteration"
like "$out" 'cpufreq/status: unsupported: ' "a fact says that the guest has no cpufreq"
like "$out" 'thermal/status: unsupported: ' "a fact says that the guest has no thermal zone"
iterations() { # source, metric
	sql "select group_concat(iter) from (select x.iter from sample x join series s on s.id = x.series
		where s.source = '$1' and s.metric = '$2' order by x.iter)"
}
is "$(iterations exec was)" 0,1,2 "a CPU goes offline: the workload has values of all iterations"
is "$(iterations perf page_faults)" 1,2 "a CPU goes offline: perf has values of the later iterations"
is "$(iterations schedstat timeslices)" 1,2 "a CPU goes offline: schedstat has values of the later iterations"

no_leftovers "nothing is left behind"
finish
