#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Kernels from a source package: it is unpacked once, and no build changes that copy; unknown symbols are reported
# before anything is unpacked or copied. With a small archive and a tiny tree.
# shellcheck source=tests/tap.sh
. "$(dirname "$0")/../tap.sh"
# shellcheck source=tests/data/kernel-tree/tree.sh
. "$TOP/tests/data/kernel-tree/tree.sh"
mkdir "$T/fixture"
"$TOP/tests/data/apt/fixture.sh" "$T/fixture"
export PATH=$T/fixture/bin:$PATH XDG_CACHE_HOME=$T/cache CCACHE_DISABLE=1
CACHE=$T/cache/kduel
build() { kduel kernel build --source 'linux-source-*' --suite trixie-backports "$@"; }
content() { (cd "$CACHE/sources" && find . -type f ! -name 'tree.*' -exec sha256sum {} + | sort); }

printf 'CONFIG_MODULES=y\nCONFIG_NEEDS_MODULE=y\n' >"$T/typo.config"
build --config "$T/typo.config"
like "$rc ${err//$'\n'/ }" "^2 .*source  linux-source-6.99 6.99.1-1: unpacking.*typo.config:2: CONFIG_NEEDS_MODULE: this kernel has no such symbol .did you mean CONFIG_NEEDS_MODULES" \
	"a package that was never unpacked: unpacked, then a symbol is unknown"
build --config "$T/typo.config"
like "$rc ${err//$'\n'/ }" "^2 .*typo.config:2: CONFIG_NEEDS_MODULE: this kernel has no such symbol" "the second time: the same error"
unlike "$err" "unpacking" "the second time: nothing is unpacked before the error"
is "$(find "$CACHE/builds" -mindepth 1 -maxdepth 1 -type d ! -name by-key)" "" "no build directory is left"
sources=$(content)
like "$sources" "tree/init/main.c" "the source is kept"

printf 'CONFIG_MODULES=y\n' >"$T/good.config"
build --config "$T/good.config" --name first
is "$rc $(jq -r .release "$CACHE/kernels/$out/meta.json")" "0 6.99.0-test" "a build" "$err"
unlike "$err" "unpacking" "a build uses what was unpacked before"
cat >"$T/a.patch" <<'END'
--- a/Kconfig
+++ b/Kconfig
@@ -1,2 +1,4 @@
+config FROM_PATCH
+	bool "a new one"
 config MODULES
 bool "modules"
--- a/init/main.c
+++ b/init/main.c
@@ -2,3 +2,3 @@
 int two;
-int three;
+int drei;
 int four;
END
printf 'CONFIG_MODULES=y\nCONFIG_FROM_PATCH=y\n' >"$T/patch.config"
build --config "$T/patch.config"
like "$rc ${err//$'\n'/ }" "^2 .*CONFIG_FROM_PATCH: this kernel has no such symbol" "a symbol that no patch brings"
first=$out
build --config "$T/patch.config" --patch "$T/a.patch"
like "$rc ${err//$'\n'/ }" "^0 .*done in" "a symbol that the patch adds is known"
[ "$out" != "$first" ]
ok $? "a symbol that a patch adds: the kernel is another one"
is "$(content)" "$sources" "builds and patches do not change the shared source"

# --- the same with a directory and with a commit

make_tree "$T/src"
kduel kernel build --dir "$T/src" --config "$T/typo.config"
like "$rc ${err//$'\n'/ }" "^2 .*typo.config:2: CONFIG_NEEDS_MODULE: this kernel has no such symbol" "a directory"
unlike "$err" "copying" "a directory: the mistake is found before it is copied"
git -C "$T/src" init -q && git -C "$T/src" add -A && git -C "$T/src" -c user.name=a -c user.email=a@b commit -q -m a
# The user's git configuration does not matter, nor does the repository of a hook that calls kduel.
for key in grep.lineNumber grep.column core.autocrlf; do git -C "$T/src" config $key true; done
git -C "$T/src" config color.ui always
git init -q "$T/elsewhere"
GIT_DIR=$T/elsewhere/.git kduel kernel build --git "$T/src" --config "$T/typo.config"
like "$rc ${err//$'\n'/ }" "^2 .*typo.config:2: CONFIG_NEEDS_MODULE: this kernel has no such symbol .did you mean CONFIG_NEEDS_MODULES" "a commit"
unlike "$err" "unpacking" "a commit: the mistake is found before it is unpacked"
GIT_DIR=$T/elsewhere/.git kduel kernel build --git "$T/src" --config "$T/good.config"
is $rc 0 "a commit without a mistake is built" "$err"
printf 'CONFIG_X86_ONLY=y\nCONFIG_MODULES=y\n' >"$T/x86.config"
kduel kernel build --git "$T/src" --config "$T/x86.config"
like "$rc ${err//$'\n'/ }" "^2 .*CONFIG_X86_ONLY: this kernel has no such symbol" "a symbol of another architecture is unknown"

# --- debug information is kept (with a real compiler)

is "$(find "$CACHE/kernels" -name vmlinux.debug)" "" "no debug information, none kept"
printf 'CONFIG_MODULES=y\nCONFIG_DEBUG_INFO=y\n' >"$T/debug.config"
# Compiler flags in the environment do not affect this build.
KCFLAGS=--nonsense KCPPFLAGS=--nonsense PATH=${PATH#*:} kduel kernel build --git "$T/src" --config "$T/debug.config"
is $rc 0 "a build with CONFIG_DEBUG_INFO" "$err"
dwarf=$(aarch64-linux-gnu-objdump --dwarf=info "$CACHE/kernels/$out/vmlinux.debug" | grep DW_AT_)
like "$dwarf" 'DW_AT_name +: .*init/main\.c' "a build with CONFIG_DEBUG_INFO keeps the DWARF of vmlinux"
like "$dwarf" 'DW_AT_comp_dir +: .*: /kernel/src$' "a build with CONFIG_DEBUG_INFO: DW_AT_comp_dir does not depend on the build directory"
unlike "$dwarf" "$T" "a build with CONFIG_DEBUG_INFO: no path of this host is in the DWARF"
PATH=${PATH#*:} kduel kernel build --git "$T/src" --config "$T/debug.config"
unlike "$err" "compil|done in" "a build with CONFIG_DEBUG_INFO is not built again"
# The programs of the test itself are found; that of kduel is not there.
mkdir "$T/no-git"
ln -s "$(command -v cat)" "$T/no-git"
PATH=$T/no-git kduel kernel build --git "$T/src" --config "$T/debug.config"
is "$rc $err" "3 kduel: git cannot be run: No such file or directory" "without git: the error is about git, not about the commit"
kduel kernel build --git "$T/src" --ref nowhere --config "$T/debug.config"
like "$rc $err" "^2 .*$T/src: no commit 'nowhere'" "a commit that does not exist"

# --- amd64: its symbols, its image

kduel kernel build --git "$T/src" --config "$T/x86.config" --arch amd64
is "$rc" 0 "--arch amd64" "$err"
is "$(jq -r '"\(.arch) \(.release)"' "$CACHE/kernels/$out/meta.json")" "amd64 6.99.0-test" "--arch amd64: the kernel is a bzImage"
kduel kernel build --git "$T/src" --config "$T/x86.config" --arch riscv64
like "$rc ${err//$'\n'/ }" "^2 .*--arch: expected arm64 or amd64, found 'riscv64'" "an architecture that kduel does not boot"

# --- the cache

kduel cache list --format json
is "$(jq -r '[.entries[] | select(.kind == "sources")] | length' <<<"$out")" 1 "cache list has the source"
kduel cache prune --kind sources --older-than 0
is "$rc $(find "$CACHE/sources" -name main.c)" "0 " "prune removes it"
build --config "$T/good.config" --config "$T/x86.config"
like "$err" "unpacking" "after prune, the next build unpacks the source again"
finish
