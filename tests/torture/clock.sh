#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The real-time clock is set while a campaign runs: forward or back, by a second to decades, from the Nth read of
# it on. One in three campaigns is also killed. Results, durations of boots, and the end of the campaign must not
# depend on the clock. Another SEED chooses other reads.
# shellcheck source=tests/torture/lib.sh
. "$(dirname "$0")/lib.sh"

STEPS=(-1 1 -61 61 -301 301 -3600 3600 -86400 86400 -2592000 -1700000000 1500000000 100000000)
plan >"$T/p.yaml"
reference "$T/want" run "$T/p.yaml" --tag branch=x

with_steps() { # command...
	SHIM_OP=clock SHIM_N=$n SHIM_STEP=$step LD_PRELOAD=$O/torture/shim.so "$@"
}

trial() {
	local what
	rm -f "$DB"* "$W"/err* "$W/before"
	n=$((1 + $(random 60)))
	step=${STEPS[$((trial % ${#STEPS[@]}))]}
	if ((trial % 3 == 0)); then
		with_steps start run "$T/p.yaml" --tag branch=x
		nap "$(random "$took")"
		kill -9 $pid 2>/dev/null
		wait $pid 2>/dev/null
		count 'killed'
	else
		with_steps go run "$T/p.yaml" --tag branch=x
		came_to_its_end || bad "$step s from look $n on: exit code $rc: $(tail -n 2 "$W/err")"
	fi
	if stored_campaign; then
		check_stored
		cp "$W/committed" "$W/before"
		what=$(query "select count(*) from boot where ended_ns - started_ns not between 0 and $((10 * SLOW)) * 1000000000")
		[ "$what" = 0 ] || bad "$step s from look $n on: $what boots took less than no time, or more than 10 s"
		! grep -qE ' ok, [0-9.]+(min|m|h|d)([ ,]|$)' "$W/err" || bad "$step s from look $n on: a boot of minutes"
	fi
	# Resume with the real clock: a claim or a campaign may now have a date in the future.
	[ -f "$W/before" ] || : >"$W/before"
	check_resumed "$T/want" run --quiet "$T/p.yaml" --tag branch=x
}
trials "${N:-84}"
total
