#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Conditions in containers: a cache that is moved or copied, and a temporary directory that is shared between PID
# namespaces.
# shellcheck source=tests/tap.sh
. "$(dirname "$0")/../tap.sh"

mkdir "$T/fixture" "$T/agent" "$T/data"
"$TOP/tests/data/apt/fixture.sh" "$T/fixture"
export PATH=$T/fixture/bin:$PATH XDG_CACHE_HOME=$T/first KDUEL_AGENT_DIR=$T/agent
echo 'the agent' >"$T/agent/agent-aarch64"
echo none >"$T/fixture/system-qemu"
cat >"$T/p.yaml" <<'YAML'
target: {kind: qemu}
variants:
  - {name: a, cpu: max, kernel: &k {packages: ["linux-image-6.18*"], suites: [trixie-backports]}}
  - {name: b, cpu: max, cmdline: quiet, kernel: *k}
baseline: a
guest: {suites: [bookworm]}
workloads: [memcached]
YAML
# In command lines, replace the path of the cache, which varies.
prepare() { kduel run --dry-run "$T/p.yaml"; out=${out//"$XDG_CACHE_HOME/kduel"/CACHE}; }

prepare
is $rc 0 "a cache is filled"
first=$out
like "$first" "CACHE/initramfs/.*CACHE/guest/" "the command lines use the cache's initramfs and root image"
unlike "$first" "$T/first" "the command lines have no path outside the cache's directory"
downloads=$(grep -c 'apt-get -q download' "$T/fixture/calls")
mv "$T/first" "$T/second"
XDG_CACHE_HOME=$T/second
prepare
is "$rc $out" "0 $first" "moved, it works as before"
unlike "$err" "cache:" "a moved cache: no warning"
# Only apt.conf needs absolute paths, and it is rewritten in a cache that was moved.
is "$(grep -rlF "$T/first" "$T/second/kduel" --exclude=apt.conf)" "" "no file of the moved cache has the old path"
like "$(cat "$T"/second/kduel/apt/arm64-bookworm/apt.conf)" "^Dir \"$T/second/kduel/apt/arm64-bookworm\";" "apt's settings name the new one"
cp -r --no-preserve=all "$T/second" "$T/third"
chmod -R u+x "$T/third/kduel/qemu" # --no-preserve=all takes it from programs
rm -rf "$T/second"
touch "$T/fixture/offline"
XDG_CACHE_HOME=$T/third
prepare
is "$rc $out" "0 $first" "copied without times, and without a network, it works too"
unlike "$err" "cache:" "a cache copied without times: no warning"
is "$(grep -c 'apt-get -q download' "$T/fixture/calls")" "$downloads" "a cache copied without times: nothing is downloaded again"

# An old kduel without locks is running: only its process id shows that.
cp "$(command -v sleep)" "$T/kduel"
"$T/kduel" 100 &
older=$!
mkdir "$TMPDIR/kduel-run-$older-abcdef"
kduel doctor
ok "$([ -d "$TMPDIR/kduel-run-$older-abcdef" ]; echo $?)" "the directory of an older kduel that runs is left alone"
kill $older
wait $older 2>/dev/null
kduel doctor
is "$(ls "$TMPDIR")" "" "the directory of an older kduel is removed when that is gone"

# Another container: the same temporary directory, but another PID namespace.
if ! unshare -p -f --mount-proc true 2>/dev/null; then
	skip "a run in another PID namespace" "no right to make one"
	finish
fi
cat >"$T/fake.yaml" <<'YAML'
target: {kind: fake}
variants: [{name: a, fake: {boot_delay: 2s}}, {name: b, fake: {boot_delay: 2s}}]
baseline: a
workloads: [boot]
boots: 2
parallel: 1
YAML
mkdir "$TMPDIR/kduel-run-1-abandoned" "$TMPDIR/kduel-run-1-999-abandoned"
"$KDUEL" run --quiet "$T/fake.yaml" >"$T/run.out" 2>"$T/run.err" </dev/null &
pid=$!
lives() { live=$(find "$TMPDIR" -mindepth 1 -maxdepth 1 -name 'kduel-run-*' ! -name '*abandoned') && [ -n "$live" ]; }
await lives
ok "$([ -d "$live" ]; echo $?)" "a boot has a directory"
is "$(find "$TMPDIR" -name '*abandoned')" "" "abandoned directories are removed before the boot"
mkdir "$TMPDIR/kduel-run-1-abandoned"
unshare -p -f --mount-proc "$KDUEL" doctor >"$T/out" 2>&1 </dev/null
like "$(cat "$T/out")" 'removed 1 run directory' "a kduel of another container removes abandoned directories"
kill -0 $pid
ok $? "the kduel that runs meanwhile is not disturbed"
wait $pid
is "$(sql "select group_concat(distinct status) || count(*) from boot")" ok4 "the kduel that runs meanwhile: every boot is ok"
# In a container each kduel has PID 1, also the one that was killed before.
for file in c.csv c.kduel c.db; do echo 'half of it' >"$T/$file.part-1"; done
alone() { unshare -p -f --mount-proc "$KDUEL" "$@" >"$T/out" 2>&1 </dev/null; }
alone export csv latest --output "$T/c.csv" && alone export campaign latest "$T/c.kduel" && alone export sqlite "$T/c.db"
is "$? $(find "$T" -maxdepth 1 -name 'c.*' -printf '%f\n' | sort | tr '\n' ' ')" "0 c.csv c.db c.kduel " \
	"what a killed process of the same number left is in nobody's way" "$(cat "$T/out")"
no_leftovers "nothing is left behind"
finish
