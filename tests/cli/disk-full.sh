#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The disk is full: the boot gets that status, the campaign goes on, and nothing is broken.
# shellcheck source=tests/tap.sh
. "$(dirname "$0")/../tap.sh"

cat >"$T/p.yaml" <<YAML
name: full
target: {kind: fake, min_free: 0}
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
like "$err" 'free space, then resume' "and what to do"
like "$err" 'host-disk-full' "the status is reported"
is "$(sql "select count(*) from boot where status = 'host-disk-full'" "$T/small/k.db" | grep -c '^[1-9]')" 1 \
	"and stored"
is "$(sql 'pragma integrity_check' "$T/small/k.db")" ok "the database is sound"
mount -o remount,size=300m "$T/small"
kduel run --quiet --resume latest --db "$T/small/k.db"
ok $((rc > 1)) "with space again, resume finishes the campaign" "$err"
is "$(sql "select count(distinct slot) from boot" "$T/small/k.db")" 60 "every slot is there"

sed 's/min_free: 0/min_free: 100T/; s/boots: 30/boots: 3/' "$T/p.yaml" >"$T/q.yaml"
kduel run "$T/q.yaml"
is $rc 4 "less room than target.min_free: nothing to compare"
is "$(sql "select count(*) from boot where status = 'host-disk-full'")" 6 "every boot says so"
like "$err" 'min_free' "and names the setting"
finish
