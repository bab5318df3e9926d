# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
# sshd.sh: a machine for tests of target ssh. It is an sshd on 127.0.0.1, with its own keys and configuration, and with
# some files of the system replaced in its sessions. Source it after tap.sh, then call `machine_up`.
M=$T/machine
SSHD=$(command -v sshd || echo /usr/sbin/sshd)
export XDG_CONFIG_HOME=$T/config XDG_CACHE_HOME=$T/cache

# In each session, files of $M/over appear at their paths, and $M/bin is first in PATH. The content of $M/noise is
# printed first, as the startup files of a login shell may do.
machine_up() {
	local i
	if ! unshare -rm true 2>/dev/null; then
		skip "real machines" "this user may not create namespaces (unshare -rm), in which the machine's sessions run"
		finish
	fi
	mkdir -p "$M/bin" "$M/over/var/tmp" "$M/over/var/lib"
	chmod 755 "$T"
	: >"$M/noise"
	cat /proc/sys/kernel/random/boot_id >"$M/boot_id"
	ssh-keygen -q -t ed25519 -N '' -f "$M/key" -C test
	ssh-keygen -q -t ed25519 -N '' -f "$M/host_key" -C test
	cp "$M/key.pub" "$M/authorized"
	cat >"$M/session" <<-SH
	#!/bin/sh
	# Mounts made here must not be visible outside.
	[ -z "\$KDUEL_IN" ] && KDUEL_IN=1 exec unshare -rm "\$0"
	cat "$M/noise"
	for d in var/tmp var/lib; do mount --bind "$M/over/\$d" "/\$d" || exit 1; done
	mount --bind "$M/boot_id" /proc/sys/kernel/random/boot_id || exit 1
	export PATH="$M/bin:\$PATH" HOME="$M" USER=test
	unset XDG_STATE_HOME TMPDIR KDUEL_DB MARK
	exec sh -c "\$SSH_ORIGINAL_COMMAND"
	SH
	chmod 755 "$M/session"
	for i in 1 2 3 4 5; do
		PORT=$((20000 + RANDOM % 12000 + i))
		cat >"$M/sshd_config" <<-CONF
		Port $PORT
		ListenAddress 127.0.0.1
		HostKey $M/host_key
		AuthorizedKeysFile $M/authorized
		PidFile none
		UsePAM no
		StrictModes no
		PasswordAuthentication no
		KbdInteractiveAuthentication no
		PermitRootLogin prohibit-password
		AcceptEnv none
		ForceCommand $M/session
		CONF
		machine_start && break
	done
	cat >"$M/ssh_config" <<-CONF
	Host *
		IdentityFile $M/key
		IdentitiesOnly yes
		UserKnownHostsFile $M/known_hosts
		GlobalKnownHostsFile none
	CONF
	trap 'machine_down; rm -rf "$T"' EXIT
}

# As root, sshd needs a directory that only an installed service creates.
machine_start() {
	if [ "$(id -u)" = 0 ]; then
		# shellcheck disable=SC2016
		unshare -m sh -c 'mkdir -p /run/sshd; exec "$@"' sh "$SSHD" -D -e -f "$M/sshd_config" 2>>"$M/sshd.log" &
	else
		"$SSHD" -D -e -f "$M/sshd_config" 2>>"$M/sshd.log" &
	fi
	SSHD_PID=$!
	for _ in $(seq 1000); do
		(exec 3<>"/dev/tcp/127.0.0.1/$PORT") 2>/dev/null && return 0
		kill -0 $SSHD_PID 2>/dev/null || return 1
		sleep 0.05
	done
	return 1
}

# Cut the network: drop all connections, and accept no new ones.
machine_down() {
	local all
	all=$(pgrep -P "$SSHD_PID" 2>/dev/null)
	# shellcheck disable=SC2046,SC2086
	kill -9 "$SSHD_PID" $all $(for p in $all; do pgrep -P "$p"; done) 2>/dev/null
	wait "$SSHD_PID" 2>/dev/null
}

# Wait until an agent runs on the machine, or until none does.
has_agent() { [ -e "$M/over/var/lib/kduel/agent.pid" ] && ! no_agent; }
no_agent() { flock -n "$M/over/var/lib/kduel/agent.pid" true; }
agent_up() { await has_agent; }
agent_gone() { await no_agent; }

# Are all processes and files of this test gone, here and on the machine, except sshd? Sets left.
all_clean() {
	left=$(find "$TMPDIR" -mindepth 1 -maxdepth 1; pgrep -af "$T" | grep -v 'pgrep\|sshd'
		no_agent || echo an agent)
	[ -z "$left" ]
}

nothing_left() { # name
	local left=
	await all_clean
	is "$left" "" "$1"
}
