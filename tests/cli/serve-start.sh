#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Starting the server with a database of many nights: their history is read before anybody requests a page, and the
# server can be stopped in the middle of that.
# shellcheck source=tests/tap.sh
. "$(dirname "$0")/../tap.sh"
# shellcheck source=tests/serve.sh
. "$TOP/tests/serve.sh"

# A campaign of 100 metrics, repeated for several years of nights.
for v in old new; do
	for b in 1 2 3; do
		awk -v seed="$b${#v}$(wc -c <<<"${files[*]-}")" 'BEGIN {
			srand(seed)
			for (m = 1; m <= 100; m++)
				printf "BenchmarkOperation_%03d-8\t1000\t%.3f ns/op\n", m, 100 + m + rand()
		}' >"$T/$v-$b.txt"
		files+=("$v=$T/$v-$b.txt")
	done
done
kduel import --from benchstat --boot file --name nightly "${files[@]}"
is $rc 0 "a campaign" "$err"
nights=800
sqlite3 "$KDUEL_DB" "PRAGMA journal_mode = WAL; BEGIN;
CREATE TEMP TABLE night AS WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $nights)
	SELECT i FROM n;
INSERT INTO campaign SELECT c.id + 1000 * i, printf('%08x', i) || substr(c.uuid, 9), name, plan_path, plan_text,
	target, host, version, lock_text, seed, created_ns + i, n_slots, state FROM campaign c, night;
INSERT INTO variant SELECT v.id + 1000 * i, campaign + 1000 * i, position, name, cpu, cmdline, kernel, baseline
	FROM variant v, night;
INSERT INTO boot SELECT b.id + 1000 * i, printf('%08x', i) || substr(b.uuid, 9), campaign + 1000 * i,
	variant + 1000 * i, slot, block, seed, status, detail, started_ns, ended_ns, command FROM boot b, night;
INSERT INTO boot_stat SELECT variant + 1000 * i, series, boot + 1000 * i, median + random() % 100 / 100.0, n, warmup,
	tainted, low, mean, var, log_mean, log_var, multiplexed, least_ran FROM boot_stat, night;
COMMIT;" >"$T/sql" 2>&1
is "$(sql 'select count(*) from boot_stat')" $((600 * (nights + 1))) "$((nights + 1)) nights" "$(cat "$T/sql")"

ticks() { awk '{ print $14 + $15 }' "/proc/$server/stat"; } # CPU time of the server so far, in 1/100 s

# Reload a page until it is ready, as a browser would.
await() { # path
	for _ in $(seq 60); do
		status GET "$1"
		[ "$code" = 503 ] && grep -q '^Refresh: ' <<<"$head" || break
	done
}

# The server reads the history without any request. An early request waits for it.
serve
idle=$(ticks)
await ""
is "$code" 200 "the overview, asked for at once" "$body"
whole=$(ticks)
like "$(fetch metrics)" 'operation_100' "the list of metrics is complete"
stop
is $rc 0 "the server ends"
ok $((whole < 20 + idle)) "reading the database takes a while" "$idle, then $whole hundredths of a second"

# Stop the server at several points of this.
for part in 5 3 2; do
	serve
	end=$((SECONDS + 120))
	until [ "$(ticks)" -ge $((whole / part)) ] || [ $SECONDS -ge $end ]; do sleep 0.01; done
	then=$(ticks)
	ok $((then < whole / part)) "the server starts reading without a request" "$then of $whole"
	TIMEFORMAT='%U %S'
	{ time stop; } 2>"$T/time"
	took=$(awk '{ printf "%d\n", 100 * ($1 + $2) }' "$T/time")
	is $rc 0 "stopped after one of $part parts: the server exits with 0"
	ok $((took > whole * 9 / 10)) "stopped after one of $part parts: the rest is not read" "$took of $whole"
	is "$(cat "$T/serve.err")" "" "stopped after one of $part parts: nothing is printed"
done
serve
await ""
like "$body" "nightly" "a later start of the server reads everything"
stop
finish
