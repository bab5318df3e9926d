#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Compare variants of two campaigns, and what is reported if the campaigns differ.
# shellcheck source=tests/tap.sh
. "$(dirname "$0")/../tap.sh"

plan() { # name, scale of `new`
	cat <<-YAML
	name: $1
	target: {kind: fake}
	variants:
	  - {name: old, fake: {boot_sd: 0.002, iter_sd: 0.002}}
	  - {name: new, fake: {scale: $2, boot_sd: 0.002, iter_sd: 0.002}}
	baseline: old
	workloads: [hackbench, memcached]
	boots: 4
	iterations: 3
	warmup: 1
	YAML
}

plan first 1.0 >"$T/first.yaml"
plan second 1.3 >"$T/second.yaml"
kduel run --quiet "$T/first.yaml"
kduel run --quiet "$T/second.yaml"
a=$(sql "select uuid from campaign where name = 'first'")
b=$(sql "select uuid from campaign where name = 'second'")

kduel compare "$b:new" "$a:old"
is $rc 1 "a variant of one campaign against one of another: regression"
like "$out" '^Candidate: Campaign second' "the candidate's campaign is named"
like "$out" '^Baseline: Campaign first' "the baseline's campaign is named"
like "$out" 'not interleaved' "the report says that boots were not interleaved"
unlike "$out" 'hosts differ' "hosts that are the same are not reported as different"
pairwise=$out
kduel compare --candidate "$b:new" --baseline "$a:old"
is "$out" "$pairwise" "--candidate and --baseline say the same"
kduel compare "$b" --candidate new --baseline "$a:old"
is "$out" "$pairwise" "a side without a campaign is of the one that stands alone"
kduel compare "${b:0:8}:new" "${a:0:8}:old" --format json
is "$(jq -r '.campaign.name + .baseline_campaign.name' <<<"$out")" secondfirst "JSON has both campaigns"
is "$(jq -r '[.blocks[0].rows[] | select(.metric == "time") | .verdict] | join(",")' <<<"$out")" regression "hackbench is slower"
p=$(jq -c '[.blocks[0].rows[] | {metric, p, effect}]' <<<"$out")
kduel compare "$a:old" "$b:new" --format json
is "$(jq -r '[.blocks[0].rows[] | select(.metric == "time") | .verdict] | join(",")' <<<"$out")" improvement "with the sides swapped, hackbench is faster"
is "$(jq -c '[.blocks[0].rows[] | .effect * -1 | . * 1e6 | round]' <<<"$out")" \
	"$(jq -c '[.[] | .effect * 1e6 | round]' <<<"$p")" "with the sides swapped, effects have the same size"
kduel compare "$b:old" "$a:old"
is $rc 0 "equal kernels of two campaigns: no regression"
like "$out" "${b:0:8}:old against ${a:0:8}:old" "equal names are distinguished by their campaigns"
kduel compare "$b:new" "$b:old" --format json
is "$(jq -r .baseline_campaign <<<"$out")" null "two variants of one campaign need no second one"
kduel compare "$b:new" nosuch:old
is $rc 2 "an unknown campaign is a usage error"
like "$err" nosuch "an unknown campaign: the error names it"
kduel compare "$b:new" "$a:older"
is $rc 2 "an unknown variant is a usage error"
like "$err" 'old' "an unknown variant: the error has the names that exist"

# Differences between machines are made by editing the database.
cp "$KDUEL_DB" "$T/hosts.db"
sqlite3 "$T/hosts.db" "update campaign set host = 'another machine', target = 'ssh' where name = 'first';
	update series set basis = 'measured'"
kduel compare --db "$T/hosts.db" "$b:new" "$a:old"
is $rc 3 "another kind of target: refused"
kduel compare --db "$T/hosts.db" --force --block 1 "$b:new" "$a:old"
like "$out" 'NOTE hosts differ: .*' "different hosts: a note"
like "$(tr '\n' ' ' <<<"$out")" 'baseline another +machine' "different hosts: the report has their names"
like "$out" 'targets differ' "different targets: a note"
like "$(tr '\n' ' ' <<<"$out")" ': +measured on different hosts; from different kinds of target' "different targets: the rows that they affect say so"

cp "$KDUEL_DB" "$T/version.db"
sqlite3 "$T/version.db" "
	insert into series (workload, source, version, metric, unit, better, kind, is_primary, per_boot,
		margin_abs, margin_rel, resolution, basis, describes, per)
	select workload, source, version + 1, metric, unit, better, kind, is_primary, per_boot,
		margin_abs, margin_rel, resolution, basis, describes, per from series where metric = 'time';
	insert into series (workload, source, version, metric, unit, better, kind, is_primary, per_boot,
		margin_abs, margin_rel, resolution, basis, describes, per)
	select workload, source, version, metric, 'ms', better, kind, is_primary, per_boot,
		margin_abs, margin_rel, resolution, basis, describes, per from series where metric = 'p99';
	insert into series (workload, source, version, metric, unit, better, kind, is_primary, per_boot,
		margin_abs, margin_rel, resolution, basis, describes, per)
	select workload, source, version, metric, unit, better, kind, is_primary, per_boot,
		margin_abs, 0.5, resolution, basis, describes, per from series where metric = 'ops';
	create temp table moved as select o.id old, n.id new from series n, series o
		where n.metric = o.metric and n.id > o.id and o.metric in ('time', 'p99', 'ops')
		and o.id = (select min(id) from series where metric = o.metric);
	update sample set series = (select new from moved where old = series)
	where series in (select old from moved)
	and variant in (select v.id from variant v, campaign c where c.id = v.campaign and c.name = 'first');
	update boot_stat set series = (select new from moved where old = series)
	where series in (select old from moved)
	and variant in (select v.id from variant v, campaign c where c.id = v.campaign and c.name = 'first')"
kduel compare --db "$T/version.db" "$b:new" "$a:old" --format json
row() { jq -r --arg m "$1" ".blocks[0].rows[] | select(.metric == \$m) | $2" <<<"$out"; }
is "$(row time '.verdict + ": " + .note')" 'insufficient: version of hackbench differs: 2 and 1' "another version of a workload: no verdict"
is "$(row p99 '.verdict + ": " + .note')" 'insufficient: unit differs: ms and us' "another unit: no verdict"
like "$(row ops .note)" "^the campaigns have different margins; the baseline.s is used" "another margin: a note says which one is used"
finish
