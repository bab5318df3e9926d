#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# server.sh [PART...]: check with plain commands, without kduel, that the stand-in server does what a real one
# does. The tests of kduel on it rely on that.
# shellcheck source=tests/tap.sh
. "$(dirname "$0")/../tap.sh"
# shellcheck source=tests/metal/lib
. "$(dirname "$0")/lib"

# Power control by IPMI and by Redfish, and requests that must be refused.
power() {
	local id
	is "$(remote id -un) $(ssh -F "$SSH_CONFIG" -n metal-admin sudo -n id -un)" "root root" "root logs in by ssh, and user admin has sudo"
	ssh -F "$SSH_CONFIG" -n metal-plain sudo -n true 2>/dev/null
	isnt $? 0 "user plain has no sudo"

	id=$(boot_id)
	is "$($IPMI chassis power status)" "Chassis Power is on" "IPMI: the power is on"
	begin
	$IPMI chassis power cycle >/dev/null
	new_boot "$id"
	ok $? "IPMI: a power cycle reboots the server ($(took))"
	$IPMI -P wrong chassis power status >/dev/null 2>&1
	isnt $? 0 "IPMI: a wrong password is refused"

	is "$(curl -sf -m 60 --netrc-file "$NETRC" "$REDFISH" | jq -r .PowerState)" On "Redfish: the power is on"
	curl -sf -m 60 -u kduel:wrong "$REDFISH"
	is $? 22 "Redfish: a wrong password is refused"
	redfish ForceOff
	is "$(curl -sf -m 60 --netrc-file "$NETRC" "$REDFISH" | jq -r .PowerState) $($IPMI chassis power status)" \
		"Off Chassis Power is off" "Redfish: after ForceOff, Redfish and IPMI say that the power is off"
	redfish Nonsense
	is $? 22 "Redfish: an unknown reset type is refused"
	id=$(boot_id 2>/dev/null)
	is "$id" "" "Redfish: after ForceOff, ssh gets no answer"
	begin
	redfish On
	new_boot "$id"
	ok $? "Redfish: On boots the server ($(took))"
	id=$(boot_id)
	begin
	redfish ForceRestart
	new_boot "$id"
	ok $? "Redfish: ForceRestart reboots the server ($(took))"
}

redfish() { # reset type
	curl -sf -m 60 --netrc-file "$NETRC" -H 'Content-Type: application/json' -d "{\"ResetType\": \"$1\"}" \
		"$REDFISH/Actions/ComputerSystem.Reset"
}
isnt() { local r=0; [ "$1" != "$2" ] || r=1; ok $r "$3" "got: $1"; }

# kexec to another kernel, and from that to a third one.
kexec() {
	local id name token n=0
	push old
	push new
	for name in old new; do
		id=$(boot_id)
		token=kexec-$name-$$
		begin
		kexec_to $name "token=$token"
		new_boot "$id"
		ok $? "kexec $((++n)): the server boots ($(took))"
		is_kernel $name "$token" "kexec $n: kernel $name runs, with the token of this boot"
	done
	id=$(boot_id)
	begin
	remote 'reboot' 2>/dev/null
	new_boot "$id"
	is_kernel good "" "kexec: a reboot returns to known-good ($(took))"
}

# One-time entries of a boot loader: of a good kernel, of one that panics, of a file that is no kernel.
one_shot() { # loader
	local id
	id=$(boot_id)
	begin
	arm "$1" good-start token=once
	remote reboot 2>/dev/null
	new_boot "$id"
	ok $? "$1: the server boots with a one-time entry ($(took))"
	is_kernel old once "$1: the kernel of the one-time entry runs"
	id=$(boot_id)
	begin
	remote reboot 2>/dev/null
	new_boot "$id"
	is_kernel good "" "$1: the next reboot starts known-good ($(took))"

	id=$(boot_id)
	begin
	arm "$1" panic
	remote reboot 2>/dev/null
	new_boot "$id"
	is_kernel good "" "$1: a kernel that panics at once is followed by known-good ($(took))"
	like "$(tail -c 400000 "$CONSOLE")" 'panic - not syncing.*[Uu]nable to mount root' "$1: the panic is on the console"

	id=$(boot_id)
	begin
	arm "$1" unloadable
	remote reboot 2>/dev/null
	if [ "$1" = systemd-boot ]; then
		# systemd-boot gives up, and the firmware stays in its shell: only a power cycle helps.
		for _ in $(seq "$patience"); do tail -c 2000 "$CONSOLE" | grep -q 'Shell>' && break; sleep 1; done
		tail -c 2000 "$CONSOLE" | grep -q 'Shell>'
		ok $? "$1: a kernel file that cannot be loaded ends in the firmware's shell ($(took))"
		server power "$RUN" cycle
	fi
	new_boot "$id"
	is_kernel good "" "$1: a kernel file that cannot be loaded is followed by known-good ($(took))"
}

# Set a one-time entry for the next boot.
arm() { # loader, good-start|panic|unloadable, more words of the command line
	local root="${CMDLINE/root=\/dev\/vda2/root=/dev/none}" words="$CMDLINE ${3:-}" image=Image
	[ "$2" != panic ] || words=$root
	[ "$2" != unloadable ] || image=no-image
	# A file of zeroes, not an empty one, so that the loader has to read it to see that it is no kernel.
	if [ "$1" = grub ]; then
		remote "head -c 5000 /dev/zero >/boot/kduel-test/old/no-image
			printf '%s\n' 'set fallback=0' 'menuentry test --id test {' 'linux /boot/kduel-test/old/$image $words' \
			'$([ "$2" = panic ] || echo initrd /boot/kduel-test/old/initrd)' '}' >/boot/grub/custom.cfg
			grub-reboot test && grub-editenv list | grep -qx next_entry=test"
	else
		remote "mkdir -p /boot/efi/test && cp -u /boot/kduel-test/old/* /boot/efi/test/
			head -c 5000 /dev/zero >/boot/efi/test/no-image
			printf '%s\n' 'title test' 'linux /test/$image' 'options $words' \
			'$([ "$2" = panic ] || echo initrd /test/initrd)' >/boot/efi/loader/entries/test.conf
			sync; bootctl --esp-path=/boot/efi set-oneshot test.conf"
	fi
	ok $? "$1: a one-time entry is set ($2)"
}

# After a crash, pstore has the kernel log: in EFI variables (efi_pstore) or in RAM (ramoops).
evidence() { # backend
	local id
	is "$(remote cat /sys/module/pstore/parameters/backend 2>/dev/null)" "$1" "pstore: the backend is $1"
	id=$(boot_id)
	begin
	remote 'sync; (sleep 1; echo c >/proc/sysrq-trigger) >/dev/null 2>&1 </dev/null &'
	new_boot "$id"
	ok $? "a crash is followed by known-good ($(took))"
	like "$(remote 'cat /sys/fs/pstore/dmesg*')" 'sysrq triggered crash' "pstore: the log of the crash can be read after the reboot"
	is "$(remote 'rm -f /sys/fs/pstore/*; ls /sys/fs/pstore')" "" "pstore: the log of the crash can be removed"
}

# A kernel that hangs after a panic: the hardware watchdog resets it, and the reset's reason can be read.
watchdog() {
	local id
	id=$(boot_id)
	begin
	remote 'sync; echo 0 >/proc/sys/kernel/panic
		(exec 3>/dev/watchdog; sleep 1; echo c >/proc/sysrq-trigger) >/dev/null 2>&1 </dev/null &'
	new_boot "$id"
	ok $? "the watchdog ends a hang ($(took))"
	is "$(remote cat /sys/class/watchdog/watchdog0/bootstatus)" 32 "the watchdog's boot status is WDIOF_CARDRESET after that"
}

link() {
	local id
	id=$(boot_id)
	server link "$RUN" down
	disconnect
	connect 20
	isnt $? 0 "ssh gets no answer while the network cable is unplugged"
	server link "$RUN" up
	begin
	for _ in $(seq 30); do connect && break; done
	is "$(boot_id)" "$id" "the same boot answers when the cable is plugged in again ($(took))"
}

# The console can be watched live, by one client at a time; the log file has all of it.
console() {
	local id
	timeout 600 "$TOP/tests/metal/server" console "$RUN" </dev/null >"$T/seen" 2>/dev/null &
	for _ in $(seq 50); do grep -q hello-console "$T/seen" && break; remote 'echo hello-console >/dev/console'; done
	grep -q hello-console "$T/seen"
	ok $? "\`server console\` shows the console live"
	kill $! 2>/dev/null
	like "$(cat "$CONSOLE")" 'hello-console' "the console's log file has the same"
}

# No process of the server survives `server stop`, a kill of its supervisor, or the end of its leash process.
leftovers() {
	local how pid
	for how in stop kill leash; do
		RUN=$T/left-$how
		sleep 1000 &
		pid=$!
		server start "$RUN" --boot direct --no-wait --leash $pid >/dev/null
		case $how in
		stop) server stop "$RUN" ;;
		kill) kill -KILL "$(cat "$RUN/supervisor")" ;;
		leash) kill -KILL $pid ;;
		esac
		kill $pid 2>/dev/null
		wait $pid 2>/dev/null
		for _ in $(seq 100); do pgrep -f "$RUN" >/dev/null || break; sleep 0.1; done
		is "$(pgrep -af "$RUN")" "" "$how: no process is left"
	done
}

[ $# -gt 0 ] || set -- grub once-grub once-systemd-boot kexec-grub kexec-direct el2 systemd leftovers
for part in "$@"; do
	case $part in
	grub)
		up "$T/grub" --boot grub --smp 1
		is_kernel good "" "grub: the known-good kernel runs"
		power; link; console; watchdog; evidence efi_pstore
		down ;;
	once-grub|once-systemd-boot)
		loader=${part#once-}
		up "$T/$loader" --boot "$loader" --smp 1
		push old
		one_shot "$loader"
		down ;;
	kexec-grub|kexec-direct)
		up "$T/$part" --boot "${part#kexec-}" --smp 2
		[ "$part" = kexec-grub ] || evidence ramoops
		kexec
		down ;;
	systemd)
		up "$T/systemd" --boot systemd-boot --init systemd --smp 2
		like "$(remote systemctl is-system-running)" '^(running|starting|degraded)$' "systemd is the init process"
		id=$(boot_id)
		begin
		remote systemctl reboot
		new_boot "$id"
		ok $? "systemctl reboot reboots the server ($(took))"
		down ;;
	el2)
		up "$T/el2" --boot direct --el2 --cpu neoverse-n1
		like "$(remote dmesg)" 'kvm \[1\]: .*VHE mode initialized' "el2: KVM is initialized"
		remote test -c /dev/kvm
		ok $? "el2: there is a /dev/kvm"
		down ;;
	leftovers) leftovers ;;
	esac
done
finish
