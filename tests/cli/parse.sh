#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# kduel parse: metrics from saved output of programs.
# shellcheck source=tests/tap.sh
. "$(dirname "$0")/../tap.sh"
DATA=$TOP/tests/data

kduel parse fio-dmcrypt "$DATA/fio/ok.json" --format json
is $rc 0 "fio: exit code 0"
is "$(jq -r '"\(.schema) \(.kind) \(.workload)"' <<<"$out")" "1 parse fio-dmcrypt" "fio: the JSON object has its kind"
is "$(jq '.metrics[] | select(.metric == "iops").value' <<<"$out")" \
	"$(jq '.jobs[0].write.iops' "$DATA/fio/ok.json")" "fio: IOPS as the file has them"
is "$(jq -r '.metrics[] | select(.metric == "clat_p99") | "\(.value) \(.unit) \(.better)"' <<<"$out")" \
	"14.4 us lower" "fio: value, unit, direction"
is "$("$KDUEL" parse hackbench - <"$DATA/perf/messaging.txt")" "time	0.096 s" "hackbench: standard input, as text"

kduel parse fio-dmcrypt "$DATA/fio/no-space.json"
is $rc 2 "an error inside valid JSON: exit code 2"
like "$err" 'no-space\.json: .*error 28' "an error inside valid JSON: the message has what the program said"
head -c 700 "$DATA/fio/ok.json" >"$T/cut.json"
kduel parse fio-dmcrypt "$T/cut.json"
is $rc 2 "truncated: exit code 2"
like "$err" 'no complete JSON document in 700 bytes' "truncated: the error says so"
kduel parse hackbench "$DATA/fio/ok.json"
is $rc 2 "another program's output: exit code 2"
kduel parse hackbench "$T/none"
is $rc 2 "no such file: exit code 2"
like "$err" 'none: No such file' "no such file: the error names it"

kduel parse exec "$DATA/fio/ok.json" --param command=x --param "metrics=iops op/s higher json /jobs/0/write/bw"
is "$rc $out" "0 iops	$(jq .jobs[0].write.bw "$DATA/fio/ok.json") op/s" "a rule of the user's"
kduel parse exec "$DATA/fio/ok.json" --param command=x --param "metrics=iops op/s higher json jobs"
like "$rc $err" '^2 .*metrics, line 1: .*not a JSON pointer' "a malformed rule"
kduel parse vmalloc "$DATA/vmalloc/7.2.txt" --param mask=4035 --param loops=200 --format json
is "$(jq -r '.metrics[0] | "\(.metric) \(.value)"' <<<"$out")" \
	"fix_size_alloc_test: p:1, h:0, l:200 $(sed -n 's/.*fix_size.*avg: \([0-9]*\) .*/\1/p' "$DATA/vmalloc/7.2.txt" | head -1)" \
	"vmalloc: the published name"
is "$(jq -r '[.metrics[] | select(.metric | startswith("fix_size")) | "\(.run) \(.value)"] | join(", ")' <<<"$out")" \
	"1 3519, 2 3008" "vmalloc: every run in the log"
kduel parse vmalloc "$DATA/vmalloc/7.2.txt"
is "$rc $(grep -c "l:200	" <<<"$out") $(grep -c "	run 2$" <<<"$out")" "0 16 8" "vmalloc: no parameter is needed"
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

# Runs, jobs and groups: every run counts; output without a total is refused.
cat >"$T/vmalloc-part" <<'EOF'
[   15.100000] Summary: fix_size_alloc_test passed: 1 failed: 0 xfailed: 0 repeat: 1 loops: 1000 avg: 300 usec
[   15.100001] All test took worker1=9 cycles
EOF
kduel parse vmalloc "$T/vmalloc-part" --param mask=1 --param threads=20
like "$rc $err" "^2 .*worker1 finished and worker0 did not" "vmalloc: workers are missing"
sed 's/worker1/worker0/' "$T/vmalloc-part" >"$T/vmalloc-one"
kduel parse vmalloc "$T/vmalloc-one" --param threads=20
like "$rc $err" "^2 .*1 workers finished, 20 were asked for" "vmalloc: fewer workers finished than were started"
cat >"$T/vmalloc-5.10" <<'EOF'
[   67.0] Summary: full_fit_alloc_test passed: 1 failed: 0 repeat: 1 loops: 1000 avg: 989 usec
[   67.1] All test took CPU0=2345 cycles
EOF
is "$("$KDUEL" parse vmalloc "$T/vmalloc-5.10" --param mask=2)" \
	"full_fit_alloc_test: p:1, h:0, l:1000	989 usec" "vmalloc: the older format"
kduel parse fio-dmcrypt "$DATA/fio/two-jobs.json"
like "$rc $err" "^2 .*2 jobs or groups, each with figures of its own; expected one" "fio: several jobs"
jq '.jobs[1].error = 28' "$DATA/fio/two-jobs.json" >"$T/second-failed.json"
kduel parse fio-dmcrypt "$T/second-failed.json"
like "$rc $err" "^2 .*jobs\[1\] failed with error 28 \(No space" "fio: an error of the second"
cat "$DATA/fio/ok.json" "$DATA/fio/normal-and-json.txt" >"$T/two-runs.json"
kduel parse fio-dmcrypt "$T/two-runs.json"
is "$rc $(grep iops <<<"$out" | tr '\n\t' ', ')" "0 iops 399609.756098 op/s,iops 256000 op/s run 2," "fio: two runs"
{
	echo "# Running 'sched/pipe' benchmark:
# Executed 1000000 pipe operations between two processes

     Total time: 9.999 [sec]
"
	cat "$DATA/perf/messaging.txt"
} >"$T/two-benchmarks"
is "$("$KDUEL" parse hackbench "$T/two-benchmarks")" "time	0.096 s" "hackbench: its own time, not another benchmark's"
is "$("$KDUEL" parse hackbench "$DATA/perf/hackbench.txt" | tr '\n\t' ', ')" \
	"time 0.08 s,time 0.078 s run 2," "hackbench of rt-tests: two runs"
cat "$DATA/pgbench/count.txt" "$DATA/pgbench/reconnect.txt" >"$T/two-pgbench"
is "$("$KDUEL" parse pgbench "$T/two-pgbench" | grep tps | tr '\n\t' ', ')" \
	"tps 190.35835 op/s,tps 39.025723 op/s run 2," "pgbench: two runs, the second with -C"
printf '%s\n' "scaling factor: 1" "number of clients: 1" "number of transactions actually processed: 50/50" \
	"latency average = 2.000 ms" "tps = 498.0 (including connections establishing)" \
	"tps = 500.0 (excluding connections establishing)" >"$T/pgbench-13"
is "$("$KDUEL" parse pgbench "$T/pgbench-13" | tr '\n\t' ', ')" "tps 500 op/s,latency 2 ms," "pgbench of PostgreSQL 13"
cat "$DATA/speedtest1/3.40.txt" "$DATA/speedtest1/3.40.txt" >"$T/two-speedtests"
is "$("$KDUEL" parse sqlite-speedtest "$T/two-speedtests" | wc -l)" 2 "sqlite-speedtest: two runs"
cat "$DATA/time/ok.txt" "$DATA/time/ok.txt" >"$T/two-times"
is "$("$KDUEL" parse kernbench "$T/two-times" | grep -c elapsed)" 2 "kernbench: two builds"
printf '%s\n' "TAP version 13" "1..2" "ok 1 x" "not ok 2 y" \
	"# Totals: pass:2 fail:0 xfail:0 xpass:0 skip:0 error:0" >"$T/uncounted"
is "$("$KDUEL" parse mm-selftests "$T/uncounted" | head -1)" "failed	1 tests" "mm-selftests: a failure that the totals leave out"
printf '[\n{"v":5},\n{"v":7}\n]\n' >"$T/array.json"
kduel parse exec "$T/array.json" --param command=x --param metrics='m s lower json /0/v'
is "$rc $out" "0 m	5 s" "exec: a pointer begins at the root of the document"
kduel parse exec "$T/array.json" --param command=x --param metrics='m s lower json /v'
like "$rc $err" "^2 .*no number at /v" "exec: and at no other"
echo '{"n": 9007199254740992, "x": 98765432109876543210}' >"$T/big.json"
kduel parse exec "$T/big.json" --param command=x --param metrics='n b lower json /n'
is "$rc $out" "0 n	9007199254740992 b" "exec: a large number to its last digit"

# A pattern that matches only a part of a number is refused; one that goes on after it selects a column.
rule() { # TEXT RULE WANT WHAT
	printf '%s\n' "$1" >"$T/in"
	kduel parse exec "$T/in" --param command=x --param "metrics=m s lower $2"
	like "$rc $out$err" "^$3" "exec: $4"
}
for n in 1,234.5 1.5e3 1.5E-3 "1'234.5" 1:23.5 $'1\u202f234.5'; do
	rule "took $n ms" 'regex took ([0-9.]+)' "2 .*is only a part of a number in 'took $n ms'" "part of $n"
	rule "took $n ms" 'regex ([0-9]+) ms' "2 .*is only a part of a number" "the end of $n"
done
rule "took 0x1f ms" 'regex took ([0-9]+)' "2 .*'0', .* is only a part of a number" "a hexadecimal number"
rule 12,345,6 'regex ^([0-9]+),' "0 m	12 s" "the first column of a table"
rule 12,345,6 'regex ^[0-9]+,([0-9]+),' "0 m	345 s" "and the second"
rule "took 5, then 6." 'regex took ([0-9]+)' "0 m	5 s" "a number in a sentence"
rule '{"s": "\u0000", "v": 5}' 'json /v' "0 m	5 s" "a string with a NUL in the document"

shopt -s lastpipe # so that the last command of a pipeline counts in this shell
# gives WORKLOAD VALUES WHAT, refuses WORKLOAD REGEX WHAT: the result for standard input.
gives() {
	cat >"$T/in"
	kduel parse "$1" "$T/in"
	is "$rc $(tr '\n\t' ', ' <<<"$out")" "0 $2," "$3"
}
refuses() {
	cat >"$T/in"
	kduel parse "$1" "$T/in"
	like "$rc $err" "^2 .*$2" "$3"
}
# Failed runs, wherever the output shows that.
for why in "fio: terminating on signal 2" "fio: pid=77, got signal=9" "fio: io_u error on file /x: No space left on device: write offset=0, buflen=4096" \
	"fio: job 'x' (state=5) hasn't exited in 300 seconds, it appears to be stuck. Doing forceful exit of this job."; do
	{ echo "$why"; cat "$DATA/fio/ok.json"; } | refuses fio-dmcrypt "${why:0:12}" "fio: ${why:0:30}, before its document"
	{ cat "$DATA/fio/ok.json"; echo "$why"; } | refuses fio-dmcrypt "${why:0:12}" "fio: and behind it"
done
jq '.client_stats = .jobs | del(.jobs)' "$DATA/fio/ok.json" | refuses fio-dmcrypt "client_stats in place of jobs" "fio: of several servers"
jq 'del(.timestamp, .timestamp_ms) | .jobs[0].write.runtime = 2731' "$DATA/fio/ok.json" >"$T/untimed"
cat "$T/untimed" "$T/untimed" >"$T/untimed-twice"
kduel parse fio-dmcrypt "$T/untimed-twice"
is "$rc $(grep -c iops <<<"$out")" "0 2" "fio: two runs whose documents do not say when"
for why in "Signal 2 caught, longjmp'ing out!" "longjmp'ed out, reaping children" "fork() (error: Resource temporarily unavailable)"; do
	{ echo "$why"; cat "$DATA/perf/hackbench.txt"; } | refuses hackbench "hackbench: ${why:0:6}" "hackbench: $why"
done
sed "s|Running .sched/messaging'|Running 'sched/messaging-2'|" "$DATA/perf/messaging.txt" | refuses hackbench "no benchmark sched/messaging in the output" "hackbench: a benchmark with a longer name"
for why in "Client 0 aborted in state 8: ERROR:  deadlock detected" 'connection to database "x" failed:' \
	"pgbench: client 1 script 0 aborted in command 4 query 0: ERROR"; do
	{ echo "$why"; cat "$DATA/pgbench/count.txt"; } | refuses pgbench "${why:0:20}" "pgbench: ${why:0:30}"
done
{ echo "Command stopped by signal 19"; cat "$DATA/time/ok.txt"; } | refuses kernbench "stopped by signal" "time: a command that was stopped"
{ echo "make[1]: *** [Makefile:3: all] Error 2"; cat "$DATA/time/ok.txt"; } | refuses kernbench "Error 2" "time: a make whose status was lost"
{ echo "make: [Makefile:3: clean] Error 1 (ignored)"; cat "$DATA/time/ok.txt"; } >"$T/ignored"
is "$("$KDUEL" parse kernbench "$T/ignored")" "$("$KDUEL" parse kernbench "$DATA/time/ok.txt")" "time: an error that make ignored"
{ cat "$DATA/xfs_io/three.txt"; echo "/mnt/file: No such file or directory"; } | refuses seqread-xfs "/mnt/file: No such file" "xfs_io: a file that it could not open"
grep -v '^ *130 - ' "$DATA/speedtest1/3.40.txt" | refuses sqlite-speedtest "the TOTAL says 0.469 s" "speedtest1: a line is missing"

# Truncated output (tests/unit/plugins/truncated.c cuts at every byte): an incomplete run is refused, and if that
# cannot be seen, there is a warning.
for n in 6343 6344 12695; do
	head -c $n "$DATA/fio/intervals.json" | refuses fio-dmcrypt "the last document was written while the job ran" "fio: cut at byte $n, behind a document of --status-interval"
done
jq '.jobs[0].eta = 7' "$DATA/fio/ok.json" | refuses fio-dmcrypt "written while the job ran" "fio: a job with seven seconds to go"
jq '."global options".runtime = "60" | ."global options".time_based = "1"' "$DATA/fio/ok.json" | refuses fio-dmcrypt "written while the job ran" "fio: a job of 60 seconds after 41 ms"
jq '."global options".runtime = "41ms"' "$DATA/fio/ok.json" >"$T/timed"
is "$("$KDUEL" parse fio-dmcrypt "$T/timed" | head -1)" "iops	399609.756098 op/s" "fio: a job whose time is up"
head -c 150 "$DATA/perf/hackbench.txt" | refuses hackbench "no line 'Running in" "hackbench: cut in the head of the second run"
{ cat "$DATA/pgbench/count.txt"; printf 'starting vac'; } | refuses pgbench "after the last figures another run begins" "pgbench: cut where the second run begins"
{ cat "$DATA/kselftest/four.txt"; echo "TAP version 13"; } | refuses mm-selftests "the last program has ended before its line '1..N'" "mm-selftests: cut where a program begins"
printf '[ 1.0] Summary: pcpu_alloc_test passed: 1 failed: 0 repeat: 1 loops: 9 avg: 3 usec\n[ 1.1] ** 2 printk messages dropped **\n[ 1.2] All test took worker0=9 cycles\n' |
	refuses vmalloc "'printk messages dropped' stands between" "vmalloc: the kernel has dropped lines"
{ cat "$T/vmalloc-one"; echo "[ 17.0] x"; cat "$T/vmalloc-one"; } | refuses vmalloc "the log has the same run twice" "vmalloc: two dmesg, one behind the other"
sed 's/avg: 300/avg: 0/' "$T/vmalloc-one" | refuses vmalloc "took no measurable time" "vmalloc: 0 usec"
{ printf '[ 1.1] ** 2 printk messages dropped **\n[ 1.2] e1000: x\n'; cat "$T/vmalloc-one"; } | gives vmalloc "fix_size_alloc_test: p:1, h:0, l:1000 300 usec" "vmalloc: before its test, others'"
like "$err" "means over 1 worker; --param threads=N" "vmalloc: over how many workers"
sed '/worker0=211600254/q' "$DATA/vmalloc/6.12-two-workers.txt" >"$T/worker-cut"
kduel parse vmalloc "$T/worker-cut"
like "$rc $err" "^0 .*1 worker in the last run, 2 in the one before: is the log truncated" "vmalloc: cut between two workers"
kduel parse mm-selftests "$DATA/kselftest/four.txt"
like "$err" "sums of 4 programs" "mm-selftests: over how many programs"
printf 'rate: 12' >"$T/no-end"
kduel parse exec "$T/no-end" --param command=x --param metrics='m s lower regex ([0-9]+)'
like "$rc $err" "^0 .*no-end: the last line has no newline: is the file truncated" "a last line without its end"

# Other versions of the programs, and similar programs.
v2() {
	printf '{"fio version": "fio-%s", "timestamp": %s, "jobs": [{"jobname": "w", "error": 0, "write": {"io_bytes": 4096, "bw": 4000, "iops": %s, "runtime": 1024, "total_ios": %s, "%s": {"mean": 2500, "percentile": {"99.000000": 7000}}}}]}\n' "$@"
}
{ v2 2.16 1000 500 1024 clat; v2 2.16 1100 600 1030 clat; } >"$T/fio-2"
kduel parse fio-dmcrypt "$T/fio-2"
is "$rc $(grep iops <<<"$out" | tr '\n\t' ', ')" "0 iops 500 op/s,iops 600 op/s run 2," "fio 2: two runs, minutes apart"
{ v2 2.16 1000 500 1024 clat; v2 2.16 1000 600 2048 clat; } >"$T/fio-2"
kduel parse fio-dmcrypt "$T/fio-2"
is "$rc $(grep iops <<<"$out" | tr '\n\t' ', ')" "0 iops 600 op/s," "fio 2: one run, whose state was shown before its end"
v2 2.99 1000 500 1024 clat_ns >"$T/fio-2.99"
is "$("$KDUEL" parse fio-dmcrypt "$T/fio-2.99" | grep clat_mean)" "clat_mean	2.5 us" "fio 2.99 counts in nanoseconds"
printf 'Running with 10*40 (== 400) tasks.\nTime: 1.234\n' | gives hackbench "time 1.234 s" "hackbench of old"
printf '# Running sched/messaging benchmark...\n# 20 sender and receiver processes per group\n# 10 groups == 400 processes run\n\n     Total time: 12.345 [sec]\n' |
	gives hackbench "time 12.345 s" "perf bench of Linux 3"
printf '1..2\nnot ok 1 a # todo later\nok 2 b # skip no root\n# Totals: pass:0 fail:0 xfail:1 xpass:0 skip:1 error:0\n' |
	gives mm-selftests "failed 0 tests,skipped 1 tests,tests 2 tests" "TAP: directives in small letters"
printf '1..2\nok\nnot ok\n# Totals: pass:2 fail:0 xfail:0 xpass:0 skip:0 error:0\n' |
	gives mm-selftests "failed 1 tests,skipped 0 tests,tests 2 tests" "TAP: tests without a number"
for behind in "not ok 1 selftests: mm: x # exit=1" "not ok 3 c"; do
	printf '1..2\nok 1 a\nok 2 b\n# Totals: pass:2 fail:0 xfail:0 xpass:0 skip:0 error:0\n%s\n' "$behind" |
		refuses mm-selftests "'$behind' belongs to no program" "TAP: '$behind' behind the totals"
done
printf '1..2\nok 1 a\n\033[31mnot ok 2 b\033[0m\n# Totals: pass:2 fail:0 xfail:0 xpass:0 skip:0 error:0\n' |
	gives mm-selftests "failed 1 tests,skipped 0 tests,tests 2 tests" "TAP: in colour"
printf 'TAP version 13\n1..3\n# ok 1 x\n# not ok 2 y\nok 1 selftests: mm: a\n# not ok 1 z # XFAIL\nok 2 selftests: mm: b\n# ok 1\nok 3 selftests: mm: c\n' |
	gives mm-selftests "failed 1 tests,skipped 0 tests,tests 3 tests" "run_kselftest.sh: a program that is ok, and printed what is not"
for why in "Bail out! x" "# Totals: pass:1 fail:1 xfail:0 xpass:0 skip:0 error:0" "# Totals: pass:1 fail:0 xfail:0 xpass:0 skip:0 error:2"; do
	printf 'TAP version 13\n1..2\n# %s\nok 1 selftests: mm: a\n# # Totals: pass:1 fail:0 xfail:0 xpass:0 skip:0 error:0\nok 2 selftests: mm: b\n' "$why" |
		gives mm-selftests "failed 1 tests,skipped 0 tests,tests 2 tests" "run_kselftest.sh: a program that is ok, and says '$why'"
done
printf '1..3\n    1..2\n    ok 1 x\n    not ok 2 y\nok 1 a\n  not ok 1 # SKIP\nok 2 b\n# not ok is what to expect here\nok 3 c\n# Totals: pass:3 fail:0 xfail:0 xpass:0 skip:0 error:0\n' |
	gives mm-selftests "failed 1 tests,skipped 0 tests,tests 3 tests" "TAP: a test that is ok above one that is not"
{ printf "[  9.0] test_bpf: Summary: 1026 PASSED, 0 FAILED\n[ 10.0] Summary: all is well\n"; cat "$T/vmalloc-one"; } |
	gives vmalloc "fix_size_alloc_test: p:1, h:0, l:1000 300 usec" "vmalloc: another summary in the log"
{ printf "[  9.0] Summary: new_alloc_test passed: 1 failed: 0\n"; cat "$T/vmalloc-one"; } | refuses vmalloc "no test named 'new_alloc_test'" "vmalloc: a test that is not known"
{ printf "[  9.0] Summary: full_fit_alloc_test pas\n"; cat "$T/vmalloc-one"; } | refuses vmalloc "found 'Summary: full_fit_alloc_test pas'" "vmalloc: half a line"

# BOMs and line ends of other systems; binary files; output of other programs.
echo '{"results": [{"command": "true", "mean": 1, "stddev": 0.1, "times": [1]}]}' >"$T/hyperfine.json"
for w in fio-dmcrypt:fio/ok.json hackbench:perf/messaging.txt pgbench:pgbench/count.txt seqread-xfs:xfs_io/three.txt \
	sqlite-speedtest:speedtest1/3.40.txt mm-selftests:kselftest/four.txt kernbench:time/ok.txt vmalloc:vmalloc/7.2.txt; do
	f=$DATA/${w#*:} w=${w%%:*}
	{
		printf '\xef\xbb\xbf'
		sed 's/$/\r/' "$f"
	} >"$T/dos"
	is "$("$KDUEL" parse "$w" "$T/dos")" "$("$KDUEL" parse "$w" "$f")" "$w: CR LF and a byte order mark"
	iconv -t UTF-16 "$f" >"$T/utf16"
	kduel parse "$w" "$T/utf16"
	like "$rc $err" "^2 .*utf16: this is UTF-16 text, expected UTF-8: .*iconv" "$w: UTF-16"
	gzip -c "$f" >"$T/packed"
	kduel parse "$w" "$T/packed"
	like "$rc $err" "^2 .*packed: this is a gzip file" "$w: packed"
	{
		cat "$f"
		printf '\0'
	} >"$T/nul"
	kduel parse "$w" "$T/nul"
	like "$rc $err" "^2 .*nul: byte [0-9]* is NUL" "$w: NUL"
	kduel parse "$w" "$T/hyperfine.json"
	like "$rc $err" "^2 .*this looks like JSON of hyperfine" "$w: another program's"
done
kduel parse vmalloc "$DATA/perf/messaging.txt"
like "$rc $err" "^2 .*messaging.txt: .*this looks like output of perf bench" "the other program is named"

# Output of another program: the message says what it looks like.
looks() {
	printf '%s\n' "$2" >"$T/in"
	kduel parse hackbench "$T/in"
	like "$rc $err" "^2 .*\(this looks like $1\)" "$1 is named"
}
looks "JSON of bpftrace" '{"type": "attached_probes", "data": {"probes": 2}}'
looks "JSON of bpftrace" '{"type": "hist", "data": {"@usecs": [{"min": 2, "max": 3, "count": 9}]}}'
looks "JSON of rt-tests" '{"file_version": 1, "rt_test_version:": "2.4"}'
looks "JSON of sysstat" '{"sysstat": {"hosts": []}}'
looks "output of cyclictest" 'policy: fifo: loadavg: 0.00
T: 0 ( 1234) P:99 I:1000 C:  1000 Min:      2 Act:    3 Avg:    3 Max:      10'
looks "fio's terse output" '5;fio-3.36;w;0;0;'
looks "output of perf stat -x" '1.23,msec,task-clock,123,100.00,0.9,CPUs utilized'
looks "output of memtier_benchmark" 'ALL STATS
Type         Ops/sec     Hits/sec'
looks "output of hyperfine" 'Benchmark 1: true
  Time (mean ± σ):   1.0 ms ±  0.1 ms
  Range (min … max): 0.9 ms …  1.1 ms'
looks "output of dd" '1+0 records in
1+0 records out
512 bytes copied, 0.1 s, 5 kB/s'
looks "output of wrk" 'Running 10s test @ http://localhost
Requests/sec:  100
Transfer/sec:  1MB'
looks "page tables of riscv" '0xff60000000000000-0xff60000000200000    0x0000000080000000         2M PMD     D A G . . W R V'
looks "nights for kduel history --csv" 'metric,night,value
m,1,2'

kduel parse boot "$DATA/fio/ok.json"
is $rc 2 "a workload without a program: exit code 2"
like "$err" 'measures by itself' "a workload without a program: the error says why"
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
# The kernel log.
kduel parse dmesg "$DATA/dmesg/6.18-plain-hung-task-panic.txt"
is "$rc $(cut -f 1,2 <<<"$out" | tail -2 | tr '\t\n' ' ')" "0 334 lockup 357 panic " "dmesg: line and class"
like "$out" "^357	panic	Kernel panic - not syncing: sysrq triggered crash$" "dmesg: and the text"
kduel parse dmesg "$DATA/dmesg/6.18-ampereone.txt" --format json
is "$(jq -r '"\(.schema) \(.kind) \(.worst) \(.marked) \(.complaints[] | "\(.line) \(.class)")"' <<<"$out")" \
	"1 dmesg warning true 280 warning" "dmesg: JSON"
# A complaint of the kernel in the format of every tool, and one of a program, which does not count.
printf 'x\n\0[    1.000000] BUG: a\r\n45%%\r[    1.000000] BUG: b\nBUG: c\n' >"$T/console"
is "$("$KDUEL" parse dmesg "$T/console")" "$(printf '2\tbug\tBUG: a\n3\tbug\tBUG: b')" "dmesg: a console with a zero byte and a CR"
printf '4,339,5140900,-;BUG: a\n SUBSYSTEM=BUG: x\n12,340,5140901,-;BUG: b\n' >"$T/kmsg"
is "$("$KDUEL" parse dmesg "$T/kmsg")" "1	bug	BUG: a" "dmesg: /dev/kmsg"
printf 'kern  :err   : [    1.000000] BUG: a\nuser  :err   : [    1.000000] BUG: b\n' >"$T/x"
is "$("$KDUEL" parse dmesg "$T/x")" "1	bug	BUG: a" "dmesg: dmesg -x"
printf '[Sat Nov 28 12:00:00 2026] BUG: a\n' >"$T/T"
is "$("$KDUEL" parse dmesg "$T/T")" "1	bug	BUG: a" "dmesg: dmesg -T"
printf 'Nov 28 12:00:00 host kernel: BUG: a\nNov 28 12:00:00 host prog[1]: BUG: b\nNov 28 12:00:00 host prog: BUG: c\n' >"$T/journal"
is "$("$KDUEL" parse dmesg - <"$T/journal")" "1	bug	BUG: a" "dmesg: journalctl and syslog"
printf 'BUG: a\nfine\n' >"$T/bare"
kduel parse dmesg "$T/bare"
is "$rc $out" "0 1	bug	BUG: a" "dmesg: without time stamps"
like "$err" "bare: no line is marked as the kernel's" "dmesg: which is reported"
printf '6.12.1,4,5,99,-,ncfrag=0/1200;Kernel command line: x\n6.12.1,4,5,99,-,ncfrag=968/1200;BUG: a\n6.12.1,4,6,99,-,ncfrag=0/1200;BUG: b\n' >"$T/parts"
is "$("$KDUEL" parse dmesg "$T/parts")" "3	bug	BUG: b" "dmesg: parts of netconsole's: nothing begins amid a message"
printf '[    1.000000] BUG: a\n[    2.000000] Unable to ha' >"$T/cut-log"
kduel parse dmesg "$T/cut-log"
like "$rc $err" "^0 .*cut-log: the last line has no newline" "dmesg: a log that is cut"
printf '[    1.000000] Call trace:\n[    1.000001]  f+0x1/0x2\n' >"$T/trace"
kduel parse dmesg "$T/trace"
is "$rc $out" "0 " "dmesg: a trace alone is not a complaint"
gzip -c "$DATA/dmesg/6.18-ampereone.txt" >"$T/packed"
kduel parse dmesg "$T/packed"
like "$rc $err" "^2 .*packed: .*gzip" "dmesg: a packed file is named"
kduel parse dmesg "$DATA/fio/ok.json"
like "$rc $err" "^2 .*ok.json: expected a kernel log; this looks like JSON of fio" "dmesg: another program's output"
for bad in "" x "$T" /dev/null "$T/none"; do
	kduel parse dmesg ${bad:+"$bad"}
	is $rc 2 "dmesg '${bad#"$T"}': exit code 2"
done
kduel parse dmesg "$T/bare" --param a=b
like "$rc $err" '^2 .*dmesg has no parameters' "dmesg: no parameters"

kduel parse --help
is $rc 0 "help"
like "$out" 'Workloads:.* hackbench' "help names the workloads"
finish
