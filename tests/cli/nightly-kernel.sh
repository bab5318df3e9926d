#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# `kduel nightly` without git: with a directory in which a build leaves a kernel, a source tree, and packages of an
# archive.
# shellcheck source=tests/tap.sh
. "$(dirname "$0")/../tap.sh"
# shellcheck source=tests/data/kernel-tree/tree.sh
. "$TOP/tests/data/kernel-tree/tree.sh"
export XDG_CACHE_HOME=$T/cache CCACHE_DISABLE=1

plan() { # lines of its head
	cat <<-YAML
	$1
	target: {kind: fake}
	variants:
	  - {name: tonight, fake: {boot_sd: 0.003, iter_sd: 0.003, kernel: {build: "\${kernel}"}}}
	  - {name: last-good, fake: {boot_sd: 0.003, iter_sd: 0.003, kernel: {build: "\${good}"}}}
	baseline: last-good
	workloads: [{hackbench: {groups: 2}}]
	boots: 4
	iterations: 3
	warmup: 1
	YAML
}
plan "name: nightly" >"$T/plan.yaml"
# The files of an arm64 kernel; the second argument tells the fake target how to behave.
image() { # release, behaviour
	mkdir -p "$T/made/lib/modules/$1"
	touch "$T/made/lib/modules/$1"/modules.{order,builtin}
	{ head -c 56 /dev/zero; printf 'ARM\144'; head -c 1000 /dev/zero
	  printf 'Linux version %s (b@example.org) #1 SMP\n\nkduel-fake: %s\n' "$1" "$2"; } >"$T/made/Image"
}
tag() { kduel tag "${2:-latest}" --format json; jq -r ".tags.\"$1\" // \"none\"" <<<"$out"; }
campaigns() { sql "select count(*) from campaign"; }

# --- a directory -----------------------------------------------------------------------------------
image 6.1 "scale=1"
cat >"$T/dir.yaml" <<YAML
plan: plan.yaml
kernel: {image: made/Image, modules: made}
reference: {image: old/Image, modules: old}
report: nights
YAML
cp -r "$T/made" "$T/old"
kduel nightly --dry-run "$T/dir.yaml"
is "$rc $([ -e "$KDUEL_DB" ] || echo none)" "0 none" "--dry-run stores nothing" "$err"
like "$out" '^# 8 boots' "--dry-run says what would be booted"
kduel nightly "$T/dir.yaml"
is $rc 0 "the first night is compared with the reference" "$err"
first=$(tag commit)
like "$first" '^[0-9a-f]{64}$' "the tested kernel is tagged with its hash"
is "$(tag good) $(tag verdict) $(tag subject) $(tag branch) $(tag date)" "$first good $T/made/Image none none" "the tags"
is "$(jq -r '.kernel.hash, (.kernel | has("date")), has("commit")' "$T/nights/latest/night.json" | tr '\n' ' ')" "$first false false " "night.json"
touch "$T/made/Image"
kduel nightly "$T/dir.yaml"
is "$rc $(campaigns)" "0 1" "written anew with the same content: nothing is new"
like "$err" "nothing new: $T/made/Image is ${first:0:12}, which campaign .* has tested" "written anew with the same content: the message says that it was tested"
image 6.1 "scale=1.3"
kduel nightly "$T/dir.yaml"
is "$rc $(tag good) $(tag verdict)" "1 $first bad" "another Image at the same path is compared with the last good one" "$err"
bad=$(tag commit)
like "$(cat "$T/nights/latest/mail.txt")" "^Tested:  ${bad:0:12} $T/made/Image$" "the mail: what was tested"
like "$(cat "$T/nights/latest/mail.txt")" "^Against: ${first:0:12} $T/made/Image$" "the mail: what it was compared with"
image 6.1 "scale=1"
echo changed >"$T/made/lib/modules/6.1/one.ko"
kduel nightly "$T/dir.yaml"
is "$rc $(tag verdict)" "0 good" "a kernel with another module is tested" "$err"
second=$(tag commit)
is "$([ "$second" != "$first" ] && tag good)" "$first" "another module: compared with the last good kernel"
# A kernel from files that is removed from the cache is gone: the previous good one is used.
kduel kernel rm "$second"
image 6.1 "scale=1.001"
kduel nightly "$T/dir.yaml"
is "$rc $(tag good)" "0 $first" "a good kernel that is gone is passed over" "$err"
like "$err" "found good can no longer be booted: kernel ${second:0:12}" "a good kernel that is gone: the message says so"

# --- a source tree ---------------------------------------------------------------------------------
mkdir "$T/tree"
make_tree "$T/tree"
echo "scale=1" >"$T/tree/behave"
printf 'CONFIG_MODULES=y\n' >"$T/own.config"
cat >"$T/tree.yaml" <<YAML
plan: plan.yaml
kernel: {build: {dir: tree, config: [own.config]}}
reference: {image: old/Image}
YAML
kduel nightly "$T/tree.yaml"
is "$rc $(tag verdict)" "0 good" "a source tree is built" "$err"
kduel nightly "$T/tree.yaml"
like "$err" "nothing new" "a source tree that did not change is not tested again"
echo 'int more;' >>"$T/tree/init/main.c"
built=$(tag commit)
kduel nightly "$T/tree.yaml"
is "$rc $(tag good)" "0 $built" "a change in it is new" "$err"

# --- packages ------------------------------------------------------------------------------------
mkdir "$T/fixture"
"$TOP/tests/data/apt/fixture.sh" "$T/fixture"
PATH=$T/fixture/bin:$PATH
cp "$T/fixture/Packages" "$T/all"
upto() { awk -v RS= -v ORS='\n\n' -v v="$1" '!/^Package: linux-image-6/ || index($0, "image-" v "+")' "$T/all" >"$T/fixture/Packages"; }
stale() { find "$T/cache/kduel/apt" -name updated -exec touch -d '2 hours ago' {} +; }
cat >"$T/debian.yaml" <<YAML
plan: plan.yaml
kernel: &k {packages: ["linux-image-6.*-cloud-arm64"], suites: [trixie-backports]}
reference: *k
report: nights
YAML
upto 6.9.1
kduel nightly "$T/debian.yaml"
is "$rc $(tag verdict)" "0 good" "packages" "$err"
like "$(tag subject)" '^linux-image-6.9.1\+deb13-cloud-arm64 6.9.1-1' "the subject has name and version"
n=$(campaigns) old=$(tag commit)
stale
kduel nightly "$T/debian.yaml"
is "$rc $(campaigns)" "0 $n" "the archive has nothing new: no night" "$err"
upto 6.18.15
stale
kduel nightly "$T/debian.yaml"
is "$rc $(tag good)" "0 $old" "a newer version is tested against the last good one" "$err"
like "$(cat "$T/nights/latest/mail.txt")" "^Tested:  [0-9a-f]{12} linux-image-6.18.15.* 6.18.15-1" "the mail has the version"
like "$(cat "$T/nights/latest/mail.txt")" "^Against: ${old:0:12} linux-image-6.9.1.* 6.9.1-1" "the mail has the version of the kernel that it was compared with"
like "$(sql "select plan_text from campaign order by id desc limit 1")" "build: \"$old\"" "the plan has the kernels"
stale
touch "$T/fixture/offline"
kduel nightly "$T/debian.yaml"
is $rc 3 "no archive answers: exit code 3, not \"nothing new\"" "$err"
like "$err" "no archive answers" "no archive answers: the error says so"
rm "$T/fixture/offline"
stale
sed -i 's/linux-image-6/linux-image-5/' "$T/debian.yaml"
kduel nightly "$T/debian.yaml"
is $rc 2 "no such package: exit code 2"
like "$err" "linux-image-5" "no such package: the error names it"

# --- mistakes ------------------------------------------------------------------------------------
bad() { # name, pattern, lines
	printf '%b\n' "plan: plan.yaml" "$3" >"$T/bad.yaml"
	kduel nightly "$T/bad.yaml"
	is $rc 2 "$1: refused"
	like "$err" "$2" "$1: the error has the place"
}
bad "a tree and a kernel" "bad.yaml:3:9: a night tests 'git' or 'kernel', not both" 'git: tree\nkernel: {image: made/Image}'
bad "a ref of a kernel" "bad.yaml:3:6: 'ref' does not apply: there is no 'git'" 'kernel: {image: made/Image}\nref: next'
bad "a commit as reference" "bad.yaml:3:12: 'kernel' must be a mapping|bad.yaml:3:12: .*mapping" 'kernel: {image: made/Image}\nreference: v1'
bad "packages of nowhere" "bad.yaml:2:9: a kernel from 'packages' needs 'suites'" 'kernel: {packages: [linux-image-arm64]}'
bad "no kernel there" "bad.yaml:2:17: 'image': $T/none/Image: No such file" 'kernel: {image: none/Image}'
sed 's/kernel}/commit}/' "$T/plan.yaml" >"$T/commit.yaml"
printf 'plan: commit.yaml\nkernel: {image: made/Image}\n' >"$T/bad.yaml"
kduel nightly "$T/bad.yaml"
like "$rc $err" "^2 .*commit.yaml:4:.*..commit. has no value: there is no 'git'" "a plan that wants a commit"
finish
