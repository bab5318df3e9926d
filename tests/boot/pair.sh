#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# pair.sh: real arm64 kernels under QEMU, from the plan to the verdicts. The plan is configs/bbml2.yaml with
# smaller sizes. The test fails if CPUs are swapped, if both sides have the same kernel, or if the comparison
# finds no improvement.
# shellcheck source=tests/tap.sh
. "$(dirname "$0")/../tap.sh"

command -v qemu-system-aarch64 >/dev/null || { skip "real boots" "QEMU cannot be installed here"; finish; }

sed -E 's/^iterations: .*/iterations: 1/
	s/^warmup: .*/warmup: 0/
	s/^  - hackbench$/  - hackbench: {loops: 5}/
	s/^  - fio-dmcrypt$/  - fio-dmcrypt: {size: 4M}/
	s/^  - memcached:.*$/  - memcached: {ops: 500, keys: 1000, warmup_ops: 200, opened: 250, scatter: 4M}/' \
	"$TOP/configs/bbml2.yaml" >"$T/small.yaml"
patient "$T/small.yaml" >"$T/pair.yaml"
kduel run "$T/pair.yaml"
is $rc 1 "the campaign runs and finds a regression (of the newer release): exit status 1"
[ $rc -le 1 ] || { printf '%s\n' "$err" | sed 's/^/# /'; finish; }
printf '%s\n' "$out" >"$T/table"
kduel compare --format json
report=$out
kduel show latest --format json
shown=$out

is "$(jq '[.boots[] | select(.status == "ok")] | length' <<<"$shown")" 9 "nine boots, all ok"
fact() { # slot key
	"$KDUEL" show latest "$1" --facts --format json | jq -r --arg k "$2" '.facts[$k] // ""'
}
slot_of() { jq -r --arg v "$1" '[.boots[] | select(.variant == $v)][0].slot + 1' <<<"$shown"; }
for v in patched plain baseline; do
	s=$(slot_of $v)
	eval "bbm_$v=\$(fact $s dmesg/bbm) midr_$v=\$(fact $s identity/midr) rel_$v=\$(fact $s identity/release)"
done
# shellcheck disable=SC2154
{
	like "$bbm_patched" 'BBM Level' "patched: the kernel log proves that the feature is on"
	unlike "$bbm_plain$bbm_baseline" 'BBM Level' "plain and baseline: it is off"
	like "$midr_patched" '0*c00fac30' "patched ran on an AmpereOne"
	like "$midr_baseline" '0*c00fac30' "baseline ran on an AmpereOne"
	unlike "$midr_plain" 'c00fac30' "plain ran on another CPU"
	is "$rel_patched" "$rel_plain" "patched and plain booted the same kernel"
	[ "$rel_patched" != "$rel_baseline" ]
	ok $? "baseline booted another kernel" "$rel_patched"
}
hashes=$(jq -r '[.variants[] | .kernel_hash] | unique | length' <<<"$shown")
is "$hashes" 2 "two different kernels by hash"

row() { # candidate baseline metric field
	jq -r --arg c "$1" --arg b "$2" --arg m "$3" \
		".blocks[] | select(.candidate == \$c and .baseline == \$b) | .rows[] | select(.metric == \$m) | $4" <<<"$report"
}
is "$(row patched plain mem_total .verdict)" improvement "MemTotal of patched against plain: improvement"
is "$(row patched plain mem_total .basis)" exact "its basis is exact"
kb=$(row patched plain mem_total '.candidate_median - .baseline_median')
ok "$(awk -v kb="$kb" 'BEGIN { want = 2 * 1024 * 1024 / 512; exit !(kb >= 0.98 * want && kb <= 1.02 * want) }'; echo $?)" \
	"MemTotal is higher by RAM / 512, within 2 %" "$kb kB"
is "$(jq -r '[.blocks[].rows[] | select(.basis == "emulated") | .verdict // "-"] | unique | join(",")' <<<"$report")" - \
	"times under emulation get no verdict"
for w in hackbench fio-dmcrypt memcached; do
	[ "$(jq --arg w $w '[.blocks[0].rows[] | select(.workload == $w)] | length' <<<"$report")" -gt 0 ]
	ok $? "the comparison has rows of $w"
done
like "$(cat "$T/table")" '\(I\)' "the table marks the improvement"
kduel show latest 1 --console
like "$out" 'Linux version' "the console log is kept"
kduel show latest 1 --dmesg
like "$out" 'Booting Linux' "the whole kernel log is kept"
kduel show latest --lock
like "$out" '^memcached [^ ]+ arm64 [0-9a-f]{64}$' "the lock names memcached, version and hash"
cp "$T/out" "$T/lock"
kduel run --dry-run --locked "$T/lock" "$T/pair.yaml"
is $rc 0 "--locked finds the same packages again"
is "$(grep -c '^# boot ' <<<"$out")" 9 "--dry-run prints nine boots"
is "$(grep -c 'midr=0xc00fac30' <<<"$out")" 6 "--dry-run: six boots are on an AmpereOne"
sed -i 's/^memcached [^ ]*/memcached 0.0.1-none/' "$T/lock"
kduel run --dry-run --locked "$T/lock" "$T/pair.yaml"
is $rc 2 "a locked version that no longer exists is an error"
like "$err" 'memcached.*0\.0\.1-none' "the error has the package and the version"
sed 's/linux-image-6.1[789][^"]*/linux-image-9.99-nothing/; s/linux-image-7[^"]*/linux-image-9.98-x/; s/linux-image-6[^"]*/linux-image-9.97-x/' \
	"$T/pair.yaml" >"$T/none.yaml"
kduel run "$T/none.yaml"
is $rc 2 "globs that match nothing: exit status 2"
like "$err" 'none.yaml:[0-9]+:[0-9]+: .*9\.9' "globs that match nothing: the error has file, line, column and the glob"
like "$err" 'linux-image-[0-9.]+' "globs that match nothing: the error names packages that exist"
no_leftovers "nothing is left behind"
finish
