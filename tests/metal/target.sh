#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# target.sh [METHOD[:BOOTS]...]: kduel boots the two kernels of a plan in turn on a machine that really boots,
# and then removes everything that it put there. BOOTS is per kernel. Without arguments: METAL_BOOTS (10) by
# kexec, half as many by GRUB, two by systemd-boot. METAL_KEEP is a directory in which the database and the
# console logs are kept; the next run adds to them.
# shellcheck source=tests/tap.sh
. "$(dirname "$0")/../tap.sh"
# shellcheck source=tests/metal/lib
. "$(dirname "$0")/lib"

boots=${METAL_BOOTS:-10}
export XDG_CONFIG_HOME=$T/config
[ -z "${METAL_KEEP:-}" ] || { mkdir -p "$METAL_KEEP" && export KDUEL_DB=$METAL_KEEP/kduel.db XDG_DATA_HOME=$METAL_KEEP/data; }
mkdir -p "$XDG_CONFIG_HOME/kduel/machines"
machine() { server machine "$RUN" "$1" >"$XDG_CONFIG_HOME/kduel/machines/standin.yaml"; } # method
# The kernels do not look for lockups: those of an emulated server that gets no CPU time would be reported.
calm='cmdline: nowatchdog rcupdate.rcu_cpu_stall_suppress=1'
plan() { # method, boots
	cat >"$T/plan.yaml" <<-YAML
	name: metal-$1
	target: {kind: ssh, machine: standin, host_wait: 0, boot_timeout: 900s, agent_timeout: 120s}
	variants:
	- {name: old, $calm, kernel: {packages: ["linux-image-6.17.*+deb13-cloud-arm64"], suites: [trixie-backports]}}
	- {name: new, $calm, kernel: {packages: ["linux-image-6.18.*+deb13-cloud-arm64"], suites: [trixie-backports]}}
	baseline: old
	workloads: [{null: {work: 20ms}}]
	collectors: [env, identity]
	boots: $2
	iterations: 3
	warmup: 0
	YAML
}

# Each boot must run the kernel of its variant, booted by this method, and the machine must be as before.
# tests/metal/soak parses the name of the first check.
by() { # method, boots of each kernel
	local last good
	machine "$1"
	plan "$1" "$2"
	last=$(sql 'select coalesce(max(id), 0) from boot' 2>/dev/null || echo 0)
	begin
	kduel run --quiet "$T/plan.yaml"
	like "$rc" '^[014]$' "$1: $((2 * $2)) boots in turn ($(took))" "$err"
	is "$(sql "select count(*) from boot where id > $last and status = 'ok'")" $((2 * $2)) "$1: every boot is ok" \
		"$(sql "select status, detail from boot where id > $last and status <> 'ok'")"
	good=$(sql "select count(*) from boot join variant on variant.id = boot.variant
		join kernel on kernel.id = variant.kernel
		join fact r on r.boot = boot.id and r.key = 'identity/release' and r.value = kernel.release
		join fact m on m.boot = boot.id and m.key = 'boot/method' and m.value = '$1'
		join fact p on p.boot = boot.id and p.key = 'boot/proof' and p.value = 'token, build id'
		where boot.id > $last")
	is "$good" $((2 * $2)) "$1: every boot ran its variant's kernel, booted by $1, as token and build ID prove"
	metal_table "$last" | sed 's/^/# /'
	connect
	is "$(remote uname -r)" "$(cat "$KERNELS/good/release")" "$1: known-good runs again"
	is "$(remote grep -c kduel.boot= /proc/cmdline)" 0 "$1: its command line has nothing of kduel's"
}

# kduel machine clean must remove everything that kduel left on the machine.
cleaned() { # loader
	kduel machine clean standin
	is $rc 0 "$1: kduel machine clean" "$err"
	like "$err" '/boot/kduel|/boot/efi/kduel' "$1: clean lists the kernels that it removed"
	like "$err" '/lib/modules/' "$1: clean lists the modules that it removed"
	connect
	is "$(remote "find / -xdev -iname '*kduel*'; find /boot/efi -iname '*kduel*'; grep -rl kduel /boot/grub /etc 2>/dev/null")" \
		"" "$1: after clean, no file of kduel's is left on the machine"
	is "$(remote 'ls /lib/modules')" "$(cat "$KERNELS/good/release")" "$1: after clean, only the modules of known-good are left"
	kduel machine clean standin
	like "$rc $err" "^0 .*nothing of kduel's on standin" "$1: a second clean finds nothing to remove"
}

[ $# -gt 0 ] || set -- kexec grub systemd-boot
running=''
for method in "$@"; do
	loader=grub n=$boots
	case $method in
	grub*) n=$(((boots + 1) / 2)) ;;
	systemd-boot*) loader=systemd-boot n=$((boots > 2 ? 2 : boots)) ;;
	esac
	case $method in *:*) n=${method#*:} method=${method%:*} ;; esac
	if [ "$running" != $loader ]; then
		[ -z "$running" ] || { cleaned "$running"; down; }
		up "$T/$loader" --boot $loader --smp 1 || finish
		running=$loader
	fi
	by "$method" "$n"
done
cleaned "$running"
down
finish
