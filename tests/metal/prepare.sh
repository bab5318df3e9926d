#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# prepare.sh [PART...]: `kduel machine check` and `kduel machine prepare` on the stand-in server. check: without
# and with --reboot, which also cycles the power. prepare: a real apt-get installs what a plan's workloads
# need, from a repository on a second disk, as the machine has no access to the network.
# shellcheck source=tests/tap.sh
. "$(dirname "$0")/../tap.sh"
# shellcheck source=tests/metal/lib
. "$(dirname "$0")/lib"

export XDG_CONFIG_HOME=$T/config
file=$XDG_CONFIG_HOME/kduel/machines/fresh.yaml
mkdir -p "$XDG_CONFIG_HOME/kduel/machines"

check() {
	local id
	id=$(boot_id)
	begin
	kduel machine check fresh
	is "$rc" 0 "kduel machine check ($(took))" "$out$err"
	unlike "$out" '^MISSING' "machine check: nothing is missing"
	like "$out" '^ok +boot: by kexec, UEFI' "machine check: has the way to boot"
	like "$out" '^ok +grubenv: /boot/grub on ext2/ext3' "machine check: GRUB could be used, too"
	like "$out" '^ok +power status: Chassis Power is on' "machine check: asks the BMC for the power status"
	is "$(boot_id)" "$id" "machine check: does not reboot the machine"
	begin
	kduel machine check --reboot fresh
	is "$rc" 0 "kduel machine check --reboot ($(took))" "$out$err"
	like "$out" '^ok +reboot: boot [0-9a-f]{8} after '"${id:0:8}"', in ' "machine check --reboot: after the reboot there is another boot ID"
	like "$out" '^ok +power cycle: boot [0-9a-f]{8} after [0-9a-f]{8}, in ' "machine check --reboot: cycles the power"
	grep -E '(reboot|power cycle): ' <<<"$out" | sed 's/^/# /'
	new_boot "$id"
	is_kernel good "" "machine check --reboot: known-good runs afterwards"
}

# Make a file-system image with an apt repository.
repository() { # image, packages...
	local image=$1 dir=$T/repository deb
	shift
	"$KDUEL" fetch --arch arm64 --suite trixie --closure --debs --into "$dir" "$@" 2>"$T/fetch" ||
		{ cat "$T/fetch"; return 1; }
	for deb in "$dir"/*.deb; do
		dpkg-deb -f "$deb"
		printf 'Filename: ./%s\nSize: %s\nSHA256: %s\n\n' "${deb##*/}" "$(stat -c %s "$deb")" "$(sha256sum <"$deb" | cut -d ' ' -f 1)"
	done >"$dir/Packages"
	truncate -s $(($(du -sm "$dir" | cut -f 1) * 5 / 4 + 16))M "$image" && mke2fs -q -t ext4 -d "$dir" "$image"
}

plan() { # package for guest.packages
	cat >"$T/plan.yaml" <<-YAML
	target: {kind: ssh, machine: fresh, host_wait: 0, boot_timeout: 900s, agent_timeout: 120s}
	variants: [{name: only}]
	baseline: only
	size: quick
	workloads: [{memcached: {timeout: 15m, setup_timeout: 15m}}, {perl-startup: {timeout: 15m, setup_timeout: 15m}}]
	collectors: [identity]
	boots: 1
	iterations: 2
	warmup: 0
	guest: {packages: [$1]}
	YAML
}

installed() { remote "dpkg-query -W -f '\${db:Status-Status} \${Version}\n' $1 2>/dev/null | sed -n 's/^installed //p'"; } # package
version() { awk -v name="$1" '$1 == name { print $2 }' <<<"$out"; } # package, as kduel lists it
fact() { sql "select value from fact where key = '$1' order by boot desc limit 1"; }

prepare() {
	remote 'mkdir -p /repository && mount -o ro /dev/vdb /repository &&
		echo "deb [trusted=yes] file:/repository ./" >/etc/apt/sources.list && apt-get -q update' >"$T/update" 2>&1
	ok $? "the machine has a repository" "$(cat "$T/update")"
	plan cryptsetup-bin
	is "$(installed memcached)" "" "memcached is not installed"
	kduel run "$T/plan.yaml"
	like "$err" 'lacks cryptsetup-bin, memcached.*kduel machine prepare .*plan.yaml' "a campaign without its packages: kduel run names them and the command"
	like "$(sql 'select status || detail from boot')" '^workload-failed.*memcached' "a campaign without its packages: the workload fails"

	begin
	kduel machine prepare --dry-run "$T/plan.yaml"
	like "$rc $out" "^env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends -- cryptsetup-bin memcached\$" \
		"--dry-run prints the command ($(took))"
	is "$(version perl-base)" "$(installed perl-base)" "--dry-run prints the versions of installed packages"
	is "$(installed memcached)" "" "--dry-run installs nothing"

	sed -i 's/^host: .*/host: metal-plain/; s/^root: .*//' "$file"
	kduel machine prepare "$T/plan.yaml"
	like "$rc $err" "^3 .*\\(machine-no-root\\)" "without sudo: refused as machine-no-root"
	sed -i 's/^boot: .*/boot: no/; /^kexec:/d; /^watchdog:/d' "$file"
	echo 'root: no' >>"$file"
	kduel machine prepare "$T/plan.yaml"
	like "$rc $err" "^3 .*its file says 'root: no', but installing packages needs root" "with 'root: no': refused"
	like "$err" 'run there as root: env DEBIAN_FRONTEND=noninteractive apt-get install .* cryptsetup-bin memcached$' "with 'root: no': the message has the command"
	server machine "$RUN" >"$file"
	remote 'mv /usr/bin/apt-get /usr/bin/no-apt-get'
	kduel machine prepare "$T/plan.yaml"
	like "$rc $err" '^3 .*has neither apt-get, dnf nor zypper: install what the plan needs by hand' "no package manager: refused"
	remote 'mv /usr/bin/no-apt-get /usr/bin/apt-get'
	is "$(installed memcached)$(installed cryptsetup-bin)" "" "the refused calls installed nothing"

	begin
	kduel machine prepare "$T/plan.yaml"
	is "$rc" 0 "kduel machine prepare ($(took))" "$err"
	is "$(version memcached)" "$(installed memcached)" "prepare installs memcached and prints its version"
	is "$(version cryptsetup-bin)" "$(installed cryptsetup-bin)" "prepare installs cryptsetup-bin and prints its version"
	is "$(remote "memcached -V | cut -d ' ' -f 1; dpkg-query -W -f '\${db:Status-Abbrev} \${Package}\n' | grep -v '^ii '")" memcached "prepare leaves no package half installed"
	like "$err" '^memcached.service came with its package and is off' "prepare switches memcached.service off and says so"
	is "$(remote "pgrep -x memcached; systemctl --root=/ is-enabled memcached.service")" disabled "memcached.service neither runs nor starts at boot"
	kduel run "$T/plan.yaml"
	like "$rc $(sql 'select status from boot order by id desc limit 1')" '^[014] ok$' "the campaign runs after prepare" "$err"
	unlike "$err" 'lacks' "after prepare, kduel run misses no packages"
	is "$(fact packages/memcached) $(fact packages/cryptsetup-bin)" "$(installed memcached) $(installed cryptsetup-bin)" \
		"facts of the boot have the versions of the packages"

	had=$(remote 'stat -c %Y /var/lib/dpkg/status')
	begin
	kduel machine prepare "$T/plan.yaml"
	is "$rc $err" "0 " "prepare again: nothing to do ($(took))"
	is "$(version memcached)" "$(installed memcached)" "prepare again: prints the versions"
	is "$(remote 'stat -c %Y /var/lib/dpkg/status')" "$had" "prepare again: apt-get does not run"

	plan no-such-package
	kduel machine prepare "$T/plan.yaml"
	like "$rc $err" '^3 .*the package manager failed with status 100' "a package that does not exist: prepare fails"
	like "$err" 'Unable to locate package no-such-package' "a package that does not exist: the message has apt-get's error"
	like "$err" 'run there as root: env DEBIAN_FRONTEND' "a package that does not exist: the message has the command"
}

[ $# -gt 0 ] || set -- check prepare
repository "$T/repository.img" memcached cryptsetup-bin
ok $? "an image with a repository can be made"
up "$T/grub" --boot grub --smp 1 --disk "$T/repository.img" || finish
server machine "$RUN" >"$file"
for part in "$@"; do
	case $part in
	check) check ;;
	prepare) prepare ;;
	esac
done
down
finish
