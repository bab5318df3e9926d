#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The event numbers in configs/cores match the tables in the Linux source: those of a release with all these CPUs, and
# those of the linux-source package installed here.
# shellcheck source=tests/tap.sh
. "$(dirname "$0")/../tap.sh"

# Print CORE EVENT CODE from configs/cores, without leading zeros in the codes.
for f in "$TOP"/configs/cores/*.yaml; do
	awk -v core="$(basename "$f" .yaml)" '/^[a-z]/ { pmu = /^pmu:/ } /^  [a-z]/ { in_events = /^  events:/ }
		pmu && in_events && /^    / { sub(":", "", $1); sub("^0x0*", "0x", $2); print core, $1, $2 }' "$f"
done | sort >"$T/ours"

known=$TOP/tests/data/pmu-events/linux-7.3.txt
grep -v '^#' "$known" | awk '$5 != "-" { print $1, $4, $5 }' | sort -u >"$T/known"
ok "$(cmp -s "$T/ours" "$T/known"; echo $?)" "tables are those of Linux 7.3, no event more and none less" \
	"$(diff "$T/ours" "$T/known")"
for f in $(grep -l '^pmu:' "$TOP"/configs/cores/*.yaml); do
	sed -n '/^  cpu:/,/]/p' "$f" | grep -oE '"[^"]*"' | tr -d '"' | sed "s/^/$(basename "$f" .yaml) /"
done | sort >"$T/cpus"
grep -v '^#' "$known" | awk '{ print $1, $2 }' | sort -u >"$T/known-cpus"
ok "$(cmp -s "$T/cpus" "$T/known-cpus"; echo $?)" "every CPU of a table is one that Linux 7.3 knows" \
	"$(diff "$T/cpus" "$T/known-cpus")"

arch=$TOP/build/libperf/src/tools/perf/pmu-events/arch
"$TOP/tools/pmu-events.sh" "$arch" >"$T/here" 2>"$T/err"
ok $? "the installed linux-source is read" "$(cat "$T/err")"
awk '$5 != "-" { print $1, $4, $5 }' "$T/here" | sort -u >"$T/there"
awk '{ print $1 }' "$T/there" | sort -u >"$T/cores"
echo "# it knows: $(tr '\n' ' ' <"$T/cores")"
ok "$([ "$(wc -l <"$T/cores")" -ge 5 ]; echo $?)" "linux-source has events of five cores or more" "$(cat "$T/cores")"
# Other releases may lack events or have more, but a number must not differ.
others() { awk 'NR == FNR { code[$1, $2] = $3; next } code[$1, $2] && code[$1, $2] != $3' "$1" "$T/there"; }
is "$(others "$T/ours")" "" "linux-source has the same number for every event"

# Check that the comparison can fail: one wrong digit is found.
sed 's/^intel-sapphirerapids dtlb_walk .*/intel-sapphirerapids dtlb_walk 0xe08/' "$T/ours" >"$T/wrong"
ok "$(cmp -s "$T/wrong" "$T/known"; [ $? -eq 1 ]; echo $?)" "a wrong number is noticed"
is "$(others "$T/wrong" | wc -l)" 1 "a wrong number is noticed in both comparisons"
finish
