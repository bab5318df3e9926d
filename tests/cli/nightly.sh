#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# `kduel nightly`: what is tested, against what, the tags, and the reports.
# shellcheck source=tests/tap.sh
. "$(dirname "$0")/../tap.sh"
export GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@b GIT_COMMITTER_NAME=a GIT_COMMITTER_EMAIL=a@b
export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_SYSTEM=/dev/null
export XDG_CACHE_HOME=$T/cache # locks of nights are there

g() { git -C "$T/up" "$@"; }
commit() { # subject
	GIT_COMMITTER_DATE="2026-11-$((++day)) 05:00:00 +0000" g commit -q --allow-empty -m "$1"
	g rev-parse HEAD
}
day=9
git init -q -b next "$T/up"
c1=$(commit "mm: first")
g tag v1
git clone -q "$T/up" "$T/linux"

# The plan of a night. `scale` is the effect of the commit on the new kernel.
plan() { # scale
	nightly "$1" <<-YAML >"$T/plan.yaml"
	# commit \${commit} against \${good}, reference \${reference}
	workloads: [{hackbench: {groups: 2}}]
	boots: 4
	iterations: 3
	warmup: 1
	YAML
}
plan 1.0
cat >"$T/mailer" <<'SH'
#!/bin/sh
[ "$*" = "-t -oi" ] || exit 9
n=$(ls "$MAILS" | wc -l)
cat >"$MAILS/$n"
SH
chmod +x "$T/mailer"
export MAILS=$T/mails
mkdir "$MAILS"
cat >"$T/next.yaml" <<YAML
plan: plan.yaml
git: linux
fetch: origin
ref: origin/next
reference: v1
report: nights
mail: [mm@example.org, ci@example.org]
from: kduel@example.org
sendmail: $T/mailer
tags: [lab=one]
YAML
last() { sql "select $1 from campaign order by id desc limit 1"; }
tag() { kduel tag latest --format json; jq -r ".tags.\"$1\" // \"none\"" <<<"$out"; }
mails() { find "$MAILS" -type f | wc -l; }

# The first night: what is tested is the reference itself.
kduel nightly --dry-run "$T/next.yaml"
is "$rc $([ -e "$KDUEL_DB" ] || echo none) $(mails)" "0 none 0" "--dry-run boots, stores and sends nothing" "$err"
like "$out" '^# 8 boots' "--dry-run says what would be booted"
kduel nightly "$T/next.yaml"
is $rc 0 "the first night succeeds" "$err"
is "$(tag nightly) $(tag commit) $(tag branch) $(tag subject) $(tag date) $(tag good) $(tag verdict) $(tag lab)" \
	"next $c1 origin/next mm: first 2026-11-10T05:00:00Z $c1 good one" "the first night: its tags"
like "$(last plan_text)" "# commit $c1 against $c1, reference $c1" "the plan has the commits"
like "$(cat "$MAILS/0")" '^To: mm@example.org, ci@example.org$' "the mail is to all"
like "$(cat "$MAILS/0")" '^From: kduel@example.org$' "the mail's sender is the one of the file"
like "$(cat "$MAILS/0")" '^Subject: \[kduel\] next: (Nothing|No|All) ' "the mail's subject is the finding" "$(cat "$MAILS/0")"
like "$(cat "$MAILS/0")" "^Tested:  ${c1:0:12} mm: first$" "the mail has the commit that was tested"
is "$(cd "$T/nights/latest" && ls | tr '\n' ' ')" "junit.xml mail.txt night.json report.json report.md " "the files"
is "$(jq -r '[.name, .verdict, .exit_code, .commit.hash, .against] | join(" ")' "$T/nights/latest/night.json")" \
	"next good 0 $c1 $c1" "night.json"
is "$(jq -r .campaign "$T/nights/latest/night.json")" "$(last uuid)" "night.json has the campaign"
xmllint --noout "$T/nights/latest/junit.xml"
ok $? "junit.xml is well-formed"
is "$(cut -c1-78 "$MAILS/0" | awk 'body && length > 72 && !/kduel |journalctl/ { n++ } /^$/ { body = 1 } END { print n + 0 }')" 0 "72 columns"

# Nothing new.
kduel nightly "$T/next.yaml"
is "$rc $(sql 'select count(*) from campaign') $(mails)" "0 1 1" "nothing new: nothing is done"
like "$err" "nothing new: origin/next is ${c1:0:12}, which campaign .* has tested" "nothing new: the message says which campaign tested it"
kduel nightly --always "$T/next.yaml"
is "$rc $(sql 'select count(*) from campaign')" "0 2" "--always runs all the same"

# A good night, then two bad ones: the last good commit stays the same.
c2=$(commit "mm: second")
kduel nightly "$T/next.yaml"
is "$rc $(tag commit) $(tag good) $(tag verdict)" "0 $c2 $c1 good" "a new commit is fetched, and compared with the last good one" "$err"
c3=$(commit "mm: slower
with a body")
plan 1.3
kduel nightly "$T/next.yaml"
is "$rc $(tag commit) $(tag good) $(tag verdict)" "1 $c3 $c2 bad" "a regression is a bad night"
mail=$MAILS/$(($(mails) - 1))
like "$(cat "$mail")" '^Subject: \[kduel\] next: Worse, .*hackbench/' "the subject says what got worse" "$(head -5 "$mail")"
is "$(xmllint --xpath 'string(/testsuites/@failures)' "$T/nights/latest/junit.xml")" \
	"$(jq '[.blocks[].rows[] | select(.family == "primary" and .verdict == "regression")] | length' "$T/nights/latest/report.json")" "JUnit has it"
c4=$(commit "mm: still slower")
kduel nightly "$T/next.yaml"
is "$rc $(tag commit) $(tag good)" "1 $c4 $c2" "the next night is compared with the same good one"
kduel show --format json "last-good"
is "$(jq -r .id <<<"$out")" "$(sql "select uuid from campaign where id = (select campaign from tag where key = 'commit' and value = '$c2')")" \
	"last-good names that campaign"

# Interrupted: the same campaign goes on.
c5=$(commit "mm: mended")
plan 1.0
sed -i 's/boot_sd/boot_delay: 300ms, boot_sd/' "$T/plan.yaml"
"$KDUEL" nightly "$T/next.yaml" >/dev/null 2>&1 &
pid=$!
await has_rows 2 "boot where campaign = (select campaign from tag where key = 'commit' and value = '$c5')"
kill -TERM $pid
wait $pid
is "$? $(mails)" "130 5" "a night that is interrupted sends no mail"
half=$(last uuid)
kduel nightly "$T/next.yaml"
is "$rc $(last uuid) $(tag verdict) $(tag commit)" "0 $half good $c5" "the next call resumes the interrupted night" "$err"

# Two at a time.
c6=$(commit "mm: sixth")
"$KDUEL" nightly "$T/next.yaml" >/dev/null 2>&1 &
pid=$!
has_commit() { [ "$(tag commit)" = "$1" ]; }
await has_commit "$c6"
kduel nightly "$T/next.yaml"
is $rc 3 "the nights of one file run one at a time"
like "$err" 'another kduel is running the nights of next' "two nights of one file at a time: the error says why"
wait $pid

# Killed after the last boot, before the result was sent out: the next call does that.
c7=$(commit "mm: seventh")
mv "$T/mailer" "$T/mailer.kept"
printf '#!/bin/sh\nkill -9 $PPID\n' >"$T/mailer"
chmod +x "$T/mailer"
n=$(mails)
kduel nightly "$T/next.yaml"
half=$(last uuid)
is "$rc $(last state) $(tag commit) $(tag verdict)" "137 finished $c7 none" "killed between the last boot and the verdict"
mv "$T/mailer.kept" "$T/mailer"
kduel nightly "$T/next.yaml"
is "$rc $(last uuid) $(tag verdict) $(mails)" "0 $half good $((n + 1))" "the next call judges that night, and sends its mail" "$err"
like "$err" "judging campaign ${half:0:8}" "the next call judges that night: the message says so"
kduel nightly "$T/next.yaml"
is "$rc $(mails)" "0 $((n + 1))" "once"
like "$err" "nothing new" "a call after that: nothing is new"

# A night that fails is reported as well.
commit "mm: broken" >/dev/null
n=$(mails)
sed -i 's/^baseline:.*/baseline: nobody/' "$T/plan.yaml"
kduel nightly "$T/next.yaml"
is "$rc $(mails)" "2 $((n + 1))" "a plan with a mistake: exit code 2, and a mail"
like "$(cat "$MAILS/$n")" 'has no result, because the plan, or what it names, has a mistake' "a plan with a mistake: the mail says so"
is "$(jq -r '.verdict, .exit_code' "$T/nights/latest/night.json" | tr '\n' ' ')" " 2 " "night.json, too"
plan 1.0

# The webhook, and a mailer that fails.
cat >"$T/listen.pl" <<'PL'
use IO::Socket::INET;
my $s = IO::Socket::INET->new(Listen => 1, LocalAddr => '127.0.0.1') or die;
open(my $p, '>', $ARGV[0]); print $p $s->sockport; close $p;
my $c = $s->accept; my ($head, $n) = ('', 0);
while (my $l = <$c>) { $n = $1 if $l =~ /^content-length: (\d+)/i; last if $l eq "\r\n"; }
read($c, my $body, $n);
open(my $o, '>', $ARGV[1]); print $o $body; close $o;
print $c "HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n"; close $c;
PL
perl "$T/listen.pl" "$T/port" "$T/posted" &
pid=$!
await [ -s "$T/port" ]
sed "s,^sendmail:.*,webhook: http://127.0.0.1:$(cat "$T/port")/hook/secret," "$T/next.yaml" | sed '/^mail:/d; /^from:/d' >"$T/hook.yaml"
echo 'name: next' >>"$T/hook.yaml"
kduel nightly "$T/hook.yaml"
wait $pid
is "$rc $(jq -r '[.kind, .verdict, .campaign] | join(" ")' "$T/posted")" "0 night good $(last uuid)" "the webhook gets night.json" "$err"
kduel nightly --always "$T/hook.yaml"
is $rc 3 "a webhook that nobody answers: exit code 3 after a good night"
like "$err" 'webhook' "a webhook that nobody answers: the error names it"
is "$(tag verdict)" good "a webhook that nobody answers: the verdict is good"
printf '#!/bin/sh\nexit 75\n' >"$T/mailer"
kduel nightly --always "$T/next.yaml"
is $rc 3 "a mailer that fails likewise"
cat >"$T/mailer" <<'SH'
#!/bin/sh
n=$(ls "$MAILS" | wc -l)
cat >"$MAILS/$n"
SH
n=$(mails) half=$(last uuid)
kduel nightly "$T/next.yaml"
is "$rc $(last uuid) $(mails)" "0 $half $((n + 1))" "the next call sends the mail of that night" "$err"
kduel nightly "$T/next.yaml"
is "$rc $(mails)" "0 $((n + 1))" "a night that was reported is not reported again"

# Mistakes.
bad() { # name, pattern, lines
	printf '%b\n' "$3" >"$T/bad.yaml"
	kduel nightly "$T/bad.yaml"
	is $rc 2 "$1: refused"
	like "$err" "$2" "$1: the error has the place"
}
bad "no plan" "bad.yaml:1:1: a nightly run lacks 'plan'" 'git: linux'
bad "an unknown key" "bad.yaml:2:1: unknown key 'planet'" 'plan: plan.yaml\nplanet: 3'
bad "an option for git" "bad.yaml:3:6: 'ref' must be a word" 'plan: plan.yaml\ngit: linux\nref: --upload-pack=x'
bad "a ref without git" "bad.yaml:2:6: 'ref' does not apply: there is no 'git'" 'plan: plan.yaml\nref: next'
bad "a header in an address" "bad.yaml:2:8: 'mail' must be one line" 'plan: plan.yaml\nmail: ["a@b\\nBcc: c@d"]'
bad "an option as address" "bad.yaml:2:7: 'mail' must be addresses" 'plan: plan.yaml\nmail: -oQ/tmp'
bad "a control character in an address" "bad.yaml:2:7: 'mail' must be one line" 'plan: plan.yaml\nmail: "a@b\\0c"'
bad "a webhook that is a file" "bad.yaml:2:10: 'webhook' must be" 'plan: plan.yaml\nwebhook: file:///etc/passwd'
bad "a webhook that is nowhere" "bad.yaml:2:10: 'webhook' must be a URL" 'plan: plan.yaml\nwebhook: "http://"'
bad "a webhook without a host" "bad.yaml:2:10: 'webhook' must be a URL" 'plan: plan.yaml\nwebhook: http:///x'
bad "a webhook of a user, without a host" "bad.yaml:2:10: 'webhook' must be a URL" 'plan: plan.yaml\nwebhook: "https://user@/x"'
bad "a mailer with options" "bad.yaml: 'sendmail': /bin/sh -c id cannot be run .No such file" 'plan: plan.yaml\nsendmail: "/bin/sh -c id"'
bad "a mailer that is a directory" "bad.yaml: 'sendmail': /usr cannot be run .not a file" 'plan: plan.yaml\nsendmail: /usr'
HOME=/home/ann bad "a mailer at home" "bad.yaml: 'sendmail': /home/ann/no-mailer cannot be run .No such file" 'plan: plan.yaml\nsendmail: ~/no-mailer'
bad "a mailer beside the file" "bad.yaml: 'sendmail': $T/bin/no-mailer cannot be run .No such file" 'plan: plan.yaml\nsendmail: bin/no-mailer'
bad "a mailer that is not in PATH" "bad.yaml: 'sendmail': no-such-mailer cannot be run .not found in PATH" 'plan: plan.yaml\nsendmail: no-such-mailer'
if PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin command -v sendmail >/dev/null; then
	bad "a mailer is here, the plan is not" "none.yaml: " 'plan: none.yaml\nmail: a@b'
else
	bad "no mailer" "bad.yaml: 'mail' needs a program sendmail.*package mail-transport-agent" 'plan: plan.yaml\nmail: a@b'
fi
for key in git report sendmail; do
	bad "$key is empty" "bad.yaml:1:1: '$key' is empty: expected a path" "plan: plan.yaml\\n$key: \"\""
done
bad "plan is empty" "bad.yaml:1:1: 'plan' is empty: expected a path" 'plan: ""'
bad "an option for git, in a build" "bad.yaml:2:35: 'ref' must be a word that does not begin with '-'" 'plan: plan.yaml\nkernel: {build: {git: linux, ref: "-x", config: [kernel.config]}}'
bad "a tag without a value" "bad.yaml:2:7: a tag is KEY=VALUE" 'plan: plan.yaml\ntags: [x]'
for key in nightly commit good verdict told; do
	bad "the tag $key" "bad.yaml:2:7: 'tags': '$key' is set by kduel itself" "plan: plan.yaml\\ntags: [a=b, $key=good]"
done
bad "no such commit" "linux: no commit 'nowhere'" 'plan: plan.yaml\ngit: linux\nref: nowhere'
bad "no such repository" "no commit 'HEAD'" 'plan: plan.yaml\ngit: nowhere'
bad "no plan there" "none.yaml: cannot read|none.yaml: .*No such" 'plan: none.yaml'
bad "a plan with a commit, but no git" "plan.yaml:[0-9]+:[0-9]+: ..commit. has no value: there is no 'git'" 'plan: plan.yaml'
sed 's/${good}/${goood}/' "$T/plan.yaml" >"$T/plan2.yaml"
bad "an unknown name" "plan2.yaml:[0-9]+:[0-9]+: unknown '..goood', expected" 'plan: plan2.yaml\ngit: linux'
bad "no good night so far" 'there has been no good night yet' 'plan: plan.yaml\ngit: linux'
kduel nightly "$T/none.yaml"
is $rc 2 "no file"
kduel nightly
is $rc 2 "kduel nightly without a file: exit code 2"

bad "no time of day" "bad.yaml:2:8: 'until': expected a time of day such as 06:30" 'plan: plan.yaml\nuntil: 6h'
kduel nightly --until late "$T/next.yaml"
is $rc 2 "--until is no time of day"

# The user's git configuration does not matter, nor does the repository of a hook that calls kduel.
cat >"$T/gpg" <<'SH'
#!/bin/sh
case "$*" in
*--verify*)
	echo "gpg: Signature made today" >&2
	printf '[GNUPG:] GOODSIG 1 x\n[GNUPG:] TRUST_ULTIMATE\n' ;;
*)
	cat >/dev/null
	printf '[GNUPG:] SIG_CREATED D\n' >&2
	printf -- '-----BEGIN PGP SIGNATURE-----\n\nx\n-----END PGP SIGNATURE-----\n' ;;
esac
SH
chmod +x "$T/gpg"
git init -q "$T/signed"
s() { git -C "$T/signed" -c user.name=a -c user.email=a@b "$@"; }
s config gpg.program "$T/gpg"
s config log.showSignature true
s config i18n.logOutputEncoding ISO-8859-1
s commit -q -S --allow-empty -m "signed größer"
like "$(s show --no-patch --format=%H)" '^gpg: ' "git shows a signature by itself"
printf 'plan: plan.yaml\ngit: signed\nreference: HEAD\nname: signed\n' >"$T/signed.yaml"
GIT_DIR=$T/linux/.git kduel nightly "$T/signed.yaml"
is "$rc $(tag commit) $(tag subject)" "0 $(s rev-parse HEAD) signed größer" "the commit of the night is that of its file" "$err"
printf 'plan: plan.yaml\ngit: signed\nref: nowhere\n' >"$T/nowhere.yaml"
kduel nightly --dry-run "$T/nowhere.yaml"
is "$(grep -c '^$' "$T/err")" 0 "git's error is printed without an empty line" "$err"

# A night with a time limit.
sqlite3 "$KDUEL_DB" "update boot set ended_ns = started_ns + 3600000000000"
n=$(sql 'select count(*) from campaign')
kduel nightly --always --until "$(date -d '20 minutes' +%H:%M)" "$T/next.yaml"
is "$rc $(sql 'select count(*) from campaign')" "3 $n" "no block fits: no campaign" "$err"
sqlite3 "$KDUEL_DB" "update boot set ended_ns = started_ns + 1000000"
echo "until: '$(date -d '40 minutes' +%H:%M)'" >>"$T/next.yaml"
kduel nightly --always "$T/next.yaml"
like "$err" 'budget  until [0-9:]{5} .*: 4 of 4 blocks fit' "--until: all blocks fit"

# ~ is the home directory, in the plan as well.
mkdir -p "$T/home" && mv "$T/linux" "$T/home/linux" && cp "$T/plan.yaml" "$T/home/"
printf 'name: home\nplan: ~/plan.yaml\ngit: ~/linux\nreference: v1\n' >"$T/home.yaml"
HOME=$T/home kduel nightly "$T/home.yaml"
is "$rc $(tag nightly)" "0 home" "paths below ~" "$err"

# Without git, each call tests the plan as it is.
sed '/\${/d' "$T/plan.yaml" >"$T/plain.yaml"
echo 'plan: plain.yaml' >"$T/nogit.yaml"
kduel nightly "$T/nogit.yaml"
is "$rc $(tag nightly) $(tag commit)" "0 nogit none" "a plan alone"
kduel nightly "$T/nogit.yaml"
is "$rc $(sql "select count(*) from tag where key = 'nightly' and value = 'nogit'")" "0 2" "a plan without a repository is run every time"
n=$(sql "select count(*) from campaign")
cp "$T/nogit.yaml" "$T/keep.yaml"
printf 'name: nogit\nkeep: {campaigns: 0}\n' >>"$T/keep.yaml"
good=$(sql "select count(*) from (select 1 from tag where key = 'verdict' and value = 'good' group by (select value from tag n where n.campaign = tag.campaign and n.key = 'nightly'))")
kduel nightly "$T/keep.yaml"
is "$rc $((n > good)) $(sql 'select count(*) from campaign')" "0 1 $good" "keep: after the night older campaigns are removed, except the last good one of each name" "$err"
is "$(sql "select count(*) from campaign c join tag t on t.campaign = c.id and key = 'nightly' and value = 'nogit'")" 1 "keep: one night of this name is left"
mkdir "$T/nights2" && mkdir "$T/nights2/latest"
echo 'report: nights2' >>"$T/nogit.yaml"
kduel nightly "$T/nogit.yaml"
is $rc 3 "a directory called latest: exit code 3"
like "$err" 'latest is not a link made by kduel: left alone' "a directory called latest is left alone"
finish
