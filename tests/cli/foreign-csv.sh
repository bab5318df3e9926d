#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# compare --csv: samples of other tools, through the command line.
# shellcheck source=tests/tap.sh
. "$(dirname "$0")/../tap.sh"

# Metrics with 1 % of noise; kernel B takes EFFECT times as long. With its own random generator, so that every awk
# gives the same numbers.
samples() { # effect boots
	awk -v effect="$1" -v boots="$2" '
	function rnd() { seed = (seed * 16807) % 2147483647; return seed / 2147483647 }
	function noise(  s, i) { for (i = 0; i < 12; i++) s += rnd(); return (s - 6) / 100 }
	BEGIN {
		seed = 7
		print "metric,kernel,slot,boot,iter,value"
		for (m = 1; m <= 8; m++)
			for (s = 0; s < 2 * boots; s++) {
				b = (s + int(s / 2)) % 2
				level = noise()
				for (i = 0; i < 3; i++)
					printf "m%d,%s,%d,%d,%d,%.9f\n", m, b ? "B" : "A", s, \
						int(s / 2), i, 10 * (b ? effect : 1) * \
						exp(level + noise())
			}
	}'
}

samples 1.1 6 >"$T/slow.csv"
kduel compare --csv "$T/slow.csv" --format csv
is $rc 1 "10 % more time: exit code 1"
is "$(head -n 1 <<<"$out")" "metric,verdict,p,padj,effect_pct,lo_pct,hi_pct,n_a,n_b,change,change_lo,change_hi,change_unit" "columns"
is "$(cut -d, -f2 <<<"$out" | sort | uniq -c | tr -s ' ' ' ')" " 8 regression
 1 verdict" "every metric is worse"
is "$err" "" "10 % more time: no warning"
is "$(awk -F, 'NR > 1 && !($5 > $6 && $5 < $7 && $6 > 5 && $7 < 15 && $8 == 6 && $9 == 6)' <<<"$out")" "" \
	"the intervals are about 10 %"
first=$out

{ head -n 1 "$T/slow.csv"; tail -n +2 "$T/slow.csv" | sort -t, -k6; } >"$T/shuffled.csv"
kduel compare --csv "$T/shuffled.csv"
is "$out" "$first" "the order of rows does not matter"
awk -F, -v OFS=, 'NR == 1 { print; next } { for (k = 0; k < 3; k++) { r = $0; $5 = 3 * $5 + k; print; $0 = r } }' \
	"$T/slow.csv" >"$T/triple.csv"
kduel compare --csv "$T/triple.csv"
is "$out" "$first" "three copies of each iteration change nothing"
kduel compare --csv - <"$T/slow.csv"
is $rc 2 "empty standard input is an error"
is "$("$KDUEL" compare --csv - <"$T/slow.csv")" "$first" "standard input is read"
sed 's/,A,/,x,/; s/,B,/,A,/; s/,x,/,B,/' "$T/slow.csv" >"$T/swapped.csv"
kduel compare --csv "$T/swapped.csv"
is $rc 0 "the sides swapped: improvements, exit code 0"
is "$(cut -d, -f1,3,4 <<<"$out" | cut -c1-10)" "$(cut -d, -f1,3,4 <<<"$first" | cut -c1-10)" "the sides swapped: the same p"
is "$(grep -c improvement <<<"$out")" 8 "eight of them"

samples 1 8 >"$T/same.csv"
kduel compare --csv "$T/same.csv" --margin 3 --adjust bh
is $rc 0 "no effect: exit code 0"
unlike "$out" 'regression' "no effect: no regression"
like "$out" 'no-change' "no change is a claim that can be made"
kduel compare --csv "$T/same.csv" --margin=3% --design paired --adjust none
is $rc 0 "no effect, paired by block: exit code 0"
is "$(awk -F, 'NR > 1 && !($3 == $4 && $8 == 8 && $9 == 8)' <<<"$out")" "" "unadjusted: padj = p; 8 pairs"
kduel compare --csv "$T/same.csv" --margin 0.01
is "$(grep -c no-change <<<"$out")" 0 "a tiny margin: nothing is shown to be equal"

# Differences of shares are in points, not relative, also from 0.
{
	echo metric,kernel,slot,boot,iter,value,unit
	for k in 0 1 2 3 4; do
		for r in "share:1.16:99.44:%" "ratio:0.2:0.3:ratio" "zero:0:12.5:%" "time:100:110:s"; do
			IFS=: read -r name a b unit <<<"$r"
			echo "$name,A,$((2 * k)),$k,0,$a,$unit"
			echo "$name,B,$((2 * k + 1)),$k,0,$b,$unit"
		done
	done
} >"$T/shares.csv"
kduel compare --csv "$T/shares.csv" --fail-on none
is "$(awk -F, 'NR > 1 { printf "%s %s %.6g %s\n", $1, $5 == "nan" && $6 == "nan" && $7 == "nan" ? "-" : sprintf("%.6g", $5), $10, $13 }' <<<"$out")" \
"ratio - 10 points
share - 98.28 points
time 10 10 %
zero - 12.5 points" "shares change by points and have no per cent"

samples 1.1 2 >"$T/few.csv"
kduel compare --csv "$T/few.csv"
is $rc 4 "two boots are too few: exit code 4"
is "$(grep -c insufficient <<<"$out")" 8 "two boots: each row is insufficient"
like "$err" 'm1: a verdict needs 3 boots' "two boots: a message says how many a verdict needs"
sed '/,B,2,/d' "$T/same.csv" >"$T/hole.csv"
kduel compare --csv "$T/hole.csv" --design paired
like "$err" 'm1: 8 boots of A and 7 of B are in 7 complete blocks' "an incomplete block is reported"

# 200 metrics whose values are 20 or 21 at random, for both kernels.
coin() { # boots
	awk -v n="$1" 'BEGIN {
		srand(3)
		print "metric,kernel,slot,boot,iter,value"
		for (m = 0; m < 200; m++)
			for (i = 0; i < 2 * n; i++)
				printf "m%d,%s,%d,%d,0,%d\n", m, i % 2 ? "B" : "A", i, int(i / 2), 20 + (rand() < .5)
	}'
}
for n in 3 5 10; do
	coin "$n" >"$T/coin.csv"
	kduel compare --csv "$T/coin.csv"
	is "$rc $(grep -c regression <<<"$out")" "0 0" "values that repeat by chance, $n boots: no regression"
	is "$(grep -c '^m[0-9]*,[a-z-]*,0,' <<<"$out")" 0 "values that repeat by chance, $n boots: no p of 0"
done
{
	echo metric,kernel,slot,boot,iter,value
	for i in 0 1 2; do
		echo "const,A,$((2 * i)),$i,0,20"
		echo "const,B,$((2 * i + 1)),$i,0,21"
		echo "huge,A,$((2 * i)),$i,0,1.$i""e-300"
		echo "huge,B,$((2 * i + 1)),$i,0,1.$i""e300"
	done
} >"$T/repeat.csv"
kduel compare --csv "$T/repeat.csv"
like "$out" '^const,inconclusive,0.1[0-9]*,' "one of 20 ways to split six boots, and its mirror"
like "$out" '^huge,regression,[^,]*,[^,]*,nan,nan,nan,3,3,nan,nan,nan,%$' "too large for a number: nan"

sed '5s/[0-9.]*$/fast/' "$T/slow.csv" >"$T/bad.csv"
kduel compare --csv "$T/bad.csv"
is $rc 2 "a broken file: exit code 2"
like "$err" 'bad.csv:5:12: ' "line and column are named"
is "$out" "" "a mistake in the file: no report is printed"
kduel compare --csv "$T/none.csv"
is $rc 2 "no such file: exit code 2"
kduel compare --csv "$T"
is $rc 2 "a directory: exit code 2"
for bad in "--margin x" "--margin -1" "--adjust holm" "--design mixed" "--format json" "latest" "--only worse"; do
	# shellcheck disable=SC2086
	kduel compare --csv "$T/slow.csv" $bad
	is $rc 2 "compare --csv $bad is a usage error"
done
kduel compare --csv x --help
is $rc 0 "--help explains"
like "$out" 'metric, kernel' "the columns"
# The last number may be truncated.
printf 'metric,kernel,slot,boot,iter,value\nm,A,0,0,0,10\nm,B,1,1,0,10' >"$T/cut.csv"
kduel compare --csv "$T/cut.csv"
like "$err" "cut.csv: the last line has no newline: is the file truncated" "compare: a last row without its end"
printf 'metric,night,value\nm,1,10\nm,2,10' >"$T/cut.csv"
kduel history --csv "$T/cut.csv"
like "$err" "cut.csv: the last line has no newline: is the file truncated" "history: a last row without its end"
echo >>"$T/cut.csv"
kduel history --csv "$T/cut.csv"
unlike "$err" "has no newline" "history of a file with a final newline: no warning"
finish
