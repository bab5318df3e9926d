#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Directories of the user are only read: modules behind links, and images that unpack to too much.
# shellcheck source=tests/tap.sh
. "$(dirname "$0")/../tap.sh"

mkdir "$T/fixture" "$T/agent"
"$TOP/tests/data/apt/fixture.sh" "$T/fixture"
export PATH=$T/fixture/bin:$PATH XDG_CACHE_HOME=$T/cache KDUEL_AGENT_DIR=$T/agent
echo 'the agent' >"$T/agent/agent-aarch64"
echo 11.0.0 >"$T/fixture/system-qemu"
R=6.18.15+deb13-cloud-arm64
mkdir "$T/deb"
dpkg-deb -x "$T/fixture/debs/linux-image-${R}_6.18.15-1~bpo13+1_arm64.deb" "$T/deb"
IMAGE=$T/deb/boot/vmlinuz-$R

plan() { # modules
	cat >"$T/p.yaml" <<-YAML
	target: {kind: qemu}
	variants:
	  - {name: a, cpu: max, kernel: &k {image: $IMAGE, modules: $1}}
	  - {name: b, cpu: max, cmdline: quiet, kernel: *k}
	baseline: a
	workloads: ["null"]
	YAML
}
take() { # modules; sets hash, the kernel's
	rm -rf "$T/cache/kduel/kernels"
	plan "$1"
	kduel run --dry-run "$T/p.yaml"
	hash=$(find "$T/cache/kduel" -path '*/kernels/*' -name meta.json | grep -oE '[0-9a-f]{64}')
}
# Everything about a directory: names, types, modes, times, links, contents.
state() { (cd "$1" && find . -printf '%p %y %m %T@ %C@ %l\n' | sort; find "$1" -type f -exec sha256sum {} + | sort); }

# The user's own directory of modules, as `make modules_install` leaves it.
M=$T/mine
mkdir -p "$M/dtb/precious" "$T/src/scripts"
cp -r "$T/deb/lib/modules/$R/kernel" "$M/"
: >"$M/modules.order"
: >"$M/modules.builtin"
echo 'lists of the user' >"$M/modules.dep"
for f in System.map config vmlinuz dtb/precious/my.dtb; do echo x >"$M/$f"; done
ln -s ../src "$M/build"
ln -s "$T/src" "$M/source"
ln -s .. "$T/src/scripts/loop"
mkdir -p "$T/plain/lib/modules" "$T/link/lib/modules" "$T/deep" "$T/each/lib/modules/$R/kernel/md"
cp -a "$M" "$T/plain/lib/modules/$R"
rm "$T/plain/lib/modules/$R"/{build,source}
ln -s "$M" "$T/link/lib/modules/$R"
ln -s "$T/link/lib" "$T/deep/lib"
for f in "$M"/kernel/md/*; do ln -s "$f" "$T/each/lib/modules/$R/kernel/md/"; done
cp "$M"/modules.{order,builtin} "$T/each/lib/modules/$R/"
before=$(state "$T/mine"; state "$T/src"; state "$T/plain"; state "$T/each"; state "$T/deb")

take "$T/plain"
want=$hash
is "$rc ${#want}" "0 64" "modules in a plain directory: a kernel"
take "$T/link"
is "$hash" "$want" "lib/modules/RELEASE is a link: the same kernel"
is "$rc $(find "$T/cache/kduel/kernels" -type l | wc -l)" "0 0" "the cache has a copy without links"
ok "$([ -s "$T/cache/kduel/kernels/$want/lib/modules/$R/modules.dep" ]; echo $?)" "the cache has lists of modules of its own"
take "$T/deep"
is "$hash" "$want" "lib is a link: the same kernel"
take "$T/each"
is "$hash" "$want" "each module is a link: the same kernel"
is "$(state "$T/mine"; state "$T/src"; state "$T/plain"; state "$T/each"; state "$T/deb")" "$before" \
	"the user's directory is not changed"
cp "$M/kernel/md/dm-mod.ko" "$M/kernel/md/other.ko"
take "$T/link"
[ "$hash" != "$want" ]
ok $? "another module behind the link: another kernel"
ln -s nowhere "$M/kernel/md/gone.ko"
take "$T/link"
is $rc 2 "a module that is a link to nothing: exit code 2"
like "$err" "/gone\\.ko: it is a dangling link" "a module that is a dangling link: the error names it"
rm "$M/kernel/md/gone.ko"
ln -s .. "$M/kernel/up"
take "$T/link"
like "$rc $err" "a link to a directory that contains it" "a loop of links: refused"
rm "$M/kernel/up"
mkfifo "$M/kernel/md/pipe.ko"
take "$T/link"
like "$rc $err" "pipe\\.ko: it is not a regular file" "a pipe in place of a module: refused"
rm "$M/kernel/md/pipe.ko"
truncate -s 9G "$M/kernel/md/huge.ko"
take "$T/link"
like "$rc $err" "^3 .*more than 8 GiB of modules, .*huge\\.ko among them" "a module of more than a disk has: refused before it is copied"
rm "$M/kernel/md/huge.ko"
# Ten links in each directory to the next: a hundred million paths to one module.
for i in {0..8}; do
	mkdir "$M/kernel/way$i"
	[ "$i" = 8 ] || for k in {0..9}; do ln -s "../way$((i + 1))" "$M/kernel/way$i/$k"; done
done
take "$T/link"
like "$rc $err" "^3 .*more than 50000 files and directories with what its links lead to" "links that lead to one place in many ways: refused"
is "$(find "$T/cache/kduel/tmp" -mindepth 1)" "" "links that lead to one place in many ways: nothing stays in the cache"
rm -r "$M"/kernel/way*
rm "$T/link/lib/modules/$R"
echo text >"$T/link/lib/modules/$R"
take "$T/link"
like "$rc $err" "expected a directory of modules" "a file in place of the directory: refused"

# Modules and images of a few kilobytes that unpack to too much: no memory is allocated for them.
head -c 700M /dev/zero | gzip -1 >"$T/bomb.gz"
{ printf 'MZ\0\0zimg\100\0\0\0\377\377\377\377'; head -c 48 /dev/zero; cat "$T/bomb.gz"; } >"$T/bomb.efi"
for kind in gz efi; do
	IMAGE=$T/bomb.$kind
	plan "$T/plain"
	# AddressSanitizer reserves terabytes of address space.
	(grep -q __asan_init "$KDUEL" || ulimit -v 400000; "$KDUEL" run --dry-run "$T/p.yaml" >"$T/out" 2>"$T/err" </dev/null)
	is $? 2 "a $kind image that unpacks to too much: exit code 2"
	like "$(cat "$T/err")" "bomb\\.$kind: it has [0-9]+ bytes and unpacks to more than 512 MiB" \
		"the error has its size and the limit"
done
IMAGE=$T/deb/boot/vmlinuz-$R
for kind in gz xz zst; do
	rm -f "$T/plain/lib/modules/$R/kernel/md/bomb."*
	case $kind in
	gz) head -c 70M /dev/zero | gzip -1 ;;
	xz) head -c 70M /dev/zero | xz -0 ;;
	zst) head -c 70M /dev/zero | zstd -q -1 ;;
	esac >"$T/plain/lib/modules/$R/kernel/md/bomb.ko.$kind"
	take "$T/plain"
	like "$rc $err" "bomb\\.ko\\.$kind: it has [0-9]+ bytes and unpacks to more than 64 MiB" \
		"a module ($kind) that unpacks to more than any has: refused"
done
no_leftovers "nothing is left behind"
finish
