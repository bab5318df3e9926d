#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# server.sh [PART...]: the stand-in server does what a real one does, by plain commands: without kduel.
# What kduel is tested against has to be true first.
# shellcheck source=tests/tap.sh
. "$(dirname "$0")/../tap.sh"
# shellcheck source=tests/metal/lib
. "$(dirname "$0")/lib"

# Both ways to the power button, and what must not work.
power() {
	local id
	is "$(remote id -un) $(ssh -F "$SSH_CONFIG" -n metal-admin sudo -n id -un)" "root root" "root by ssh, and by sudo"
	ssh -F "$SSH_CONFIG" -n metal-plain sudo -n true 2>/dev/null
	isnt $? 0 "another user has no sudo"

	id=$(boot_id)
	is "$($IPMI chassis power status)" "Chassis Power is on" "IPMI: the power is on"
	begin
	$IPMI chassis power cycle >/dev/null
	new_boot "$id"
	ok $? "IPMI: power cycle boots it anew ($(took))"
	$IPMI -P wrong chassis power status >/dev/null 2>&1
	isnt $? 0 "IPMI: a wrong password opens nothing"

	is "$(curl -sf -m 60 --netrc-file "$NETRC" "$REDFISH" | jq -r .PowerState)" On "Redfish: the power is on"
	curl -sf -m 60 -u kduel:wrong "$REDFISH"
	is $? 22 "Redfish: a wrong password opens nothing"
	redfish ForceOff
	is "$(curl -sf -m 60 --netrc-file "$NETRC" "$REDFISH" | jq -r .PowerState) $($IPMI chassis power status)" \
		"Off Chassis Power is off" "Redfish: off, and both say so"
	redfish Nonsense
	is $? 22 "Redfish: a reset type that is not there is refused"
	id=$(boot_id 2>/dev/null)
	is "$id" "" "what is off does not answer"
	begin
	redfish On
	new_boot "$id"
	ok $? "Redfish: on again ($(took))"
	id=$(boot_id)
	begin
	redfish ForceRestart
	new_boot "$id"
	ok $? "Redfish: a reset ($(took))"
}

redfish() { # reset type
	curl -sf -m 60 --netrc-file "$NETRC" -H 'Content-Type: application/json' -d "{\"ResetType\": \"$1\"}" \
		"$REDFISH/Actions/ComputerSystem.Reset"
}
isnt() { local r=0; [ "$1" != "$2" ] || r=1; ok $r "$3" "got: $1"; }

# To another kernel and on to a third without the firmware.
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
		ok $? "kexec $((++n)): another boot ($(took))"
		is_kernel $name "$token" "kexec $n: it is kernel $name with our token"
	done
	id=$(boot_id)
	begin
	remote 'reboot' 2>/dev/null
	new_boot "$id"
	is_kernel good "" "a reboot is back at known-good ($(took))"
}

# An entry that holds once, of each loader. `arm` makes it the next one.
one_shot() { # loader
	local id
	id=$(boot_id)
	begin
	arm "$1" good-start token=once
	remote reboot 2>/dev/null
	new_boot "$id"
	ok $? "$1: the entry is booted ($(took))"
	is_kernel old once "$1: it is the kernel of the entry"
	id=$(boot_id)
	begin
	remote reboot 2>/dev/null
	new_boot "$id"
	is_kernel good "" "$1: once only, then known-good ($(took))"

	id=$(boot_id)
	begin
	arm "$1" panic
	remote reboot 2>/dev/null
	new_boot "$id"
	is_kernel good "" "$1: a panic at once ends on known-good ($(took))"
	like "$(tail -c 400000 "$CONSOLE")" 'panic - not syncing.*[Uu]nable to mount root' "$1: the panic is on the console"

	id=$(boot_id)
	begin
	arm "$1" unloadable
	remote reboot 2>/dev/null
	if [ "$1" = systemd-boot ]; then
		# It gives up, and firmware offers its shell for ever: only the power button is left.
		for _ in $(seq "$patience"); do tail -c 2000 "$CONSOLE" | grep -q 'Shell>' && break; sleep 1; done
		tail -c 2000 "$CONSOLE" | grep -q 'Shell>'
		ok $? "$1: a kernel file that cannot be loaded ends in the firmware's shell ($(took))"
		server power "$RUN" cycle
	fi
	new_boot "$id"
	is_kernel good "" "$1: a kernel file that cannot be loaded, then known-good ($(took))"
}

arm() { # loader, good-start|panic|unloadable, more words of the command line
	local root="${CMDLINE/root=\/dev\/vda2/root=/dev/none}" words="$CMDLINE ${3:-}" image=Image
	[ "$2" != panic ] || words=$root
	[ "$2" != unloadable ] || image=no-image
	# Not an empty file: loaders are to find out by looking at it.
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
	ok $? "$1: $2 is armed"
}

# What is left of a crash, where the firmware or the memory keeps it.
evidence() { # backend
	local id
	is "$(remote cat /sys/module/pstore/parameters/backend 2>/dev/null)" "$1" "pstore: $1 keeps it"
	id=$(boot_id)
	begin
	remote 'sync; (sleep 1; echo c >/proc/sysrq-trigger) >/dev/null 2>&1 </dev/null &'
	new_boot "$id"
	ok $? "a crash is followed by known-good ($(took))"
	like "$(remote 'cat /sys/fs/pstore/dmesg*')" 'sysrq triggered crash' "pstore: the crash can be read after it"
	is "$(remote 'rm -f /sys/fs/pstore/*; ls /sys/fs/pstore')" "" "pstore: and removed"
}

# A kernel that panics and stays so: hardware ends that, and says it was it.
watchdog() {
	local id
	id=$(boot_id)
	begin
	remote 'sync; echo 0 >/proc/sys/kernel/panic
		(exec 3>/dev/watchdog; sleep 1; echo c >/proc/sysrq-trigger) >/dev/null 2>&1 </dev/null &'
	new_boot "$id"
	ok $? "the watchdog ends a hang ($(took))"
	is "$(remote cat /sys/class/watchdog/watchdog0/bootstatus)" 32 "and says that it was it"
}

link() {
	local id
	id=$(boot_id)
	server link "$RUN" down
	disconnect
	connect 20
	isnt $? 0 "no answer while the cable is out"
	server link "$RUN" up
	begin
	for _ in $(seq 30); do connect && break; done
	is "$(boot_id)" "$id" "the same boot answers when it is back ($(took))"
}

# One at a time sees the console; the file has all of it.
console() {
	local id
	timeout 600 "$TOP/tests/metal/server" console "$RUN" </dev/null >"$T/seen" 2>/dev/null &
	for _ in $(seq 50); do grep -q hello-console "$T/seen" && break; remote 'echo hello-console >/dev/console'; done
	grep -q hello-console "$T/seen"
	ok $? "the console is seen as it is written"
	kill $! 2>/dev/null
	like "$(cat "$CONSOLE")" 'hello-console' "and kept"
}

# Nothing survives: not the server's end, not that of what holds it, not that of who started it.
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
		is_kernel good "" "it is the known-good kernel"
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
		like "$(remote systemctl is-system-running)" '^(running|starting|degraded)$' "systemd is the init"
		id=$(boot_id)
		begin
		remote systemctl reboot
		new_boot "$id"
		ok $? "systemctl reboot ($(took))"
		down ;;
	el2)
		up "$T/el2" --boot direct --el2 --cpu neoverse-n1
		like "$(remote dmesg)" 'kvm \[1\]: .*VHE mode initialized' "at EL2 it can be a host itself"
		remote test -c /dev/kvm
		ok $? "and has /dev/kvm"
		down ;;
	leftovers) leftovers ;;
	esac
done
finish
