#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Target local: the same plan against the system that runs the tests, without a boot.
# shellcheck source=tests/tap.sh
. "$(dirname "$0")/../tap.sh"

cat >"$T/p.yaml" <<'YAML'
target: {kind: local}
variants: [{name: running}]
workloads: ["null"]
collectors: [env, identity]
boots: 2
iterations: 3
warmup: 1
YAML
kduel run "$T/p.yaml"
is $rc 0 "a plan runs against the running kernel"
like "$err$out" 'sessions are not boots' "a message says that sessions are not boots"
is "$(sql "select group_concat(status) from boot")" ok,ok "both sessions are ok"
is "$(sql "select distinct value from fact where key = 'identity/release'")" "$(uname -r)" "the boot's release is that of the running kernel"
is "$(sql "select count(*) from sample x join series s on s.id = x.series where s.workload = 'null' and s.metric = 'spin'")" \
	6 "every iteration left a sample"
is "$(sql "select count(*) from fact where key in ('target/lacks', 'target/machine')")" 4 "facts have what this user may not see"
is "$(sql "select count(*) from series where basis not like 'measured%'")" 0 "times are measured"
kduel run --quiet "$T/p.yaml"
a=$(sql "select uuid from campaign order by id limit 1")
b=$(sql "select uuid from campaign order by id desc limit 1")
kduel compare "$b:running" "$a:running"
unlike "$err" 'more differs' "two campaigns on one system may be compared"
like "$(tr '\n' ' ' <<<"$out")" '2 sessions on 1 boot of a running kernel count +as 1 boot' "the report says that sessions are not boots"
key='env/thp'
sqlite3 "$KDUEL_DB" "update fact set value = 'never-seen' where key = '$key' and boot in
	(select id from boot where campaign = (select max(id) from campaign));
	update fact set value = 'Linux version 0' where key = 'identity/version' and boot in
	(select id from boot where campaign = (select max(id) from campaign))"
kduel compare "$b:running" "$a:running"
is $rc 3 "another setting is refused, though the kernel is another one: here anybody can have set it"
like "$err" "$key: candidate never-seen" "another setting: the error names it"
unlike "$err" 'identity/version' "the kernel itself may differ"

sed 's/iterations: 3/iterations: 10000/' "$T/p.yaml" >"$T/long.yaml"
kduel_killed_after 2 run --quiet "$T/long.yaml"
no_leftovers "a killed kduel leaves nothing"

bad() { # what, pattern, yaml
	printf '%s\n' "$3" >"$T/bad.yaml"
	kduel run "$T/bad.yaml"
	is $rc 2 "$1: refused"
	like "$err" "$2" "$1: the error has the place and the reason"
}
bad "two variants" 'bad.yaml:2:25: .*has one variant' 'target: {kind: local}
variants: [{name: one}, {name: two}]
baseline: one
workloads: ["null"]'
bad "a CPU" "bad.yaml:2:29: 'cpu' does not apply: target kind local" 'target: {kind: local}
variants: [{name: one, cpu: max}]
workloads: ["null"]'
bad "a kernel" "'kernel' does not apply: target kind local" 'target: {kind: local}
variants: [{name: one, kernel: {image: /x}}]
workloads: ["null"]'
bad "exact mode" "'exact' needs emulation" 'target: {kind: local}
variants: [{name: one}]
exact: true
workloads: ["null"]'

# With a low limit of open files, kduel runs or says why it cannot, but never hangs.
few_files() { # limit
	(
		# shellcheck disable=SC3045 # bash
		ulimit -n "$1"
		MARK=$T exec timeout -s KILL 90 "$KDUEL" run --quiet "$T/p.yaml"
	) >"$T/out" 2>"$T/err" </dev/null
	rc=$?
	err=$(cat "$T/err")
}
few_files 64
is $rc 0 "64 open files are enough"
for n in 24 14 9; do
	few_files $n
	like "$rc ${err%%$'\n'*}" '^(0|[1-5] .+)' "$n open files: it runs, or says why not"
done
is "$(grep -lsz "^MARK=$T\$" /proc/[0-9]*/environ)" "" "no process is left behind"
finish
