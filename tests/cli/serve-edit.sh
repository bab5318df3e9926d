#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Changing notes and tags in the dashboard: who may, from where, and hostile strings.
# shellcheck source=tests/tap.sh
. "$(dirname "$0")/../tap.sh"
# shellcheck source=tests/serve.sh
. "$TOP/tests/serve.sh"

evil='<script>alert("x")</script>&amp;'\''"],;=1+1'
night() { # number scale
	nightly "$2" >"$T/night.yaml" <<-YAML
	workloads: [hackbench]
	collectors: []
	boots: 2
	iterations: 2
	seed: $1
	YAML
	kduel run --quiet "$T/night.yaml" --tag date="$(printf '2026-03-%02d' "$1")"
}
for i in $(seq 1 10); do night "$i" 1.0; done
for i in $(seq 11 18); do night "$i" 1.2; done
id=$(sql 'select uuid from campaign order by id limit 1')
change=$("$KDUEL" changes --format json | jq -r '.changes[] | select(.metric == "time") | .id')

token=0123456789abcdef0123456789abcdef
echo short >"$T/token"
chmod 600 "$T/token"
kduel serve --allow-edit --token-file "$T/token"
is $rc 2 "a token that is too short"
echo $token >"$T/token"
chmod 644 "$T/token"
kduel serve --allow-edit --token-file "$T/token"
is $rc 3 "a token that others can read"
chmod 600 "$T/token"
serve --allow-edit --token-file "$T/token"
ok $? "the server starts"

notes() { sql 'select count(*) from change_note'; }

# Programs.
status POST edit/change -d "id=$change&state=confirmed"
is "$code/$(notes)" 403/0 "a change without the token is forbidden"
status POST edit/change -d "id=$change&state=confirmed" -H 'Authorization: Bearer 00000000000000000000000000000000'
is "$code/$(notes)" 403/0 "a change with another token is forbidden"
auth="Authorization: Bearer $token"
status GET "edit/change?id=$change&state=confirmed" -H "$auth"
is "$code/$(notes)" 404/0 "GET cannot change anything, with the token either"
status POST edit/change -d "id=$change&state=confirmed" -H "$auth" -H 'Sec-Fetch-Site: cross-site'
is "$code/$(notes)" 403/0 "a change from another site is forbidden"
status POST edit/change -d "id=$change&state=confirmed" -H "$auth" -H 'Origin: http://evil.example'
is "$code/$(notes)" 403/0 "a change from another origin is forbidden"
status POST edit/change -d "id=$change&state=confirmed" -H "$auth" -H 'Content-Type: text/plain'
is "$code/$(notes)" 415/0 "a change that is not sent as a form is refused"
status POST edit/change -d "id=$change&state=nonsense" -H "$auth"
is "$code/$(notes)" 400/0 "a state that does not exist"
status POST edit/change -d 'id=zzzz&state=confirmed' -H "$auth"
is "$code/$(notes)" 404/0 "a change that does not exist"
status POST edit/change -d "id=$change&text=$(head -c 3000 /dev/zero | tr '\0' a)" -H "$auth"
is "$code/$(notes)" 400/0 "a note without end"
status POST edit/change -d "text=$(head -c 20000 /dev/zero | tr '\0' a)" -H "$auth"
is "$code/$(notes)" 413/0 "a form without end"
status POST edit/change --data-urlencode "id=$change" -d state=confirmed --data-urlencode "text=$evil" -H "$auth"
is "$code/$(notes)" 200/1 "a change is confirmed, with a remark"
is "$(jq -r .kind <<<"$body")" "done" "a change is confirmed: the answer has it"
is "$(fetch 'api/v1/changes.json' | jq -r --arg id "$change" '.changes[] | select(.id == $id) | .state, .notes[0].text')" \
	"confirmed
$evil" "a change is confirmed: the remark is stored unchanged"
now() { fetch 'api/v1/changes.json?all=1' | jq -r --arg id "$change" ".changes[] | select(.id == \$id) | $1"; }
before=$(notes)
for bug in 'javascript:alert(1)' 'data:text/html,x' '//evil.example' 'https://a b' 'https://x"onmouseover=' "https://$(head -c 1000 /dev/zero | tr '\0' a)"; do
	status POST edit/change -d "id=$change" --data-urlencode "bug=$bug" -H "$auth"
	is "$code/$(notes)" "400/$before" "no bug: ${bug:0:30}"
done
status POST edit/change -d "id=$change" --data-urlencode "assignee=a
b" -H "$auth"
is "$code/$(notes)" "400/$before" "a name of two lines"
status POST edit/change -d "id=$change" --data-urlencode "bug=https://bugs.example/1?a=1&b='" -H "$auth"
is "$code/$(notes)" "400/$before" "an address with a quote"
bug='https://bugs.example/1?a=1&b=2'
status POST edit/change -d "id=$change" --data-urlencode "bug=$bug" --data-urlencode "assignee=$evil" --data-urlencode "author=$evil" -H "$auth"
is "$code" 200 "a bug, and who looks into it"
is "$(now '.assignee, .bug, .state, .notes[-1].author')" "$evil
$bug
confirmed
$evil" "a bug and an assignee are stored unchanged, and the state is as before"
page=$(fetch 'changes?all=1')
unlike "$page" '<script>alert' "the page has the names as text"
like "$page" '<a href="https://bugs.example/1\?a=1&amp;b=2" rel="nofollow">bug bugs.example/1' "the page has a link to the bug"
feed=$(fetch feed/changes.xml)
like "$feed" '<link rel="related" href="https://bugs.example/1\?a=1&amp;b=2"/>' "the feed links to it as well"
like "$feed" 'assigned to &lt;script' "the feed has the assignee"
status POST edit/change -d "id=$change&assignee=&text=gone" -H "$auth"
is "$(now '.assignee, .bug, .notes[-1].bug')" "
$bug" "an empty field takes away, a missing one does not"
status POST edit/change -d "id=$change&assignee=" --data-urlencode "bug=$bug" -H "$auth"
is "$code" 400 "a form that changes nothing"
sqlite3 "$KDUEL_DB" "delete from change_note where text = 'gone' or assignee != ''"
status POST edit/tag -d "campaign=$id&key=branch" --data-urlencode "value=$evil" -H "$auth"
is "$code" 200 "a tag is set"
"$KDUEL" tag "$id" | grep -qF "branch=$evil"
ok $? "a tag is set: kduel tag lists it"
status POST edit/tag -d "campaign=$id&key=branch&value=" -H "$auth"
is "$("$KDUEL" tag "$id" | grep -c branch)" 0 "a tag is set and removed again"
status POST edit/tag -d "campaign=$id&key=machine&value=x" -H "$auth"
is "$code" 400 "the machine of a campaign cannot be edited"
status POST edit/nosuch -d a=b -H "$auth"
is "$code" 404 "an action that does not exist"

# People: a session, and a CSRF token in each form.
status GET login
is "$code" 200 "a page to log in"
status POST login -d token=wrong-wrong-wrong-wrong
is "$code" 403 "a wrong token"
unlike "$head" '^Set-Cookie' "a wrong token gives no session"
status POST login -d "token=$token&back=//evil.example/"
is "$code" 303 "the token gives a session"
like "$head" '^Location: /$' "after login the redirect stays on this site"
like "$head" '^Set-Cookie: kduel=[0-9a-f]{32};.*HttpOnly; SameSite=Strict' "after login the session cookie is HttpOnly and SameSite=Strict"
cookie=$(sed -n 's/^Set-Cookie: \(kduel=[0-9a-f]*\);.*/\1/p' <<<"$head")
like "$(curl -s -i -b "$cookie" "$url")" 'Cache-Control: no-store' "pages of a session are not kept"
status POST edit/change -b "$cookie" -d "id=$change&state=dismissed"
is "$code/$(notes)" 403/1 "a cookie without the secret of a form"
status POST edit/change -b "$cookie" -d "id=$change&state=dismissed&csrf=00000000000000000000000000000000"
is "$code/$(notes)" 403/1 "a cookie with a wrong secret of a form"
csrf=$(curl -s -b "$cookie" "${url}changes?all=1" | grep -o 'name="csrf" value="[0-9a-f]*"' | head -1 | grep -o '[0-9a-f]\{32\}')
status POST edit/change -b "$cookie" -d "id=$change&state=dismissed&csrf=$csrf&back=/changes"
is "$code/$(notes)" 303/2 "a cookie with the secret of a page's form"
like "$(curl -s -b "$cookie" "${url}changes?all=1")" 'name="bug" type="url" maxlength="1000" value=""' "the form asks for the bug"
like "$head" '^Location: /changes' "a form redirects back to its page"
unlike "$(fetch changes?all=1)" csrf "readers see no forms"
status POST logout -b "$cookie" -d x=y
is "$code" 303 "logged out"
status POST edit/change -b "$cookie" -d "id=$change&state=confirmed&csrf=$csrf"
is "$code" 403 "logged out: a change is forbidden"
for i in $(seq 12); do status POST login -d "token=guess-$i"; done
is "$code" 429 "after many wrong tokens an address has to wait"
like "$(cat "$T/serve.err")" 'not the token' "too many wrong tokens: the log says so"
status POST login -d "token=$token"
is "$code" 303 "too many wrong tokens: the right token is still accepted"
status POST edit/tag -d "campaign=$id&key=branch&value=" -H "$auth"
is "$code" 200 "too many wrong tokens: a program with the right token is still accepted"

# Hostile strings from guests and plans.
stop
sqlite3 "$KDUEL_DB" "update campaign set name = '</title>$(printf %s "$evil" | sed "s/'/''/g")';
	update variant set cmdline = name || '<img src=x onerror=alert(1)>';
	update boot set detail = '<b>\"', status = 'panic' where slot = 1;
	insert or replace into fact select id, '<i>key', '<script>alert(1)</script>' from boot"
serve
for page in "" "campaign/$id" "campaign/$id/boot/2" changes metrics noise memory; do
	status GET "$page"
	is "$code" 200 "page ${page//$id/ID} with hostile words"
	unlike "$body" '<script>|<img|<b>"|<i>key' "page ${page//$id/ID} with hostile words: they are escaped"
done
is "$(fetch "api/v1/campaign/$id/boots.json" | jq -r .name)" "</title>$evil" "JSON has them to the letter"
is "$(fetch "api/v1/campaign/$id/boot/2.json" | jq -r '.facts["<i>key"]')" '<script>alert(1)</script>' "JSON has hostile facts unchanged"
like "$(fetch api/v1/campaigns.csv)" '"</title><script>alert\(""x""\)</script>&amp;' "CSV quotes them"
status GET "api/v1/campaigns.csv"
like "$head" '^Content-Type: text/csv' "CSV has the type text/csv"
stop
no_leftovers "nothing is left"
finish
