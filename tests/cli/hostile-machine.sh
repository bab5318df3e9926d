#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# A hostile or broken real machine: endless output before and after the login, answers that are huge or contain escape
# sequences or paths, another program as the agent. Each case ends in time with a status that names the machine, and
# harms neither the disk nor the terminal of this host.
# shellcheck source=tests/tap.sh
. "$(dirname "$0")/../tap.sh"
# shellcheck source=tests/sshd.sh
. "$(dirname "$0")/../sshd.sh"
# shellcheck disable=SC2153 # $M is set there

machine_up
mkdir -p "$XDG_CONFIG_HOME/kduel/machines" "$T/tmp"
export TMPDIR=$T/tmp
file=$XDG_CONFIG_HOME/kduel/machines/m.yaml
cat >"$file" <<YAML
host: 127.0.0.1
port: $PORT
ssh_config: $M/ssh_config
deadlines: {connect: 20s, command: 15s}
YAML
ssh-keyscan -p "$PORT" 127.0.0.1 2>/dev/null >"$M/known_hosts"
cat >"$T/p.yaml" <<YAML
target: {kind: ssh, machine: m, host_wait: 0, boot_timeout: 60s}
variants: [{name: running}]
workloads: ["null"]
collectors: [env, identity]
boots: 1
iterations: 2
warmup: 0
YAML
kduel run "$T/p.yaml"
is $rc 0 "a machine without faults" "$err"
sed -i s/60s/3s/ "$T/p.yaml"

# No output of the machine gets to the terminal as an escape sequence, and none is too long.
harmless() { # what
	is "$(grep -c $'\e' <<<"$out$err")" 0 "$1: no escape sequence"
	ok "$([ ${#out} -lt 20000 ] && [ ${#err} -lt 20000 ]; echo $?)" "$1: few words (${#out} and ${#err} bytes)"
	is "$(ls "$T/tmp")" "" "$1: nothing is left"
}
wide() { printf 'head -c 3000000 /dev/zero | tr "\\0" x; printf "\\033]0;owned\\007\\n"'; }

# --- before the login: a script replaces ssh, with the output that a server could cause ---
mkdir "$T/bin"
printf '#!/bin/sh\nexec yes "WARNING: a banner" >&2\n' >"$T/bin/ssh"
chmod 755 "$T/bin/ssh"
PATH=$T/bin:$PATH kduel machine check m
is $rc 3 "banners without end"
like "$err$out" 'its output while logging in has no end' "banners without end: the error names them"
harmless "banners without end"

# --- answers ---
fake() { printf '#!/bin/sh\n%s\n' "$2" >"$M/bin/$1" && chmod 755 "$M/bin/$1"; }
for program in uname id df date; do fake $program "$(wide)"; done
kduel machine check m
is $rc 3 "programs that print 3 MB and an escape sequence: the machine will not do"
harmless "machine check"
rm "$M"/bin/{id,df,date}
kduel run --quiet "$T/p.yaml"
is $rc 3 "programs that print 3 MB and an escape sequence: no plan is run"
harmless "run"
fake uname 'case $1 in -m) echo ../../../../bin/true ;; *) exec /bin/uname "$@" ;; esac'
kduel run --quiet "$T/p.yaml"
is $rc 3 "an architecture that is a path"
like "$err" 'no agent for architecture' "an architecture that is a path: the error says that there is no agent for it"
rm "$M/bin/uname"
fake sha256sum 'exec yes'
kduel run --quiet "$T/p.yaml"
is $rc 3 "a program of the scripts prints without end"
like "$err" 'is not what was sent: its SHA-256 differs' "a program that prints without end: the script reads only as much as it needs"
left=0
for p in $(pgrep -x yes); do ! grep -qz "^HOME=$M" "/proc/$p/environ" 2>/dev/null || left=$((left + 1)); done
is $left 0 "a program that prints without end has ended"
harmless "sha256sum"
rm "$M/bin/sha256sum"

# --- the agent: another program under its name ---
agent=$(basename "$M"/over/var/lib/kduel/agent-*)
hash=$(sha256sum <"$M/over/var/lib/kduel/$agent")
# The machine reports the hash of the real agent, but runs another program.
instead() { # script
	printf '#!/bin/sh\n%s\n' "$1" >"$M/over/var/lib/kduel/$agent"
	fake sha256sum "echo '$hash'"
}
for how in 'exec yes' 'exec yes >&2' "$(wide); exec sleep 1000" 'kill -9 $$' 'echo "$3"; exec yes "{}"'; do
	instead "$how"
	before=$SECONDS
	kduel run --quiet "$T/p.yaml"
	took=$((SECONDS - before))
	ok "$([ $rc -eq 3 ] || [ $rc -eq 4 ]; echo $?)" "the agent is '$how': exit code $rc" "$err"
	ok "$([ $took -lt 600 ]; echo $?)" "the agent is '$how': kduel ends after $took s"
	harmless "agent '$how'"
	like "$(sql 'select status from boot order by id desc limit 1')" '^(agent-died|protocol|machine-|boot-timeout|target-killed)' \
		"the agent is '$how': the boot's status says why"
done

# Its messages are shown on one line, and cannot look like a message or event of kduel.
instead 'echo "$3"
echo "{\"t\":\"hello\",\"proto\":1,\"version\":\"x\",\"arch\":\"x\",\"release\":\"1\",\"uptime_ns\":1}"
printf "%s\n" "{\"t\":\"log\",\"text\":\"a\\n{\\\"event\\\":\\\"end\\\",\\\"state\\\":\\\"forged\\\"}\\nkduel: forged\"}"
exec sleep 1000'
kduel run --progress json "$T/p.yaml"
like "$err" 'the agent: a \{"event":"end","state":"forged"\} kduel: forged' "lines in a note of the agent"
is "$(grep -c -e '^kduel: forged' -e '^{.*forged' <<<"$err")" 0 "lines in a note of the agent are not printed as kduel's own"
finish
