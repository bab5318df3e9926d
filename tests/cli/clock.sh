#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# A wall clock that goes back by a minute each time that kduel reads it: no negative durations, none of centuries,
# no deadline that depends on it, and no campaign that cannot be resumed.
# shellcheck source=tests/tap.sh
. "$(dirname "$0")/../tap.sh"

cat >"$T/back.c" <<'C'
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdatomic.h>
#include <stddef.h>
#include <sys/time.h>
#include <time.h>

static time_t back(void)
{
	static atomic_int calls;

	return 60 * atomic_fetch_add(&calls, 1);
}

int clock_gettime(clockid_t id, struct timespec *t)
{
	int (*next)(clockid_t, struct timespec *) = (int (*)(clockid_t, struct timespec *))dlsym(RTLD_NEXT, "clock_gettime");
	int ret = next(id, t);

	if (id == CLOCK_REALTIME)
		t->tv_sec -= back();
	return ret;
}

time_t time(time_t *out)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	if (out)
		*out = t.tv_sec;
	return t.tv_sec;
}

int gettimeofday(struct timeval *restrict tv, void *restrict tz)
{
	struct timespec t;

	(void)tz;
	clock_gettime(CLOCK_REALTIME, &t);
	*tv = (struct timeval){ t.tv_sec, t.tv_nsec / 1000 };
	return 0;
}
C
cc -shared -fPIC -o "$T/back.so" "$T/back.c" -ldl
ok $? "a shim for the clock is compiled"
backwards() { ASAN_OPTIONS=${ASAN_OPTIONS:-}:verify_asan_link_order=0 LD_PRELOAD=$T/back.so kduel "$@"; }
# Durations have at most four digits before their unit, and no sign.
WRONG='[0-9]{5,}(h|m|s|ms)|(^|[ :,])-[0-9.]+ ?(h|m|s|ms)\b'
cat >"$T/p.yaml" <<'YAML'
name: back
target: {kind: fake, boot_timeout: 2s}
variants:
  - {name: a, fake: {boot_delay: 10ms}}
  - {name: b, fake: {boot_delay: 10ms, fail: boot-timeout, fail_every: 3}}
baseline: a
workloads: [hackbench]
boots: 3
iterations: 2
YAML
start=$SECONDS
backwards run "$T/p.yaml"
like "$rc" '^[0-4]$' "a campaign while the clock steps back: it finishes"
unlike "$err" "$WRONG" "a campaign while the clock steps back: no impossible durations are printed"
ok $((SECONDS - start > 600)) "a campaign while the clock steps back: a boot that hangs ends at its deadline"
is "$(sql "select group_concat(status) from (select status from boot order by status)")" "boot-timeout,ok,ok,ok,ok,ok" "a campaign while the clock steps back: each boot has its status"
is "$(sql "select count(*) > 0 from boot x join boot y on y.slot > x.slot where y.started_ns < x.started_ns")" 1 "(the clock did step back)"
is "$(sql "select count(*) from boot where ended_ns - started_ns not between 1e6 and 600e9")" 0 "a campaign while the clock steps back: durations of boots are not affected"
for what in list "show latest" "show latest 1" "compare latest" "compare latest --format json" "history hackbench/time" "changes"; do
	# shellcheck disable=SC2086
	backwards $what
	like "$rc" '^[0-4]$' "kduel $what"
	unlike "$out$err" "$WRONG" "kduel $what: no impossible durations"
done
# Killed, and resumed at a time before its start.
sed 's/boots: 3/boots: 60/; s/, fail: boot-timeout, fail_every: 3//' "$T/p.yaml" >"$T/long.yaml"
KDUEL_DB=$T/long.db kduel_killed_after +0.3 run "$T/long.yaml"
export KDUEL_DB=$T/long.db
backwards run --resume latest --quiet
like "$rc" '^[014]$' "a killed campaign is resumed before it was begun"
is "$(sql "select count(*), count(distinct slot) from boot where status = 'ok'; select state from campaign")" "120|120
finished" "a killed campaign resumed with an earlier clock is complete"
# A campaign with a date in the future is the latest until then.
sql() { sqlite3 "${2:-$KDUEL_DB}" "$1"; }
sql "update campaign set created_ns = created_ns + 365 * 86400000000000"
kduel run --quiet "$T/long.yaml"
like "$err" 'warning: campaign [0-9a-f]{8} has a date in the future: `latest` means that one, not this' "a campaign from the future: a warning"
kduel show latest
like "$out" "$(sql "select substr(uuid, 1, 8) from campaign order by id limit 1")" "a campaign from the future is listed as the latest"
finish
