#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The disk is full at each stage: cache, database and run directories are on tmpfs file systems of N (12) sizes,
# from too small for anything to large enough. Nothing may be damaged, no partial result may be used, the
# message must say what to do, and with enough space the campaign must finish with the right result. Needs root.
# shellcheck source=tests/torture/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/torture/cache.sh
. "$(dirname "$0")/cache.sh"
N=${N:-12}
# Have a QEMU on the host: unpacking one needs 256 MiB, so with small disks nothing else would be reached.
echo 11.0.0 >"$T/fixture/system-qemu"

plan | sed 's/min_free: 0/min_free: 0, host_wait: 1s/; s/iterations: 4/iterations: 40/' >"$T/p.yaml"
sed 's/min_free: 0/min_free: 512k/' "$T/p.yaml" >"$T/run.yaml"
trial=setup
if ! unshare -m true 2>/dev/null; then
	echo "disk-full: needs root to mount a small file system" >&2
	exit 1
fi
reference "$T/want" run "$T/p.yaml" --tag branch=x
db_kb=$(($(stat -c '%s' "$T/wreference/k.db" "$T/wreference/k.db.reserve" | paste -sd+) >> 10))
reference_cache "$T/want.cache"
cache_kb=$(du -sk "$T/wreference/cache" | cut -f1)
trap 'umount -q "$T"/w*/small 2>/dev/null; rm -rf "$T"' EXIT

small() { # kB
	umount -q "$W/small" 2>/dev/null
	mkdir -p "$W/small"
	mount -t tmpfs -o "size=$1k" tmpfs "$W/small" || bad "no small file system"
}
check_said() { # words
	case $rc in
	0|1|4) count 'large enough' ;;
	3)
		count 'too small'
		grep -qi "^kduel: .*\($1\)" "$W/err" || bad "$stage of $size kB: exit code 3, but: $(tail -n 2 "$W/err")" ;;
	*) bad "$stage of $size kB: exit code $rc: $(tail -n 2 "$W/err")" ;;
	esac
}

trial() {
	local stages=(database run cache) n
	stage=${stages[$(((trial - 1) / N))]}
	n=$(((trial - 1) % N + 1))
	rm -f "$DB"* "$W"/err*
	: >"$W/before"
	count "$stage"
	case $stage in
	database)
		size=$((db_kb * n * 5 / 4 / N))
		small $size
		DB=$W/small/k.db KDUEL_DB=$W/small/k.db
		go run "$T/p.yaml" --tag branch=x
		check_said 'the disk is full: make room'
		if stored_campaign; then check_stored; cp "$W/committed" "$W/before"; fi
		mount -o remount,size=1g "$W/small"
		rm -f "$W"/err*
		check_resumed "$T/want" run --quiet "$T/p.yaml" --tag branch=x
		DB=$W/k.db KDUEL_DB=$W/k.db ;;
	run)
		size=$((1024 * n / N))
		small $size
		TMPDIR=$W/small
		go run "$T/run.yaml" --tag branch=x
		check_said 'put that right\|make room'
		if stored_campaign; then check_stored; cp "$W/committed" "$W/before"; fi
		mount -o remount,size=1g "$W/small"
		rm -f "$W"/err*
		check_resumed "$T/want" run --quiet "$T/run.yaml" --tag branch=x
		TMPDIR=$W/run ;;
	cache)
		size=$((cache_kb * n * 5 / 4 / N))
		small $size
		mkdir -p "$W/small/cache"
		XDG_CACHE_HOME=$W/small/cache
		fill
		check_said 'No space\|space left\|disk is full\|MiB are needed'
		mount -o remount,size=4g "$W/small"
		check_filled "$T/want.cache"
		XDG_CACHE_HOME=$W/cache ;;
	esac
	umount "$W/small"
}
trials $((3 * N))
total
