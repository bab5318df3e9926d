#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Files of the user: files for guests, refused with name and line if they cannot be put there, and scripts for
# workload exec.
# shellcheck source=tests/tap.sh
. "$(dirname "$0")/../tap.sh"
cd "$T" || exit
flat() { echo "$rc ${err//$'\n'/ }"; }

# --- files for a guest

kind=qemu # of the plan's target
plan() { # entries of guest.files
	cat <<-YAML
	name: own
	target: {kind: $kind}
	variants:
	  - {name: a${kernel-, kernel: {packages: [linux-image-cloud-arm64], suites: [trixie]\}}}
	workloads: [boot]
	guest:
	  files:
	YAML
	sed 's/^/    /'
}
mkdir -p dir/deep
echo x >file
echo x >dir/deep/file
ln -s /etc/passwd dir/link
ln -s file link
plan >places.yaml <<'END'
opt/x: file
/opt/../x: file
/tmp/x: file
/init: file
/opt/list: [file]
/opt/link: link
/opt/none: nothing
/opt/null: /dev/null
END
kduel run --dry-run places.yaml
is "$rc $(grep -c 'places.yaml:[0-9]*:[0-9]*: ' <<<"$err")" "2 8" "every wrong entry is named"
like "$err" "nothing was booted" "every wrong entry is named: nothing is booted"
like "$err" "places.yaml:8:5: 'files': 'opt/x' in the guest: expected an absolute path" "a place that is relative"
like "$err" "places.yaml:9:5: .*'\\.\\.'" "a place with .."
like "$err" "places.yaml:10:5: .*the guest mounts a file system there" "a place that is mounted over"
like "$err" "places.yaml:11:5: .*kduel's own" "a place of kduel's"
like "$err" "places.yaml:12:16: 'files' must be the path of a file, found a list" "a list"
like "$err" "places.yaml:13:16: 'files': link is a symbolic link, which is not followed" "a link"
like "$err" "places.yaml:14:16: 'files': nothing: No such file" "a file that does not exist is named"
like "$err" "places.yaml:15:16: 'files': /dev/null is a device" "a device"
mkfifo dir/deep/fifo
plan >fifo.yaml <<<"/opt/dir: dir"
kduel run --dry-run fifo.yaml
like "$(flat)" "^2 .*fifo.yaml:8:15: 'files': dir/deep/fifo is a FIFO: .* nothing was booted" "a FIFO deep inside"
rm dir/deep/fifo
python3 -c 'import socket; socket.socket(socket.AF_UNIX).bind("dir/deep/sock")'
kduel run --dry-run fifo.yaml
like "$(flat)" "^2 .*fifo.yaml:8:15: 'files': dir/deep/sock is a socket: .* nothing was booted" "a socket"
rm dir/deep/sock
truncate -s 2G dir/deep/large
kduel run --dry-run fifo.yaml
like "$(flat)" "^2 .*dir/deep/large: the limit of 1024 MiB for all files is exceeded" "files that are too large in all are refused"
rm dir/deep/large
for kind in local fake; do
	kernel='' plan >$kind.yaml <<<"/opt/x: file"
	kduel run --dry-run $kind.yaml
	like "$(flat)" "^2 .*$kind.yaml:[0-9]+:[0-9]+: 'files' does not apply: target kind $kind has no guest" "target kind $kind"
done

# --- a network on request

plan </dev/null | sed '/^  files:/d; s/^guest:/guest: {network: user}/; s/^workloads/exact: true\n&/' >network.yaml
kduel run --dry-run network.yaml
like "$(flat)" "^2 .*network.yaml:[0-9]+:[0-9]+: 'network: user' cannot be combined with exact: true" "network: user is refused in exact mode"
kernel='' kind=local plan </dev/null | sed '/^  files:/d; s/^guest:/guest: {network: user}/' >network.yaml
kduel run --dry-run network.yaml
like "$(flat)" "^2 .*network.yaml:[0-9]+:[0-9]+: 'network' does not apply: target kind local has no guest" "network: user is refused for a target without a guest"

# --- a script as the command

cat >script.yaml <<-YAML
name: scripted
target: {kind: local}
variants: [{name: running}]
workloads:
  - exec:
      script: sub/bench.sh
      metrics: score points higher regex ^score ([0-9]+)
collectors: []
iterations: 2
boots: 3
stop_on_failure: true
allow_exec: yes
YAML
mkdir sub
cat >sub/bench.sh <<-'END'
	#!/usr/bin/env python3
	import os, sys
	n = len(open(os.environ["COUNT"], "a+").write("x") and open(os.environ["COUNT"]).read() or "")
	print("score", 42)
	sys.exit(n > 3)
END
export COUNT=$T/count
: >"$COUNT"
kduel run script.yaml
like "$err" "exec +runs on this system: #!/usr/bin/env python3" "a script is shown before it runs"
is "$rc $(sqlite3 "$KDUEL_DB" 'select count(*), min(value), max(value) from sample')" "4 3|42.0|42.0" "the program in its first line runs it; its fourth run fails, which ends the campaign" "$err"
kduel show latest 1 --facts
like "$out" "params/exec: command=#!/usr/bin/env python3" "the boot's facts have its text"
like "$out" "import os, sys" "the boot's facts have the whole text"
sed -i 's/42/43/' sub/bench.sh
kduel run --resume latest
like "$(flat)" "^2 .*the parameters of exec are not the same as in the earlier boots" "--resume with another script is refused"
rm sub/bench.sh
kduel run --resume latest
like "$(flat)" "^2 .*:6:15: 'script': .*sub/bench.sh: No such file" "a missing script: --resume is refused"
: >sub/bench.sh
kduel run script.yaml
like "$(flat)" "^2 .*script.yaml:6:15: 'script': sub/bench.sh: the file is empty" "an empty one"
head -c 20000 /dev/zero | tr '\0' x >sub/bench.sh
kduel run script.yaml
like "$(flat)" "^2 .*script.yaml:6:15: 'script': sub/bench.sh has more than 16384 bytes: put the file into the guest" "a script that is too long is refused"
head -c 100 "$KDUEL" >sub/bench.sh
kduel run script.yaml
like "$(flat)" "^2 .*script.yaml:6:15: 'script': sub/bench.sh: .*" "a program in place of one"
echo 'echo score 1' >sub/bench.sh
sed 's/^      script:.*/&\n      command: echo score 2/' script.yaml >both.yaml
kduel run both.yaml
like "$(flat)" "^2 .*both.yaml:6:15: 'script' and 'command' are the same thing" "script and command"
sed 's/^  - exec:/  - hackbench:/; /metrics/d' script.yaml >other.yaml
kduel run other.yaml
like "$(flat)" "^2 .*other.yaml:6:7: unknown parameter 'script' of hackbench" "a script for another workload is refused"

finish
