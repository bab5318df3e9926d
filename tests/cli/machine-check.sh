#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# kduel machine check --reboot: a reboot and a power cycle, each proven by a new boot id, on the machine of
# tests/bootable.sh; and power commands that lie or hang.
# shellcheck source=tests/tap.sh
. "$(dirname "$0")/../tap.sh"
# shellcheck source=tests/bootable.sh
. "$(dirname "$0")/../bootable.sh"
# shellcheck disable=SC2153 # $M is set there

machine_boots_up
file=$XDG_CONFIG_HOME/kduel/machines/m.yaml
mkdir -p "${file%/*}"
# A busy host may be slow, so use short timeouts only for what never happens.
machine() { # more lines; $down: seconds
	printf '%s\n' "host: 127.0.0.1" "port: $PORT" "ssh_config: $M/ssh_config" \
		"deadlines: {connect: 60s, command: 60s, down: ${down:-20}s, up: 60s, power: 4s}" "$@" >"$file"
}
ssh-keyscan -p "$PORT" 127.0.0.1 2>/dev/null | grep ed25519 >"$M/known_hosts"
boots() { wc -l <"$M/boots"; }
: >"$M/boots"

machine
kduel machine check m
is "$rc $(boots)" "0 0" "a check alone boots nothing" "$out"
like "$out" '^ok +boot: by grub, its boot loader' "a check alone says how the machine would be booted"
kduel machine check m --reboot
is $rc 0 "kduel machine check --reboot" "$out"
like "$out" "^ok +reboot: boot $(cut -c 1-8 "$M/boot_id") after [0-9a-f]{8}, in " "the reboot is proven"
is "$(cat "$M/boots")" "firmware $(cat "$M/good.cmdline")" "the reboot went through the firmware"
like "$out" "^note +power: no commands" "without power commands the check says so"

: >"$M/boots"
machine "power: {status: echo Chassis Power is on, cycle: \"echo firmware >$M/next\"}"
kduel machine check m --reboot
is "$rc $(boots)" "0 2" "with a power command: a reboot and a cycle" "$out"
like "$out" "^ok +power cycle: boot $(cut -c 1-8 "$M/boot_id") after " "the cycle is proven"
: >"$M/boots"
machine "power: {status: echo off, cycle: \"echo firmware >$M/next\"}"
kduel machine check m --reboot
is "$rc $(boots)" "3 0" "a BMC that says that the power is off: missing, and nothing is rebooted"
like "$out" '^MISSING +power: it is off' "a BMC that says that the power is off: reported as missing"
down=8 machine "power: {status: echo Chassis Power is on, cycle: exit 0}"
kduel machine check m --reboot
is $rc 3 "a power command that lies"
like "$out" '^MISSING +power cycle: the power commands exited with 0, but did not reset the machine' "a power command that does nothing: reported as missing"
machine "power: {status: echo Chassis Power is on, cycle: sleep 60}"
kduel machine check m --reboot
is $rc 3 "a power command that hangs"
like "$out" '^MISSING +power cycle: power cycle: the command did not end within 4.0s' "a power command that hangs: reported as missing, after its deadline"
machine 'boot: no'
kduel machine check m --reboot
is $rc 3 "a machine that is not to be booted"
like "$out" "^MISSING +a reboot: .*says 'boot: no'" "a machine with 'boot: no': a reboot is reported as missing"
fault btrfs
machine 'boot: grub'
kduel machine check m --reboot
is $rc 3 "a grubenv that GRUB cannot clear"
like "$out" '^MISSING +grubenv: /boot/grub is on btrfs' "a grubenv that GRUB cannot clear: reported as missing"
like "$err" 'not rebooted: first add what is missing' "a grubenv that GRUB cannot clear: the machine is not rebooted"
kduel machine clean m
is $rc 0 "clean after all that" "$err"
like "$out$err" '^/var/lib/kduel$|nothing of kduel' "clean after all that: lists what it removed"
finish
