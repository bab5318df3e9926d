#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# parse: figures out of saved outputs, through the command line.
# shellcheck source=tests/tap.sh
. "$(dirname "$0")/../tap.sh"
DATA=$TOP/tests/data

kduel parse fio-dmcrypt "$DATA/fio/ok.json" --format json
is $rc 0 "fio: exit code 0"
is "$(jq -r '"\(.schema) \(.kind) \(.workload)"' <<<"$out")" "1 parse fio-dmcrypt" "fio: the object says what it is"
is "$(jq '.metrics[] | select(.metric == "iops").value' <<<"$out")" \
	"$(jq '.jobs[0].write.iops' "$DATA/fio/ok.json")" "fio: IOPS as the file has them"
is "$(jq -r '.metrics[] | select(.metric == "clat_p99") | "\(.value) \(.unit) \(.better)"' <<<"$out")" \
	"14.4 us lower" "fio: value, unit, direction"
is "$("$KDUEL" parse hackbench - <"$DATA/perf/messaging.txt")" "time	0.096 s" "hackbench: standard input, as text"

kduel parse fio-dmcrypt "$DATA/fio/no-space.json"
is $rc 2 "an error inside valid JSON: exit code 2"
like "$err" 'no-space\.json: .*error 28' "and what the program said"
head -c 700 "$DATA/fio/ok.json" >"$T/cut.json"
kduel parse fio-dmcrypt "$T/cut.json"
is $rc 2 "truncated: exit code 2"
like "$err" 'no complete JSON document in 700 bytes' "and why"
kduel parse hackbench "$DATA/fio/ok.json"
is $rc 2 "another program's output: exit code 2"
kduel parse hackbench "$T/none"
is $rc 2 "no such file: exit code 2"
like "$err" 'none: No such file' "and which"

kduel parse exec "$DATA/fio/ok.json" --param command=x --param "metrics=iops op/s higher json /jobs/0/write/bw"
is "$rc $out" "0 iops	$(jq .jobs[0].write.bw "$DATA/fio/ok.json") op/s" "a rule of the user's"
kduel parse exec "$DATA/fio/ok.json" --param command=x --param "metrics=iops op/s higher json jobs"
like "$rc $err" '^2 .*metrics, line 1: .*no JSON pointer' "a rule that is none"
kduel parse vmalloc "$DATA/vmalloc/7.2.txt" --param mask=4035 --param loops=200 --format json
is "$(jq -r '.metrics[0] | "\(.metric) \(.value)"' <<<"$out")" \
	"fix_size_alloc_test: p:1, h:0, l:200 $(sed -n 's/.*fix_size.*avg: \([0-9]*\) .*/\1/p' "$DATA/vmalloc/7.2.txt" | tail -1)" \
	"vmalloc: the published name, the last run"
is "$("$KDUEL" parse pgbench "$DATA/pgbench/count.txt" | tr '\n' ' ')" "tps	190.35835 op/s latency	5.253 ms " "pgbench: as it printed them"
kduel parse pgbench "$DATA/pgbench/aborted.txt"
like "$rc $err" '^2 .*aborted\.txt: .*client 0 script 0 aborted' "pgbench: a run that was given up"
is "$("$KDUEL" parse sqlite-speedtest "$DATA/speedtest1/3.40.txt")" "time	$(sed -n 's/^ *TOTAL[.]* *\(.*\)s$/\1/p' "$DATA/speedtest1/3.40.txt") s" "sqlite-speedtest: its TOTAL"
is "$("$KDUEL" parse seqread-xfs "$DATA/xfs_io/three.txt" | wc -l)" 3 "seqread-xfs: a rate for each size of a read"
is "$("$KDUEL" parse mm-selftests "$DATA/kselftest/four.txt" | tr '\n' ' ')" "failed	0 tests skipped	0 tests tests	39 tests " "mm-selftests: the sums of several programs"
cat >"$T/exec.yaml" <<'EOF'
target: {kind: fake}
variants: [{name: a}]
workloads:
  - exec: {command: "true", metrics: "a s less regex (x)"}
EOF
kduel run "$T/exec.yaml"
like "$rc $err" "^2 .*exec.yaml:4:5: exec: metrics, line 1: a: expected lower or higher" "a rule in a plan: file and line"

kduel parse boot "$DATA/fio/ok.json"
is $rc 2 "a workload without a program: exit code 2"
like "$err" 'measures by itself' "and why"
kduel parse nonesuch x
like "$rc $err" "^2 .*no workload 'nonesuch'" "no such workload"
kduel parse hackbench x --param groups=many
like "$rc $err" '^2 .*groups' "a parameter of the wrong type"
kduel parse hackbench x --param group=1
like "$rc $err" "^2 .*no parameter 'group'" "no such parameter"
kduel parse hackbench x --format xml
is $rc 2 "no such format"
kduel parse hackbench
is $rc 2 "no file"
kduel parse --help
is $rc 0 "help"
like "$out" 'Workloads:.* hackbench' "help names the workloads"
finish
