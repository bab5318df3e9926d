# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
# tap.sh: for shell tests: TAP output, a temporary directory $T, and kduel with a database of its own. Source it, and
# end with `finish`.
set -u
KDUEL=${KDUEL:-$PWD/kduel}
# shellcheck disable=SC2034 # for the scripts that source this
TOP=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
T=$(mktemp -d "${TMPDIR:-/tmp}/kduel-test-XXXXXX") || exit # with an empty $T, tests would write to /
export TMPDIR=$T/run KDUEL_DB=$T/kduel.db XDG_DATA_HOME=$T/data NO_COLOR=1
mkdir -p "$TMPDIR"
chmod 700 "$TMPDIR"
tests=0 failures=0
trap 'rm -rf "$T"' EXIT

ok() { # status name
	((tests++))
	if [ "$1" -eq 0 ]; then
		echo "ok $tests - $2"
	else
		((failures++))
		echo "not ok $tests - $2"
		shift 2
		[ $# -eq 0 ] || printf '%s\n' "$@" | tail -n 25 | sed 's/^/# /'
	fi
}

skip() { # name reason
	((tests++))
	echo "ok $tests - $1 # SKIP $2"
}

# What follows the name is printed with a failure.
is() { # got want name ...
	local r=0
	[ "$1" = "$2" ] || r=1
	ok $r "$3" "${@:4}" "got:  $1" "want: $2"
}

like() { # text pattern name ...
	local r=0
	grep -qE -- "$2" <<<"$1" || r=1
	ok $r "$3" "${@:4}" "no line matches: $2" "$1"
}

unlike() { # text pattern name ...
	local r=0
	grep -qE -- "$2" <<<"$1" && r=1
	ok $r "$3" "${@:4}" "a line matches: $2" "$1"
}

# Run a function with checks of what must happen within a few seconds. A busy host may stand still for longer, or be slow
# for minutes: checks that fail are tried again after a while, and the last try counts.
timed() { # function
	local timed_n=$tests timed_bad=$failures timed_try
	for timed_try in 1 2 3 4; do
		tests=$timed_n failures=$timed_bad
		"$1" >"$T/timed"
		[ $failures -gt "$timed_bad" ] && [ $timed_try -lt 4 ] || break
		echo "# $1 failed and is tried again:"
		sed 's/^/#   /' "$T/timed"
		sleep $((timed_try * 20))
	done
	cat "$T/timed"
}

# Run kduel; sets out, err and rc.
# shellcheck disable=SC2034
kduel() {
	"$KDUEL" "$@" >"$T/out" 2>"$T/err" </dev/null
	rc=$?
	out=$(cat "$T/out")
	err=$(cat "$T/err")
}

# The plan of a nightly campaign with two fake kernels; its other keys come from standard input.
nightly() { # figures of the new kernel, as a multiple of the old one's
	cat <<-YAML
	name: nightly
	target: {kind: fake}
	variants:
	  - {name: ref, fake: {boot_sd: 0.003, iter_sd: 0.003}}
	  - {name: new, fake: {scale: $1, boot_sd: 0.003, iter_sd: 0.003}}
	baseline: ref
	YAML
	cat
}

# Give a plan timeouts that are not reached even on a busy host, for boots under emulation beside other tests.
patient() { # plan
	sed -E '/^target:/s/\}$/, boot_timeout: 15m, agent_timeout: 15m}/
		s/^  kind: qemu$/&\n  boot_timeout: 15m\n  agent_timeout: 15m/
		/^workloads:/,/^[a-vx-z]/ {
			/^  - boot$/b
			s/^(  - [a-z0-9-]+: *\{)/\1timeout: 30m, setup_timeout: 30m, /
			s/^  - ([a-z0-9-]+)$/  - \1: {timeout: 30m, setup_timeout: 30m}/
			s/^  - [a-z0-9-]+:$/&\n      timeout: 30m\n      setup_timeout: 30m/
		}' "$1"
}

# Wait until a command succeeds, for at most ten minutes, as the machine may be busy.
await() { # command...
	local end=$((SECONDS + 600))
	until "$@"; do
		[ $SECONDS -lt $end ] || return
		sleep 0.05
	done
}

# Has a table at least that many rows (with a condition)? Works even before there is a database.
has_rows() { # at least, table [where ...]
	[ -e "$KDUEL_DB" ] && [ "$(sql "select count(*) from $2" 2>/dev/null || echo 0)" -ge "$1" ]
}

# Run kduel and kill it with SIGKILL after a delay in seconds, counted from its start or, with a leading
# "+", from when its campaign is in the database.
kduel_killed_after() { # delay arguments...
	local pid delay=$1
	shift
	"$KDUEL" "$@" >/dev/null 2>&1 </dev/null &
	pid=$!
	if [ "${delay#+}" != "$delay" ]; then
		await has_campaign
	fi
	sleep "${delay#+}"
	kill -9 $pid 2>/dev/null
	wait $pid 2>/dev/null
}

has_campaign() { has_rows 1 campaign; }

sql() { sqlite3 -readonly "${2:-$KDUEL_DB}" "$1"; }

# Has this test left no run directory, supervisor or QEMU? Sets left.
clean() {
	left=$(find "$TMPDIR" -mindepth 1 -maxdepth 1; pgrep -af "$T" | grep -v pgrep)
	[ -z "$left" ]
}

no_leftovers() { # name
	local left=
	await clean
	is "$left" "" "$1"
}

finish() {
	echo "1..$tests"
	[ $failures -eq 0 ]
	exit
}
