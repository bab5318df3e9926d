#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Odd requests all get an answer; nobody has to wait for a greedy client, a form or a full disk; compressed answers.
# shellcheck source=tests/tap.sh
. "$(dirname "$0")/../tap.sh"
# shellcheck source=tests/serve.sh
. "$TOP/tests/serve.sh"

token=0123456789abcdef0123456789abcdef
echo $token >"$T/token"
chmod 600 "$T/token"
auth="Authorization: Bearer $token"

# The first start: there is no database.
serve --allow-edit --token-file "$T/token"
like "$(cat "$T/serve.err")" 'no such database yet: `kduel run PLAN` makes it' "without a database the terminal says how to make one"
status GET ""
like "$code $body" '^503 ' "without a database a page has status 503"
like "$body" '<code>kduel run configs/demo.yaml</code>' "without a database a page says how to make one"
ok "$([ -f "$TOP/configs/demo.yaml" ]; echo $?)" "the plan that the page names exists"
unlike "$body" "$T" "without a database a page does not have the server's paths"
is "$(fetch api/v1/campaigns.json | jq -c '[.kind, .status]')" '["error",503]' "without a database data are JSON with status 503"
unlike "$(fetch api/v1/campaigns.json)" "$T" "without a database data do not have the server's paths"
status POST edit/tag -d "campaign=x&key=branch&value=y" -H "$auth"
is "$code" 503 "without a database a change has status 503"
is "$(ls "$KDUEL_DB" 2>/dev/null)" "" "without a database a change does not make one"

nightly 1.1 >"$T/plan.yaml" <<-'YAML'
	workloads: [hackbench]
	collectors: []
	boots: 2
	iterations: 2
	seed: 7
YAML
kduel run --quiet "$T/plan.yaml"
id=$(sql 'select uuid from campaign')
status GET ""
is "$code" 200 "a database that comes later is shown"

# Send raw text to the server; prints the status of each answer.
raw() {
	local fd
	exec {fd}<>"/dev/tcp/127.0.0.1/$port"
	printf '%b' "$1" >&"$fd"
	timeout 120 cat <&"$fd" | tr -d '\0\r' | sed -n 's,^HTTP/1.1 \([0-9]*\).*,\1,p' | paste -sd' '
	exec {fd}>&-
}
end='\r\nConnection: close\r\n\r\n'
host='\r\nHost: localhost'
many() { seq -s "$3" -f "$1" "$2"; } # format count separator

for n in 60 64 65 250 300 330 340 350 400 500 800 1000 1500 2000 2500; do
	status GET "?$(many 'a%g=1' $n '&')"
	[ $n -le 64 ] && want=200 || want=400
	is "$code" $want "$n values in a URL: an answer"
done
for n in 100 190 205 320 326 333 340 500 1000; do
	[ $n -lt 195 ] && want=200 || want=431
	is "$(raw "GET / HTTP/1.1$host\r\n$(many 'X%g: a' $n '\r\n')$end")" $want "$n header fields"
	is "$(raw "GET / HTTP/1.1$host\r\nCookie: $(many 'c%g=1' $n '; ')$end")" $want "$n cookies"
done
for n in 23000 23900 24100 24300 24600 40000 80000; do
	got="$(raw "GET / HTTP/1.1$host\r\nX: $(head -c $n /dev/zero | tr '\0' a)$end") \
$(raw "GET /$(head -c $n /dev/zero | tr '\0' a) HTTP/1.1$host$end")"
	[ $n -lt 24400 ] && want='200 404' || want='431 414'
	is "$got" "$want" "a header and a URL of $n bytes"
done
body=$'\r\nContent-Length: 3'
is "$(raw "GET / HTTP/1.1$host$body${end}a=b")" 200 "GET with a body"
is "$(raw "HEAD /metrics HTTP/1.1$host$body${end}a=b")" 200 "HEAD with a body"
is "$(raw "GET / HTTP/1.1$host\r\nTransfer-Encoding: chunked${end}3\r\na=b\r\n0\r\n\r\n")" 200 "GET with a body in chunks"
is "$(raw "GET / HTTP/1.1$host$body\r\n\r\na=bGET /metrics HTTP/1.1$host$end")" "200 200" "GET with a body: the next request on the connection is answered"
is "$(raw "GET / HTTP/1.1$host\r\nContent-Length: 100000$end")" 413 "GET with more body than a form has"
chunk="4000\r\n$(head -c 16384 /dev/zero | tr '\0' a)\r\n"
is "$(raw "GET / HTTP/1.1$host\r\nTransfer-Encoding: chunked$end$chunk${chunk}0\r\n\r\n")" 413 "GET with too large a body in chunks"
form='\r\nContent-Type: application/x-www-form-urlencoded'
is "$(raw "POST /edit/tag HTTP/1.1$host$form\r\n$auth\r\nTransfer-Encoding: chunked$end$chunk${chunk}0\r\n\r\n")" 413 "a form in too many chunks"
tag="campaign=$id&key=branch&value=chunks"
is "$(raw "POST /edit/tag HTTP/1.1$host$form\r\n$auth\r\nTransfer-Encoding: chunked$end$(printf %x ${#tag})\r\n$tag\r\n0\r\n\r\n")" 200 "a form in chunks"
is "$(sql "select value from tag where key = 'branch'")" chunks "a form in chunks is applied"
for target in http://localhost/ http://localhost HTTP://LOCALHOST:80/metrics 'http://127.0.0.1?sort=name'; do
	is "$(raw "GET $target HTTP/1.1\r\nHost: evil.example$end")" 200 "absolute: $target, whatever Host says"
done
for target in http://evil.example/ http://x@localhost/ http://localhost@evil.example/ http:///; do
	is "$(raw "GET $target HTTP/1.1$host$end")" 421 "absolute: $target"
done
is "$(raw "GET ftp://localhost/ HTTP/1.1$host$end")" 400 "a URL of another scheme"
is "$(raw "GET / HTTP/1.1$host$host$end")" 400 "two Host headers"
is "$(raw "GET / HTTP/1.1$host\r\nhost: evil.example$end")" 400 "two different Host headers"
is "$(raw "POST /login HTTP/1.1$host\r\nContent-Length: 4\r\nContent-Length: 5${end}abcde")" 400 "two lengths"
is "$(raw "POST /login HTTP/1.1$host\r\nContent-Length: 4\r\nTransfer-Encoding: chunked${end}0\r\n\r\n")" 400 "a length and chunks"
is "$(raw "POST /login HTTP/1.1$host\r\nTransfer-Encoding: gzip${end}abc")" 400 "a coding of the whole request"
# Requests whose length could be read in two ways (request smuggling) get one answer, then the connection is closed. The
# client may miss the answer, as it is still sending.
next="GET /metrics HTTP/1.1$host$end"
while IFS='|' read -r fields name; do
	is "$(raw "POST /login HTTP/1.1$host$fields\r\n\r\n")" 400 "$name"
	like "$(raw "POST /login HTTP/1.1$host$fields\r\n\r\n$next")" '^(400)?$' "$name: the next request is not answered"
done <<-'END'
	\r\nContent-Length : 4|a blank behind Content-Length
	\r\nTransfer-Encoding : chunked|a blank behind Transfer-Encoding
	\r\nTransfer-Encoding\t: chunked|a tab behind it
	\r\nX[]: y|brackets in a name
	\r\nX(y): z|a comment in a name
END
is "$(raw "POST /login HTTP/1.0$host\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")" 400 "chunks in HTTP/1.0"
slashes() { head -c "$1" /dev/zero | tr '\0' /; }
# A path may have a limited number of parts, as each is matched against each pattern.
is "$(raw "GET $(slashes 16)x HTTP/1.1$host$end")" 404 "16 parts of a path"
is "$(raw "GET $(slashes 17)x HTTP/1.1$host$end")" 400 "17 parts of a path"
is "$(raw "GET $(slashes 20000) HTTP/1.1$host$end")" 400 "20000 parts of a path"

# Compression as negotiated.
fetch "campaign/$id" >"$T/plain"
coded() { # Accept-Encoding -> coding of the answer
	curl -s -D "$T/head" -o "$T/coded" -H "Accept-Encoding: $1" "${url}campaign/$id"
	tr -d '\r' <"$T/head" | sed -n 's/^Content-Encoding: //p'
}
while IFS='|' read -r accept want; do
	is "$(coded "$accept")" "$want" "Accept-Encoding: $accept"
	case $want in
	gzip) gzip -dc "$T/coded" ;;
	zstd) zstd -dcq "$T/coded" ;;
	*) cat "$T/coded" ;;
	esac | cmp -s - "$T/plain"
	ok $? "Accept-Encoding: $accept: it is the same page"
	like "$(tr -d '\r' <"$T/head")" '^Vary: Accept-Encoding$' "Accept-Encoding: $accept: the answer has a Vary header"
done <<-'END'
	gzip, deflate, br, zstd|zstd
	gzip, deflate|gzip
	zstd;q=0.5, gzip|gzip
	zstd;q=0, gzip;q=0|
	gzip;q=0.2, identity|
	*|zstd
	*;q=0|
	br|
	GZIP|gzip
END
coded gzip >/dev/null
ok "$([ $(($(stat -c %s "$T/coded") * 2)) -lt "$(stat -c %s "$T/plain")" ]; echo $?)" "less than half as long"
gzip_tag=$(tr -d '\r' <"$T/head" | sed -n 's/^ETag: //p')
coded zstd >/dev/null
tag=$(tr -d '\r' <"$T/head" | sed -n 's/^ETag: //p')
status GET "campaign/$id"
plain_tag=$(sed -n 's/^ETag: //p' <<<"$head")
is "$(printf '%s\n' "$plain_tag" "$gzip_tag" "$tag" | sort -u | wc -l)" 3 "each content coding has its own ETag"
status GET "campaign/$id" -H "If-None-Match: W/$tag" -H 'Accept-Encoding: zstd'
is "$code/$body" "304/" "unchanged, compressed"
like "$head" "^ETag: $tag" "unchanged, compressed: the answer has its ETag"
like "$head" '^Vary: Accept-Encoding' "unchanged, compressed: the answer has a Vary header"
status GET "campaign/$id" -H "If-None-Match: $tag" -H 'Accept-Encoding: gzip'
is "$code" 200 "the tag of another coding is another"
css=$(grep -o 'assets/kduel-[0-9a-f]*.css' "$T/plain" | head -1)
is "$(curl -s --compressed "$url$css" | cmp - "$TOP/reports/assets/kduel.css")" "" "style, compressed"
like "$(curl -sI -H 'Accept-Encoding: gzip' "$url$css")" '^Content-Encoding: gzip' "style, compressed: the answer is gzip"
cookie=$(curl -s -i -d "token=$token" "${url}login" | sed -n 's/^Set-Cookie: \(kduel=[0-9a-f]*\);.*/\1/p')
unlike "$(curl -s -i -b "$cookie" -H 'Accept-Encoding: gzip' "${url}changes" | tr -d '\0')" '^Content-Encoding' "a page with a secret is not compressed"

# A form that waits for the database, for up to 15 s, does not block readers.
forms_wait() {
	local locker posts=() i
	rm -f "$T/locked" "$T/free" "$T/posts"
	sqlite3 "$KDUEL_DB" >/dev/null 2>&1 <<-SQL &
		begin immediate;
		.shell touch $T/locked; while [ ! -e $T/free ]; do sleep 0.05; done
		rollback;
	SQL
	locker=$!
	await [ -e "$T/locked" ]
	for i in $(seq 8); do
		curl -s -m 60 -o /dev/null -w '%{http_code}\n' -H "$auth" -d "campaign=$id&key=branch&value=$i" \
			"${url}edit/tag" >>"$T/posts" &
		posts+=($!)
	done
	sleep 0.3
	curl -s -m 60 -o /dev/null -w '%{http_code} %{time_total}\n' -H 'Connection: close' "${url}metrics?n=[1-20]" >"$T/readers"
	is "$(grep -c '^200' "$T/readers")" 20 "readers are served while forms wait"
	is "$(awk '$2 > 10' "$T/readers")" "" "readers are served while forms wait: within 10 s"
	is "$(grep -c . "$T/posts" 2>/dev/null)" 0 "no form was answered meanwhile"
	touch "$T/free"
	wait $locker
	wait "${posts[@]}"
	is "$(sort "$T/posts" | uniq -c | awk '{ print $2 ":" $1 }' | paste -sd' ')" 200:8 "all forms are applied in the end"
}
timed forms_wait

# Hundreds of incomplete requests from one address do not delay another client. If they did, it would wait until their
# deadline of 30 s.
half() { # text name
	local fds=() fd start=$EPOCHREALTIME slowest
	for _ in $(seq 700); do
		exec {fd}<>"/dev/tcp/127.0.0.1/$port" && fds+=("$fd")
		printf '%b' "$1" 1>&"$fd" 2>/dev/null
	done
	is ${#fds[@]} 700 "700 times $2"
	slowest=$(for i in $(seq 10); do
		curl -s -m 30 --interface 127.0.0.2 -o /dev/null -w '%{http_code} %{time_total}\n' "${url}noise?n=$i"
	done | sort -k2n | tail -1)
	like "$slowest" '^200 [0-4]\.' "700 times $2: another address is served at once" "$slowest, since $start"
	for fd in "${fds[@]}"; do exec {fd}>&-; done
}
half_a_header() { half 'GET / HTTP/1.1\r\nX-' "half a header"; }
half_a_form() { half "POST /login HTTP/1.1$host$form\r\nContent-Length: 100\r\n\r\ntok" "half a form"; }
half_nothing() { half '' "nothing"; }
ulimit -n 2048 2>/dev/null || ulimit -n "$(ulimit -Hn)"
trap '' PIPE # the server may hang up before all is written
timed half_a_header
timed half_a_form
timed half_nothing
trap - PIPE
stop
is $rc 0 "ended well after all that"

# With a full disk, existing data is still shown.
mkdir "$T/small"
if mount -t tmpfs -o size=4m tmpfs "$T/small" 2>/dev/null; then
	trap '[ -z "$server" ] || kill "$server" 2>/dev/null; umount "$T/small"; rm -rf "$T"' EXIT
	sqlite3 "$KDUEL_DB" "vacuum into '$T/small/k.db'"
	sqlite3 "$T/small/k.db" 'pragma journal_mode = wal' >/dev/null
	head -c 8M /dev/zero >"$T/small/fill" 2>/dev/null
	serve --db "$T/small/k.db" --allow-edit --token-file "$T/token"
	for page in "" "campaign/$id" metrics changes api/v1/campaigns.json; do
		status GET "$page"
		is "$code" 200 "a full disk: page ${page//$id/ID}"
	done
	status POST edit/tag -d "campaign=$id&key=branch&value=full" -H "$auth"
	is "$code" 503 "a full disk: a change has status 503"
	like "$body" 'full|No space left' "a full disk: the answer has the reason"
	rm "$T/small/fill"
	status POST edit/tag -d "campaign=$id&key=branch&value=roomy" -H "$auth"
	is "$code" 200 "with space again a change is made"
	like "$(fetch "campaign/$id")" roomy "with space again the page shows the change"
	stop
else
	skip "a full disk" "a small file system can only be mounted by root"
fi

# Editing in clear text, where others can listen in.
serve --listen 0.0.0.0:0 --allow-edit --token-file "$T/token"
like "$(cat "$T/serve.err")" 'token.*unencrypted.*proxy with HTTPS' "a token in clear text: a warning"
like "$url" '^http://127\.0\.0\.1:' "an address that a browser can be sent to"
stop
serve --listen 0.0.0.0:0
is "$(cat "$T/serve.err")" "" "a server without editing on all addresses: no warning"
stop
serve --listen '[::1]:0' --allow-edit --token-file "$T/token"
is "$(cat "$T/serve.err")" "" "editing on the loopback address: no warning"
stop
no_leftovers "nothing is left"
finish
