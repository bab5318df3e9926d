#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The 1st to Nth (200) write, fsync, rename, mkdir and open of kduel fails: in a campaign, and while the cache is
# filled. N=20 is shorter, FROM=101 starts there, OPS="write" tries one kind of call only.
# shellcheck source=tests/torture/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/torture/cache.sh
. "$(dirname "$0")/cache.sh"

FROM=${FROM:-1} N=${N:-200}
read -ra OPS <<<"${OPS:-write fsync rename mkdir open}"
declare -A WHY=([write]="ENOSPC EIO" [fsync]="EIO ENOSPC" [rename]="EIO ENOSPC" [mkdir]="ENOSPC EACCES" [open]="EMFILE EIO")
declare -A NUMBER=([EIO]=5 [EACCES]=13 [EMFILE]=24 [ENOSPC]=28)
plan | sed 's/min_free: 0/min_free: 0, host_wait: 1s/' >"$T/p.yaml"
reference "$T/want" run "$T/p.yaml" --tag branch=x
reference_cache "$T/want.cache"
# Count the calls of each kind, so that no trial is run beyond the last one.
for op in "${OPS[@]}"; do
	export SHIM_OP=$op LD_PRELOAD=$O/torture/shim.so
	SHIM_LOG=$T/calls.campaign.$op reference /dev/null run "$T/p.yaml" --tag branch=x
	SHIM_LOG=$T/calls.cache.$op reference_cache /dev/null
	unset SHIM_OP LD_PRELOAD
done

# Set op, n and error of a trial: one kind of call after the other, with alternating errors. False if there are
# fewer calls; as their number differs a little from run to run, allow for three more.
chosen() { # campaign or cache
	local errors calls
	op=${OPS[$(((trial - 1) / N))]}
	n=$(((trial - 1) % N + FROM))
	calls=$(stat -c %s "$T/calls.$1.$op" 2>/dev/null || echo 0)
	read -ra errors <<<"${WHY[$op]}"
	error=${errors[$((n % 2))]}
	[ "$n" -le $((calls + 3)) ] && return
	count "with fewer calls of $op"
	return 1
}
with_fault() { # command...
	rm -f "$W/calls"
	SHIM_OP=$op SHIM_N=$n SHIM_ERRNO=${NUMBER[$error]} SHIM_LOG=$W/calls LD_PRELOAD=$O/torture/shim.so "$@"
	reached=$(($(stat -c %s "$W/calls" 2>/dev/null || echo 0) >= n))
}
# Any error must end kduel with a documented exit status and a message.
check_said() {
	case $rc in
	0|1|4) return ;;
	2|3) ;;
	*) bad "$error at $op $n: exit code $rc: $(tail -n 2 "$W/err")" ;;
	esac
	grep -q '^kduel: ' "$W/err" || bad "$error at $op $n: exit code $rc without a message"
}

in_campaign() {
	chosen campaign || return
	rm -f "$DB"* "$W"/err*
	: >"$W/before"
	with_fault go run "$T/p.yaml" --tag branch=x
	[ "$reached" = 1 ] || { count "with fewer calls of $op"; return; }
	count "$op in a campaign"
	check_said
	if stored_campaign; then
		check_stored
		cp "$W/committed" "$W/before"
		[ "$(query "select state from campaign")" != running ] || bad "$error at $op $n: ended with $rc, yet it is 'running'"
		came_to_its_end && [ "$(query "select count(*) from boot where status in ('ok', 'panic')")" != 20 ] &&
			bad "$error at $op $n: exit code $rc, but not all boots are stored"
	else
		came_to_its_end && bad "$error at $op $n: exit code $rc, and nothing is stored"
	fi
	check_resumed "$T/want" run --quiet "$T/p.yaml" --tag branch=x
}

in_cache() {
	chosen cache || return
	empty_cache
	with_fault fill
	[ "$reached" = 1 ] || { count "with fewer calls of $op"; return; }
	count "$op in filling a cache"
	check_said
	check_filled "$T/want.cache"
}

trial() { in_campaign; }
trials $((${#OPS[@]} * N))
trial() { in_cache; }
trials $((${#OPS[@]} * N))
total
