#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# long.sh FUZZER...: fuzzing that goes on where the last run stopped. Corpora and the number of
# executions are kept in FUZZ_DIR (~/.cache/kduel-fuzz); each fuzzer has FUZZ_SECONDS (60), from
# another seed each time. Prints the executions of all runs together; fails on a finding, whose input
# is kept in FUZZ_DIR too.
set -u
dir=${FUZZ_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/kduel-fuzz}
mkdir -p "$dir"
failed=0
for fuzzer in "$@"; do
	name=$(basename "$fuzzer")
	corpus=$dir/corpus/$name seeds=tests/fuzz/corpus/$name log=$dir/$name.log
	mkdir -p "$corpus" "$seeds"
	"$fuzzer" -seed=0 -max_total_time="${FUZZ_SECONDS:-60}" -timeout=10 -rss_limit_mb=2048 \
		-artifact_prefix="$dir/$name-" -print_final_stats=1 "$corpus" "$seeds" >"$log" 2>&1
	rc=$?
	now=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
	# What is on disk from earlier runs, and this one.
	total=$(($(cat "$dir/$name.executions" 2>/dev/null || echo 0) + ${now:-0}))
	echo $total >"$dir/$name.executions"
	printf '%-14s %12d executions, %12d in all runs\n' "$name" "${now:-0}" $total
	if [ $rc -ne 0 ] || [ -z "$now" ]; then
		failed=1
		echo "$name: exit status $rc; last lines of $log:"
		tail -n 30 "$log" | sed 's/^/    /'
	fi
done
exit $failed
