#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# What exact mode refuses, before anything boots or is compared: invalid TLB sizes, more parallel boots than fit into
# memory, and results of other simulated TLBs or another QEMU.
# shellcheck source=tests/tap.sh
. "$(dirname "$0")/../tap.sh"
export XDG_CACHE_HOME=$T/cache KDUEL_CONFIG_DIR=$T/configs
cp -r "$TOP/configs" "$T/configs"

plan() { # kind of target, more lines
	cat <<-YAML
	name: exact-refused
	exact: true
	target: {kind: $1}
	variants:
	  - {name: a$(more "$1")}
	  - {name: b$(more "$1")}
	baseline: a
	workloads: [pipe]
	boots: 3
	seed: 7
	YAML
	printf '%s\n' "${@:2}"
}
more() { # kind of target
	case $1 in
	fake) echo ', fake: {boot_sd: 0.002, iter_sd: 0.002}' ;;
	qemu) echo ', cpu: max, kernel: {packages: [linux-image-arm64], suites: [trixie]}' ;;
	esac
}

# --- sizes of TLBs

core() { # sizes of the second level
	cat >"$T/configs/cores/mine.yaml" <<-YAML
	name: mine
	note: "a core"
	tlb:
	  source: "a test"
	  l1i: { entries: 48 }
	  l1d: { entries: 48 }
	  l2: $1
	YAML
}
plan qemu "tlb: {cores: [mine]}" >"$T/bad.yaml"
core '{ entries: 1280, ways: 6 }'
kduel run "$T/bad.yaml"
is $rc 2 "ways that do not divide entries: exit code 2"
like "$err" 'bad\.yaml:11:15: .*cores/mine\.yaml:7:7: l2: 6 ways do not divide 1280 entries' "ways that do not divide entries: the error has both places and the sizes"
core '{ entries: 0 }'
kduel run "$T/bad.yaml"
like "$err" 'cores/mine\.yaml:7:18: ' "no entries: refused with its place"
core '{ entries: 1280, ways: 5 }'
sed -i 's/entries: 48 }$/entries: 48, ways: 0 }/' "$T/configs/cores/mine.yaml"
kduel run "$T/bad.yaml"
like "$err" 'cores/mine\.yaml:5:29: ' "no ways: refused with its place"
has_campaign
ok $(($? == 0)) "no ways: nothing is stored"

# --- memory

# With a size of which one boot fits.
mib=$(($(awk '/MemAvailable/ { print $2 }' /proc/meminfo) / 1024 / 3 / 2 * 2))
plan qemu "parallel: 4" | sed "s/kind: qemu/&, memory: ${mib}M/" >"$T/room.yaml"
kduel run "$T/room.yaml"
is $rc 3 "four guests that do not fit: exit code 3"
like "$err" 'room\.yaml:11:11: 4 boots at a time need [0-9]+ MiB of memory, [0-9]+ each .*, but the host has [0-9]+ MiB available' \
	"needed and available are named, with the place"
need=$(grep -o 'need [0-9]*' <<<"$err" | cut -d' ' -f2)
is "$need" $((4 * (mib + 512))) "the error has the memory that four guests need"
plan qemu | sed "s/kind: qemu/&, memory: 1G, hotplug: 1T, cpus: 1/" >"$T/added.yaml"
kduel run "$T/added.yaml"
is $rc 3 "memory that would be added, and for which there is no room: exit code 3"
like "$err" "the host has [0-9]+ MiB of memory available, each guest wants 1049600 \(target\.memory and target\.hotplug\)" \
	"memory with hotplug: the error has the total"
sed -i '/^exact:/d' "$T/added.yaml"
kduel run "$T/added.yaml"
is $rc 3 "memory of a guest with hotplug: refused in timed boots, too"
like "$err" 'a guest with 1049600 MiB, target\.memory and what target\.hotplug adds, needs 1050112 MiB' "memory of a guest with hotplug: the error has what QEMU itself needs"
has_campaign
ok $(($? == 0)) "memory with hotplug: nothing is stored"

# --- what is simulated

core '{ entries: 1280, ways: 5 }'
plan fake "tlb: {cores: [mine]}" >"$T/ok.yaml"
kduel run --quiet "$T/ok.yaml"
is $rc 0 "a core of one's own" "$err"
is "$(sql "select distinct value from fact where key = 'tlbmodel/cores'")" \
	"mine/48x48/48x48/21/1280x5" "a core of one's own: facts of each boot have its geometry"
core '{ entries: 2560, ways: 5 }'
kduel run --quiet "$T/ok.yaml"
ids=$(sql "select uuid from campaign order by id")
a=$(head -n 1 <<<"$ids") b=$(tail -n 1 <<<"$ids")
kduel compare "$b:a" "$a:a"
is $rc 3 "another core file of the same name: not compared"
like "$err" 'tlbmodel/cores: candidate .*2560x5, baseline .*1280x5' "another core file of the same name: both geometries are named"
is "$out" "" "another core file of the same name: no figures are printed"
kduel compare "$b:a" "$a:a" --force
like "$(tr '\n' ' ' <<<"$out")" 'NOTE forced' "--force compares anyway, with a note"

sqlite3 "$KDUEL_DB" "update fact set value = 'mine/48x48/48x48/21/1280x5' where key = 'tlbmodel/cores';
	insert into fact select b.id, 'host/qemu', iif(c.uuid = '$a', '9.2.0', '10.0.2') from boot b
	join campaign c on c.id = b.campaign"
kduel compare "$b:a" "$a:a"
is $rc 3 "another QEMU: not compared"
like "$err" 'host/qemu: candidate 10.0.2, baseline 9.2.0' "another QEMU: both versions are named"

# --- a core file that is edited in the middle of a campaign

stops() { # more lines of the plan
	rm "$KDUEL_DB"*
	plan fake "parallel: 1" "stop_on_failure: true" "$@" |
		sed '0,/boot_sd/! s/fake: {/&fail: panic, fail_every: 2, /' >"$T/stop.yaml"
	kduel run --quiet "$T/stop.yaml"
	is $rc 4 "a campaign that stops in its middle" "$err"
	n=$(sql "select count(*) from boot")
	[ "$(sql "select count(*) from boot where status = 'ok'")" -gt 0 ]
	ok $? "a campaign that stops in its middle has some good boots"
}
core '{ entries: 1280, ways: 5 }'
stops "tlb: {cores: [mine]}"
core '{ entries: 2560, ways: 5 }'
kduel run --resume latest
is $rc 2 "resumed with another core file: refused"
like "$err" 'configs/cores.* not the same as in the earlier boots: now mine/.*/2560x5, it was mine/.*/1280x5' "another core file: the error has both geometries"
is "$(sql "select count(*) from boot")" "$n" "another core file: nothing was booted"
core '{ entries: 1280, ways: 5 }'
kduel run --quiet --resume latest
[ "$(sql "select count(*) from boot")" -gt "$n" ]
ok $? "with the old core file the campaign continues" "$err"

stops "collectors: [{perf: {core: neoverse-n1}}]"
like "$(sql "select distinct value from fact where key = 'perf/events'")" 'dtlb_walk=0x34' \
	"facts of each boot have the counted events"
sed -i 's/dtlb_walk: 0x34/dtlb_walk: 0x35/' "$T/configs/cores/neoverse-n1.yaml"
kduel run --resume latest
is $rc 2 "resumed with another number of an event: refused"
like "$err" 'events \(configs/cores\) are not the same .*dtlb_walk=0x35.*, it was .*dtlb_walk=0x34' "another number of an event: the error has both"

stops
is "$(sql "select distinct value from fact where key = 'target/cpu'")" "max,pauth=off" "facts of each boot have the CPU"
sed -i '/name: max/,/note:/ s/pauth: true/pauth: false/' "$T/configs/cpus.yaml"
kduel run --resume latest
is $rc 2 "resumed with another CPU of the same name: refused"
like "$err" "variant 'a': the CPU \(configs/cpus.yaml\) is not the same .*: now max, it was max,pauth=off" "another CPU of the same name: the error has both"
finish
