#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Control sequences from a guest must not reach the terminal; a pipe gets them unchanged.
# shellcheck source=tests/tap.sh
. "$(dirname "$0")/../tap.sh"

cat >"$T/p.yaml" <<'YAML'
target: {kind: fake}
variants: [{name: a, fake: {fail: panic}}]
workloads: ["null"]
collectors: [env]
boots: 1
YAML
kduel run --quiet "$T/p.yaml"
evil=$'\033]0;title\a\033[31mred\033[2J\u009b1m\u202eabc \xff end'
hex=$(printf %s "$evil" | od -An -tx1 | tr -d ' \n')
sqlite3 "$KDUEL_DB" "update boot set detail = cast(x'$hex' as text), command = cast(x'$hex' as text);
	insert or replace into fact select id, 'env/evil', cast(x'$hex' as text) from boot;
	update campaign set plan_text = cast(x'$hex' as text)"

# Control characters: C0 except newline, tab and the carriage return that the terminal adds, DEL, C1, and bidi
# controls.
commands=$(printf '[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f\\x{80}-\\x{9f}\\x{202a}-\\x{202e}]')
on_terminal() { # arguments of kduel
	script -qec "$(printf '%q ' "$KDUEL" "$@")" /dev/null </dev/null >"$T/tty" 2>&1
	LC_ALL=C.UTF-8 grep -aqP "$commands" "$T/tty"
}
printf '[    1.000000] BUG: %s\n' "$evil" >"$T/evil.log"
for args in "show latest 1" "show latest 1 --facts" "show latest 1 --command" "show latest" \
	"show latest --plan" "list" "compare latest" "parse dmesg $T/evil.log"; do
	# shellcheck disable=SC2086 # words
	on_terminal $args
	is $? 1 "$args: no command reaches a terminal"
done
on_terminal show latest 1
like "$(cat "$T/tty")" 'red\?\[2J' "text with escape sequences: the rest of it is printed"
on_terminal show latest 1 --raw
is $? 0 "--raw passes all of it on"
for args in "show latest 1" "show latest 1 --facts" "show latest --plan"; do
	# shellcheck disable=SC2086
	kduel $args
	grep -aqF "$evil" "$T/out"
	is $? 0 "$args: a pipe gets every byte"
done

# --- as wide as the terminal

cat >"$T/wide.yaml" <<'YAML'
target: {kind: fake}
variants: [{name: a, fake: {boot_sd: 0.002}}, {name: b, fake: {boot_sd: 0.002, scale: 1.1}}]
baseline: a
workloads: [boot, hackbench, memcached]
boots: 4
YAML
kduel run --quiet --db "$T/wide.db" "$T/wide.yaml"
for columns in 60 72 100 160 200; do
	script -qec "stty cols $columns; $(printf '%q ' "$KDUEL" compare --all --db "$T/wide.db")" /dev/null \
		</dev/null 2>&1 | tr -d '\r' >"$T/tty"
	widest=$(LC_ALL=C.UTF-8 awk '{ if (length($0) > n) n = length($0) } END { print n + 0 }' "$T/tty")
	ok "$((widest <= columns ? 0 : 1))" "$columns columns: no line is longer" "$widest" "$(cat "$T/tty")"
done
# With enough width, details have columns of their own.
like "$(cat "$T/tty")" '^hackbench/time +s -  ' "200 columns: a line for each metric"

# --- a campaign with one variant

sed 's/, {name: b.*}]/]/; /^baseline/d' "$T/wide.yaml" >"$T/lone.yaml"
"$KDUEL" run --quiet --db "$T/lone.db" --format mail "$T/lone.yaml" >"$T/mail" 2>"$T/err"
is "$(LC_ALL=C.UTF-8 awk '{ if (length($0) > n) n = length($0) } END { print (n <= 72) }' "$T/mail")" 1 \
	"a mail has 72 columns" "$(cat "$T/mail" "$T/err")"
like "$(head -1 "$T/mail")" '^Campaign lone \(' "a mail's first line says what was measured"
like "$(cat "$T/mail")" '^hackbench/time +s +[0-9.]+ ' "a mail has the values of the metrics"
"$KDUEL" run --quiet --db "$T/lone.db" --format markdown "$T/lone.yaml" >"$T/markdown" 2>"$T/err"
is "$(grep -c '^|' "$T/markdown")" "$(($("$KDUEL" show --db "$T/lone.db" latest --format json | jq '.values | length') + 2))" \
	"Markdown has a row for each metric"
is "$(grep '^|' "$T/markdown" | sed 's/[^|]//g' | sort -u)" "|||||||||||" "all rows of the Markdown table have as many cells"

# --- colour

tty_out() { # environment
	script -qec "env $1 $(printf '%q ' "$KDUEL" compare --db "$T/wide.db")" /dev/null </dev/null 2>&1 |
		tr -d '\r' >"$T/tty"
}
tty_out "-u NO_COLOR TERM=xterm"
like "$(cat "$T/tty")" $'\033\\[1;31mworse \\(R\\)\033\\[0m' "a terminal shows what got worse in red"
like "$(cat "$T/tty")" $'^\033\\[1;31mWorse\033\\[0m, ' "a terminal shows Worse in the finding in red"
sed $'s/\033\\[[0-9;]*m//g' "$T/tty" >"$T/plain"
for no in NO_COLOR=1 "-u NO_COLOR TERM=dumb"; do
	tty_out "$no"
	is "$(cat "$T/tty")" "$(cat "$T/plain")" "$no: the same words without colour"
done
NO_COLOR='' TERM=xterm "$KDUEL" compare --db "$T/wide.db" >"$T/pipe"
unlike "$(cat "$T/pipe")" $'\033' "a pipe gets no colour"

sqlite3 "$KDUEL_DB" "update campaign set state = 'interrupted'; delete from boot"
kduel show $'\033[31mred'
unlike "$err" $'\033' "messages have no escape sequences, whatever they quote"
finish
