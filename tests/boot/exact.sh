#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# exact.sh: exact mode on real kernels. Every figure is bit-identical in a repeat, with one vCPU and with
# two, on an idle host and on a busy one; another seed gives another memory layout; failures get the same
# statuses as in timed mode.
# shellcheck source=tests/tap.sh
. "$(dirname "$0")/../tap.sh"

command -v qemu-system-aarch64 >/dev/null || { skip "exact boots" "QEMU cannot be installed here"; finish; }
built=$TOP/${O:-build}

plan() { # cpus, boots, workload, more lines
	cat >"$T/p.yaml" <<-YAML
	name: exact
	exact: true
	target: {kind: qemu, memory: 1G, cpus: $1}
	variants:
	  - name: only
	    cpu: ampereone
	    kernel: {packages: ["linux-image-6.18.*-cloud-arm64", "linux-image-6.19.*-cloud-arm64"],
	             suites: [trixie-backports]}
	baseline: only
	tlb: {cores: [generic, cortex-a76, generic-walks64]}
	workloads: [$3]
	boots: $2
	seed: 7
	YAML
	printf '%s\n' "${@:4}" >>"$T/p.yaml"
}

# Everything stored about the boot of a slot, down to the timestamps of its kernel log.
figures() { # database, slot
	sql "select s.workload, s.source, s.metric, x.iter, x.value from sample x
		join series s on s.id = x.series join boot b on b.id = x.boot
		where b.slot = $2 order by 1, 2, 3, 4" "$1"
	KDUEL_DB=$1 "$KDUEL" show latest "$(($2 + 1))" --console
}

same() { # database, slot, database, slot, name
	figures "$1" "$2" >"$T/a"
	figures "$3" "$4" >"$T/b"
	[ "$(wc -l <"$T/a")" -gt 100 ]
	ok $? "$5: there are figures to compare"
	cmp "$T/a" "$T/b" >"$T/cmp" 2>&1
	ok $? "$5: bit-identical" "$(diff "$T/a" "$T/b" | head -n 8)"
}

busy=()
load() { # keep all CPUs busy at a lower priority than boots: they are disturbed all the time, not starved
	for _ in $(seq "$(nproc)"); do
		nice -n 5 bash -c 'while :; do :; done' &
		busy+=($!)
	done
}
unload() {
	kill "${busy[@]}"
	wait "${busy[@]}" 2>/dev/null
	busy=()
}
trap '[ ${#busy[@]} -eq 0 ] || kill "${busy[@]}"; rm -rf "$T"' EXIT

run() { # database, want rc, name
	export KDUEL_DB=$T/$1.db
	kduel run "$T/p.yaml"
	is "$rc" "$2" "$3" "$err"
}

plan 1 2 "hackbench: {groups: 1, loops: 10}"
run idle1 0 "one vCPU, idle host: boots of two seeds, and a repeat of the first"
is "$(sql 'select count(distinct seed) from boot')" 2 "two different seeds"
same "$T/idle1.db" 0 "$T/idle1.db" 1 "repeated boot"

# The profile of a boot, one function per line: instructions, calls, ..., and its name in column 9.
profile() { # database, slot
	rm -f "$T/packed"
	sql "select writefile('$T/packed', zstd) from profile p join boot b on b.id = p.boot where b.slot = $2" "$1" >"$T/n"
	zstd -dqc "$T/packed"
}
profile "$T/idle1.db" 0 >"$T/f0"
profile "$T/idle1.db" 1 >"$T/f1"
cmp -s "$T/f0" "$T/f1"
ok $? "repeated boot: the same profile" "$(diff "$T/f0" "$T/f1" | head -n 8)"
is "$(awk -F'\t' '{ n += $1 } END { printf "%d", n }' "$T/f0")" \
	"$(sql "select printf('%d', value) from sample x join series s on s.id = x.series join boot b on b.id = x.boot
		where b.slot = 0 and metric = 'kernel.instructions'" "$T/idle1.db")" \
	"the profile's instructions add up to kernel.instructions"
is "$(awk -F'\t' '$9 == "" { n += $1 } { all += $1 } END { print (n * 1000 < all) }' "$T/f0")" 1 \
	"over 99.9 % of the profile's instructions have a symbol"
like "$(cut -f 9 "$T/f0")" '^unix_stream_sendmsg$' "the profile has a function of hackbench's sockets"
figures "$T/idle1.db" 0 >"$T/a"
figures "$T/idle1.db" 2 >"$T/b"
cmp -s "$T/a" "$T/b"
is $? 1 "another seed gives other figures"

# The same plan without a profile and with a trace, which makes the plugin handle each access by itself;
# tlb_replay counts the trace independently. kduel has no option for traces, so a wrapper plugin loads the
# real one with the argument added.
mkfifo "$T/trace"
cc -std=gnu17 -O2 -o "$T/tlb_replay" "$TOP/tests/boot/tlb_replay.c"
ok $? "the replay can be built"
mkdir "$T/agents"
cp "$built/agent-aarch64" "$T/agents/"
cc -x c -shared -fPIC -o "$T/agents/tlbmodel.so" - <<C
	#include <dlfcn.h>
	int qemu_plugin_version = 4;
	int qemu_plugin_install(unsigned long id, const void *info, int argc, char **argv)
	{
		int (*install)(unsigned long, const void *, int, char **) =
			dlsym(dlopen("$built/tlbmodel.so", RTLD_NOW), "qemu_plugin_install");
		char *more[argc + 1];

		for (int i = 0; i < argc; i++)
			more[i] = argv[i];
		more[argc] = "trace=$T/trace";
		return install(id, info, argc + 1, more);
	}
C
ok $? "a plugin that asks for a trace can be built"
mapfile -t cores < <(sql "select command from boot limit 1" "$T/idle1.db" | grep -o 'core=[^, ]*' | cut -d= -f2)
traced() { # database, name: run the plan with a trace
	for i in 1 2; do # the boot and its repeat
		"$T/tlb_replay" "${cores[@]}" <"$T/trace" >"$T/again$i" 2>>"$T/again.err"
	done &
	replay=$!
	KDUEL_AGENT_DIR=$T/agents run "$1" 0 "$2"
	# Opening the FIFO for writing ends a replay that waits for a boot that did not come.
	while kill -0 $replay 2>/dev/null; do
		exec 3<>"$T/trace" 3>&-
		sleep 0.2
	done
}
plan 1 1 "hackbench: {groups: 1, loops: 10}" "profile: false" "parallel: 1"
traced plain1 "without a profile, with a trace"
same "$T/idle1.db" 0 "$T/plain1.db" 0 "with a profile, and without one but with a trace"
is "$(sql "select count(*) from profile" "$T/plain1.db")" 0 "profile: false stores none"
sql "select x.iter || ' ' || metric || ' ' || printf('%d', value) from sample x join series s on s.id = x.series
	join boot b on b.id = x.boot where b.slot = 0 and source = 'tlbmodel'" "$T/plain1.db" | sort >"$T/counted"
sort "$T/again1" >"$T/a"
[ "$(wc -l <"$T/a")" -ge 30 ] && [ -z "$(comm -13 "$T/counted" "$T/a")" ]
ok $? "tlb_replay counts the same from the trace" "$(cat "$T/again.err")" "$(comm -13 "$T/counted" "$T/a")"
cmp "$T/again1" "$T/again2"
ok $? "tlb_replay counts the same from the trace of the repeat"

# Programs have the same code at different addresses, while QEMU translates it once for all of them. Few
# accesses may fault: a page of code is mapped when QEMU translates from it.
plan 1 1 "fork-exec: {count: 10}" "parallel: 1" "guest: {suites: [bookworm]}"
run forks 0 "fork-exec runs"
traced forks_traced "fork-exec with a trace runs"
same "$T/forks.db" 0 "$T/forks_traced.db" 0 "fork-exec without and with a trace"
is "$(sql "select max(value) < 100 from sample x join series s on s.id = x.series where metric = 'fault.walks'" "$T/forks.db")" \
	1 "fork-exec: hardly any walk ends in a fault" \
	"$(sql "select max(value) from sample x join series s on s.id = x.series where metric = 'fault.walks'" "$T/forks.db")"

plan 2 1 "memcached: {ops: 500, warmup_ops: 100, keys: 500, connections: 10, opened: 10, scatter: 0}"
run idle2 0 "two vCPUs and a root image, idle host"
image=$(sql 'select command from boot limit 1' | grep -o 'mem-path=[^ ]*' | cut -d= -f2)
sum=$(sha256sum "$image")
# Run both campaigns at once, as they disturb each other, too.
load
cp "$T/p.yaml" "$T/busy2.yaml"
KDUEL_DB=$T/busy2.db "$KDUEL" run "$T/busy2.yaml" >"$T/busy2.out" 2>"$T/busy2.err" </dev/null &
busy2=$!
plan 1 1 "hackbench: {groups: 1, loops: 10}"
run busy1 0 "one vCPU, every CPU of the host busy"
wait $busy2
is $? 0 "two vCPUs, every CPU of the host busy" "$(cat "$T/busy2.err")"
unload
same "$T/idle1.db" 0 "$T/busy1.db" 0 "one vCPU, idle and busy host"
same "$T/idle2.db" 0 "$T/busy2.db" 0 "two vCPUs, idle and busy host"
profile "$T/idle2.db" 0 >"$T/f0"
profile "$T/busy2.db" 0 >"$T/f1"
[ -s "$T/f0" ] && cmp -s "$T/f0" "$T/f1"
ok $? "two vCPUs, idle and busy host: the same profile"
is "$(sha256sum "$image")" "$sum" "the root image is not changed"
like "$(sql 'select distinct basis from series' "$T/idle1.db")" exact "counts have basis exact"
like "$(sql "select distinct basis from series where kind = 'time'" "$T/idle1.db")" '^emulated$' \
	"times have basis emulated only"

fault() { # what, want status, workload, pattern of the detail
	rm -f "$T"/fault.db*
	plan 1 1 "$3" "parallel: 1" "stop_on_failure: true"
	run fault 4 "$1: no figures, exit status 4"
	is "$(sql 'select distinct status from boot')" "$2" "$1: status $2"
	like "$(sql 'select detail from boot')" "$4" "$1: the boot's detail has the reason"
	is "$(sql "select count(*) from series where source = 'tlbmodel'")" 0 "$1: none of the plugin's figures is stored"
	kduel show latest 1 --console
	like "$out" 'Linux version' "$1: the console log is kept"
	no_leftovers "$1: nothing is left behind"
}
fault "kernel panic" panic "'null': {fault: panic}" "Kernel panic"
fault "workload hangs" workload-timeout "'null': {fault: hang, timeout: 3s}" "did not end within its bound"

rm -f "$T"/fault.db*
plan 1 1 "'null'" "parallel: 1" "stop_on_failure: true"
export KDUEL_DB=$T/fault.db
"$KDUEL" run "$T/p.yaml" >"$T/out" 2>"$T/err" </dev/null &
pid=$!
while kill -0 $pid; do
	qemu=$(pgrep -f "qemu-system-aarch64.*-append.*$T" | head -n 1)
	[ -n "$qemu" ] && break
	sleep 0.1
done
sleep 1
kill -9 "$qemu"
wait $pid
is $? 0 "QEMU killed: the campaign goes on" "$(cat "$T/err")"
is "$(sql 'select group_concat(status) from (select status from boot where slot = 0 order by id)')" target-killed,ok \
	"QEMU killed: status target-killed, and the boot is repeated"
is "$(sql "select count(distinct slot) from boot where status = 'ok'")" 2 "QEMU killed: the exact repeat has the same counts"
no_leftovers "QEMU killed: nothing is left behind"
finish
