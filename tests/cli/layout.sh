#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# layout: page-table dumps, through the command line.
# shellcheck source=tests/tap.sh
. "$(dirname "$0")/../tap.sh"
DATA=$TOP/tests/data/ptdump

# Compute the sums independently, just from addresses, level and CON.
sums() { # file
	local range level words size
	declare -A sum=()
	while read -r range _ level words; do
		[[ $range == 0x* && -n $words && $words != F* ]] || continue
		((size = ${range#*-} - ${range%-*}))
		[[ " $words " == *" CON "* ]] && level+=+
		((sum[$level] += size))
	done <"$1"
	echo "${sum[PTE]:-0} ${sum[PTE+]:-0} ${sum[PMD]:-0} ${sum[PMD+]:-0} ${sum[PUD]:-0}"
}
bytes() { jq -r '.linear_map.bytes | [.["4K"], .["64K"], .["2M"], .["32M"], .["1G"]] | join(" ")' <<<"$out"; }

for mode in 1 3; do
	kduel layout "$DATA/mode$mode.txt" --format json
	is $rc 0 "mode $mode: exit code 0"
	is "$(bytes)" "$(sums "$DATA/mode$mode.txt")" "mode $mode: bytes by leaf size"
	is "$(jq '.linear_map | .mapped_bytes, .ro_bytes + .rw_bytes' <<<"$out" | sort -u)" 12884901888 \
		"mode $mode: 12 GiB are mapped"
	is "$(sed "s/.*: the dump ends at/ends at/" <<<"$err")" "ends at 0xffff800000000000, below the end of the address space: what comes later is missing" \
		"mode $mode: a part of a dump, and nothing else to say about it"
done
is "$(bytes)" "12851347456 0 33554432 0 0" "mode 3: pages, but for the kernel's image"
is "$(jq -r '"\(.schema) \(.kind) \(.granule) \(.granule_source)"' <<<"$out")" "1 layout 4K detected" \
	"the JSON object has its kind"
first=$out
is "$("$KDUEL" layout - --format json <"$DATA/mode3.txt")" "$first" "standard input is read"
is "$(sed 's/^/[    1.234567] /; s/$/\r/' "$DATA/mode3.txt" | "$KDUEL" layout --format=json -)" "$first" \
	"a pipe from a console is read"

kduel layout "$DATA/mode1.txt"
is $rc 0 "text: exit code 0"
like "$out" 'linear_map .* 12 GiB +99\.89 %$' "text: the share of blocks"
kduel layout "$DATA/sections.txt" --format json
is "$(jq -c '.linear_map | [.invalid_bytes, .mapped_bytes]' <<<"$out")" "[4128768,1075904512]" \
	"entries that are not valid count only as invalid"
is "$(jq -r 'keys_unsorted | map(select(test("schema|kind|granule") | not)) | join(" ")' <<<"$out")" \
	"linear_map modules vmalloc other vmemmap pci_io fixmap" "JSON: every section, in the order of the dump"

# Dumps of other architectures, and other files, are refused by name.
cat >"$T/x86" <<'EOF'
---[ User Space ]---
0x0000000000000000-0x0000000000200000           2M                               pmd
---[ Kernel Space ]---
0xffff888000000000-0xffff888000200000           2M     RW         PSE     GLB NX pmd
EOF
cat >"$T/riscv" <<'EOF'
---[ Fixmap start ]---
---[ Fixmap end ]---
---[ Linear mapping ]---
0xff60000000000000-0xff60000000200000    0x0000000080000000         2M PMD     D A G . . W R V
EOF
printf 'Attaching 1 probe...\n@[comm]: 4\n' >"$T/bpftrace"
for dump in "x86:page tables of x86" "riscv:page tables of riscv" "bpftrace:output of bpftrace"; do
	kduel layout "$T/${dump%%:*}"
	like "$rc $err" "^2 .*this looks like ${dump#*:}" "${dump#*:}"
done
zstd -q -c "$DATA/mode3.txt" >"$T/packed" 2>/dev/null || printf '\x28\xb5\x2f\xfd' >"$T/packed"
kduel layout "$T/packed"
like "$rc $err" "^2 .*packed: this is a zstd file" "a packed dump"

# The output of note_page() of several releases for the same page tables: markers, level names and VA bits (39, 42,
# 48, 52) differ. From 5.6 to 5.10 a dump began with a hole from 0, without the first marker.
while read -r release granule bytes; do
	kduel layout "$DATA/releases/$release.txt" --format json
	is "$rc $(jq -r '"\(.granule) \(.granule_source) " + (.linear_map.bytes | [.[] / 1048576] | join(","))' <<<"$out")" \
		"0 $granule detected $bytes" "Linux $release: MiB of the linear map by leaf size"
	is "$err" "" "Linux $release: and no doubt about it"
done <<'END'
4.19 4K 20,0,12,992,0
5.4 4K 2,0,1534,0,2048
5.10 4K 992,0,32,0,0
5.10-hole 4K 0,0,0,512,2048
5.15 4K 992,0,32,0,0
6.1-64k 64K 2,510,1536,16384
6.6-16k 16K 2,30,992,2048
6.12-52bit 4K 992,0,32,0,0
6.18 4K 0,2,30,992,2048
7.x 4K 0,1,30,992,2048
END
is "$(jq -r '.linear_map.invalid_bytes / 1048576' <<<"$out")" 1 "Linux 7.x: an entry that is not valid"
is "$(jq -r 'keys_unsorted | map(select(test("percpu"))) | join(" ")' <<<"$out")" "global_percpu local_percpu" "Linux 7.x: its new sections"
kduel layout "$DATA/releases/5.10.txt" --format json
is "$(jq -r 'keys_unsorted | map(select(test("schema|kind|granule") | not)) | join(" ")' <<<"$out")" \
	"linear_map bpf modules vmalloc fixmap pci_io vmemmap" "Linux 5.10: the section without a beginning has its name"
sed '2i ---[ Linear Mapping start ]---' "$DATA/releases/5.10.txt" >"$T/marked.txt"
is "$("$KDUEL" layout "$T/marked.txt" --format json)" "$out" "Linux 5.10: with the marker it is the same"
sed 1d "$DATA/releases/5.10.txt" >"$T/beheaded.txt"
kduel layout "$T/beheaded.txt"
like "$rc $err" '^2 .*beheaded.txt:1: expected a marker .*: is the beginning missing' "Linux 5.10 without the first row: the error says that the beginning is missing"
sed '/Linear Mapping end/d' "$DATA/releases/5.10.txt" >"$T/endless.txt"
kduel layout "$T/endless.txt"
like "$rc $err" '^2 .*endless.txt:8: .*line 2; found section bpf: is a part missing' "rows without a marker: the error says that a part is missing"
sed '1s/$/       RW NX SHD AF            UXN    MEM\/NORMAL/' "$DATA/releases/5.10.txt" >"$T/mapped.txt"
kduel layout "$T/mapped.txt"
like "$rc $err" '^2 .*mapped.txt:1:[0-9]+: expected no attributes' "the row from 0 is a hole"

sed 4d "$DATA/mode3.txt" >"$T/gap.txt"
kduel layout "$T/gap.txt"
is $rc 0 "a missing row: the rest is shown"
like "$err" 'linear_map: no row covers 32768 KiB' "a missing row: a warning"
sed '/ro/d; /PUD/d' "$DATA/mode3.txt" | sed 3q >"$T/cut.txt"
kduel layout "$T/cut.txt"
is $rc 2 "a cut dump: exit code 2"
like "$err" 'cut.txt:4: expected the end of section linear_map, which begins on line 1' "a cut dump: the error has the line"
is "$out" "" "a cut dump: nothing is printed"
printf -- '---[ Linear Mapping start ]---\n%s\n---[ Linear Mapping end ]---\n' \
	'0xffff000000000000-0xffff000040000000 1G PTE RW NX SHD AF UXN MEM/NORMAL' >"$T/round.txt"
kduel layout "$T/round.txt" --format json
like "$err" 'assuming 4K: set --granule' "an ambiguous granule is reported"
kduel layout "$T/round.txt" --granule 64K --format json
is "$(jq -c '[.granule, .granule_source, .linear_map.bytes["64K"]]' <<<"$out")" '["64K","given",1073741824]' \
	"an ambiguous granule can be given with --granule"
is "$(grep -c "set --granule" <<<"$err")" 0 "with --granule there is no warning"
kduel layout "$DATA/mode1.txt" --granule 16K
is $rc 2 "a granule that does not fit: exit code 2"
like "$err" 'mode1.txt:2: expected a PMD row .* multiples of 32768 KiB' "a granule that does not fit: the error has the row"

for bad in "" "$T" "$T/none" "--granule 8K $DATA/mode1.txt" "--format csv $DATA/mode1.txt" \
	"$DATA/mode1.txt $DATA/mode3.txt" "--wrong x" /dev/null; do
	# shellcheck disable=SC2086
	kduel layout $bad
	is $rc 2 "layout ${bad//$T/DIR}: exit code 2"
	[ -n "$err" ]
	ok $? "layout ${bad//$T/DIR}: the error has a reason"
done
kduel layout --help
is $rc 0 "--help explains"
like "$out" 'kernel_page_tables' "--help says where the dump is"
sed '3i[    9.000000] ** 12 printk messages dropped **' "$DATA/mode1.txt" >"$T/dropped"
kduel layout "$T/dropped"
like "$rc $err" "^2 .*dropped:3: section linear_map, which begins on line 1, lacks rows: the kernel has dropped lines" "a log with lines that the kernel dropped"
finish
