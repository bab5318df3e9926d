#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Real machines that boot kernels: each method, each state and its failure, the ways back to known-good,
# kills at any state. The machine is an sshd and a loop of shell (tests/bootable.sh), so that a boot takes
# a second.
# Without arguments what most users meet; `all` has each fault and a kill at each state (make test-metal).
# shellcheck source=tests/tap.sh
. "$(dirname "$0")/../tap.sh"
# shellcheck source=tests/bootable.sh
. "$(dirname "$0")/../bootable.sh"
# shellcheck disable=SC2153 # $M is set there

machine_boots_up
make_image "$T/old.image" 1
make_image "$T/new.image" 2
file=$XDG_CONFIG_HOME/kduel/machines/m.yaml
mkdir -p "${file%/*}"
machine() { # more lines
	printf '%s\n' "host: 127.0.0.1" "port: $PORT" "ssh_config: $M/ssh_config" "console: tail -n 0 -f $M/console" \
		"deadlines: {connect: 12s, command: 20s, down: 5s, up: 12s}" "$@" >"$file"
}
plan() { # boots, variants
	printf '%s\n' 'target: {kind: ssh, machine: m, host_wait: 0}' variants:
	case $2 in *old*) echo "- {name: old, kernel: {image: $T/old.image}}" ;; esac
	case $2 in *new*) echo "- {name: new, kernel: {image: $T/new.image}, cmdline: \"mitigations=off\"}" ;; esac
	case $2 in *old*new*) echo 'baseline: old' ;; esac
	printf '%s\n' 'workloads: ["null"]' 'collectors: [env, identity]' "boots: $1" 'iterations: 2' 'warmup: 0'
}
plan 1 old,new >"$T/p.yaml"
plan 1 new >"$T/one.yaml"
ssh-keyscan -p "$PORT" 127.0.0.1 2>/dev/null | grep ed25519 >"$M/known_hosts"

# --- plans ---
sed 's/, kernel: {image: .*old.image}//' "$T/p.yaml" >"$T/mixed.yaml"
machine 'boot: kexec'
kduel run "$T/mixed.yaml"
is $rc 2 "a plan with kernels for some variants: refused"
like "$err" 'mixed.yaml:3:3: a variant lacks .kernel.: on target kind ssh all variants have one' "... with the place"
sed 's/name: old/name: old, cpu: max/' "$T/p.yaml" >"$T/cpu.yaml"
kduel run "$T/cpu.yaml"
like "$rc $err" "^2 .*cpu.yaml:3:20: 'cpu' does not apply" "a CPU of the plan's: refused"


facts() { sql "select group_concat(distinct value) from fact where key = '$1' and boot > $before"; }
states() { sql "select group_concat(status) from (select status from boot where id > $before order by status)"; }
# Run a plan; its boots are those behind $before. At the end known-good runs, and nothing is armed.
campaign() { # what, exit code, statuses, arguments...
	before=$(sql 'select coalesce(max(id), 0) from boot' 2>/dev/null || echo 0)
	: >"$M/boots"
	kduel run "${@:4}"
	like "$rc" "^($2)$" "$1: exit code $2" "$err"
	is "$(states)" "$3" "$1: $3" "$(sql "select detail from boot where id > $before")" "$err"
}
at_home() { # what
	is "$(cat "$M/cmdline") $(cat "$M/over/boot/grub/grubenv" "$M/over/sys/kernel/kexec_loaded")" \
		"$(cat "$M/good.cmdline") 0" "$1: and known-good is back"
	like "$(tail -n 2 "$XDG_CACHE_HOME/kduel/machines/m.journal")" '^at [0-9]+ [^ ]+ [0-9]+ known-good$' \
		"$1: as the journal says"
}

# --- by each method ---
campaign "two kernels in turn by kexec" '[014]' ok,ok "$T/p.yaml"
is "$(cut -d ' ' -f 1 "$M/boots" | tr '\n' ' ')" "kexec kexec firmware " "kexec each, and home through the firmware"
is "$(facts boot/method) $(facts boot/proof)" "kexec token, build id" "as facts"
like "$(facts identity/cmdline)" 'root=/dev/vda1 console=ttyS0 quiet mitigations=off panic=10 kduel.boot=[0-9a-f]{32}' \
	"known-good's command line, the variant's and kduel's"
like "$(facts machine/up_ms),$(facts machine/push_ms)" '^[0-9]+,[0-9]+,[0-9]+,[0-9]+$' "how long each state took"
at_home "kexec"
machine
campaign "by the loader that the machine has" '[014]' ok "$T/one.yaml"
is "$(facts boot/method)" grub "which is GRUB"
like "$(cat "$M/over/boot/grub/custom.cfg")" '^if \[ "\$\{default\}" = kduel \]; then set fallback=0; fi$' "with a fallback"
at_home "GRUB"
machine 'boot: kexec'
fault kexec-load
campaign "kexec that fails, once more through the loader" '[014]' ok "$T/one.yaml"
like "$(facts boot/method) $(facts boot/retried)" '^grub kexec: .*kexec_load failed: Operation not permitted' "as facts"
no_faults


# --- what fails: the kernel, or the machine under it ---
power() { printf 'power: {cycle: "%s", status: "true"}' "$1"; }
reset="echo firmware >$M/next; touch $M/reset"
machine 'boot: grub' "$(power "$reset")"
plan 5 new >"$T/five.yaml"
fault panic 'test) 2'
campaign "a kernel that panics" '[0134]' "panic,panic,panic" "$T/five.yaml"
like "$err" 'variant new failed 3 boots in a row, the last with panic: it is put aside' "is put aside"
at_home "a panic"
no_faults
fault hang
campaign "a kernel that hangs" '[0134]' boot-timeout "$T/one.yaml"
like "$err" 'machine m is back on known-good: kduel cycled its power' "the power is cycled"
like "$(sql "select detail from boot where id > $before")" 'the console shows the kernel begin to boot' "... and the reason stored"
at_home "a hang"
no_faults
machine 'boot: kexec'
fault dead
campaign "a machine that does not come back" 3 boot-timeout "$T/one.yaml"
like "$err" 'machine m was given up, it does not come back to known-good: ' "is given up"
no_faults

# --- kills ---
# The machine is put right by whoever comes next, and the schedule is finished.
kill_at() { # state
	before=$(sql 'select coalesce(max(id), 0) from boot')
	local journal=$XDG_CACHE_HOME/kduel/machines/m.journal from
	from=$(wc -l <"$journal")
	"$KDUEL" run --quiet "$T/p.yaml" >/dev/null 2>&1 </dev/null &
	for _ in $(seq 3000); do
		tail -n "+$((from + 1))" "$journal" | grep -q " 1 $1\$" && break
		sleep 0.01
	done
	kill -9 $!
	wait $! 2>/dev/null
	kduel run --quiet --resume latest
	like "$rc" '^[014]$' "killed at $1: --resume finishes" "$err"
	is "$(sql "select group_concat(slot) from (select slot from boot where id > $before and status = 'ok' order by slot)")" 0,1 \
		"killed at $1: the same schedule" "$(sql "select status, detail from boot where id > $before")"
	at_home "killed at $1"
}
machine 'boot: grub'
kill_at up
if [ "${1:-}" = all ]; then
	for state in reserve preflight push arm armed go down verified hello jobs home; do kill_at $state; done
	machine 'boot: kexec'
	for state in armed go up; do kill_at $state; done
	"$KDUEL" run --quiet "$T/p.yaml" >/dev/null 2>&1 </dev/null &
	for _ in $(seq 3000); do [ "$(tail -n 1 "$XDG_CACHE_HOME/kduel/machines/m.journal" | cut -d ' ' -f 5)" = up ] && break; sleep 0.01; done
	kill -TERM $!
	wait $!
	is $? 130 "a signal ends the campaign"
	at_home "a signal"

	fault silent
	campaign "kexec and loader fail without a word" 3 machine-boot,machine-boot "$T/one.yaml"
	like "$(sql "select detail from boot where id > $before")" 'the kernel did not come up, known-good did' "... with the reason"
	no_faults
	fault kexec-panic
	campaign "a kernel that panics by kexec alone" '[014]' ok "$T/one.yaml"
	is "$(facts boot/method)" grub "boots through the loader"
	no_faults
	machine 'boot: grub'
	fault other-kernel
	campaign "another kernel comes up" 3 machine-wrong-kernel,machine-wrong-kernel "$T/one.yaml"
	no_faults
	fault grub-silent
	campaign "grub-reboot that does nothing" 3 machine-arm,machine-arm "$T/one.yaml"
	no_faults
	fault grub-unspent
	campaign "GRUB that cannot clear its entry" 3 machine-arm,machine-arm "$T/one.yaml"
	no_faults
	machine 'boot: grub' "$(power true)"
	fault dead
	campaign "a power command that lies" 3 boot-timeout "$T/one.yaml"
	like "$err" 'given up.*waited for it: .*; cycled its power: ' "... is not believed"
	no_faults
	fault stuck
	machine 'boot: grub' "$(power "$reset")"
	campaign "a machine that does not leave" 3 machine-down,machine-down "$T/one.yaml"
	no_faults
	fault btrfs
	machine
	kduel run --quiet "$T/one.yaml"
	like "$rc $err" '^3 .*grubenv is on btrfs, where GRUB cannot clear a one-time entry' "grubenv on btrfs: refused before anything is stored"
	no_faults
fi
machine 'boot: no'
kduel run --quiet "$T/one.yaml"
like "$rc $err" "^2 .*m.yaml says 'boot: no'" "a machine that must not be booted"
nothing_left "nothing is left"
finish
