#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# import --from: convert results of other tools to campaigns or CSV, and compare them.
# shellcheck source=tests/tap.sh
. "$(dirname "$0")/../tap.sh"

data=$TOP/tests/data/foreign

# With one boot per side there is a difference, no verdict, and the reason, in every format.
kduel import --from hyperfine old="$data/hyperfine-old-1.json" new="$data/hyperfine-new-1.json"
is $rc 0 "hyperfine: two files are imported"
like "$err" 'hyperfine: 12 values of 2 variants: kduel compare [0-9a-f]{8}' "hyperfine: the message has the next command"
like "$err" 'does not say which boot' "hyperfine: the message says what the format lacks"
kduel import --from hyperfine old="$data/hyperfine-old-1.json" new="$data/hyperfine-new-1.json"
is $rc 0 "hyperfine: the same files are imported again"
is "$(sqlite3 "$KDUEL_DB" 'SELECT (SELECT count(*) FROM campaign), (SELECT count(*) FROM boot)')" "1|2" "hyperfine: importing again adds nothing"
kduel compare
is $rc 4 "one boot a side: no verdict"
for format in text markdown json mail; do
	kduel compare --format $format
	like "$(tr '\n' ' ' <<<"$out" | tr -s ' ')" 'does not say which boot a value was measured on' "$format: the report says what the format lacks"
done
kduel import --from hyperfine "$data/hyperfine-two.json"
is $rc 0 "hyperfine: the commands of one file are variants"
kduel compare --format json
like "$out" 'same boot' "hyperfine: the report says that all was measured on one boot"

# With a boot per file there are verdicts.
for i in 1 2 3 4; do
	for side in old:100 new:110; do
		awk -v i=$i -v base="${side#*:}" 'BEGIN {
			print "BenchmarkWork 1000", base + (i * 7 % 3) / 10, "ns/op"
			print "BenchmarkWork 1000", base + (i * 5 % 3) / 10, "ns/op"
		}' >"$T/${side%:*}-$i.txt"
	done
done
files=()
for i in 1 2 3 4; do files+=("old=$T/old-$i.txt" "new=$T/new-$i.txt"); done
kduel import --from benchstat --boot file --name go "${files[@]}"
is $rc 0 "go: four files a side, each of a boot"
kduel compare --format csv
is $rc 1 "10 % more time is a regression"
like "$out" 'regression' "10 % more time: the text says regression"
kduel compare
like "$(tr '\n' ' ' <<<"$out" | tr -s ' ')" 'at import --boot declared that each file has its own' "the report says that --boot declared each file a boot"
kduel import --from benchstat --csv "$T/go.csv" --boot file "${files[@]}"
is $rc 0 "benchstat files can be converted to CSV"
kduel compare --csv "$T/go.csv"
is $rc 1 "the same data as CSV: a regression"
like "$out" '^work/ns_op,regression,' "the same data as CSV: the same metric regressed"
kduel import --from benchstat --csv - "${files[@]}"
is "$(cut -d, -f2,4 <<<"$out" | sort -u)" "A,0
B,0
kernel,boot" "without --boot a side is one boot"

kduel import --from lkp --boot run old="$data/lkp-old.json" new="$data/lkp-new.json"
is $rc 0 "lkp: runs that had a boot each"
kduel compare --format csv
like "$out" 'hackbench.*throughput.*improvement' "lkp: more throughput is an improvement"
unlike "$out" 'system.cs.*(improvement|regression)' "lkp: a metric without a known direction gets no verdict"
kduel import --from pts --boot run "$data/pts.xml"
is $rc 0 "pts: the systems of one file"
like "$err" 'pts.xml:[0-9]+: .*no value of Linux 6.18: left out' "a test that failed is named with its line"
kduel compare --format csv
like "$out" 'compress-zstd.*improvement' "pts: a higher rate is an improvement"
for one in "gbench gbench-1.json" "fastpath fastpath.txt" "mmtests mmtests.json" "perf-stat perf-stat.csv"; do
	kduel import --from "${one% *}" "$data/${one#* }"
	is $rc 0 "${one% *} is imported"
done
is "$(sqlite3 "$KDUEL_DB" 'pragma foreign_key_check')" "" "the database is sound"

HOME=$data kduel import --from lkp 'new=~/none.json'
like "$rc $err" "^2 kduel: $data/none.json: No such file" "the ~ of VARIANT=~/FILE, which not every shell expands"

# Errors name file and line, and nothing is stored.
before=$(sqlite3 "$KDUEL_DB" 'SELECT count(*) FROM boot')
refused() { # pattern name argument...
	local pattern=$1 name=$2
	shift 2
	kduel import "$@"
	is $rc 2 "$name: exit code 2"
	like "$err" "$pattern" "$name"
}
refused 'fastpath.txt:1: not JSON as hyperfine' "another tool's file" --from hyperfine "$data/fastpath.txt"
refused 'perf-stat.txt:[0-9]+: expected a line of perf stat -x' "what perf prints for people" --from perf-stat "$data/perf-stat.txt"
refused 'perf-stat-split.csv:3: counts for each CPU' "counts by CPU" --from perf-stat "$data/perf-stat-split.csv"
refused 'lkp-old.json:1: it has no value of' "a good file and a bad one" --from benchstat "$T/old-1.txt" "$data/lkp-old.json"
refused '--boot run' "runs of one process are no boots" --from hyperfine --boot run "$data/hyperfine-two.json"
refused 'hyperfine' "a tool that is not known" --from jmh "$data/hyperfine-two.json"
refused '--from' "--csv without --from" --csv - "$data/hyperfine-two.json"
refused 'VARIANT=FILE' "no file" --from lkp
refused 'have 1' "CSV of one kernel" --from lkp --csv - "$data/lkp-old.json"
refused 'none.json' "a file that does not exist" --from lkp "$T/none.json"
refused "$T" "a folder" --from lkp "$T"
printf '\177ELF\0\0' >"$T/elf"
refused "$T/elf" "a program" --from pts "$T/elf"
truncate -s 17M "$T/large"
refused "$T/large" "a file that is too large" --from lkp "$T/large"
is "$(sqlite3 "$KDUEL_DB" 'SELECT count(*) FROM boot')" "$before" "nothing of the refused files was stored"

finish
