# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
# serve.sh: start, stop and query `kduel serve`, for the tests of the server. Source it after tap.sh.
server='' url='' port='' code='' head='' body='' rc=0
trap '[ -z "$server" ] || kill "$server" 2>/dev/null; rm -rf "$T"' EXIT

# Start kduel serve on any free port; sets url, port and server (its PID).
serve() {
	: >"$T/serve.out"
	"$KDUEL" serve --listen 127.0.0.1:0 "$@" >"$T/serve.out" 2>"$T/serve.err" </dev/null &
	server=$!
	url=''
	while [ -z "$url" ] && kill -0 "$server" 2>/dev/null; do
		sleep 0.05
		url=$(cat "$T/serve.out")
	done
	port=${url##*:}
	port=${port%%/*}
	[ -n "$url" ]
}

stop() { # sets rc to the exit status of the server
	kill "$server"
	wait "$server"
	# shellcheck disable=SC2034 # for the scripts that source this
	rc=$?
	server=''
}

# A busy host can stand still for so long that the server gives a connection up. Then there is no answer (000), and the
# request is sent once more.
# Send a request with the path verbatim, including dots; sets code, head and body.
# shellcheck disable=SC2034
status() { # method path [curl options]
	local method=$1 path=$2 how=(-X "$1")
	shift 2
	[ "$method" = HEAD ] && how=(-I)
	for _ in 1 2 3; do
		: >"$T/body"
		code=$(curl -s -m 600 --path-as-is "${how[@]}" -D "$T/head" -o "$T/body" -w '%{http_code}' "$@" "$url$path")
		[ "$code" = 000 ] || break
	done
	head=$(tr -d '\r' <"$T/head")
	body=$(tr -d '\0' <"$T/body")
}

fetch() { status GET "$1"; cat "$T/body"; }
