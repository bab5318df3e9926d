#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# plugin.sh: what the TLB model costs. The same exact boots with QEMU as it is started and with the
# plugin taken off its command line, in turn; CPU time of QEMU alone. What a boot with a fixed piece
# of work takes beyond one that does next to nothing is the measured part.
set -eu
KDUEL=${KDUEL:-$PWD/kduel}
PAIRS=${PAIRS:-3}
T=$(mktemp -d)
trap 'rm -rf "$T"' EXIT
export KDUEL_DB=$T/kduel.db

plan() { # file, workload, more lines of the target
	cat >"$1" <<-YAML
	name: bench-plugin
	exact: true
	target: {kind: qemu, memory: 2G, cpus: 1$3}
	variants:
	  - name: only
	    cpu: ampereone
	    kernel: {packages: ["linux-image-6.18.*-cloud-arm64", "linux-image-6.19.*-cloud-arm64"],
	             suites: [trixie-backports]}
	baseline: only
	workloads: [$2]
	boots: 1
	parallel: 1
	seed: 1
	YAML
}
declare -A work=([boot]="{'null': {work: 1ms}}" [write]="{tmpfs-write: {size: 1G}}")

# QEMU as kduel starts it, up to its first option of the machine.
plan "$T/as-is.yaml" "${work[boot]}" ""
qemu=$("$KDUEL" run --dry-run "$T/as-is.yaml" 2>"$T/err" |
	sed -n 's/^\([^#].*\) -nodefaults .*/\1/p' | head -n 1)
[ -n "$qemu" ] || { cat "$T/err" >&2; exit 1; }

cat >"$T/qemu" <<SH
#!/bin/bash
args=()
while [ \$# -gt 0 ]; do
	if [ "\$1" = -plugin ] && [ "\${KDUEL_BENCH_PLUGIN:-}" = off ]; then shift 2; continue; fi
	args+=("\$1")
	shift
done
case " \${args[*]} " in *" -dtb "*) ;; *) exec $qemu "\${args[@]}" ;; esac
TIMEFORMAT='%U %S'
exec 9>>"$T/times"
{ time $qemu "\${args[@]}" 2>&8; } 8>&2 2>&9
SH
chmod +x "$T/qemu"

cpu() { # on|off, boot|write: CPU seconds of one boot
	plan "$T/plan.yaml" "${work[$2]}" ", qemu: $T/qemu"
	: >"$T/times"
	# Without the plugin's figures such a boot fails, after it has done its work.
	KDUEL_BENCH_PLUGIN=$1 "$KDUEL" run --quiet "$T/plan.yaml" >/dev/null 2>"$T/err" || true
	[ -s "$T/times" ] || { cat "$T/err" >&2; exit 1; }
	awk 'NR == 1 { print $1 + $2 }' "$T/times"
}
middle() { sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)], v[1], v[NR] }'; }

cpu on boot >/dev/null
for _ in $(seq "$PAIRS"); do
	echo "$(cpu on boot) $(cpu off boot) $(cpu on write) $(cpu off write)"
done >"$T/pairs"
read -r ratio low high <<<"$(awk '{ printf "%.3f\n", $1 / $2 }' "$T/pairs" | middle)"
echo "TLB model, boot: ratio of CPU time with to without median $ratio ($low to $high), bound 1.15"
read -r ratio low high <<<"$(awk '{ printf "%.3f\n", ($3 - $1) / ($4 - $2) }' "$T/pairs" | middle)"
echo "TLB model, measured part (tmpfs-write of 1 GiB): median $ratio ($low to $high), bound 1.8; $PAIRS rounds"
awk '{ printf "  boot %.2f / %.2f CPU-s, with the work %.2f / %.2f\n", $1, $2, $3, $4 }' "$T/pairs"
