#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# run.sh [--valgrind|--fuzz] TEST...: run test programs that speak TAP, count their results.
# A program that fails without a "not ok", or prints no result at all, counts as one failure.
# Fuzzers begin with the seed FUZZ_SEED, 1 unless given, so that what CI finds is what a change did;
# FUZZ_SEED=0 FUZZ_SECONDS=600 make fuzz looks for more, from another beginning each time.
# With RESULTS=FILE the counts are appended there for a total. Under valgrind and when fuzzing, where
# no test looks at another's time, there are as many at a time as processors.
set -u
mode=plain
case "${1:-}" in --valgrind|--fuzz) mode=${1#--}; shift ;; esac
O=${O:-build}
logs=$O/test-logs/$mode
mkdir -p "$logs"
counts=$(mktemp)
trap 'rm -f "$counts"' EXIT
limit=${TEST_TIMEOUT:-900}
case $mode in plain) jobs=1 ;; *) jobs=$(nproc) ;; esac

command_of() {
	case $mode in
	# Leaks are AddressSanitizer's business: here a forked child that _exit()s counts as leaking.
	valgrind) valgrind -q --error-exitcode=99 --leak-check=no "$1" ;;
	fuzz)
		local name; name=$(basename "$1"); name=${name#fuzz_}
		local corpus=$O/corpus/$name seeds=tests/fuzz/corpus/$name
		mkdir -p "$corpus" "$seeds" 2>/dev/null
		if "$1" -seed="${FUZZ_SEED:-1}" -max_total_time="${FUZZ_SECONDS:-10}" -timeout=10 -rss_limit_mb=2048 \
			-artifact_prefix="$logs/$name-" -print_final_stats=1 "$corpus" "$seeds"; then
			echo "ok 1 - fuzz $name"
		else
			echo "not ok 1 - fuzz $name"
		fi ;;
	*) "$1" ;;
	esac
}

one() {
	local t=$1 name log start rc p s f
	# tests/unit has folders, and two of them may have a test of the same name.
	name=${t%.sh}
	case $name in */unit/*) name=${name##*/unit/}; name=${name//\//_} ;; *) name=${name##*/} ;; esac
	log=$logs/$name.log
	start=$(date +%s)
	# shellcheck disable=SC2016
	CMOCKA_MESSAGE_OUTPUT=TAP timeout -k 10 "$limit" bash -c 'command_of "$1"' _ "$t" >"$log" 2>&1 </dev/null
	rc=$?
	p=$(grep -ciE '^ok ' "$log")
	s=$(grep -ciE '^ok .*# *skip' "$log")
	f=$(grep -cE '^not ok ' "$log")
	((p -= s))
	if [ "$rc" -eq 77 ] && [ "$f" -eq 0 ]; then
		((s == 0)) && s=1
	elif { [ "$rc" -ne 0 ] && [ "$f" -eq 0 ]; } || [ $((p + f + s)) -eq 0 ]; then
		((f += 1))
	fi
	echo "$p $f $s" >>"$counts"
	printf '%-34s %3d passed %3d failed %3d skipped %4ds\n' "$mode $name" "$p" "$f" "$s" \
		$(($(date +%s) - start))
	grep -iE '^ok .*# *skip' "$log" | sed 's/^/    /'
	if [ "$f" -gt 0 ]; then
		[ "$rc" -eq 124 ] && echo "    ended after $limit s"
		echo "    exit status $rc; last lines of $log:"
		tail -n 40 "$log" | sed 's/^/    /'
	fi
}
# What one test has to say stays together.
report() {
	local text
	text=$(one "$1")
	printf '%s\n' "$text"
}
export -f command_of one report
export mode O logs FUZZ_SECONDS FUZZ_SEED counts limit

if [ "$jobs" -eq 1 ]; then
	for t in "$@"; do
		one "$t"
	done
else
	# shellcheck disable=SC2016
	printf '%s\0' "$@" | xargs -0 -P "$jobs" -I{} bash -c 'report "$1"' _ {}
fi
# A test without a line has not come to its end.
read -r passed failed skipped < <(awk -v n=$# '{p += $1; f += $2; s += $3}
	END {print p + 0, f + n - NR, s + 0}' "$counts")
[ -n "${RESULTS:-}" ] && echo "$passed $failed $skipped" >>"$RESULTS"
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
