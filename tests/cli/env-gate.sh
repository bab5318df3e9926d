#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# A comparison whose sides differ in more than was declared is refused, and --force marks it.
# shellcheck source=tests/tap.sh
. "$(dirname "$0")/../tap.sh"

plan() { # name
	cat <<-YAML
	name: $1
	target: {kind: fake}
	variants:
	  - {name: old, fake: {boot_sd: 0.002, iter_sd: 0.002}}
	  - {name: new, cmdline: feature=on, fake: {boot_sd: 0.002, iter_sd: 0.002}}
	baseline: old
	workloads: [memcached]
	boots: 3
	iterations: 2
	warmup: 1
	YAML
}

plan first >"$T/first.yaml"
plan second >"$T/second.yaml"
kduel run --quiet "$T/first.yaml"
is $rc 0 "equal sides"
kduel run --quiet "$T/second.yaml"
a=$(sql "select uuid from campaign where name = 'first'")
b=$(sql "select uuid from campaign where name = 'second'")
is "$(sql "select distinct value from fact where key = 'env/thp'")" madvise "the environment is a fact of each boot"

kduel compare "$b:old" "$a:old"
is $rc 0 "two campaigns in one environment may be compared"
unlike "$out" 'differs beside' "campaigns in one environment: no difference is reported"

# Edit the database as if the environment had changed.
change() { # campaign, variant, key, value
	sqlite3 "$T/x.db" "update fact set value = '$4' where key = '$3' and boot in (select b.id from boot b
		join variant v on v.id = b.variant join campaign c on c.id = b.campaign
		where c.name = '$1' and v.name = '$2')"
}
cp "$KDUEL_DB" "$T/x.db"
change second old env/governor powersave
kduel compare --db "$T/x.db" "$b:old" "$a:old"
is $rc 3 "another governor: refused"
like "$err" 'env/governor: candidate powersave, baseline absent' "another governor: the error has both values"
like "$err" '--force' "different environments: the error names --force"
is "$out" "" "another governor: no report is printed"
kduel compare --db "$T/x.db" "$b:old" "$a:old" --force
is $rc 0 "--force compares anyway"
like "$out" 'NOTE forced' "text is marked"
like "$(tr '\n' ' ' <<<"$out")" 'env/governor: +candidate +powersave' "--force: the text says what differs"
for f in markdown mail; do
	kduel compare --db "$T/x.db" "$b:old" "$a:old" --force --format $f
	like "$out" 'forced' "$f is marked"
done
kduel compare --db "$T/x.db" "$b:old" "$a:old" --force --format json
is "$(jq -c '[.forced, (.outside | length)]' <<<"$out")" '[true,1]' "JSON is marked"
kduel compare --db "$T/x.db" "$b:old" "$a:old" --force --format csv
is "$(head -2 <<<"$out" | tr -d '\r' | awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == "forced") behind = NF - i }
	{ print $(NF - behind) }' | xargs)" "forced 1" "CSV is marked"
kduel compare "$b:old" "$a:old" --format csv
is "$(sed -n 2p <<<"$out" | sed 's/.*,//' | tr -d '\r')" 0 "a comparison that needed no force is not"

kduel compare --db "$T/x.db" "$b:new" "$a:old"
is $rc 0 "a booted system's setting may follow from a declared command line"
sqlite3 "$T/x.db" "insert into fact select id, 'env/swap', 'none' from boot where campaign =
	(select id from campaign where name = 'first') on conflict do nothing;
	insert into fact select id, 'env/swap', '8 GiB in 1 area' from boot where campaign =
	(select id from campaign where name = 'second') on conflict do nothing"
kduel compare --db "$T/x.db" "$b:new" "$a:old"
is $rc 3 "swap does not follow from a command line"
like "$err" 'env/swap' "different swap: the error names it"
for key in aslr boost clocksource governor microcode mitigations nmi-watchdog numa-balancing smt swap thp; do
	cp "$KDUEL_DB" "$T/x.db"
	sqlite3 "$T/x.db" "insert into fact select boot.id, 'host/$key', campaign.name from boot
		join campaign on campaign.id = boot.campaign where true on conflict do update set value = excluded.value"
	kduel compare --db "$T/x.db" "$b:old" "$a:old"
	like "$rc $err" "^3 .*" "the host's $key differs: refused"
	like "$err" "host/$key: candidate second, baseline first" "the host's $key differs: the message names it"
done

# A parameter may be a script.
cp "$KDUEL_DB" "$T/x.db"
sqlite3 "$T/x.db" "insert or replace into fact select b.id, 'params/exec', 'command=echo ' || c.name || char(10)
	|| 'two' || char(10) || '  env/thp: three' from boot b join campaign c on c.id = b.campaign"
kduel compare --db "$T/x.db" "$b:old" "$a:old"
like "$rc $err" "^3 .*" "a parameter of several lines differs: refused"
like "$err" "^  params/exec: candidate command=echo second two   env/thp: three, baseline command=echo first two   env/thp: three$" \
	"a parameter of several lines differs: shown on one line"
for f in text markdown mail; do
	kduel compare --db "$T/x.db" "$b:old" "$a:old" --force --format $f
	like "$(tr -s ' \n' '  ' <<<"$out")" "baseline command=echo first two env/thp: three" "a parameter of several lines differs: shown on one line as $f"
done
like "$(tr -s ' \n' '  ' <<<"$out")" "Workloads: .*exec: (\| )?command=echo second two env/thp: three" "a mail has the script"
kduel show --db "$T/x.db" "$b" 1 --facts
like "$(grep -A2 ^params/exec: <<<"$out" | tr '\n' ^)" '^params/exec: command=echo second\^  two\^    env/thp: three\^$' \
	"show: each fact begins a line, none of its own lines does"
kduel show --db "$T/x.db" "$b" 1 --facts --format json
is "$(jq -r '.facts["params/exec"]' <<<"$out" | tail -n 2)" $'two\n  env/thp: three' "JSON has the value with its line breaks"

cp "$KDUEL_DB" "$T/x.db"
sqlite3 "$T/x.db" "update fact set value = 'always' where key = 'env/thp' and boot =
	(select max(id) from boot where campaign = (select id from campaign where name = 'second'))"
kduel compare --db "$T/x.db" "$b:old" "$b:new"
is $rc 0 "a declared difference may also differ within a campaign"
sqlite3 "$T/x.db" "update variant set cmdline = ''"
kduel compare --db "$T/x.db" "$b"
is $rc 3 "a setting that changed during a campaign: refused"
like "$err" 'env/thp: .*always \| madvise' "a setting that changed during a campaign: both values are named"

cp "$KDUEL_DB" "$T/x.db"
sqlite3 "$T/x.db" "delete from fact where key like 'env/%' and boot in (select id from boot where campaign =
	(select id from campaign where name = 'first'))"
kduel compare --db "$T/x.db" "$b:old" "$a:old"
is $rc 0 "facts that were not recorded cannot differ"
like "$(tr '\n' ' ' <<<"$out")" 'was not +recorded' "facts that were not recorded: the report says so"

cp "$KDUEL_DB" "$T/x.db"
sqlite3 "$T/x.db" "update campaign set lock_text = 'fio 3.33-3 arm64 00' || char(10) || 'linux-image-x 6 arm64 00'
	where name = 'first';
	update campaign set lock_text = 'fio 3.36-1 arm64 00' || char(10) || 'linux-image-x 7 arm64 00'
	where name = 'second';
	update kernel set arch = 'arm64'"
sqlite3 "$T/x.db" "insert into kernel (hash, release, arch, origin, config_hash) values ('k', '6', 'arm64', 'o', '');
	update variant set kernel = (select max(id) from kernel)"
kduel compare --db "$T/x.db" "$b:old" "$a:old"
is $rc 3 "another version of a guest package: refused"
like "$err" 'fio 3.36-1 against 3.33-3' "another version of a guest package: both versions are named"
unlike "$err" linux-image "the version of the kernel's package may differ"

finish
