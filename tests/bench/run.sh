#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# run.sh: measure every speed figure, what is compared side by side. Shared machines are noisy: read
# the medians and the ranges. The last line names the parts that failed or were slower than wanted.
set -u
O=${O:-build}
failed=()
part() { # program
	"$1" || failed+=("${1##*/}")
}
for b in "$O"/bench/*; do
	# A scale takes as long as it is large: docs/SCALE.md.
	case $b in *.o|*.d|*/scale-*) continue ;; esac
	[ ! -x "$b" ] || part "$b"
done
for s in memory memcached idle boot exact plugin; do
	part tests/bench/$s.sh
done
[ ${#failed[@]} -eq 0 ] || { echo "bench: failed, or slower than wanted: ${failed[*]}"; exit 1; }
echo "bench: all parts ran"
