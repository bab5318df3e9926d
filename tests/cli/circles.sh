#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# tools/circles on a small tree: break each rule once; it must name the dependency.
# shellcheck source=tests/tap.sh
. "$(dirname "$0")/../tap.sh"

tree=$T/tree
file() { # path; the text is standard input
	mkdir -p "$tree/${1%/*}"
	cat >"$tree/$1"
}
module() { # path without .c, function, body; declared in the header of its name
	echo "void $2(void);" | file "$1.h"
	printf '#include "%s.h"\nvoid %s(void) { %s }\n' "$1" "$2" "$3" | file "$1.c"
}
begin() {
	rm -rf "$tree"
	mkdir -p "$tree/tools" "$tree/runner/agent" "$tree/docs"
	cp "$TOP/tools/circles" "$tree/tools/"
	module lib/a a__f ''
	module lib/b b__f 'a__f();'
	echo '#include "lib/a.h"' >>"$tree/lib/b.h"
	module reports/store/db db__f 'b__f();'
	echo '#include "lib/b.h"' >>"$tree/reports/store/db.h"
	module reports/report/row row__f ''
	for kind in workload collector; do
		p=wl
		[ $kind = workload ] || p=col
		echo 'X(null)' | file "${kind}s/list.h"
		echo 'struct plug { int n; };' | file "${kind}s/$kind.h"
		printf '#include "%ss/%s.h"\nconst struct plug %s_null = { 1 };\n' $kind $kind $p |
			file "${kind}s/null.c"
		cat <<-C | file "${kind}s/$kind.c"
		#include "${kind}s/$kind.h"
		#define X(name) extern const struct plug ${p}_##name;
		#include "${kind}s/list.h"
		#undef X
		#define X(name) &${p}_##name,
		static const struct plug *const all[] = {
		#include "${kind}s/list.h"
		};
		const void *${kind}__all(void) { return all; }
		C
		echo "const void *${kind}__all(void);" >>"$tree/${kind}s/$kind.h"
	done
	cat <<-'MD' | file docs/DEVELOP.md
	<!-- floors: lowest first -->
	```
	lib
	workloads/workload.c workloads/workload.h
	workloads
	collectors/collector.c collectors/collector.h
	collectors
	reports/store
	reports/report
	runner/agent
	```
	MD
}
check() {
	local f
	for f in $(cd "$tree" && find . -name '*.c'); do
		mkdir -p "$tree/build/obj/$(dirname "$f")"
		(cd "$tree" && cc -w -I. -c -o "build/obj/${f%.c}.o" "$f") || echo "# $f does not compile"
	done
	out=$("$tree/tools/circles" 2>&1)
	rc=$?
}

begin
check
is "$rc" 0 "a tree whose calls go down is accepted, tables of plug-ins included" "$out"
like "$out" '0 circles of files, 0 of folders' "the counts are printed"

begin
module lib/a a__f 'extern void b__f(void); b__f();'
check
is "$rc" 1 "two files that call each other are refused"
like "$out" '^circle of 2 files: lib/a.c lib/b.c' "the circle is printed"
like "$out" '^    lib/a.c -> lib/b.c: b__f' "the symbol that closes the circle is printed"

begin
module lib/a a__f 'extern void db__f(void); db__f();'
check
like "$out" '^circle of 2 folders: lib reports/store' "a circle of folders is found"
like "$out" '^upwards: lib -> reports/store' "a circle of folders: the step upwards in it is reported"

begin
echo '#include "reports/report/row.h"' >>"$tree/reports/store/db.h"
check
is "$rc" 1 "an include upwards is refused"
like "$out" '^    reports/store/db.h -> reports/report/row.h: includes it' "an include upwards: both files are named"

begin
module runner/agent/loop loop__f 'extern void row__f(void); row__f();'
check
like "$out" '^runner/agent is a program of its own and may not use: runner/agent/loop.c -> reports/report/row.c: row__f' \
	"the agent is linked from few folders"

begin
echo '#include <sqlite3.h>' >>"$tree/reports/report/row.h"
echo 'struct store;' >>"$tree/reports/report/row.h"
: >"$tree/sqlite3.h"
check
like "$out" '^reports/report/row.h: SQLite outside reports/store' "SQL is for the store only"
like "$out" '^reports/report/row.h names a struct store and is no loader' "a struct store outside the loaders is refused"

begin
rm "$tree/lib/a.h"
sed -i '/lib\/a.h/d' "$tree/lib/a.c" "$tree/lib/b.h"
check
like "$out" '^lib/a.c exports and has no lib/a.h: a__f' "a global symbol without a declaration in its file's header is reported"

begin
module extra/x x__f ''
mv "$tree/extra" "$tree/runner/extra"
sed -i 's/extra/runner\/extra/' "$tree/runner/extra/x.c"
check
like "$out" '^runner/extra/x.c stands on no floor' "a folder that no floor has is refused"
rm -rf "$tree/build/obj/lib/b.o"
out=$("$tree/tools/circles" 2>&1)
is $? 2 "without object files the exit status is 2"
finish
