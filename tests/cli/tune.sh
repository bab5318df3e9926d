#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Settings of the machine are changed for a campaign, and restored however it ends. The machine is a directory of files
# ($KDUEL_SYSROOT), as a test must not change the real one.
# shellcheck source=tests/tap.sh
. "$(dirname "$0")/../tap.sh"

S=$T/sys
export KDUEL_SYSROOT=$S XDG_CACHE_HOME=$T/cache
cpu=$S/sys/devices/system/cpu
thp=$S/sys/kernel/mm/transparent_hugepage/enabled
mkdir -p "$S/proc/sys/kernel/random" "$cpu/cpufreq/policy0" "$cpu/cpufreq/policy1" "${thp%/*}"
reset() {
	echo boot-one >"$S/proc/sys/kernel/random/boot_id"
	echo 2 >"$S/proc/sys/kernel/randomize_va_space"
	echo schedutil >"$cpu/cpufreq/policy0/scaling_governor"
	echo powersave >"$cpu/cpufreq/policy1/scaling_governor"
	echo 1 >"$cpu/cpufreq/boost"
	echo 'always [madvise] never' >"$thp"
	printf 'Filename\tType\tSize\tUsed\tPriority\n' >"$S/proc/swaps"
}
values() { # of all files, on one line; THP by its word
	local f out=
	for f in "$S/proc/sys/kernel/randomize_va_space" "$cpu"/cpufreq/policy*/scaling_governor \
		"$cpu/cpufreq/boost" "$thp"; do
		out+=" $(sed 's/.*\[//; s/\].*//' "$f")"
	done
	echo "${out# }"
}
state=$XDG_DATA_HOME/kduel/tune.json

plan() { # tune, iterations, boots
	cat <<-YAML
	target: {kind: local}
	tune: $1
	variants: [{name: running}]
	workloads: ["null"]
	collectors: []
	boots: ${3:-1}
	iterations: $2
	warmup: 0
	YAML
}

reset
plan '{governor: performance, boost: off, thp: never, aslr: 0, swap: off}' 2 >"$T/p.yaml"
kduel run "$T/p.yaml"
is $rc 0 "a campaign with settings"
like "$err$out" 'policy0/scaling_governor: performance, was schedutil' "each changed setting is logged"
like "$err$out" 'policy1/scaling_governor: powersave again' "each restored setting is logged"
is "$(values)" "2 schedutil powersave 1 madvise" "all settings have their old values"
[ ! -e "$state" ]
ok $? "no state file is left"

reset
plan '{governor: performance, aslr: 0, thp: always}' 10 200 >"$T/long.yaml"
"$KDUEL" run --quiet "$T/long.yaml" >/dev/null 2>&1 </dev/null &
pid=$!
in_force() { [ "$(cat "$S/proc/sys/kernel/randomize_va_space")" = 0 ] && [ "$(cat "$thp")" = always ]; }
await in_force
is "$(values)" "0 performance performance 1 always" "the settings are in force while it runs"
kduel run --quiet "$T/p.yaml"
is $rc 3 "a second campaign with settings is refused meanwhile"
like "$err" 'another kduel' "a second campaign with settings: the error has the reason"
kduel doctor --restore
is $rc 3 "doctor --restore leaves a running campaign alone"
kill -KILL $pid
wait $pid 2>/dev/null
is "$(values)" "0 performance performance 1 always" "a kduel that is killed restores nothing"
kduel doctor
like "$out" '^note +settings of a killed campaign are still in force' "doctor says so"
echo ondemand >"$cpu/cpufreq/policy1/scaling_governor"
kduel doctor --restore
is $rc 0 "doctor --restore restores them"
is "$(values)" "2 schedutil ondemand 1 madvise" "doctor --restore leaves alone what somebody else has changed since"
like "$out" 'policy1/scaling_governor: is ondemand, which kduel did not set' "a setting that somebody else has changed since is logged"
kduel doctor --restore
is "$out" "nothing to restore" "a second time there is nothing to restore"

mkdir -p "${state%/*}"
crashed() { # boot
	printf '{"boot": "%s", "changes": [{"path": "%s", "old": "2", "new": "0"}]}' "$1" \
		"$S/proc/sys/kernel/randomize_va_space" >"$state"
	echo 0 >"$S/proc/sys/kernel/randomize_va_space"
}
plan '{}' 2 >"$T/none.yaml"
crashed boot-one
kduel run --quiet "$T/none.yaml"
is "$(cat "$S/proc/sys/kernel/randomize_va_space")" 2 "the next campaign restores what an earlier one had changed"
crashed boot-zero
kduel run --quiet "$T/none.yaml"
is "$(cat "$S/proc/sys/kernel/randomize_va_space")" 0 "after a reboot nothing is restored"
[ ! -e "$state" ]
ok $? "after a reboot the state file is removed"
echo precious >"$T/precious"
for path in "$T/precious" "$S/proc/sys/kernel/../../../../precious" "$S/proc/sys/kernel/core_pattern"; do
	crashed boot-one
	sed -i "s,\"path\": \"[^\"]*\",\"path\": \"$path\"," "$state"
	sed -i 's,"new": "0","new": "precious",' "$state"
	kduel run --quiet "$T/none.yaml"
	like "$err" "$path is not a setting that kduel changes" "a state file that names ${path##*/}: not believed"
	is "$(cat "$T/precious")" precious "a state file that names ${path##*/}: the file is left alone"
done
echo '{"boot": 3' >"$state"
kduel run --quiet "$T/p.yaml"
is $rc 3 "a damaged state file: nothing more is changed"
like "$err" 'tune.json: it is damaged' "a damaged state file: the error names it"
kduel run --quiet "$T/none.yaml"
is $rc 0 "a campaign without tune only warns"
rm "$state"

reset
plan '{aslr: 0, numa_balancing: off}' 2 >"$T/lacks.yaml"
kduel run --quiet "$T/lacks.yaml"
is $rc 3 "a setting that this machine does not have: unfit"
like "$err" 'tune: numa_balancing: this machine does not have' "a setting that this machine does not have: the error names it"
is "$(cat "$S/proc/sys/kernel/randomize_va_space")" 2 "a setting that this machine does not have: nothing is changed"
plan '{thp: sometimes, governer: x}' 2 >"$T/bad.yaml"
kduel run "$T/bad.yaml"
is $rc 2 "mistakes in the plan"
like "$err" "bad.yaml:2:13: .*keep.always.madvise.never" "a wrong word, with its place and those there are"
like "$err" "governer.*governor" "a wrong key, with the nearest"
no_leftovers "nothing is left"
finish
