#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Damaged files in the cache are reported and made again, with the same result.
# shellcheck source=tests/tap.sh
. "$(dirname "$0")/../tap.sh"
# shellcheck source=tests/data/apt/cache.sh
. "$TOP/tests/data/apt/cache.sh"

make_cache_fixture
mkdir "$T/data"
export XDG_CACHE_HOME=$T/cache
CACHE=$T/cache/kduel
make_cache_plan "$T/p.yaml"
# The QEMU command lines name every file of the cache that a boot uses, by hash or key.
prepare() { kduel run --dry-run "$T/p.yaml"; out=${out//$T\/[a-z]*\/kduel/CACHE}; }
# Hashes of all files in the cache, except locks and those that contain inode numbers or absolute paths.
contents() {
	(cd "$1" && find . -type f ! -name '*.lock' ! -name '*.log' ! -name updated ! -name apt.conf \
		! -path './tmp/*' ! -path './seals/*' ! -path './uses/*' ! -name '*.ext4' -exec sha256sum {} + | sort -k 2)
}

build() { kduel kernel build --dir "$T/src" --config "$T/mine.config" --name mine; }
build
is $rc 0 "a kernel is built"
built=$out
prepare
is $rc 0 "a cache is filled"
first=$out
like "$first" "CACHE/guest/" "the command line has a root image"
package=$(find "$CACHE/kernels" -mindepth 1 -maxdepth 1 -type d -name '?*????????????????????????????????' ! -name "$built" -printf '%f')
whole=$(contents "$CACHE")
prepare
is "$rc $out" "0 $first" "the second time the root image is found in the cache"
unlike "$err" "cache:" "the second time there is no warning about the cache"
cp -a "$CACHE" "$T/whole"

# Damage each kind of file in each way.
damage() { # how file
	case $1 in
	empty) : >"$2" ;;
	short) truncate -s $(($(stat -c %s "$2") / 2)) "$2" ;;
	zeros) dd if=/dev/zero of="$2" bs="$(stat -c %s "$2")" count=1 conv=notrunc status=none ;;
	flipped)
		printf '\125' | dd of="$2" bs=1 seek=$(($(stat -c %s "$2") / 2)) conv=notrunc status=none
		cmp -s "$2" "$T/whole/${2#"$CACHE/"}" &&
			printf '\252' | dd of="$2" bs=1 seek=$(($(stat -c %s "$2") / 2)) conv=notrunc status=none ;;
	gone) rm "$2" ;;
	esac
	# A failing disk does not change mtime, so restore it. (ctime cannot be restored.)
	[ "$1" = gone ] || touch -r "$T/whole/${2#"$CACHE/"}" "$2"
}
mended() { # how pattern what [whether the damage is reported]
	local file now how=$1 reported=${4-}
	rm -rf "$CACHE"
	cp -a "$T/whole" "$CACHE"
	file=$(find "$CACHE" -path "$CACHE/$2" -type f | sort | head -n 1)
	if [ -z "$file" ]; then
		ok 1 "$3: no such file"
		return
	fi
	damage "$how" "$file"
	# A package is only needed if something has to be made from it.
	[ "${2%%/*}" != debs ] || rm -rf "$CACHE/guest"
	case $2 in "kernels/$built/"*) build; reported=${err#*cache: } ;; esac
	prepare
	now=$(contents "$CACHE")
	[ "$reported" != reported ] || grep -qF "cache: $file" <<<"$err" || rc="$rc, not reported"
	is "$rc $out $now" "0 $first $whole" "$3, $how: made anew"
}
for how in empty short zeros flipped gone; do
	mended $how "kernels/$package/Image" "a kernel's image" reported
	mended $how "kernels/$built/Image" "the image of a kernel that was built"
	mended $how 'initramfs/*.cpio' "an initramfs" reported
	mended $how 'guest/*/root.ext4' "a root image" reported
done
for how in short flipped; do
	mended $how 'kernels/*/modules.dep' "a kernel's list of modules" reported
	mended $how "kernels/$package/meta.json" "what is known of it" reported
	mended $how 'kernels/*/dm-mod.ko' "its modules" reported
	mended $how 'guest/*/lock.txt' "the list of packages of a root image" reported
	mended $how 'qemu/*/qemu-system-aarch64' "the fetched QEMU" reported
	mended $how 'qemu/*/libqdep.so' "its libraries" reported
	mended $how 'debs/*/hello_*.deb' "a package"
	mended $how 'kernels/by-lock/*' "which kernel packages make"
	mended $how 'apt/arm64-bookworm/etc/settings' "settings of apt" reported
done
for entry in "kernels/$package" 'initramfs/*.cpio' 'guest/*/root.ext4'; do
	rm -rf "$CACHE"
	cp -a "$T/whole" "$CACHE"
	file=$(find "$CACHE" -path "$CACHE/$entry" | head -n 1)
	file=${file%/root.ext4}
	seal=$CACHE/seals/${file#"$CACHE/"}
	echo half >"$seal"
	prepare
	is "$rc $out" "0 $first" "${entry%%/*}: a damaged seal: made anew"
	like "$err" "cache: $seal is damaged" "a damaged entry: a warning names it"
done

# A damaged kernel that cannot be made again is refused.
rm -rf "$CACHE"
cp -a "$T/whole" "$CACHE"
rm "$CACHE/kernels/by-name/mine.json"
: >"$CACHE/kernels/$built/Image"
kduel kernel show "${built:0:12}"
is $rc 2 "a damaged kernel: exit code 2"
like "$err" "kernel ${built:0:12}... is damaged in the cache .*: add or build it again" "a damaged kernel: the error says what to do"
is "$(ls "$CACHE/tmp")" "" "a damaged kernel: no partial entry is left"
finish
