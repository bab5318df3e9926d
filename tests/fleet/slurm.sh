#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Two machines behind Slurm: munge, slurmctld and two slurmd in namespaces of their own, which take all
# of them along when this script ends. The machines are fake; the queue is not.
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

# getaddrinfo() finds nothing where lo is all there is; slurmctld wants its own name.
hostname localhost
ip link set lo up
ip addr add 10.99.0.1/32 dev lo

for m in sut1 sut2; do echo "host: $m.example.org" >"$XDG_CONFIG_HOME/kduel/machines/$m.yaml"; done
printf 'host: localhost\nmax_time: 9h\n' >"$T/fleet.yaml"
kduel fleet slurm "$T/fleet.yaml"
is "$rc" 0 "kduel fleet slurm" "$err"
cp "$T/out" "$S/kduel.conf"
# bookworm's Slurm has no plugin "disabled", trixie's wants it where no cgroups are mounted.
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
wait_for() { # seconds, what it prints in the end, command...
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

# Two variants, four boots each unless said otherwise; a boot takes at least so long.
plan() { # boots, ms of a boot
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
some_boots() { # of a machine's last job
	local d
	d=$(last "$1")
	for _ in $(seq 300); do [ "$(boots "$d")" -lt 2 ] || return 0; sleep 0.1; done
	return 1
}

# Both at once.
plan 4 500 >"$T/plan.yaml"
submit --machines sut1,sut2
is "$rc" 0 "a job for each machine" "$err"
some_boots sut1 && some_boots sut2
ok $? "both run" "$(squeue --all)"
is "$(job "$(id sut1)") $(job "$(id sut2)")" "RUNNING RUNNING" "... at once"
kduel fleet status --dir "$F"
like "$out" '^sut1 +(allocated|mixed) +[0-9]+ +running$' "... as fleet status says"
wait_for 60 "COMPLETED" job "$(id sut1)" && wait_for 60 "COMPLETED" job "$(id sut2)"
ok $? "both end well" "$(cat "$F"/*/*/log.txt)"
is "$(boots "$(last sut1)") $(boots "$(last sut2)")" "8 8" "... with all boots"
kduel fleet collect --dir "$F"
kduel fleet collect --dir "$F"
is "$rc $(sql 'select count(*) from campaign') $(sql 'select count(*) from boot')" "0 2 16" "collected, twice" "$err"

# slurmd dies under a job: the job does not.
plan 8 500 >"$T/plan.yaml"
idle sut1
submit --machines sut1
some_boots sut1
{ kill -9 "${slurmd[sut1]}"; wait "${slurmd[sut1]}"; } 2>/dev/null
sleep 1
start_slurmd sut1
wait_for 90 COMPLETED job "$(id sut1)"
ok $? "a kill of slurmd: the job runs on, and ends well" "$(tail -n 5 "$(last sut1)/log.txt")" "$(tail -n 5 "$S/slurmctld.log")"
is "$(boots "$(last sut1)") $(sql 'select count(*) from campaign' "$(last sut1)/results.db")" "16 1" "... in one go"

# All of the control host's processes of a job die, as with a power cut.
idle sut1
submit --machines sut1
some_boots sut1
pkill -9 -P "${slurmd[sut1]}" 2>/dev/null
stepd=$(pgrep -f "slurmstepd: \[$(id sut1)\.") # its title
kduel_pid=$(pgrep -f "fleet job $(last sut1)")
# shellcheck disable=SC2086
{ kill -9 "${slurmd[sut1]}" $stepd $kduel_pid; wait "${slurmd[sut1]}"; } 2>/dev/null
had=$(boots "$(last sut1)")
# slurmctld takes a job that has just begun for one that is about to show up.
sleep 30
start_slurmd sut1
begin=$SECONDS
wait_for 300 COMPLETED job "$(id sut1)"
ok $? "slurmd, slurmstepd and kduel killed after $had boots: requeued, ended well $((SECONDS - begin)) s later" \
	"$(squeue --all; tail -n 5 "$S/slurmctld.log")"
is "$(sql "select count(distinct slot), count(*) from boot where status = 'ok'" "$(last sut1)/results.db") $(sql 'select count(*) from campaign' "$(last sut1)/results.db")" \
	"16|16 1" "... with the same campaign, no boot twice, none missing"

# A machine that is given up. Its journal says so; the file of machine sut2 leads nowhere.
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
ok $? "a machine that is not reached: the job fails" "$err" "$(cat "$(last sut2)/log.txt")"
like "$(squeue --noheader --states=all --jobs="$(id sut2)" --format='%i')$(scontrol show job "$(id sut2)")" 'ExitCode=3:0' "... with exit code 3"
is "$(node sut2)" drained "... and its node is drained"
like "$(scontrol show node sut2)" 'Reason=kduel: machine not back on known-good' "... with the reason"
plan 4 100 >"$T/plan.yaml"
submit --machines sut2,sut1
wait_for 60 COMPLETED job "$(id sut1)"
ok $? "a job for the other machine does not wait for it"
is "$(job "$(id sut2)")" PENDING "a job for the drained one does"
kduel fleet status --dir "$F"
like "$out" '^sut2 +drained +[0-9]+ +pending \(.*\); node: kduel: machine not back' "... as fleet status says"
echo 'at 1790000001 x 1 known-good' >>"$XDG_CACHE_HOME/kduel/machines/sut2.journal"
scontrol update nodename=sut2 state=resume
wait_for 90 COMPLETED job "$(id sut2)"
ok $? "... until the node is resumed"

# The limit: TERM first, then it goes on where it was.
idle sut1
plan 400 500 >"$T/plan.yaml"
submit --machines sut1 --time 60 --signal 30
some_boots sut1
begin=$SECONDS
for _ in $(seq 400); do [ -e "$(last sut1)/exit" ] && break; sleep 0.2; done
is "$(cat "$(last sut1)/exit" 2>/dev/null)" 130 "near its limit kduel hears of it and ends by itself, $((SECONDS - begin)) s on" \
	"$(tail -n 3 "$(last sut1)/log.txt")"
is "$(sql 'select state from campaign' "$(last sut1)/results.db")" interrupted "... the campaign can go on"
had=$(boots "$(last sut1)")
wait_for 60 FAILED job "$(id sut1)"
idle sut1
# Slurm counts in seconds: what starts in the second of its kill would be taken for the job that was killed.
killed=$(date +%s)
while [ $(($(date +%s) - killed)) -lt 2 ]; do sleep 0.2; done
scontrol requeue "$(id sut1)"
scontrol update jobid="$(id sut1)" starttime=now # else two minutes from now
for _ in $(seq 600); do [ "$(boots "$(last sut1)")" -gt $((had + 2)) ] && break; sleep 0.2; done
ok $(($(boots "$(last sut1)") <= had + 2)) "requeued by hand, it goes on" "$had, $(boots "$(last sut1)")" \
	"$(scontrol show job "$(id sut1)"; tail -n 5 "$(last sut1)/log.txt" "$S/slurmd-sut1.log" "$S/slurmctld.log")"
is "$(sql 'select count(*) from campaign' "$(last sut1)/results.db")" 1 "... with its campaign"
scancel --signal=TERM --batch "$(id sut1)"
for _ in $(seq 100); do [ -e "$(last sut1)/exit" ] && break; sleep 0.2; done
is "$(cat "$(last sut1)/exit" 2>/dev/null)" 130 "scancel --signal=TERM --batch stops it the same way"

kill "${slurmd[sut1]}" "${slurmd[sut2]}" "$(cat "$S/slurmctld.pid")" "$(cat "$S/munge.pid")"
# One by one: pgrep takes no pattern of more than 15 characters.
left() { for d in slurmctld slurmd slurmstepd munged kduel; do pgrep -lx "$d"; done; }
for _ in $(seq 300); do [ -n "$(left)" ] || break; sleep 0.1; done
is "$(left)" "" "nothing is left"
finish
