#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# exact-bad.sh: failures of exact boots: an agent without markers, plugins that QEMU refuses, memory and
# page tables that cannot be read. Each such boot fails with a reason and stores none of the plugin's
# figures. The last part is a boot that must work: a CPU on which the kernel uses page-table isolation.
# shellcheck source=tests/tap.sh
. "$(dirname "$0")/../tap.sh"

command -v qemu-system-aarch64 >/dev/null || { skip "exact boots" "QEMU cannot be installed here"; finish; }
built=$TOP/${O:-build}
cross=aarch64-linux-gnu-gcc
command -v $cross >/dev/null || cross=gcc

plan() { # CPU, workload, more of the target
	cat >"$T/p.yaml" <<-YAML
	name: exact-bad
	exact: true
	target: {kind: qemu, memory: 1G, cpus: 1$3}
	variants:
	  - name: only
	    cpu: $1
	    kernel: {packages: ["linux-image-6.18.*-cloud-arm64", "linux-image-6.19.*-cloud-arm64"],
	             suites: [trixie-backports]}
	baseline: only
	workloads: [$2]
	boots: 1
	parallel: 1
	seed: 7
	stop_on_failure: true
	YAML
	rm -f "$KDUEL_DB"*
}

fails() { # what, status, words, more of the target
	plan ampereone pipe "${4:-}"
	kduel run "$T/p.yaml"
	if [ "$2" = target-killed ]; then
		# A QEMU that does not start is not the kernel's failure: stop_on_failure does not apply, and the boot
		# and its repeat are tried twice each.
		is $rc 3 "$1: exit status 3" "$err"
		like "$err" 'this host failed 2 boots.*put that right, then resume' "$1: the message says what to do"
		is "$(sql 'select group_concat(status) from boot')" "$2,$2,$2,$2" "$1: status $2, at the second try, too"
	else
		is $rc 4 "$1: no figures, exit status 4" "$err"
		is "$(sql 'select group_concat(status) from boot')" "$2" "$1: status $2, and the campaign stops"
	fi
	like "$(sql 'select detail from boot')" "$3" "$1: the boot's detail has the reason"
	is "$(sql "select count(*) from series where source = 'tlbmodel'")" 0 "$1: none of the plugin's figures is stored"
	is "$(sql "select count(*) from fact where key glob 'tlbmodel/core[0-9]' or key = 'tlbmodel/regions'")" 0 \
		"$1: none of the plugin's facts is stored"
	no_leftovers "$1: nothing is left behind"
}

# --- a bare-metal guest that sends the plugin false markers

plan ampereone pipe ""
qemu=$("$KDUEL" run --dry-run "$T/p.yaml" 2>"$T/err" | sed -n 's/^\([^#].*\) -nodefaults .*/\1/p' | head -n 1)
[ -n "$qemu" ]
ok $? "kduel has a QEMU for exact mode" "$(cat "$T/err")"

lie() { # case of marker_guest.c, the plugin's error as a pattern ("$": no error)
	local got
	$cross -std=gnu17 -I"$TOP" -O2 -ffreestanding -nostdlib -static -mgeneral-regs-only -fno-pie -no-pie \
		-Wl,-Ttext=0x40200000 -Wl,--build-id=none -DCASE="$1" -DTURNS="${turns:-1}" -o "$T/guest" "$TOP/tests/boot/marker_guest.c" \
		>"$T/log" 2>&1 || { ok 1 "guest $1 can be built" "$(cat "$T/log")"; return; }
	# shellcheck disable=SC2086
	timeout 120 $qemu -nodefaults -no-user-config -display none -no-reboot -machine virt -cpu max -smp 1 \
		-accel tcg,thread=single -icount shift=1,sleep=off -m 64M \
		-object memory-backend-memfd,id=m0,size=64M,share=on -numa node,memdev=m0 -kernel "$T/guest" \
		-plugin "$built/tlbmodel.so,out=$T/tlb.jsonl$geometries" >"$T/log" 2>&1
	is $? 0 "guest $1: QEMU runs to the end" "$(cat "$T/log")"
	got=$(jq -r 'select(.line == "error").text' "$T/tlb.jsonl")
	like "$got" "^$2" "guest $1: ${2/#\$/no error}"
	is "$(wc -l <<<"$got")" 1 "guest $1: no second error"
	is "$(tail -n 1 "$T/tlb.jsonl")" '{"line":"end"}' "guest $1: the plugin's file is complete"
}
geometries=,core=generic/48x48/48x48/21/1280x5
walked="the kernel's page tables cannot be walked"
lie 0 '$'
lie 1 "$walked: TCR_EL1 has the upper half off"
lie 2 "$walked: one is not in RAM"
lie 3 "$walked: they form a loop"
lie 4 "the kernel's page tables have no linear map where its note says it is"
lie 5 "a census was asked for before"
lie 6 "the kernel's vmcoreinfo note cannot be read"
lie 7 "the kernel's vmcoreinfo note cannot be read"
lie 8 "a measured part began before"
lie 9 "a measured part ended that had not begun"
lie 10 "a measured part began within another"
lie 11 "the guest ended within a measured part"
lie 12 "the agent and the plugin are of different versions"
lie 13 "an area of modules is at an impossible address"
geometries=$geometries,core=b/48x48/48x48/21/2048x8,core=c/8x8/8x8/12/64x4,core=d/8x8/8x8/12/128x4
lie 14 "the guest has caused more output than the host reads"
is "$(($(wc -c <"$T/tlb.jsonl") >> 20))" 63 "guest 14: the plugin's file does not reach 64 MiB"

# --- boot=on: the instructions up to the agent's marker are counted as the boot's

booted() { # iterations of a loop of two instructions; sets counted
	turns=$1
	lie 15 '$'
	counted=$(jq 'select(.line == "iteration") | .user_instructions' "$T/tlb.jsonl")
}
geometries=,core=generic/48x48/48x48/21/1280x5,boot=on,profile=$T/profile.txt
booted 1000
few=$counted
booted 3500
many=$counted
is "$((many - few))" 5000 "2500 more turns of the loop are 5000 more instructions of a boot"
[ "$few" -gt 2000 ] && [ "$few" -lt 3000 ]
ok $? "instructions after the boot are not counted" "$few"
is "$(jq -c 'select(.line == "iteration") | [.boot, .kernel_instructions, .cores]' "$T/tlb.jsonl")" '[true,0,null]' \
	"a boot counts instructions, but no TLB is simulated"
is "$(tail -n 2 "$T/profile.txt" | paste -s)" "$(printf 'total 0\tend')" "a boot's profile is complete"

# --- QEMU refuses the plugin

export KDUEL_AGENT_DIR=$T/agents
mkdir "$KDUEL_AGENT_DIR"
cp "$built/agent-aarch64" "$KDUEL_AGENT_DIR/"
echo 'no program at all' >"$KDUEL_AGENT_DIR/tlbmodel.so"
fails "a plugin that is not an ELF file" target-killed 'exited with 1: .*Could not load plugin .*tlbmodel\.so.*(invalid ELF header|file too short)'
echo 'int qemu_plugin_version = 99; int qemu_plugin_install(void) { return 0; }' |
	cc -x c -shared -fPIC -o "$KDUEL_AGENT_DIR/tlbmodel.so" -
fails "a plugin for another QEMU" target-killed 'exited with 1: .*plugin.*API version 99'
rm "$KDUEL_AGENT_DIR/tlbmodel.so"
plan ampereone pipe ""
kduel run "$T/p.yaml"
like "$err" 'tlbmodel\.so is not there .*KDUEL_AGENT_DIR' "no plugin: the error says where kduel looked for it"

# --- an agent whose marker instructions are gone

cp "$built/tlbmodel.so" "$KDUEL_AGENT_DIR/"
# Replace the marker, hint #96, by a nop.
perl -e 'undef $/; $_ = <>; exit 1 unless s/\x1f\x2c\x03\xd5/\x1f\x20\x03\xd5/g; print' \
	<"$built/agent-aarch64" >"$KDUEL_AGENT_DIR/agent-aarch64"
ok $? "an agent without markers can be made"
chmod +x "$KDUEL_AGENT_DIR/agent-aarch64"
fails "no marker" protocol 'TLB model: the marker after boot was never reached'
unset KDUEL_AGENT_DIR

# --- guest memory that the plugin cannot map

cat >"$T/qemu" <<SH
#!/bin/bash
exec $qemu "\${@/memory-backend-memfd/memory-backend-ram}"
SH
chmod +x "$T/qemu"
fails "memory that is no memfd" protocol "the guest's RAM is not a memory-backend-memfd" ", qemu: $T/qemu"

# --- page-table isolation: the agent's markers run in user space, where TTBR1 has other page tables

plan neoverse-n1 "{pipe: {}}" ""
kduel run "$T/p.yaml"
is $rc 0 "a CPU without E0PD: one boot, and its repeat with the same counts" "$err"
is "$(sql 'select group_concat(status) from boot')" ok,ok "both boots succeed"
kduel show latest 1 --console
like "$out" 'Kernel.*page table isolation' "its kernel isolates page tables"
value() { # workload, metric
	sql "select x.value from sample x join series s on s.id = x.series where s.source = 'tlbmodel'
		and s.workload = '$1' and s.metric = '$2' order by x.boot limit 1"
}
sizes=$(sql "select sum(x.value) from sample x join series s on s.id = x.series where s.source = 'tlbmodel'
	and s.workload = 'boot' and s.metric in ('linear_map.bytes_4k', 'linear_map.bytes_64k', 'linear_map.bytes_2m',
	'linear_map.bytes_32m', 'linear_map.bytes_1g') and x.boot = (select min(id) from boot)")
ok "$(awk -v s="$sizes" 'BEGIN { print !(s > 1000 * 2^20 && s <= 1024 * 2^20) }')" \
	"the census finds the linear map of 1 GiB" "$sizes"
for w in boot pipe; do
	is "$(value $w linear_map.bytes_4k)" "$(value boot linear_map.bytes_4k)" "census of $w: as many bytes in 4K pages as after boot"
done
for m in kernel.walks_d kernel.walks_i linear.walks kernel.l1d_misses; do
	ok "$(awk -v v="$(value pipe $m)" 'BEGIN { print !(v > 0) }')" "$m is above 0: $(value pipe $m)"
done
ok "$(awk -v v="$(value pipe kernel.walk_d_mpki)" 'BEGIN { print !(v > 0 && v < 50) }')" \
	"walks per 1000 kernel instructions are between 0 and 50: $(value pipe kernel.walk_d_mpki)"
no_leftovers "nothing is left behind"
finish
