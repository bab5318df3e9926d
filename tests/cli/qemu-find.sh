#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# A QEMU that is too old, missing or not available: exit code 3, and a message with what was looked for; and what
# doctor says. With a small archive, without network.
# shellcheck source=tests/tap.sh
. "$(dirname "$0")/../tap.sh"

mkdir "$T/fixture"
"$TOP/tests/data/apt/fixture.sh" "$T/fixture"
export PATH=$T/fixture/bin:$PATH XDG_CACHE_HOME=$T/cache

plan() { # target settings
	cat >"$T/p.yaml" <<-YAML
	target: {kind: qemu$1}
	variants:
	  - {name: a, cpu: max, kernel: &k {packages: [linux-image-none], suites: [trixie]}}
	  - {name: b, cpu: neoverse-n2, kernel: *k}
	baseline: a
	workloads: ["null"]
	YAML
}

doctor_line() { # pattern name
	kduel doctor
	like "$out" "$1" "doctor: $2"
}

echo 7.2.22 >"$T/fixture/system-qemu"
plan ", qemu: qemu-system-aarch64"
kduel run "$T/p.yaml"
is $rc 3 "a named QEMU that is too old: exit code 3"
like "$err" "p\\.yaml:4:[0-9]+: CPU 'neoverse-n2': QEMU 8\\.2 or newer .* 7\\.2\\.22" \
	"no QEMU is new enough: the error has the place, what is needed and what was found"
is "$(cat "$T/fixture/calls" 2>/dev/null)" "" "no QEMU is new enough: nothing is fetched"

plan ", min_qemu: 10"
kduel run "$T/p.yaml"
is $rc 2 "min_qemu that is not a release: exit code 2"
like "$err" "p\\.yaml:1:[0-9]+: 'min_qemu' must be a QEMU release such as 9\\.2, not '10'" \
	"min_qemu that is no release: the error has its place"

touch "$T/fixture/offline"
plan ""
kduel run "$T/p.yaml"
is $rc 3 "offline: exit code 3"
like "$err" "QEMU 8\\.2 or newer is not available: the system has 7\\.2\\.22, .*cannot be fetched" \
	"offline: the error says what kduel looked for"
doctor_line "^note +no exact mode: it needs QEMU 9\\.2, which cannot be fetched" "offline"
echo none >"$T/fixture/system-qemu"
doctor_line "^MISSING +qemu-system-aarch64" "no QEMU at all"
is $rc 3 "doctor: exit code 3"
rm "$T/fixture/offline"
echo 7.2.22 >"$T/fixture/system-qemu"
doctor_line "^ok +QEMU 7\\.2\\.22 .* of the system: too old for .*neoverse-n2.*, and for exact mode" \
	"an old QEMU"
doctor_line "^note +a plan that needs it gets QEMU 10\\.0\\.2 from [a-z]+-backports .*4 packages, .*all CPUs and exact mode" \
	"--dry-run says what would be fetched"
is "$(grep -c 'apt-get -q download' "$T/fixture/calls")" 0 "doctor: fetches nothing"

plan ", min_qemu: 11.0"
kduel run "$T/p.yaml"
is $rc 3 "newer than any: exit code 3"
like "$err" "p\\.yaml: target\\.min_qemu: .*has only 10\\.0\\.2" "newer than any: says what there is"

plan ""
kduel run "$T/p.yaml"
is $rc 2 "the kernels of this plan do not exist: exit code 2"
like "$err" "qemu +fetching 10\\.0\\.2 from " "the backported QEMU is fetched"
like "$err" "qemu +10\\.0\\.2 \\(qemu-system-arm 1:10\\.0\\.2\\+ds-2~bpo12\\+1\\)" "the backported QEMU is used"
touch "$T/fixture/offline"
kduel run "$T/p.yaml"
unlike "$err" "fetching" "the second time nothing is fetched"
like "$err" "qemu +10\\.0\\.2" "the second time the same QEMU is used"
doctor_line "^ok +QEMU 10\\.0\\.2 .* in the cache: all CPUs and exact mode" "a fetched QEMU"
echo 11.0.0 >"$T/fixture/system-qemu"
kduel run "$T/p.yaml"
like "$err" "qemu +11\\.0\\.0 \\($T/fixture/bin/" "a system's QEMU that will do is taken first"
is "$(ls "$T/cache/kduel/tmp")" "" "no half-made directory stays"
no_leftovers "nothing is left behind"
finish
