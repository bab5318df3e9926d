#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Real machines that boot kernels: the common boot methods, failures, ways back to known-good, and a kill. The
# machine is an sshd and a shell loop (tests/bootable.sh), so that a boot takes a second. tests/metal/faults.sh has
# every fault, and a kill in every state.
# shellcheck source=tests/tap.sh
. "$(dirname "$0")/../tap.sh"
# shellcheck source=tests/bootable.sh
. "$(dirname "$0")/../bootable.sh"
# shellcheck source=tests/serve.sh
. "$(dirname "$0")/../serve.sh"
# shellcheck disable=SC2153 # $M is set there

machine_boots_up
campaigns_up
trap '[ -z "$server" ] || kill "$server" 2>/dev/null; machine_off; rm -rf "$T"' EXIT

# --- plans ---
sed 's/, kernel: {image: .*old.image}//' "$T/p.yaml" >"$T/mixed.yaml"
machine 'boot: kexec'
kduel run "$T/mixed.yaml"
is $rc 2 "a plan with kernels for some variants: refused"
like "$err" 'mixed.yaml:3:3: a variant lacks .kernel.: on target kind ssh either all variants have one' "a plan with kernels for some variants: the error has the place"
sed 's/name: old/name: old, cpu: max/' "$T/p.yaml" >"$T/cpu.yaml"
kduel run "$T/cpu.yaml"
like "$rc $err" "^2 .*cpu.yaml:3:20: 'cpu' does not apply" "a CPU of the plan's: refused"

# --- by each method ---
campaign "two kernels in turn by kexec" '[014]' ok,ok "$T/p.yaml"
is "$(cut -d ' ' -f 1 "$M/boots" | tr '\n' ' ')" "kexec kexec firmware " "kexec each, and home through the firmware"
is "$(facts boot/method) $(facts boot/proof)" "kexec token, build id" "facts have the method and the proof"
like "$(facts identity/cmdline)" 'root=/dev/vda1 console=ttyS0 quiet mitigations=off panic=10 kduel.boot=[0-9a-f]{32}' \
	"known-good's command line, the variant's and kduel's"
like "$(facts machine/up_ms),$(facts machine/push_ms)" '^[0-9]+,[0-9]+,[0-9]+,[0-9]+$' "how long each state took"
at_home "kexec"
machine
campaign "by the loader that the machine has" '[014]' ok "$T/one.yaml"
is "$(facts boot/method)" grub "without a method, the machine boots by GRUB"
like "$(cat "$M/over/boot/grub/custom.cfg")" '^if \[ "\$\{default\}" = kduel \]; then set fallback=0; fi$' "GRUB's entry has a fallback"
at_home "GRUB"
loader systemd-boot
machine 'boot: kexec'
fault kexec-load
campaign "kexec that fails, then a boot through the loader" '[014]' ok "$T/one.yaml"
like "$(facts boot/method) $(facts boot/retried)" '^systemd-boot kexec: .*kexec_load failed: Operation not permitted' "facts have the method and the failed attempt"
like "$(cat "$M/over/esp/loader/entries/kduel.conf")" '^linux /kduel/Image-[0-9a-f]{12}$' "systemd-boot's entry names a file of its partition"
at_home "systemd-boot"
no_faults
loader grub

# --- what fails: the kernel, or the machine under it ---
machine 'boot: grub' "$(power_cycle)"
plan 5 new >"$T/five.yaml"
fault panic 'test) 2'
fault pstore
campaign "a kernel that panics" '[0134]' "panic,panic,panic" "$T/five.yaml"
like "$err" 'variant new failed 3 boots in a row, the last with panic: it is put aside' "a variant that failed three times in a row is put aside"
at_home "a panic"
text=$(kduel show latest 1 --text crash/pstore; echo "$out")
like "$text" 'Kernel panic - not syncing: test' "the log in pstore is stored"
is "$(find "$M/over/var/lib" -name "dmesg-*")" "" "the file in pstore is removed from the machine"
serve
status GET "campaign/$(sql 'select uuid from campaign order by id desc limit 1')/boot/1"
link=$(grep -o 'href="[^"]*/pstore"' "$T/body" | cut -d '"' -f 2)
status GET "${link#/}"
like "$code $body" 'Kernel panic - not syncing: test' "the log from pstore can be read from the boot's page" "$link"
like "$body" 'in &lt;b&gt;old_function' "the log from pstore is shown as text"
stop
no_faults
machine 'boot: grub' "$(power "echo firmware >$M/next; touch $M/reset; exit 1")" "$(deadlines 24 12)"
fault hang
campaign "a kernel that hangs" '[0134]' boot-timeout "$T/one.yaml"
like "$err" 'machine m is back on known-good: kduel power-cycled it' "the power is cycled, by a command that fails and has worked"
like "$(sql "select detail from boot where id > $before")" 'the console shows the kernel begin to boot' "a power cycle by a failing command: the boot's detail has the reason"
at_home "a hang"
no_faults
machine 'boot: kexec' "$(deadlines 60 6)"
fault dead
campaign "a machine that does not come back" 3 boot-timeout "$T/one.yaml"
like "$err" 'machine m was given up, since it does not come back to known-good: kduel waited for it: ' "a machine that does not come back: kduel gives it up"
no_faults

# --- kills ---
machine 'boot: command' 'boot_command: owner-boot'
kill_at up
is "$(facts boot/method) $(cat "$M/owner.rest")" "command $(uname -r) none" "a boot command gets what to boot"
machine 'boot: no'
kduel run --quiet "$T/one.yaml"
like "$rc $err" "^2 .*m.yaml says 'boot: no'" "a machine that must not be booted"
nothing_left "nothing is left"
finish
