#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# SIGKILL at random times during real boots: to kduel, its supervisor, QEMU, the process group, kduel and
# supervisor at once, or kduel while QEMU is stopped. N (50) times, in campaigns that are then resumed until
# they are finished. Kernels come from Debian through the user's own cache.
# shellcheck disable=SC2034 # for lib.sh
CACHE=${XDG_CACHE_HOME:-$HOME/.cache} JOBS=${JOBS:-$(nproc)}
# shellcheck source=tests/torture/lib.sh
. "$(dirname "$0")/lib.sh"
N=${N:-50}

cat >"$T/p.yaml" <<YAML
name: killed-boots
target: {kind: qemu, memory: 512M, cpus: 1}
variants:
  - name: a
    cpu: max
    kernel: &k {packages: ["linux-image-6.18.*-cloud-arm64", "linux-image-6.19.*-cloud-arm64"],
                suites: [trixie-backports]}
  - {name: b, cpu: max, cmdline: quiet, kernel: *k}
baseline: a
workloads: ["null"]
boots: 3
iterations: 2
warmup: 0
seed: 7
YAML
LIMIT=900
# Measured values differ from run to run, but the schedule, statuses and metrics must not.
result() {
	query "select slot, block, v.name, seed, status from boot b join variant v on v.id = variant
			where status not in ('interrupted', $HOST_FAULTS) order by 1;
		select distinct e.workload, source, metric, iter, count(*) from sample s join boot b on b.id = s.boot
			join series e on e.id = series where status = 'ok' group by 1, 2, 3, 4 order by 1, 2, 3, 4;
		select distinct 'tag', key from tag order by 2; select state, n_slots from campaign"
	HOME=$CANARY/home "$KDUEL" compare --format json --all --db "$DB" 2>/dev/null |
		jq -c '[.variants[] | [.name, .boots_ok, .kernel_hash]], [.blocks[].rows[] | .metric]'
}
reference "$T/want" run --quiet "$T/p.yaml"

ours() { # extended regular expression of the command's name
	local f
	for f in $(grep -lsF "KDUEL_TORTURE=$MARK" /proc/[0-9]*/environ); do
		grep -qsE "^($1)$" "${f%environ}comm" && basename "${f%/environ}"
	done
}
named() { # the loss of a target must be reported: promised within 5 s, checked for 10 s
	for _ in $(seq 100); do
		grep -q 'target-killed\|target.missing' "$W/err" && return
		sleep 0.1
	done
	bad "$what killed: not reported within 10 s: $(tail -n 2 "$W/err")"
}
finish_campaign() {
	check_resumed "$T/want" run --quiet "$T/p.yaml"
	count 'campaigns finished'
	rm -f "$DB"* "$W"/err*
	: >"$W/before"
}

trial() {
	local qemu supervisor args=(run "$T/p.yaml")
	[ -e "$W/before" ] || : >"$W/before"
	stored_campaign && args=(run --resume latest)
	rm -f "$W"/err*
	HOME=$CANARY/home KDUEL_TORTURE=$MARK setsid "$KDUEL" "${args[@]}" >"$W/out" 2>"$W/err" </dev/null &
	pid=$!
	for _ in $(seq 600); do
		qemu=$(ours 'qemu-system-.*')
		[ -z "$qemu" ] && kill -0 $pid 2>/dev/null || break
		sleep 0.1
	done
	nap "$(random 15000)"
	qemu=$(ours 'qemu-system-.*')
	supervisor=$(ours kduel-super)
	what=$(printf '%s\n' kduel kduel kduel supervisor QEMU group kduel+supervisor QEMU-stopped | sed -n "$((RANDOM % 8 + 1))p")
	[ -n "$qemu$supervisor" ] || what=kduel
	count "$what"
	# shellcheck disable=SC2086 # may be several
	case $what in
	kduel) kill -KILL $pid ;;
	supervisor) kill -KILL $supervisor; named ;;
	QEMU) kill -KILL $qemu; named ;;
	group) kill -KILL -- -$pid ;;
	kduel+supervisor) kill -KILL $supervisor $pid ;;
	QEMU-stopped) kill -STOP $qemu; kill -KILL $pid ;;
	esac 2>/dev/null
	kill -KILL $pid 2>/dev/null
	wait $pid 2>/dev/null
	check_left
	stored_campaign || return
	check_stored "$W/before"
	cp "$W/committed" "$W/before"
	if [ $((trial + JOBS)) -gt "$N" ] || [ "$(query 'select state from campaign')" = finished ]; then
		finish_campaign
	fi
}
trials "$N"
total
