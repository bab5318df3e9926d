#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# What `kduel doctor` says about measuring on this machine.
# shellcheck source=tests/tap.sh
. "$(dirname "$0")/../tap.sh"

kduel doctor
like "$out" '^(ok|note) +measuring: of 400 rounds of the same work \([0-9.]+ ms each\), one in twenty takes -?[0-9.]+ % longer' \
	"the spread of known work is measured"
like "$out" '^ok +counter task-clock: [1-9][0-9]+ ns in 20000 system calls' "a software event counts"
is "$(grep -cE '^(ok|note) +counter (cycles|instructions|dTLB-load-misses): .' <<<"$out")" 3 "doctor reports each hardware event"
swap=$([ "$(wc -l </proc/swaps)" -gt 1 ] && echo note || echo ok)
like "$out" "^$swap +measuring: swap is " "swap is judged by what /proc/swaps has"
kduel doctor nonsense
is $rc 2 "arguments are refused"
finish
