#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# A mistake in a plan: file, line and column on standard error, exit 2, and nothing booted.
# shellcheck source=tests/tap.sh
. "$(dirname "$0")/../tap.sh"

good='name: t
target: {kind: fake}
variants:
  - name: a
  - name: b
baseline: a
workloads:
  - hackbench: {groups: 1}
boots: 3
iterations: 3
warmup: 1
seed: 1'

# name, sed script that breaks the plan, pattern of the message
refused() {
	sed -E "$2" <<<"$good" >"$T/p.yaml"
	kduel run "$T/p.yaml"
	is $rc 2 "$1: exit code 2"
	like "$err" "p\\.yaml:[0-9]+:[0-9]+: .*$3" "$1: says where and what"
	is "$out" "" "$1: nothing on standard output"
}

echo "$good" >"$T/p.yaml"
kduel run --dry-run "$T/p.yaml"
is $rc 0 "the unbroken plan is accepted"
want=$out
{
	printf '\xef\xbb\xbf'
	sed 's/$/\r/' <<<"$good"
} >"$T/p.yaml"
kduel run --dry-run "$T/p.yaml"
is "$rc $out" "0 $want" "the plan with a byte order mark and CR LF is accepted"
iconv -t UTF-16 <<<"$good" >"$T/p.yaml"
kduel run --dry-run "$T/p.yaml"
like "$rc $err" "^2 .*p.yaml: this is UTF-16 text, expected UTF-8" "UTF-16 is named"
gzip -c <<<"$good" >"$T/p.yaml"
kduel run --dry-run "$T/p.yaml"
like "$rc $err" "^2 .*p.yaml: this is a gzip file" "a packed plan is named"
refused "unknown key" 's/^boots/bots/' "bots.*did you mean 'boots'"
refused "unknown key in a variant" 's/- name: b/- name: b\n    cpus: max/' "cpus"
refused "wrong type" 's/^boots: 3/boots: 3x/' "3x"
refused "list for a number" 's/^boots: 3/boots: [3]/' "boots|number|integer"
refused "duplicate key" 's/^boots: 3/boots: 3\nboots: 4/' "boots"
refused "duplicate variant" 's/- name: b/- name: a/' "'a'"
refused "missing variant name" 's/- name: b/- cpu: max/' "name"
refused "no baseline" '/^baseline/d' "baseline"
refused "unknown baseline" 's/^baseline: a/baseline: aa/' "aa"
refused "unknown workload" 's/hackbench/hackbensh/' "hackbensh.*hackbench"
refused "unknown parameter" 's/groups/group/' "group.*groups"
refused "parameter of the wrong type" 's/groups: 1/groups: one/' "one"
refused "unknown collector" 's/^boots/collectors: [meminf]\nboots/' "meminf.*meminfo"
refused "unknown event" 's/^boots/collectors: [{perf: {events: dtlb_walks}}]\nboots/' "dtlb_walks.*did you mean 'dtlb_walk'"
refused "unknown ratio" 's/^boots/collectors: [{perf: {events: "ipc, itlb_mpki"}}]\nboots/' "itlb_mpki"
refused "unknown metric among many" \
	's/^boots/collectors: [perf]\nmargins: {x\/y: 2%}\nboots/' "unknown metric 'x/y'.*; known: .* and [0-9]+ more"
refused "unknown core" 's/^boots/collectors: [{perf: {core: neoverse-n9}}]\nboots/' "neoverse-n9.*neoverse-n1"
refused "unknown CPU" 's/kind: fake/kind: qemu/; s/- name: ([ab])/- {name: \1, cpu: amperone, kernel: {packages: [x], suites: [y]}}/' \
	"amperone.*ampereone"
for more in 'exact: true' 'collectors: [perf]'; do
	refused "CPU of the wrong type beside $more" \
		"s/kind: fake/kind: qemu/; s/- name: ([ab])/- {name: \\1, cpu: [max], kernel: {packages: [x], suites: [y]}}/; s/^boots/$more\\nboots/" \
		"'cpu' must be a name"
done
refused "ampereone with KVM" 's/kind: fake/kind: qemu, accel: kvm/; s/- name: ([ab])/- {name: \1, cpu: ampereone, kernel: {packages: [x], suites: [y]}}/' \
	"ampereone"
refused "boots out of range" 's/^boots: 3/boots: 0/' "boots"
refused "iterations out of range" 's/^iterations: 3/iterations: 100000000/' "iterations"
refused "iterations not above warm-up" 's/^warmup: 1/warmup: 3/' "warm"
refused "not YAML" 's/^name: t/name: "t/' "."
refused "no such image" 's/kind: fake/kind: qemu/; s/- name: ([ab])/- {name: \1, cpu: max, kernel: {image: no-such-file}}/' \
	"no-such-file"
sed 's/kind: fake/kind: qemu/; s/- name: \([ab]\)/- {name: \1, cpu: max, kernel: {image: text}}/' <<<"$good" >"$T/p.yaml"
echo "this is no kernel" >"$T/text"
kduel run "$T/p.yaml"
is $rc 2 "a file that is not an image: exit code 2"
like "$err" "p\\.yaml:[0-9]+:[0-9]+: .*text" "a file that is not an image: the error has the place"
kduel run "$T/missing.yaml"
is $rc 2 "no such plan: exit code 2"
like "$err" "missing.yaml" "no such plan: named"
kduel run
is $rc 2 "no plan at all: exit code 2"
kduel frobnicate
is $rc 2 "unknown command: exit code 2"
kduel comprae
like "$err" "did you mean 'compare'" "unknown command: the nearest is offered"
is "$([ -e "$KDUEL_DB" ] && sql 'select count(*) from boot' || echo 0)" 0 "nothing was booted"
no_leftovers "nothing is left behind"
finish
