#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# A full disk: the boot gets that status, the campaign goes on, and nothing is damaged.
# shellcheck source=tests/tap.sh
. "$(dirname "$0")/../tap.sh"

cat >"$T/p.yaml" <<YAML
name: full
target: {kind: fake, min_free: 0, host_wait: 2s}
variants:
  - name: a
  - name: b
baseline: a
workloads: [boot, hackbench, fio-dmcrypt, memcached]
boots: 30
iterations: 200
warmup: 1
seed: 5
YAML
mkdir "$T/small"
if ! mount -t tmpfs -o size=3m tmpfs "$T/small" 2>/dev/null; then
	skip "full disk" "a small file system can only be mounted by root"
	finish
fi
trap 'umount "$T/small"; rm -rf "$T"' EXIT
kduel run --db "$T/small/k.db" "$T/p.yaml"
is $rc 3 "a full disk: exit code 3"
like "$err" 'this host failed 5 boots in a row .*disk is full.*; put that right, then resume' "a full disk: the message says what to do"
is "$(sql 'select state from campaign' "$T/small/k.db")" interrupted "a full disk: the campaign is not shown as running"
like "$err" 'host-disk-full' "the status is reported"
is "$(sql "select count(*) from boot where status = 'host-disk-full'" "$T/small/k.db" | grep -c '^[1-9]')" 1 \
	"a full disk: the status of the boots is stored"
is "$(sql 'pragma integrity_check' "$T/small/k.db")" ok "the database is sound"
mount -o remount,size=300m "$T/small"
kduel run --quiet --resume latest --db "$T/small/k.db"
ok $((rc > 1)) "with space again, resume finishes the campaign" "$err"
is "$(sql "select count(distinct slot) from boot" "$T/small/k.db")" 60 "with space again, every slot has a boot"

# Somebody frees space while kduel waits: nothing is lost.
rm -f "$T/small/"*
mount -o remount,size=3m "$T/small"
sed 's/host_wait: 2s/host_wait: 5m/' "$T/p.yaml" >"$T/wait.yaml"
: >"$T/err" # of the run before; the shell in the background may empty it too late
"$KDUEL" run --db "$T/small/k.db" "$T/wait.yaml" >"$T/out" 2>"$T/err" </dev/null &
pid=$!
await grep -q 'not stored yet' "$T/err"
mount -o remount,size=300m "$T/small"
wait $pid
ok $(($? > 1)) "room in time: the campaign finishes" "$(cat "$T/err")"
is "$(sql "select count(*), count(distinct slot), group_concat(distinct status) from boot" "$T/small/k.db")" \
	"60|60|ok" "room in time: every boot has its results"

sed 's/min_free: 0/min_free: 100T/; s/boots: 30/boots: 3/' "$T/p.yaml" >"$T/q.yaml"
kduel run "$T/q.yaml"
is $rc 3 "less room than target.min_free: no boot can be started"
is "$(sql "select count(*) from boot where status = 'host-disk-full'")" 5 "less room than target.min_free: kduel gives up after five boots"
like "$err" 'min_free' "less room than target.min_free: the message names the setting"
finish
