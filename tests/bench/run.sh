#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# run.sh: measure every speed figure, what is compared side by side. Shared machines are noisy: read
# the medians and the ranges.
set -u
O=${O:-build}
for b in "$O"/bench/*; do [ -x "$b" ] && case $b in *.o|*.d) ;; *) "$b" ;; esac; done
for s in memory memcached idle boot exact plugin; do
	[ -x tests/bench/$s.sh ] && tests/bench/$s.sh
done
