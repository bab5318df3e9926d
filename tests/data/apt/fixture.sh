#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# fixture.sh DIR: make a small archive of real .debs in DIR/debs with a Packages file, and fake apt-get, apt-cache
# and apt-config in DIR/bin that use it. They log their calls in DIR/calls; a file DIR/offline takes the network
# away, DIR/dropped the packages.
set -eu
dir=$1
bbm=+deb13-cloud-arm64
mkdir -p "$dir/bin" "$dir/debs" "$dir/tree"
: >"$dir/Packages"

# deb NAME VERSION ARCH DEPENDS: pack $dir/tree and add a record to Packages
deb() {
	mkdir -p "$dir/tree/DEBIAN"
	{
		printf 'Package: %s\nVersion: %s\nArchitecture: %s\n' "$1" "$2" "$3"
		[ -z "$4" ] || printf 'Depends: %s\n' "$4"
		printf 'Maintainer: Nobody <nobody@example.org>\nDescription: fixture\n'
	} >"$dir/tree/DEBIAN/control"
	file="$dir/debs/$1_$(echo "$2" | sed 's/:/%3a/')_$3.deb"
	dpkg-deb -Znone --root-owner-group -b "$dir/tree" "$file" >/dev/null
	{
		cat "$dir/tree/DEBIAN/control"
		printf 'Size: %s\nSHA256: %s\n\n' "$(wc -c <"$file")" \
			"$(sha256sum "$file" | cut -d' ' -f1)"
	} >>"$dir/Packages"
	rm -rf "$dir/tree"
	mkdir "$dir/tree"
}

# image FILE RELEASE: header with the magic of an arm64 Image, and the banner
image() {
	mkdir -p "$(dirname "$1")"
	{
		printf 'MZ'
		head -c 54 /dev/zero
		printf 'ARM\144'
		head -c 1000 /dev/zero
		printf 'Linux version %s (builder@example.org) #1 SMP\n' "$2"
	} >"$1"
}

# modules DIR: dm-crypt needs dm-mod by a symbol; ext4 is built in
modules() {
	mkdir -p "$1/kernel/md"
	echo 'const char s[] __attribute__((section("__ksymtab_strings"))) = "dm_put";' |
		cc -x c -c -o "$1/kernel/md/dm-mod.ko" -
	echo 'extern int dm_put; int *p = &dm_put;' | cc -x c -c -o "$1/kernel/md/dm-crypt.ko" -
	echo 'int nothing;' | cc -x c -c -o "$1/kernel/md/virtio_blk.ko" -
	xz -f "$1/kernel/md/dm-crypt.ko" "$1/kernel/md/virtio_blk.ko"
	echo kernel/fs/ext4/ext4.ko >"$1/modules.builtin"
	: >"$1/modules.order"
	mkdir "$1/dtb"
	echo ballast >"$1/dtb/board.dtb"
}

# config: print the configuration of a kernel that boots in QEMU and can run memcached
config() {
	# shellcheck source=tests/data/kernel-tree/tree.sh
	. "$(dirname "$0")/../kernel-tree/tree.sh"
	echo CONFIG_ARM64=y
	printf 'CONFIG_%s=y\n' "${BOOTS[@]}" "${MEMCACHED[@]}" | sed 's/VIRTIO_BLK=y/VIRTIO_BLK=m/'
}

mkdir -p "$dir/tree/bin" "$dir/tree/usr/share/doc/hello"
echo hello >"$dir/tree/bin/hello"
chmod 4755 "$dir/tree/bin/hello"
echo ballast >"$dir/tree/usr/share/doc/hello/README"
deb hello 1.0-1 all 'libhello'
mkdir -p "$dir/tree/usr/lib/aarch64-linux-gnu"
echo lib >"$dir/tree/usr/lib/aarch64-linux-gnu/libhello.so"
deb libhello 1:2.0-1 arm64 ''

# A source package in two versions, each with the upstream tarball and one more, and a compiler that only
# copies.
: >"$dir/Sources"
mkdir "$dir/origs"
for v in 3.40.1-2 3.9-1; do
	mkdir -p "$dir/tree/sqlite-$v/test"
	echo "main of $v" >"$dir/tree/sqlite-$v/test/speedtest1.c"
	o="sqlite3_${v%-*}.orig"
	tar -C "$dir/tree" -czf "$dir/origs/$o.tar.gz" "sqlite-$v"
	echo "www of $v" >"$dir/origs/$o-www.tar.gz"
	{
		printf 'Package: sqlite3\nBinary: sqlite3\nVersion: %s\nArchitecture: any all\n' "$v"
		printf 'Checksums-Sha256:\n'
		for f in "$o-www.tar.gz" "$o.tar.gz"; do
			printf ' %s %s %s\n' "$(sha256sum "$dir/origs/$f" | cut -d' ' -f1)" \
				"$(wc -c <"$dir/origs/$f")" "$f"
		done
		printf 'Directory: pool/main/s/sqlite3\n\n'
	} >>"$dir/Sources"
	rm -r "$dir/tree/sqlite-$v"
done
cc=aarch64-linux-gnu-gcc
[ "$(uname -m)" != aarch64 ] || cc=gcc
cat >"$dir/bin/$cc" <<'END'
#!/bin/sh
[ "$1" != --version ] || { echo 'gcc (fixture) 12.2.0'; exit; }
while [ $# -gt 0 ]; do
	case $1 in -o) out=$2; shift ;; *.c) in=$1 ;; esac
	shift
done
cp "$in" "$out"
END
chmod +x "$dir/bin/$cc"

for v in 6.9.1 6.18.15; do
	image "$dir/tree/boot/vmlinuz-$v$bbm" "$v$bbm"
	modules "$dir/tree/lib/modules/$v$bbm"
	config >"$dir/tree/boot/config-$v$bbm"
	deb "linux-image-$v$bbm" "$v-1~bpo13+1" arm64 \
		"kmod, dracut | linux-initramfs-tool, linux-base-$v$bbm (= $v-1~bpo13+1)"
done
deb "linux-image-6.18.15$bbm-dbg" 6.18.15-1~bpo13+1 arm64 ''
deb linux-image-cloud-arm64 6.18.15-1~bpo13+1 arm64 \
	"linux-image-6.18.15$bbm (= 6.18.15-1~bpo13+1)"

v=7.2.12$bbm
deb "linux-image-$v" 7.2.12-1~bpo13+1 arm64 \
	"dracut | linux-initramfs-tool, linux-base-$v (= 7.2.12-1), linux-binary-$v, linux-modules-$v"
image "$dir/tree/usr/lib/modules/$v/vmlinuz" "$v"
deb "linux-binary-$v" 7.2.12-1~bpo13+1 arm64 "linux-base-$v"
modules "$dir/tree/usr/lib/modules/$v"
deb "linux-modules-$v" 7.2.12-1~bpo13+1 arm64 "kmod, linux-base-$v"
mkdir -p "$dir/tree/usr/lib/modules/$v"
config >"$dir/tree/usr/lib/modules/$v/config"
deb "linux-base-$v" 7.2.12-1~bpo13+1 arm64 ''

v=7.3.4$bbm
image "$dir/tree/usr/lib/modules/$v/vmlinuz.unsigned" "$v"
deb "linux-binary-unsigned-$v" 7.3.4-1~bpo13+1 arm64 ''
modules "$dir/tree/usr/lib/modules/$v"
deb "linux-modules-$v" 7.3.4-1~bpo13+1 arm64 kmod

# A small kernel source, from tests/data/kernel-tree.
# shellcheck source=tests/data/kernel-tree/tree.sh
. "$(dirname "$0")/../kernel-tree/tree.sh"
make_tree "$dir/linux-source-6.99"
mkdir -p "$dir/tree/usr/src"
tar -C "$dir" -cJf "$dir/tree/usr/src/linux-source-6.99.tar.xz" linux-source-6.99
rm -r "$dir/linux-source-6.99"
deb linux-source-6.99 6.99.1-1 all ''

# A QEMU for this host: the backported one and, listed after it, the release's own. `--version` works only if the
# dynamic linker would find its library.
host=$(dpkg --print-architecture)
for v in 10.0.2+ds-2~bpo12+1 7.2+dfsg-7; do
	mkdir -p "$dir/tree/usr/bin" "$dir/tree/usr/share/doc/qemu"
	cat >"$dir/tree/usr/bin/qemu-system-aarch64" <<-END
	#!/bin/sh
	[ -e "\${LD_LIBRARY_PATH%%:*}/libqdep.so" ] || { echo 'libqdep.so: not found' >&2; exit 127; }
	echo 'QEMU emulator version ${v%%+*} (fixture)'
	END
	chmod +x "$dir/tree/usr/bin/qemu-system-aarch64"
	echo ballast >"$dir/tree/usr/share/doc/qemu/README"
	deb qemu-system-arm "1:$v" "$host" "qemu-system-common (= 1:$v), libqdep, adduser"
	deb qemu-system-common "1:$v" "$host" ''
	mkdir -p "$dir/tree/usr/share/qemu"
	echo rom >"$dir/tree/usr/share/qemu/some.rom"
	deb qemu-system-data "1:$v" all ''
done
mkdir -p "$dir/tree/usr/lib/some-linux-gnu"
echo lib >"$dir/tree/usr/lib/some-linux-gnu/libqdep.so"
deb libqdep 1.0-1 "$host" libc6
deb libc6 2.36-9 "$host" ''
deb adduser 3.1 all ''

# The host's own QEMU: it exists if a test writes its version to DIR/system-qemu.
cat >"$dir/bin/qemu-system-aarch64" <<'END'
#!/bin/sh
echo "QEMU emulator version $(cat "$(dirname "$(dirname "$0")")/system-qemu") (fixture)"
END
chmod +x "$dir/bin/qemu-system-aarch64"

cat >"$dir/bin/apt-get" <<'END'
#!/bin/sh
dir=$(dirname "$(dirname "$0")")
echo "$(basename "$0") $*" >>"$dir/calls"
case "$(basename "$0") $*" in
"apt-get indextargets"*) cat "$dir/targets" ;;
"apt-config dump"*)
	echo 'Acquire::http::Proxy "http://proxy.example:3128/";'
	echo 'Acquire::AllowInsecureRepositories "1";' ;;
"apt-get -q update"*)
	if [ -e "$dir/offline" ]; then
		echo 'E: Failed to fetch http://mirror.example/debian/InRelease' >&2
		exit 100
	fi
	case $APT_CONFIG in */apt/source-*) kind=Sources ;; *) kind=Packages ;; esac
	touch "$(dirname "${APT_CONFIG:?}")/state/lists/mirror.example_main_$kind.lz4" ;;
"apt-cache showsrc"*" sqlite3") [ -e "$dir/dropped" ] || cat "$dir/Sources" ;;
"apt-cache showsrc"*) echo 'W: Unable to locate package' >&2 ;;
"apt-get -q source --download-only --tar-only -- sqlite3=3.40.1-2")
	cp "$dir"/origs/sqlite3_3.40.1.* . ;;
"apt-cache pkgnames"*) sed -n 's/^Package: //p' "$dir/Packages" ;;
"apt-cache show"*)
	[ -e "$dir/dropped" ] || awk -v names="$*" 'BEGIN {
		n = split(names, w, " ")
		for (i = 1; i <= n; i++) { sub(/=.*/, "", w[i]); asked[w[i]] = 1 }
		RS = ""; ORS = "\n\n"; FS = "[ \n]"
	} $2 in asked' "$dir/Packages" ;;
"apt-get install"*" nosuch"*) echo 'E: Unable to locate package nosuch' >&2; exit 100 ;;
"apt-get install"*" qemu-system-arm="*)
	[ -e "$dir/no-qdep" ] || echo 'Inst libqdep (1.0-1 Debian:12.15/oldstable [amd64])'
	echo 'Inst libc6 (2.36-9 Debian:12.15/oldstable [amd64])'
	echo 'Inst adduser (3.1 Debian:12.15/oldstable [all])'
	for p; do
		case $p in *=*) echo "Inst ${p%%=*} (${p#*=} Debian Backports:12 [amd64])" ;; esac
	done ;;
"apt-get install"*)
	echo 'Reading package lists...'
	echo 'Inst libhello (1:2.0-1 Debian:12.15/oldstable [arm64])'
	echo 'Inst hello (1.0-1 Debian:12.15/oldstable [all]) []'
	echo 'Conf libhello (1:2.0-1 Debian:12.15/oldstable [arm64])' ;;
"apt-get -q download"*) cp "$dir"/debs/*.deb . ;;
*) echo "E: fixture: unexpected: $0 $*" >&2; exit 99 ;;
esac
END
chmod +x "$dir/bin/apt-get"
ln -s apt-get "$dir/bin/apt-cache"
ln -s apt-get "$dir/bin/apt-config"
# shellcheck disable=SC2016
printf '%s\n' 'http://mirror.example/debian/dists/bookworm/|bookworm|$(SIGNED_BY)|main' \
	>"$dir/targets"
