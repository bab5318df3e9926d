#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# census.sh: the census that the TLB model's plugin takes of the guest's page tables agrees to the byte with
# the kernel's own page-table dump. Needs a kernel with PTDUMP, which no distribution has:
#	kduel kernel build --name ptdump --source 'linux-source-*' --suite trixie-backports --config guest
# shellcheck source=tests/tap.sh
. "$(dirname "$0")/../tap.sh"
command -v qemu-system-aarch64 >/dev/null || { skip "census" "QEMU cannot be installed here"; finish; }
name=${KDUEL_PTDUMP_KERNEL:-ptdump}
"$KDUEL" kernel show "$name" >/dev/null 2>&1 ||
	{ skip "census" "no kernel '$name' with PTDUMP was built here (half an hour of CPU time)"; finish; }

cat >"$T/p.yaml" <<-YAML
	name: census
	exact: true
	size: quick
	target: {kind: qemu, memory: 2G, cpus: 1}
	variants:
	  - {name: blocks, cpu: ampereone, kernel: {build: $name}}
	  - {name: pages, cpu: max, kernel: {build: $name}}
	baseline: pages
	guest: {suites: [bookworm]}
	workloads: [pipe]
	boots: 1
YAML
kduel run "$T/p.yaml"
is "$(sql "select group_concat(distinct status) from boot")" ok "both CPUs boot" "$err"

# A source's figures of the linear map that another source has, too: variant, workload, metric, value.
census() { # source, other source
	sql "select v.name, s.workload, s.metric, printf('%.0f', x.value) from sample x
		join series s on s.id = x.series join variant v on v.id = x.variant join boot b on b.id = x.boot
		where s.source = '$1' and s.metric like 'linear\\_map.bytes\\_%' escape '\\'
			and s.metric in (select metric from series where source = '$2')
			and s.workload || s.metric in (select workload || metric from series where source = '$2')
		order by 1, 2, 3, b.slot"
}
model=$(census tlbmodel ptdump)
is "$(census ptdump tlbmodel)" "$model" "census and page-table dump agree to the byte"
# Both variants are booted twice; 9 sizes and permissions after boot, 5 sizes after the workload.
is "$(wc -l <<<"$model")" $((2 * 2 * (9 + 5))) "after boot and after the workload, all sizes and permissions"
share() { sql "select printf('%.0f', min(x.value)), printf('%.0f', max(x.value)) from sample x join series s on s.id = x.series
	join variant v on v.id = x.variant where v.name = '$1' and s.metric = 'linear_map.block_share'"; }
like "$(share blocks)" '^(9[5-9]|100)\|(9[5-9]|100)$' "variant blocks has at least 95 % of its linear map in blocks"
is "$(share pages)" "0|0" "variant pages has no blocks"
no_leftovers "nothing is left behind"
finish
