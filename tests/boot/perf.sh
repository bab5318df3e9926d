#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# perf.sh: collector perf on a real kernel in exact mode. It counts as many kernel instructions as the
# plugin; an emulated CPU has no TLB events, and with several vCPUs there are no hardware events at
# all. A CPU that goes offline during an iteration invalidates that iteration only.
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
	is "$rc" 0 "$1 vCPU: the boot goes well" "$err"
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
	"no row about TLBs"
is "$(sql "select count(*) from sample x join series s on s.id = x.series
	where s.source = 'perf' and (x.enabled_ns = 0 or x.running_ns <> x.enabled_ns)")" 0 \
	"all counters ran for as long as they were enabled"
kduel show latest 1 --facts
like "$out" 'perf/kernel.dtlb_walk: unsupported: .*no event 0x34' "says why there are no walks"
like "$out" 'perf/kernel.dtlb_steps: unsupported' "nor steps, whatever the MIDR is"

boot 2
is "$(sql "select group_concat(metric) from (select metric from series where source = 'perf' order by metric)")" \
	"context_switches,cpu_migrations,page_faults" "2 vCPUs: software events only"
kduel show latest 1 --facts
like "$out" 'perf/kernel.instructions: unsupported: .*whole machine' "2 vCPUs: says why"
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
is "$(sql 'select group_concat(status) from boot')" ok "a CPU goes offline in an iteration: the boot goes on" "$err"
kduel show latest 1 --facts
like "$out" 'perf/cpus: iteration 0 is not counted: CPUs 0-1 were online, then 0' "perf says what happened"
like "$out" 'schedstat/cpus: iteration 0 is not counted: 2 CPUs' "schedstat too"
like "$out" 'cpufreq/status: unsupported: ' "no cpufreq here: said"
like "$out" 'thermal/status: unsupported: ' "no thermal zone: said"
iterations() { # source, metric
	sql "select group_concat(iter) from (select x.iter from sample x join series s on s.id = x.series
		where s.source = '$1' and s.metric = '$2' order by x.iter)"
}
is "$(iterations exec was)" 0,1,2 "the workload has all its values"
is "$(iterations perf page_faults)" 1,2 "counters have those of the iterations after it"
is "$(iterations schedstat timeslices)" 1,2 "and so has the scheduler"

no_leftovers "nothing is left behind"
finish
