# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
# bootable.sh: the machine of sshd.sh with everything that boots it: a loop that stands for firmware and
# power, and kexec, reboot, GRUB, systemd-boot by which its sessions reach that loop. A "kernel" is a
# file of a hundred bytes; what runs is this host's, in other words: boot id, command line, notes and
# console are the machine's. Source it after tap.sh, then `machine_boots_up`.
# shellcheck source=tests/sshd.sh
. "$(dirname "${BASH_SOURCE[0]}")/sshd.sh"
# shellcheck disable=SC2153 # $M is set there

# What of the machine goes wrong, one word a file in $M/fault: see the loop and the tools. What is in the
# file must be in the Image for a kernel's own faults.
fault() { printf '%s' "${2:-}" >"$M/fault/$1"; } # word, part of an Image
no_faults() { rm -f "$M"/fault/*; }

# An arm64 Image as far as kduel looks at it: the magic, the banner, one note with a build id.
make_image() { # file, digit of its build id
	{
		head -c 56 /dev/zero
		printf 'ARM\x64\0\0\0\0Linux version %s (test) %s\n\0' "$(uname -r)" "$2"
		head -c 40 /dev/zero
		printf '\4\0\0\0\24\0\0\0\3\0\0\0GNU\0'
		printf '%020d' "$2"
	} >"$1"
}

tool() { printf '#!/bin/sh\n%s\n' "$2" >"$M/bin/$1"; chmod 755 "$M/bin/$1"; }

# shellcheck disable=SC2016 # what is in single quotes is for the tools' own shell
make_tools() {
	# Nothing of the host's may be told to reboot.
	for t in reboot kexec systemctl bootctl poweroff shutdown halt; do tool $t 'exit 1'; done
	tool uname 'case $1 in -m) echo aarch64 ;; *) exec /bin/uname "$@" ;; esac'
	tool stat 'case $* in "-f -c %T "*) [ -e '"$M"'/fault/btrfs ] && echo btrfs || echo ext2/ext3 ;; *) exec /usr/bin/stat "$@" ;; esac'
	tool lsblk 'echo part'
	tool reboot '[ ! -e '"$M"'/fault/stuck ] || exit 0
		echo firmware >'"$M"'/next'
	tool kexec 'l=/sys/kernel/kexec_loaded
		case $1 in
		-u) echo 0 >$l; exit ;;
		-e) [ "$(cat $l)" = 1 ] || exit 1
			[ ! -e '"$M"'/fault/stuck ] || { sleep 100; exit 1; }
			echo kexec >'"$M"'/next; kill -9 $PPID; exit ;;
		esac
		[ ! -e '"$M"'/fault/kexec-load ] || { echo "kexec_load failed: Operation not permitted" >&2; exit 255; }
		for w; do case $w in --command-line=*) echo "${w#*=}" >'"$M"'/kexec.cmdline ;; /*) cp "$w" '"$M"'/kexec.image ;; esac; done
		[ -e '"$M"'/fault/kexec-silent ] || echo 1 >$l'
	tool grub-editenv 'f=$1 v=
		case $2 in
		list) cat "$f" ;;
		unset) : >"$f" ;;
		esac'
	tool grub-reboot '[ -e '"$M"'/fault/grub-silent ] || echo "next_entry=$1" >/boot/grub/grubenv'
}

# Has the kernel this fault?
has_fault() { [ -e "$M/fault/$1" ] && grep -qa -e "$(cat "$M/fault/$1")" "$2"; } # word, Image

# What firmware, loader and kernel do, as lines of the console. The boot that comes is in $M/next: kexec,
# or firmware. It leaves boot id, command line and notes of the system that is up then.
boot_next() {
	local how image='' cmdline
	how=$(cat "$M/next" 2>/dev/null)
	rm -f "$M/next"
	cmdline=$(cat "$M/good.cmdline")
	if [ "$how" = kexec ]; then
		image=$M/kexec.image cmdline=$(cat "$M/kexec.cmdline")
	elif grep -qx next_entry=kduel "$M/over/boot/grub/grubenv"; then
		[ -e "$M/fault/grub-unspent" ] || : >"$M/over/boot/grub/grubenv"
		grep -q 'source "/kduel/grub.cfg"' "$M/over/boot/grub/custom.cfg" || echo 'error: no entry' >>"$M/console"
		image=$M/over/boot$(sed -n "s/^linux \([^ ]*\).*/\1/p" "$M/over/boot/kduel/grub.cfg")
		cmdline="BOOT_IMAGE=x $(sed -n "s/^linux [^ ]* //p" "$M/over/boot/kduel/grub.cfg" | tr -d "'")"
	fi
	if [ -n "$image" ]; then
		echo "[    0.000000] Kernel command line: $cmdline" >>"$M/console"
		[ ! -e "$M/fault/other-kernel" ] || image=$M/good.image
		if has_fault panic "$image" || { has_fault kexec-panic "$image" && [ "$how" = kexec ]; }; then
			echo "[    1.000000] Kernel panic - not syncing: test" >>"$M/console"
			image='' cmdline=$(cat "$M/good.cmdline")
		elif has_fault silent "$image"; then # falls back and nobody knows why
			sed -i '/Kernel command line/d' "$M/console"
			image='' cmdline=$(cat "$M/good.cmdline")
		elif has_fault hang "$image"; then
			while [ ! -e "$M/reset" ]; do sleep 0.05; done
			image='' cmdline=$(cat "$M/good.cmdline")
		fi
	fi
	rm -f "$M/reset"
	while [ -e "$M/fault/dead" ]; do sleep 0.05; done
	cat /proc/sys/kernel/random/uuid >"$M/boot_id"
	echo "$cmdline" >"$M/cmdline"
	echo 0 >"$M/over/sys/kernel/kexec_loaded"
	tail -c 36 "${image:-$M/good.image}" >"$M/over/sys/kernel/notes"
	echo "$how $cmdline" >>"$M/boots"
}

# sshd ends when the machine goes down: the tools leave word why, or nobody does and it comes back as it was.
machine_loop() {
	trap 'kill -9 $SSHD_PID 2>/dev/null; exit' TERM
	while :; do
		while kill -0 "$SSHD_PID" 2>/dev/null && [ ! -e "$M/next" ]; do sleep 0.02; done
		for _ in $(seq 250); do [ -e "$M/next" ] && break; sleep 0.02; done
		machine_down
		[ ! -e "$M/next" ] || boot_next
		machine_start
		echo "$SSHD_PID" >"$M/sshd.pid"
	done
}

machine_boots_up() {
	local words
	mkdir -p "$M/fault" "$M/over/boot/grub" "$M/over/sys/kernel"
	echo 'root=/dev/vda1 console=ttyS0 quiet' >"$M/good.cmdline"
	cp "$M/good.cmdline" "$M/cmdline" 2>/dev/null
	make_image "$M/good.image" 9
	tail -c 36 "$M/good.image" >"$M/over/sys/kernel/notes"
	echo 0 >"$M/over/sys/kernel/kexec_loaded"
	printf 'next_entry custom.cfg\n' >"$M/over/boot/grub/grub.cfg"
	: >"$M/over/boot/grub/grubenv"
	: >"$M/console"
	machine_up
	make_tools
	# The agent for its architecture is one that runs here.
	mkdir -p "$M/agents"
	cp "$(dirname "$KDUEL")/build/agent-$(uname -m)" "$M/agents/agent-aarch64" 2>/dev/null ||
		cp "$(dirname "$KDUEL")/agent-$(uname -m)" "$M/agents/agent-aarch64"
	export KDUEL_AGENT_DIR=$M/agents
	# shellcheck disable=SC2016
	words='mount --bind "'$M'/over/boot" /boot || exit 1
		mount --bind "'$M'/over/sys/kernel" /sys/kernel || exit 1
		mount --bind "'$M'/cmdline" /proc/cmdline || exit 1'
	sed -i "/boot_id. .proc/r /dev/stdin" "$M/session" <<<"$words"
	disown "$SSHD_PID"
	machine_loop 2>/dev/null &
	LOOP_PID=$!
	trap 'machine_off; rm -rf "$T"' EXIT
}

machine_off() {
	local all
	kill -9 "$LOOP_PID" 2>/dev/null
	wait "$LOOP_PID" 2>/dev/null
	SSHD_PID=$(cat "$M/sshd.pid" 2>/dev/null || echo "$SSHD_PID")
	machine_down
}
