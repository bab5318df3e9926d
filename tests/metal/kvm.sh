#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# kvm.sh [PART...]: the stand-in server is an arm64 host with KVM, on which kduel, built for arm64, runs plans
# with `accel: kvm, cpu: host`. The host is emulated and its guests take minutes to boot, so each part takes
# long. By default doctor and quick run.
#
#     doctor    kduel doctor on that host
#     quick     workloads that need no packages
#     packages  some workloads that do
#     host      two pinned vCPUs, and a setting of the host
#     ampere    a host with an AmpereOne's MIDR, whose guests have a linear map of blocks; KVM_KERNEL is a
#               directory with an Image that has CONFIG_PTDUMP_DEBUGFS, and its config
#
# KVM_KEEP is a directory in which the databases are kept.
# shellcheck source=tests/tap.sh
. "$(dirname "$0")/../tap.sh"
# shellcheck source=tests/metal/lib
. "$(dirname "$0")/lib"

mkdir -p "${KVM_HOST:-$TOP/${O:-build}/kvm}"
host=$(realpath "${KVM_HOST:-$TOP/${O:-build}/kvm}")
kernel='kernel: {packages: ["linux-image-6.18.*+deb13-cloud-arm64"], suites: [trixie-backports]}'
older='kernel: {packages: ["linux-image-6.17.*+deb13-cloud-arm64"], suites: [trixie-backports]}'
slow='timeout: 60m, setup_timeout: 60m'

# Guests boot with `nowatchdog`: the soft-lockup detector would report a vCPU that gets no CPU time.
plan() { # name, vCPUs, variants, workloads...
	local name=$1 cpus=$2 variants=$3
	shift 3
	cat <<-YAML
	name: kvm-$name
	size: quick
	target: {kind: qemu, accel: kvm, memory: 1G, cpus: $cpus, boot_timeout: 60m, agent_timeout: 30m, host_wait: 0}
	variants:
	$variants
	baseline: new
	workloads:
	- boot
	$(for w; do printf -- '- %s: {%s}\n' "$w" "$slow"; done)
	guest: {suites: [bookworm]}
	collectors: [meminfo, boottime, dmesg, env, identity, ptdump, perf]
	boots: ${KVM_BOOTS:-1}
	iterations: 2
	warmup: 0
	YAML
}
variant() { echo "- {name: $1, cpu: host, cmdline: nowatchdog, $2}"; } # name, kernel

write_plans() { # part
	case $1 in
	quick) plan quick 1 "$(variant new "$kernel")"$'\n'"$(variant old "$older")" pipe tmpfs-small tmpfs-write \
		tmpfs-read tmpfs-rand4k tmpfs-rand64 anon-fault >"$T/plans/quick.yaml" ;;
	packages) plan packages 1 "$(variant new "$kernel")" hackbench fork-exec memcached fio-dmcrypt \
		>"$T/plans/packages.yaml" ;; # not sqlite-speedtest, which an emulated host compiles for too long
	host) plan host 2 "$(variant new "$kernel")" pipe | sed 's/host_wait: 0/host_cpus: 0-1, &/' >"$T/plans/host.yaml"
		{ cat "$T/plans/host.yaml"; echo 'tune: {nmi_watchdog: off}'; } >"$T/plans/tuned.yaml" ;;
	ampere) cp -r "${KVM_KERNEL:?is a directory with an Image and its config}" "$T/plans/ampere"
		plan ampere 1 "$(variant new 'kernel: {image: ampere/Image}')" pipe | sed 's/, perf\]/]/' >"$T/plans/ampere.yaml" ;;
	esac
}

# Run a command in the system on the server's second disk, which has kduel and QEMU.
there() { # command...
	timeout -k 1 "${KVM_PATIENCE:-7200}" ssh -F "$SSH_CONFIG" -S "$RUN/master" -o BatchMode=yes -n metal \
		"chroot /mnt env HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin NO_COLOR=1 $(printf '%q ' "$@")"
}
server_up() { # CPU
	up "$T/server" --boot direct --el2 --smp 2 --memory 3G --cpu "$1" --disk "$host/disk.img" || return
	remote 'mkdir -p /mnt && mount /dev/vdb /mnt && mount --bind /dev /mnt/dev && mount --bind /proc /mnt/proc &&
		mount --bind /sys /mnt/sys && mount -t tmpfs run /mnt/run' >"$T/mounted" 2>&1
	ok $? "the second disk with kduel and QEMU can be mounted" "$(cat "$T/mounted")" || return
}

doctor() {
	begin
	there /opt/kduel/kduel doctor >"$T/doctor" 2>&1
	is "$?" 0 "kduel doctor: nothing is missing ($(took))"
	sed 's/^/# /' "$T/doctor"
	like "$(cat "$T/doctor")" '^ok +/dev/kvm for arm64 kernels' "kduel doctor: finds KVM"
	like "$(cat "$T/doctor")" '^ok +agent /opt/kduel/build/agent-aarch64' "kduel doctor: finds the agent"
	like "$(cat "$T/doctor")" '^ok +counter cycles: [0-9]+ for user space and [1-9]' "kduel doctor: the cycle counter counts"
}

# Each boot must be ok and run under KVM on the host's own CPU, and each workload must have iterations.
campaign() { # plan
	begin
	there /opt/kduel/kduel run --db /root/kduel.db "/opt/kduel/plans/$1.yaml" >"$T/$1.out" 2>&1
	like "$?" '^[014]$' "$1: kduel run with accel: kvm ($(took))" "$(cat "$T/$1.out")"
	sed 's/^/# /' "$T/$1.out"
	there cat /root/kduel.db >"$KDUEL_DB"
	[ -z "${KVM_KEEP:-}" ] || { mkdir -p "$KVM_KEEP" && cp "$KDUEL_DB" "$KVM_KEEP/$1.db"; }
	last=$(sql "select max(id) from campaign")
	of="boot in (select id from boot where campaign = $last)"
	is "$(sql "select count(*) from boot where campaign = $last and status <> 'ok'")" 0 "$1: every boot is ok" \
		"$(sql "select status, detail from boot where campaign = $last")"
	is "$(sql "select count(distinct workload) from iteration where $of")" "$(grep -c '^- [a-z0-9-]*\(:\|$\)' "$T/plans/$1.yaml")" \
		"$1: each workload has iterations"
	is "$(sql "select group_concat(distinct value) from fact where key = 'target/accel' and $of")" kvm "$1: all boots ran under KVM"
	like "$(sql "select group_concat(distinct value) from fact where key = 'identity/midr' and $of")" "^$midr x [0-9]+\$" \
		"$1: guests have the host's CPU"
	sql "select '# ' || workload || ' ' || group_concat(printf('%.1f', ns / 1e9), ' ') || ' s' from iteration
		where $of group by workload"
}

uuid() { sql "select uuid from campaign where id = $last"; }
setting() { there cat /proc/sys/kernel/nmi_watchdog; }

# Two vCPUs pinned to two CPUs of the host. A setting of the host is changed for a campaign and restored after
# it; comparing that campaign with one without the change is refused.
pinned() {
	local first
	campaign host
	first=$(uuid)
	is "$(sql "select group_concat(distinct value) from fact where key = 'target/pinned' and $of")" 0-1 "host: vCPUs are pinned to CPUs 0 and 1"
	is "$(setting)" 1 "host: the NMI watchdog is on"
	campaign tuned
	is "$(sql "select group_concat(distinct value) from fact where key = 'host/nmi-watchdog' and $of")" 0 "tuned: the NMI watchdog was off during the campaign"
	is "$(setting)" 1 "tuned: the NMI watchdog is on again"
	there /opt/kduel/kduel compare --db /root/kduel.db "$(uuid):new" "$first:new" >"$T/compare" 2>&1
	is "$?" 3 "comparing the two campaigns is refused" "$(cat "$T/compare")"
	like "$(cat "$T/compare")" 'host/nmi-watchdog' "comparing the two campaigns: the reason is the NMI watchdog" "$(cat "$T/compare")"
}

# On a CPU with BBM level 2 a guest's linear map is in blocks.
blocks() {
	campaign ampere
	is "$(sql "select min(value) >= 90 from sample join series on series.id = sample.series
		where source = 'ptdump' and metric = 'linear_map.block_share'")" 1 "ampere: guests have a linear map in blocks" \
		"$(sql "select distinct metric, value, unit from sample join series on series.id = sample.series
			where source = 'ptdump' and value > 0")"
	sql "select distinct '# ' || metric || ' ' || printf('%.1f', value) || ' ' || unit from sample
		join series on series.id = sample.series where source = 'ptdump' and value > 0"
	sql "select '# ' || key || ' ' || value from fact where key like 'dmesg/%' and $of"
}

[ $# -gt 0 ] || set -- doctor quick
cpu=neoverse-n1 midr=0x00000000414fd0c1
case " $* " in
' ampere ') cpu=max,midr=0xc00fac30,pauth=off midr=0x00000000c00fac30 ;;
*' ampere '*) echo "kvm.sh: ampere needs another host than the other parts: run it by itself" >&2; exit 2 ;;
esac
mkdir -p "$T/plans"
for part; do write_plans "$part"; done
O=${O:-build} KDUEL=$KDUEL "$TOP/tests/metal/kvm-host" "$host" "$T/plans" >"$T/host.log" 2>&1
ok $? "a disk with kduel for arm64, QEMU, and the plans' kernels and guests can be made" "$(cat "$T/host.log")"
[ $failures -eq 0 ] || finish
server_up "$cpu" || finish
for part; do
	case $part in
	doctor) doctor ;;
	host) pinned ;;
	ampere) blocks ;;
	*) campaign "$part" ;;
	esac
done
down
finish
