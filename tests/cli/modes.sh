#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# bbml and rodata of a variant, and kduel's own patches: a patch has versions for several ranges of kernels, of which
# the first that applies is used. With a tiny source tree.
# shellcheck source=tests/tap.sh
. "$(dirname "$0")/../tap.sh"
# shellcheck source=tests/data/kernel-tree/tree.sh
. "$TOP/tests/data/kernel-tree/tree.sh"
export XDG_CACHE_HOME=$T/cache CCACHE_DISABLE=1 KDUEL_CONFIG_DIR=$T/configs
SRC=$T/src
make_tree "$SRC"
cp -r "$TOP/configs" "$KDUEL_CONFIG_DIR"
own=$KDUEL_CONFIG_DIR/patches/bbml
is "$(cd "$own" && ls)" "6.18.patch
7.3.patch" "kduel brings the patch for two ranges"
kduel kernel build --dir "$SRC" --patch bbml
is $rc 2 "a source that neither fits"
like "$err" 'patches/bbml: none of its patches applies to .*src .*\(6.18.patch: there is no arch/arm64/kernel/cpufeature.c; 7.3.patch: there is no' \
	"a source that neither patch fits: both are named, with the reasons"

# Replace them with one that does not apply, and one that does.
rm "$own"/*
patch_of() { # old and new line
	printf '%s\n' "a patch" "--- a/init/main.c" "+++ b/init/main.c" "@@ -1,3 +1,3 @@" " int one;" "-$1" "+$2" " int three;"
}
patch_of "int zwei;" "int vier;" >"$own/1.patch"
{ patch_of "int two;" "int two = 2;" &&
	printf '%s\n' "--- /dev/null" "+++ b/behave" "@@ -0,0 +1 @@" "+scale=1 kduel_bbml"; } >"$own/2.patch"
kduel kernel build --dir "$SRC" --name plain
first=$out
kduel kernel build --dir "$SRC" --patch bbml --name patched
is $rc 0 "the one that fits is applied"
like "$err" 'patch +.*/patches/bbml/2.patch' "the patch that fits: a message names it"
[ "$out" != "$first" ]
ok $? "the patch makes another kernel"

plan() { # keys of a, keys of b
	printf '%s\n' "name: modes" "target: {kind: fake}" "variants:" "  - {name: a, $1}" "  - {name: b, $2}" \
		"baseline: a" "workloads: [boot]" "boots: 1" "fail_on: none"
}
built="fake: {kernel: {build: {dir: $SRC}}}"
cmdlines() { jq -r '.variants[] | "\(.name) \(.cmdline)"' <<<"$out"; }
plan "bbml: boot-only, cmdline: quiet, $built" "bbml: none, $built" >"$T/p.yaml"
kduel run --quiet "$T/p.yaml"
is $rc 4 "a plan with bbml runs; two boots compare nothing"
kduel compare --format json
is "$(cmdlines)" "a quiet kduel_bbml=boot-only
b kduel_bbml=none" "each kernel is told its mode, and was built with the patch without being asked"
plan "bbml: all, rodata: full, fake: {kernel: {build: patched}}" "rodata: off, fake: {kernel: {build: patched}}" >"$T/p.yaml"
kduel run --quiet "$T/p.yaml"
kduel compare --format json
is "$(cmdlines)" "a rodata=on kduel_bbml=all
b rodata=off" "a kernel by name, with rodata"
plan "bbml: all, fake: {kernel: {build: plain}}" "fake: {kernel: {build: plain}}" >"$T/p.yaml"
kduel run --quiet "$T/p.yaml"
is $rc 2 "a kernel that was built without it"
like "$err" "p.yaml:4:5: variant 'a': 'bbml' needs the test patch bbml, but its kernel \(.*src.*\) was built without it" \
	"a kernel without the test patch: refused before anything boots, and named"
plan "bbml: all, cmdline: debug_pagealloc=on, $built" "$built" >"$T/p.yaml"
kduel run --quiet "$T/p.yaml"
is $rc 2 "a mode that the kernel's configuration makes impossible"
like "$err" "variant 'a': 'bbml': with debug_pagealloc on, this kernel maps memory by pages" "an impossible mode: the error says why"
rm "$own/2.patch"
plan "bbml: all, $built" "$built" >"$T/p.yaml"
echo "int nine;" >>"$SRC/init/main.c"
kduel run --quiet "$T/p.yaml"
is $rc 2 "a kernel that the patch does not fit"
like "$err" 'p.yaml:4:.*none of its patches applies to .*1.patch: init/main.c' "a kernel that the patch does not fit: refused, and named"
finish
