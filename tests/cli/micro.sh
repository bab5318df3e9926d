#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The workload micro: a row for each operation, measured on the system that runs the tests, and in exact mode on the
# fake target.
# shellcheck source=tests/tap.sh
. "$(dirname "$0")/../tap.sh"
export XDG_CACHE_HOME=$T/cache

cat >"$T/local.yaml" <<'YAML'
target: {kind: local}
variants: [{name: running}]
workloads:
  - micro: {ops: "getppid, pipe create-unlink fault-anon"}
collectors: [env]
boots: 1
iterations: 2
warmup: 1
YAML
kduel run "$T/local.yaml"
is $rc 0 "micro runs on the running kernel" "$err"
is "$(sql "select group_concat(metric, ' ') from (select metric from series where source = 'micro' order by metric)")" \
	"create-unlink.time fault-anon.time getppid.time pipe.time" "only the requested operations have a time"
is "$(sql "select count(*) from sample x join series s on s.id = x.series where s.source = 'micro' and x.value > 10 and x.value < 1e8")" \
	8 "each iteration has one of each, in nanoseconds"
is "$(sql "select (select min(x.value) from sample x join series s on s.id = x.series where s.metric = 'create-unlink.time') >
	(select min(x.value) from sample x join series s on s.id = x.series where s.metric = 'getppid.time')")" 1 \
	"a new file takes longer than the cheapest call"

sed 's/micro: .*/micro: {ops: "brk getppid", threads: 2}/' "$T/local.yaml" >"$T/threads.yaml"
kduel run "$T/threads.yaml"
is $rc 0 "an operation that cannot be done fails nothing" "$err"
like "$err" 'parts of micro cannot run here: brk: threads share' "an operation that cannot be done is named"
is "$(sql "select group_concat(distinct s.metric) from sample x join series s on s.id = x.series
	join boot b on b.id = x.boot where s.source = 'micro' and b.campaign = (select max(id) from campaign) order by s.metric")" \
	getppid.time,getppid.scaling \
	"the other operations have figures"
sed 's/micro: .*/micro: {ops: brk, threads: 2}/' "$T/local.yaml" >"$T/none.yaml"
kduel run "$T/none.yaml"
like "$err" 'micro cannot run here: brk: threads share' "without any operation the workload is unsupported"

bad() { # ops, pattern
	sed "s/ops: .*/ops: \"$1\"}/" "$T/local.yaml" >"$T/bad.yaml"
	kduel run "$T/bad.yaml"
	is $rc 2 "ops \"$1\": refused"
	like "$err" "bad.yaml:4:5: micro: ops: $2" "ops \"$1\": the error has the place and the reason"
}
bad "getpid" "there is no operation 'getpid'; there are getppid, .*io-uring"
bad "pipe,pipe" "'pipe' is listed twice"
bad "" "there is none"

cat >"$T/exact.yaml" <<'YAML'
name: calls
target: {kind: fake}
variants: [{name: old}, {name: new, fake: {scale: 1.1}}]
baseline: old
workloads:
  - micro: {ops: "stat fork"}
collectors: [tlbmodel]
boots: 3
exact: true
YAML
kduel run "$T/exact.yaml"
is $rc 1 "in exact mode a regression is found"
for op in stat fork; do
	is "$(kduel compare --format json; jq -r --arg m "$op.kernel_insns" '[.blocks[].rows[] | select(.workload == "micro" and .metric == $m) |
		.unit, .verdict] | join(" ")' <<<"$out")" "insns/op regression" "$op: a row of its own, which is judged"
done
finish
