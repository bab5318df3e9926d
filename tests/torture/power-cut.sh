#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# A power cut while the cache is filled: its file system is on a loop device, whose file is copied at some point
# (without data that its file system has not written yet); then the copy is mounted and used. TRIALS (20) times. Needs
# root, losetup and mkfs.ext4.
# shellcheck source=tests/tap.sh
. "$(dirname "$0")/../tap.sh"
# shellcheck source=tests/data/apt/cache.sh
. "$TOP/tests/data/apt/cache.sh"
TRIALS=${TRIALS:-20}

if [ "$(id -u)" != 0 ] || ! losetup -f >/dev/null 2>&1; then
	skip "power cut" "no root, or no loop device"
	finish
fi
mkdir "$T/disk" "$T/after"
trap 'umount -q "$T/disk" "$T/after" 2>/dev/null; rm -rf "$T"' EXIT
make_cache_fixture
cat >"$T/p.yaml" <<YAML
target: {kind: qemu}
variants:
  - {name: a, cpu: max, kernel: {packages: ["linux-image-6.18*"], suites: [trixie-backports]}}
  - {name: b, cpu: max, kernel: {packages: ["linux-image-7.2*"], suites: [trixie-backports]}}
baseline: a
guest: {suites: [bookworm]}
workloads: [memcached]
YAML
fill() { # mount point
	XDG_CACHE_HOME=$1 "$KDUEL" run --dry-run "$T/p.yaml" >"$T/out" 2>"$T/err" </dev/null &&
		XDG_CACHE_HOME=$1 "$KDUEL" kernel build --dir "$T/src" --config "$T/mine.config" --name mine >>"$T/out" 2>>"$T/err" </dev/null
}
# What a campaign uses: the command lines, and the contents of all files in the cache, except those that differ
# between two builds.
result() { # mount point
	sed "s,$1/kduel,CACHE,g" "$T/out"
	(cd "$1/kduel" && find kernels initramfs guest qemu debs -type f ! -name '*.lock' ! -name '*.ext4' -exec sha256sum {} + | sort -k 2)
	for image in "$1"/kduel/guest/*/root.ext4; do
		e2fsck -fn "$image" >/dev/null 2>&1 || echo "root image damaged"
		debugfs -R 'cat /usr/bin/hello' "$image" 2>/dev/null
	done
}
disk() { # an empty one
	umount -q "$T/disk"
	rm -f "$T/disk.img"
	truncate -s 12G "$T/disk.img"
	mkfs.ext4 -q -F -N 20000 -J size=16 "$T/disk.img"
	mount -o loop "$T/disk.img" "$T/disk"
}

disk
begin=$(date +%s%N)
fill "$T/disk"
is $? 0 "a cache is filled"
took=$((($(date +%s%N) - begin) / 1000000))
want=$(result "$T/disk")
for trial in $(seq "$TRIALS"); do
	disk
	# Also cut the power some time after the end: data that is not synced stays in memory for 30 seconds.
	at=$((took * trial * 3 / 2 / TRIALS))
	fill "$T/disk" &
	pid=$!
	sleep "$(printf '%d.%03d' $((at / 1000)) $((at % 1000)))"
	cp --sparse=always "$T/disk.img" "$T/after.img"
	wait $pid
	if ! mount -o loop "$T/after.img" "$T/after"; then
		ok 1 "power cut after $at ms: the copy can be mounted"
		continue
	fi
	# After a real power cut the boot ID would be another one: replace it in the marks that have it.
	find "$T/after" -name source-is-complete -size +0 -exec sed -i "s/$(cat /proc/sys/kernel/random/boot_id)/another boot/" {} +
	left=$(find "$T/after" -type f -size 0 ! -name '*.lock' ! -name status ! -name updated ! -path '*/tmp/*' ! -path '*/apt/*' \
		! -name 'modules.*' | head -n 3)
	fill "$T/after"
	code=$?
	difference=$(diff <(echo "$want") <(result "$T/after"))
	[ $code = 0 ] || difference+=$(printf '\nexit code %s: ' $code; tail -n 5 "$T/err")
	is "$left$difference" "" "power cut after $at ms: the next run makes what is missing, with the same result"
	umount "$T/after"
done
finish
