#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# plugin.sh: the cost of the TLB model, and of a profile by function on top of it. The same exact boots run in
# turn with QEMU's usual command line, without the model's plugin, and with the model but no profile. A second
# plugin (plugin/clock.c) reads QEMU's CPU time at the markers: before the measured part and within it.
set -eu
O=${O:-build}
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
	guest: {suites: [bookworm]}
	workloads: [$2]
	boots: 1
	parallel: 1
	stop_on_failure: true
	seed: 1
	YAML
	[ "${4:-}" != plain ] || echo "profile: false" >>"$1"
}

# The start of kduel's QEMU command line, up to the options that define the machine.
plan "$T/as-is.yaml" tmpfs-write ""
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
case " \${args[*]} " in *" -dtb "*) args+=(-plugin "$(realpath "$O")/bench-clock.so,out=$T/times") ;; esac
exec $qemu "\${args[@]}"
SH
chmod +x "$T/qemu"

cpu() { # on|plain|off, workload: print the CPU seconds before and in the measured part of one boot
	plan "$T/plan.yaml" "$2" ", qemu: $T/qemu" "$1"
	: >"$T/times"
	# Without the model's figures the boot fails, but only after its work is done.
	KDUEL_BENCH_PLUGIN=$1 "$KDUEL" run --quiet "$T/plan.yaml" >/dev/null 2>"$T/err" || true
	[ -s "$T/times" ] || { cat "$T/err" >&2; exit 1; }
	head -n 1 "$T/times"
}
# The ratio of the shortest times in two columns: other work on this host can only make a boot longer, so the
# shortest is the best estimate.
least() { awk -v "a=$1" -v "b=$2" '{ if (NR == 1 || $a < x) x = $a; if (NR == 1 || $b < y) y = $b } END { printf "%.3f", x / y }' "$T/pairs"; }
middle() { sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)], v[1], v[NR] }'; }

for w in ${WORKLOADS:-tmpfs-write tmpfs-rand64 fork-exec hackbench memcached}; do
	cpu on "$w" >/dev/null # not timed: may fetch packages and build images
	for _ in $(seq "$PAIRS"); do
		echo "$(cpu on "$w") $(cpu off "$w") $(cpu plain "$w")"
	done >"$T/pairs"
	read -r ratio low high <<<"$(awk '{ printf "%.3f\n", $1 / $3 }' "$T/pairs" | middle)"
	echo "TLB model, before $w: CPU time with to without median $ratio ($low to $high), bound 1.15"
	read -r ratio low high <<<"$(awk '{ printf "%.3f\n", $2 / $4 }' "$T/pairs" | middle)"
	echo "TLB model, $w measured: median $ratio ($low to $high), shortest to shortest $(least 2 4), bound 1.5; $PAIRS pairs"
	read -r ratio low high <<<"$(awk '{ printf "%.3f\n", ($2 - $6) / $4 }' "$T/pairs" | middle)"
	echo "profile, $w measured: adds $ratio ($low to $high) of the time without the model, bound 0.1"
	awk '{ printf "  before %.2f / %.2f CPU-s, measured %.2f / %.2f, without profile %.2f\n", $1, $3, $2, $4, $6 }' "$T/pairs"
done
