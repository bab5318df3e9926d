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
	for _ in $(seq 1200); do
		url=$(cat "$T/serve.out")
		[ -n "$url" ] && break
		sleep 0.05
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

# Send a request with the path verbatim, including dots; sets code, head and body.
# shellcheck disable=SC2034
status() { # method path [curl options]
	local method=$1 path=$2 how=(-X "$1")
	shift 2
	: >"$T/body"
	[ "$method" = HEAD ] && how=(-I)
	code=$(curl -s -m 30 --path-as-is "${how[@]}" -D "$T/head" -o "$T/body" -w '%{http_code}' "$@" "$url$path")
	head=$(tr -d '\r' <"$T/head")
	body=$(tr -d '\0' <"$T/body")
}

fetch() { curl -s -m 30 "$url$1"; }
