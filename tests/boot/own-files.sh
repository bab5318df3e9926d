#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# own-files.sh: a user's own benchmark in a real arm64 guest: a static program with data files, a script
# that runs it, and a server on the host that it talks to.
# shellcheck source=tests/tap.sh
. "$(dirname "$0")/../tap.sh"

command -v qemu-system-aarch64 >/dev/null || { skip "real boots" "QEMU cannot be installed here"; finish; }
cd "$T" || exit

mkdir -p data/deep
cat >bench.c <<'END'
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/utsname.h>
#include <unistd.h>

/* In QEMU's user-mode network the host has this address. */
static FILE *ask(int port)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(port),
				  .sin_addr.s_addr = inet_addr("10.0.2.2") };
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	return connect(fd, (struct sockaddr *)&to, sizeof(to)) ? NULL : fdopen(fd, "r");
}

int main(int argc, char **argv)
{
	FILE *f = argc > 2 ? fopen(argv[1], "r") : NULL, *n = f ? ask(atoi(argv[2])) : NULL;
	struct utsname u;
	int score, more;

	if (!n || fscanf(f, "%d", &score) != 1 || fscanf(n, "%d", &more) != 1 || uname(&u))
		return 1;
	printf("on %s: score %d, told %d\n", u.machine, score, more);
	return 0;
}
END
aarch64-linux-gnu-gcc -O2 -static -o bench bench.c
ok $? "a static program for arm64 can be built"
echo 4711 >data/deep/score
ln -s deep/score data/link
ln -s /etc/hostname data/away
# A server that sends each client a number. It listens on any free port and prints which.
python3 -c '
import socketserver
class Tell(socketserver.BaseRequestHandler):
	def handle(self): self.request.sendall(b"42\n")
server = socketserver.TCPServer(("127.0.0.1", 0), Tell)
print(server.server_address[1], flush=True)
server.serve_forever()' >port &
server=$!
trap 'kill $server; rm -rf "$T"' EXIT
while [ ! -s port ]; do sleep 0.1; done
cat >run.sh <<END
#!/bin/sh
set -e
[ "\$(readlink /opt/data/away)" = /etc/hostname ]
[ "\$(stat -c %u:%a /usr/local/bin/bench)" = 0:755 ]
grep -q 10.0.2.3 /etc/resolv.conf
bench /opt/data/link $(cat port)
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
  packages: [coreutils, grep]
  network: user
  files: {/usr/local/bin/bench: bench, /opt/data: data}
workloads:
  - exec:
      script: run.sh
      metrics: |
        score  points  higher  regex  ^on aarch64: score ([0-9]+),
        told   points  higher  regex  , told ([0-9]+)$
collectors: []
iterations: 2
warmup: 0
boots: 1
YAML
patient plan.yaml >patient.yaml
kduel run patient.yaml
is $rc 0 "the boot succeeds" "$err"
is "$(sqlite3 "$KDUEL_DB" "select count(*), min(x.value), max(x.value) from sample x join series s on s.id = x.series where s.metric = 'score'")" \
	"2|4711.0|4711.0" "the program ran in the guest, and its output was read" "$err"
is "$(sqlite3 "$KDUEL_DB" "select count(*), min(x.value), max(x.value) from sample x join series s on s.id = x.series where s.metric = 'told'")" \
	"2|42.0|42.0" "it spoke to a server on the host"
kduel show latest 1 --facts
like "$out" "^target/network: user$" "the boot's facts say that there was a network"
like "$(sqlite3 "$KDUEL_DB" 'select lock_text from campaign')" "^guest-files [0-9a-f]{12} files [0-9a-f]{64}$" "the lock has the hash of the guest's files"

finish
