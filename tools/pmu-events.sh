#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# pmu-events.sh ARCH-DIR: print what Linux's own event tables (tools/perf/pmu-events/arch of a source
# tree) say about the events in configs/cores, one line for each CPU model and event:
#
#     CORE CPU DIRECTORY EVENT CODE
#
# CORE and EVENT are kduel's names, DIRECTORY is the one with the event's numbers, CODE is `-` if that
# directory does not have the event. A CPU that is not in mapfile.csv has no line.
set -eu -o pipefail
root=${1:?usage: pmu-events.sh tools/perf/pmu-events/arch}
cores=$(dirname "$0")/../configs/cores

# kduel's name, then Linux's in order of preference.
arm_names='{"instructions":["INST_RETIRED"],"cycles":["CPU_CYCLES"],"dtlb_walk":["DTLB_WALK"],
	"l1d_tlb":["L1D_TLB"],"l1d_tlb_refill":["L1D_TLB_REFILL"],"itlb_walk":["ITLB_WALK"],
	"l1i_tlb":["L1I_TLB"],"l1i_tlb_refill":["L1I_TLB_REFILL"],"l2_tlb":["L2D_TLB"],
	"l2_tlb_refill":["L2D_TLB_REFILL"],"dtlb_steps":["DTLB_STEP","MMU_D_WALK_STEPS"],
	"itlb_steps":["ITLB_STEP","MMU_I_WALK_STEPS"],"dtlb_walk_large":["DTLB_WALK_LARGE"],
	"dtlb_walk_small":["DTLB_WALK_SMALL"],"stall_backend_tlb":["STALL_BACKEND_TLB"],
	"stall_frontend_tlb":["STALL_FRONTEND_TLB"]}'
intel_names='{"dtlb_walk":["DTLB_LOAD_MISSES.WALK_COMPLETED"],
	"itlb_walk":["ITLB_MISSES.WALK_COMPLETED"]}'
# A name that ends in ~ is a regular expression: the masks of all events that match are added up, as not
# every Zen has one event for them together.
amd_names='{"l1d_tlb_refill":["ls_l1_d_tlb_miss.all"],
	"dtlb_walk":["^ls_l1_d_tlb_miss.tlb_reload_.*_miss$~"]}'

# The events of a directory by kduel's names. Arm's files mostly have only an event's name; its number is
# in the JSON files above the vendors' directories. x86 has event code and mask apart, both in hex.
codes() { # names, directory
	local std=/dev/null
	if [ -e "$root/${2%%/*}/common-and-microarch.json" ]; then
		std=$(mktemp)
		cat "$root/${2%%/*}"/*.json >"$std"
	fi
	cat "$root/$2"/*.json | jq -r -s --argjson names "$1" --slurpfile std "$std" '
		def hex: ascii_downcase | ltrimstr("0x") | explode |
			reduce .[] as $c (0; . * 16 + (if $c > 96 then $c - 87 else $c - 48 end));
		def digits: [while(. > 0; . / 16 | floor) | . % 16] | reverse |
			map("0123456789abcdef"[.:. + 1]) | join("");
		def code: (.EventCode | split(",")[0] | hex) + 256 * (.UMask // "0" | hex);
		def events: flatten | map(objects);
		($std | events | map(select(.EventName) | {key: .EventName, value: .}) | from_entries)
			as $arch |
		(events | map(select((.EventName // .ArchStdEvent) and (.MetricExpr | not)) |
			{key: (.EventName // .ArchStdEvent),
			 value: (if .EventCode then . else $arch[.ArchStdEvent // ""] end)}) | from_entries)
			as $here |
		def named: if endswith("~") then rtrimstr("~") as $re | [$here | to_entries[] |
				select(.key | test($re)) | .value] else [$here[.] // empty] end;
		def sum: (.[0] | code) % 256 + (map(code / 256 | floor) | add) * 256;
		$names | to_entries[] | .key + " " +
			([.value[] | named | select(length > 0)] | first |
			 if . then "0x" + (sum | digits) else "-" end)'
	[ "$std" = /dev/null ] || rm -f "$std"
}

# The directories of a CPU in mapfile.csv. x86 lines there are regular expressions with the model in hex and,
# where it matters, the stepping, which is ignored here. For model `*`, the directories of the whole family.
directories() { # cpu, as in configs/cores
	local cpu=$1 vendor family model regex dir
	case $cpu in
	0x*)
		awk -F, -v cpu="0x00000000${cpu#0x}" '$1 == cpu { print "arm64/" $3 }' "$root/arm64/mapfile.csv"
		return ;;
	esac
	IFS=- read -r vendor family model <<<"$cpu"
	while IFS=, read -r regex _ dir _; do
		case $regex in "$vendor-$family-"*) ;; *) continue ;; esac
		[ "$model" != '*' ] || { echo "x86/$dir"; continue; }
		regex=$(sed -E 's/^([^-]+-[^-]+-([^-[]|\[[^]]*\])+)-\[[^]]*\]$/\1/' <<<"$regex")
		[[ $vendor-$family-$(printf %X "$model") =~ ^$regex$ ]] && echo "x86/$dir"
	done <"$root/x86/mapfile.csv" | sort -u
}

for file in "$cores"/*.yaml; do
	core=$(basename "$file" .yaml)
	sed -n '/^  cpu:/,/]/p' "$file" | tr '",' '\n\n' |
		{ grep -E '^0x|^Genuine|^Authentic' || true; } | while read -r cpu; do
		case $cpu in 0x*) names=$arm_names ;; Genuine*) names=$intel_names ;; *) names=$amd_names ;; esac
		directories "$cpu" | while read -r dir; do
			codes "$names" "$dir" | sed "s|^|$core $cpu $dir |"
		done
	done
done
