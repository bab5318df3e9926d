#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# run.sh [--valgrind|--fuzz] TEST...: run test programs that speak TAP, count their results.
# A program that fails without a "not ok", or prints no result at all, counts as one failure.
# With RESULTS=FILE the counts are appended there for a total.
set -u
mode=plain
case "${1:-}" in --valgrind|--fuzz) mode=${1#--}; shift ;; esac
O=${O:-build}
logs=$O/test-logs/$mode
mkdir -p "$logs"
passed=0 failed=0 skipped=0
limit=${TEST_TIMEOUT:-900}

command_of() {
	case $mode in
	# Leaks are AddressSanitizer's business: here a forked child that _exit()s counts as leaking.
	valgrind) valgrind -q --error-exitcode=99 --leak-check=no "$1" ;;
	fuzz)
		local name; name=$(basename "$1"); name=${name#fuzz_}
		local corpus=$O/corpus/$name seeds=tests/fuzz/corpus/$name
		mkdir -p "$corpus" "$seeds" 2>/dev/null
		if "$1" -max_total_time="${FUZZ_SECONDS:-10}" -timeout=10 -rss_limit_mb=2048 \
			-artifact_prefix="$logs/$name-" -print_final_stats=1 "$corpus" "$seeds"; then
			echo "ok 1 - fuzz $name"
		else
			echo "not ok 1 - fuzz $name"
		fi ;;
	*) "$1" ;;
	esac
}
export -f command_of
export mode O logs FUZZ_SECONDS

for t in "$@"; do
	name=$(basename "$t" .sh)
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
	((passed += p, failed += f, skipped += s))
	printf '%-34s %3d passed %3d failed %3d skipped %4ds\n' "$mode $name" "$p" "$f" "$s" \
		$(($(date +%s) - start))
	grep -iE '^ok .*# *skip' "$log" | sed 's/^/    /'
	if [ "$f" -gt 0 ]; then
		[ "$rc" -eq 124 ] && echo "    ended after $limit s"
		echo "    exit status $rc; last lines of $log:"
		tail -n 40 "$log" | sed 's/^/    /'
	fi
done
[ -n "${RESULTS:-}" ] && echo "$passed $failed $skipped" >>"$RESULTS"
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
