#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# run.sh: run all benchmarks; what is compared runs alternately. Shared machines are noisy: look at the
# medians and ranges. The last line names the parts that failed or were slower than their bounds.
set -u
O=${O:-build}
failed=()
part() { # program
	"$1" || failed+=("${1##*/}")
}
for b in "$O"/bench/*; do
	# The scale-N programs may take long and are run by hand: docs/SCALE.md.
	case $b in *.o|*.d|*/scale-*) continue ;; esac
	[ ! -x "$b" ] || part "$b"
done
for s in memory memcached idle boot exact plugin; do
	part tests/bench/$s.sh
done
[ ${#failed[@]} -eq 0 ] || { echo "bench: failed, or slower than the bound: ${failed[*]}"; exit 1; }
echo "bench: all parts ran"
