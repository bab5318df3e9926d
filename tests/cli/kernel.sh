#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Kernels from source and in the cache, with a tiny source tree.
# shellcheck source=tests/tap.sh
. "$(dirname "$0")/../tap.sh"
# shellcheck source=tests/data/kernel-tree/tree.sh
. "$TOP/tests/data/kernel-tree/tree.sh"
export XDG_CACHE_HOME=$T/cache CCACHE_DISABLE=1
CACHE=$T/cache/kduel
SRC=$T/src
make_tree "$SRC"
build() { kduel kernel build --dir "$SRC" "$@"; }

printf '# a comment\nCONFIG_MODULES=y\nCONFIG_NEEDS_MODULES=y\n?CONFIG_FROM_2042=y\n# CONFIG_TEST_VMALLOC is not set\n' >"$T/good.config"
build --config "$T/good.config" --name mine
is $rc 0 "a tree is built"
hash=$out
like "$hash" '^[0-9a-f]{64}$' "the hash of the kernel is printed"
like "$err" 'log: .*/builds/[0-9a-f]{64}.log' "the log is named"
is "$(jq -r .release "$CACHE/kernels/$hash/meta.json")" 6.99.0-test "the cache has it, with its release"
is "$(cat "$CACHE/kernels/$hash/config")" "$(printf 'CONFIG_MODULES=y\nCONFIG_NEEDS_MODULES=y\n# CONFIG_TEST_VMALLOC is not set')" \
	"the cache has the kernel's configuration, without the optional line that this kernel does not know"
ok "$([ -d "$CACHE/kernels/$hash/lib/modules/6.99.0-test" ]; echo $?)" "the cache has the kernel's modules"
is "$(find "$CACHE/builds" -mindepth 1 -maxdepth 1 -type d ! -name by-key)" "" "no build directory is left"
build --config "$T/good.config"
is "$out" "$hash" "the same build again has the same hash"
unlike "$err" "log:" "the same kernel is not built again"
echo 'int eight;' >>"$SRC/init/main.c"
build --config "$T/good.config"
is $rc 0 "a change in the source: another build"
[ "$out" != "$hash" ]
ok $? "a change in the source makes another kernel"
second=$out

kduel kernel list
like "$out" "^${hash:0:12} +mine +6.99.0-test" "list has the name"
like "$out" "^${second:0:12} +- " "list has kernels without a name"
kduel kernel list --format json
is "$(jq -r '"\(.kind) \(.kernels | length) \(.kernels[] | select(.names == ["mine"]).hash)"' <<<"$out")" \
	"kernels 2 $hash" "list --format json"
kduel kernel show mine --format json
is "$(jq -r '"\(.release) \(.build.dir) \(.build.base)"' <<<"$out")" "6.99.0-test $SRC allnoconfig" "show has the source of the build"
kduel kernel show "${hash:0:10}" --format config
like "$out" '^CONFIG_NEEDS_MODULES=y' "show --format config"
# A name is stored in a file. If that is damaged, nothing else says which kernel it named.
cp "$CACHE/kernels/by-name/mine.json" "$T/mine.json"
for damage in ': >' "head -c 20 $T/mine.json >" "tr a-f x <$T/mine.json >" 'echo "{\"hash\": \"../../../etc\"}" >' "sed 's/{/[/' $T/mine.json >"; do
	eval "$damage '$CACHE/kernels/by-name/mine.json'"
	kduel kernel show mine
	like "$rc $err" '^3 .*by-name/mine.json: damaged: .*build or add it again with --name mine' "a damaged name ($damage) is reported"
	kduel kernel list
	like "$rc $out" "^0 .*" "a damaged name ($damage): list succeeds"
	like "$out" "^${hash:0:12} +- " "a damaged name ($damage): the kernel is listed by its hash"
	like "$err" 'warning: .*mine.json: damaged' "a damaged name ($damage): a warning names the file"
done
mv "$CACHE/kernels/$second/meta.json" "$T/meta.json"
kduel kernel list
is "$rc $(wc -l <<<"$out")" "0 2" "a damaged kernel is not listed"
like "$err" "warning: cache: $CACHE/kernels/$second/meta.json is missing: it is not used" "a damaged kernel: a warning names it"
kduel kernel list --format json
is "$rc $(jq -r '.kernels[].hash' <<<"$out")" "0 $hash" "a damaged kernel: JSON has the other kernels"
like "$err" "warning: cache: $CACHE/kernels/$second/meta.json" "a damaged kernel: with JSON, the warning is on standard error"
mv "$T/meta.json" "$CACHE/kernels/$second/meta.json"
# Written by another version. Without a seal, a kernel gets a new one if its content is right.
rm -r "$CACHE/seals"
sed -i 's/"format": [0-9]/"format": 9/' "$CACHE/kernels/$second/meta.json"
kduel kernel list
is "$rc $(wc -l <<<"$out")" "0 2" "a kernel that another version of kduel wrote is not listed"
like "$err" "warning: not listed: kernel ${second:0:12}... was put into the cache by another version of kduel: .*meta.json has format 9, this version reads [0-9]" "a kernel that another version of kduel wrote: a warning names it"
rm -r "$CACHE/seals"
sed -i 's/"format": 9/"format": 1/' "$CACHE/kernels/$second/meta.json"
rm "$CACHE/kernels/by-name/mine.json"
build --config "$T/good.config" --name mine
is "$rc $out" "0 $second" "built again, it is there again"
cp "$T/mine.json" "$CACHE/kernels/by-name/mine.json"
kduel kernel rm "${second:0:10}"
is $rc 0 "rm"
kduel kernel show "${second:0:10}"
is $rc 2 "a kernel that was removed cannot be shown"
like "$err" "there is no kernel '${second:0:10}'; names: mine" "a kernel that was removed: the error lists the names"

# Fragments.
printf 'CONFIG_MODULES=y\nCONFIG_NEEDS_MODULE=y\nCONFIG_X86_ONLY=y\n' >"$T/unknown.config"
build --config "$T/unknown.config"
is $rc 2 "unknown symbols: exit code 2"
like "$err" "unknown.config:2: CONFIG_NEEDS_MODULE: this kernel has no such symbol \(did you mean CONFIG_NEEDS_MODULES\?\)" "unknown symbols: the error has file, line and a suggestion"
like "$err" "unknown.config:3: CONFIG_X86_ONLY: this kernel has no such symbol" "a symbol of another architecture is unknown"
printf 'CONFIG_MODULES=y\n# CONFIG_NEEDS_MODULE is not set\nCONFIG_X86_ONLY=n\n?CONFIG_FROM_2042=n\n' >"$T/off.config"
build --config "$T/off.config"
is $rc 0 "unknown symbols that are to be off: they are"
like "$err" "off.config:2: CONFIG_NEEDS_MODULE: this kernel has no such symbol \(did you mean CONFIG_NEEDS_MODULES\?\)" "unknown symbols that should be off: a warning has file, line and a suggestion"
like "$err" "off.config:3: CONFIG_X86_ONLY: this kernel has no such symbol" "unknown symbols written as =n are reported, too"
unlike "$err" "FROM_2042" "the optional one is not"
printf '\nCONFIG_NEEDS_MODULES=y\n' >"$T/stuck.config"
build --config "$T/stuck.config"
is $rc 2 "a symbol that did not take effect: exit code 2"
like "$err" "stuck.config:2: CONFIG_NEEDS_MODULES=y had no effect: the kernel has n" "a symbol that did not take effect: the error has file, line and value"
build --config "$T/good.config" --config "$T/stuck.config"
is $rc 0 "with its dependencies a symbol takes effect"
printf '\xef\xbb\xbfCONFIG_MODULES=y\r\n\r\n# CONFIG_NEEDS_MODULES is not set\r\n' >"$T/dos.config"
build --config "$T/dos.config"
is $rc 0 "a fragment with a byte order mark and CR LF"
printf '\xff\xfeC\0' >"$T/wide.config"
build --config "$T/wide.config"
is $rc 2 "UTF-16: exit code 2"
like "$err" "wide.config: this is UTF-16 text" "UTF-16: the error names it"
printf 'CONFIG_MODULES y\n' >"$T/broken.config"
build --config "$T/broken.config"
is $rc 2 "a malformed line: exit code 2"
like "$err" "broken.config:1: expected CONFIG_NAME=VALUE" "file and line"
build --config nosuch
like "$err" "no fragment 'nosuch'" "a fragment that does not exist"
printf 'CONFIG_NAME="mine"\n' >"$T/name.config"
build --base defconfig --config "$T/name.config" --name other
is $rc 0 "a fragment on top of defconfig"
kduel kernel show other --format config
is "$(sort <<<"$out")" "$(printf 'CONFIG_ARM64=y\nCONFIG_NAME="mine"')" "the fragment wins"
is "$(find "$CACHE/builds" -mindepth 1 -maxdepth 1 -type d ! -name by-key)" "" "refused builds leave nothing"

# Patches, as a diff and as a mailbox with two of them.
cat >"$T/a.patch" <<'END'
--- a/init/main.c
+++ b/init/main.c
@@ -2,3 +2,3 @@
 int two;
-int three;
+int drei;
 int four;
END
cat >"$T/both.mbox" <<'END'
From 0000000000000000000000000000000000000000 Mon Sep 17 00:00:00 2001
From: A <a@example.org>
Date: Mon, 1 Jan 2024 00:00:00 +0000
Subject: [PATCH 0/2] a cover letter

Nothing here.

From 0000000000000000000000000000000000000000 Mon Sep 17 00:00:00 2001
From: A <a@example.org>
Date: Mon, 1 Jan 2024 00:00:00 +0000
Subject: [PATCH 1/2] encoded
MIME-Version: 1.0
Content-Type: text/plain; charset=UTF-8
Content-Transfer-Encoding: quoted-printable

---
 init/main.c | 2 +-

diff --git a/init/main.c b/init/main.c
--- a/init/main.c
+++ b/init/main.c
@@ -1,3 +1,3 @@
-int one;
+int one =3D 1;
 int two;
 int drei;

From 0000000000000000000000000000000000000000 Mon Sep 17 00:00:00 2001
From: A <a@example.org>
Date: Mon, 1 Jan 2024 00:00:00 +0000
Subject: [PATCH 2/2] plain

---
diff --git a/lib/new.c b/lib/new.c
new file mode 100644
--- /dev/null
+++ b/lib/new.c
@@ -0,0 +1 @@
+int n;
END
build --patch "$T/a.patch" --patch "$T/both.mbox"
is $rc 0 "patches are applied"
is "$(grep -c drei "$SRC/init/main.c")" 0 "patches do not change the user's tree"
patched=$out
build --patch "$T/a.patch"
[ -n "$out" ] && [ "$out" != "$patched" ]
ok $? "each patch is part of the kernel's hash"
sed 's/int two/int 2/; s/-2,3 +2,3/-2,3 +2,3/' "$T/a.patch" >"$T/bad.patch"
build --patch "$T/bad.patch"
is $rc 2 "a patch that does not apply: exit code 2"
like "$err" "bad.patch does not apply to $SRC .*: init/main.c: hunk 1 of 1 does not apply at line 2" "file and hunk"
build --patch "$T/both.mbox"
like "$err" "both.mbox, mail 2 of 3 does not apply .*: init/main.c: hunk 1 of 1" "in a mailbox: which mail"
sed -i 's/main.c/gone.c/' "$T/bad.patch"
build --patch "$T/bad.patch"
like "$err" "bad.patch does not apply .*: there is no init/gone.c" "a patch for a file that does not exist"
build --patch "$T/none.patch"
is $rc 2 "a patch that does not exist: exit code 2"
sed '/^@@ -1,3/,$d; /^diff/,$d' "$T/both.mbox" >"$T/cover.mbox"
for empty in /dev/null "$T/cover.mbox"; do
	cp "$empty" "$T/empty.patch"
	build --patch "$T/empty.patch"
	is $rc 2 "a patch without a diff (${empty##*/}): exit code 2"
	like "$err" "empty.patch(, mail 2 of 2)?: there is no diff in it" "a patch without a diff (${empty##*/}): the error has the reason"
done
{ sed '/^---$/,$d' "$T/cover.mbox"; printf -- '---\ndiff --git a/init/main.c b/init/two.c\nsimilarity index 100%%\nrename from init/main.c\nrename to init/two.c\n'; } >"$T/rename.mbox"
build --patch "$T/rename.mbox"
like "$err" "No rule to make target .*main.c" "a mail that only renames a file is applied"
sed '/^similarity/,$d' "$T/rename.mbox" >"$T/binary.mbox"
printf 'index 0000000..1234567 100644\nGIT binary patch\nliteral 3\nKcmZ>V\n\n' >>"$T/binary.mbox"
build --patch "$T/binary.mbox"
is $rc 2 "a binary one, which is damaged: exit code 2"
find "$CACHE/builds" -mindepth 1 -maxdepth 1 -type d ! -name by-key -exec rm -rf {} +

# If inputs change during a build, the result is not stored under their hash.
mkdir "$T/bin"
for cc in gcc aarch64-linux-gnu-gcc; do
	cat >"$T/bin/$cc" <<-END
		#!/bin/sh
		[ "\$1" != --version ] || printf "\$WITH" \$\$ >>"\$CHANGE"
		exec $(command -v $cc || echo false) "\$@"
	END
	chmod +x "$T/bin/$cc"
done
cp -r "$SRC" "$T/moving"
keys=$(ls "$CACHE/builds/by-key")
CHANGE=$T/moving/init/main.c WITH='int more%d;\n' PATH=$T/bin:$PATH kduel kernel build --dir "$T/moving"
is $rc 2 "a source that changes while it is read: exit code 2"
like "$err" "moving: files changed while they were copied" "a source that changes while it is read: the error has the reason"
cp "$T/good.config" "$T/moving.config"
CHANGE=$T/moving.config WITH='CONFIG_NAME="%d"\n' PATH=$T/bin:$PATH build --config "$T/moving.config"
is $rc 2 "a fragment that changes while it is read: exit code 2"
like "$err" "patches or fragments changed while they were read" "a fragment that changes while it is read: the error has the reason"
is "$(ls "$CACHE/builds/by-key")" "$keys" "no kernel came of it"
is "$(find "$CACHE/builds" -mindepth 1 -maxdepth 1 -type d ! -name by-key)" "" "a failed build leaves no directory"

# A build that fails.
echo 'int broken' >"$SRC/init/main.c"
echo 'this is no C;' >>"$SRC/init/main.c"
build
is $rc 2 "a build that fails: exit code 2"
like "$err" "compilation failed with 2; see .*\.log, which ends in:" "the log's place"
like "$err" "error: expected" "the last lines of the log are printed"
like "$(cat "$CACHE"/builds/*.log)" "error: expected" "the log is kept"
kduel kernel list --format json
is "$(find "$CACHE/kernels" -maxdepth 1 -name '????????????????????????????????*' | wc -l)" "$(jq '.kernels | length' <<<"$out")" \
	"a failed build leaves no partial kernel"

# An interrupted build continues.
printf 'int one;\n' >"$SRC/init/main.c"
touch "$SRC/slow"
"$KDUEL" kernel build --dir "$SRC" >"$T/out" 2>"$T/err" </dev/null &
pid=$!
make_works() { ls "$CACHE"/builds/*/again >/dev/null 2>&1; }
await make_works
ok $? "make is at work"
kill -KILL $pid
wait $pid 2>/dev/null
no_leftovers "kduel is killed: no make, no compiler, no directory stays"
is "$(find "$CACHE/builds/by-key" -newer "$SRC/slow" -type f | wc -l)" 0 "no kernel came of it"
build
is $rc 0 "the same again: it is finished"
rm -f "$SRC/slow"
is "$(find "$CACHE/builds" -mindepth 1 -maxdepth 1 -type d ! -name by-key | wc -l)" 1 "only the build directory of the failed build is kept"

# A commit of a repository.
git -c init.defaultBranch=main init -q "$T/repo"
make_tree "$T/repo"
git -C "$T/repo" add . && git -C "$T/repo" -c user.name=t -c user.email=t@example.org commit -qm one
git -C "$T/repo" tag v1
echo 'int uncommitted;' >>"$T/repo/init/main.c"
kduel kernel build --git "$T/repo" --ref v1
is $rc 0 "a commit is built"
first=$out
kduel kernel build --dir "$T/repo"
[ $rc = 0 ] && [ "$out" != "$first" ]
ok $? "a work tree with its changes is something else"
kduel kernel build --git "$T/repo" --ref v2
is $rc 2 "a commit that does not exist: exit code 2"
like "$err" "no commit 'v2'" "a commit that does not exist: the error names it"

# Kernels from files.
mkdir -p "$T/dir" && cp "$CACHE/kernels/$hash/Image" "$T/dir" && cp -r "$CACHE/kernels/$hash/lib" "$T/dir"
kduel kernel add "$T/dir" --name added
is "$out" "$hash" "add: the same content is the same kernel"
kduel kernel check "$T/dir" --workload pipe
is "$(head -n 1 <<<"$out")" "kernel 6.99.0-test ($T/dir), arm64" "check: the directory that add takes" "$err"
kduel init --timed --kernel "$T/dir" --baseline "$T/dir/" --workloads pipe "$T/of-dir.yaml"
is "$rc $(grep -c "image: \"$T/dir/Image\", modules: \"$T/dir\"" "$T/of-dir.yaml")" "0 2" "init accepts the directory that add takes, too" "$err$(cat "$T/of-dir.yaml")"
kduel kernel rm mine added
is $rc 2 "one kernel with two names is removed once"
kduel kernel add "$T/dir/Image" --name alone
is $rc 0 "add: an Image alone"
kduel kernel add "$T/cache"
is $rc 2 "a directory without a kernel: exit code 2"

# In a plan.
cat >"$T/plan.yaml" <<END
name: p
target: {kind: qemu}
variants:
  - name: a
    kernel: {build: nosuch}
workloads: [boot]
boots: 1
END
kduel run "$T/plan.yaml" --dry-run
like "$err" "plan.yaml:5:13: there is no kernel 'nosuch'; names: " "a plan that names no kernel: file, line, column"
printf 'CONFIG_MODULES=y\nCONFIG_NAME="planned"\n' >"$T/planned.config"
printf 'CONFIG_%s=y\n' "${BOOTS[@]}" >>"$T/planned.config"
sed "s|nosuch|{dir: src, config: [planned.config]}|" "$T/plan.yaml" >"$T/planned.yaml"
find "$CACHE/builds" "$CACHE/kernels" | sort >"$T/before"
kduel run "$T/planned.yaml" --dry-run
is $rc 0 "dry run of a kernel that is not built"
like "$err" "kernel  a: would be built from $SRC \(.*\), planned" "dry run: a message says what would be built"
like "$out" "-kernel BUILD-[0-9a-f]{12}/Image" "--dry-run prints a placeholder for the kernel"
is "$(find "$CACHE/builds" "$CACHE/kernels" | sort | diff "$T/before" -)" "" "--dry-run builds nothing"
kduel kernel build --dir "$SRC" --config "$T/planned.config"
# Use the agent of this machine in place of the guest's, which may not have been built.
mkdir -p "$T/agents" && cp "${O:-build}/agent-$(uname -m)" "$T/agents/agent-aarch64"
KDUEL_AGENT_DIR=$T/agents kduel run "$T/planned.yaml" --dry-run
like "$out" "-kernel [^ ]*/kernels/[0-9a-f]{64}/Image" "once it is built, --dry-run prints the real kernel"
sed -i "s|nosuch|{dir: src, config: [unknown.config]}|" "$T/plan.yaml"
kduel run "$T/plan.yaml"
like "$err" "plan.yaml:5:13: .*unknown.config:2: CONFIG_NEEDS_MODULE" "a plan's build that fails"
sed -i "s|unknown.config|nofile.config|; s|dir: src|dir: src, ref: x|" "$T/plan.yaml"
kduel run "$T/plan.yaml" --dry-run
like "$err" "plan.yaml:5:.*'ref' needs 'git'" "a plan's build is checked when it is read"
like "$err" "plan.yaml:5:.*nofile.config: no such file" "a plan's build: all mistakes are reported"
for bad in "" "x" "build" "build --dir $SRC --git $SRC" "build --dir $T/none" "build --source linux-source-*" \
	"build --dir $SRC --jobs 0" "add" "add --package x" "rm" "show" "show nosuch" "list --format csv" \
	"list --format js" "show alone --format j" "add $T/dir --name -x" \
	"add $SRC/Makefile" "build --dir $T/cache"; do
	# shellcheck disable=SC2086
	kduel kernel $bad
	[ $rc = 2 ] && [ -n "$err" ]
	ok $? "kernel ${bad//$T/DIR}: exit code 2 and a reason"
done
kduel kernel build --dir "$SRC" --name a/b
is $rc 2 "no name for a kernel: exit code 2"
unlike "$err" "^source " "no valid name for a kernel: refused before anything is built"
kduel kernel build --help
is $rc 0 "--help"
no_leftovers "nothing is left"
finish
