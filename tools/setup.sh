#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# setup.sh: make sure that the Debian packages that kduel needs to build, to run and to be tested are
# installed. Installs missing ones as root or through sudo; otherwise prints the command and exits
# with 3. apt's sources are not changed.
#
#     setup.sh          all packages except those only for tests/metal and tests/fleet
#     setup.sh demo     what kduel needs to build and run
#     setup.sh kernel   that, and what kernels need to be built from source
#     setup.sh metal    demo's, and what the stand-in server of tests/metal needs
#     setup.sh fleet    demo's, and Slurm for tests/fleet
#     setup.sh --list   print the packages of a plain setup.sh, one per line
set -eu

arch=$(dpkg --print-architecture 2>/dev/null) || {
	echo "kduel set-up: this is not a Debian system (there is no dpkg)" >&2
	exit 3
}
. /etc/os-release

build="gcc binutils make libc6-dev pkg-config git libjansson-dev libyaml-dev libsqlite3-dev libarchive-dev
	r-mathlib nettle-dev libzstd-dev zlib1g-dev libmicrohttpd-dev libfdt-dev libelf-dev libdw-dev
	libexpat1-dev linux-source"
[ "$arch" = arm64 ] || build="$build gcc-aarch64-linux-gnu libc6-dev-arm64-cross"
[ "$arch" = amd64 ] || build="$build gcc-x86-64-linux-gnu libc6-dev-amd64-cross"
run="apt ca-certificates debian-archive-keyring openssh-client qemu-system-arm e2fsprogs kmod fakeroot xz-utils
	zstd tar"
tests="libcmocka-dev clang lld clang-tidy clang-format cppcheck perl valgrind shellcheck universal-ctags memcached fio
	postgresql libstb-dev libxml2-utils time
	procps sqlite3 jq curl nginx openssh-server apache2-bin libclang-rt-dev chromium fonts-dejavu-core
	python3-jsonschema python3-yaml"
# The browser tests need npm; a node that was not installed from Debian has its own.
command -v npm >/dev/null 2>&1 || tests="$tests nodejs npm"
kernel="bison flex bc perl xz-utils libssl-dev ccache"
metal="cpio curl dosfstools fdisk ipmitool jq mtools openipmi openssh-client procps socat"
fleet="iproute2 munge procps slurm-client slurmctld slurmd sqlite3"
all="$build $run $kernel $tests"
[ "${1:-}" != demo ] || all="$build $run"
[ "${1:-}" != kernel ] || all="$build $run $kernel"
[ "${1:-}" != metal ] || all="$build $run $metal"
[ "${1:-}" != fleet ] || all="$build $run $fleet"
if [ "${1:-}" = --list ]; then
	# shellcheck disable=SC2086
	printf '%s\n' $all
	exit 0
fi

missing=
for p in $all; do
	case "$(dpkg-query -W -f '${Status}' "$p" 2>/dev/null)" in
	*" installed") ;;
	*) missing="$missing $p" ;;
	esac
done
[ -n "$missing" ] || exit 0

command="apt-get install -y --no-install-recommends$missing"
if [ "$(id -u)" = 0 ]; then
	as=
elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then
	as="sudo -n"
else
	{
		echo "kduel set-up: packages are missing, and installing them needs root or a sudo without password."
		echo "Ask somebody who can to run:"
		echo
		echo "    apt-get update && $command"
	} >&2
	exit 3
fi
echo "kduel set-up: installing$missing" >&2
export DEBIAN_FRONTEND=noninteractive
# The packages memcached, postgresql, openssh-server and nginx start their servers when they are installed;
# a policy-rc.d that exits with 101 forbids that, for this run only.
policy=/usr/sbin/policy-rc.d
made=
if [ "$(id -u)" = 0 ] && [ ! -e $policy ]; then
	printf '#!/bin/sh\nexit 101\n' >$policy && chmod 755 $policy && made=1
	trap 'rm -f $policy' EXIT INT TERM
fi
# shellcheck disable=SC2086
{ $as apt-get update && $as apt-get install -y --no-install-recommends $missing; } >&2 || {
	echo "kduel set-up: apt-get failed; to install by hand: apt-get update && $command" >&2
	exit 3
}
[ -z "$made" ] || rm -f $policy
