#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Sessions on a running kernel share one boot: that is not enough for a verdict, and campaigns of several boots can be
# pooled. With real sessions on the system that runs the tests, then with boots of the fake target.
# shellcheck source=tests/tap.sh
. "$(dirname "$0")/../tap.sh"
# shellcheck source=tests/serve.sh
. "$(dirname "$0")/../serve.sh"

flat() { tr -s ' \n' ' ' <<<"$1"; }
field() { jq -r "$1" <<<"$out"; }

# A/A on one boot: none of 8 pairs of campaigns may have a verdict.
cat >"$T/local.yaml" <<'YAML'
name: here
target: {kind: local}
variants: [{name: running}]
workloads: ["null"]
collectors: [env, identity, {meminfo: {settle: false}}]
boots: 2
iterations: 2
YAML
kduel run "$T/local.yaml" --tag night=one
is $rc 0 "sessions on the running kernel"
like "$(flat "$err")" '1 boot: not enough for a verdict by itself \(2 sessions' "the last message says what a comparison takes"
for _ in 1 2 3 4 5 6 7 8; do
	kduel run --quiet "$T/local.yaml"
done
boot=$(cat /proc/sys/kernel/random/boot_id)
is "$(sql "select distinct value from fact where key in ('target/boot-id', 'identity/boot-id')")" "$boot" \
	"host and agent record the boot id"
mapfile -t ids < <(sql "select uuid from campaign order by created_ns")
verdicts='[.blocks[0].rows[].verdict] | unique | join(",")'
codes='' words=''
for i in 1 2 3 4 5 6 7 8; do
	kduel compare "${ids[i]}" "${ids[i - 1]}" --format json
	codes+=$rc words+=$(field "$verdicts")
done
is "$codes" 44444444 "8 A/A pairs on one boot: exit code 4 each"
is "$words" "$(printf 'insufficient%.0s' {1..8})" "no row of any has a verdict"
is "$(field '.variants[0].boots_ok')/$(field '.variants[0].sessions')/$(field '.blocks[0].boots_on_both_sides')" 1/2/1 \
	"JSON: boots, sessions, and boots that both sides share"
like "$(field '.cautions | join(" ")')" '1 boot: not enough for a verdict.*kduel compare .*:running' "JSON says it in words"
kduel compare "${ids[0]},${ids[1]},${ids[2]},${ids[3]}" "${ids[4]},${ids[5]}" --format json
is "$rc/$(field '.variants[0].boots_ok')/$(field '.variants[0].sessions')" 4/1/8 "pooling campaigns of one boot makes no boots"
for f in text mail markdown; do
	kduel compare "${ids[1]}:running" "${ids[0]}:running" --format $f
	like "$(flat "$out")" '1 boot: not enough for a verdict' "$f says it"
	like "$(flat "$out")" 'ran on the same boot' "$f: and that the boot is on both sides"
done
kduel compare "${ids[1]}:running" "${ids[0]}:running" --format csv
like "$out" 'insufficient.*both sides ran on the same boot' "csv: at each row"
kduel compare night=one
is $rc 2 "one side alone is a usage error"
kduel compare "${ids[0]}"
is $rc 4 "a campaign of one boot alone: not enough data"
like "$err" '1 boot: not enough for a verdict' "a campaign of one boot: the error says so"
kduel aa --quiet --boots 8 "$T/local.yaml"
is $rc 4 "an A/A campaign on one boot is not enough either"
like "$(flat "$out")" '1 boot: not enough for a verdict on the noise.*kduel aa --show' "an A/A campaign on one boot: the report says what is enough"
is "$(sql "select count(*) from noise")" 0 "no noise between boots is stored from it"
kduel history null/spin --variant running --plan here
is "$(grep -c '^20' <<<"$out")" 1 "in a history all sessions on one boot are one point"

serve --db "$KDUEL_DB"
status GET "campaign/${ids[0]}"
like "$body" '1 boot: not enough for a verdict by itself' "a campaign of one boot: its page says so"
status GET "compare/${ids[1]}.running/${ids[0]}.running"
like "$body" '1 boot: not enough for a verdict, which' "a campaign of one boot: the page of a comparison says so"
stop

# The fake target with given boot ids: six reboots, new and old in turn.
export KDUEL_DB=$T/fake.db
fake() { # boot id, scale, seed, side, more YAML
	cat >"$T/fake.yaml" <<-YAML
	name: bare
	target: {kind: fake}
	seed: $3
	variants: [{name: running, fake: {boot_id: "$1", scale: $2, boot_sd: 0.003, iter_sd: 0.003}}]
	workloads: ${5:-[hackbench]}
	boots: 2
	iterations: 3
	YAML
	kduel run --quiet "$T/fake.yaml" --tag "side=$4"
}
for i in 1 2 3; do
	fake "old-$i" 1 "$i" old
	fake "new-$i" 1.2 "1$i" new
done
mapfile -t ids < <(sql "select uuid from campaign order by created_ns")
old=${ids[0]},${ids[2]},${ids[4]} new=${ids[1]},${ids[3]},${ids[5]}
kduel compare "$new:running" "$old:running" --format json
is $rc 1 "three boots a side: a regression is found"
is "$(field '.blocks[0].rows[] | select(.metric == "time") | "\(.verdict) \(.n_a) \(.n_b)"')" 'regression 3 3' "the regression has 3 boots a side"
is "$(field '.variants[0].campaigns | join(",")')" "$new" "all campaigns are named"
unlike "$(field '.cautions | join(" ")')" 'not interleaved|not enough' "boots that alternate are interleaved"
byid=$(field '.blocks')
kduel compare side=new side=old --format json
is "$(field .blocks)" "$byid" "by tag: the same"
kduel compare "side=new,${ids[1]}:running" "$old" --format json
is "$(field .blocks)" "$byid" "a campaign that is named twice counts once"
kduel compare "$new:running" "$old:running" --format csv
like "$out" "\"$new\",running,\"$old\",running" "csv names them all"
serve --db "$KDUEL_DB"
status GET "compare/$new.running/$old.running"
like "$body" '6 sessions on 3 boots of a running kernel count as 3 boots' "a page compares pooled campaigns by its address"
status GET "compare/$new.running/$old.running/hackbench.hackbench.time"
is "$code" 200 "a page of pooled campaigns has a page for each row"
status GET "api/v1/compare.json?candidate=$new.running&baseline=$old.running"
is "$(jq -c .blocks[0].counts <<<"$body")" "$(jq -c .[0].counts <<<"$byid")" "as data: the same"
status GET "api/v1/compare/$new.running/$old.running/hackbench.hackbench.time.json"
is "$(jq -c '.sides[0].boots | map(.values + .left_out | length)' <<<"$body")" '[6,6,6]' "samples stand by boot, not by session"
stop

# The median of a boot is that of all its iterations, of both sessions.
want=$(sql "select median from (select value median, row_number() over (order by value) k from sample x
	join series s on s.id = x.series join variant v on v.id = x.variant
	where s.metric = 'time' and v.campaign = 1) where k in (3, 4)" | awk '{ s += $1 } END { printf "%.6g", s / 2 }')
sqlite3 "$KDUEL_DB" ".backup $T/three.db"
kduel compare "${ids[1]},${ids[3]}:running" "${ids[0]}:running" --format json
is "$(jq '.blocks[0].rows[] | select(.metric == "time") | .baseline_median' <<<"$out" | awk '{ printf "%.6g", $1 }')" "$want" \
	"a boot's value is the median of the iterations of all its sessions"
is "$rc/$(field "$verdicts")" 4/insufficient "one boot on one side: no verdict"
like "$(field '.blocks[0].rows[0].note')" '^1 boot: not enough for a verdict' "the row says why"

# The same boot id in two campaigns of a side is a single boot.
fake old-1 1 77 old
kduel compare side=new side=old --format json
is "$(field '.variants[1].boots_ok')/$(field '.variants[1].sessions')" 3/8 "a boot that two campaigns saw is one boot"
fake new-1 1 78 old
kduel compare side=new side=old --format json
is "$rc/$(field "$verdicts")" 4/insufficient "a boot that is on both sides: no verdict"
kduel history hackbench/time
is "$(grep -c '^20' <<<"$out")" 6 "a history has a point for each boot"
kduel aa --show side=new --format json
is "$rc/$(field .boots)/$(field '.metrics[0].n_boots')" 0/3/3 "A/A campaigns are pooled by boots"
is "$(sql "select distinct n_boots from noise")" 3 "A/A campaigns are pooled by boots, and the noise is stored"

# Campaigns that differ in certain ways cannot be pooled.
export KDUEL_DB=$T/three.db
refused() { # what, statement, pattern
	sqlite3 "$T/three.db" ".backup $T/other.db"
	sqlite3 "$T/other.db" "$2"
	kduel compare --db "$T/other.db" "$new:running" "$old:running"
	is $rc 3 "another $1 within a side is refused"
	like "$err" "$3" "another $1 within a side: the error names it"
	kduel compare --db "$T/other.db" "$new:running" "$old:running" --force
	is $rc 1 "another $1 within a side: --force compares anyway"
}
of_last() { echo "boot in (select id from boot where campaign = 6)"; }
sqlite3 "$T/three.db" "insert into fact select id, 'identity/version', 'Linux ' || (campaign % 2) from boot"
refused kernel "update fact set value = 'Linux 9' where key = 'identity/version' and $(of_last)" \
	"identity/version: ${ids[1]:0:8} Linux 0, ${ids[5]:0:8} Linux 9"
refused machine "insert into fact select id, 'target/machine', 'm' || (campaign / 6) from boot" 'target/machine: '
refused "set of parameters" "update fact set value = 'groups=9' where key = 'params/hackbench' and $(of_last)" \
	'params/hackbench: .*groups=9'
refused "command line" "update variant set cmdline = 'nokaslr' where campaign = 6" 'pooled command lines: , nokaslr|pooled command lines'
sqlite3 "$T/three.db" ".backup $T/other.db"
sqlite3 "$T/other.db" "update fact set value = 'groups=9' where key = 'params/hackbench' and boot in
	(select id from boot where campaign in (2, 4, 6))"
kduel compare --db "$T/other.db" side=new side=old
is $rc 3 "other parameters on the other side are refused, too"

# With target qemu the reported boot id is ignored, so that guests cannot merge boots.
sqlite3 "$T/three.db" ".backup $T/other.db"
sqlite3 "$T/other.db" "update fact set value = 'the-same' where key like '%/boot-id'; update campaign set target = 'qemu'"
kduel compare --db "$T/other.db" side=new side=old --force --format json
is "$(field '.variants[0].boots_ok')/$(field '.variants[0].sessions')" 6/null "boots of target qemu are boots of their own"
# Databases without boot ids: all sessions of a campaign with target local are one boot.
sqlite3 "$T/three.db" ".backup $T/other.db"
sqlite3 "$T/other.db" "delete from fact where key like '%/boot-id'; update campaign set target = 'local'"
kduel compare --db "$T/other.db" side=new side=old --format json
is "$rc/$(field '.variants[0].boots_ok')/$(field '.variants[0].sessions')" 1/3/6 "without boot ids a campaign is one boot"

bad() { # pattern, name, arguments
	kduel compare "${@:3}"
	is $rc 2 "$2: usage error"
	like "$err" "$1" "$2: the error has the reason"
}
bad 'no campaign has the tag side=nosuch' "a tag that no campaign has" side=nosuch side=old
bad 'both sides of a comma' "an empty name" "${ids[0]},:running" side=old
bad 'has no variant "nosuch"' "an unknown variant" "side=new:nosuch" side=old
bad 'cannot be compared with itself' "one campaign on both sides" "$new" "$new"
finish
