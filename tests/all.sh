#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# all.sh: run every kind of test and sum up in one closing line.
#
# Everything is built first. Then come suite and asan, which mostly wait, for clocks and for other
# processes: more of them run at a time than there are CPUs, and what is left of these goes to lint and
# valgrind, which wait for nothing and yield to every other process. Boots follow alone: beside other tests
# they were slower than after them, and a worker's death met the kernel at odder instants. Tests that want
# nothing beside them come last, and under valgrind those that have deadlines. The slowest tests are listed
# before the closing line: that is where to look when the whole has become slow.
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
	# A kind that broke before it could count its tests is one failure.
	tail -n 1 "$results" 2>/dev/null | grep -qE '^[0-9]+ [1-9]' || echo "0 1 0" >>"$results"
}

waiting() {
	export TEST_JOBS=$((cpus * 5 / 2))
	kind suite
	kind asan
}

# For minutes this may get next to nothing of the CPUs, so nothing here has a deadline: under valgrind what has
# one comes later. At the end of lint is one process alone, so that valgrind does not wait for it.
yielding() {
	export TEST_TIMEOUT=3600
	chrt --idle --pid 0 $BASHPID
	kind lint >"$O/test-logs/lint.out" 2>&1 &
	kind valgrind >"$O/test-logs/valgrind.out" 2>&1
	wait
}

TIMEFORMAT="== build took %0R s, CPU %0U s user, %0S s system"
echo "== build"
# What cannot be built fails once more, and counts, when its kind needs it.
time "${make[@]}" -k tests-built
export ONLY=beside
yielding &
(waiting) # TEST_JOBS is for these only
wait
cat "$O/test-logs/lint.out" "$O/test-logs/valgrind.out"
TEST_JOBS=$cpus kind boots
# As many seconds as new inputs are found in: the seed is always the same.
FUZZ_SECONDS=${FUZZ_SECONDS:-5} kind fuzz
export ONLY=alone
for k in suite asan boots valgrind; do
	kind $k
done
echo "slowest tests, seconds and CPU seconds:"
sort -rn "$TIMES" | head -n 10 | sed 's/^/    /'
cat "$RESULTS_DIR"/* | awk '{p += $1; f += $2; s += $3}
	END {printf "%d passed, %d failed, %d skipped\n", p, f, s; exit f > 0}'
