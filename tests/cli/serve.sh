#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The dashboard's server: pages, data, limits, slow clients, databases that cannot be read.
# shellcheck source=tests/tap.sh
. "$(dirname "$0")/../tap.sh"
# shellcheck source=tests/serve.sh
. "$TOP/tests/serve.sh"

nightly 1.1 >"$T/plan.yaml" <<-'YAML'
	workloads: [hackbench]
	collectors: []
	boots: 3
	iterations: 3
	seed: 7
YAML
kduel run --quiet "$T/plan.yaml"
id=$(sql 'select uuid from campaign')

serve
ok $? "the server says where it is"
status GET ""
is "$code" 200 "the overview"
for want in "Content-Security-Policy: default-src 'none'" 'X-Content-Type-Options: nosniff' \
	'X-Frame-Options: DENY' 'Referrer-Policy: same-origin' 'Cache-Control: no-cache'; do
	like "$head" "^$want" "header: $want"
done
unlike "$head" 'unsafe-|https?:' "the policy allows nothing inline and no other host"
for page in "campaign/$id" "campaign/$id/boot/1" "campaign/$id/boot/1/console" compare \
	"compare/$id.new/$id.ref" "campaign/$id/row/1/hackbench.hackbench.time"; do
	status GET "$page"
	is "$code" 200 "page ${page//$id/ID}"
done

# The API returns the same data as the commands print.
"$KDUEL" compare "$id" --format json >"$T/want"
fetch "api/v1/campaign/$id.json?sort=primary" | diff - "$T/want" >"$T/diff"
ok $? "JSON of a campaign is that of compare" "$(head -5 "$T/diff")"
"$KDUEL" compare "$id" --format csv --only regressions >"$T/want"
fetch "api/v1/campaign/$id.csv?sort=primary&only=regressions" | diff - "$T/want" >"$T/diff"
ok $? "CSV of filtered rows is that of compare" "$(head -5 "$T/diff")"
"$KDUEL" compare "$id:new" "$id:ref" --format markdown >"$T/want"
fetch "api/v1/compare.md?sort=primary&candidate=$id.new&baseline=$id.ref" | diff - "$T/want" >"$T/diff"
ok $? "Markdown of two variants is that of compare" "$(head -5 "$T/diff")"
"$KDUEL" show "$id" --format json >"$T/want"
fetch "api/v1/campaign/$id/boots.json" | cmp -s - "$T/want"
ok $? "boots are those of show"
"$KDUEL" history time --format json >"$T/want"
fetch "api/v1/history.json?metric=time" | cmp -s - "$T/want"
ok $? "a history is that of history"
fetch "api/v1/history/hackbench.hackbench.time.json" | cmp -s - "$T/want"
ok $? "a history by the metric's full name"
"$KDUEL" list --format json | cmp -s - <(fetch api/v1/campaigns.json)
ok $? "campaigns are those of list"
is "$(fetch "api/v1/campaign/$id/row/1/hackbench.hackbench.time.csv" | sed 1d | cut -d, -f8 | awk '{ printf "%.9g\n", $1 }' | sort)" \
	"$(sql "select value from sample m join series s on s.id = series where metric = 'time'" | awk '{ printf "%.9g\n", $1 }' | sort)" \
	"samples of a row are those of the database"
is "$(fetch "api/v1/campaign/$id/values.json?metric=time" | jq '[.values[].samples] | add')" \
	"$(sql "select count(*) from sample m join series s on s.id = series where metric = 'time' and not warmup and not tainted")" \
	"a value per boot, of all samples that count"
is "$(fetch "api/v1/campaign/$id/boot/1/console.txt")" "$("$KDUEL" show "$id" 1 --console)" "a console log"
for data in changes.json changes.csv metrics.json metrics.csv metric/hackbench.hackbench.time.json \
	noise.json noise.csv memory.json memory.csv campaigns.csv "campaign/$id/boot/1.csv" "campaign/$id/layout.json" "campaign/$id/tlb.csv" "campaign/$id/points.json" "campaign/$id/points.csv" "campaign/$id/creation.json" "campaign/$id/creation.csv" \
	"campaign/$id/boots.csv" "campaign/$id/boot/1.json" "compare/$id.new/$id.ref.json" \
	"compare/$id.new/$id.ref/hackbench.hackbench.time.json" "history/hackbench.hackbench.time.csv"; do
	status GET "api/v1/$data"
	is "$code" 200 "data ${data//$id/ID}"
	case $data in
	*json) jq -e .kind <<<"$body" >/dev/null; ok $? "data ${data//$id/ID}: JSON with a kind" ;;
	esac
done

# The index of the API: what there is and its parameters; others are refused.
index=$(fetch api/v1/)
is "$(jq -r .kind <<<"$index")" index "an index of the data"
is "$(jq '.data | length' <<<"$index")" "$(grep -c '^X_DATA(' "$TOP/reports/web/list.h")" "the index of the data lists all kinds"
is "$(fetch api/v1)" "$index" "the index of the data, without the final slash"
wrong=
while read -r path; do
	path=${path//:id/$id} path=${path//:n\//1/} path=${path//:n./1.}
	path=${path//:plan/p} path=${path//:machine/m} path=${path//:variant/v}
	path=${path//:candidate/$id.new} path=${path//:baseline/$id.ref} path=${path//:metric/hackbench.hackbench.time}
	status GET "${path#/}?nonsense=1"
	[ "$code" = 400 ] && grep -q "unknown parameter 'nonsense'" <<<"$body" || wrong+="$path $code;"
done < <(jq -r '.data[].path' <<<"$index")
is "$wrong" "" "a parameter that data do not take is refused and named, by each of them"
status GET "api/v1/campaigns.json?plan=nosuch"
is "$code/$(jq '.campaigns | length' <<<"$body")" 200/0 "campaigns of a plan"
is "$(fetch 'api/v1/campaigns.json?search=ref&limit=1' | jq '.campaigns | length')" 1 "campaigns of a search"
for wrong in limit=0 limit=x from=yesterday; do
	status GET "api/v1/campaigns.json?$wrong"
	is "$code" 400 "campaigns: $wrong is refused"
done
is "$(fetch api/v1/campaigns.json | jq -r '.campaigns[0].verdict')" \
	"$("$KDUEL" compare "$id" --format json | jq -r '[.finding[] | select(.kind != "scope")][0].kind')" \
	"the verdict in the list of campaigns is that of its finding"
status GET "campaign/$id?open=hackbench.hackbench.time&only=regressions"
like "$body" "api/v1/campaign/$id.json\?only=regressions\"" "a page's link to its data keeps the parameters that they support"
status GET "campaign/$id?utm_source=mail"
is "$code" 200 "pages take what others add to a link"

# Linked pages say what was compared, and link to more.
row=$(fetch "campaign/$id/row/1/hackbench.hackbench.time")
for what in '<dt>Candidate</dt><dd><strong>new</strong>' '<dt>Baseline</dt><dd><strong>ref</strong>' '<dt>Where</dt>' \
	"href=\"/campaign/$id\"" "href=\"/compare/$id.new/$id.ref\""; do
	like "$row" "$what" "a row's page: $what"
done
series=$(grep -oE '/history/hackbench.hackbench.time/[^"]*' <<<"$row" | head -1)
status GET "${series#/}"
is "$code" 200 "a row's page links to the history of this series"
is "$(fetch "api/v1$series.json" | jq -c '[.streams | length, .[0].variant]')" '[1,"new"]' "data of that history have this series only"
like "$(fetch "compare/$id.new/$id.ref")" '<dt>Plan</dt>' "a comparison has its plan"
for feed in changes nights; do
	status GET "feed/$feed.xml"
	is "$code" 200 "a feed of $feed"
	like "$head" '^Content-Type: application/atom\+xml' "a feed of $feed: is Atom"
done
like "$body" "urn:uuid:$id" "a feed of $feed: has the campaign"
like "$(fetch 'compare?search=ref')" "<option value=\"$id.new\">" "the form finds campaigns by words"
unlike "$(fetch 'compare?search=nosuch')" "<optgroup" "a search without a match finds no campaigns"

# A page that the client has already is not sent again (ETag).
status GET "campaign/$id"
etag=$(sed -n 's/^ETag: //p' <<<"$head")
status GET "campaign/$id" -H "If-None-Match: $etag"
is "$code/$body" "304/" "an unchanged page is not sent again"
"$KDUEL" tag "$id" branch=x 2>/dev/null >&2
kduel run --quiet "$T/plan.yaml"
is "$(fetch api/v1/campaigns.json | jq '.campaigns | length')" 2 "a new campaign appears"
unlike "$(fetch "campaign/$id")" 'Recent' "a first campaign has no history"
like "$(fetch campaign/latest)" '"History of hackbench/time"><svg class="spark"' "a second campaign has its history beside each row"

# Pages that do not exist, and requests that are not valid.
for page in nosuch campaign/00000000 api/v1/nosuch.json "campaign/$id/boot/99" "campaign/$id/row/9/x.y.z" \
	"campaign/$id/boot/1/nosuch" history/a.b.c.json; do
	status GET "$page"
	is "$code" 404 "404: ${page//$id/ID}"
done
for page in 'a%zz' 'campaign/%2e%2e' '../../../etc/passwd' 'assets/..%2f..%2fetc%2fpasswd' \
	'assets/%2e%2e/%2e%2e/etc/passwd' '?a=%00' '?=x' 'campaign/%c0%ae' 'api/v1/compare.json' \
	"campaign/$id?only=nosuch" "campaign/x" '?a=%ff' 'assets/..\..\x'; do
	status GET "$page"
	is "$code" 400 "400: ${page//$id/ID}"
	unlike "$body" root: "${page//$id/ID}: no file of this machine is served"
done
status GET "nosuch/%3Cscript%3Ealert(1)%3C/script%3E"
unlike "$body" '<script>alert' "the error of a missing page does not repeat markup"
is "$(fetch 'api/v1/x%zz' | jq -r .kind)" error "errors of data are JSON"
status HEAD ""
is "$code" 200 "HEAD"
status PUT ""
is "$code" 405 "no other method"
like "$head" '^Allow: GET, HEAD' "another method: the answer has the methods that are allowed"
status GET "$(head -c 40000 /dev/zero | tr '\0' a)"
is "$code" 414 "a URL that is too long"
status GET "" -H "X: $(head -c 40000 /dev/zero | tr '\0' a)"
is "$code" 431 "a header that is too long"
status GET "?$(seq -s '&' -f 'k%g=1' 100)"
is "$code" 400 "too many values in a URL"
status GET "" -H 'Host: evil.example'
is "$code" 421 "a name that is not ours"
status POST edit/tag -d "campaign=$id&key=branch&value=y"
is "$code" 403 "a read-only server refuses changes"
is "$(sql "select count(*) from tag where value = 'y'")" 0 "a read-only server: nothing was changed"
sql '.dump' >"$T/before"
fetch "" >/dev/null
fetch "changes?state=confirmed" >/dev/null
sql '.dump' | cmp -s - "$T/before"
ok $? "reading changes nothing"

# A hundred clients that send one byte and wait do not block others.
fds=()
for _ in $(seq 100); do
	exec {fd}<>"/dev/tcp/127.0.0.1/$port" && fds+=("$fd")
	printf 'GET / HTTP/1.1\r\nX-' >&"$fd"
done
is ${#fds[@]} 100 "a hundred slow connections"
for i in 1 2 3 4 5 6 7 8; do
	printf a >&"${fds[0]}" # idle for 15 s it would be hung up on
	status GET "campaign/$id?n=$i" -m 12
	[ "$code" = 200 ] || break
done
is "$code" 200 "with a hundred slow connections, others are served"
printf 'b: c\r\nHost: localhost\r\n\r\n' >&"${fds[0]}"
IFS= read -r -t 60 line <&"${fds[0]}"
like "$line" '^HTTP/1.1 200' "a slow one as well, in the end"
for fd in "${fds[@]}"; do exec {fd}>&-; done

stop
is $rc 0 "ended by a signal, it is well"
is "$(cat "$T/serve.err")" "" "ended by a signal, the server printed no warning"

# Databases that cannot be read: a page says why, a line is logged, and the server goes on.
serve
status GET ""
mv "$KDUEL_DB" "$T/away.db"
status GET ""
is "$code" 503 "a database that went away"
like "$body" 'no such database' "a database that went away: the page says so"
like "$(cat "$T/serve.err")" 'no such database' "a database that went away: the log says so"
head -c 100000 /dev/urandom >"$KDUEL_DB"
status GET ""
is "$code" 503 "a file that is not a database"
cp "$T/away.db" "$KDUEL_DB"
sqlite3 "$KDUEL_DB" 'pragma user_version = 1000'
status GET ""
is "$code" 503 "a database of a newer kduel"
like "$body" 'newer kduel' "a database of a newer kduel: the page says so"
is "$(fetch api/v1/campaigns.json | jq -r .kind)" error "a database of a newer kduel: data are an error"
sqlite3 "$KDUEL_DB" 'pragma user_version = 1'
status GET ""
is "$code" 503 "an older database is not brought up to date by a page"
is "$(sqlite3 "$KDUEL_DB" 'pragma user_version')" 1 "an older database is not changed by a page"
status GET login
is "$code" 404 "a page without data is there"
rm "$KDUEL_DB"
cp "$T/away.db" "$KDUEL_DB"
status GET ""
is "$code" 200 "back again"
stop
is $rc 0 "the server has survived all of this"

# All pages of the database but the first are overwritten.
size=$(stat -c %s "$KDUEL_DB")
dd if=/dev/urandom of="$KDUEL_DB" bs=4096 seek=1 count=$((size / 4096 - 1)) conv=notrunc status=none
serve
status GET "campaign/$id"
is "$code" 503 "a damaged database"
stop

cp "$T/away.db" "$KDUEL_DB"
sqlite3 "$KDUEL_DB" >/dev/null 2>&1 <<-SQL &
	pragma journal_mode = delete;
	pragma locking_mode = exclusive;
	begin exclusive;
	.shell touch $T/locked; while [ ! -e $T/free ]; do sleep 0.05; done
	rollback;
SQL
locker=$!
await [ -e "$T/locked" ]
serve
status GET "" -m 60
is "$code" 503 "a locked database"
touch "$T/free"
wait $locker
status GET ""
is "$code" 200 "a database that was locked: pages work again afterwards"

# Where to listen.
kduel serve --listen "127.0.0.1:$port"
is $rc 3 "a port that is taken"
like "$err" 'cannot listen on .*in use' "a port that is taken: the error says why"
stop
kduel serve --listen nowhere:80
is $rc 2 "no place to listen at"
kduel serve --listen 127.0.0.1:99999
is $rc 2 "no port"
kduel serve --allow-edit
is $rc 2 "editing takes a token"
serve --host kduel.example
status GET "" -H "Host: kduel.example:$port"
is "$code" 200 "a name that was given"
stop

# A name with a slash is a name, in a URL and as a file.
sqlite3 "$KDUEL_DB" "update series set metric = 'l1d/refill' where metric = 'time'"
serve
for page in "campaign/$id/row/1/hackbench.hackbench.l1d%2Frefill" "history/hackbench.hackbench.l1d%2Frefill" \
	"metric/hackbench.hackbench.l1d%2Frefill" "api/v1/history/hackbench.hackbench.l1d%2Frefill.json"; do
	status GET "$page"
	is "$code" 200 "a slash in a name: ${page//$id/ID}"
done
status GET "campaign/$id"
like "$body" 'row/1/hackbench.hackbench.l1d%2Frefill' "a slash in a name: links to it are encoded"
kduel export site "$T/site"
unlike "$rc $err" '^[1-9]|lead nowhere' "a slash in a name: a site can be exported"
ok "$([ -s "$T/site/history/hackbench.hackbench.l1d%2Frefill.html" ]; echo $?)" "a slash in a name: the exported site has its file"
like "$(cat "$T/site/campaign/$id.html")" 'row/1/hackbench.hackbench.l1d%252Frefill.html' "a slash in a name: the exported site links to its file"
is "$(jq -r '.sides | length' "$T/site/api/v1/campaign/$id/row/1/hackbench.hackbench.l1d%2Frefill.json")" 2 "a slash in a name: the exported site has its data"
stop

# Published figures are shown; if their table cannot be read, everything else is.
cp -r "$TOP/configs" "$T/configs"
sed -i '0,/change: "/s//change: "x/' "$T/configs/published.yaml"
KDUEL_CONFIG_DIR=$T/configs serve
status GET "campaign/$id/row/1/hackbench.hackbench.l1d%2Frefill"
is "$code" 200 "with a broken table of published figures pages work"
like "$body" 'published</dt><dd>not known: .*published\.yaml:[0-9]+:[0-9]+: ' "a broken table of published figures: the page has the place"
like "$(cat "$T/serve.err")" 'published\.yaml:[0-9]+:[0-9]+: .*no published figures are shown' "a broken table of published figures: the log has the place"
stop

# The sparkline of a row ends with the campaign that is shown; up is slower.
sed 's/scale: 1.1,/scale: 1.5,/' "$T/plan.yaml" >"$T/slow.yaml"
export KDUEL_DB=$T/lately.db
kduel run --quiet "$T/plan.yaml"
kduel run --quiet "$T/plan.yaml"
kduel run --quiet "$T/slow.yaml"
serve
read -r first last < <(fetch campaign/latest | sed -n 's/.*time"><svg class="spark"[^>]*><path d="M[0-9.]* \([0-9.]*\)L[^"]* 117 \([0-9.]*\)".*/\1 \2/p' | head -1)
ok "$(awk -v a="${first:-0}" -v b="${last:-99}" 'BEGIN { exit !(b < a) }'; echo $?)" "the line of history ends at the newest" "${first:-none} to ${last:-none}"
stop

# Memory against guest RAM, as data.
sed -e 's/hackbench/boot/; s/collectors: .*/collectors: [meminfo]/' "$T/plan.yaml" >"$T/memory.yaml"
KDUEL_DB=$T/memory.db kduel run --quiet "$T/memory.yaml"
sqlite3 "$T/memory.db" "update boot set command = 'qemu-system-aarch64 -m 2048M -smp 2'"
want=$(KDUEL_DB=$T/memory.db "$KDUEL" compare --format json | jq -c '.blocks[0].rows[] | select(.metric == "mem_total") | .candidate_mean > .baseline_mean')
serve --db "$T/memory.db"
is "$(fetch api/v1/memory.json | jq -c '.comparisons[] | [.candidate, .ram_bytes, .ram_512_kb, .n_a, .n_b, (.mem_total_kb > 0)]')" \
	'["new",2147483648,4096,3,3,'"$want"']' "memory after boot, as JSON"
is "$(fetch api/v1/memory.csv | cut -d, -f3-5,9-12)" "candidate,baseline,ram_bytes,ram_512_kb,basis,n_a,n_b
new,ref,2147483648,4096,simulated,3,3" "memory as CSV"
like "$(fetch memory)" 'api/v1/memory.csv' "the memory page links to its CSV"
sqlite3 "$T/memory.db" "update boot set command = 'qemu-system-aarch64 -m 2398M -append ''a=1 mem=2048M'''"
is "$(fetch api/v1/memory.json | jq -c '[.comparisons[].ram_bytes]')" '[2147483648]' \
	"RAM is what the kernel may use of what QEMU has"
id=$(fetch api/v1/memory.json | jq -r '.comparisons[0].campaign')
is "$(fetch "api/v1/campaign/$id/memory.json" | jq -c '.comparisons[0] | [.ram_bytes,
	(.of_ram_512_percent - 100 * (.mem_total_kb | fabs) / .ram_512_kb | fabs < 1e-6)]')" '[2147483648,true]' \
	"of one campaign, with how much of RAM / 512 it is"
like "$(fetch "campaign/$id/memory")" 'RAM / 512' "memory of one campaign as a page"
sqlite3 "$T/memory.db" "update boot set command = 'qemu-system-aarch64 -m 1G' where variant = (select min(variant) from boot)"
is "$(fetch api/v1/memory.json | jq -c '.comparisons')" '[]' "sides with different RAM are no point"
sqlite3 "$T/memory.db" "update boot set command = 'qemu-system-aarch64 -m 1G'"
is "$(fetch api/v1/memory.json | jq -c '[.comparisons[].ram_bytes]')" '[1073741824]' "sides with the same are"
sqlite3 "$T/memory.db" "update boot set status = 'interrupted' where slot = 0"
is "$(fetch api/v1/campaign/latest/row/1/boot.meminfo.mem_total.json |
	jq -c '[.sides[].boots[] | [.boot, (.values | length > 0), (.left_out | length > 0)]] | sort | .[0:2]')" \
	'[[1,false,true],[2,true,false]]' "samples of a boot that failed are left out"
like "$(fetch "campaign/$id/row/1/boot.meminfo.mem_total")" "campaign/$id/memory\">Over memory" "a row of MemTotal leads there"
like "$(fetch api/v1/memory)" 'addresses that end in .json or .csv' "data without an ending: what to do"
stop

# Creation of the linear map, by memory size and release: a metric of exact mode, renamed from another.
cat >"$T/creation.yaml" <<-'YAML'
	name: creation
	target: {kind: fake, memory: [1G, 2G]}
	variants: [{name: new, fake: {scale: 0.5}}, {name: old}]
	baseline: old
	workloads: [boot]
	boots: 2
	fail_on: none
YAML
KDUEL_DB=$T/creation.db kduel run --quiet "$T/creation.yaml"
id=$(sql 'select uuid from campaign' "$T/creation.db")
serve --db "$T/creation.db"
like "$(fetch "campaign/$id/creation")" 'No variant of this campaign has counted it' "creation of the linear map: not counted"
is "$(fetch "api/v1/campaign/$id/creation.json" | jq -c .variants)" '[]' "creation of the linear map, not counted: no variants in the data"
stop
metric=$(sql "select metric from series where workload = 'boot' and is_primary and kind = 'time' order by id limit 1" "$T/creation.db")
sqlite3 "$T/creation.db" "
update series set source = 'tlbmodel', metric = 'kernel.map_instructions' where metric = '$metric';
insert into kernel (hash, release, arch, origin, config_hash) values
	('a', '6.12.117+deb13-arm64', 'arm64', '', ''), ('b', '6.9.0-arm64', 'arm64', '', '');
update variant set kernel = (select id from kernel where hash = iif(variant.name like 'new%', 'a', 'b'));
update boot set command = 'qemu-system-aarch64 -m ' ||
	(select substr(name, 5) from variant where id = boot.variant);"
serve --db "$T/creation.db"
is "$(fetch "api/v1/campaign/$id/creation.json" | jq -c '.variants[] | [.release, .variant, .line, .ram_bytes, .n]')" \
	'["6.9.0-arm64","old-1G","old",1073741824,2]
["6.9.0-arm64","old-2G","old",2147483648,2]
["6.12.117+deb13-arm64","new-1G","new",1073741824,2]
["6.12.117+deb13-arm64","new-2G","new",2147483648,2]' "creation of the linear map: oldest release first, then sizes"
is "$(fetch "api/v1/campaign/$id/creation.csv" | cut -d, -f1-6,9,10 | sed -n '1p;$p')" \
	"release,variant,line,cpu,ram_bytes,instructions,basis,n
6.12.117+deb13-arm64,new-2G,new,max,2147483648,$(fetch "api/v1/campaign/$id/creation.json" | jq -r '.variants[3].instructions'),simulated,2" \
	"creation of the linear map as CSV"
page=$(fetch "campaign/$id/creation")
is "$(grep -c 'class="line s' <<<"$page")" 2 "creation of the linear map: a line for each kernel over guest RAM"
is "$(grep -o 'text-anchor="end">[^<]* ([a-z]*)<' <<<"$page" | sed 's/.*>\(.*\)</\1/')" "6.9.0 (old)
6.12.117 (new)" "creation of the linear map: a bar for each kernel, oldest first"
like "$page" 'linear map of 2 GiB, by release' "creation of the linear map: bars are of the largest size that all have"
like "$(fetch "campaign/$id")" "campaign/$id/creation\">Creation of the map" "the campaign's page links to creation of the map"
like "$(fetch "campaign/$id/row/1/boot.tlbmodel.kernel.map_instructions")" "campaign/$id/creation\">By memory and release" \
	"a row of map_instructions links to the page of creation"
sqlite3 "$T/creation.db" "update kernel set release = '6.9.0-arm64-16k'"
unlike "$(fetch "campaign/$id/creation")" 'by release' "one release has no chart of releases"
stop

# A panic among other lines: each complaint is counted once.
sed 's/scale: 1.1,/scale: 1.1, fail: panic,/' "$T/plan.yaml" >"$T/panic.yaml"
export KDUEL_DB=$T/panic.db
kduel run --quiet "$T/panic.yaml"
id=$(sql 'select uuid from campaign')
slot=$(sql "select slot + 1 from boot where status = 'panic' limit 1")
serve
fetch "api/v1/campaign/$id/boot/$slot/console.txt" >"$T/console"
fetch "campaign/$id/boot/$slot/console" >"$T/page"
like "$(cat "$T/page")" "<p>$(wc -l <"$T/console") lines, 4 of them complaints of the kernel" "a log says how many complaints it holds"
is "$(grep -c 'class="hit"' "$T/page")" 4 "a log marks its complaints, but no line of their traces"
status GET "campaign/$id/boot/99"
like "$body" "has no boot 99: 6 are planned" "a boot that does not exist"
stop

# The verdict of the first comparison is not that of the whole campaign.
cat >"$T/two.yaml" <<-'YAML'
	name: two
	target: {kind: fake}
	variants: [{name: a}, {name: b, fake: {scale: 0.8}}, {name: c, fake: {scale: 1.2}}]
	baseline: a
	compare: [{candidate: b, baseline: a}, {candidate: c, baseline: a}]
	workloads: [hackbench]
	collectors: []
	boots: 5
	iterations: 2
	seed: 7
YAML
export KDUEL_DB=$T/two.db
kduel run --quiet "$T/two.yaml"
is $rc 1 "better in one comparison, worse in the next"
serve
like "$(fetch "")" '>Latest comparison</p><h2>.*: better, but worse in another comparison</h2>' "the overview says both"
stop

# Stopped while pages are being made: accepted requests get an answer.
serve
for i in $(seq 30); do
	curl -s -o /dev/null -w '%{http_code}\n' "$url?n=$i" >>"$T/codes" &
done
sleep 0.05
stop
is $rc 0 "ended while pages are asked for"
wait
is "$(grep -cvE '^(200|503|000)$' "$T/codes") of $(grep -c . "$T/codes")" "0 of 30" "ended while pages are requested: each request is answered or refused"
no_leftovers "nothing is left"
finish
