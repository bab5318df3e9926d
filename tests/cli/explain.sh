#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# kduel explain: put profiles with known differences into a database, and find each, with its size, its share of the
# total, and its cause.
# shellcheck source=tests/tap.sh
. "$(dirname "$0")/../tap.sh"

cat >"$T/p.yaml" <<'YAML'
name: explain
exact: true
target: {kind: fake}
variants: [{name: a, fake: {boot_sd: 0.002}}, {name: b, fake: {boot_sd: 0.002}}]
baseline: a
workloads: [pipe]
boots: 3
seed: 7
YAML
kduel run --quiet "$T/p.yaml"
is $rc 0 "a campaign in exact mode" "$err"
kduel explain latest kernel.instructions_per_op
is $rc 2 "a campaign without profiles: exit code 2"
like "$err" 'no boot of a with workload pipe has a profile' "without profiles: the error says that no boot has one"

# A line for a function: instructions, calls, data-side walks, line of its caller and calls by that, name, module.
f() { printf '%s\t%s\t\t\t%s\t\t%s\t%s\t%s\t%s\n' "$@"; }

# The profile of the n-th boot of a side. The scheduler runs more often in each boot.
profile() { # variant, n
	if [ "$1" = a ]; then
		f 500 100 7 '' '' loops ''
		f 400 40 '' '' '' twice ''
		f 300 10 '' '' '' same.isra.0 ''
		f 100 10 '' '' '' outer ''
		f 50 10 '' 4 10 inlined ''
		f $((40 * $2)) $((10 * $2)) '' '' '' sched ''
		f 20 '' '' '' '' '' ''
	else
		f 700 100 17 '' '' loops ''
		f 800 80 '' '' '' twice ''
		f 300 10 '' '' '' same.constprop.1 ''
		f 150 10 '' '' '' outer ''
		f 30 '' '' '' '' new_one ''
		f $((40 * $2 + 40)) $((10 * $2 + 10)) '' '' '' sched ''
		f 10 '' '' '' '' '' ''
	fi
	f 100 10 '' '' '' tx vnet
	f 10 3 '' '' '' same.cold ''
}

store() { # boot, variant, n
	profile "$2" "$3" >"$T/text"
	zstd -qf "$T/text" -o "$T/packed"
	sqlite3 "$KDUEL_DB" "insert into profile values ($1, 'pipe', 0, 10,
		$(awk -F'\t' '{ n += $1 } END { print n }' "$T/text"), 0, $(wc -c <"$T/text"), readfile('$T/packed'))"
}
# Repeats are not observations: only the other boots get a profile.
for v in a b; do
	n=0
	for b in $(sql "select b.id from boot b join variant v on v.id = b.variant where v.name = '$v' and b.id not in
		(select boot from fact where key = 'exact/repeat-of') order by b.id"); do
		store "$b" "$v" $((++n))
	done
	is $n 3 "$v: three boots"
done
for b in $(sql "select boot from fact where key = 'exact/repeat-of'"); do store "$b" a 1000; done

# Round, as versions of jq print 20.0 differently.
round='map(if type == "array" then map(. * 1e6 | round / 1e6) elif . then . * 1e6 | round / 1e6 else . end)'
of() { # function: its row, or a part of the whole
	jq -c ".functions[] | select(.function == \"$1\") | [.value, .calls, .all.change, .by_cost] | $round" <<<"$out"
}
kduel explain latest pipe/kernel.instructions_per_op --format json
is $rc 0 "explained" "$err"
is "$(jq -r '.functions[0:5][] | .function' <<<"$out" | xargs -d '\n' -n 1 echo | paste -sd ,)" "twice,loops,sched,new_one," \
	"the largest difference is first"
is "$(of loops)" '[[50,70],[10,10],20,20]' "a longer function: the whole change comes from the cost per call"
is "$(of twice)" '[[40,80],[4,8],40,0]' "one that is called twice as often: none of it is"
is "$(of sched)" '[[8,12],[2,3],4,0]' "one whose calls vary"
is "$(of same)" '[[31,31],[1,1],0,0]' "copies and cold parts are counted with their function"
is "$(of outer)" '[[15,15],[1,1],0,0]' "a function that is inlined on one side only: its instructions cancel out"
is "$(jq -c '.functions[] | select(.function == "outer") | .includes' <<<"$out")" '["inlined (only in a)"]' "what was inlined on one side: the function that includes it says so"
is "$(of inlined)" "" "what was inlined on one side has no row of its own"
is "$(of new_one)" '[[0,3],[0,0],3,null]' "a function without known callers"
is "$(of '')" '[[2,1],[0,0],-1,null]' "code without a symbol is counted"
is "$(jq -c '[.all.change, .by_cost.change, .by_calls.change, .other.change] | map(. * 1e6 | round / 1e6)' <<<"$out")" \
	'[66,20,44,2]' "the parts are the whole"
is "$(jq -c "[.by_cost.lo, .by_cost.hi] | $round" <<<"$out")" '[20,20]' "the cost per call does not vary from boot to boot"
is "$(jq -c '[.by_calls.lo < 44, .by_calls.hi > 44]' <<<"$out")" '[true,true]' "how many there are does"
is "$(jq '[.functions[].all.change] | add * 1e6 | round / 1e6' <<<"$out")" 66 "the functions are the whole"
is "$(jq -c '[.value[1] - .value[0], ([.functions[].value[0]] | add)] | map(. * 1e6 | round / 1e6)' <<<"$out")" \
	'[66,156]' "the functions add up to the total on each side"

is "$(jq -c "[.modules[] | [.module, (.value, .all.change | if type == \"array\" then .[] else . end)]] | .[][1:] |= ($round)" <<<"$out")" \
	'[["",146,212,66],["vnet",10,10,0]]' "the kernel and its modules are the whole"

kduel explain latest kernel.instructions_per_op --no-fold --format json
is "$(of outer)$(of inlined)" '[[10,15],[1,1],5,5][[5,0],[1,0],-5,null]' "--no-fold leaves both as they are"

kduel explain latest kernel.instructions_per_call --format json
is "$(jq -r .metric <<<"$out") $(of sched)" 'kernel.instructions_per_op [[8,12],[2,3],4,0]' "the part by what calls cost is explained with the whole"

kduel explain latest kernel.walks_d --format json
is "$(of loops)" '[[7,17],[100,100],10,10]' "walks, of the whole iteration"

kduel explain latest kernel.instructions_per_op --top 2
like "$out" '^twice +40\.00 +80\.00 +\+40\.00 \[\+40\.00,\+40\.00\] +60\.6 +4\.00 +8\.00 +10\.00 +10\.00$' "a line of text"
like "$out" '^these 2 +90\.00 +150\.00 +\+60\.00 +90\.9$' "text: a row for the functions that are listed"
like "$out" '^6 others +66\.00 +72\.00 +\+6\.00 +9\.1$' "text: a row for all other functions"
like "$out" '^all +156\.00 +222\.00 +\+66\.00 +100\.0$' "text: a row with the totals"
like "$out" '^code without a symbol: 2\.00 and 1\.00 insns/op$' "code without a symbol is named, listed or not"
unlike "$out" '^sched' "no more than was asked for"
like "$out" '^the kernel: 146\.00, then 212\.00, \+66\.00 \[' "the kernel itself"
like "$out" '^module vnet: 10\.00, then 10\.00, ' "text: a row for the module"
kduel explain latest kernel.instructions_per_op --format markdown
like "$out" '^\| loops \| 50\.00 \| 70\.00 \| \+20\.00 \|' "a line of Markdown"
kduel explain latest kernel.instructions_per_op --candidate a --baseline b --format json
is "$(jq -c "[.all.change] | $round" <<<"$out")" "[-66]" "with the sides swapped, the change is negative"

# With debug information, some functions have inlined functions and source files.
kduel explain latest kernel.instructions_per_op --by file
is $rc 2 "--by file without debug information"
like "$err" 'the boots of a have no debug information: .*CONFIG_DEBUG_INFO_DWARF5=y' "--by file without debug information: the error says what is needed"
kduel explain latest kernel.instructions_per_op --format json
is "$(jq -c '[.files, .subsystems, .inlined, .functions[0].parts]' <<<"$out")" '[null,null,null,[]]' "JSON without it"
kduel explain latest kernel.instructions_per_op --format folded
like "$out" '^twice_\[k\] 40000 80000$' "folded stacks of functions, of a thousand operations"

# Strings: 0 "", 1 loops, 2 step, 3 deep, 4 mm/slab/l.c, 5 include/linux/s.h, 6 outer, 7 inlined, 8 fs/o.c, 9 twice,
# 10 net/ipv4/tcp/t.c, 11 tx, 12 vnet, 13 drivers/net/v.c, 14 same.cold; inlined: 1 step, 2 step > deep, 3 inlined.
head='source 1\n"\n"loops\n"step\n"deep\n"mm/slab/l.c\n"include/linux/s.h\n"outer\n"inlined\n"fs/o.c\n"twice\n"net/ipv4/tcp/t.c\n'
head+='"tx\n"vnet\n"drivers/net/v.c\n"same.cold\n+0\t2\t5\n+1\t3\t5\n+0\t7\t8\niteration 0\n'
w() { printf '%s\t\t\t%s\t\t%s\t%s\t%s\t%s\t%s\n' "$@"; }
sources() { # variant: instructions, walks, symbol, module, unit, file, inlined
	printf '%b' "$head"
	w 50 '' 1 0 4 4 2
	w 100 '' 6 0 8 8 0
	w 100 '' 11 12 13 13 0
	if [ "$1" = a ]; then
		w 300 7 1 0 4 4 0
		w 150 '' 1 0 4 5 1
		w 400 '' 9 0 10 10 0
		w 50 '' 7 0 8 8 0
	else
		w 300 7 1 0 4 4 0
		w 350 10 1 0 4 5 1
		w 800 '' 9 0 10 10 0
		w 50 '' 6 0 8 8 3
	fi
}
store_sources() { # variant
	zstd -qf "$T/text" -o "$T/packed"
	sqlite3 "$KDUEL_DB" "delete from text where name = 'profile/source' and boot in (select b.id from boot b join variant v
		on v.id = b.variant where v.name = '$1'); insert into text select b.id, 'profile/source', $(wc -c <"$T/text"),
		readfile('$T/packed') from boot b join variant v on v.id = b.variant where v.name = '$1'"
}
sources a >"$T/text"; store_sources a
kduel explain latest kernel.instructions_per_op --by subsystem
is $rc 2 "debug information of one side"
like "$err" 'the boots of b have no debug information' "debug information of one side only: the error names the other side"
sources b >"$T/text"; store_sources b
kduel explain latest kernel.instructions_per_op --format json
is "$rc $err" "0 " "explained, with debug information of both"
groups() { jq -c "[.$1[] | [.name, (.value[], .all.change | . * 1e6 | round / 1e6)]] | sort" <<<"$out"; }
is "$(groups subsystems)" \
	'[["(no file known)",41,47,6],["drivers/net",10,10,0],["fs",15,15,0],["mm/slab",50,70,20],["net/ipv4",40,80,40]]' \
	"by subsystem: source directories, and what is not known"
is "$(groups files)" \
	'[["(no file known)",41,47,6],["drivers/net/v.c",10,10,0],["fs/o.c",15,15,0],["include/linux/s.h",20,40,20],["mm/slab/l.c",30,30,0],["net/ipv4/tcp/t.c",40,80,40]]' \
	"by file: a header has its inlined functions"
is "$(groups inlined | jq -c 'map(select(.[0] | test("^(inlined|step|loops|outer|deep|tx .vnet.)$")))')" \
	'[["deep",5,5,0],["inlined",5,5,0],["loops",30,30,0],["outer",10,10,0],["step",15,35,20],["tx [vnet]",10,10,0]]' \
	"by function of the source: inlined in one kernel and called in the other is the same"
is "$(jq -c '[.files, .subsystems, .inlined | map(.all.change) | add * 1e6 | round / 1e6]' <<<"$out")" '[66,66,66]' \
	"functions, files and subsystems of the source add up to the total"
is "$(jq -c '.functions[] | select(.function == "loops") | .parts | map([.inlined, .value[], .change])' <<<"$out")" \
	'[["step",15,35,20],["",30,30,0],["step > deep",5,5,0]]' "a function's parts: inlined functions and its own code"
is "$(jq -c '.functions[] | select(.function == "twice") | .parts' <<<"$out")" '[]' "a function that has nothing inlined has no parts"

kduel explain latest kernel.instructions_per_op
like "$out" '^\. step +15\.00 +35\.00 +\+20\.00 \[\+20\.00,\+20\.00\] +30\.3 *$' "text: a line below the function"
unlike "$out" '^\. step > deep' "text: no line for an inlined function that is the same on both sides"
like "$out" '^all +156\.00 +222\.00 +\+66\.00' "text: inlined functions are not counted twice in the total"
kduel explain latest kernel.instructions_per_op --by subsystem --top 1
like "$out" '^subsystem +a +b +change +95 % CI +%$' "--by subsystem: a table"
like "$out" '^net/ipv4 +40\.00 +80\.00 +\+40\.00 \[\+40\.00,\+40\.00\] +60\.6$' "--by subsystem: a line for each subsystem"
like "$out" '^4 others +116\.00 +142\.00 +\+26\.00' "--by subsystem: a line for the others"
kduel explain latest kernel.instructions_per_op --by file --format markdown
like "$out" '^\| include/linux/s\.h \| 20\.00 \| 40\.00 \| \+20\.00 \| \[\+20\.00,\+20\.00\] \| 30\.3 \|$' "--by file: Markdown"
like "$out" '^\|---\|--:\|--:\|--:\|--:\|--:\|$' "--by file: all rows of the Markdown table have as many columns"
kduel explain latest kernel.instructions_per_op --by inlined
like "$out" '^step +15\.00 +35\.00 +\+20\.00' "--by inlined"
kduel explain latest kernel.instructions_per_op --format folded
like "$out" '^loops_\[k\];step_\[i\];deep_\[i\] 5000 5000$' "folded stacks have inlined functions"
like "$out" '^tx:vnet_\[k\] 10000 10000$' "folded stacks have modules"
is "$(awk '{ a += $(NF - 1); b += $NF } END { print a, b }' <<<"$out")" "156000 222000" "folded stacks add up to the totals"
is "$(grep -vcE '^[^ ;]+(;[^ ;]+)* [0-9]+ [0-9]+$' <<<"$out")" 0 "folded stacks have the format of flamegraph.pl"
kduel explain latest kernel.instructions_per_op --format folded --by file
like "$out" '^mm/slab/l\.c;loops_\[k\];step_\[i\] 15000 35000$' "folded stacks can be grouped by file"
kduel explain latest kernel.instructions_per_op --format folded --by subsystem
like "$out" '^mm/slab;loops_\[k\];step_\[i\] 15000 35000$' "folded stacks can be grouped by subsystem"
kduel explain latest kernel.walks_d --format json
is "$(groups files | jq -c 'map(select(.[1:] != [0,0,0]))')" '[["include/linux/s.h",0,10,10],["mm/slab/l.c",7,7,0]]' \
	"walks by file"
kduel explain latest kernel.instructions_per_op --format folded --by inlined
is $rc 2 "stacks of functions of the source are refused"
kduel explain latest kernel.instructions_per_op --format json --by file
is $rc 2 "--by with JSON is refused"
like "$err" 'JSON always has all groups' "--by with JSON is refused: the error says why"
kduel explain latest kernel.instructions_per_op --by directory
is $rc 2 "no such group"
sources a >"$T/text"; w 1 '' 9 0 10 10 0 >>"$T/text"; store_sources a
kduel explain latest kernel.instructions_per_op
is $rc 3 "more than the profile has: refused"
like "$err" 'counts by source function are damaged' "more than the profile has: the error says that it is damaged"
printf 'source 1\nx\n' >"$T/text"; store_sources a
kduel explain latest kernel.instructions_per_op
is $rc 3 "no such text: refused"
sources a >"$T/text"; store_sources a

# The cost per call is judged as well, even if the number of calls varies between boots.
kduel compare latest --format json
row() { # expression
	jq -c ".blocks[0].rows[] | select(.metric == \"kernel.instructions_per_call\") | $1" <<<"$out"
}
is "$(row "[.n_a, .n_b, .baseline_median, .candidate_median, .effect] | $round")" "[3,3,176,196,20]" \
	"the part of a row by what calls cost is a row, with the figures of explain"
is "$(row "[.family, .verdict, .widened_by]")" '["primary","inconclusive","permutation"]' \
	"three boots without variance: tested like other rows, as that may be chance"
like "$(row .note)" 'of \+66\.00 insns/op in all, \+20\.00 are from the cost of a call, \+44\.00 from the number of calls, \+2\.00 in functions not called in every boot' \
	"the other parts of the difference are always shown"
kduel compare latest --metric pipe/kernel.instructions_per_call
like "$out" 'kernel\.instructions_per_call' "the row kernel.instructions_per_call can be selected"
kduel compare latest:a latest:b --metric pipe/kernel.instructions_per_call --format json
is "$(row "[.effect] | $round")" "[-20]" "with the sides swapped, the effect is negative"

kduel export site "$T/site"
is $rc 0 "the dashboard as files" "$err"
like "$(cat "$T"/site/campaign/*/row/1/pipe.tlbmodel.kernel.instructions_per_call.html)" \
	'<dt>from the cost of a call</dt><dd>\+20' "a page of its own, with the functions"
page=$(cat "$T"/site/campaign/*/row/1/pipe.tlbmodel.kernel.instructions_per_op.html)
like "$page" '<dt>from the cost of a call</dt><dd>\+20 \[\+20, \+20\] insns/op</dd>' "a page has the parts of a difference"
like "$page" '<th scope="row">twice</th><td class="n">40</td><td class="n">80</td><td class="n">\+40</td>' "a page has the functions"
sqlite3 "$KDUEL_DB" "delete from text where name = 'profile/source'"
kduel export site "$T/site2"
like "$(cat "$T"/site2/campaign/*/row/1/pipe.tlbmodel.kernel.instructions_per_op.html)" \
	'<title>module vnet: 10, then 10 \(\+0\) insns/op</title>' "a page has a drawing of the difference, by module"
like "$page" '<g class="cell up"><title>twice: 40, then 80 \(\+40\) insns/op</title>' "a page has a drawing of the difference, by function"
like "$page" '<title>net/ipv4: 40, then 80 \(\+40\) insns/op</title>' "a page has a drawing of the difference, by subsystem if there is debug information"
like "$page" '<h2>By subsystem</h2>' "a page has a table by subsystem"
like "$page" '<th scope="row">include/linux/s\.h</th><td class="n">20</td><td class="n">40</td><td class="n">\+20</td>' "a page has a table by file"
like "$page" '<th scope="row">step</th><td class="n">15</td><td class="n">35</td><td class="n">\+20</td>' "a page has a table by function of the source"
like "$page" '<th scope="row">· step</th><td class="n">15</td>' "a page has inlined functions below their function"
like "$page" '<th scope="row">all</th><td class="n">156</td><td class="n">222</td><td class="n">\+66</td>' "a page has the totals"

kduel explain latest pipe/kernel.walk_d_mpki
is $rc 2 "a row that is not counted by function: exit code 2"
like "$err" 'kernel\.instructions_per_op, kernel\.instructions, kernel\.walks_d' "a row that is not counted by function: the error lists those that are"
kduel explain latest kernel.instructions --candidate c --baseline a
is $rc 2 "no such variant"
kduel explain latest
is $rc 2 "no row"
# What changed most is named where the report says in words what got worse, or better.
sed 's/name: explain/name: worse/; s/{name: b, fake: {/&scale: 1.4, /' "$T/p.yaml" >"$T/worse.yaml"
kduel run --quiet "$T/worse.yaml"
is $rc 1 "a campaign with a row that gets worse" "$err"
store_all() { # campaign
	local v b n
	for v in a b; do
		n=0
		for b in $(sql "select b.id from boot b join variant v on v.id = b.variant join campaign c on c.id = v.campaign
			where c.name = '$1' and v.name = '$v' and b.id not in
			(select boot from fact where key = 'exact/repeat-of') order by b.id"); do
			store "$b" "$v" $((++n))
		done
	done
}
store_all worse
kduel compare latest
like "$(paste -sd ' ' <<<"$out" | tr -s ' ')" "Worse, [^;]*; of pipe's \+66 insns/op, twice has \+40, loops \+20\. " \
	"the functions that stand out are named, not those whose change is noise or little"
kduel compare latest:a latest:b
like "$(paste -sd ' ' <<<"$out" | tr -s ' ')" "Better, [^;]*; of pipe's -66 insns/op, twice has -40, loops -20\. " "the functions behind an improvement are named, too"
kduel compare latest --format json
like "$(jq -r '.finding[] | select(.kind == "worse") | .text' <<<"$out")" "of pipe's \+66 insns/op, twice has" "the functions behind a change are named in JSON, too"
# Boots count by their medians, functions by their means: these may differ, and so may a database from elsewhere.
sqlite3 "$KDUEL_DB" ".backup $T/other.db"
sqlite3 "$T/other.db" "update boot_stat set median = median / 10, low = low / 10 where series in
	(select id from series where metric = 'kernel.instructions_per_op' and workload = 'pipe')
	and variant = (select max(id) from variant)"
kduel compare latest --db "$T/other.db"
like "$(paste -sd ' ' <<<"$out" | tr -s ' ')" "Better, [^;]*pipe/kernel.instructions_per_op -[0-9]" "a row that got better"
unlike "$out" "of pipe's" "a row that got better: no function that got worse is named"

# Sides that are pooled from several campaigns have the functions of all their boots.
sed 's/name: worse/name: again/; s/seed: 7/seed: 8/' "$T/worse.yaml" >"$T/again.yaml"
kduel run --quiet "$T/again.yaml"
is $rc 1 "the same campaign with another seed" "$err"
store_all again
two=$(sql "select group_concat(uuid) from campaign where name in ('worse', 'again')")
kduel compare "$two:b" "$two:a"
like "$(paste -sd ' ' <<<"$out" | tr -s ' ')" "Worse, [^;]*; of pipe's \+66 insns/op, twice has \+40, loops \+20\. " \
	"pooled sides: the functions that stand out are named"
kduel compare "$two:b" "$two:a" --format json
is "$(row "[.n_a, .n_b, .effect, .verdict] | map(if type == \"number\" then . * 1e6 | round / 1e6 else . end)")" \
	'[6,6,20,"regression"]' "pooled sides: the part of a row by what calls cost, from the boots of all campaigns"

# Sides that cannot be compared have no such part.
sqlite3 "$KDUEL_DB" ".backup $T/other.db"
sqlite3 "$T/other.db" "create temp table s as select * from series where workload = 'pipe'
	and metric = 'kernel.instructions_per_op';
	update s set version = version + 1, id = (select max(id) from series) + rowid; insert into series select * from s;
	update boot_stat set series = (select max(id) from series) where series in (select id from series
		where workload = 'pipe' and metric = 'kernel.instructions_per_op') and variant in (select v.id from variant v
		join campaign c on c.id = v.campaign where c.name = 'again')"
kduel compare "${two#*,}:b" "${two%,*}:a" --db "$T/other.db" --format json
like "$(jq -r '.blocks[0].rows[] | select(.metric == "kernel.instructions_per_op" and .workload == "pipe") | .note' <<<"$out")" \
	'version of tlbmodel differs' "two versions of a metric cannot be compared" "$err"
is "$(row .verdict)" "" "two versions of a metric: neither can the part of it by what calls cost"

# A campaign of which some boots have no profile has none of the row in a pool: its share would be another one.
sqlite3 "$KDUEL_DB" ".backup $T/other.db"
sqlite3 "$T/other.db" "delete from profile where boot in (select b.id from boot b join variant v on v.id = b.variant
	join campaign c on c.id = b.campaign where v.name = 'b' and c.name = 'again')"
kduel compare "$two:b" "$two:a" --db "$T/other.db" --format json
is "$(row .verdict)" "" "pooled sides: no part of a row by what calls cost from some of the campaigns" "$err"

# A damaged profile.
sqlite3 "$KDUEL_DB" ".backup $T/other.db"
sqlite3 "$T/other.db" "update profile set kernel = kernel + 1 where boot = (select max(boot) from profile)"
kduel compare latest --db "$T/other.db"
is $rc 3 "a damaged profile: refused"
like "$err" 'a profile is damaged: its functions are not' "a damaged profile: the error says so"
kduel db check
is $rc 0 "db check: profiles that are fine" "$err"
kduel db check --db "$T/other.db"
is $rc 3 "db check: a damaged profile"
like "$err" 'profile of boot [0-9]+, workload pipe: .*a profile is damaged' "db check: the error names the boot"
sqlite3 "$KDUEL_DB" ".backup $T/other.db"
sqlite3 "$T/other.db" "update log set zstd = x'00' where boot = (select max(boot) from log)"
kduel db check --db "$T/other.db"
is $rc 3 "db check: a damaged log" "$out"
like "$err" 'the console of boot [0-9]+ cannot be unpacked' "db check: the error names the log"

# Both disassemblies of a function, from kernels in the cache. The code is nop, bl aa_file_perm, ret; in the other
# kernel there is a loop before the call.
kduel explain latest kernel.instructions --annotate loops
is $rc 2 "--annotate: without counts of instructions"
like "$err" 'has no counts of instructions: an older kduel made it' "--annotate without counts of instructions: the error says so"
export XDG_CACHE_HOME=$T/cache
fill() { head -c "$1" /dev/zero | tr '\0' Z; }
kernel() { # name, code
	mkdir "$T/$1"
	{
		fill 56
		printf 'ARM\x64'
		fill 196
		printf '%b' "$2"
		printf 'Linux version 6.1.0-%s (x@y) #1 SMP\0' "$1"
		fill 4096
	} | head -c 4096 | cat - tests/data/kallsyms/6.1.bin >"$T/$1/Image"
	kduel kernel add --name "$1" "$T/$1"
	is $rc 0 "a kernel: $1" "$err"
	sqlite3 "$KDUEL_DB" "insert into kernel (hash, release, arch, origin, config_hash) values ('$out', '6.1.0', 'arm64', 'x', '');
		update variant set kernel = last_insert_rowid() where name = '$1'"
}
nop='\x1f\x20\x03\xd5' ret='\xc0\x03\x5f\xd6' loop='\x20\x00\x00\x71\xe1\xff\xff\x54'
kernel a "$nop\x79\x1d\x1d\x94$ret"
kernel b "$nop$loop\x77\x1d\x1d\x94$ret"
blocks() { # variant, text
	printf '%b' "$2" >"$T/text"
	zstd -qf "$T/text" -o "$T/packed"
	sqlite3 "$KDUEL_DB" "insert into text select b.id, 'profile/blocks', $(wc -c <"$T/text"), readfile('$T/packed')
		from boot b join variant v on v.id = b.variant where v.name = '$1'"
}
blocks a 'blocks 1 10\n:loops\t\t\t256\t12\n0\t2\t100\n2\t1\t100\n:other\t\t\t512\t8\n0\t1\t7\n'
blocks b 'blocks 1 10\n:loops.isra.0\t\t\t256\t20\n0\t1\t100\n1\t2\t5000\n3\t2\t100\n'
kduel explain latest kernel.instructions --annotate loops
is "$rc $err" "0 " "--annotate"
like "$out" '^a: loops, 3 instructions, 30\.00 executed per operation, mean of 3 boots$' "the function of one side"
like "$out" '^b: loops\.isra\.0, 5 instructions, 1030\.00 executed per operation' "--annotate: the function of the other side is found by its name without a compiler's suffix"
like "$out" '^ +10\.000 \+0x0 +nop +10\.000 \+0x0 +nop *$' "--annotate: an instruction that is the same on both sides"
like "$out" '^ +\+ +500\.000 \+0x8 +b\.ne \+0x4 *$' "--annotate: a new instruction, and how often it ran"
like "$out" '^ +10\.000 \+0x4 +bl aa_file_perm +10\.000 \+0xc +bl aa_file_perm *$' "a call by its name"
kduel explain latest kernel.instructions --annotate loops --format json
is "$(jq -c '[.lines[] | [.same, .before.runs, .after.runs]]' <<<"$out")" \
	'[[true,10,10],[false,null,500],[false,null,500],[true,10,10],[true,10,10]]' "--annotate: the same as JSON" "$out"
is "$(jq -r '.lines[3].after.text' <<<"$out")" "$(printf 'bl\taa_file_perm')" "--annotate: the instructions are disassembled"
kduel explain latest kernel.instructions --annotate other
like "$out" '^b: did not run$' "a function that ran on one side only"
kduel explain latest kernel.instructions --annotate nothing
is $rc 2 "no such function"
like "$err" 'no function nothing ran on either side' "--annotate: a function that never ran is an error"
kduel explain latest kernel.instructions --annotate loops --format markdown
is $rc 2 "--annotate is no Markdown"
sqlite3 "$KDUEL_DB" "update kernel set hash = 'f' || substr(hash, 2)"
kduel explain latest kernel.instructions --annotate loops
is $rc 2 "a kernel that is gone from the cache"
like "$err" 'the kernel of a:' "--annotate: a kernel that is gone from the cache is an error"

sqlite3 "$KDUEL_DB" "update profile set kernel = kernel + 1"
kduel explain latest kernel.instructions
is $rc 3 "a profile that is not the whole: refused"
like "$err" 'profile is damaged' "a profile that is not the whole: the error says that it is damaged"
# A few kilobytes that unpack to an endless list of functions.
head -c 50000000 <(yes $'\t\t\t\t\t\t\t\t\t') >"$T/text"
zstd -qf "$T/text" -o "$T/packed"
sqlite3 "$KDUEL_DB" "update profile set kernel = 0, bytes = 50000000, zstd = readfile('$T/packed')"
kduel explain latest kernel.instructions
is $rc 3 "a profile of five million functions: refused"
like "$err" 'a profile of more than 4194304 functions' "a profile of five million functions: the error has the limit"
sqlite3 "$KDUEL_DB" "update profile set bytes = 134217728 + 1"
kduel explain latest kernel.instructions
is $rc 3 "a profile that says a wrong size: refused"
finish
