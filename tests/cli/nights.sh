#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# 30 nights on three machines, one of which gets slower on the way: check the mails of the 31st morning, and the
# merged databases.
# shellcheck source=tests/tap.sh
. "$(dirname "$0")/../tap.sh"
export GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@b GIT_COMMITTER_NAME=a GIT_COMMITTER_EMAIL=a@b
export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_SYSTEM=/dev/null
NIGHTS=31 STEP=${STEP:-21} SIZE=${SIZE:-1.05}
unset KDUEL_DB

printf '#!/bin/sh\ncat >"$MAIL"\n' >"$T/mailer"
chmod +x "$T/mailer"
git init -q -b next "$T/linux"
commits=()
for n in $(seq $NIGHTS); do
	GIT_COMMITTER_DATE="2026-10-01 05:00:00 +0000" git -C "$T/linux" commit -q --allow-empty -m "mm: change $n" \
		--date "2026-10-01 05:00:00 +0000"
	commits+=("$(git -C "$T/linux" rev-parse HEAD)")
	git -C "$T/linux" tag "n$n"
done
# The nights of a machine. The effect of a commit is in the plan, as the fake target knows no commits.
machine() { # number
	local n scale d=$T/m$1 rc
	mkdir "$d"
	for n in $(seq $NIGHTS); do
		scale=1
		[ "$1" != 2 ] || [ "$n" -lt $STEP ] || scale=$SIZE
		nightly $scale <<-YAML >"$d/plan.yaml"
		seed: $((n * 10 + $1))
		workloads: [{hackbench: {groups: 2}}]
		boots: 3
		iterations: 3
		warmup: 1
		YAML
		cat >"$d/next.yaml" <<-YAML
		name: next-m$1
		plan: plan.yaml
		git: $T/linux
		ref: n$n
		reference: n1
		mail: ci@example.org
		sendmail: ../mailer
		tags: ["machine=m$1", "date=$(date -u -d "2026-10-01 05:00 UTC + $n days" +%Y-%m-%dT%H:%M:%SZ)"]
		YAML
		MAIL=$d/mail.$n "$KDUEL" nightly --quiet --db "$d/kduel.db" "$d/next.yaml" >/dev/null 2>>"$d/log"
		echo "$n $?" >>"$d/codes"
	done
}
for m in 1 2 3; do machine $m & done
wait

mail=$T/m2/mail.$NIGHTS
[ -z "${SHOW:-}" ] || sed 's/^/# /' "$mail"
first=$((STEP - 1)) # in an array from 0: the last good commit is before it
percent=$(awk -v s="$SIZE" 'BEGIN { printf "%g", (s - 1) * 100 }')
is "$(awk '$2 != 0' "$T/m1/codes" "$T/m3/codes")" "" "no night without a change is bad"
is "$(awk '$2 != 0' "$T/m2/codes" | wc -l)" $((NIGHTS - STEP + 1)) "each night since the step is bad on the machine that has it" "$(cat "$T/m2/codes" "$T/m2/log")"
like "$(cat "$mail")" "^Subject: \[kduel\] next-m2: Worse, .*hackbench/time.* \+($((percent - 1))|$percent)\.[0-9]+ %" "the mail: its subject has the metric and the size"
like "$(cat "$mail")" "^Tested:  ${commits[NIGHTS - 1]:0:12} mm: change $NIGHTS\$" "the mail: what was tested"
like "$(cat "$mail")" "^Against: ${commits[first - 1]:0:12} mm: change $first\$" "the mail: the last good commit that it was compared with"
like "$(sed -n '/^Changes of level/,$p' "$mail")" "hackbench.*time.*\+($((percent - 1))|$percent)\.[0-9]* %" "the mail: metric and size of the change of level"
like "$(sed -n '/^Changes of level/,$p' "$mail")" "^  hackbench/time \+.* of variant new, not confirmed yet$" "the mail: variant of the change of level, and whether it is confirmed"
like "$(sed -n '/^Changes of level/,$p' "$mail")" "^2026-10-$((STEP + 1)), commits ${commits[first - 1]:0:12}\.\.${commits[first]:0:12}:\$" "the mail: day and commits of the change of level"
is "$(sed '1,/^$/d' "$mail" | head -n 12 | awk 'length > 72 && !/^Changes/' | wc -l)" 0 "the mail: its first lines have at most 72 characters" "$(head -20 "$mail")"
for m in 1 3; do
	unlike "$(cat "$T/m$m/mail.$NIGHTS")" "Worse|^Changes of level" "machine $m: no alarm"
done

grep -h "^Subject: .*\.\.\.$" "$T"/m?/mail.* >"$T/cut"
ok "$([ -s "$T/cut" ]; echo $?)" "some subjects are too long"
is "$(grep -v "[;,] \.\.\.$" "$T/cut")" "" "subjects that are too long end after a clause, not within a number"

# All machines in one database, twice.
export KDUEL_DB=$T/all.db
for _ in 1 2; do
	kduel import --db "$KDUEL_DB" "$T"/m?/kduel.db
	is "$rc $(sql 'select count(*), (select count(*) from boot), (select count(*) from sample) from campaign')" \
		"0 $((3 * NIGHTS))|$((18 * NIGHTS))|$(for m in 1 2 3; do sql 'select count(*) from sample' "$T/m$m/kduel.db"; done | paste -sd+ | bc)" \
		"three databases in one: all that was in them" "$err"
done
kduel changes --format json
is "$(jq -c '[.. | .machine? // empty] | unique' <<<"$out")" '["m2"]' "changes of all: one machine" "$out$err"
# With one database for all machines, as on a control host, each mail is about one machine only.
sed "s/^always.*//; \$a always: true" "$T/m1/next.yaml" >"$T/m1/again.yaml"
MAIL=$T/again kduel nightly "$T/m1/again.yaml"
is "$rc $(grep -c "^Changes of level" "$T/again")" "0 0" "a mail has the changes of its machine, not of others" "$(cat "$T/again")"
finish
