#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# faults.sh: failures of real boots. Each boot gets the right status, its console log is stored, the campaign
# continues, and no QEMU survives, not even when kduel is killed.
# shellcheck source=tests/tap.sh
. "$(dirname "$0")/../tap.sh"

command -v qemu-system-aarch64 >/dev/null || { skip "real faults" "QEMU cannot be installed here"; finish; }

plan() { # workload, cmdline, boots, extra target settings
	cat >"$T/p.yaml" <<-YAML
	name: fault
	target: {kind: qemu, memory: 1G, cpus: 2, agent_timeout: 5m$4}
	variants:
	  - name: only
	    cpu: ampereone
	    cmdline: "$2"
	    kernel: {packages: ["linux-image-6.18.*-cloud-arm64", "linux-image-6.19.*-cloud-arm64"],
	             suites: [trixie-backports]}
	baseline: only
	workloads: [$1]
	boots: $3
	iterations: 2
	warmup: 1
	seed: 1
	YAML
}

fault() { # what, want status, workload, cmdline, extra
	plan "$3" "$4" 1 "${5:-}"
	rm -f "$KDUEL_DB"*
	kduel run "$T/p.yaml"
	kduel show latest --format json
	is "$(jq -r '.boots[0].status' <<<"$out")" "$2" "$1: status $2" "$err"
	detail=$(jq -r '.boots[0].detail' <<<"$out")
	[ -n "$detail" ]
	ok $? "$1: the boot has a detail ($detail)"
	kduel show latest 1 --console
	like "$out" 'Linux version' "$1: the console log is kept"
	[ "$2" = panic ] && like "$out" 'Kernel panic' "$1: the console log has the panic"
	no_leftovers "$1: nothing is left behind"
}

fault "kernel panic" panic "null: {fault: panic}" ""
fault "agent exits" agent-died "null: {fault: agent-exit}" ""
fault "workload fails" workload-failed "null: {fault: exit}" ""
fault "workload crashes" workload-failed "null: {fault: crash}" ""
fault "workload hangs" workload-timeout "null: {fault: hang, timeout: 3s}" ""
fault "no agent" boot-timeout "null" "kduel.hang=1" ", boot_timeout: 15s"

# A kernel warning in an iteration taints its samples and nothing else.
plan "null: {fault: warn, fault_at: 1}" "" 1 ""
rm -f "$KDUEL_DB"*
kduel run "$T/p.yaml"
is "$(sql 'select status from boot')" ok "kernel warning: the boot's status is ok"
is "$(sql 'select count(*) > 0 from sample where tainted')" 1 "kernel warning: its samples are tainted"

wait_for_qemu() { # as long as kduel ($pid) runs; sets qemu to its PID
	while kill -0 "$pid"; do
		qemu=$(pgrep -f "qemu-system-aarch64.*$T" | head -n 1)
		[ -n "$qemu" ] && return
		sleep 0.1
	done
}

plan "null" "" 2 ""
rm -f "$KDUEL_DB"*
"$KDUEL" run "$T/p.yaml" >"$T/out" 2>"$T/err" </dev/null &
pid=$!
wait_for_qemu
sleep 1
kill -9 "$qemu"
wait $pid
is $? 0 "QEMU killed: exit status 0, as the boot was repeated" "$(cat "$T/err")"
is "$(sql 'select group_concat(status) from (select status from boot where slot = 0 order by id)')" target-killed,ok \
	"QEMU killed: status target-killed, and the boot is repeated"
is "$(sql "select status from boot where slot = 1")" ok "QEMU killed: the campaign goes on"

# All of the host stands still, as a virtual machine does that is moved: the guest's complaint is not the kernel's fault.
# RCU complains if it waited for a CPU just then. The workload does so in its place whenever time jumps.
# shellcheck disable=SC2016 # the guest expands it
plan '{exec: {command: "read last _ </proc/uptime; end=$((${last%.*} + 10)); while [ ${last%.*} -lt $end ]; do
	read now _ </proc/uptime; [ $((${now%.*} - ${last%.*})) -lt 4 ] ||
	echo \"<2>rcu: INFO: rcu_sched self-detected stall on CPU\" >/dev/kmsg; last=$now; done; echo 1",
	metrics: "one n lower regex ^(1)$"}}' "" 1 ""
rm -f "$KDUEL_DB"*
"$KDUEL" run --progress json "$T/p.yaml" >"$T/out" 2>"$T/err" </dev/null &
pid=$!
await grep -q '"step":"exec","iteration":1' "$T/err"
sleep 1 # until its loop runs
mapfile -t all < <(pgrep -f "$T/p.yaml|$T.*qemu|qemu.*$T")
kill -STOP "${all[@]}"
sleep 15
kill -CONT "${all[@]}"
wait $pid
is $? 0 "the host stands still: exit status 0, as the boot was repeated" "$(cat "$T/err")"
like "$(sql "select status || ' ' || detail from boot where slot = 0 order by id limit 1")" \
	'^target-killed while .*: the guest got no CPU time from the host for [0-9]{2}\.[0-9]s, and reported: rcu: INFO:' \
	"the host stands still: the host is blamed, with what the kernel said"
is "$(sql "select group_concat(status) from (select status from boot where slot = 0 order by id)")" target-killed,ok \
	"the host stands still: the boot is repeated"

plan "null" "" 2 ""
rm -f "$KDUEL_DB"*
ended_by() { # signal, arguments...
	"$KDUEL" run "${@:2}" >"$T/out" 2>"$T/err" </dev/null &
	pid=$!
	wait_for_qemu
	sleep 2
	kill -"$1" $pid
	wait $pid 2>/dev/null
	no_leftovers "kduel ended by SIG$1 in the middle of a boot: nothing is left behind"
}
ended_by KILL "$T/p.yaml"
ended_by INT --resume latest
kduel run --resume latest
is "$(sql "select count(*) from boot where status = 'ok'")" 2 "resumed after both, the schedule is finished" "$err"

ln -s "$(command -v qemu-system-aarch64)" "$T/qemu"
plan "null" "" 2 ", qemu: $T/qemu"
rm -f "$KDUEL_DB"*
"$KDUEL" run "$T/p.yaml" >"$T/out" 2>"$T/err" </dev/null &
pid=$!
while kill -0 $pid; do pgrep -f "$T/qemu.*-append" >/dev/null && break; sleep 0.1; done
rm "$T/qemu"
wait $pid
is $? 3 "QEMU gone between two boots: exit status 3"
is "$(sql 'select group_concat(status) from boot where slot = 1')" target-missing,target-missing \
	"QEMU gone between two boots: status target-missing, at the second try, too"
like "$(cat "$T/err")" 'this host failed 1 boot.*put that right, then resume' \
	"QEMU gone between two boots: the message says what to do"
kduel run "$T/p.yaml"
is $rc 3 "no QEMU at the start: exit status 3"
no_leftovers "nothing is left behind"
finish
