# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
# bootable.sh: the machine of sshd.sh, which can also be booted. A loop stands for firmware and power; its sessions control
# that with fake versions of kexec, reboot, GRUB and systemd-boot. A "kernel" is a file of a hundred bytes: what really runs
# is the kernel of this host, but with boot id, command line, notes and console of the machine. Source it after tap.sh,
# then call `machine_boots_up`.
# shellcheck source=tests/sshd.sh
. "$(dirname "${BASH_SOURCE[0]}")/sshd.sh"
# shellcheck disable=SC2153 # $M is set there

# Faults of the machine, a file each in $M/fault: see the loop and the tools. For the fault of a kernel, the file has a
# string that selects the Images that have it.
fault() { printf '%s' "${2:-}" >"$M/fault/$1"; } # word, part of an Image
no_faults() { rm -f "$M"/fault/*; }

# The parts of an arm64 Image that kduel reads: the magic, the banner, and a note with a build id.
make_image() { # file, digit of its build id
	{
		head -c 56 /dev/zero
		printf 'ARM\x64\0\0\0\0Linux version %s (test) %s\n\0' "$(uname -r)" "$2"
		head -c 40 /dev/zero
		printf '\4\0\0\0\24\0\0\0\3\0\0\0GNU\0'
		printf '%020d' "$2"
	} >"$1"
}

# Choose the boot loader: GRUB, or systemd-boot with an EFI system partition of its own.
LOADER_GUID=4a67b082-0a4c-41cf-b6c7-440b29bb8c4f
loader() { # grub|systemd-boot
	local vars=$M/over/firmware/efi/efivars
	rm -rf "$M/over/firmware" "$M/over/esp"
	mkdir -p "$vars" "$M/over/esp"
	if [ "$1" = systemd-boot ]; then
		mkdir -p "$M/over/esp/loader/entries"
		printf '\6\0\0\0s\0d\0' >"$vars/LoaderInfo-$LOADER_GUID"
	fi
}

tool() { printf '#!/bin/sh\n%s\n' "$2" >"$M/bin/$1"; chmod 755 "$M/bin/$1"; }

# shellcheck disable=SC2016 # what is in single quotes is for the tools' own shell
make_tools() {
	ONE_SHOT=/sys/firmware/efi/efivars/LoaderEntryOneShot-$LOADER_GUID
	# Never reboot the host.
	for t in reboot kexec bootctl poweroff shutdown halt grub-mkrelpath; do tool $t 'exit 1'; done
	# If the init of this host is systemd, sessions reboot through systemctl.
	tool systemctl 'case $1 in kexec) exec kexec -e ;; *) exec reboot ;; esac'
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
	tool bootctl 'v='$ONE_SHOT'
		case $1 in
		-x) echo /boot/efi ;;
		set-oneshot)
			[ ! -e '"$M"'/fault/bootctl ] || { echo "Failed to set EFI variable: No space left on device" >&2; exit 1; }
			[ ! -e '"$M"'/fault/bootctl-silent ] || exit 0
			if [ -z "$2" ]; then rm -f $v; else { printf "\7\0\0\0"; printf "%s\0" "$2" | sed "s/./&\x00/g"; } >$v; fi ;;
		*) exit 1 ;;
		esac'
	# A boot command of the machine's owner: the firmware boots what it was given.
	tool owner-boot '[ ! -e '"$M"'/fault/owner ] || { echo "the PXE server is down" >&2; exit 4; }
		[ ! -e '"$M"'/fault/owner-hangs ] || exec sleep 60
		[ ! -e '"$M"'/fault/owner-silent ] || exit 0
		cp "$KDUEL_IMAGE" '"$M"'/owner.image && echo "$KDUEL_CMDLINE" >'"$M"'/owner.cmdline
		echo "$KDUEL_RELEASE ${KDUEL_INITRD:-none}" >'"$M"'/owner.rest'
	tool df 'f=$(cat '"$M"'/fault/full 2>/dev/null) d=$2
		[ "$d" != . ] || d=$PWD
		case $f:$d in /*:"$f"*) echo; echo "/dev/x 10 9 1000 99% $f"; exit ;; esac
		exec /bin/df "$@"'
	# A machine whose files differ from what was copied there.
	tool sha256sum '[ ! -e '"$M"'/fault/disk-lies ] || exec echo 0000000000000000000000000000000000000000000000000000000000000000
		exec /usr/bin/sha256sum "$@"'
	tool grub-reboot '[ -e '"$M"'/fault/grub-silent ] || echo "next_entry=$1" >/boot/grub/grubenv'
}

# Does this kernel have this fault?
has_fault() { [ -e "$M/fault/$1" ] && grep -qa -e "$(cat "$M/fault/$1")" "$2"; } # word, Image

# A hung machine: its sshd accepts connections and sends its banner, but nothing more, until a reset.
machine_hangs() {
	perl -MSocket -e 'socket(S, PF_INET, SOCK_STREAM, 0) && setsockopt(S, SOL_SOCKET, SO_REUSEADDR, 1) &&
		bind(S, sockaddr_in($ARGV[0], INADDR_LOOPBACK)) && listen(S, 9) or die $!;
		while (accept($c, S)) { syswrite $c, "SSH-2.0-OpenSSH_9.2\r\n"; push @all, $c; undef $c }' "$PORT" &
	while [ ! -e "$M/reset" ]; do sleep 0.05; done
	kill -9 $!
	wait $! 2>/dev/null
}

# Act as firmware, loader and kernel, with output on the console. $M/next says how to boot: "kexec" or "firmware". Sets boot
# id, command line and notes of the system that runs then.
boot_next() {
	local how image='' cmdline entry var=$M/over/firmware/efi/efivars/LoaderEntryOneShot-$LOADER_GUID
	how=$(cat "$M/next" 2>/dev/null)
	rm -f "$M/next"
	cmdline=$(cat "$M/good.cmdline")
	if [ "$how" = kexec ]; then
		image=$M/kexec.image cmdline=$(cat "$M/kexec.cmdline")
	elif [ -e "$M/owner.image" ]; then
		mv "$M/owner.image" "$M/owner.booted"
		image=$M/owner.booted cmdline=$(cat "$M/owner.cmdline")
	elif [ -e "$var" ]; then
		entry=$M/over/esp/loader/entries/$(tail -c +5 "$var" | tr -d '\0')
		[ -e "$M/fault/sd-unspent" ] || rm -f "$var"
		image=$M/over/esp$(sed -n 's/^linux //p' "$entry")
		cmdline="initrd=\\x $(sed -n 's/^options //p' "$entry")"
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
			# Some machines store the end of the log, under a name that the next crash reuses.
			if [ -e "$M/fault/pstore" ]; then
				mkdir -p "$M/over/var/lib/systemd/pstore"
				printf 'Panic#1 Part1\n<0>[    1.000000] Kernel panic - not syncing: test\n<0>in <b>old_function</b>\n' \
					>"$M/over/var/lib/systemd/pstore/dmesg-efi-1"
			fi
			image='' cmdline=$(cat "$M/good.cmdline")
		elif has_fault silent "$image"; then # falls back to known-good, with nothing on the console
			sed -i '/Kernel command line/d' "$M/console"
			image='' cmdline=$(cat "$M/good.cmdline")
		elif has_fault handshake "$image"; then
			machine_hangs
			image='' cmdline=$(cat "$M/good.cmdline")
		elif has_fault hang "$image"; then
			while [ ! -e "$M/reset" ]; do sleep 0.05; done
			image='' cmdline=$(cat "$M/good.cmdline")
		fi
	fi
	rm -f "$M/reset"
	if [ -n "$image" ] && [ -e "$M/fault/other-host" ]; then
		cp "$M/host_key" "$M/host_key.good"
		rm -f "$M/host_key"
		ssh-keygen -q -t ed25519 -N '' -f "$M/host_key" -C test
	fi
	while [ -e "$M/fault/dead" ]; do sleep 0.05; done
	cat /proc/sys/kernel/random/uuid >"$M/boot_id"
	echo "$cmdline" >"$M/cmdline"
	echo 0 >"$M/over/sys/kernel/kexec_loaded"
	tail -c 36 "${image:-$M/good.image}" >"$M/over/sys/kernel/notes"
	echo "$how $cmdline" >>"$M/boots"
}

# When the machine goes down, sshd ends. The tools leave a note how to boot; without one, it comes back as it was.
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
	mkdir -p "$M/fault" "$M/over/boot/grub" "$M/over/boot/efi" "$M/over/sys/kernel"
	loader grub
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
	# Use an agent that runs on this host as the one for arm64.
	mkdir -p "$M/agents"
	cp "$(dirname "$KDUEL")/build/agent-$(uname -m)" "$M/agents/agent-aarch64" 2>/dev/null ||
		cp "$(dirname "$KDUEL")/agent-$(uname -m)" "$M/agents/agent-aarch64"
	export KDUEL_AGENT_DIR=$M/agents
	# shellcheck disable=SC2016
	words='mount --bind "'$M'/over/boot" /boot || exit 1
		mount --bind "'$M'/over/esp" /boot/efi || exit 1
		mount --bind "'$M'/over/firmware" /sys/firmware || exit 1
		mount --bind /sys/firmware/efi/efivars /sys/firmware/efi/efivars || exit 1
		[ ! -e "'$M'/fault/efi-read-only" ] || mount -o remount,bind,ro /sys/firmware/efi/efivars || exit 1
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

# --- campaigns on it ---
# Machine m, two kernels, and two plans: p.yaml boots each kernel once, one.yaml only the new one.
campaigns_up() {
	FILE=$XDG_CONFIG_HOME/kduel/machines/m.yaml
	JOURNAL=$XDG_CACHE_HOME/kduel/machines/m.journal
	mkdir -p "${FILE%/*}"
	ssh-keyscan -p "$PORT" 127.0.0.1 2>/dev/null | grep ed25519 >"$M/known_hosts"
	make_image "$T/old.image" 1
	make_image "$T/new.image" 2
	plan 1 old,new >"$T/p.yaml"
	plan 1 new >"$T/one.yaml"
}
deadlines() { echo "deadlines: {connect: ${1}s, command: 60s, push: 60s, power: 4s, down: 20s, up: ${2}s}"; } # connect, up
# On a busy host it may take long to come up. Tests set shorter timeouts for what never happens.
machine() { # more lines; deadlines among them count
	local given
	given=$(printf '%s\n' "$@" | grep -c '^deadlines:')
	printf '%s\n' "host: 127.0.0.1" "port: $PORT" "ssh_config: $M/ssh_config" "console: tail -n 0 -f $M/console" "$@" >"$FILE"
	[ "$given" != 0 ] || deadlines 60 60 >>"$FILE"
}
power() { printf 'power: {cycle: "%s", status: "true"}' "$1"; } # command
power_cycle() { power "echo firmware >$M/next; touch $M/reset"; }
plan() { # boots, variants
	printf '%s\n' 'target: {kind: ssh, machine: m, host_wait: 0}' variants:
	case $2 in *old*) echo "- {name: old, kernel: {image: $T/old.image}}" ;; esac
	case $2 in *new*) echo "- {name: new, kernel: {image: $T/new.image}, cmdline: \"mitigations=off\"}" ;; esac
	case $2 in *old*new*) echo 'baseline: old' ;; esac
	printf '%s\n' 'workloads: ["null"]' 'collectors: [env, identity]' "boots: $1" 'iterations: 2' 'warmup: 0'
}
# Values of the boots of the last campaign: those after $before.
facts() { sql "select group_concat(distinct value) from fact where key = '$1' and boot > $before"; }
states() { sql "select group_concat(status) from (select status from boot where id > $before order by status)"; }
why() { sql "select detail from boot where id > $before"; }
last_boot() { sql 'select coalesce(max(id), 0) from boot' 2>/dev/null || echo 0; }
campaign() { # what, exit status, statuses of its boots, arguments...
	before=$(last_boot)
	: >"$M/boots"
	kduel run "${@:4}"
	# shellcheck disable=SC2154 # kduel() sets rc and err
	like "$rc" "^($2)$" "$1: exit status $2" "$err"
	is "$(states)" "$3" "$1: boots are $3" "$(why)" "$err"
}
at_home() { # what
	is "$(cat "$M/cmdline") $(cat "$M/over/boot/grub/grubenv" "$M/over/sys/kernel/kexec_loaded") $(find "$M/over/firmware" -name "*OneShot*")" \
		"$(cat "$M/good.cmdline") 0 " "$1: known-good runs again, nothing is left to boot"
	like "$(tail -n 2 "$JOURNAL")" '^at [0-9]+ [^ ]+ [0-9]+ known-good$' "$1: the journal ends with known-good"
}
# Run a plan until its first boot is in this state. A campaign also begins with `home`: for that, run until the way back
# from the second boot.
start_until() { # state, plan
	local from after=1 gone=
	[ "$1" != home ] || after='/ 2 jobs$/'
	from=$(wc -l 2>/dev/null <"$JOURNAL" || echo 0)
	"$KDUEL" run --quiet "$2" >"$T/out" 2>"$T/err" </dev/null &
	while ! tail -n "+$((from + 1))" "$JOURNAL" 2>/dev/null | sed -n "$after,\$p" | grep -q " 1 $1\$"; do
		[ -z "$gone" ] || { ok 1 "kduel comes to state $1" "$(cat "$T/err")"; return; }
		# If kduel has ended, check the journal once more.
		kill -0 $! 2>/dev/null || gone=1
		sleep 0.01
	done
}
# The next kduel recovers the machine and completes the schedule.
kill_at() { # state
	before=$(last_boot)
	start_until "$1" "$T/p.yaml"
	kill -9 $!
	wait $! 2>/dev/null
	kduel run --quiet --resume latest
	like "$rc" '^[014]$' "killed at $1: --resume finishes" "$err"
	is "$(sql "select group_concat(slot) from (select slot from boot where id > $before and status = 'ok' order by slot)")" 0,1 \
		"killed at $1: both slots of the schedule have a good boot" "$(sql "select status, detail from boot where id > $before")"
	at_home "killed at $1"
}
