#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# `kduel fleet`: lines for slurm.conf, jobs, their state, and results. Slurm's programs are replaced by scripts that
# record how they were called; tests/fleet uses the real ones.
# shellcheck source=tests/tap.sh
. "$(dirname "$0")/../tap.sh"
export XDG_CONFIG_HOME=$T/config XDG_CACHE_HOME=$T/cache
mkdir -p "$T/bin" "$T/slurm" "$XDG_CONFIG_HOME/kduel/machines" "$XDG_CACHE_HOME/kduel/machines"
for m in sut1 sut2; do echo "host: $m.example.org" >"$XDG_CONFIG_HOME/kduel/machines/$m.yaml"; done

# The script records its arguments, one per line; the test sets its output and exit code.
program() { # name
	cat >"$T/bin/$1" <<-SH
	#!/bin/sh
	printf '%s\n' "\$@" >"$T/slurm/$1.args"
	[ ! -e "$T/slurm/$1.fails" ] || { cat "$T/slurm/$1.fails" >&2; exit 1; }
	cat "$T/slurm/$1.says" 2>/dev/null
	SH
	chmod +x "$T/bin/$1"
}
args() { cat "$T/slurm/$1.args" 2>/dev/null; }

plan() { # its name, boots
	nightly 1.0 <<-YAML | sed "s/^name:.*/name: $1/"
	workloads: [{hackbench: {groups: 2}}]
	boots: ${2:-3}
	iterations: 2
	warmup: 0
	YAML
}
plan 'at-${machine}' >"$T/plan.yaml"

# Without Slurm.
[ -e /usr/bin/sbatch ] || {
	kduel fleet submit "$T/plan.yaml" --machines sut1 --dir "$T/fleet"
	is "$rc" 3 "no sbatch: exit code 3"
	like "$err" 'sbatch: no such program.*package slurm-client' "no sbatch: the error names the package that has it"
}
PATH=$T/bin:$PATH
for p in sbatch squeue sinfo scontrol; do program $p; done

# slurm.conf.
cat >"$T/fleet.yaml" <<YAML
host: ctl
port: 7100
max_time: 9h
reservation: {name: nights, start: "22:00", duration: 8h, users: [kduel, ci], daily: true}
YAML
kduel fleet slurm "$T/fleet.yaml"
is "$rc $err" "0 " "fleet slurm"
is "$(grep -v '^#' <<<"$out")" "NodeName=sut1 NodeHostname=ctl NodeAddr=127.0.0.1 Port=7100 CPUs=1 State=UNKNOWN
NodeName=sut2 NodeHostname=ctl NodeAddr=127.0.0.1 Port=7101 CPUs=1 State=UNKNOWN
PartitionName=sut1 Nodes=sut1 OverSubscribe=EXCLUSIVE MaxNodes=1 MaxTime=540 State=UP
PartitionName=sut2 Nodes=sut2 OverSubscribe=EXCLUSIVE MaxNodes=1 MaxTime=540 State=UP" \
	"a node and a partition for each machine file"
like "$out" '^# scontrol create reservation ReservationName=nights StartTime=22:00 Duration=480 Nodes=sut1,sut2 Users=kduel,ci Flags=DAILY$' \
	"a comment has the command for the reservation"
bad() { # text of the file, pattern, name
	printf '%s\n' "$1" >"$T/bad.yaml"
	kduel fleet slurm "$T/bad.yaml"
	is "$rc $out" "2 " "$3: exit code 2, no lines"
	like "$err" "$2" "$3: the error says so"
}
bad 'machines: [sut1, other]' 'other' "a machine without a file"
bad 'host: "a b"' 'bad.yaml:1:' "a host that is not a valid name"
bad 'port: 65535' 'not 2 ports' "too few ports"
bad 'reservation: {name: n, start: "22:00 Users=root", duration: 1h, users: [a]}' "'start'" "a start that says more"
bad 'reservation: {name: n, start: "25:00", duration: 1h, users: [a]}' "'start'" "a start that no clock shows"
bad 'reservation: {name: n, start: "22:00", duration: 1h, users: ["a Nodes=x"]}' "'users'" "a user that says more"
bad 'nodes: 3' 'nodes' "an unknown key"
cp "$XDG_CONFIG_HOME/kduel/machines/"{sut1,Default}.yaml
bad 'port: 7011' "'Default'" "a name that Slurm has for itself"
mv "$XDG_CONFIG_HOME/kduel/machines/"{Default,'sut 3'}.yaml
bad 'port: 7011' "sut 3.yaml: not read: 'sut 3' is not a valid machine name" "a machine file whose name has a blank"
mv "$XDG_CONFIG_HOME/kduel/machines/"{'sut 3',Default}.yaml
rm "$XDG_CONFIG_HOME/kduel/machines/Default.yaml"

# Submitting.
F=$T/fleet
submit() { kduel fleet submit "$T/plan.yaml" --dir "$F" "$@"; }
echo 41 >"$T/slurm/sbatch.says"
submit --machines sut1 --time 90m --signal 5m --reservation nights --deadline 07:00
is "$rc" 0 "fleet submit" "$err"
job1=$(echo "$F"/sut1/*)
is "$(args sbatch)" "--parsable
--nodes=1
--exclusive
--requeue
--open-mode=append
--partition=sut1
--job-name=kduel-at-sut1
--chdir=$job1
--output=log.txt
--time=90
--signal=B:TERM@300
--reservation=nights
--deadline=07:00
$job1/job.sh
$(realpath "$KDUEL")
fleet
job
$job1" "fleet submit: sbatch gets these arguments"
is "$(cat "$job1/slurm.id")" 41 "fleet submit: the job's id is kept"
like "$(cat "$job1/plan.yaml")" '^name: at-sut1$' "fleet submit: the job's plan has its machine"
echo '42;lab' >"$T/slurm/sbatch.says"
submit --machines sut2
is "$rc $(cat "$F"/sut2/*/slurm.id)" "0 42" "a number with its cluster"
job2=$(echo "$F"/sut2/*)

refused() { # pattern, name, arguments...
	local pattern=$1 name=$2 before after
	shift 2
	before=$(find "$F" | sort)
	rm -f "$T/slurm/sbatch.args"
	submit "$@"
	after=$(find "$F" | sort)
	is "$((rc > 1)) $out" "1 " "$name: refused" "exit $rc" "$err"
	like "$err" "$pattern" "$name: the error says so"
	is "$after" "$before" "$name: nothing is left"
}
refused "'../x'" "a machine that is a path" --machines ../x
refused "twice" "a machine twice" --machines sut1,sut1
refused "'all'" "a name that Slurm has for itself" --machines all
refused "expected a,b" "no machine" --machines ,
refused "not a valid name" "a reservation that is an option" --machines sut1 --reservation 'a --wrap=x'
refused "HH:MM" "a deadline that is not a time" --machines sut1 --deadline 'now; x'
refused "^kduel: --signal: expected less than --time \(5m00s\), not '10m'" "a warning before the beginning" --machines sut1 --time 5m --signal 10m
refused "^kduel: --time: expected more than 10m00s, .*, not '90s'" "a job shorter than the usual warning" --machines sut1 --time 90s
refused "^kduel: --signal: expected at most 18h, not '19h'" "a warning that Slurm cannot give" --machines sut1 --time 20h --signal 19h
refused "^kduel: --signal: expected less than --time \(8h00m\), not '9h'" "a warning before the usual beginning" --machines sut1 --signal 9h
for says in '' 'Submitted batch job 4' '4 5' '12345678901234567890' '-4' $'\x1b[2J4'; do
	printf '%s\n' "$says" >"$T/slurm/sbatch.says"
	refused 'expected a job number' "sbatch prints \"${says//[^a-zA-Z0-9 -]/?}\"" --machines sut1
done
printf 'sbatch: error: invalid partition \033[31m\n' >"$T/slurm/sbatch.fails"
refused 'sbatch failed with 1 .*invalid partition' "sbatch fails" --machines sut1
unlike "$err" $'\x1b' "sbatch fails: escape sequences in its output do not reach the terminal"
rm "$T/slurm/sbatch.fails"
cp "$T/plan.yaml" "$T/good.yaml"
sed -i 's/kind: fake/kind: ssh, machine: sut1/; s/, fake: {.*}}/}/' "$T/plan.yaml"
sed -i '/name: new/d; /^baseline/d' "$T/plan.yaml"
refused 'its machine is sut1, not sut2' "a plan for another machine" --machines sut2
sed 's/boots: 3/boots: no/; s/machine}/nonsense}/' "$T/good.yaml" >"$T/plan.yaml"
refused 'plan.yaml:1:' "a plan with a mistake" --machines sut1
cp "$T/good.yaml" "$T/plan.yaml"

# The command that Slurm runs.
run_job() { # directory
	"$KDUEL" fleet job "$1" >"$T/out" 2>"$T/err" </dev/null
	rc=$?
	err=$(cat "$T/err")
}
run_job "$job1"
is "$rc $(cat "$job1/exit")" "0 0" "a job runs its plan" "$err"
is "$(sql "select count(*) from boot where status = 'ok'" "$job1/results.db")" 6 "a job runs all boots of its plan"
is "$(sql "select value from tag where key = 'node'" "$job1/results.db")" sut1 "a job tags its campaign with its machine"
run_job "$job1"
is "$rc $(sql 'select count(*) from campaign' "$job1/results.db")" "0 1" "the same job again: no second campaign" "$err"

# A job is stopped and continued, with the plan as it was submitted, even if the file has changed.
sed -i 's/iter_sd: 0.003}/boot_delay: 300ms}/; s/boots: 3/boots: 10/' "$job2/plan.yaml"
rm "$T/plan.yaml"
"$KDUEL" fleet job "$job2" >/dev/null 2>&1 </dev/null &
pid=$!
KDUEL_DB=$job2/results.db await has_rows 2 boot
kill -TERM $pid
wait $pid
is "$? $(cat "$job2/exit")" "130 130" "SIGTERM stops a job"
had=$(sql "select count(*) from boot where status = 'ok'" "$job2/results.db")
ok $((had < 1 || had >= 20)) "SIGTERM stops a job before all boots are done" "$had boots"
run_job "$job2"
is "$((rc == 0 || rc == 1)) $(sql "select count(distinct slot), count(*) from boot where status = 'ok'" "$job2/results.db")" \
	"1 20|20" "requeued, the job continues: each boot is there exactly once" "$rc" "$err"
cp "$T/good.yaml" "$T/plan.yaml"

# Status.
cat >"$T/slurm/squeue.says" <<'TXT'
42|PENDING|Nodes required for job are DOWN, DRAINED or reserved | for others
junk
41_3|RUNNING|None
|||
TXT
printf 'sut1|idle|none\nsut2|drained*|kduel: 3 boots \033[31mfailed\nsut2|idle|none\n' >"$T/slurm/sinfo.says"
kduel fleet status --dir "$F"
is "$rc" 0 "fleet status" "$err"
like "$out" '^sut1 +idle +41 +ended, exit code 0$' "fleet status: a job that has ended"
like "$out" '^sut2 +drained\* +42 +pending \(Nodes required .*\| for others\); node: kduel: 3 boots \?\[31mfailed$' \
	"fleet status: a job that waits, with the reason, in which odd bytes are escaped"
rm "$job2/exit"
: >"$T/slurm/squeue.says"
kduel fleet status --dir "$F"
like "$out" '^sut2 .*lost: ' "a job that neither ended nor is in the queue is lost"
echo 43 >"$T/slurm/sbatch.says"
kduel fleet submit --resume --machines sut2 --dir "$F"
is "$rc $(cat "$job2/slurm.id") $(find "$F/sut2" -mindepth 1 -maxdepth 1 | wc -l)" "0 43 1" \
	"--resume submits the same job again" "$err"
echo '43|RUNNING|None' >"$T/slurm/squeue.says"
kduel fleet submit --resume --machines sut2 --dir "$F"
like "$rc $err" '^3 .*job 43 has not ended' "--resume does not submit a job that Slurm still has"
echo 'slurm_load_jobs error: Unable to contact slurm controller' >"$T/slurm/squeue.fails"
kduel fleet status --dir "$F"
like "$rc $err" '^3 .*squeue failed with 1 .*Unable to contact' "no slurmctld: exit code 3, and its words"
rm "$T/slurm/squeue.fails"

# A machine that kduel has given up on is drained, but not for other failures.
submit --machines sut1
job3=$(find "$F/sut1" -mindepth 1 -maxdepth 1 ! -path "$job1")
sed -i 's/^workloads:.*/workloads: [{hackbench: {groups: 2}}]\nfail: x/' "$job3/plan.yaml"
run_job "$job3"
is "$rc $([ -e "$T/slurm/scontrol.args" ] || echo none)" "2 none" "a plan with a mistake drains nothing" "$err"
cp "$job1/plan.yaml" "$job3/plan.yaml"
sed -i 's/name: at-sut1/name: unfit/; s/kind: fake/kind: ssh, machine: sut1/; s/, fake: {.*}}/}/; /name: new/d; /^baseline/d' "$job3/plan.yaml"
cat >"$T/bin/ssh" <<'SH'
#!/bin/sh
echo "ssh: connect to host sut1.example.org port 22: Connection refused" >&2
exit 255
SH
chmod +x "$T/bin/ssh"
echo 'at 1790000000 x 1 known-good' >"$XDG_CACHE_HOME/kduel/machines/sut1.journal"
run_job "$job3"
is "$rc $([ -e "$T/slurm/scontrol.args" ] || echo none)" "3 none" "a machine that cannot be reached, but is on known-good: no drain" "$err"
echo 'at 1790000001 x 2 home' >>"$XDG_CACHE_HOME/kduel/machines/sut1.journal"
run_job "$job3"
is "$rc $(args scontrol | head -n 3 | paste -sd' ')" "3 update nodename=sut1 state=drain" "a machine that is not back on known-good: its node is drained" "$err"
like "$(args scontrol)" '^reason=kduel: machine not back on known-good' "a node that is drained has the reason"
echo 'slurm_update error: Invalid user id' >"$T/slurm/scontrol.fails"
run_job "$job3"
like "$rc $err" '^3 ' "draining takes an operator" "$err"
like "$err" "scontrol update nodename=sut1 state=drain reason='kduel: " "draining without permission: the message has the command"
rm -r "$job3"

# Results.
kduel fleet collect --dir "$F"
is "$rc $(sql 'select count(*) from campaign') $(sql "select count(*) from boot where status = 'ok'")" "0 2 26" "fleet collect" "$err"
kduel fleet collect --dir "$F"
is "$rc $(sql 'select count(*) from campaign') $(sql "select count(*) from boot where status = 'ok'")" "0 2 26" "fleet collect: a second call adds nothing" "$err"
is "$(ls "$F"/*/*/collected)" "$job1/collected" "fleet collect: only a job that has ended is marked as collected"
kduel fleet collect --dir "$F" --db "$T/other.db"
is "$rc $(sql 'select count(*) from campaign' "$T/other.db")" "0 2" "fleet collect to another database takes all campaigns" "$err"
kduel list --tag node=sut2
like "$rc $out" 'at-sut2' "a collected campaign is found by its machine"
kduel fleet collect --dir "$T/none"
like "$rc $err" "^[23] .*$T/none" "a directory that does not exist: the error names it"
finish
