#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# SIGKILL at a random time during a campaign on the fake target, and often again after --resume: N (1000) times.
# shellcheck source=tests/torture/lib.sh
. "$(dirname "$0")/lib.sh"

plan >"$T/p.yaml"
reference "$T/want" run "$T/p.yaml" --tag branch=x

trial() {
	rm -f "$DB"* "$W"/err*
	: >"$W/before"
	start run "$T/p.yaml" --tag branch=x
	while :; do
		nap "$(random $((took * 21 / 20)))"
		kill -KILL "$pid" 2>/dev/null
		wait "$pid" 2>/dev/null
		if [ $? -eq 137 ]; then count 'kills'; else count 'were over before'; fi
		check_left
		stored_campaign || break
		check_stored "$W/before"
		cp "$W/committed" "$W/before"
		[ $((RANDOM % 3)) -eq 0 ] || break
		start run --resume latest
	done
	stored_campaign || count 'before the campaign was stored'
	check_resumed "$T/want" run --quiet "$T/p.yaml" --tag branch=x
}
trials "${N:-1000}"
total
