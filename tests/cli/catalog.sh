#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Lists of what a plan may name, and suggestions for misspelt names.
# shellcheck source=tests/tap.sh
. "$(dirname "$0")/../tap.sh"

# Compare with the files that define them.
names_in() { sed -nE 's/^X\(([a-z0-9_]+).*|^X_NAMED\([a-z0-9_]+, "([a-z0-9-]+)".*/\1\2/p' "$1" | sort; }
for what in workloads collectors; do
	kduel $what
	is "$rc $err" "0 " "kduel $what"
	is "$(sed -nE 's/^  ([a-z0-9-]+) .*/\1/p' <<<"$out" | wc -l)" "$(grep -c '^X' "$TOP/$what/list.h")" "lists every one"
done
kduel workloads hackbench
like "$out" '^  groups: 2 +integer, published size 30\. ' "parameters with their defaults"
like "$out" '^hackbench/time +s +lower +primary +1 %' "a workload's metrics"
kduel workloads exec
like "$out" 'depend on its parameters' "metrics of exec depend on its parameters"
kduel collectors meminfo
like "$out" '^  settle_interval: 200ms ' "a collector has parameters, too"
like "$out" '^meminfo/mem_total +kB +higher +primary +64 kB' "a collector's metrics"
kduel cpus
like "$out" '^  ampereone +arm64 -cpu max,midr=0xc00fac30' "CPUs and what QEMU is asked for"
kduel cpus ampereone
like "$out" '^  QEMU +-cpu max,midr=' "a CPU with its QEMU options"
kduel metrics '*/mem_*'
is "$(tail -n +2 <<<"$out" | grep -vc '^meminfo/mem_')" 0 "metrics that fit, and no others"
kduel metrics
ok "$(($(wc -l <<<"$out") > 100 ? 0 : 1))" "all metrics"

while read -r words near; do
	# shellcheck disable=SC2086 # words
	kduel ${words//:/ }
	is "$rc $out" "2 " "${words//:/ }: exit code 2"
	like "$err" "did you mean '$near'" "the error offers '$near'"
done <<-'WORDS'
	workloads:hackbnch hackbench
	collectors:memnfo meminfo
	cpus:amperone ampereone
	metrics:mem_totl mem_total
	hepl help
	versoin version
	comprae compare
	run:--dryrun --dry-run
WORDS

kduel help compare
compared=$out
kduel compare --help
is "$compared" "$out" "help compare is compare --help"
kduel help kernel build
like "$out" '^Usage: kduel kernel build' "help kernel build"
kduel --version
version=$out
for word in version -V; do
	kduel $word
	is "$rc $out" "0 $version" "kduel $word"
done
finish
