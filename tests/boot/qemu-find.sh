#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# qemu-find.sh: a plan with a CPU that the system's QEMU may be too old for: kduel finds a QEMU that has it,
# and boots all variants in that one.
# shellcheck source=tests/tap.sh
. "$(dirname "$0")/../tap.sh"

cat >"$T/p.yaml" <<-YAML
	name: newer
	target: {kind: qemu, memory: 1G, cpus: 2, min_qemu: 9.2}
	variants:
	  - name: n2
	    cpu: neoverse-n2
	    kernel: &k {packages: ["linux-image-6.18.*-cloud-arm64", "linux-image-6.19.*-cloud-arm64"],
	                suites: [trixie-backports]}
	  - {name: plain, cpu: max, kernel: *k}
	baseline: plain
	workloads: ["null"]
	boots: 1
	iterations: 2
	warmup: 1
YAML
kduel run "$T/p.yaml"
is "$(sql "select group_concat(status) from boot")" ok,ok "both variants boot" "$err"
is "$(sql "select count(distinct value) from fact where key = 'host/qemu'")" 1 \
	"all boots have the same QEMU"
version=$(sql "select value from fact where key = 'host/qemu' limit 1")
like "$version" '^(9\.[2-9]|[1-9][0-9]+\.)' "it is new enough ($version)"
is "$(sql "select count(*) from fact where key like '%midr%' and lower(value) like '%410fd49%'")" 1 \
	"the guest saw a Neoverse N2" "$(sql "select key, value from fact")"
case $version in
*qemu-system-arm*)
	like "$(sql 'select command from boot limit 1')" '^env LD_LIBRARY_PATH=[^ ]+ [^ ]+ -L [^ ]+' \
		"the stored command has the environment"
	like "$(sql 'select lock_text from campaign')" '^qemu-system-arm [^ ]+ host-' \
		"the lock names the package" ;;
esac
kduel run --dry-run --resume latest
is $rc 0 "the campaign can be resumed" "$err"
like "$err" "qemu +${version%% *} " "--resume uses the same QEMU"
no_leftovers "nothing is left behind"
finish
