#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# untidy.sh: a workload that leaves something behind in the guest after an injected failure
# (runner/agent/inject.h) makes the boot fail: failing.sh relies on that check.
# run.sh: alone (the workload is killed after 240 ms: on a busy host the guest has done nothing by then)
# shellcheck source=tests/tap.sh
. "$(dirname "$0")/../tap.sh"

command -v qemu-system-aarch64 >/dev/null || { skip "an untidy workload" "QEMU cannot be installed here"; finish; }

cat >"$T/p.yaml" <<'YAML'
name: untidy
target: {kind: qemu, memory: 2G, cpus: 2}
variants:
  - name: only
    cpu: ampereone
    cmdline: "kduel.inject=1"
    kernel: {packages: ["linux-image-7.*-cloud-arm64", "linux-image-6.12.*-cloud-arm64"],
             suites: [trixie-backports, trixie]}
baseline: only
guest: {suites: [bookworm], packages: [coreutils, dash]}
workloads:
  - exec: {command: ": >/tmp/kduel-job-left; sleep 1; echo 1", metrics: "one n lower regex ^(1)$"}
boots: 1
iterations: 1
warmup: 0
YAML
patient "$T/p.yaml" >"$T/patient.yaml"
# The shell may be killed before it has created the file: then try again.
for _ in 1 2 3 4 5 6 7 8 9 10; do
	rm -f "$KDUEL_DB"*
	kduel run "$T/patient.yaml"
	[ "$(sql 'select status from boot')" = ok ] || break
done
is "$(sql 'select status from boot')" workload-failed "a workload that leaves something behind: the boot fails" "$err"
like "$(sql 'select detail from boot')" 'exec: fault injection: after it had failed in its (set-up|timed part) \((worker|sh) killed\) there was left: directory kduel-job-left' \
	"the detail of the boot says what was left behind"
no_leftovers "nothing is left behind"
finish
