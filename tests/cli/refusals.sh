#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Files that cannot be written or read: the reason, the exit code, and no damage.
# shellcheck source=tests/tap.sh
. "$(dirname "$0")/../tap.sh"

cat >"$T/p.yaml" <<'YAML'
target: {kind: fake}
variants: [{name: a}, {name: b}]
baseline: b
workloads: [hackbench]
boots: 3
YAML
kduel run --quiet "$T/p.yaml"

# A device or pipe is written to, not replaced by a file.
mkfifo "$T/pipe"
timeout 120 cat "$T/pipe" >"$T/piped" &
kduel compare --format json --output "$T/pipe"
wait $!
is "$rc $(jq -r .kind "$T/piped")" "0 comparison" "a report goes into a pipe"
[ -p "$T/pipe" ]
ok $? "a pipe as output file stays a pipe"
ln -s /dev/full "$T/full"
kduel compare --output "$T/full"
is "$rc $(readlink "$T/full")" "3 /dev/full" "a full device is not replaced: exit code 3"
like "$err" 'full: No space left' "a full device: the error has the reason"

for cmd in list 'show latest' 'history time' 'tag latest' 'list --format json' 'export csv' \
	compare; do
	# shellcheck disable=SC2086 # several arguments
	err=$("$KDUEL" $cmd 2>&1 >/dev/full)
	is $? 3 "$cmd: standard output is full: exit code 3"
	like "$err" 'No space left|not all could be written' "$cmd: and a reason"
done

# A copy that does not fit on the disk leaves no file behind.
err=$(trap '' XFSZ; ulimit -f 40; "$KDUEL" export sqlite "$T/copy.db" 2>&1)
is "$? $(find "$T" -maxdepth 1 -name 'copy.db*')" "3 " \
	"no room for a copy: exit code 3, and no half of one"
like "$err" "copy.db: cannot write the copy: " "no room for a copy: the error names it"

# Files that are not databases.
cp "$T/p.yaml" "$T/text.db"
sqlite3 "$T/foreign.db" 'create table t (x)'
cp "$KDUEL_DB" "$T/damaged.db"
dd if=/dev/urandom of="$T/damaged.db" bs=512 seek=1 count=60 conv=notrunc status=none
for cmd in list 'run --quiet p.yaml' compare; do
	for db in text foreign damaged; do
		# shellcheck disable=SC2086
		(cd "$T" && "$KDUEL" $cmd --db "$db.db" >out 2>err)
		is $? 3 "$cmd: a $db database: exit code 3"
		like "$(cat "$T/err")" "^kduel: $db.db: .*(expected|not one of kduel's|malformed)" \
			"$cmd: $db: named"
	done
done
kduel list --db "$T/text.db"
unlike "$err" 'cannot change' "listing changes nothing"
kduel list --db "$T/p.yaml/x"
is $rc 2 "no directory on the way to it: usage"
kduel parse hackbench "$T"
is $rc 2 "a directory is no output of a program"
finish
