#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# `git bisect run kduel run --bisect-codes PLAN`: the commit that brought a regression.
# shellcheck source=tests/tap.sh
. "$(dirname "$0")/../tap.sh"
export GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@b GIT_COMMITTER_NAME=a GIT_COMMITTER_EMAIL=a@b
export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_SYSTEM=/dev/null

# The tree is a plan whose new kernel is what a commit would make of it.
plan() { # keys of the new one
	cat <<-YAML
	name: bisect
	target: {kind: fake}
	variants:
	  - {name: good, fake: {boot_sd: 0.003, iter_sd: 0.003}}
	  - {name: here, fake: {boot_sd: 0.003, iter_sd: 0.003, $1}}
	baseline: good
	workloads: [{hackbench: {groups: 2}}]
	boots: 4
	iterations: 3
	warmup: 1
	YAML
}
code() { # name, keys, code, options
	plan "$2" >"$T/one.yaml"
	# shellcheck disable=SC2086
	kduel run --quiet --bisect-codes ${4:-} "$T/one.yaml"
	is $rc "$3" "$1: $3" "$err"
}
code "the same" "scale: 1" 0
code "a regression" "scale: 1.2" 1
code "a regression that is not watched" "scale: 1.2" 0 "--fail-on none"
code "a kernel that never boots is skipped" "fail: panic" 125
code "one that panics now and then is bad" "fail: panic, fail_every: 2" 1
code "a plan with a mistake stops" "sclae: 1" 128
code "so does a pattern that fits nothing" "scale: 1" 128 "--fail-on no-such-metric"
plan "scale: 1" | sed 's/boots: 4/boots: 1/' >"$T/one.yaml"
kduel run --quiet --bisect-codes "$T/one.yaml"
is $rc 125 "too few boots for any verdict: skip"
kduel run --quiet --bisect-codes "$T/none.yaml"
is $rc 128 "no plan: stop"

git init -q "$T/tree"
cd "$T/tree" || exit
first_bad=
for i in $(seq 16); do
	case $i in
	7|12) plan "fail: panic" ;; # does not boot
	[1-9]|10) plan "scale: 1" ;;
	*) plan "scale: 1.2" ;;
	esac >plan.yaml
	echo "# $i" >>plan.yaml
	git add plan.yaml
	git commit -q -m "commit $i"
	[ "$i" != 11 ] || first_bad=$(git rev-parse HEAD)
done
git bisect start HEAD HEAD~15 >"$T/log" 2>&1
git bisect run "$KDUEL" run --quiet --bisect-codes plan.yaml >>"$T/log" 2>&1
like "$(cat "$T/log")" "^$first_bad is the first bad commit" "16 commits, two of which do not boot: the first bad one" "$(tail -3 "$T/log")"
ok "$(($(sql 'select count(*) from campaign') <= 16 ? 0 : 1))" "each commit is tested once at most"
finish
