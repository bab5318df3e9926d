#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The dashboard below a prefix, behind nginx and Apache, configured as docs/DASHBOARD.md says.
# shellcheck source=tests/tap.sh
. "$(dirname "$0")/../tap.sh"
# shellcheck source=tests/serve.sh
. "$TOP/tests/serve.sh"
PATH=$PATH:/usr/sbin:/sbin

token=0123456789abcdef0123456789abcdef
echo $token >"$T/token"
chmod 600 "$T/token"
nightly 1.1 >"$T/plan.yaml" <<-'YAML'
	workloads: [hackbench]
	collectors: []
	boots: 2
	iterations: 2
	seed: 7
YAML
kduel run --quiet "$T/plan.yaml"
sqlite3 "$KDUEL_DB" "update series set metric = 'l1d/refill' where metric = 'time'"
id=$(sql 'select uuid from campaign')

for base in kduel /a//b /a/../b '/a b' '/a%20b' /a?b /campaign /edit/x /api /assets; do
	kduel serve --base "$base"
	is $rc 2 "--base $base is refused"
done
serve --base /
like "$url" '^http://127.0.0.1:[0-9]*/$' "--base / means no prefix"
stop

# Without a proxy.
serve --base /kduel/ --allow-edit --token-file "$T/token" --host kduel.example
like "$url" '^http://127.0.0.1:[0-9]*/kduel/$' "the address has the prefix"
top=${url%/kduel/}
is "$(curl -s -o /dev/null -w '%{http_code} %{redirect_url}' "$top/kduel?sort=name")" "308 $top/kduel/?sort=name" "a slash too few"
is "$(curl -s -o /dev/null -w '%{http_code}' "$top/kduelx/metrics")" 404 "a path that only begins like the prefix is not found"
is "$(curl -s "$top/campaign/$id")" "$(fetch "campaign/$id")" "a proxy may remove the prefix"

# Follow all links from the top page: each must be below the prefix, and exist.
crawl() { # URL of the server, curl options
	local top=$1 page link n=0
	shift
	declare -A seen=([/kduel/]=1)
	local todo=(/kduel/)
	: >"$T/lost"
	while [ $n -lt ${#todo[@]} ]; do
		page=${todo[n++]}
		[ "$(curl -s -m 30 "$@" -o "$T/page" -w '%{http_code}' "$top$page")" = 200 ] || echo "not there: $page" >>"$T/lost"
		case $page in
		*/assets/* | */api/*) continue ;;
		esac
		while read -r link; do
			case $link in
			/kduel/*) [ -n "${seen[$link]:-}" ] || { seen[$link]=1; todo+=("$link"); } ;;
			/*) echo "leaves the prefix: $link on $page" >>"$T/lost" ;;
			esac
		done < <(grep -oE ' (href|src|action)="[^"]*"' "$T/page" | sed 's/^[^"]*"//; s/"$//; s/&amp;/\&/g; s/#.*//')
	done
	is "$(sort -u "$T/lost" | head -5)" "" "all $n pages and data that are linked to are there"
	ok "$([ $n -gt 25 ]; echo $?)" "these are more than 25 pages"
	ok "$([ -n "${seen[/kduel/metric/hackbench.hackbench.l1d%2Frefill]:-}" ]; echo $?)" "one of these pages has a slash in its name"
}
crawl "$top"

# Log in, as a browser does at this address, and change a tag.
edit() { # name, origin of the page, URL, curl options
	local name=$1 origin=$2 at=$3 cookie csrf
	shift 3
	curl -s -m 30 -D "$T/head" -o "$T/body" -H "Origin: $origin" "$@" -d "token=$token&back=/changes" "$at/kduel/login"
	like "$(tr -d '\r' <"$T/head")" '^HTTP/1.1 303|^Location: (http://[^/]*)?/kduel/changes$' "$name: log in" "$(cat "$T/body")"
	like "$(tr -d '\r' <"$T/head")" '^Location: (http://[^/]*)?/kduel/changes$' "$name: login redirects to a page below the prefix"
	like "$(tr -d '\r' <"$T/head")" '^Set-Cookie: .*; Path=/kduel/;' "$name: the session cookie is for the prefix"
	cookie=$(sed -n 's/^Set-Cookie: \(kduel=[0-9a-f]*\);.*/\1/p' "$T/head")
	curl -s -m 30 "$@" -b "$cookie" "$at/kduel/campaign/$id" >"$T/page"
	like "$(cat "$T/page")" 'action="/kduel/edit/tag"' "$name: forms lead below the prefix"
	csrf=$(grep -o 'name="csrf" value="[0-9a-f]*"' "$T/page" | head -1 | grep -o '[0-9a-f]\{32\}')
	is "$(curl -s -m 30 -o /dev/null -w '%{http_code}' -H "Origin: $origin" "$@" -b "$cookie" \
		-d "campaign=$id&key=branch&csrf=$csrf&back=/campaign/$id" --data-urlencode "value=$name" "$at/kduel/edit/tag")" 303 "$name: a form is accepted"
	like "$("$KDUEL" tag "$id")" "branch=$name\$" "$name: a form is applied"
	for evil in http://evil.example http://kduel.example.evil.example null; do
		is "$(curl -s -m 30 -o /dev/null -w '%{http_code}' -H "Origin: $evil" "$@" -b "$cookie" \
			-d "campaign=$id&key=branch&csrf=$csrf&value=evil" "$at/kduel/edit/tag")" 403 "$name: a form from $evil is refused"
	done
}
edit "no proxy" "$top" "$top"
is "$(curl -s -o /dev/null -w '%{http_code}' -H 'Origin: http://127.0.0.1:9' -d "token=$token" "${url}login")" 403 "another port is another origin"
is "$(curl -s -o /dev/null -w '%{http_code}' -H 'Origin: http://kduel.example:9' -d "token=$token" "${url}login")" 403 "another port of a host name is another site"
is "$(curl -s -o /dev/null -w '%{http_code}' -H 'Origin: https://kduel.example' -H 'Sec-Fetch-Site: cross-site' -d "token=$token" "${url}login")" 403 "the browser knows best"
like "$(curl -s -i -H 'Origin: https://kduel.example' -d "token=$token" "${url}login")" '^Set-Cookie: .*; Secure' "a cookie of HTTPS stays with HTTPS"

# Print a code block of the documentation, with the port that kduel uses here.
doc() { # language
	sed -n "/^\`\`\`$1\$/,/^\`\`\`\$/p" "$TOP/docs/DASHBOARD.md" | sed "/^\`\`\`/d; s/127\.0\.0\.1:8080/127.0.0.1:$port/"
}
for program in nginx apache2; do
	command -v $program >/dev/null
	ok $? "$program is installed (tools/setup.sh)"
done
cat >"$T/nginx.conf" <<-CONF
	daemon off; master_process off; pid $T/nginx.pid; error_log $T/nginx.err;
	events {}
	http {
	access_log off;
	client_body_temp_path $T/n1; proxy_temp_path $T/n2; fastcgi_temp_path $T/n3; uwsgi_temp_path $T/n4; scgi_temp_path $T/n5;
	server { listen unix:$T/docs.sock;
	$(doc nginx)
	}
	server { listen unix:$T/defaults.sock; location /kduel/ { proxy_pass http://127.0.0.1:$port; } }
	server { listen unix:$T/strips.sock; location /kduel/ { proxy_pass http://127.0.0.1:$port/; } }
	}
CONF
nginx -c "$T/nginx.conf" 2>"$T/nginx.out" &
proxy=$!
trap 'kill "$proxy" "$server" 2>/dev/null; rm -rf "$T"' EXIT
await [ -S "$T/strips.sock" ]
ok "$([ -S "$T/strips.sock" ]; echo $?)" "nginx starts with the configuration of the docs" "$(cat "$T/nginx.out" "$T/nginx.err")"
public=http://kduel.example
crawl $public --unix-socket "$T/docs.sock"
crawl $public --unix-socket "$T/defaults.sock"
edit "nginx as documented" $public $public --unix-socket "$T/docs.sock"
edit "nginx by default" $public $public --unix-socket "$T/defaults.sock"
edit "nginx that removes the prefix" $public $public --unix-socket "$T/strips.sock"
edit "nginx at an address" http://127.0.0.1:9999 http://127.0.0.1:9999 --unix-socket "$T/defaults.sock"
is "$(curl -s --unix-socket "$T/docs.sock" -o /dev/null -w '%{http_code} %{redirect_url}' $public/kduel)" "308 $public/kduel/" "a slash too few"
is "$(curl -s --unix-socket "$T/docs.sock" -o /dev/null -w '%{http_code}' http://evil.example/kduel/)" 421 "the names that are ours count behind the proxy as well"
like "$(curl -s -I --unix-socket "$T/docs.sock" -H 'Accept-Encoding: gzip' $public/kduel/metrics)" '^Content-Encoding: gzip' "compressed pages pass"
kill $proxy
wait $proxy 2>/dev/null

modules=/usr/lib/apache2/modules
apache=
for _ in 1 2 3 4 5; do
	web=$((20000 + RANDOM % 20000))
	{
		for m in mpm_event authz_core alias headers proxy proxy_http; do
			echo "LoadModule ${m}_module $modules/mod_$m.so"
		done
		cat <<-CONF
			ServerName kduel.example
			ServerRoot $T
			DefaultRuntimeDir $T
			PidFile $T/apache.pid
			ErrorLog $T/apache.err
			DocumentRoot $T/run
			Listen 127.0.0.1:$web
			<VirtualHost *:$web>
			$(doc apache)
			</VirtualHost>
		CONF
	} >"$T/apache.conf"
	[ "$(id -u)" != 0 ] || printf 'User nobody\nGroup nogroup\n' >>"$T/apache.conf"
	apache2 -t -f "$T/apache.conf" >"$T/apache.out" 2>&1 || break
	apache2 -DFOREGROUND -f "$T/apache.conf" >>"$T/apache.out" 2>&1 &
	apache=$!
	trap 'kill "$apache" "$server" 2>/dev/null; rm -rf "$T"' EXIT
	for _ in $(seq 1200); do
		curl -s -o /dev/null "http://127.0.0.1:$web/" && break 2
		kill -0 $apache 2>/dev/null || break
		sleep 0.05
	done
	apache=
done
like "$(cat "$T/apache.out")" '^Syntax OK' "Apache accepts the configuration of the docs"
ok "$([ -n "$apache" ]; echo $?)" "Apache starts with the configuration of the docs" "$(cat "$T/apache.out" "$T/apache.err" 2>/dev/null)"
if [ -n "$apache" ]; then
	to="kduel.example:80:127.0.0.1:$web"
	crawl $public --connect-to "$to"
	edit "Apache as documented" $public $public --connect-to "$to"
	is "$(curl -s --connect-to "$to" -o /dev/null -w '%{http_code}' "$public/kduel")" 308 "a slash too few"
	kill $apache
	wait $apache 2>/dev/null
fi
stop

# Without --host, only the browser says which name the server has.
serve --base /kduel --allow-edit --token-file "$T/token"
is "$(curl -s -0 -o /dev/null -w '%{http_code}' -H 'Origin: https://kduel.example' -H 'Sec-Fetch-Site: same-origin' -d "token=$token" "${url}login")" 303 "a page that the browser knows to be ours"
is "$(curl -s -o /dev/null -w '%{http_code}' -H 'Origin: http://kduel.example' -H 'X-Forwarded-Host: kduel.example' -d "token=$token" "${url}login")" 303 "Apache's word"
like "$(curl -s -0 -H 'Origin: http://kduel.example' -d "token=$token" "${url}login")" 'kduel serve with --host' "a host that is not known: the message names --host"
stop

# A static copy works below any prefix, since it has no absolute links.
kduel export site "$T/site"
is "$(grep -rlE ' (href|src|action)="/' "$T/site" | head -3)" "" "a static copy has relative links only"
no_leftovers "nothing is left"
finish
