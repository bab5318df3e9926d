#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# own-files.sh: a benchmark of the user's in a real arm64 guest: a static program, data beside it, and a
# script that runs both.
# shellcheck source=tests/tap.sh
. "$(dirname "$0")/../tap.sh"

command -v qemu-system-aarch64 >/dev/null || { skip "real boots" "QEMU cannot be installed here"; finish; }
cd "$T" || exit

mkdir -p data/deep
cat >bench.c <<'END'
#include <stdio.h>
#include <sys/utsname.h>

int main(int argc, char **argv)
{
	struct utsname u;
	FILE *f = argc > 1 ? fopen(argv[1], "r") : NULL;
	int score;

	if (!f || fscanf(f, "%d", &score) != 1 || uname(&u))
		return 1;
	printf("on %s: score %d\n", u.machine, score);
	return 0;
}
END
aarch64-linux-gnu-gcc -O2 -static -o bench bench.c
ok $? "a static program for arm64"
echo 4711 >data/deep/score
ln -s deep/score data/link
ln -s /etc/hostname data/away
cat >run.sh <<'END'
#!/bin/sh
set -e
[ "$(readlink /opt/data/away)" = /etc/hostname ]
[ "$(stat -c %u:%a /usr/local/bin/bench)" = 0:755 ]
bench /opt/data/link
END
chmod 755 bench
cat >plan.yaml <<'YAML'
name: own
target: {kind: qemu, memory: 512M, cpus: 1}
variants:
  - name: only
    cpu: max
    kernel: {packages: ["linux-image-6.18.*-cloud-arm64", "linux-image-6.19.*-cloud-arm64"],
             suites: [trixie-backports]}
guest:
  packages: [coreutils]
  files: {/usr/local/bin/bench: bench, /opt/data: data}
workloads:
  - exec:
      script: run.sh
      metrics: |
        score  points  higher  regex  ^on aarch64: score ([0-9]+)$
collectors: []
iterations: 2
warmup: 0
boots: 1
YAML
patient plan.yaml >patient.yaml
kduel run patient.yaml
is $rc 0 "the boot goes well" "$err"
is "$(sqlite3 "$KDUEL_DB" "select count(*), min(x.value), max(x.value) from sample x join series s on s.id = x.series where s.metric = 'score'")" \
	"2|4711.0|4711.0" "the program ran in the guest, and its output was read" "$err"
like "$(sqlite3 "$KDUEL_DB" 'select lock_text from campaign')" "^guest-files [0-9a-f]{12} files [0-9a-f]{64}$" "the lock has the files' hash"

finish
