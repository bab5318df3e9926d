#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Collector perf-record: sample the kernel of this machine while hackbench runs, and attribute the samples to functions
# with kduel explain. Then use two sides with known samples, and find each difference and its limits.
# shellcheck source=tests/tap.sh
. "$(dirname "$0")/../tap.sh"

plan() { # parameters of the collector, of hackbench
	cat >"$T/p.yaml" <<-YAML
		name: sampled
		target: {kind: local}
		variants: [{name: here}]
		collectors: [{perf-record: {$1}}]
		workloads: [{hackbench: {groups: 1, loops: ${2:-400}}}]
		boots: 1
		iterations: 2
		warmup: 0
	YAML
}
status() { sql "select value from fact where key = 'perf-record/$1' order by boot desc limit 1"; }

plan "event: cpu-clock"
kduel run --quiet "$T/p.yaml"
is $rc 0 "a plan with samples of this machine's kernel" "$err"
case $(status status) in
*'needs root'* | *'shows no addresses'*)
	skip "samples of this kernel" "$(status status)"
	;;
*)
	like "$(status status)" '^cpu-clock, each 1000003th in the kernel is a sample' "a fact says what is sampled"
	is "$(sql "select count(*) from profile p join iteration i on i.boot = p.boot and i.workload = p.workload and i.iter = p.iter
		where not i.warmup")" 2 "each iteration has a profile"
	is "$(sql "select count(*) from text where name like 'perf-record/%'")" 0 "the agent's text is not stored"
	is "$(sql "select count(*) from profile p join sample x on x.boot = p.boot and x.iter = p.iter
		join series s on s.id = x.series where metric = 'kernel.samples' and x.value <> p.kernel")" 0 \
		"the profile's samples are those of the metric"
	is "$(sql "select count(*) from sample x join sample y using (boot, iter) join series s on s.id = x.series
		join series t on t.id = y.series where s.metric = 'kernel.samples' and t.metric = 'kernel.sampled_ns'
		and y.value = x.value * 1000003")" "$(sql "select count(*) from sample x join series s on s.id = x.series
		where metric = 'kernel.samples'")" "each sample stands for a period"
	a=$(sql "select uuid from campaign")
	kduel run --quiet "$T/p.yaml"
	kduel explain latest hackbench/kernel.sampled_ns --against "$a"
	is $rc 0 "two runs of the same kernel, one against the other" "$err"
	like "$out" "^hackbench/kernel.sampled_ns: here against here of ${a:0:8}, 1 and 1 boots" "two runs of the same kernel: both are named"
	like "$out" 'by sampling alone: [0-9]+ and [0-9]+ samples of cpu-clock, one every 1000003' "how many samples there are"
	like "$out" 'with one boot on a side it is not known how far boots differ' "kduel explain says that limits are not known with one boot"
	kduel explain latest hackbench/kernel.sampled_ns_per_op --against "$a" --format json
	is "$(jq '([.functions[].value[1]] | add) - .value[1] | fabs < 1e-6' <<<"$out")" true "the functions are the whole"
	is "$(jq '([.functions[].sampled.samples[1]] | add) == .sampled.samples[1]' <<<"$out")" true "the functions' samples add up to the total"
	is "$(jq '([.functions[] | select(.function != "") | .sampled.samples[1]] | add) > .sampled.samples[1] * 0.9' <<<"$out")" \
		true "nearly all have a function"
	like "$(jq -r '.functions[].function' <<<"$out")" '^(unix_stream|sock_|pipe_|__alloc|kmem_cache|_copy_)' "hackbench's among them"
	kduel explain latest hackbench/kernel.sampled_ns --against "$a" --annotate schedule
	is $rc 2 "kduel explain --annotate of sampled time is refused"
	kduel explain latest hackbench/kernel.sampled_insns --against "$a"
	is $rc 2 "kduel explain of another event is refused"
	like "$err" 'no boot of here with workload hackbench has samples of instructions' "kduel explain of another event: the error says that there are no samples"

	# If the buffer overflows, the busiest parts lose most samples, so all are discarded.
	plan "event: cpu-clock, period: 20000, buffer: 64K" 1500
	kduel run --quiet "$T/p.yaml"
	like "$(status left-out)" '^iteration [0-9] is left out: ([0-9]+ samples or more were lost|the kernel stopped sampling)' "samples that are lost"
	is "$(sql "select count(*) from profile where boot = (select max(id) from boot)")" 0 "samples that are lost: no profile is stored"
	;;
esac
plan "event: instructions" 20
kduel run --quiet "$T/p.yaml"
if compgen -G '/sys/bus/event_source/devices/cpu*/type' >/dev/null || compgen -G '/sys/bus/event_source/devices/armv8*/type' >/dev/null; then
	like "$(status status)" '^(instructions, each|not sampled: )' "a PMU is sampled, or a fact says why not"
else
	like "$(status status)" "^not sampled: (this machine has no PMU that interrupts on instructions .*; event: cpu-clock|the kernel of the whole)" \
		"no PMU: a fact names the alternative"
fi
is "$(sql "select count(*) from sample x join series s on s.id = x.series where source = 'perf-record'
	and x.boot = (select max(id) from boot)")" "$(sql "select count(*) * 3 from profile where boot = (select max(id) from boot)")" \
	"no PMU: no figures without a profile"

cat >"$T/p.yaml" <<'YAML'
exact: true
target: {kind: fake}
variants: [{name: a}]
workloads: [pipe]
collectors: [perf-record]
YAML
kduel run "$T/p.yaml"
is $rc 2 "exact mode has no use for samples"
like "$err" 'perf-record: exact mode counts every instruction by function' "exact mode has no use for samples: the error says why"

# Known samples: a sample stands for 1000 instructions, and an iteration has 10 operations.
export KDUEL_DB=$T/known.db
cat >"$T/p.yaml" <<'YAML'
name: known
target: {kind: fake}
variants: [{name: a}, {name: b}]
baseline: a
workloads: [pipe]
collectors: [perf-record]
boots: 3
iterations: 1
warmup: 0
seed: 7
YAML
kduel run --quiet "$T/p.yaml"
kduel explain latest pipe/kernel.sampled_insns
is $rc 2 "kduel explain without samples: exit code 2"
like "$err" 'has samples of instructions: collector perf-record takes them' "without samples: the error names collector perf-record"
store() { # variant, head, "samples function" lines
	for b in $(sql "select b.id from boot b join variant v on v.id = b.variant where v.name = '$1'"); do
		{ printf '%b' "$2"; awk '{ printf "%d\t\t\t\t\t\t\t\t%s\t%s\n", $1, $2, $3 }' <<<"$3"; } >"$T/text"
		zstd -qf "$T/text" -o "$T/packed"
		sqlite3 "$KDUEL_DB" "insert into profile values ($b, 'pipe', 0, 10,
			$(awk '{ n += $1 } END { print n }' <<<"$3"), 0, $(wc -c <"$T/text"), readfile('$T/packed'))"
	done
}
head='sampled\tinstructions\t1000\t\n'
store a "$head" $'400 f\n100 same\n50 gone\n7 lib mod'
store b "$head" $'500 f\n100 same\n50 new\n7 lib mod'
kduel explain latest pipe/kernel.sampled_insns --top 4
is $rc 0 "known samples" "$err"
like "$out" '^f +400000 500000 \+100000 +\[\+100000,\+100000\] +100.0 +1200 +1500 +\[\+6[0-9]+,\+13[0-9]+\]' "a function with more samples, and its limits"
like "$out" '^gone +50000 +0 +-50000 .* 150 +0 +\[-58[0-9]+,-42[0-9]+\]' "a function that is gone has limits, too"
like "$out" '^new +0 +50000 +\+50000 .* 0 +150 +\[\+42[0-9]+,\+58[0-9]+\]' "a new function has limits though one side has no samples"
like "$out" '^all +557000 657000 \+100000' "kduel explain has the totals"
like "$out" 'by sampling alone: 1671 and 1971 samples of instructions, one every 1000' "kduel explain says how many samples there are"
unlike "$out" 'from the cost of a call' "kduel explain of samples does not mention calls"
kduel explain latest pipe/kernel.sampled_insns_per_op --format markdown
like "$out" '\| f \| 40000.0 \| 50000.0 \| \+10000.0 ' "kduel explain of samples per operation"
kduel export site "$T/site"
page=$(cat "$T"/site/campaign/*/row/*/pipe.perf-record.kernel.sampled_insns.html)
like "$page" '<dt>samples</dt><dd>1671 and 1971 of instructions</dd>' "the row's page has the samples"
like "$page" '<th scope="row">f</th><td class="n">4e\+05</td><td class="n">5e\+05</td>.*<td class="n">1200</td><td class="n">1500</td><td class="n">\+66[0-9]+</td>' \
	"the row's page has the samples of each function, with limits"
unlike "$page" 'from the cost of a call' "the row's page does not mention calls"
kduel explain latest pipe/kernel.instructions
is $rc 2 "kduel explain of a count that was only sampled is refused"
kduel explain latest pipe/kernel.sampled_cycles
is $rc 2 "kduel explain of an event that was not sampled is refused"
for head in 'sampled\tinstructions\t0\t\n' 'sampled\tinstructions\n' 'sampled\tinstructions\t9999999999999\t\n'; do
	sqlite3 "$KDUEL_DB" "delete from profile"
	store a "$head" "5 f"
	kduel explain latest pipe/kernel.sampled_insns
	is $rc 3 "damaged: $head"
	like "$err" 'a profile of samples is damaged' "damaged ($head): the error says so"
done
finish
