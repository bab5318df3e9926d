#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The dashboard in a real browser: contents, filters, sorting, zoom and URLs, without JavaScript, as exported
# files, with hostile text in the database, and its accessibility. Needs WEB, the directory with node_modules
# (make web). The checks in the browser are in dashboard.mjs.
# shellcheck source=tests/tap.sh
. "$(dirname "$0")/../tap.sh"

plan() { # name, scale of the candidate, seed
	cat >"$T/plan.yaml" <<-YAML
	name: $1
	target: {kind: fake, boot_timeout: 1s}
	variants:
	  - {name: stock, fake: {boot_sd: 0.004, iter_sd: 0.004}}
	  - {name: patched, fake: {scale: $2, boot_sd: 0.004, iter_sd: 0.004}}
	baseline: stock
	workloads: [boot, hackbench, memcached, fio-dmcrypt]
	boots: 3
	iterations: 4
	warmup: 1
	seed: $3
	YAML
}

for i in $(seq 1 16); do
	scale=1.0
	[ "$i" -le 10 ] || scale=1.08
	plan nightly $scale "$i"
	"$KDUEL" run --quiet "$T/plan.yaml" --tag commit="c$i" \
		--tag date="$(printf '2026-03-%02d' "$i")" >/dev/null 2>&1
done
plan pair 0.9 99
cat >>"$T/plan.yaml" <<-YAML
compare:
  - {candidate: patched, title: "Effect & \"more\""}
YAML
"$KDUEL" run --quiet "$T/plan.yaml" >/dev/null 2>&1
cat >"$T/bad.yaml" <<-YAML
name: broken
target: {kind: fake, boot_timeout: 1s}
variants:
  - {name: stock}
  - {name: crashing, fake: {fail: panic, fail_every: 2}}
baseline: stock
workloads: [hackbench]
boots: 4
seed: 5
YAML
"$KDUEL" run --quiet "$T/bad.yaml" >/dev/null 2>&1
cat >"$T/wide.yaml" <<-YAML
name: wide
target: {kind: fake, boot_timeout: 1s}
variants:
  - {name: a}
  - {name: b, fake: {scale: 1.2}}
  - {name: c, fake: {scale: 0.8}}
  - {name: d, fake: {scale: 1.1}}
baseline: a
compare:
$(for x in a b c d; do for y in a b c d; do
	[ $x = $y ] || echo "  - {candidate: $x, baseline: $y, title: $x and $y}"; done; done)
workloads: [boot, hackbench, memcached, fio-dmcrypt]
boots: 3
iterations: 3
seed: 11
YAML
"$KDUEL" run --quiet "$T/wide.yaml" >/dev/null 2>&1
cat >"$T/alone.yaml" <<-YAML
name: alone
target: {kind: fake, boot_timeout: 1s}
variants: [{name: only}]
workloads: [boot, hackbench, memcached]
boots: 3
iterations: 3
seed: 13
YAML
"$KDUEL" run --quiet "$T/alone.yaml" >/dev/null 2>&1
cat >"$T/creation.yaml" <<-YAML
name: creation
target: {kind: fake, memory: [1G, 4G], boot_timeout: 1s}
variants: [{name: r6.1}, {name: r6.12}, {name: r6.17}, {name: r6.18}, {name: r7.0}, {name: r7.2}, {name: r7.3}, {name: blocks}]
baseline: r6.1
workloads: [boot]
boots: 1
YAML
"$KDUEL" run --quiet "$T/creation.yaml" >/dev/null 2>&1
creation=$(sql "select uuid from campaign where name = 'creation'")
# Make it look like a campaign in exact mode: its boot time becomes kernel.map_instructions, and the name of
# each variant, RELEASE-MEMORY, becomes its kernel's release and the memory on QEMU's command line.
of="variant in (select id from variant where campaign = (select id from campaign where uuid = '$creation'))"
names='workload, version, unit, better, kind, is_primary, per_boot, margin_abs, margin_rel, resolution, basis,
	describes, per, deterministic, event_floor, events'
sqlite3 "$KDUEL_DB" "
create temp table old as select min(id) as id from series where workload = 'boot' and is_primary and kind = 'time';
insert into series (source, metric, $names)
	select 'tlbmodel', 'kernel.map_instructions', $names from series where id = (select id from old);
update sample set series = (select max(id) from series) where series = (select id from old) and $of;
update boot_stat set series = (select max(id) from series) where series = (select id from old) and $of;
insert into kernel (hash, release, arch, origin, config_hash)
	select distinct 'map-' || name, substr(name, 2, instr(name, '-') - 2) || '.0-arm64', 'arm64', '', ''
	from variant where name like 'r%' and ${of/variant/id};
update variant set kernel = (select id from kernel where hash = 'map-' || name) where ${of/variant/id};
update boot set command = ' -m ' || (select substr(name, instr(name, '-') + 1) from variant where id = variant) where $of;"
plan aa 1.0 7
"$KDUEL" aa --quiet --boots 4 "$T/plan.yaml" >/dev/null 2>&1
id_of() { sql "select uuid from campaign where name = '$1' order by id desc limit 1"; }
id=$(id_of pair) wide=$(id_of wide) broken=$(id_of broken) alone=$(id_of alone)
aa=$(sql "select uuid from campaign order by id desc limit 1")
failed=$(sql "select min(slot) + 1 from boot where status <> 'ok' and campaign =
	(select id from campaign where uuid = '$broken')")
kduel compare "$id" --format json
cp "$T/out" "$T/compare.json"
is "$(jq '.blocks[0].rows | length > 20' <<<"$out")" true "the comparison has over 20 rows"

# A copy of the database with markup in every text that comes from users or from machines.
cp "$KDUEL_DB" "$T/hostile.db"
evil='"><img src=x onerror=window.pwned=1><script>window.pwned=1</script>'"'"'&lt;</svg>'
name='"><img src=x onerror=pwned=1>/%2F'"'"'&lt;' # goes into paths, so without a dot
m=${name//\'/\'\'}
e=${evil//\'/\'\'}
sqlite3 "$T/hostile.db" "
update campaign set name = '$e', host = '$e', version = '$e', plan_path = '$e',
	plan_text = '$e', lock_text = '$e';
update variant set name = name || '$m', cpu = '$e', cmdline = '$e';
update comparison set title = '$e';
update boot set detail = '$e', command = ' -m 2048M $e';
update fact set value = value || '$e';
update tag set value = value || '$e' where key <> 'date';
update series set workload = workload || '$m', metric = metric || '$m', unit = '$e';
update noise set machine = '$e';"
like "$(sql "select distinct unit from series" "$T/hostile.db")" onerror "the hostile database has markup in a unit"

serve() { # database, file for the address
	"$KDUEL" serve --listen 127.0.0.1:0 --db "$1" >"$2" 2>"$2.err" &
	servers="${servers:-} $!"
	for _ in $(seq 1200); do [ -s "$2" ] && return; sleep 0.05; done
}
servers=
trap 'kill $servers 2>/dev/null; wait 2>/dev/null; rm -rf "$T"' EXIT
serve "$KDUEL_DB" "$T/url"
serve "$T/hostile.db" "$T/hostile-url"
kduel export site "$T/site"
is $rc 0 "kduel export site writes the dashboard as files" "$err"

if [ ! -d "${WEB:-}/node_modules" ] || ! command -v chromium >/dev/null; then
	ok 1 "chromium and node_modules are installed (make setup, make web)"
	finish
fi
export HOME=$T XDG_CONFIG_HOME=$T/config XDG_CACHE_HOME=$T/cache # the browser leaves nothing behind
URL=$(head -n 1 "$T/url") HOSTILE=$(head -n 1 "$T/hostile-url") SITE=$T/site \
	ID=$id WIDE=$wide BROKEN=$broken FAILED=$failed ALONE=$alone AA=$aa CREATION=$creation JSON=$T/compare.json FIRST=$tests \
	node "$TOP/tests/web/dashboard.mjs" >"$T/web.tap" 2>"$T/web.err"
rc=$?
cat "$T/web.tap"
sed 's/^/# /' "$T/web.err" | tail -n 20
tests=$((tests + $(grep -cE '^(not )?ok ' "$T/web.tap")))
failures=$((failures + $(grep -c '^not ok ' "$T/web.tap")))
is $rc 0 "all tests in the browser were run"
finish
