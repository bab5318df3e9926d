#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Expectations in a plan: they are checked in every boot, shown in every format and on the pages, and decide about the
# exit code.
# shellcheck source=tests/tap.sh
. "$(dirname "$0")/../tap.sh"

plan() { # expectations of b, one a line; its fake; more keys
	cat <<-YAML
	name: expecting
	target: {kind: fake}
	variants:
	  - {name: a, fake: {boot_sd: 0, iter_sd: 0}}
	  - name: b
	    fake: {boot_sd: 0, iter_sd: 0${2-}}
	    expect:
	$(sed 's/^/      - /' <<<"$1")
	baseline: a
	workloads: [fork-exec, mm-selftests]
	boots: 3
	iterations: 2
	fail_on: none
	seed: 7
	${3-}
	YAML
}
expects() { jq -r '.expectations[] | [.variant, .expected, .verdict, .boots_pass, .boots_fail, .boots_cannot_say] | @tsv' <<<"$out"; }

good='no-warning
"dmesg: Linux version"
no-dmesg: Failed to split*map
dmesg/bbm: not det*
fork-exec/time > 0 s
meminfo/mem_total >= 1
selftests: no regression'
plan "$good" >"$T/good.yaml"
kduel run --quiet "$T/good.yaml"
is $rc 0 "all expectations hold"
like "$out" '== What the plan expects ==' "text has a table"
is "$(grep -c 'All 7 expectations hold' <<<"$out")" 1 "text has one sentence about the expectations"
kduel compare --format json
is "$(expects | cut -f 1-4)" "b	no-warning	pass	3
b	dmesg: Linux version	pass	3
b	no-dmesg: Failed to split*map	pass	3
b	dmesg/bbm: not det*	pass	3
b	fork-exec/time > 0 s	pass	3
b	meminfo/mem_total >= 1	pass	3
b	selftests: no regression	pass	0" "JSON has them in the plan's order, with how many boots say so"
like "$(jq -r '.expectations[1].evidence' <<<"$out")" '^Linux version 0.0.0-fake' "evidence is the line"
like "$(jq -r '.expectations[4].evidence' <<<"$out")" '^[0-9.e-]+ s \(fork-exec\)' "JSON: evidence can be the value, with the workload"
like "$(jq -r '.expectations[6].evidence' <<<"$out")" '^[0-9]+ failed of -?[0-9]+ that ran; baseline: ' "JSON: evidence can be both sides' tests"
is "$(jq .exit_code <<<"$out")" 0 "JSON has the exit code"

# Each kind can fail, whatever --fail-on says.
bad='dmesg: BBM Level [23]
no-dmesg: Booting Linux
dmesg/bbm: BBM*
fork-exec/time < 0.000000001 s
selftests: no regression'
plan "$bad" ", scale: 3" >"$T/bad.yaml"
kduel run --quiet "$T/bad.yaml"
is $rc 1 "expectations that fail are exit code 1, though fail_on is none"
kduel compare --format json
is "$(expects | cut -f 3 | sort | uniq -c | tr -s ' ')" " 5 fail" "all five expectations fail"
is "$(jq -c '.expectations[0] | [.evidence, .boots_fail]' <<<"$out")" \
	'["no such line (3 of 3 boots, boot 1 is the first)",3]' "the evidence says in how many boots"
like "$(jq -r .conclusion <<<"$out")" '^Of 5 expectations 5 fail: b: dmesg: BBM Level' "the conclusion names the first"
like "$(jq -r '.finding[] | select(.kind == "worse").text' <<<"$out")" 'Of 5 expectations 5 fail' "the finding says how many expectations fail"
kduel compare
is "$(grep -c 'Of 5 expectations 5 fail' <<<"$out")" 1 "text has the sentence once"
like "$out" '^5 of 5 expectations fail; ' "text ends with how many expectations fail"
kduel compare --format junit
is "$(grep -c '<failure type="expectation"' <<<"$out")" 5 "JUnit has five failures"
xmllint --noout - <<<"$out" 2>"$T/xml" || [ ! -x "$(command -v xmllint)" ]
is "$(head -c 200 "$T/xml")" "" "JUnit is valid XML"
kduel compare --format markdown
like "$out" '\| b \| dmesg: BBM Level .*\| fail \|' "Markdown has a table"
kduel compare --format mail
like "$out" '^ +fail +b: no-dmesg: Booting Linux' "a mail has the failed expectations"
kduel export site "$T/site"
page=$(cat "$T"/site/campaign/*.html)
like "$page" 'What the plan expects</h2>' "the campaign's page has them"
is "$(grep -o '<span class="v worse">fail</span>' <<<"$page" | wc -l)" 5 "the campaign's page has five failed expectations"
like "$page" '<li class="worse">Of 5 expectations 5 fail' "the page has the finding"

# A boot that fails early cannot be checked, except that a panic violates no-warning.
plan 'no-warning
fork-exec/time > 0 s' ", fail: panic, fail_every: 3" >"$T/panic.yaml"
kduel run --quiet "$T/panic.yaml"
is $rc 1 "a panic fails no-warning"
kduel compare --format json
is "$(expects | cut -f 3-6)" "fail	2	1	0
cannot say	2	0	1" "and leaves the rest open"
plan 'no-dmesg: Kernel panic*
dmesg: sleeping function
dmesg: Kernel panic' ", fail: panic" >"$T/died.yaml"
kduel run --quiet "$T/died.yaml"
kduel compare --format json
is "$(expects | cut -f 3)" "fail
cannot say
pass" "the line that ended a boot is a line of the log; of all others nothing is known"
plan 'fork-exec/time > 0 s' ", fail: boot-timeout, fail_every: 3" "target: {kind: fake, boot_timeout: 1s}" |
	sed '2d' >"$T/open.yaml"
kduel run --quiet "$T/open.yaml"
is $rc 4 "an expectation that cannot be checked is exit code 4"
kduel compare --format junit
like "$out" '<error type="expectation" message="the boot ended with boot-timeout' "an error in JUnit"

# A plan with a single variant has nothing to compare, but may have expectations.
lone() { # expectation
	printf '%s\n' "name: lone" "target: {kind: fake}" "workloads: [fork-exec]" "boots: 2" \
		"variants:" "  - name: one" "    expect: ['$1']"
}
lone 'time > 0' >"$T/lone.yaml"
kduel run --quiet "$T/lone.yaml"
is $rc 0 "one variant that does"
like "$out" 'pass +one: time > 0' "one variant: its expectations are listed below its values"
lone 'time < 0.000000001' >"$T/lone.yaml"
kduel run --quiet --format json "$T/lone.yaml"
is $rc 1 "one variant that does not"
is "$(expects | cut -f 3)" fail "JSON of values has expectations"
kduel run --quiet --format junit "$T/lone.yaml"
like "$out" '<testsuites name="lone" tests="1" failures="1"' "JUnit of a campaign that compares nothing"

# Checks have names. A plan can declare some as impossible, which does not affect the exit code.
check='{check: 1 layout, expect: fork-exec/time > 0 s}
{check: 2 log, expect: "dmesg: Linux version"}
{check: 3 realm, cannot-run: needs a machine with CCA}'
plan "$check" >"$T/check.yaml"
kduel run --quiet "$T/check.yaml"
is $rc 0 "a check that cannot be made fails nothing"
like "$out" 'cannot run here +b: 3 realm; needs a machine with CCA' "a check that cannot be made is listed with the reason"
like "$out" 'All 2 expectations hold\. 1 check cannot be run here\.' "a check that cannot be made is not counted as one that holds"
kduel compare --format json
is "$(expects | cut -f 1-3)" "b	1 layout: fork-exec/time > 0 s	pass
b	2 log: dmesg: Linux version	pass
b	3 realm	cannot run here" "JSON has the names"
kduel compare --format junit
like "$out" 'tests="3" failures="0" errors="0" skipped="1"' "JUnit has one skipped"
like "$out" '<skipped message="needs a machine with CCA"/>' "JUnit: the skipped check has its reason"
plan '{check: 3 realm, cannot-run: needs a machine with CCA}' >"$T/check.yaml"
kduel run --quiet "$T/check.yaml"
like "$out" '1 check cannot be run here' "a check that is the only one and cannot be made is listed"
plan '{check: 1 layout, expect: fork-exec/time < 0.000000001 s}
{check: 3 realm, cannot-run: needs a machine with CCA}' >"$T/check.yaml"
kduel run --quiet "$T/check.yaml"
is $rc 1 "a named check that fails is exit code 1"
like "$out" 'Of 1 expectations 1 fails: b: 1 layout: ' "a named check that fails: its name is printed"

# In exact mode a boot runs one workload, and only the expectations about that one are checked.
sed 's/^fail_on: none/&\nexact: true/; s/, mm-selftests//' "$T/good.yaml" |
	grep -v selftests >"$T/exact.yaml"
kduel run --quiet "$T/exact.yaml"
is $rc 0 "exact: true"
kduel compare --format json
is "$(expects | cut -f 3 | sort -u)" pass "exact: every expectation of the boot's workload passes"

finish
