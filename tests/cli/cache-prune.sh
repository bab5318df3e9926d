#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# `kduel cache`: list it, and remove what was not used for a long time, unless it is in use.
# shellcheck source=tests/tap.sh
. "$(dirname "$0")/../tap.sh"
# shellcheck source=tests/data/apt/cache.sh
. "$TOP/tests/data/apt/cache.sh"

make_cache_fixture
export XDG_CACHE_HOME=$T/cache
CACHE=$T/cache/kduel
make_cache_plan "$T/p.yaml"
prepare() { kduel run --dry-run "$T/p.yaml"; }
entries() { # filter
	kduel cache list --format json
	jq -r "[.entries[] | select($1)] | length" <<<"$out"
}
kinds() { kduel cache list --format json; jq -r '[.entries[].kind] | unique | join(" ")' <<<"$out"; }

kduel cache
is "$rc $out" "0 " "an empty cache"
like "$err" 'the cache is empty' "an empty cache: the message says so"
kduel kernel build --dir "$T/src" --config "$T/mine.config" --name mine
built=$out
cp -a "$T/src" "$T/other" && echo "CONFIG_KDUEL_OTHER=y" >>"$T/other/.config"
prepare
first=$out
is "$rc $(kinds)" "0 apt builds debs guest initramfs kernels qemu" "a dry run fills all kinds of the cache"
kduel cache
like "$out" '^kind +entries +size +oldest use +last use' "kduel cache: a table"
like "$out" '^kernels +2 +[0-9.]+ [KM]iB +20..-..-.. ' "kduel cache: a line for each kind"
kduel cache list --kind kernels
like "$out" "^kernels/${built:0:32} .* named mine$" "--kind: each entry, with its use or why it stays"
is "$(entries .in_use)" 0 "nothing is in use"
kduel cache prune
is "$rc $(kinds)" "0 apt builds debs guest initramfs kernels qemu" "entries that are not old are not removed"
like "$err" '^0 entries, 0 B' "nothing is old: the message says that no entry was removed"

# The age of an entry is the time since its last use.
find "$CACHE" -not -type l -exec touch -d '40 days ago' {} +
prepare
kduel cache prune --kind guest --kind initramfs
like "$err" '^0 entries' "an old entry that was used again is not removed"
touch -d '29 days ago' "$CACHE"/uses/guest/*
kduel cache prune --kind guest
like "$err" '^0 entries' "29 days are not 30"
touch -d '31 days ago' "$CACHE"/uses/guest/*
before=$(find "$CACHE" | sort)
kduel cache prune --dry-run --kind guest
like "$err" '^would remove guest/[0-9a-f]{32}, .* used 20' "--dry-run says what it would do"
is "$(find "$CACHE" | sort)" "$before" "--dry-run removes nothing"
kduel cache prune
is "$rc $(entries '.kind == "guest"') $(entries '.kind == "initramfs"')" "0 0 2" "older ones are removed"
prepare
is "$out" "$first" "entries that were removed are made again as they were" "$err"

# In use by a running kduel, which blocks in its last write.
mkfifo "$T/full"
exec 9<>"$T/full"
dd if=/dev/zero bs=4096 count=16 status=none >&9
"$KDUEL" run --dry-run "$T/p.yaml" >&9 2>/dev/null &
pid=$!
in_use() { [ "$(entries .in_use)" -ge 6 ]; }
await in_use
is "$(entries .in_use)" 6 "a kduel that runs uses two kernels, two initramfs, a root image, QEMU"
kduel cache prune --older-than 0
like "$err" '^[0-9]+ in use: left alone$' "entries that a running kduel uses are left alone"
is "$rc $(kinds)" "0 guest initramfs kernels qemu" "what is not in use is removed"
kduel kernel rm mine
is "$rc" 3 "the kernel that it uses cannot be removed by name"
like "$err" "kernel ${built:0:12} is in use by a running kduel" "a kernel that is in use: the message says so"
kill -9 $pid
wait $pid 2>/dev/null
is "$(entries .in_use)" 0 "killed: nothing is in use"
kduel cache prune --older-than 0
is "$(kinds) $(entries .kept)" "kernels 1" "killed: all entries but the kernel with a name are removed"
prepare
is "$out" "$first" "all entries that were removed are made again" "$err"
exec 9>&-

# Builds and packages are locked by those who use them.
exec 8<"$CACHE/kernels/build.lock"
flock 8
kduel cache prune --older-than 0 --kind debs
is "$(kinds)" "apt debs guest initramfs kernels qemu" "packages stay while a kernel is made of them"
exec 8<&-
lock=$(find "$CACHE/apt" -name '*.lock' | head -1)
exec 8<"$lock"
flock 8
kduel cache prune --older-than 0 --kind apt --kind debs
is "$(entries '.kind == "apt"') $(entries '.kind == "debs"' | grep -c '^0$')" "1 0" "apt's directory stays while it is used"
exec 8<&-
kduel cache prune --older-than 0 --kind apt --kind debs
is "$(kinds)" "guest initramfs kernels qemu" "apt's directory is removed when nothing uses it"

# A kernel that was added by hand cannot be made again.
mkdir "$T/hand" && cp "$CACHE/kernels/$built/Image" "$T/hand/" && printf x >>"$T/hand/Image"
kduel kernel add "$T/hand"
hand=$out
kduel cache prune --older-than 0
ok $((!$(test -d "$CACHE/kernels/$hand"; echo $((!$?))))) "a kernel that was added by hand stays"
kduel cache list --kind kernels
like "$out" "^kernels/${hand:0:32} .* added by hand$" "a kernel that was added by hand: the list says why it stays"
kduel kernel rm mine
is $rc 0 "a kernel that is not in use is removed by name"

# Killed at any moment.
kduel kernel rm "${hand:0:12}"
kduel kernel build --dir "$T/src" --config "$T/mine.config" --name mine
for t in 0.005 0.01 0.02 0.03 0.05; do
	prepare
	kduel_killed_after $t cache prune --older-than 0
	prepare
	is "$rc $out" "0 $first" "killed after $t s: the cache is sound" "$err"
	unlike "$err" 'cache:.*missing|damaged' "killed after $t s: a run finds no damage in the cache"
done
kduel cache prune --older-than 0
is "$(find "$CACHE/tmp" -mindepth 1 | wc -l)" 0 "nothing is left in tmp"

for a in --older-than=x --older-than=-1d --older-than=3y --kind=tmp extra; do
	kduel cache prune "$a"
	is $rc 2 "$a is a mistake"
done
finish
