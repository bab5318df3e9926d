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

# Count the reads of files, a byte in $T/reads for each. From the read $SLOW_FROM on each takes 10 ms longer, so that a
# server that has read so far takes half a minute or longer for the rest, unless it is stopped.
cat >"$T/slow.c" <<'C'
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

ssize_t pread64(int fd, void *buf, size_t n, off64_t at)
{
	ssize_t (*next)(int, void *, size_t, off64_t) = (ssize_t (*)(int, void *, size_t, off64_t))dlsym(RTLD_NEXT, "pread64");
	const struct timespec wait = { .tv_nsec = 10 * 1000 * 1000 };
	static atomic_int log = -1;
	static atomic_long reads;

	if (strcmp(program_invocation_short_name, "kduel") != 0)
		return next(fd, buf, n, at);
	if (!atomic_fetch_add(&reads, 1))
		log = open(getenv("SLOW_LOG"), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
	if (log >= 0 && write(log, ".", 1) != 1)
		abort();
	if (reads >= atol(getenv("SLOW_FROM")))
		nanosleep(&wait, NULL);
	return next(fd, buf, n, at);
}
C
is "$(cc -shared -fPIC -O1 -o "$T/slow.so" "$T/slow.c" -ldl 2>&1)" "" "the library that slows reads down is built"
reads() { stat -c %s "$T/reads" 2>/dev/null || echo 0; }
serve_slowly() { # the number of the first slow read
	rm -f "$T/reads"
	SLOW_LOG=$T/reads SLOW_FROM=$1 LD_PRELOAD=$T/slow.so serve
}

# Reload a page until it is ready, as a browser would.
await() { # path
	for _ in $(seq 60); do
		status GET "$1"
		[ "$code" = 503 ] && grep -q '^Refresh: ' <<<"$head" || break
	done
}

# A request that comes early waits for the history.
serve_slowly 1000000000
await ""
is "$code" 200 "the overview, asked for at once" "$body"
whole=$(reads)
like "$(fetch metrics)" 'operation_100' "the list of metrics is complete"
stop
is $rc 0 "the server ends"
ok $((whole < 2000)) "reading the history takes thousands of reads" "$whole"

# The server reads the history without a request. Stop it at several points of this.
for part in 5 3 2; do
	serve_slowly $((whole / part))
	end=$((SECONDS + 120))
	until [ "$(reads)" -ge $((whole / part)) ] || [ $SECONDS -ge $end ]; do sleep 0.05; done
	ok $(($(reads) < whole / part)) "the server reads one of $part parts without a request" "$(reads) of $whole"
	stop
	is $rc 0 "stopped after one of $part parts: the server exits with 0"
	ok $(($(reads) >= whole * 9 / 10)) "stopped after one of $part parts: the rest is not read" "$(reads) of $whole"
	is "$(cat "$T/serve.err")" "" "stopped after one of $part parts: nothing is printed"
done
serve
await ""
like "$body" "nightly" "a later start of the server reads everything"
stop
finish
