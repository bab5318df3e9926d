#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Follow the examples of docs/DEVELOP.md to the letter in a copy of the tree: they must compile, run and keep the
# layering rules. A fence "```c file=PATH" (or yaml) is a new file; with "after=TEXT" its lines are inserted after the
# first line of PATH that contains TEXT.
# shellcheck source=tests/tap.sh
. "$(dirname "$0")/../tap.sh"
# shellcheck source=tests/serve.sh
. "$TOP/tests/serve.sh"

O=${O:-build}
copy=$T/tree
mkdir -p "$copy/$O"
# Copy objects with their times, so that only what the examples touch is compiled.
(cd "$TOP" && git ls-files -z | xargs -0 cp -a --parents -t "$copy" &&
	cp -a "$O"/gen "$O"/obj "$O"/pic "$O"/*.a "$copy/$O/" && mkdir -p "$copy/build" &&
	ln -s "$PWD/build/libperf" "$copy/build/libperf")
ok $? "a copy of the tree"

awk -v dir="$copy" '
	/^```[a-z]+ file=/ {
		file = $0; sub(/^```[a-z]+ file=/, "", file)
		after = ""; if ((i = index(file, " after="))) { after = substr(file, i + 7); file = substr(file, 1, i - 1) }
		text = ""; inside = 1; next
	}
	/^```$/ && inside {
		inside = 0; path = dir "/" file; n++
		if (after == "") { printf "%s", text >path; close(path); next }
		found = 0; all = ""
		while ((getline line <path) > 0) {
			all = all line "\n"
			if (!found && index(line, after)) { all = all text; found = 1 }
		}
		close(path)
		if (!found) { print file ": no line has \"" after "\""; bad = 1 }
		printf "%s", all >path; close(path); next
	}
	inside { text = text $0 "\n" }
	END { print n " fences"; exit bad || n < 9 }' "$TOP/docs/DEVELOP.md" >"$T/followed"
ok $? "every fence names a place that exists" "$(cat "$T/followed")"

# All other files that the page names exist.
gone=$(grep -oE '`[a-z]+/[a-z0-9_/]+(\.[ch]|\.sh|\.mjs|/)?`' "$TOP/docs/DEVELOP.md" | tr -d '`' | sort -u |
	while read -r f; do [ -e "$copy/$f" ] || echo "$f"; done)
is "$gone" "" "files and folders it names exist"

git -C "$TOP" ls-files >"$T/known"
(cd "$copy" && find workloads collectors reports runner -name '*.c' | grep -vxFf "$T/known" >"$T/new" &&
	[ "$(wc -l <"$T/new")" -ge 5 ] && xargs clang-format --style=file --dry-run -Werror <"$T/new") >"$T/format" 2>&1
ok $? "the examples have the form that lint asks for" "$(head -n 20 "$T/format")"

bin=$copy/$O/kduel
[ "$O" != build ] || bin=$copy/kduel
make -C "$copy" --no-print-directory WERROR=1 "${bin#"$copy"/}" "$O/agent-$(uname -m)" >"$T/log" 2>&1
ok $? "the examples compile without a warning" "$(grep -E 'error|warning|undefined' "$T/log" | head -20)"
KDUEL=$bin

cp "$copy/try.yaml" "$T/p.yaml"
kduel run "$T/p.yaml"
is $rc 0 "the workload and the collector run" "$err"
is "$(sql "select count(*) from sample x join series s on s.id = x.series
	where s.source = 'getppid' and s.metric = 'rate' and x.value > 0")" 6 "a sample of the workload in each iteration"
is "$(sql "select count(*) from sample x join series s on s.id = x.series
	where s.source = 'loadavg' and s.metric = 'one_minute'")" 6 "and one of the collector"
serve
status GET states
is "$code" 200 "the page is there"
like "$(fetch states)" '<li>try: finished</li>' "the new page shows what is stored"
is "$(fetch api/v1/states.json | jq -r '.campaigns[0].name')" try "the new page's data as JSON"
is "$(fetch api/v1/states.csv | head -1)" name,campaign,state "the new page's data as CSV"

sed 's/kind: local/kind: nice/' "$T/p.yaml" >"$T/nice.yaml"
kduel run "$T/nice.yaml"
is $rc 0 "a plan boots on the new target" "$err"
kduel show latest 1 --command
like "$out" '^(command: )?/usr/bin/nice -n 19 .*agent' "the new target starts the agent with its own command"
sed -i 's/name: running/name: running, cpu: max/' "$T/nice.yaml"
kduel run "$T/nice.yaml"
is $rc 2 "keys that do not apply to it"
like "$err" "nice.yaml:3:.*'cpu' does not apply: target kind nice" "keys that do not apply to the new target are refused"
make -C "$copy" --no-print-directory circles >"$T/circles" 2>&1
ok $? "the examples keep the order of floors" "$(tail -20 "$T/circles")"
finish
