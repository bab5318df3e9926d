#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# memcached.sh: compare kduel's load generator in closed-loop mode with libmemcached's memaslap. They
# alternate, each with its own memcached and the same parameters. Compared are the throughput and, by Little's
# law (throughput times mean latency), the share of connections that have a request in flight.
set -eu
KDUEL=${KDUEL:-$PWD/kduel}
PAIRS=${PAIRS:-5} SECONDS_EACH=${SECONDS_EACH:-4} CONNECTIONS=50
T=$(mktemp -d)
pid=
trap '[ -z "$pid" ] || kill "$pid" 2>/dev/null; rm -rf "$T"' EXIT

# memaslap is in Debian, but tools/setup.sh does not install it.
slap=$(command -v memcaslap || command -v memaslap || true)
if [ -z "$slap" ]; then
	# shellcheck source=/dev/null
	. /etc/os-release
	"$KDUEL" fetch --arch "$(dpkg --print-architecture)" --suite "$VERSION_CODENAME" --into "$T/slap" \
		libmemcached-tools libmemcached11 libhashkit2 libevent-2.1-7 >"$T/log" 2>&1 || true
	slap=$(find "$T/slap/usr/bin" -name memcaslap -o -name memaslap 2>/dev/null | head -n 1)
	LIBS=$(dirname "$(find "$T/slap/usr/lib" -name 'libmemcached.so.*' 2>/dev/null | head -n 1)")
fi
[ -n "$slap" ] || { echo "memcached: not measured, there is no memaslap: $(tail -n 1 "$T/log")"; exit 0; }

cat >"$T/p.yaml" <<YAML
name: bench-memcached
target: {kind: local}
variants: [{name: here}]
collectors: [identity]
workloads:
  - memcached: {ops: 0, duration: ${SECONDS_EACH}s, connections: $CONNECTIONS, opened: $CONNECTIONS, scatter: 0,
                keys: 100000, key_size: 32, value_size: 1K, get_ratio: 0.9, memory: 256M, server_threads: 4,
                threads: 1}
boots: 1
iterations: 1
warmup: 0
YAML
printf 'key\n32 32 1\nvalue\n1024 1024 1\ncmd\n0 0.1\n1 0.9\n' >"$T/slap.cfg"

ours() { # print requests per second and mean latency in us
	rm -f "$T"/k.db*
	"$KDUEL" run --quiet --db "$T/k.db" "$T/p.yaml" >"$T/log" 2>&1 || [ $? -eq 4 ] || { cat "$T/log" >&2; exit 1; }
	sqlite3 -separator ' ' "$T/k.db" "select max(iif(metric = 'ops', value, 0)), max(iif(metric = 'mean', value, 0))
		from sample x join series s on s.id = x.series where s.source = 'memcached'"
}

theirs() {
	rm -f "$T/port"
	MEMCACHED_PORT_FILENAME=$T/port memcached -l 127.0.0.1 -U 0 -p -1 -t 4 -m 256 -c 1024 \
		-u "$(id -un)" &
	pid=$!
	for _ in $(seq 100); do [ -s "$T/port" ] && break; sleep 0.05; done
	LD_LIBRARY_PATH=${LIBS:-} "$slap" -s "127.0.0.1:$(awk '/TCP INET:/ { print $3 }' "$T/port")" -T 1 \
		-c $CONNECTIONS -w 2k -F "$T/slap.cfg" -t "${SECONDS_EACH}s" -S "${SECONDS_EACH}s" >"$T/log" 2>&1
	kill "$pid"
	wait "$pid" || true
	pid=
	awk '/^Total Statistics \(/ { total = 1 } total && $1 == "Avg:" { mean = $2; total = 0 }
	     /^Run time:/ { for (i = 1; i < NF; i++) if ($i == "TPS:") ops = $(i + 1) }
	     END { if (!ops || !mean) exit 1; print ops, mean }' "$T/log" || { cat "$T/log" >&2; exit 1; }
}

for _ in $(seq "$PAIRS"); do
	k=$(ours) s=$(theirs)
	echo "$k $s"
done >"$T/pairs"
middle() { sort -n | awk '{ v[NR] = $1 } END { printf "%.3f (%.3f to %.3f)", v[int((NR + 1) / 2)], v[1], v[NR] }'; }
echo "memcached, closed loop, $CONNECTIONS connections, $PAIRS pairs of $SECONDS_EACH s: throughput against memaslap" \
	"$(awk '{ print $1 / $3 }' "$T/pairs" | middle); share of the connections with a request under way:" \
	"kduel $(awk -v c=$CONNECTIONS '{ print $1 * $2 / 1e6 / c }' "$T/pairs" | middle)," \
	"memaslap $(awk -v c=$CONNECTIONS '{ print $3 * $4 / 1e6 / c }' "$T/pairs" | middle)"
