#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# A page with 200 rows, each with a verdict, or more: its HTML stays below 200 KiB.
# shellcheck source=tests/tap.sh
. "$(dirname "$0")/../tap.sh"
# shellcheck source=tests/serve.sh
. "$TOP/tests/serve.sh"

# Results of one boot; every fourth of them is worse on the new kernel.
results() { # variant seed
	awk -v variant="$1" -v seed="$2" 'BEGIN {
		srand(seed)
		print "goos: linux"
		for (m = 1; m <= 200; m++)
			printf "BenchmarkOperation_%03d-8\t1000\t%.3f ns/op\n", m,
				(variant == "new" && m % 4 == 0 ? 1.2 : 1) * (100 + m) * (1 + (rand() - .5) / 50)
	}'
}

campaign() { # number
	local files=() v b
	for v in old new; do
		for b in 1 2 3 4 5; do
			results "$v" "$1$b$(wc -c <<<"${files[*]}")" >"$T/$1-$v-$b.txt"
			files+=("$v=$T/$1-$v-$b.txt")
		done
	done
	"$KDUEL" import --from benchstat --boot file --name nightly "${files[@]}" 2>/dev/null >&2
}

for night in 1 2 3; do campaign $night; done
is "$(sql 'select count(*) from campaign')" 3 "three nights of 200 rows"
id=$(sql 'select uuid from campaign order by id desc limit 1')
serve
bound=$((200 * 1024))
rows=$(fetch "campaign/$id" | grep -c '<tr data-row')
is "$rows" 200 "the page has all 200 rows"
ok $(($(fetch "campaign/$id" | grep -c 'class="spark"') < 50)) "at least 50 rows have a sparkline of the nights"
for view in "campaign/$id" "campaign/$id?all=1" "campaign/$id?only=changes" "campaign/$id?sort=name&basis=measured" \
	"compare/$id.new/$id.old" "compare/$id.new/$id.old?all=1"; do
	size=$(fetch "$view" | wc -c)
	ok $((size == 0 || size > bound)) "${view//$id/ID}: below 200 KiB" "$size bytes"
done
few=$(fetch "campaign/$id?metric=ns_op&workload=operation_007-8" | grep '<tr data-row' | grep -v ' hidden>')
is "$(grep -c . <<<"$few")/$(grep -c 'class="spark"' <<<"$few")" 1/1 "a row that did not change has its line when few are shown"
stop

# 200 series that changed in the same night, with full commit ids and a link for each.
export KDUEL_DB=$T/changes.db
for night in {1..14}; do
	for b in 1 2; do
		results "$([ "$night" -gt 8 ] && echo new)" "$night$b" | sed 's/^BenchmarkOperation/&_step/' |
			awk -v step=$((night > 8)) '/^Bench/ { $3 = sprintf("%.3f", $3 * (step ? 1.3 : 1)) } { print }' >"$T/n$b.txt"
	done
	"$KDUEL" import --from benchstat --boot file --name nightly "new=$T/n1.txt" "new=$T/n2.txt" 2>/dev/null >&2
	"$KDUEL" tag latest "commit=$(printf '%040x' $((0xabcdef * night)))" "date=2026-10-$((night + 10))" >/dev/null
done
serve --commit-url 'https://git.kernel.org/torvalds/c/{}'
page=$(fetch changes)
like "$page" "200 changes of level in 200 series" "200 changes of level"
is "$(grep -c '<td class="wide"><code>' <<<"$page")" 100 "200 changes of level: the newest 100 are listed"
like "$page" "The newest 100 are listed; ask for a workload" "200 changes of level: the page says that it lists 100"
size=$(wc -c <<<"$page")
ok $((size > bound)) "200 changes of level: the page has less than 200 KiB" "$size bytes"
finish
