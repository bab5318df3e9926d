#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Real machines that boot kernels: each method, each state and its failure, the ways back to known-good,
# kills at any state. The machine is an sshd and a loop of shell (tests/bootable.sh), so that a boot takes
# a second.
# shellcheck source=tests/tap.sh
. "$(dirname "$0")/../tap.sh"
# shellcheck source=tests/bootable.sh
. "$(dirname "$0")/../bootable.sh"
# shellcheck disable=SC2153 # $M is set there

if ! unshare -rm true 2>/dev/null; then
	skip "real machines" "this user may not make namespaces (unshare -rm), which stand for the machine"
	finish
fi
machine_boots_up
make_image "$T/old.image" 1
make_image "$T/new.image" 2
file=$XDG_CONFIG_HOME/kduel/machines/m.yaml
mkdir -p "${file%/*}"
machine() { # more lines
	printf '%s\n' "host: 127.0.0.1" "port: $PORT" "ssh_config: $M/ssh_config" "console: tail -n 0 -f $M/console" \
		"deadlines: {connect: 6s, command: 10s, down: 3s, up: 6s}" "$@" >"$file"
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
states() { sql "select group_concat(status) from (select status from boot where id > $before order by id)"; }
# Run a plan; its boots are those behind $before. At the end known-good runs, and nothing is armed.
campaign() { # what, exit code, statuses, arguments...
	before=$(sql 'select coalesce(max(id), 0) from boot' 2>/dev/null || echo 0)
	: >"$M/boots"
	kduel run --quiet "${@:4}"
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

nothing_left "nothing is left"
finish
