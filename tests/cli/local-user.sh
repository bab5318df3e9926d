#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Target local as an unprivileged user: the campaign runs and says why something cannot be counted. Counts of only the
# user's processes have other names than those of whole CPUs.
# shellcheck source=tests/tap.sh
. "$(dirname "$0")/../tap.sh"

# A copy that this user may read, and a home of its own.
mkdir -p "$T/u/home"
cp -r "$KDUEL" "$TOP/configs" "$T/u/"
cp "$(dirname "$KDUEL")/${O:-build}/agent-$(uname -m)" "$T/u/" 2>/dev/null ||
	cp "$(dirname "$KDUEL")/agent-$(uname -m)" "$T/u/"
cat >"$T/u/p.yaml" <<'YAML'
target: {kind: local}
variants: [{name: running}]
workloads: [fork-exec: {count: 50}]
collectors: [env, perf, schedstat, cpufreq, thermal]
boots: 1
iterations: 2
warmup: 0
YAML
chmod 711 "$T"
chmod -R a+rX "$T/u"
chmod 777 "$T/u" "$T/u/home"

as_nobody=()
[ "$(id -u)" != 0 ] || as_nobody=(setpriv --reuid=65534 --regid=65534 --clear-groups --inh-caps=-all)
nobody() { # arguments of kduel
	"${as_nobody[@]}" env HOME="$T/u/home" XDG_CACHE_HOME="$T/u/home" XDG_DATA_HOME="$T/u/home" TMPDIR="$T/u" \
		KDUEL_DB="$T/u/home/k.db" KDUEL_AGENT_DIR="$T/u" "$T/u/$(basename "$KDUEL")" "$@" >"$T/out" 2>"$T/err" </dev/null
	rc=$?
	out=$(cat "$T/out")
	err=$(cat "$T/err")
}
count() { sql "select count(*) from series where source = 'perf' and metric $1" "$T/u/home/k.db"; }

nobody run "$T/u/p.yaml"
[ $rc -eq 0 ] || [ $rc -eq 4 ]
ok $? "the campaign runs without rights" "$rc" "$err"
is "$(sql 'select group_concat(status) from boot' "$T/u/home/k.db")" ok "without root: the boot is ok"
nobody show latest 1 --facts
facts=$out
for c in schedstat cpufreq thermal; do
	[ "$(sql "select count(*) from series where source = '$c'" "$T/u/home/k.db")" -gt 0 ] ||
		grep -q "^$c/status: unsupported: " <<<"$facts"
	ok $? "$c has samples, or says why it has none" "$facts"
done
level=$(cat /proc/sys/kernel/perf_event_paranoid 2>/dev/null)
if [ "${level:-0}" -le 0 ]; then
	like "$facts" '^perf/scope: all CPUs' "level ${level:-0}: everybody may count whole CPUs"
	finish
fi
like "$facts" '^perf/scope: the agent.s own processes.*perf_event_paranoid 0 or less, or CAP_PERFMON' \
	"facts say what is counted, and which setting allows the rest"
is "$(count "not like 'process.%'")" 0 "nothing goes by the name of what whole CPUs count"
if [ "$level" -eq 1 ]; then
	faults=$(sql "select min(value) from sample x join series s on s.id = x.series
		where s.metric = 'process.page_faults'" "$T/u/home/k.db")
	ok "$(awk -v n="${faults:-0}" 'BEGIN { exit !(n >= 50 * 10) }'; echo $?)" \
		"the programs that were started are counted" "page faults of 50 programs: $faults"
else
	is "$(count "= 'process.page_faults'")" 0 "level $level: the kernel's own counters are no rows"
	like "$facts" "^perf/page_faults: not permitted: kernel.perf_event_paranoid is $level" "level $level: facts say why there are no kernel counters"
fi
finish
