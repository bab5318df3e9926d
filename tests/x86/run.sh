#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# x86/run.sh (`make test-x86`): x86_64 kernels get the same tests as those for arm64: configs/demo-x86.yaml in
# exact mode with a root image, with one vCPU and with two; kduel explain; timed boots of several releases, of
# which 6.1 has more of its drivers in modules. Minutes of CPU time; never part of `make test`.
# shellcheck source=tests/tap.sh
. "$(dirname "$0")/../tap.sh"

statuses() { "$KDUEL" show latest --format json | jq -r '[.boots[].status] | unique | join(" ")'; }

for cpus in 1 2; do
	sed "s/^  cpus: .*/  cpus: $cpus/; s/^boots: .*/boots: 1/
		s/^  - memcached\$/  - memcached: {ops: 500, keys: 1000, warmup_ops: 200, opened: 250, scatter: 4M}/" \
		"$TOP/configs/demo-x86.yaml" >"$T/d.plan"
	patient "$T/d.plan" >"$T/d.yaml"
	kduel run "$T/d.yaml"
	[ $rc -le 4 ] || printf '%s\n' "$err" | sed 's/^/# /'
	is "$(statuses)" ok "$cpus vCPUs, root image: all boots are ok, and their repeats have the same counts"
	kduel explain latest memcached/kernel.instructions_per_op
	is $rc 0 "$cpus vCPUs: kduel explain lists the functions that differ" "$err"
	like "$out" "tcp_|sock_|ep_|slab" "$cpus vCPUs: kduel explain lists functions of the network or of slabs"
done
for kernel in 'linux-image-6.1.*-cloud-amd64 bookworm' 'linux-image-6.12.*-cloud-amd64 trixie' \
	'linux-binary-7.*-cloud-amd64 trixie-backports'; do
	read -r glob suite <<<"$kernel"
	cat >"$T/t.plan" <<-PLAN
	name: timed
	target: {kind: qemu, memory: 2G, cpus: 2, accel: tcg}
	variants: [{name: a, kernel: {packages: ["$glob"], suites: [$suite]}}]
	guest: {suites: [bookworm]}
	workloads: [hackbench: {loops: 5}, fio-dmcrypt: {size: 4M}]
	boots: 1
	PLAN
	patient "$T/t.plan" | sed 's/^workloads: .*/workloads: [hackbench: {loops: 5, timeout: 30m}, fio-dmcrypt: {size: 4M, timeout: 30m, setup_timeout: 30m}]/' >"$T/t.yaml"
	kduel run "$T/t.yaml"
	[ $rc -eq 0 ] || printf '%s\n' "$err" | sed 's/^/# /'
	is "$(statuses)" ok "$glob, timed: all boots are ok"
done
no_leftovers "nothing is left behind"
finish
