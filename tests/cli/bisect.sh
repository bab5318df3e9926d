#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# `git bisect run kduel run --bisect-codes PLAN` finds the commit that caused a regression; `kduel bisect`.
# shellcheck source=tests/tap.sh
. "$(dirname "$0")/../tap.sh"
export GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@b GIT_COMMITTER_NAME=a GIT_COMMITTER_EMAIL=a@b
export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_SYSTEM=/dev/null

# The repository contains just the plan: a commit changes the behaviour of the new kernel in it.
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

# --- kduel bisect ----------------------------------------------------------------------------
# Kernels are built from a tiny tree; the Image tells the fake target how to behave.
# shellcheck source=tests/data/kernel-tree/tree.sh
. "$TOP/tests/data/kernel-tree/tree.sh"
export XDG_CACHE_HOME=$T/cache CCACHE_DISABLE=1
tree=$T/linux
g() { git -C "$tree" "$@"; }
git init -q -b main "$tree"
make_tree "$tree"
commit() { # subject, behaviour, text of the source
	echo "$2" >"$tree/behave"
	printf 'int n;\n%s\n' "${3:-}" >"$tree/init/main.c"
	g add . && g commit -q --allow-empty -m "$1"
}
commit "the base" "scale=1"
base=$(g rev-parse HEAD)
for i in $(seq 16); do
	case $i in
	8) commit "change $i" "scale=1" "this is no C; /* $i */" ;;
	12 | 13) commit "change $i" "scale=1.2 fail=panic" "/* $i */" ;;
	[1-9] | 10) commit "change $i" "scale=1" "/* $i */" ;;
	*) commit "change | $i" "scale=1.2" "/* $i */" ;;
	esac
done
at() { g rev-parse "main~$((16 - $1))"; }
variant() { # name, commit
	echo "  - {name: $1, fake: {boot_sd: 0.003, iter_sd: 0.003, kernel: {build: {git: \"\${git}\", ref: \"\${$2}\"}}}}"
}
bisect_plan() { # keys on standard input
	printf 'name: b\ntarget: {kind: fake}\nvariants:\n'
	variant new commit
	variant old good
	printf 'baseline: old\nworkloads: [{hackbench: {groups: 2}}]\nboots: 3\niterations: 3\nwarmup: 1\n'
	cat
}
bisect_plan <<<"" >"$T/b.yaml"
bisect() { kduel bisect --git "$tree" --plan "$T/b.yaml" --metric hackbench/time "$@"; }
# Everything in the repository that a bisection might change.
state() { g for-each-ref; GIT_OPTIONAL_LOCKS=0 g status --porcelain; cat "$tree/.git/HEAD"; stat -c %y "$tree/.git/index"; ls "$tree/.git"; }
g status >/dev/null
before=$(state)

bisect --dry-run "$base" main
is "$rc $out" "0 16 commits, about 4 steps and the test of BAD, 6 boots each" "--dry-run says how much there is to do" "$err"
bisect --dry-run main~2 main
is "$rc $out" "0 2 commits, about 1 step and the test of BAD, 6 boots each" "--dry-run with two commits: one step" "$err"
bisect --dry-run main~1 main
is "$rc $out" "0 1 commit, about 0 steps and the test of BAD, 6 boots each" "--dry-run with one commit: no step" "$err"
is "$(ls "$T/cache/kduel/kernels" 2>/dev/null) $(ls "$T/bisect" 2>/dev/null)" " " "--dry-run builds and writes nothing"

# Killed again and again, at arbitrary moments: the result is the same, and nothing is done twice. The delay before
# a kill grows, as a step takes longer under a sanitizer and on a loaded machine.
killed=0
for i in $(seq 60); do
	"$KDUEL" bisect --git "$tree" --plan "$T/b.yaml" --metric hackbench/time "$base" main --format json >"$T/json" 2>>"$T/talk" </dev/null &
	pid=$!
	after=$((i * 6 + i * 37 % 30)) # hundredths
	( sleep "$(printf '%d.%02d' $((after / 100)) $((after % 100)))"; kill -KILL $pid ) 2>/dev/null &
	killer=$!
	wait $pid 2>/dev/null
	rc=$?
	kill $killer 2>/dev/null
	[ $rc = 137 ] || break
	((killed++))
done
is $rc 0 "killed $killed times: kduel bisect finishes" "$(tail "$T/talk")"
ok "$((killed >= 3 ? 0 : 1))" "kduel bisect was killed three times or more"
first=$(at 11)
is "$(jq -r '.end, .range[]' "$T/json" | tr '\n' ' ')" "found $first " "the first bad commit, with some on the way that do not build or boot" "$(cat "$T/json")"
like "$(jq -r '.steps[] | select(.side == "skip") | .why' "$T/json")" \
	'^does not build: compilation failed with 2; see .*log, which ends in: .*init/main\.c:[0-9]+:[0-9]+: error: ' "a commit that does not build is skipped, and the reason is reported" "$(cat "$T/json")"
is "$(sql "select count(*) from (select campaign, slot from boot where status <> 'interrupted' group by 1, 2 having count(*) > 1)")" 0 "no boot was made twice"
is "$(sql "select count(*) from (select t.value, r.value from tag t join tag r on r.campaign = t.campaign and r.key = 'round'
	where t.key = 'commit' group by 1, 2 having count(*) > 1)")" 0 "no commit has two campaigns for one round"
is "$(grep -c 'build .*: done in' "$T/talk")" "$(find "$T/cache/kduel/builds/by-key" -type f | wc -l)" "no commit was built twice"
is "$(state)" "$before" "the repository is not changed"
no_leftovers "nothing is left"
jq -S 'del(.steps[] | .build_s, .boot_s, .campaigns)' "$T/json" >"$T/killed"
cp "$T/json" "$T/first.json"
KDUEL_DB=$T/other/kduel.db
mkdir "$T/other"
bisect "$base" main --format json
is "$(jq -S 'del(.steps[] | .build_s, .boot_s, .campaigns)' <<<"$out" | diff - "$T/killed")" "" "without kills the result is identical"
like "$err" 'bisect  16 commits left: about 4 steps, [0-9]+ boots, [0-9]' "kduel bisect says how much is left to do"
KDUEL_DB=$T/kduel.db

# Called again, it prints the whole result, without a boot.
n=$(sql 'select count(*) from campaign')
bisect "$base" main
is "$rc $(sql 'select count(*) from campaign')" "0 $n" "asked again: nothing is booted"
like "$out" "^$first change \| 11\$" "text: the first bad commit"
like "$out" "^${first:0:12} +[0-9]+\+[0-9]+ +\+(19|20)\.[0-9]+ % \[.*\] +bad " "text: the table of the steps"
is "$(grep -cE '^[0-9a-f]{12} ' <<<"$out")" "$(jq '.steps | length' "$T/first.json")" "text: the table has all steps"
id=$(jq -r .id "$T/first.json")
kduel bisect --resume "${id:0:6}" --format markdown
is $rc 0 "--resume ID" "$err"
like "$out" "^- $first change \\\\\| 11\$" "Markdown"
is "$(sed -n '/^| commit/,/^$/p' <<<"$out" | grep . | sed 's/\\|//g' | tr -cd '|\n' | sort -u)" "||||||||" "Markdown: every line of the table has all columns"

# Another bisection with the same plan and GOOD uses the stored boots.
bisect "$base" "$(at 15)"
is $rc 0 "another BAD" "$err"
like "$out" "^$first " "another BAD: the same first bad commit"
is "$(sql "select count(*) from (select value from tag where key = 'commit' group by 1 having count(*) > 1)")" 0 "another BAD: no commit is booted again"

# With commits that cannot be tested, the result is a range.
g checkout -q -b broken "$(at 9)"
for i in 10 11; do commit "broken $i" "scale=1" "this is no C; /* $i */"; done
commit "bad" "scale=1.2" "/* b */"
commit "worse" "scale=1.2" "/* c */"
bisect "$base" broken --format json
is "$rc $(jq -r .end <<<"$out")" "6 range" "skips beside the answer: a range, exit code 6" "$err"
is "$(jq -r '.range[]' <<<"$out" | tr '\n' ' ')" "$(g rev-list -3 broken~1 | tr '\n' ' ')" "skips beside the answer: the range has these three commits"
bisect "$base" broken
like "$out" 'The first bad commit is one of 3, since the other commits were skipped \(2 not built or booted, 0 undecided\)' "skips beside the answer: the text says why it is a range"

g checkout -q -b hangs "$base"
commit "panics" "scale=1 fail=panic" "/* p */"
commit "bad, too" "scale=1.2" "/* b2 */"
bisect "$base" hangs
is $rc 6 "a commit that does not boot is skipped" "$err"
like "$out" '^[0-9a-f]{12} .* skip .*panics \(no boot ended well: [0-9]+ panic\)$' "what does not boot is skipped: the table says why" "$out"
like "$out" 'one of 2, since the other commits were skipped \(1 not built or booted, 0 undecided\)' "what does not boot is skipped: the text has the range"

# A merge: the bad commit is on a side branch.
g checkout -q -b side "$base"
commit "side good" "scale=1" "/* s1 */"
commit "side bad" "scale=1.2" "/* s2 */"
bad=$(g rev-parse HEAD)
commit "side more" "scale=1.2" "/* s3 */"
g checkout -q -b trunk "$(at 2)"
g merge -q --no-commit --no-ff -s ours side >/dev/null 2>&1
commit "merge" "scale=1.2" "/* m */"
commit "after" "scale=1.2" "/* a */"
bisect "$base" trunk
is "$rc $(tail -n 1 <<<"$out")" "0 $bad side bad" "a merge: the commit of the branch" "$out$err"

# Commits that do not change the kernel are built, but not booted.
g checkout -q -b same "$base"
quiet() { # subject
	echo "$1" >"$tree/README"
	g add . && g commit -q -m "$1"
}
quiet "as GOOD"
commit "other, as fast" "scale=1" "/* q1 */"
quiet "as fast 1"
quiet "as fast 2"
commit "slow" "scale=1.2" "/* q2 */"
bad=$(g rev-parse HEAD)
for i in 1 2 3 4; do quiet "slow $i"; done
n=$(sql 'select count(*) from campaign')
bisect "$base" same --format json
is "$rc $(jq -r '.range[]' <<<"$out")" "0 $bad" "commits with the same kernel: the first bad one" "$out$err"
jq -r '.steps[] | select(.why == "") | .kernel' <<<"$out" | sort >"$T/booted"
is "$(uniq -d "$T/booted")" "" "commits with the same kernel: no kernel is booted twice"
is "$(sql 'select count(*) from campaign')" $((n + $(wc -l <"$T/booted"))) "commits with the same kernel: each booted kernel has one campaign" "$out"
told=$(jq -r '.steps[] | select(.why | startswith("same kernel as")) | [.side, .boots, (.campaigns | length)] | @tsv' <<<"$out")
like "$told" "^bad	0	0\$" "commits with the same kernel: steps that were not booted have the side of their kernel" "$out"
g checkout -q -b asgood "$(g rev-parse same~8)"
quiet "as GOOD, too"
bisect "$base" asgood
is "$rc $(sql 'select count(*) from campaign')" "6 $((n + $(wc -l <"$T/booted")))" "BAD has the kernel of GOOD: nothing is booted" "$err"
like "$out" '^BAD is not bad: same kernel as GOOD\.$' "BAD has the kernel of GOOD: the text says so" "$out"

# BAD is not bad.
g checkout -q -b below "$base"
for i in 1 2 3; do commit "below $i" "scale=1.00$((i - 1))" "/* below $i */"; done
bisect "$base" below
is $rc 6 "below the margin: exit code 6" "$err"
like "$out" 'BAD is not bad: its difference is below the margin, [-+][01]\.[0-9]+ % \[.*\]\.$' "below the margin: the text has the difference"
bisect "$base" below --format json
is "$(jq -r '.end, (.range | length), (.steps | length)' <<<"$out" | tr '\n' ' ')" "not-worse 3 1 " "below the margin: one test, and the whole range"
sed 's/boot_sd: 0.003/boot_sd: 0.5/g; s/^name: b/name: noisy/' "$T/b.yaml" >"$T/noisy.yaml"
kduel bisect --git "$tree" --plan "$T/noisy.yaml" --metric hackbench/time --max-boots 3 "$base" main
is $rc 6 "too noisy: exit code 6" "$err"
like "$out" 'since BAD itself is undecided after 6 boots: ' "too noisy: BAD gets twice the boots"

# Exact mode: GOOD is booted once for all steps.
bisect_plan <<<"exact: true" | sed '/^iterations/d; /^warmup/d' >"$T/exact.yaml"
kduel bisect --git "$tree" --plan "$T/exact.yaml" --metric time "$base" main --format json
is "$rc $(jq -r '.range[]' <<<"$out")" "0 $first" "exact mode" "$err"
is "$(sql "select count(*) from campaign c join tag b on b.campaign = c.id and b.key = 'bisect' join tag t on t.campaign = c.id
	and t.key = 'commit' and t.value = '$base' where c.plan_text like '%exact: true%'")" 1 "GOOD has one campaign"
is "$(jq -c '[.steps[] | select(.boots > 0) | .boots, .boots_good] | unique' <<<"$out")" "[3]" "three boots a step"

# Mistakes: named, exit code 2, nothing is built.
built=$(find "$T/cache/kduel/builds" | wc -l)
refused() { # name, pattern, arguments
	local name=$1 pattern=$2
	shift 2
	kduel bisect "$@"
	is "$rc $out" "2 " "$name: refused"
	like "$err" "$pattern" "$name: the error says why"
}
ask() { echo "--git $tree --plan $1 --metric ${2:-hackbench/time}"; }
# shellcheck disable=SC2046 # words
{
	refused "a metric that is not measured" "--metric: the plan measures no metric 'hackbench/tim', did you mean 'hackbench/time'" $(ask "$T/b.yaml" hackbench/tim) "$base" main
	refused "a group of --fail-on as metric" "--metric: the plan measures no metric 'primary'" $(ask "$T/b.yaml" primary) "$base" main
	refused "several metrics" "--metric: 'hackbench/\*' matches .*hackbench/time.*: name one" $(ask "$T/b.yaml" 'hackbench/*') "$base" main
	refused "no ancestor" "GOOD \([0-9a-f]{12}\) is not an ancestor of BAD" $(ask "$T/b.yaml") main "$base"
	refused "one commit" "GOOD and BAD are the same commit" $(ask "$T/b.yaml") main main
	refused "no such commit" "no commit 'nowhere'" $(ask "$T/b.yaml") nowhere main
	refused "an option as commit" "no commit '--all'" $(ask "$T/b.yaml") -- "$base" --all
	refused "no repository" "--git: there is no repository $T/none" --git "$T/none" --plan "$T/b.yaml" --metric time "$base" main
	refused "a directory that is not a repository" "not a git repository" --git "$T/run" --plan "$T/b.yaml" --metric time "$base" main
	sed 's/good}/best}/' "$T/b.yaml" >"$T/bad.yaml"
	refused "an unknown name in the plan" 'bad.yaml:5:[0-9]+: unknown .\$\{best., expected \$\{commit\}, \$\{good\} or \$\{git\}' $(ask "$T/bad.yaml") "$base" main
	{ sed '/name: old/q' "$T/b.yaml"; variant third good; sed '1,/name: old/d' "$T/b.yaml"; } >"$T/bad.yaml"
	refused "three variants" 'compares two variants, and the plan has 3' $(ask "$T/bad.yaml") "$base" main
	sed 's/commit}/good}/' "$T/b.yaml" >"$T/bad.yaml"
	refused "no variant of the commit" 'no variant is built from \$\{commit}' $(ask "$T/bad.yaml") "$base" main
	sed 's/^baseline: old/baseline: new/' "$T/b.yaml" >"$T/bad.yaml"
	refused "the wrong baseline" "'baseline' must be the variant built from ..good., 'old'" $(ask "$T/bad.yaml") "$base" main
	sed "0,/\${git}/s,\${git},$T/tree," "$T/b.yaml" >"$T/bad.yaml"
	refused "another repository" "variant 'new' is built from a repository other than --git" $(ask "$T/bad.yaml") "$base" main
	sed 's/^boots: 3/bots: 3/' "$T/b.yaml" >"$T/bad.yaml"
	refused "a mistake in the plan" "bad.yaml:[0-9]+:1: unknown key 'bots'" $(ask "$T/bad.yaml") "$base" main
	refused "no plan" "none.yaml: " $(ask "$T/none.yaml") "$base" main
	refused "no such bisection" "there is no bisection 'abcdef'" --resume abcdef
	refused "--resume with more" "--resume does not take commits" --resume "$id" --metric time
	refused "too few boots" "--max-boots must be at least 3" $(ask "$T/b.yaml") "$base" main --max-boots 2
	g checkout -q main && echo 'int dirty;' >>"$tree/init/main.c"
	refused "uncommitted changes" "has uncommitted changes, .*init/main.c" $(ask "$T/b.yaml") "$base" main
}
bisect --dirty "$base" main
is $rc 0 "--dirty" "$err"
g checkout -q init/main.c
is "$(find "$T/cache/kduel/builds" | wc -l)" "$built" "a refused bisection builds nothing"

# If GOOD or BAD cannot be tested, it is an error.
bisect "$base" "$(at 8)"
is $rc 2 "BAD does not build: exit code 2"
like "$err" "^kduel: $(at 8 | cut -c1-12): compilation failed" "BAD does not build: the error says so"
bisect "$base" "$(at 12)"
is $rc 4 "BAD does not boot: exit code 4"
like "$err" 'BAD \([0-9a-f]{12}\): no boot ended well: [0-9]+ panic' "BAD does not boot: the error has the statuses of its boots"
bisect "$(at 8)" main
is $rc 2 "GOOD does not build: exit code 2"
like "$err" 'GOOD \([0-9a-f]{12}\): compilation failed' "GOOD does not build: the error says so"

# With a damaged journal, the bisection starts again, with the boots that are stored.
journal=$T/bisect/$id.json
head -c 100 "$journal" >"$T/part" && cp "$T/part" "$journal"
n=$(sql 'select count(*) from campaign')
kduel bisect --resume "$id"
is $rc 3 "a damaged journal: --resume says so"
bisect "$base" main
is "$rc $(sql 'select count(*) from campaign') $(tail -n 1 <<<"$out")" "0 $n $first change | 11" "without the journal, the same bisection uses all stored boots" "$err"
finish
