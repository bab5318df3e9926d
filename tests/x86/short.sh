#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# x86/short.sh (part of `make test-x86`): a real x86_64 kernel in exact mode, a boot and its repeat: instructions
# are counted, but there are no figures of the TLB model. run.sh has the rest: two kernels, a root image, two
# vCPUs, timed boots.
# shellcheck source=tests/tap.sh
. "$(dirname "$0")/../tap.sh"

cat >"$T/x86.plan" <<'PLAN'
name: x86
exact: true
target: {kind: qemu, memory: 1G, cpus: 1}
variants:
  - name: new
    cpu: max
    kernel: {packages: ["linux-image-6.18.*-cloud-amd64"], suites: [trixie-backports]}
workloads: [tmpfs-rand64: {size: 16M, ops: 2000}]
boots: 1
PLAN
patient "$T/x86.plan" >"$T/x86.yaml"
kduel run "$T/x86.yaml"
[ $rc -eq 0 ] || printf '%s\n' "$err" | sed 's/^/# /'
is $rc 0 "a campaign with one variant succeeds, with nothing to compare"
kduel show latest --format json
is "$(jq -r '[.boots[].status] | join(" ")' <<<"$out")" "ok ok" "the boot and its repeat have the same counts"
kduel show latest 1 --facts --format json
is "$(jq -r '.facts["target/arch"] + " " + .facts["identity/machine"]' <<<"$out")" "amd64 x86_64" "facts of the boot have the architecture"
is "$(sql "select distinct metric from series where source = 'tlbmodel' order by metric" | tr '\n' ' ')" \
	"kernel.instructions kernel.instructions_per_op user.instructions user.instructions_per_op " \
	"instructions are counted, and no TLB figures are stored"
no_leftovers "nothing is left behind"
finish
