#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Two hosts with one database: each has its own namespaces (processes, host name, mounts) and its own cache; every
# other time they share the temporary directory. At a random time the second host resumes the campaign that the
# first is running; then the first is killed or goes on; in the end the campaign must be complete. The claim of a
# host that is gone cannot be told from that of a slow one, so it has to expire. Every tenth trial waits for that;
# in the others the claim is made older by hand. N (20) times.
# shellcheck source=tests/torture/lib.sh
. "$(dirname "$0")/lib.sh"

if ! unshare -p -u -m -f --mount-proc true 2>/dev/null; then
	echo "two-hosts: cannot create namespaces (needs root?)" >&2
	exit 1
fi
# Longer boots, so that both hosts run at the same time.
plan | sed 's/15ms/150ms/g' >"$T/p.yaml"
reference "$T/want" run "$T/p.yaml" --tag branch=x

# Start kduel on a host, with the database of this worker; sets pid.
on_host() { # host arguments...
	local host=$1 tmp=$W/run
	shift
	[ $((trial % 2)) = 0 ] || tmp=$W/$host/run
	mkdir -p "$W/$host"/{cache,run}
	# shellcheck disable=SC2016 # is expanded inside
	HOME=$CANARY/home KDUEL_TORTURE=$MARK XDG_CACHE_HOME=$W/$host/cache TMPDIR=$tmp \
		unshare -p -u -m -f --kill-child --mount-proc bash -c 'hostname "$1"; shift; exec "$@"' _ "$host" \
		"$KDUEL" "$@" >"$W/out.$host" 2>"$W/err.$host" </dev/null &
	pid=$!
}

trial() {
	local first second what rc_first rc_second
	rm -f "$DB"* "$W"/err*
	: >"$W/before"
	on_host one run "$T/p.yaml" --tag branch=x
	first=$pid
	for _ in $(seq 200); do stored_campaign && break; sleep 0.02; done
	nap "$(random "$took")"
	what=$((RANDOM % 3))
	if [ $what = 0 ]; then
		kill -KILL "$first"
		count 'first killed'
	fi
	on_host two run --resume latest
	second=$pid
	if [ $what = 1 ]; then
		nap "$(random 500)"
		kill -KILL "$first" 2>/dev/null
		count 'first killed under way'
	fi
	[ $what = 2 ] && count 'both went on'
	wait "$first" 2>/dev/null
	rc_first=$?
	wait "$second" 2>/dev/null
	rc_second=$?
	[ $what != 2 ] || [[ " $RESULT " == *" $rc_first "* ]] || bad "the first host ends with $rc_first: $(tail -n 2 "$W/err.one")"
	case $rc_second in
	0|1|4) count 'second was let in' ;;
	3)
		count 'second was refused'
		grep -q '^kduel: .* on one since' "$W/err.two" || bad "the second is refused, without naming the first: $(tail -n 2 "$W/err.two")" ;;
	*) bad "the second host ends with $rc_second: $(tail -n 2 "$W/err.two")" ;;
	esac
	! grep -q 'UNIQUE\|constraint\|malformed' "$W"/err.* || bad "words of the database: $(grep -h 'UNIQUE\|constraint\|malformed' "$W"/err.*)"
	check_left
	check_stored
	cp "$W/committed" "$W/before"
	for _ in $(seq 80); do
		[ $((trial % 10)) = 0 ] || sqlite3 -cmd '.timeout 5000' "$DB" 'update claim set seen_ns = seen_ns - 301000000000'
		on_host two run --quiet --resume latest
		wait "$pid" 2>/dev/null
		rc=$?
		[ $rc = 3 ] || break
		sleep 5
	done
	came_to_its_end || bad "the second host ends with $rc: $(tail -n 2 "$W/err.two")"
	check_resumed "$T/want" run --quiet "$T/p.yaml" --tag branch=x
}
trials "${N:-20}"
total
