#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# kduel fleet with a real Slurm and two fake machines. munged, slurmctld and two slurmd run in a PID namespace
# of their own, so they all die when this script ends.
if [ -z "${FLEET_IN:-}" ]; then
	if [ "$(id -u)" != 0 ]; then
		echo "not ok 1 - needs root: Slurm's daemons drop their groups, which no user namespace allows"
		echo 1..1
		exit 1
	fi
	FLEET_IN=1 exec unshare -m -n -u -p -f --kill-child --mount-proc "$0"
fi
# shellcheck source=tests/tap.sh
. "$(dirname "$0")/../tap.sh"
export XDG_CONFIG_HOME=$T/config XDG_CACHE_HOME=$T/cache SLURM_CONF=$T/slurm/slurm.conf
F=$T/fleet S=$T/slurm
mkdir -p "$F" "$S/state" "$S/spool" "$XDG_CONFIG_HOME/kduel/machines"
chmod 755 "$T" "$S"

# slurmctld must resolve its own host name: name the host localhost. getaddrinfo() finds nothing if lo has
# only 127.0.0.1, so add another address.
hostname localhost
ip link set lo up
ip addr add 10.99.0.1/32 dev lo

for m in sut1 sut2; do echo "host: $m.example.org" >"$XDG_CONFIG_HOME/kduel/machines/$m.yaml"; done
printf 'host: localhost\nmax_time: 9h\n' >"$T/fleet.yaml"
kduel fleet slurm "$T/fleet.yaml"
is "$rc" 0 "kduel fleet slurm prints Slurm's configuration" "$err"
cp "$T/out" "$S/kduel.conf"
# Slurm of bookworm has no cgroup plugin "disabled"; that of trixie needs it if no cgroups are mounted.
cgroup=disabled
case $(slurmd -V) in *" 22."*) cgroup=cgroup/v1 ;; esac
echo "CgroupPlugin=$cgroup" >"$S/cgroup.conf"
cat >"$S/slurm.conf" <<CONF
ClusterName=lab
SlurmctldHost=localhost
AuthType=auth/munge
AuthInfo=socket=$S/munge.sock
SlurmUser=root
SlurmdUser=root
StateSaveLocation=$S/state
SlurmdSpoolDir=$S/spool/%n
SlurmctldPidFile=$S/slurmctld.pid
SlurmdPidFile=$S/slurmd-%n.pid
SlurmctldLogFile=$S/slurmctld.log
SlurmdLogFile=$S/slurmd-%n.log
SlurmdParameters=config_overrides
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
SelectType=select/linear
SwitchType=switch/none
MpiDefault=none
ReturnToService=2
include $S/kduel.conf
CONF

dd if=/dev/urandom of="$S/munge.key" bs=128 count=1 status=none
chmod 600 "$S/munge.key"
munged --foreground --force --socket="$S/munge.sock" --key-file="$S/munge.key" --pid-file="$S/munge.pid" \
	--log-file="$S/munge.log" --seed-file="$S/munge.seed" >"$S/munged.out" 2>&1 &
for _ in $(seq 100); do [ -S "$S/munge.sock" ] && break; sleep 0.1; done
slurmctld -D >"$S/slurmctld.out" 2>&1 &
declare -A slurmd
start_slurmd() { # node
	slurmd -D -N "$1" >>"$S/slurmd-$1.out" 2>&1 &
	slurmd[$1]=$!
}
begin=$(date +%s%N)
start_slurmd sut1
start_slurmd sut2
node() { sinfo --noheader --Node --nodes="$1" --format=%T 2>&1; }
job() { squeue --noheader --jobs="$1" --states=all --format=%T 2>&1; }
wait_for() { # seconds, expected output, command...
	local until=$((SECONDS + $1)) want=$2
	shift 2
	while [ "$("$@")" != "$want" ]; do
		[ $SECONDS -lt $until ] || return 1
		sleep 0.2
	done
}
idle() { wait_for 60 idle node "$1"; }
idle sut1 && idle sut2
ok $? "two nodes are idle after $((($(date +%s%N) - begin) / 1000000)) ms" "$(tail -n 5 "$S"/*.out "$S"/*.log)"

# A plan with two variants.
plan() { # boots of each variant, minimal duration of a boot in ms
	cat <<-YAML
	name: night-\${machine}
	target: {kind: fake}
	variants:
	  - {name: ref, fake: {boot_delay: ${2}ms}}
	  - {name: new, fake: {boot_delay: ${2}ms}}
	baseline: ref
	workloads: [{hackbench: {groups: 2}}]
	boots: $1
	iterations: 2
	warmup: 0
	YAML
}
submit() { kduel fleet submit "$T/plan.yaml" --dir "$F" "$@"; }
last() { find "$F/$1" -mindepth 1 -maxdepth 1 | sort | tail -n 1; }
boots() { # directory
	sql "select count(*) from boot where status = 'ok'" "$1/results.db" 2>/dev/null || echo 0
}
id() { cat "$(last "$1")/slurm.id"; }
some_boots() { # machine: wait until its last job has two boots
	local d
	d=$(last "$1")
	for _ in $(seq 300); do [ "$(boots "$d")" -lt 2 ] || return 0; sleep 0.1; done
	return 1
}

# Two jobs at once.
plan 4 500 >"$T/plan.yaml"
submit --machines sut1,sut2
is "$rc" 0 "two jobs: fleet submit submits one for each machine" "$err"
some_boots sut1 && some_boots sut2
ok $? "two jobs: both boot" "$(squeue --all)"
is "$(job "$(id sut1)") $(job "$(id sut2)")" "RUNNING RUNNING" "two jobs: both run at the same time"
kduel fleet status --dir "$F"
like "$out" '^sut1 +(allocated|mixed) +[0-9]+ +running$' "two jobs: fleet status shows a running job"
wait_for 60 "COMPLETED" job "$(id sut1)" && wait_for 60 "COMPLETED" job "$(id sut2)"
ok $? "two jobs: both complete" "$(cat "$F"/*/*/log.txt)"
is "$(boots "$(last sut1)") $(boots "$(last sut2)")" "8 8" "two jobs: both have all boots"
kduel fleet collect --dir "$F"
kduel fleet collect --dir "$F"
is "$rc $(sql 'select count(*) from campaign') $(sql 'select count(*) from boot')" "0 2 16" \
	"fleet collect, called twice, stores each campaign once" "$err"

# slurmd is killed: the job goes on.
plan 8 500 >"$T/plan.yaml"
idle sut1
submit --machines sut1
some_boots sut1
{ kill -9 "${slurmd[sut1]}"; wait "${slurmd[sut1]}"; } 2>/dev/null
sleep 1
start_slurmd sut1
wait_for 90 COMPLETED job "$(id sut1)"
ok $? "slurmd killed: the job goes on and completes" "$(tail -n 5 "$(last sut1)/log.txt")" "$(tail -n 5 "$S/slurmctld.log")"
is "$(boots "$(last sut1)") $(sql 'select count(*) from campaign' "$(last sut1)/results.db")" "16 1" "slurmd killed: one campaign has all boots"

# All processes of a job on the control host are killed, as by a power cut.
idle sut1
submit --machines sut1
some_boots sut1
pkill -9 -P "${slurmd[sut1]}" 2>/dev/null
stepd=$(pgrep -f "slurmstepd: \[$(id sut1)\.") # matches the process title
kduel_pid=$(pgrep -f "fleet job $(last sut1)")
# shellcheck disable=SC2086
{ kill -9 "${slurmd[sut1]}" $stepd $kduel_pid; wait "${slurmd[sut1]}"; } 2>/dev/null
had=$(boots "$(last sut1)")
# If a node registers without a job that started only now, slurmctld assumes that the job is still starting.
sleep 30
start_slurmd sut1
begin=$SECONDS
wait_for 300 COMPLETED job "$(id sut1)"
ok $? "slurmd, slurmstepd and kduel killed after $had boots: the job is requeued and completes $((SECONDS - begin)) s later" \
	"$(squeue --all; tail -n 5 "$S/slurmctld.log")"
is "$(sql "select count(distinct slot), count(*) from boot where status = 'ok'" "$(last sut1)/results.db") $(sql 'select count(*) from campaign' "$(last sut1)/results.db")" \
	"16|16 1" "slurmd, slurmstepd and kduel killed: the same campaign has every boot exactly once"

# A machine that is lost: according to its journal it is not on known-good, and its host cannot be reached.
idle sut2
mkdir -p "$XDG_CACHE_HOME/kduel/machines"
echo 'at 1790000000 x 1 home' >"$XDG_CACHE_HOME/kduel/machines/sut2.journal"
cat >"$T/plan.yaml" <<-'YAML'
	name: lost
	target: {kind: ssh, machine: "${machine}"}
	variants: [{name: running}]
	workloads: [{hackbench: {groups: 2}}]
	boots: 1
YAML
submit --machines sut2
wait_for 60 FAILED job "$(id sut2)"
ok $? "an unreachable machine: the job fails" "$err" "$(cat "$(last sut2)/log.txt")"
like "$(squeue --noheader --states=all --jobs="$(id sut2)" --format='%i')$(scontrol show job "$(id sut2)")" 'ExitCode=3:0' "an unreachable machine: the job's exit status is 3"
is "$(node sut2)" drained "an unreachable machine: its node is drained"
like "$(scontrol show node sut2)" 'Reason=kduel: machine not back on known-good' "an unreachable machine: the node has the reason"
plan 4 100 >"$T/plan.yaml"
submit --machines sut2,sut1
wait_for 60 COMPLETED job "$(id sut1)"
ok $? "a drained node: a job for the other machine completes"
is "$(job "$(id sut2)")" PENDING "a drained node: a job for its machine is pending"
kduel fleet status --dir "$F"
like "$out" '^sut2 +drained +[0-9]+ +pending \(.*\); node: kduel: machine not back' "a drained node: fleet status shows the reason"
echo 'at 1790000001 x 1 known-good' >>"$XDG_CACHE_HOME/kduel/machines/sut2.journal"
scontrol update nodename=sut2 state=resume
wait_for 90 COMPLETED job "$(id sut2)"
ok $? "a drained node: when it is resumed, the pending job completes"

# The time limit: Slurm sends SIGTERM before it; when the job runs again, the campaign continues.
idle sut1
plan 400 500 >"$T/plan.yaml"
submit --machines sut1 --time 60 --signal 30
some_boots sut1
begin=$SECONDS
for _ in $(seq 400); do [ -e "$(last sut1)/exit" ] && break; sleep 0.2; done
is "$(cat "$(last sut1)/exit" 2>/dev/null)" 130 "near the time limit kduel gets SIGTERM and exits after $((SECONDS - begin)) s" \
	"$(tail -n 3 "$(last sut1)/log.txt")"
is "$(sql 'select state from campaign' "$(last sut1)/results.db")" interrupted "near the time limit: the campaign is interrupted and can be resumed"
had=$(boots "$(last sut1)")
wait_for 60 FAILED job "$(id sut1)"
idle sut1
# Slurm's times are in seconds: a job that starts in the second of a kill is taken for the one that was killed.
killed=$(date +%s)
while [ $(($(date +%s) - killed)) -lt 2 ]; do sleep 0.2; done
scontrol requeue "$(id sut1)"
scontrol update jobid="$(id sut1)" starttime=now # a requeued job would wait for two minutes
for _ in $(seq 600); do [ "$(boots "$(last sut1)")" -gt $((had + 2)) ] && break; sleep 0.2; done
ok $(($(boots "$(last sut1)") <= had + 2)) "requeued by hand, the job continues its boots" "$had, $(boots "$(last sut1)")" \
	"$(scontrol show job "$(id sut1)"; tail -n 5 "$(last sut1)/log.txt" "$S/slurmd-sut1.log" "$S/slurmctld.log")"
is "$(sql 'select count(*) from campaign' "$(last sut1)/results.db")" 1 "requeued by hand, the job continues the same campaign"
scancel --signal=TERM --batch "$(id sut1)"
for _ in $(seq 100); do [ -e "$(last sut1)/exit" ] && break; sleep 0.2; done
is "$(cat "$(last sut1)/exit" 2>/dev/null)" 130 "scancel --signal=TERM --batch stops it the same way"

kill "${slurmd[sut1]}" "${slurmd[sut2]}" "$(cat "$S/slurmctld.pid")" "$(cat "$S/munge.pid")"
# One pgrep for each, as a pattern with all names would exceed pgrep's 15 characters.
left() { for d in slurmctld slurmd slurmstepd munged kduel; do pgrep -lx "$d"; done; }
for _ in $(seq 300); do [ -n "$(left)" ] || break; sleep 0.1; done
is "$(left)" "" "no process is left behind"
finish
