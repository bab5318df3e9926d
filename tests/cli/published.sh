#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# compare --published: what others have measured, beside ours.
# shellcheck source=tests/tap.sh
. "$(dirname "$0")/../tap.sh"

cat >"$T/plan.yaml" <<'EOF'
name: others
target: {kind: fake}
variants:
  - {name: a, fake: {boot_sd: 0.01}}
  - {name: b, fake: {scale: 1.1, boot_sd: 0.01}}
baseline: a
workloads: [boot, hackbench, fork-exec, {vmalloc: {loops: 500000}}]
boots: 3
iterations: 1
warmup: 0
EOF
kduel run "$T/plan.yaml"
kduel compare --published --format json
is "$(jq -c '.blocks[0].rows[] | select(.workload == "hackbench").published | [.lo_pct, .hi_pct]' <<<"$out")" "[-2.96,-2.96]" \
	"json: hackbench"
is "$(jq -c '.blocks[0].rows[] | select(.metric | startswith("pcpu")).published.lo_pct' <<<"$out")" "-4.63" \
	"json: vmalloc under its published name"
is "$(jq -c '[.blocks[0].rows[] | select(.workload == "fork-exec").published] | unique' <<<"$out")" "[null]" \
	"json: null where nothing was published"
pct=$(jq '.blocks[0].rows[] | select(.workload == "hackbench").effect_pct' <<<"$out")
mkdir "$T/configs"
cp "$TOP"/configs/*.yaml "$T/configs"
{
	printf '\xef\xbb\xbf'
	sed 's/$/\r/' "$TOP/configs/published.yaml"
} >"$T/configs/published.yaml"
is "$(KDUEL_CONFIG_DIR=$T/configs "$KDUEL" compare --published)" "$("$KDUEL" compare --published)" \
	"a table with a byte order mark and CR LF"
kduel compare --published
like "$out" "hackbench/time: published -2\.96 %, here $(printf '%+.4g' "$pct" | sed 's/+/\\+/') % .*\(simulated\)" "text: theirs and ours"
like "$out" "groups 30, loops 100" "text: how it was measured"
kduel compare --published --format markdown
like "$out" "\- hackbench/time: published" "markdown"
like "$out" "\- hackbench/time: .*; not comparable: simulated; groups 2, published 30; loops 25, published 100\.  $" "markdown: not the published size"

# Every figure of the cover letter and of patch 3 has a line. Our values are from the fake target.
ours() { sed -E 's/[+-][0-9.e-]+ % \[[^]]*\] \(simulated\)/X/g' <<<"$out" | sed -n '/^Published/,/^$/p' | grep '^  [^ ]' | grep -v secondary; }
cat >"$T/lines" <<'EOF'
  boot/mem_total: published +0.1993 %, here X; not comparable: simulated
  boot/mem_free: published +0.231 %, here X; not comparable: simulated
  memcached/ops: published +3.5 %; not comparable: not run
  memcached/p99: published -9.6 %; not comparable: not run
  memcached, kernel TLB misses per 1000 instructions: published -28.5 %; not comparable: the event is not stated: page-table walks or refills of the first level; not run
  fio-dmcrypt/iops: published +90 to +150 %; not comparable: not run
  fio-dmcrypt/bw: published +90 to +150 %; not comparable: not run
  fio-dmcrypt/clat_mean: published -60 to -47.4 %; not comparable: not run
  seqread-xfs, bandwidth: published +150 %; not comparable: not run
  vmalloc/full_fit_alloc_test: p:1, h:0, l:500000: published -9 %, here X; not comparable: simulated
  vmalloc/kvfree_rcu_1_arg_vmalloc_test: p:1, h:0, l:500000: published -6.93 %, here X; not comparable: simulated
  vmalloc/kvfree_rcu_2_arg_vmalloc_test: p:1, h:0, l:500000: published -6.77 %, here X; not comparable: simulated
  vmalloc/pcpu_alloc_test: p:1, h:0, l:500000: published -4.63 %, here X; not comparable: simulated
  hackbench/time: published -2.96 %, here X; not comparable: simulated; groups 2, published 30; loops 25, published 100
  kernbench/system: published -12.77 %; not comparable: not run
  pts/perl-benchmark, Interpreter: published -4.86 %; not comparable: no workload of kduel runs perlbench; perl-startup is another program
  pgbench/tps, scale 1, 1 client: published +5.07 %; not comparable: not run
  pgbench/latency, scale 1, 1 client: published -4.72 %; not comparable: not run
  pgbench/tps, scale 100, 1000 clients: published +2.58 %; not comparable: not run
  pgbench/latency, scale 100, 1000 clients: published -2.52 %; not comparable: not run
  sqlite-speedtest/time: published -2.68 %; not comparable: not run
EOF
kduel compare --published
is "$(ours)" "$(cat "$T/lines")" "text: one line for each published figure"
like "$out" "29 Aug 2025, patch 3; AmpereOne, 192 cores, 256 GB:$" "text: where they stand"
kduel compare --published --format json
is "$(jq -r '.blocks[0].published[].not_comparable' <<<"$out")" "$(sed 's/.*not comparable: //' "$T/lines")" "json: all of them"
kduel export site "$T/site"
row=row/1/hackbench.hackbench.time.html
like "$(cat "$T"/site/campaign/*/$row)" 'not comparable</dt><dd>simulated; groups 2, published 30; loops 25' "page: not comparable"
sed 's/ hackbench,/ {hackbench: {groups: 30, loops: 100}}, {fio-dmcrypt: {size: 102400M}},/' "$T/plan.yaml" >"$T/same.yaml"
kduel run "$T/same.yaml"
kduel compare --published
like "$(ours)" "hackbench/time: published -2.96 %, here X; not comparable: simulated$" "text: at the published size"
like "$(ours)" "fio-dmcrypt/iops: published \+90 to \+150 %, here X; not comparable: simulated$" "text: a size in another notation is the published one, too"
id=$(sql 'select uuid from campaign order by id desc limit 1')
kduel export site "$T/site-same"
like "$(cat "$T/site-same/campaign/$id/$row")" '<dt>published</dt>' "page: published"
like "$(cat "$T/site-same/campaign/$id/$row")" 'not comparable</dt><dd>simulated</dd>' "page: at the published size"
kduel compare --published --format json
is "$(jq -c '[.blocks[0].rows[].published | select(. != null).elsewhere] | unique' <<<"$out")" "[null]" "json: null"
kduel compare --format json
is "$(jq -c '[.blocks[0].rows[] | has("published")] | unique' <<<"$out")" "[false]" "without the option JSON has no published figures"
kduel compare
unlike "$out" "ublished" "without the option text has no published figures"
sed 's/ hackbench,/ memcached, seqread-xfs, fio-dmcrypt, hackbench, kernbench, perl-startup, sqlite-speedtest, pgbench,/' \
	"$T/plan.yaml" >"$T/margins.yaml"
kduel run "$T/margins.yaml"
kduel compare --published --format json
wide=$(jq -c '[.blocks[0].rows[] | select(.published != null and .margin_rel != null) |
	{metric: "\(.workload)/\(.metric)", margin: (100 * .margin_rel),
	 published: ([.published.lo_pct, .published.hi_pct] | map(fabs) | min)}] |
	[length >= 15, (map(select(.margin > .published / 2)) | map(.metric))]' <<<"$out")
is "$wide" "[true,[]]" "margins are at most half of the published figures"
kduel compare --published --format csv
is $rc 2 "--published is refused for CSV"

# If a metric was published for two sizes, the one that the campaign used is shown.
size_of() { # parameters of pgbench, of memcached, jobs of kernbench
	sed "s/^workloads.*/workloads: [{pgbench: {$1}}, {memcached: {$2}}, {kernbench: {source: linux, jobs: ${3:-192}}}, perl-startup]/" "$T/plan.yaml" >"$T/size.yaml"
	kduel run "$T/size.yaml"
	kduel compare --published
}
size_of "scale: 1, clients: 1" "mode: closed"
like "$(ours)" "pgbench/tps, scale 1, 1 client: published \+5.07 %, here X; not comparable: simulated$" "scale 1: its figure"
like "$(ours)" "pgbench/tps, scale 100, 1000 clients: .*; scale 1, published 100; clients 1, published 1000$" "scale 1: the other one"
like "$(ours)" "memcached/ops: published \+3.5 %, here X; not comparable: simulated$" "closed loop: throughput"
like "$(ours)" "memcached/p99: published -9.6 %, here X; not comparable: simulated; mode closed, published open$" "closed loop: no tails"
like "$(ours)" "kernbench/system: published -12.77 %, here X; not comparable: simulated$" "192 jobs"
like "$(ours)" "Interpreter: published -4.86 %; not comparable: no workload" "perl-startup is not perlbench"
kduel compare --published --format json
is "$(jq -c '.blocks[0].rows[] | select(.metric == "tps").published.lo_pct' <<<"$out")" 5.07 "json: scale 1"
is "$(jq -c '[.blocks[0].rows[] | select(.workload == "perl-startup").published] | unique' <<<"$out")" "[null]" "json: perl-startup"
size_of "scale: 100, clients: 1000" "mode: open" 0
like "$(ours)" "kernbench/system: .*; jobs one for each CPU, published 192$" "jobs: one for each CPU"
like "$(ours)" "pgbench/latency, scale 100, 1000 clients: published -2.52 %, here X; not comparable: simulated$" "scale 100: its figure"
like "$(ours)" "memcached/p99: published -9.6 %, here X; not comparable: simulated$" "open loop: tails"
like "$(ours)" "memcached/ops: .*; mode open, published closed$" "open loop: the rate is given"
kduel compare --published --format json
is "$(jq -c '.blocks[0].rows[] | select(.metric == "tps").published.lo_pct' <<<"$out")" 2.58 "json: scale 100"
id=$(sql 'select uuid from campaign order by id desc limit 1')
kduel export site "$T/site-size"
like "$(cat "$T/site-size/campaign/$id/row/1/pgbench.pgbench.tps.html")" '<dt>published</dt><dd>\+2\.58 %' "page: scale 100"

# Modelled walks are shown beside a figure whose event is not stated. Emulated times are not.
sqlite3 "$KDUEL_DB" "update series set basis = 'modelled', source = 'tlbmodel', metric = 'kernel.walk_d_mpki', kind = 'model'
	where workload = 'memcached' and metric = 'p999';
	update series set basis = 'modelled', source = 'tlbmodel', metric = 'kernel.l1d_mpki', kind = 'model'
	where workload = 'memcached' and metric = 'max';
	update series set basis = 'emulated' where metric = 'ops'"
kduel compare --published
like "$out" "kernel TLB misses per 1000 instructions: published -28.5 %, here kernel.walk_d_mpki [^(]+ \(modelled\), kernel.l1d_mpki [^(]+ \(modelled\); not comparable: the event is not stated: page-table walks or refills of the first level; modelled$" \
	"modelled walks and refills"
like "$out" "memcached/ops: published \\+3.5 %; not comparable: emulated; mode open, published closed$" "emulated times"

# `jobs: 0` is compared as the number of CPUs of the guest.
cat >"$T/guest.yaml" <<'EOF'
name: guest
target: {kind: qemu, cpus: 192}
variants:
  - {name: a, kernel: {packages: [linux-image-arm64], suites: [trixie]}}
  - {name: b, kernel: {packages: [linux-image-arm64], suites: [trixie]}}
baseline: a
workloads: [{kernbench: {source: linux, jobs: 0}}]
EOF
sqlite3 "$KDUEL_DB" "update campaign set plan_text = cast(readfile('$T/guest.yaml') as text)"
kduel compare --published
like "$(ours)" "kernbench/system: published -12.77 %, here X; not comparable: simulated$" "192 CPUs are 192 jobs"
sqlite3 "$KDUEL_DB" "update campaign set plan_text = 'name: of a later kduel'"
kduel compare --published
like "$out" "pgbench/tps, scale 1, 1 client: .*; not comparable: simulated; this version of kduel cannot read the plan, which has the parameters$" \
	"parameters that cannot be read"
like "$(ours)" "boot/mem_total: published \\+0.1993 %, here X; not comparable: simulated$" "unknown parameters do not matter for boot/mem_total"

cp -r "$TOP/configs" "$T/configs"
export KDUEL_CONFIG_DIR=$T/configs
sed -i 's/groups: 30/group: 30/' "$T/configs/published.yaml"
kduel compare --published
like "$rc $err" "^2 .*published\.yaml:[0-9]+:[0-9]+: unknown parameter 'group'" "a parameter that the workload lacks"
sed -i 's/group: 30/groups: 30/' "$T/configs/published.yaml"
sed -i 's/change: "-2.96"/change: "2.96 less"/' "$T/configs/published.yaml"
kduel compare --published
like "$rc $err" "^2 .*published\.yaml:[0-9]+:[0-9]+: 'change' must be per cent" "a mistake in the table: file and line"
rm "$T/configs/published.yaml"
kduel compare --published
like "$rc $err" "^2 .*no published.yaml" "no table"
finish
