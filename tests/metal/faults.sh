#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# faults.sh [PART...]: each fault of a machine that boots kernels, by its name, and a kill of kduel at each
# state, on the machine of shell (tests/bootable.sh): no QEMU. A part of it is in tests/cli. METAL_ROUNDS (1)
# is how often.
# shellcheck source=tests/tap.sh
. "$(dirname "$0")/../tap.sh"
# shellcheck source=tests/bootable.sh
. "$(dirname "$0")/../bootable.sh"
# shellcheck disable=SC2153 # $M is set there

machine_boots_up
campaigns_up
refused() { # what, pattern
	local had
	had=$(last_boot)
	kduel run --quiet "$T/one.yaml"
	like "$rc $err" "^3 .*$2" "$1: refused before anything is stored"
	is "$(last_boot)" "$had" "$1: no boot"
}

# Kduel is killed at each state, by each way of booting, and told to stop.
kills() {
	local state
	machine 'boot: grub'
	for state in reserve preflight push arm armed go down up verified hello jobs home; do kill_at $state; done
	machine 'boot: kexec'
	for state in armed go up; do kill_at $state; done
	loader systemd-boot
	machine 'boot: systemd-boot'
	for state in armed go up; do kill_at $state; done
	loader grub
	machine 'boot: grub'
	start_until up "$T/p.yaml"
	kill -TERM $!
	wait $!
	is $? 130 "a signal ends the campaign"
	at_home "a signal"
}

by_systemd_boot() {
	local had
	had=$(find "$M/over/boot/kduel" -type f 2>/dev/null) # of other parts, by GRUB
	machine 'boot: systemd-boot'
	refused "another loader" 'it cannot be booted by systemd-boot: systemd-boot did not boot this system.*\(machine-arm\)'
	loader systemd-boot
	fault efi-read-only
	refused "EFI variables that cannot be written" 'efivarfs is read-only'
	kduel machine check m
	like "$rc $out" '^MISSING +systemd-boot: .*efivars is mounted read-only' "... and the check says so"
	no_faults
	machine
	campaign "by the loader that the machine has" '[014]' ok "$T/one.yaml"
	is "$(facts boot/method) $(facts boot/proof)" "systemd-boot token, build id" "which is systemd-boot"
	like "$(cat "$M/over/esp/loader/entries/kduel.conf")" '^linux /kduel/Image-[0-9a-f]{12}$' "the entry names the file on its partition"
	is "$(find "$M/over/boot/kduel" -type f 2>/dev/null)" "$had" "... and none is elsewhere"
	at_home "systemd-boot"
	machine 'boot: systemd-boot'
	fault full /boot/efi
	rm -f "$M"/over/esp/kduel/*
	campaign "an EFI partition that is full" 3 machine-disk-full,machine-disk-full "$T/one.yaml"
	like "$(why)" 'no room for kernel [^ ]+ in /boot/efi/kduel: 1000.* free, and kduel has nothing there' "... with what is free"
	no_faults
	fault bootctl
	campaign "an EFI variable that cannot be written" 3 machine-arm,machine-arm "$T/one.yaml"
	like "$(why)" 'arm a boot by systemd-boot: Failed to set EFI variable: No space left on device' "... says the machine"
	no_faults
	fault bootctl-silent
	campaign "bootctl that does nothing" 3 machine-arm,machine-arm "$T/one.yaml"
	like "$(why)" 'bootctl returned 0, but the firmware has no one-time entry' "... is found out"
	no_faults
	loader grub
}

by_command() {
	machine 'boot: command' 'boot_command: owner-boot'
	campaign "by a command of the owner's" '[014]' ok,ok "$T/p.yaml"
	is "$(facts boot/method) $(cat "$M/owner.rest")" "command $(uname -r) none" "which is told image, initramfs and release"
	at_home "a command"
	fault owner
	campaign "a command that fails" 3 machine-arm,machine-arm "$T/one.yaml"
	like "$(why)" 'arm a boot by command: the PXE server is down \(status 4\)' "... with its words"
	no_faults
	fault owner-silent
	campaign "a command that lies" 3 machine-boot,machine-boot "$T/one.yaml"
	like "$(why)" 'known-good came up instead of the kernel' "... is found out by what comes up"
	at_home "a command that lies"
	no_faults
	deadlines 60 60 | sed 's/command: 60s/command: 6s/' >"$T/deadlines"
	machine 'boot: command' 'boot_command: owner-boot' "$(cat "$T/deadlines")"
	fault owner-hangs
	campaign "a command that hangs" 3 machine-lost,machine-lost "$T/one.yaml"
	like "$(why)" 'it could not arm a boot by command: no answer within 6' "... is left after its deadline"
	no_faults
}

by_kexec_and_grub() {
	machine 'boot: kexec'
	fault silent
	campaign "kexec and loader fail without a word" 3 machine-boot,machine-boot "$T/one.yaml"
	like "$(why)" 'known-good came up instead of the kernel' "... with the reason"
	no_faults
	fault kexec-silent
	campaign "kexec that loads nothing and says that it did" '[014]' ok "$T/one.yaml"
	like "$(facts boot/retried)" 'kexec returned 0, but the kernel has nothing loaded' "... is found out, and the loader boots it"
	no_faults
	fault kexec-panic
	campaign "a kernel that panics by kexec alone" '[014]' ok "$T/one.yaml"
	is "$(facts boot/method)" grub "boots through the loader"
	no_faults
	machine 'boot: grub'
	fault other-kernel
	campaign "another kernel comes up" 3 machine-wrong-kernel,machine-wrong-kernel "$T/one.yaml"
	at_home "another kernel"
	no_faults
	fault grub-silent
	campaign "grub-reboot that does nothing" 3 machine-arm,machine-arm "$T/one.yaml"
	no_faults
	fault grub-unspent
	campaign "GRUB that cannot clear its entry" 3 machine-arm,machine-arm "$T/one.yaml"
	like "$(why)" 'GRUB did not clear next_entry.*kduel has cleared it' "... which kduel does"
	no_faults
	fault btrfs
	machine
	refused "grubenv on btrfs" 'grubenv is on btrfs, where GRUB cannot clear a one-time entry'
	no_faults
}

# What is on its disk.
disk() {
	machine 'boot: grub'
	mkdir -p "$M/over/boot/kduel"
	head -c 90 "$T/new.image" >"$M/over/boot/kduel/Image-$(sha256sum <"$T/new.image" | cut -c 1-12)"
	campaign "a truncated Image of an earlier push" '[014]' ok "$T/one.yaml"
	at_home "a truncated Image"
	rm -f "$M"/over/boot/kduel/Image-*
	fault disk-lies
	campaign "a disk that keeps something else" 3 machine-push,machine-push "$T/one.yaml"
	like "$(why)" 'SHA-256 differs' "... is found out"
	no_faults
	fault full /boot
	rm -f "$M"/over/boot/kduel/Image-*
	campaign "/boot is full" 3 machine-disk-full,machine-disk-full "$T/one.yaml"
	like "$(why)" 'no room for kernel [^ ]+ in /boot/kduel' "... is said"
	is "$(find "$M/over/boot/kduel" -name '*.part')" "" "... and no half file is left"
	no_faults
	campaign "after all that" '[014]' ok "$T/one.yaml"
	at_home "after all that"
}

# The machine is switched on again, and somebody has brought it home.
revive() {
	no_faults
	until (exec 3<>"/dev/tcp/127.0.0.1/$PORT") 2>/dev/null; do sleep 0.1; done
	cat "$M/good.cmdline" >"$M/cmdline"
}

# Connections come about at once, and sshd says so much later who it is.
slow_login() { # seconds, or nothing to end it
	cat >"$M/slow" <<-'PERL'
	use IO::Socket::INET; use IO::Select;
	sleep $ARGV[0];
	my $s = IO::Socket::INET->new("$ARGV[1]:$ARGV[2]") or exit 1;
	my $both = IO::Select->new($s, \*STDIN);
	while (1) { for ($both->can_read) {
		sysread($_, my $some, 65536) or exit;
		syswrite($_ == $s ? \*STDOUT : $s, $some);
	} }
	PERL
	sed -i '/ProxyCommand/d' "$M/ssh_config"
	[ -z "${1:-}" ] || echo "	ProxyCommand perl $M/slow $1 %h %p" >>"$M/ssh_config"
}

# What takes longer than an attempt to log in, and less than the deadline for that.
takes_its_time() {
	machine 'boot: grub' "$(deadlines 24 120)"
	slow_login 8
	campaign "a machine that says nothing for 8 seconds" '[014]' ok "$T/one.yaml"
	at_home "a slow machine"
	slow_login
}

# The network, the power, and what answers behind them.
power_and_network() {
	machine 'boot: grub' "$(power true)" "$(deadlines 60 6)"
	fault dead
	campaign "a power command that lies" 3 boot-timeout "$T/one.yaml"
	like "$err" 'given up.*waited for it: .*; power-cycled it: ' "... is not believed"
	revive
	machine 'boot: grub' "$(power 'sleep 600')" "$(deadlines 60 6)"
	fault dead
	campaign "a BMC that hangs" 3 boot-timeout "$T/one.yaml"
	like "$err" 'given up.*power-cycled it: power cycle: the command did not end within 4.0s' "... has a deadline"
	revive
	machine 'boot: grub' "$(power 'echo Error: Unable to establish IPMI session; exit 1')" "$(deadlines 60 6)"
	fault dead
	campaign "a BMC that is dead" 3 boot-timeout "$T/one.yaml"
	like "$err" 'given up.*power-cycled it: .*Unable to establish IPMI session' "... with its words"
	revive
	# Its sshd takes seconds to come back each time, which do not end the wait before the count does.
	machine 'boot: grub' "$(power_cycle)" "$(deadlines 60 600)"
	sed -i 's/down: 20s/down: 5s/' "$FILE"
	fault stuck
	campaign "a machine that does not leave" 3 machine-down,machine-down "$T/one.yaml"
	# Where systemd is not the init of this host, sshd ends before `reboot` does nothing.
	like "$(why)" 'it was told to reboot(, but keeps answering| twice, .* and still answers)' "... is said"
	no_faults
	machine 'boot: grub' "$(power_cycle)" "$(deadlines 24 12)"
	fault handshake
	campaign "an sshd that hangs in the exchange of keys" '[0134]' boot-timeout "$T/one.yaml"
	like "$err" 'machine m is back on known-good: kduel power-cycled it' "... until its power is cycled"
	at_home "a hang in the exchange of keys"
	no_faults
	machine 'boot: grub'
	fault other-host
	campaign "another host key after the boot" 3 machine-host-key "$T/one.yaml"
	like "$(why)" 'its host key has changed' "... ends it at once"
	no_faults
	cp "$M/host_key.good" "$M/host_key"
	touch "$M/next"
	campaign "the key is the old one again" '[014]' ok "$T/one.yaml"
	at_home "another host key"
}

# In the middle of the work.
while_it_works() {
	local pid
	sed "s/\"null\"/null: {work: 2s}/; s/iterations: 2/iterations: 5/" "$T/one.yaml" >"$T/long.yaml"
	machine 'boot: grub' "$(power_cycle)"
	before=$(last_boot)
	fault pstore
	start_until jobs "$T/long.yaml"
	agent_up
	echo '[  100.000000] Kernel panic - not syncing: in the middle' >>"$M/console"
	echo firmware >"$M/next"
	wait $!
	like "$(states)" '^(ok,)?panic(,panic)*$' "a panic in the middle is the kernel's" "$(why)"
	at_home "a panic in the middle"
	no_faults
	before=$(last_boot)
	start_until jobs "$T/long.yaml"
	pid=$!
	agent_up
	SSHD_PID=$(cat "$M/sshd.pid")
	machine_down
	wait "$pid"
	like "$(states)" '^machine-lost' "a network that was cut is not" "$(why)"
	like "$(why)" 'the connection to machine m was lost; it is up, and was not booted meanwhile' "... as the machine says when it is back"
	at_home "a cut network"
}

[ $# -gt 0 ] || set -- kills by_systemd_boot by_command by_kexec_and_grub disk power_and_network takes_its_time while_it_works
for _ in $(seq "${METAL_ROUNDS:-1}"); do
	for part in "$@"; do
		echo "# $part"
		"$part"
	done
done
nothing_left "nothing is left"
finish
