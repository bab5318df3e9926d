#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# What `kduel compare` prints of one campaign: formats, filters, order, files, exit codes.
# shellcheck source=tests/tap.sh
. "$(dirname "$0")/../tap.sh"

cat >"$T/plan.yaml" <<'YAML'
name: formats
target: {kind: fake}
variants:
  - {name: a, fake: {boot_sd: 0.002, iter_sd: 0.002}}
  - {name: b, fake: {scale: 1.2, boot_sd: 0.002, iter_sd: 0.002}}
baseline: a
workloads: [boot, hackbench, fio-dmcrypt, memcached]
boots: 4
iterations: 3
warmup: 1
seed: 11
YAML
kduel run --quiet --format nonsense "$T/plan.yaml"
is $rc 2 "run refuses an unknown format"
like "$err" 'nonsense.*markdown' "an unknown format: the error names those that exist"
[ ! -e "$KDUEL_DB" ]
ok $? "an unknown format is refused before anything is booted or stored"
kduel run --quiet --format mail "$T/plan.yaml"
is $rc 1 "run takes every format, and a regression is exit code 1"
like "$out" '^To reproduce' "the mail says how to reproduce"

widest() { awk '{ if (length($0) > n) n = length($0) } END { print n + 0 }' "$T/out"; }

kduel compare
ok "$(($(widest) <= 100 ? 0 : 1))" "text: no line over 100 columns" "$(widest)"
# The line about the host is one or two lines, depending on what the host is.
lines=$(sed '/^fake on /,/^kduel /{/^kduel /!d}' "$T/out" | wc -l)
ok "$((lines <= 39 ? 0 : 1))" "text: the report fits on a screen" "$lines"
# "Next:" is a command that works as printed, and the same in every format.
next=$(tr -s '\n ' '  ' <"$T/out" | grep -o 'Next: `[^`]*`' | cut -d'`' -f2)
like "$next" '^kduel compare [0-9a-f]{8} --metric memcached/p99 --ranges$' "the first screen suggests the next command"
eval "$next"
is $rc 1 "the command works"
like "$(tr -s '\n ' '  ' <"$T/out")" ' memcached/p99 apart: baseline ' "the suggested command prints the ranges"
kduel compare --format json
like "$(jq -r '.finding[] | select(.kind == "next").text' <<<"$out")" "^Next: .$next. shows " "JSON has it"
for f in mail markdown; do
	kduel compare --format $f
	like "$(tr -s '\n ' '  ' <"$T/out")" "Next: .$next. shows " "the suggested command is in $f, too"
done
kduel compare
moved() { jq -r "[.blocks[].rows[] | select(.family == \"primary\" and (.verdict | test(\"$1\"))) | .workload + \"/\" + .metric] | unique | .[]"; }
shown() { sed -nE 's,^([a-z0-9-]+/[a-z0-9_.]+) .*(better|worse) \([IR]\)$,\1,p' "$T/out" | sort; }
by_default=$(shown)
like "$out" "^[0-9]+ of [0-9]+ metrics are shown; .*kduel compare [0-9a-f]{8} --block N" "how to see the others"
kduel compare --format json
is "$by_default" "$(moved '^(regression|improvement)$' <<<"$out")" "the rows of the default are the primary ones that moved"
kduel compare --block 1
like "$out" 'secondary metrics? .* not shown; --all' "--block folds secondary metrics and says how many"
like "$out" 'geometric means, description only' "geometric means are called a description"
text_rows=$(wc -l <"$T/out")
kduel compare --block 2
is $rc 2 "no such comparison"
like "$err" '--block: there is only 1 comparison, not 2' "no such comparison: the error says how many there are"
kduel compare --all
ok "$(($(wc -l <"$T/out") >= text_rows ? 0 : 1))" "--all shows at least as much"
sed -n '/^+ more is better/,/^$/p' "$T/out" >"$T/legend"
ok "$(($(wc -l <"$T/legend") <= 5 ? 0 : 1))" "the legend has four lines at most" "$(cat "$T/legend")"
sed -n '/^  margin /,/^\( \? \?[^ ]\|$\)/p' "$T/out" | sed '1!{/^    /!d}' >"$T/margins"
ok "$(($(wc -l <"$T/margins") <= 4 ? 0 : 1))" "the margins take four lines at most" "$(cat "$T/margins")"
like "$(tr -s '\n ' '  ' <"$T/margins")" '[0-9]+ more margins?, which --format json has \| [0-9.]+ % for the others' "margins that do not fit are counted"
unlike "$out" 'not shown;' "with --all no row is left out"

# Names of the maximum length, and values without a place to break the line.
long=a-kernel-whose-name-is-as-long-as-the-name-of-a-variant-may-be-v
cat >"$T/long.yaml" <<YAML
name: ${long:0:64}
target: {kind: fake}
variants:
  - {name: ${long:0:63}1, fake: {boot_sd: 0.002, iter_sd: 0.002}}
  - {name: ${long:0:63}2, fake: {scale: 1.2, boot_sd: 0.002, iter_sd: 0.002}}
baseline: ${long:0:63}1
workloads:
  - boot
  - vmalloc
  - exec:
      command: /a/$long/$long --$long=$long
      metrics: "${long//-/_} abcdefghijklmnop lower regex (x)"
boots: 3
YAML
KDUEL_DB=$T/long.db kduel run --quiet --format mail "$T/long.yaml"
for filter in --all --primary "--block 1" "--only changes"; do
	# shellcheck disable=SC2086 # an option and its value
	KDUEL_DB=$T/long.db kduel compare --format mail $filter
	ok "$(($(widest) <= 72 ? 0 : 1))" "mail $filter of long names: no line over 72 columns" "$out"
done
like "$out" "^${long:0:63}2 against\$" "mail $filter of long names: the long name is complete"
sed -i 's/boots: 3/boots: 2/; s/workloads:/&\n  - memcached/' "$T/long.yaml"
KDUEL_DB=$T/few.db kduel run --quiet --format mail "$T/long.yaml"
KDUEL_DB=$T/few.db kduel compare --format mail --all
ok "$(($(widest) <= 72 ? 0 : 1))" "mail of rows without a verdict: no line over 72 columns" "$out"
like "$(tr -s ' \n' ' ' <<<"$out")" ' and [0-9]+ more: a verdict needs 3 boots' "a note of many rows names the first"

kduel compare --format mail
ok "$(($(widest) <= 72 ? 0 : 1))" "mail: no line over 72 columns" "$(widest)"
like "$out" '^Machine: ' "mail names the machine"
like "$out" '^  [a-z0-9-]+: [0-9]+ iterations? a boot( after [0-9]+ that do(es)? not count)? \| [a-z_]+=' "the workloads, how often and with which parameters"
like "$out" 'seed: 11' "the seed"
like "$out" 'kduel run plan\.yaml' "the command that reproduces the campaign"
unlike "$out" "$T" "no directory of this machine is named"

kduel compare --format json
n=$(jq '[.blocks[].rows[]] | length' <<<"$out")
want=$(jq -r '[.blocks[].rows[] | select(.verdict == "regression") | .workload + "/" + .metric] | sort | join(" ")' <<<"$out")
kduel compare --format csv
is $rc 1 "CSV has the exit code as well"
sqlite3 "$T/csv.db" ".import --csv $T/out c" 2>"$T/import.err"
is "$(cat "$T/import.err")" "" "CSV can be read by others: every record has all fields"
is "$(sql "select count(*) from c where row = 'metric'" "$T/csv.db")" "$n" "CSV and JSON have the same rows"
is "$(sql "select count(*) from c where row = 'metric' and verdict <> '' and (p = '' or change_lo = '')" "$T/csv.db")" 0 \
	"CSV: every record with a verdict has p and limits"
is "$(sql "select count(*) from c where row = 'geomean' and verdict <> ''" "$T/csv.db")" 0 "a geometric mean has no verdict"

is "$(sql "select group_concat(distinct change_unit || (effect_pct = '')) from c where metric = 'hit_ratio'" "$T/csv.db")" points1 \
	"a share changes by points and has no per cent"

kduel compare --format markdown --all
is "$(grep -c '^| [^ ]*/' <<<"$out")" "$n" "Markdown has a line per metric"
is "$(grep '^|' <<<"$out" | tail -n +5 | awk -F'|' '{ print NF }' | sort -u | wc -l)" 1 "Markdown: all lines have the same number of cells"

kduel compare --only regressions --format json
is "$(jq -r '[.blocks[].rows[] | .workload + "/" + .metric] | sort | join(" ")' <<<"$out")" "$want" "--only regressions: those and no others"
is $rc 1 "the exit code is that of all rows"
kduel compare --only improvements --format json
is $rc 1 "the exit code is the same if the regressions are not shown"
is "$(jq -r '[.blocks[].rows[].verdict] | unique | join(",")' <<<"$out")" improvement "--only improvements"
kduel compare --only improvements,inconclusive --only regressions --format json
changes=$(jq '[.blocks[].rows[]] | length' <<<"$out")
kduel compare --only changes,inconclusive --format json
is "$(jq '[.blocks[].rows[]] | length' <<<"$out")" "$changes" "--only adds up, as a list and repeated"
kduel compare --workload memcached --workload hackbench --format json
is "$(jq -r '[.blocks[].rows[].workload] | unique | join(",")' <<<"$out")" hackbench,memcached "--workload, twice"
kduel compare --only small --format json
is "$(jq -r '[.blocks[].rows[].verdict] | unique | join(",")' <<<"$out")" small "--only small: beyond chance, below the margin"
kduel compare --metric 'fio*/iops' --metric 'p9*' --format json
is "$(jq -r '[.blocks[].rows[].metric] | unique | join(",")' <<<"$out")" iops,p99,p999 "--metric takes patterns"
kduel compare --primary --format json
is "$(jq -r '[.blocks[].rows[].family] | unique | join(",")' <<<"$out")" primary "--primary"
kduel compare --basis simulated --format json
is "$(jq '[.blocks[].rows[]] | length' <<<"$out")" "$n" "--basis"
kduel compare --basis measured
like "$out" 'no row matches the filter' "a filter that matches no row: the text says so"

kduel compare --sort severity --format json
is "$(jq -r '[.blocks[0].rows[].verdict // "none"] | map({"regression":0,"improvement":1,"inconclusive":2,"insufficient":3,"small":4,"no-change":5,"none":6}[.]) | . == sort' <<<"$out")" \
	true "--sort severity: the worst first"
kduel compare --sort name --format json
is "$(jq -r '[.blocks[0].rows[] | [.workload, .source, .metric]] | . == sort' <<<"$out")" true "--sort name"

# JUnit, for CI systems: it has the failures that the exit code stands for.
xml() { xmllint --xpath "string($1)" - <<<"$out" 2>&1; }
kduel compare --format json
json=$out
kduel compare --format junit
xmllint --noout - <<<"$out"
ok $? "junit is well-formed"
is "$(xml 'count(//testcase[@classname != "formats.boots"])')" "$(jq '[.blocks[].rows[]] | length' <<<"$json")" "a case for each row"
is "$rc $(xml 'count(//failure)') $(xml '/testsuites/@failures')" "1 $(jq -r '[.blocks[].rows[] |
	select(.family == "primary" and .verdict == "regression")] | length | "\(.) \(.)"' <<<"$json")" "those that fail are the primary regressions"
kduel compare --format junit --fail-on any
is "$rc $(xml 'count(//failure)')" "1 $(jq '[.blocks[].rows[] | select(.verdict == "regression")] | length' <<<"$json")" "JUnit with --fail-on any fails for all regressions"
kduel compare --format junit --fail-on none
is "$rc $(xml 'count(//failure)') $(xml 'count(//testcase[not(*)])')" "0 0 0" "with --fail-on none nothing, and every case says something"

echo old >"$T/report"
kduel compare --format json --output "$T/report"
is "$out" "" "--output: nothing on standard output"
is "$(jq -r .kind "$T/report")" comparison "the file has the report"
kduel compare --output "$T/no/such/dir/report"
is $rc 2 "a directory that does not exist is an error"
like "$err" 'no/such/dir/report: ' "a directory that does not exist: the error names it"

for bad in '--only regression' '--only changes,' '--basis guessed' '--sort size' '--format xml' \
	'--workload memcache' '--metric nothing*' 'latest:b' 'latest:b latest' '--candidate b' \
	'latest:a latest:a' 'latest:c latest:a' 'x y z' '--nonsense'; do
	# shellcheck disable=SC2086 # several arguments
	kduel compare $bad
	is "$rc$out" 2 "compare $bad: a usage error"
done
kduel compare --only regression
like "$err" 'regressions, improvements, changes' "the error names the words there are"
kduel compare latest:c latest:a
like "$err" 'variant.*"c".*b' "the error names the variants that exist"

sed 's/scale: 1.2, //' "$T/plan.yaml" >"$T/same.yaml"
kduel run --quiet "$T/same.yaml"
is $rc 0 "equal sides: exit code 0"
like "$out" '^Nothing changed beyond [0-9.]+ %: all [0-9]+ primary metrics' "equal sides: the table says that nothing changed"
finish
