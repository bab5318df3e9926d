#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# long.sh FUZZER...: go on fuzzing where the last run stopped. FUZZ_DIR (~/.cache/kduel-fuzz) keeps the
# corpora, and the file `executions` with a line for each run: time, fuzzer, executions, CPU seconds. Each
# fuzzer runs for FUZZ_SECONDS (60), with a random seed, and with inputs of up to FUZZ_MAX_LEN bytes (default:
# the longest in the corpus); short inputs run much faster. Prints the executions of all runs, including this
# one even if it is interrupted. Fails on a finding; its input is kept in FUZZ_DIR.
set -u
dir=${FUZZ_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/kduel-fuzz}
mkdir -p "$dir"
# A small quarantine for freed memory, and short stack traces: with ASan's defaults, half of the time goes there.
export ASAN_OPTIONS=${ASAN_OPTIONS:-quarantine_size_mb=4:malloc_context_size=4}
child='' cpu=0 failed=0

# Set `used` to the CPU seconds of the children that have ended since the last call. `times` must run in
# this shell, as a subshell has times of its own.
since_last() {
	local now
	times >"$dir/times"
	now=$(awk -F '[ms ]+' 'NR == 2 { printf "%d", $1 * 60 + $2 + $3 * 60 + $4 }' "$dir/times")
	used=$((now - cpu)) cpu=$now
}
# Append the run that has ended to the file `executions`.
take_down() {
	local now
	now=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
	[ -n "$now" ] || now=$(sed -nE 's/^#([0-9]+)\t.*/\1/p' "$log" | tail -n 1)
	since_last
	printf '%s %s %d %d\n' "$(date -u +%FT%TZ)" "$name" "${now:-0}" $used >>"$dir/executions"
	child=''
}
total() {
	awk '{ n[$2] += $3; s[$2] += $4; all += $3 }
		END { for (t in n) printf "%-14s %13d executions in all runs, %d s of CPU\n", t, n[t], s[t] | "sort -k2,2nr"
		close("sort -k2,2nr"); printf "%-14s %13d\n", "together", all }' "$dir/executions"
	exit $failed
}
stop() {
	failed=130
	[ -n "$child" ] || total
	kill "$child"
	wait "$child"
	take_down
	total
}
trap stop INT TERM

for fuzzer in "$@"; do
	name=$(basename "$fuzzer")
	corpus=$dir/corpus/$name seeds=tests/fuzz/corpus/$name log=$dir/$name.log
	mkdir -p "$corpus" "$seeds"
	"$fuzzer" -seed=0 -max_total_time="${FUZZ_SECONDS:-60}" -timeout=10 -rss_limit_mb=2048 \
		-max_len="${FUZZ_MAX_LEN:-0}" -artifact_prefix="$dir/$name-" -print_final_stats=1 \
		"$corpus" "$seeds" >"$log" 2>&1 &
	child=$!
	wait $child
	rc=$?
	if [ $rc -ne 0 ] || ! grep -q '^stat::number_of_executed_units' "$log"; then
		failed=1
		echo "$name: exit status $rc; last lines of $log:"
		tail -n 30 "$log" | sed 's/^/    /'
	fi
	take_down
done
total
