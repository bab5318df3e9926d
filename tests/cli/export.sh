#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# kduel export: the dashboard as files, samples, and the database as a copy.
# shellcheck source=tests/tap.sh
. "$(dirname "$0")/../tap.sh"

nightly 1.1 >"$T/plan.yaml" <<-'YAML'
	workloads: [hackbench]
	collectors: []
	boots: 2
	iterations: 3
	seed: 7
YAML
kduel run --quiet "$T/plan.yaml"
kduel run --quiet "$T/plan.yaml"
id=$(sql 'select uuid from campaign limit 1')

# Print the dangling links of a site.
dangling() { # directory
	find "$1" -name '*.html' | while read -r page; do
		grep -oE ' (href|src)="[^"#?]+' "$page" | cut -d'"' -f2 | sort -u | while read -r link; do
			[ -e "$(dirname "$page")/$(printf '%b' "${link//%/\\x}")" ] || echo "$page: $link"
		done
	done
}

kduel export site "$T/site"
is $rc 0 "a site"
like "$err" "^$(find "$T/site" -type f ! -name .kduel-site | wc -l) files; open $T/site/index.html" "how many files, and where to begin"
is "$(dangling "$T/site" | head -5)" "" "every link of every page leads to a file"
is "$(find "$T/site" -path '*campaign*' -name "$id.html" | wc -l)" 1 "a campaign's page is there"
"$KDUEL" compare "$id" --format csv >"$T/want"
cmp -s "$T/want" "$T/site/api/v1/campaign/$id.csv"
ok $? "data are those of compare"
unlike "$(cat "$T/site/index.html")" '(href|src)="(/|https?:)|<form' "pages of the site have no links to a server, and no forms"
like "$(cat "$T/site/history/hackbench.hackbench.time/nightly/"*/new.html)" '<dt>Variant</dt><dd>new' \
	"each series has a page of its own"
for some in "--last 1" "${id:0:8}"; do
	rm -rf "$T/part"
	# shellcheck disable=SC2086 # words
	kduel export site "$T/part" $some
	is "$rc/$(find "$T/part/campaign" -maxdepth 1 -name '*.html' | wc -l)" 0/1 "a site of one campaign: $some"
	is "$(dangling "$T/part" | head -5)" "" "a site of one campaign ($some): all links lead to files"
done
[ -e "$T/part/campaign/$id.html" ]
ok $? "a site of one campaign ($some): it is the one that was named"
for wrong in "--last 0" "--last 1 $id" "--commit-url example.org" nosuch; do
	# shellcheck disable=SC2086 # words
	kduel export site "$T/none" $wrong
	is "$rc/$([ -e "$T/none" ]; echo $?)" 2/1 "export site $wrong: exit code 2, nothing written"
done
kduel export site "$T/site"
is $rc 0 "an earlier export is renewed"
mkdir "$T/mine" && echo x >"$T/mine/file"
kduel export site "$T/mine"
is "$rc/$(ls "$T/mine")" 2/file "a directory that is not an export is left alone"
cp -a "$T/site" "$T/linked"
echo precious >"$T/precious"
ln -sf "$T/precious" "$T/linked/index.html"
kduel export site "$T/linked"
is "$rc $(cat "$T/precious")" "2 precious" "a link in an earlier export is not written through"
like "$err" "linked/index\\.html is a link" "a link in an earlier export: the error names it"
rm -r "$T/linked/api" "$T/linked/index.html"
ln -s "$T/mine" "$T/linked/api"
kduel export site "$T/linked"
is "$rc $(ls "$T/mine")" "2 file" "a link to a directory is not written through"
kduel export site "$T/mine/file/x"
[ $rc != 0 ] && [ -n "$err" ]
ok $? "a place where no directory can be: a reason"

# Samples.
count=$(sql 'select count(*) from sample')
kduel export csv
is "$rc/$(sed 1d <<<"$out" | wc -l)" "0/$count" "every sample is a line of CSV"
is "$(cut -d, -f14 <<<"$out" | sed 1d | awk '{ s += $1 } END { printf "%.6g", s }')" \
	"$(sql 'select value from sample' | awk '{ s += $1 } END { printf "%.6g", s }')" "CSV has the value of every sample"
kduel export json "$id"
is "$(jq '[.campaigns[].samples | length] | add' <<<"$out")" \
	"$(sql "select count(*) from sample s join variant v on v.id = variant join campaign c on c.id = campaign where uuid = '$id'")" \
	"JSON of one campaign has its samples"
kduel export json --output "$T/all.json"
is "$(jq '.campaigns | length' "$T/all.json")" 2 "a file, of all campaigns"
cp "$T/all.json" "$T/kept.json"
kduel export json nosuch --output "$T/kept.json"
[ $rc != 0 ] && cmp -s "$T/all.json" "$T/kept.json"
ok $? "a file that cannot be renewed is not changed"
is "$(find "$T" -maxdepth 1 -name '*.part-*')" "" "a file that cannot be renewed: no partial file is left"
ln -s /dev/full "$T/full"
kduel export csv --output "$T/full"
[ $rc != 0 ] && [ -n "$err" ]
ok $? "no room: a reason"
mkfifo "$T/pipe"
cat "$T/pipe" >"$T/piped" &
kduel export csv --output "$T/pipe"
wait $!
is "$rc/$(sed 1d "$T/piped" | wc -l)/$(find "$T/pipe" -type p | wc -l)" "0/$count/1" "a pipe is written to, not replaced"

# A copy.
kduel export sqlite "$T/copy.db"
is $rc 0 "a copy of the database"
is "$(sqlite3 "$T/copy.db" .dump | sha256sum)" "$(sql .dump | sha256sum)" "the copy has everything that the database has"
kduel export sqlite "$T/copy.db"
is $rc 2 "an existing copy is not overwritten"
like "$err" "copy.db exists: name a new file" "what is there is not overwritten: the error says so"

# Names with a slash have a file of their own. For a name that would leave the directory, only that page is left out.
sqlite3 "$KDUEL_DB" "update series set metric = 'a/b<x>' where metric = 'time'"
kduel export site "$T/slash"
is "$rc $(find "$T/slash/metric" -name '*a%2Fb<x>.html' | wc -l)" "0 1" "a name with a slash has its page"
unlike "$err" "lead nowhere" "a name with a slash: all links lead somewhere"
sqlite3 "$KDUEL_DB" "update series set metric = 'a/../b' where metric = 'a/b<x>'"
kduel export site "$T/odd"
is $rc 0 "a site with a name that climbs out of its directory"
like "$err" "links lead nowhere" "a name that climbs out of the site: a warning says that links lead nowhere"
ok "$([ -e "$T/odd/index.html" ] && [ -e "$T/odd/compare.html" ]; echo $?)" "a name that climbs out of the site: the other pages exist"
for bad in "" "site" "pdf x" "site a b" "sqlite" "csv --nosuch" "site $T/x --output y"; do
	# shellcheck disable=SC2086
	kduel export $bad
	[ $rc = 2 ] && [ -n "$err" ]
	ok $? "export ${bad//$T/DIR}: exit code 2 and a reason"
done
no_leftovers "nothing is left"
finish
