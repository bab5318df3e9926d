#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# all.sh: run every kind of test, one after the other, and sum up in one closing line.
#
# Each kind keeps all processors busy by itself. The slowest tests are listed before the closing
# line: that is where to look when the whole has become slow.
set -u
O=${O:-build}
mkdir -p "$O"
RESULTS=$PWD/$O/results
TIMES=$PWD/$O/times
export RESULTS TIMES
: >"$RESULTS"
: >"$TIMES"
status=0
for kind in lint suite asan valgrind fuzz boots; do
	echo "== $kind"
	TIMEFORMAT="== $kind took %0R s, CPU %0U s user, %0S s system"
	if ! time make --no-print-directory -j"$(nproc)" WERROR="${WERROR:-1}" "$kind"; then
		status=1
		# A kind that broke before it could count its tests is one failure.
		[ "$(tail -n 1 "$RESULTS" | awk '{print $2}')" != 0 ] || echo "0 1 0" >>"$RESULTS"
		[ -s "$RESULTS" ] || echo "0 1 0" >>"$RESULTS"
	fi
done
echo "slowest tests, seconds and CPU seconds:"
sort -rn "$TIMES" | head -n 10 | sed 's/^/    /'
awk '{p += $1; f += $2; s += $3}
	END {printf "%d passed, %d failed, %d skipped\n", p, f, s; exit f > 0}' "$RESULTS" || status=1
exit $status
