#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# boot.sh: the time that kduel adds to a boot: `kduel run` with the boot workload, without settling,
# compared with bare QEMU that boots the same kernel and initramfs until power-off. They alternate, so that
# drift of the machine affects both. The whole command is timed, including preparing, storing and comparing.
set -eu
KDUEL=${KDUEL:-$PWD/kduel}
PAIRS=${PAIRS:-5} BOOTS=${BOOTS:-3}
T=$(mktemp -d)
trap 'rm -rf "$T"' EXIT
export KDUEL_DB=$T/kduel.db

cat >"$T/p.yaml" <<YAML
name: bench-boot
target: {kind: qemu, memory: 1G, cpus: 2}
variants:
  - name: only
    cpu: ampereone
    kernel: {packages: ["linux-image-6.18.*-cloud-arm64", "linux-image-6.19.*-cloud-arm64"],
             suites: [trixie-backports]}
baseline: only
workloads: [boot]
collectors: [{meminfo: {settle: false}}, boottime, dmesg, identity]
boots: $BOOTS
seed: 1
YAML

"$KDUEL" run --quiet --dry-run "$T/p.yaml" | grep -v '^#' |
	sed "s#RUN/#$T/#g; s#socket,id=agent,fd=3#null,id=agent#; s#panic=-1#panic=-1 kduel.oneshot=1#" >"$T/bare"

now() { date +%s%N; }
ours() {
	local s; s=$(now)
	"$KDUEL" run --quiet "$T/p.yaml" >/dev/null || [ $? -eq 4 ]
	echo $(($(now) - s))
}
bare() {
	local s; s=$(now)
	while read -r line; do rm -f "$T/console.log"; sh -c "$line" </dev/null; done <"$T/bare"
	echo $(($(now) - s))
}
ours >/dev/null
bare >/dev/null
for _ in $(seq "$PAIRS"); do
	a=$(ours) b=$(bare)
	echo "$a $b"
done >"$T/pairs"
middle() { sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)], v[1], v[NR] }'; }
read -r a _ <<<"$(awk '{ print $1 }' "$T/pairs" | middle)"
read -r b _ <<<"$(awk '{ print $2 }' "$T/pairs" | middle)"
read -r ratio low high <<<"$(awk '{ printf "%.4f\n", $1 / $2 }' "$T/pairs" | middle)"
awk -v a="$a" -v b="$b" -v n="$BOOTS" -v r="$ratio" -v l="$low" -v h="$high" -v p="$PAIRS" 'BEGIN {
	printf "boot: kduel %.2f s a boot, bare QEMU %.2f s a boot; ratio median %.3f (%.3f to %.3f), %d pairs of %d boots; bound 1.10\n",
		a / n / 1e9, b / n / 1e9, r, l, h, p, n }'
