#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# A power cut during a campaign: the file system with the database is on a loop device, whose file is copied at
# some point (see power-cut.sh, which does that with the cache). All boots that were reported as stored must be in
# the copy, and the campaign must continue from there. N (20) times. Needs root, losetup and mkfs.ext4.
# shellcheck source=tests/torture/lib.sh
. "$(dirname "$0")/lib.sh"

if [ "$(id -u)" != 0 ] || ! losetup -f >/dev/null 2>&1; then
	echo "power-database: needs root and a loop device" >&2
	exit 1
fi
plan | sed 's/15ms/50ms/' >"$T/p.yaml"
reference "$T/want" run "$T/p.yaml" --tag branch=x
trap 'umount -q "$T"/w*/disk "$T"/w*/after 2>/dev/null; rm -rf "$T"' EXIT

trial() {
	local before
	rm -f "$W"/err* "$W"/*.img
	mkdir -p "$W/disk" "$W/after"
	truncate -s 64M "$W/disk.img"
	mkfs.ext4 -q -F -J size=4 "$W/disk.img"
	mount -o loop "$W/disk.img" "$W/disk"
	start run "$T/p.yaml" --tag branch=x --db "$W/disk/k.db"
	nap "$(random $((took * 21 / 20)))"
	# Boots that are reported as ok by now must be in the copy. kduel is stopped while the file is copied.
	kill -STOP "$pid" 2>/dev/null
	before=$(reported)
	cp --sparse=always "$W/disk.img" "$W/after.img"
	kill -KILL "$pid" 2>/dev/null
	wait "$pid" 2>/dev/null
	umount "$W/disk"
	if ! mount -o loop "$W/after.img" "$W/after"; then
		bad "the copy cannot be mounted"
		return
	fi
	DB=$W/after/k.db
	export KDUEL_DB=$DB
	: >"$W/before"
	count "$(if [ -n "$before" ]; then echo 'with boots stored'; else echo 'before the first boot'; fi)"
	if [ -n "$before" ] && ! stored_campaign; then
		bad "no campaign in it, and boots $(tr '\n' ' ' <<<"$before")were said to be good"
	elif stored_campaign; then
		check_stored
		cp "$W/committed" "$W/before"
	fi
	rm -f "$W"/err*
	check_resumed "$T/want" run --quiet "$T/p.yaml" --tag branch=x
	umount "$W/after"
}
trials "${N:-20}"
total
