#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# faults.sh [PART...]: every fault that a machine can have while it boots kernels, and a kill of kduel in each
# state. The machine is the one of shell scripts (tests/bootable.sh), so no QEMU is needed.
# tests/cli/machine-boots.sh has some of it, too. METAL_ROUNDS (1) is how many times to run the parts.
# shellcheck source=tests/tap.sh
. "$(dirname "$0")/../tap.sh"
# shellcheck source=tests/bootable.sh
. "$(dirname "$0")/../bootable.sh"
# shellcheck disable=SC2153 # $M is set there

machine_boots_up
campaigns_up
refused() { # what, pattern of the error
	local had
	had=$(last_boot)
	kduel run --quiet "$T/one.yaml"
	like "$rc $err" "^3 .*$2" "$1: refused before anything is stored"
	is "$(last_boot)" "$had" "$1: no boot is stored"
}

# Kill kduel in each state; then, for the other ways to boot, in those around the boot; then send SIGTERM.
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
	is $? 130 "SIGTERM ends the campaign"
	at_home "SIGTERM"
}

by_systemd_boot() {
	local had
	had=$(find "$M/over/boot/kduel" -type f 2>/dev/null) # from other parts of this test
	machine 'boot: systemd-boot'
	refused "another loader" 'it cannot be booted by systemd-boot: systemd-boot did not boot this system.*\(machine-arm\)'
	loader systemd-boot
	fault efi-read-only
	refused "EFI variables that cannot be written" 'efivarfs is read-only'
	kduel machine check m
	like "$rc $out" '^MISSING +systemd-boot: .*efivars is mounted read-only' "EFI variables that cannot be written: kduel machine check finds that"
	no_faults
	machine
	campaign "a machine file without a boot method" '[014]' ok "$T/one.yaml"
	is "$(facts boot/method) $(facts boot/proof)" "systemd-boot token, build id" \
		"a machine file without a boot method: kduel uses systemd-boot, which this machine has"
	like "$(cat "$M/over/esp/loader/entries/kduel.conf")" '^linux /kduel/Image-[0-9a-f]{12}$' "systemd-boot: the entry has the path of the Image on the EFI partition"
	is "$(find "$M/over/boot/kduel" -type f 2>/dev/null)" "$had" "systemd-boot: no Image is copied to /boot/kduel"
	at_home "systemd-boot"
	machine 'boot: systemd-boot'
	fault full /boot/efi
	rm -f "$M"/over/esp/kduel/*
	campaign "an EFI partition that is full" 3 machine-disk-full,machine-disk-full "$T/one.yaml"
	like "$(why)" 'no room for kernel [^ ]+ in /boot/efi/kduel: 1000.* free, and kduel has nothing there' "an EFI partition that is full: the reason has the free space"
	no_faults
	fault bootctl
	campaign "an EFI variable that cannot be written" 3 machine-arm,machine-arm "$T/one.yaml"
	like "$(why)" 'arm a boot by systemd-boot: Failed to set EFI variable: No space left on device' "an EFI variable that cannot be written: the reason has the machine's error"
	no_faults
	fault bootctl-silent
	campaign "bootctl that does nothing" 3 machine-arm,machine-arm "$T/one.yaml"
	like "$(why)" 'bootctl returned 0, but the firmware has no one-time entry' "bootctl that does nothing: kduel notices"
	no_faults
	loader grub
}

by_command() {
	machine 'boot: command' 'boot_command: owner-boot'
	campaign "a boot command" '[014]' ok,ok "$T/p.yaml"
	is "$(facts boot/method) $(cat "$M/owner.rest")" "command $(uname -r) none" "a boot command gets image, initramfs and release"
	at_home "a boot command"
	fault owner
	campaign "a boot command that fails" 3 machine-arm,machine-arm "$T/one.yaml"
	like "$(why)" 'arm a boot by command: the PXE server is down \(status 4\)' "a boot command that fails: the reason has its error"
	no_faults
	fault owner-silent
	campaign "a boot command that does nothing" 3 machine-boot,machine-boot "$T/one.yaml"
	like "$(why)" 'known-good came up instead of the kernel' "a boot command that does nothing: kduel sees that known-good came up"
	at_home "a boot command that does nothing"
	no_faults
	deadlines 60 60 | sed 's/command: 60s/command: 6s/' >"$T/deadlines"
	machine 'boot: command' 'boot_command: owner-boot' "$(cat "$T/deadlines")"
	fault owner-hangs
	campaign "a boot command that hangs" 3 machine-lost,machine-lost "$T/one.yaml"
	like "$(why)" 'it could not arm a boot by command: no answer within 6' "a boot command that hangs: kduel gives up after the deadline"
	no_faults
}

by_kexec_and_grub() {
	machine 'boot: kexec'
	fault silent
	campaign "a kernel that fails silently, by kexec and by GRUB" 3 machine-boot,machine-boot "$T/one.yaml"
	like "$(why)" 'known-good came up instead of the kernel' "a kernel that fails silently: the reason is that known-good came up"
	no_faults
	fault kexec-silent
	campaign "kexec that reports success, but loads nothing" '[014]' ok "$T/one.yaml"
	like "$(facts boot/retried)" 'kexec returned 0, but the kernel has nothing loaded' "kexec that loads nothing: kduel notices and boots by GRUB"
	no_faults
	fault kexec-panic
	campaign "a kernel that panics only after kexec" '[014]' ok "$T/one.yaml"
	is "$(facts boot/method)" grub "a kernel that panics only after kexec is booted by GRUB"
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
	like "$(why)" 'GRUB did not clear next_entry.*kduel has cleared it' "GRUB that cannot clear its entry: kduel clears it"
	no_faults
	fault btrfs
	machine
	refused "grubenv on btrfs" 'grubenv is on btrfs, where GRUB cannot clear a one-time entry'
	no_faults
}

# Files that are damaged or do not fit on the disk.
disk() {
	machine 'boot: grub'
	mkdir -p "$M/over/boot/kduel"
	head -c 90 "$T/new.image" >"$M/over/boot/kduel/Image-$(sha256sum <"$T/new.image" | cut -c 1-12)"
	campaign "a truncated Image of an earlier push" '[014]' ok "$T/one.yaml"
	at_home "a truncated Image"
	rm -f "$M"/over/boot/kduel/Image-*
	fault disk-lies
	campaign "a disk that corrupts files" 3 machine-push,machine-push "$T/one.yaml"
	like "$(why)" 'SHA-256 differs' "a disk that corrupts files: kduel compares checksums"
	no_faults
	fault full /boot
	rm -f "$M"/over/boot/kduel/Image-*
	campaign "/boot is full" 3 machine-disk-full,machine-disk-full "$T/one.yaml"
	like "$(why)" 'no room for kernel [^ ]+ in /boot/kduel' "/boot is full: that is the reason"
	is "$(find "$M/over/boot/kduel" -name '*.part')" "" "/boot is full: no partial file is left"
	no_faults
	campaign "a boot after these faults" '[014]' ok "$T/one.yaml"
	at_home "a boot after these faults"
}

# Switch the machine on again, on known-good.
revive() {
	no_faults
	until (exec 3<>"/dev/tcp/127.0.0.1/$PORT") 2>/dev/null; do sleep 0.1; done
	cat "$M/good.cmdline" >"$M/cmdline"
}

# Make ssh connect at once, but delay sshd's banner.
slow_login() { # seconds; none: no delay any more
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

# A login that takes longer than a single attempt may, but not longer than the deadline.
takes_its_time() {
	machine 'boot: grub' "$(deadlines 24 120)"
	slow_login 8
	campaign "an sshd that sends its banner after 8 seconds" '[014]' ok "$T/one.yaml"
	at_home "a slow machine"
	slow_login
}

# Faults of the power control and of the network, and of the host that answers there.
power_and_network() {
	machine 'boot: grub' "$(power true)" "$(deadlines 60 6)"
	fault dead
	campaign "a power command that does nothing" 3 boot-timeout "$T/one.yaml"
	like "$err" 'given up.*waited for it: .*; power-cycled it: ' "a power command that does nothing: kduel gives up"
	revive
	machine 'boot: grub' "$(power 'sleep 600')" "$(deadlines 60 6)"
	fault dead
	campaign "a BMC that hangs" 3 boot-timeout "$T/one.yaml"
	like "$err" 'given up.*power-cycled it: power cycle: the command did not end within 4.0s' "a BMC that hangs: kduel gives up after the deadline"
	revive
	machine 'boot: grub' "$(power 'echo Error: Unable to establish IPMI session; exit 1')" "$(deadlines 60 6)"
	fault dead
	campaign "a BMC that is dead" 3 boot-timeout "$T/one.yaml"
	like "$err" 'given up.*power-cycled it: .*Unable to establish IPMI session' "a BMC that is dead: the message has its error"
	revive
	# After each failed reboot the fake sshd takes seconds to return. `up` is long enough that kduel gives up
	# because of the number of attempts, not because of this deadline.
	machine 'boot: grub' "$(power_cycle)" "$(deadlines 60 600)"
	sed -i 's/down: 20s/down: 5s/' "$FILE"
	fault stuck
	campaign "a machine that does not reboot" 3 machine-down,machine-down "$T/one.yaml"
	# If this host's init is not systemd, kduel ends sshd first and then calls `reboot`, which does nothing.
	like "$(why)" 'it was told to reboot(, but keeps answering| twice, .* and still answers)' "a machine that does not reboot: that is the reason"
	no_faults
	machine 'boot: grub' "$(power_cycle)" "$(deadlines 24 12)"
	fault handshake
	campaign "an sshd that hangs in the key exchange" '[0134]' boot-timeout "$T/one.yaml"
	like "$err" 'machine m is back on known-good: kduel power-cycled it' "an sshd that hangs in the key exchange: kduel cycles the power"
	at_home "an sshd that hangs in the key exchange"
	no_faults
	machine 'boot: grub'
	fault other-host
	campaign "another host key after the boot" 3 machine-host-key "$T/one.yaml"
	like "$(why)" 'its host key has changed' "another host key after the boot: that is the reason"
	no_faults
	cp "$M/host_key.good" "$M/host_key"
	touch "$M/next"
	campaign "the host key is the old one again" '[014]' ok "$T/one.yaml"
	at_home "the host key is the old one again"
}

# Failures while the workloads run.
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
	like "$(states)" '^(ok,)?panic(,panic)*$' "a panic during a workload: the boot's status is panic" "$(why)"
	at_home "a panic during a workload"
	no_faults
	before=$(last_boot)
	start_until jobs "$T/long.yaml"
	pid=$!
	agent_up
	SSHD_PID=$(cat "$M/sshd.pid")
	machine_down
	wait "$pid"
	like "$(states)" '^machine-lost' "a network that is cut: the boot's status is machine-lost" "$(why)"
	like "$(why)" 'the connection to machine m was lost; it is up, and was not booted meanwhile' \
		"a network that is cut: the reason says that the machine did not reboot"
	at_home "a network that is cut"
}

[ $# -gt 0 ] || set -- kills by_systemd_boot by_command by_kexec_and_grub disk power_and_network takes_its_time while_it_works
for _ in $(seq "${METAL_ROUNDS:-1}"); do
	for part in "$@"; do
		echo "# $part"
		"$part"
	done
done
nothing_left "no process and no file is left behind"
finish
