#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# run.sh [--valgrind|--fuzz] TEST...: run test programs that speak TAP and count their results.
#
# A program that fails without a "not ok", or prints no result at all, counts as one failure.
# TEST_JOBS tests run in parallel, by default three per CPU, as most wait for clocks and processes. The longest
# ones (tests/longest) start first, so as not to be the last. A test that measures time, or has tight timeouts, can
# ask to run alone, with a comment in its source (of a unit test: its C file): "run.sh: alone". A unit test with
# "run.sh: deadlines" waits for processes or threads for a few seconds only. It does not run among the valgrind tests
# that `make test` runs at the lowest priority beside other kinds, but later, only beside other valgrind tests.
#
# Fuzzers start from the seed FUZZ_SEED (default 1), and at fixed addresses, as what they try also depends on those. So a
# failure in CI is due to the change under test. FUZZ_SEED=0 FUZZ_SECONDS=600 make fuzz searches further, from a random
# seed.
# ONLY=alone runs only the tests that ask to run alone, ONLY=beside only the others. KIND names the tests in the
# output, by default by the mode. RESULTS=FILE appends the counts to a file, and TIMES=FILE a line for each test: seconds,
# CPU seconds (its own and those of its children), and the name. Without TIMES the slowest tests are listed at the end.
set -u
mode=plain
case "${1:-}" in --valgrind|--fuzz) mode=${1#--}; shift ;; esac
O=${O:-build}
kind=${KIND:-$mode}
logs=$O/test-logs/$kind
mkdir -p "$logs"
counts=$(mktemp)
slowest=$(mktemp)
trap 'rm -f "$counts" "$slowest"' EXIT
TIMES=${TIMES:-$slowest}
limit=${TEST_TIMEOUT:-1800}
case $mode in plain) jobs=${TEST_JOBS:-$((3 * $(nproc)))} ;; *) jobs=$(nproc) ;; esac

command_of() { # test
	case $mode in
	# AddressSanitizer finds leaks; valgrind would also report those of forked children that _exit().
	valgrind) KDUEL_TEST_VALGRIND=1 valgrind -q --error-exitcode=99 --leak-check=no "$1" ;;
	fuzz)
		local name; name=$(basename "$1"); name=${name#fuzz_}
		local corpus=$O/corpus/$name seeds=tests/fuzz/corpus/$name fixed=()
		setarch -R true 2>/dev/null && fixed=(setarch -R) # a container may refuse it
		mkdir -p "$corpus" "$seeds" 2>/dev/null
		if "${fixed[@]}" "$1" -seed="${FUZZ_SEED:-1}" -max_total_time="${FUZZ_SECONDS:-10}" -timeout=120 -rss_limit_mb=2048 \
			-artifact_prefix="$logs/$name-" -print_final_stats=1 "$corpus" "$seeds"; then
			echo "ok 1 - fuzz $name"
		else
			echo "not ok 1 - fuzz $name"
		fi ;;
	*) "$1" ;;
	esac
}

one() { # test
	local t=$1 name log start rc p s f took cpu TIMEFORMAT='%U %S'
	# Tests in different directories of tests/unit may have the same name.
	name=${t%.sh}
	case $name in */unit/*) name=${name##*/unit/}; name=${name//\//_} ;; *) name=${name##*/} ;; esac
	log=$logs/$name.log
	start=$(date +%s)
	# shellcheck disable=SC2016
	cpu=$({ time env -u RESULTS -u TIMES -u ONLY -u KIND -u TEST_JOBS CMOCKA_MESSAGE_OUTPUT=TAP \
		timeout -k 10 "$limit" bash -c 'command_of "$1"' _ "$t" >"$log" 2>&1 </dev/null; } 2>&1)
	rc=$?
	took=$(($(date +%s) - start))
	cpu=$(awk '{ printf "%d", $1 + $2 + .5 }' <<<"$cpu")
	# cmocka's skip() prints "not ok N # SKIP name".
	p=$(grep -iE '^ok ' "$log" | grep -civE '# *skip')
	s=$(grep -ciE '^(not ok [0-9]+|ok .*) *# *skip' "$log")
	f=$(grep -E '^not ok ' "$log" | grep -cvE '^not ok [0-9]+ # SKIP')
	if [ "$rc" -eq 77 ] && [ "$f" -eq 0 ]; then
		((s == 0)) && s=1
	elif { [ "$rc" -ne 0 ] && [ "$f" -eq 0 ]; } || [ $((p + f + s)) -eq 0 ]; then
		((f += 1))
	fi
	echo "$p $f $s" >>"$counts"
	echo "$took $cpu $kind $name" >>"$TIMES"
	printf '%-34s %3d passed %3d failed %3d skipped %4ds (CPU %4ds)\n' "$kind $name" "$p" "$f" "$s" "$took" "$cpu"
	grep -iE '^(not ok [0-9]+|ok .*) *# *skip' "$log" | sed 's/^/    /'
	if [ "$f" -gt 0 ]; then
		[ "$rc" -eq 124 ] && echo "    ended after $limit s"
		echo "    exit status $rc; last lines of $log:"
		tail -n 40 "$log" | sed 's/^/    /'
	fi
}
# Print the lines about a test together.
report() { # test
	local text
	text=$(one "$1")
	printf '%s\n' "$text"
}
export -f command_of one report
export mode kind O logs FUZZ_SECONDS FUZZ_SEED TIMES counts limit

wants_alone() { # test
	local source=$1 mark=alone
	case $source in */unit/*) source=tests/unit/${source##*/unit/}.c ;; esac
	[ $mode = valgrind ] && mark=deadlines
	[ $mode != fuzz ] && grep -q "run\.sh: $mark" "$source" 2>/dev/null
}
longest_first() { # tests
	[ $# -eq 0 ] || printf '%s\n' "$@" | awk 'FILENAME != "-" { rank[$1] = NR; next }
		{ key = match($0, /(boot|cli|metal|unit|web)\/[^.]*/) ? substr($0, RSTART, RLENGTH) : $0
		  print (key in rank ? rank[key] : 1e6) + 0, $0 }' tests/longest - | sort -s -n -k 1,1 | cut -d' ' -f2-
}
beside=() alone=()
while read -r t; do
	if wants_alone "$t"; then alone+=("$t"); else beside+=("$t"); fi
done < <(longest_first "$@")
run() { # how many at a time, tests
	local n=$1
	shift
	# shellcheck disable=SC2016
	[ $# -eq 0 ] || printf '%s\0' "$@" | xargs -0 -P "$n" -I{} bash -c 'report "$1"' _ {}
}
case ${ONLY:-} in alone) beside=() ;; beside) alone=() ;; esac
run "$jobs" ${beside[@]+"${beside[@]}"}
# Under valgrind, "alone" tests run beside each other, as they mostly wait.
if [ $mode = valgrind ]; then jobs=$((2 * jobs)); else jobs=1; fi
run "$jobs" ${alone[@]+"${alone[@]}"}
# A test without a result line has failed.
read -r passed failed skipped < <(awk -v n=$((${#beside[@]} + ${#alone[@]})) '{p += $1; f += $2; s += $3}
	END {print p + 0, f + n - NR, s + 0}' "$counts")
if [ "$TIMES" = "$slowest" ] && [ $# -gt 10 ]; then
	echo "slowest tests, seconds and CPU seconds:"
	sort -rn "$slowest" | head -n 10 | sed 's/^/    /'
fi
[ -n "${RESULTS:-}" ] && echo "$passed $failed $skipped" >>"$RESULTS"
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
