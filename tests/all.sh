#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# all.sh: run every kind of test and print the totals on the last line.
#
# Everything is built first. Then suite and asan run, which mostly wait for clocks and processes: more of them run in
# parallel than there are CPUs. The CPU time that they leave goes to lint and valgrind, at the lowest priority. Boots follow
# by themselves: beside other tests they were slower in total and less reliable. Tests that ask to run alone come last, as
# do tests with deadlines under valgrind. The slowest tests are listed before the closing line: look there if the whole
# has become slow.
set -u
O=${O:-build}
RESULTS_DIR=$PWD/$O/results
export TIMES=$PWD/$O/times
rm -rf "$RESULTS_DIR"
mkdir -p "$RESULTS_DIR" "$O/test-logs"
: >"$TIMES"
cpus=$(nproc)
make=(make --no-print-directory -j"$cpus" WERROR="${WERROR:-1}")

kind() { # kind, prefix of the command...
	local results=$RESULTS_DIR/$1 TIMEFORMAT="== $1 took %0R s, CPU %0U s user, %0S s system"
	echo "== $1"
	export RESULTS=$results KIND=$1
	time "${@:2}" "${make[@]}" "$1" && return
	# A kind that failed before it counted its tests is one failure.
	tail -n 1 "$results" 2>/dev/null | grep -qE '^[0-9]+ [1-9]' || echo "0 1 0" >>"$results"
}

waiting() {
	export TEST_JOBS=$((cpus * 5 / 2))
	kind suite
	kind asan
}

# These may get hardly any CPU time for minutes, so nothing here may have a deadline. The end of lint is a single process,
# so valgrind does not wait for it.
yielding() {
	export TEST_TIMEOUT=3600
	chrt --idle --pid 0 $BASHPID
	kind lint >"$O/test-logs/lint.out" 2>&1 &
	kind valgrind >"$O/test-logs/valgrind.out" 2>&1
	wait
}

TIMEFORMAT="== build took %0R s, CPU %0U s user, %0S s system"
echo "== build"
# What does not build fails again, and counts, when its kind needs it.
time "${make[@]}" -k tests-built
export ONLY=beside
yielding &
(waiting) # in a subshell, so that TEST_JOBS is set for these only
wait
cat "$O/test-logs/lint.out" "$O/test-logs/valgrind.out"
TEST_JOBS=$cpus kind boots
# A few seconds suffice, as the seed is always the same.
FUZZ_SECONDS=${FUZZ_SECONDS:-5} kind fuzz
export ONLY=alone
for k in suite asan boots valgrind; do
	kind $k
done
echo "slowest tests, seconds and CPU seconds:"
sort -rn "$TIMES" | head -n 10 | sed 's/^/    /'
cat "$RESULTS_DIR"/* | awk '{p += $1; f += $2; s += $3}
	END {printf "%d passed, %d failed, %d skipped\n", p, f, s; exit f > 0}'
