#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# `kduel kernel build --patch` applies a patch like git: the result is the same tree as with `git am` (mails) or `git
# apply` (anything else), or a refusal if git refuses.
# shellcheck source=tests/tap.sh
. "$(dirname "$0")/../tap.sh"
# shellcheck source=tests/data/kernel-tree/tree.sh
. "$TOP/tests/data/kernel-tree/tree.sh"
export XDG_CACHE_HOME=$T/cache CCACHE_DISABLE=1 TREE=$T/built
export GIT_CONFIG_GLOBAL=$T/gitconfig GIT_CONFIG_SYSTEM=/dev/null
REPO=$T/repo SRC=$T/src P=$T/p
mkdir "$P"
printf '[user]\nname = T\nemail = t@example.org\n[init]\ndefaultBranch = main\n' >"$GIT_CONFIG_GLOBAL"

# A repository with some history, of a tree whose Makefile makes a copy of the tree as it is built.
git init -q "$REPO"
make_tree "$REPO"
# shellcheck disable=SC2016 # make expands it
sed -i 's|^\(>@mkdir -p $(OUT)/arch/arm64/boot\)|>@rm -rf "$$TREE" \&\& cp -a . "$$TREE"\n\1|' "$REPO/Makefile"
mkdir "$REPO/scripts"
seq 40 | sed 's/.*/int v&;/' >"$REPO/lib/old.c"
printf 'echo hello\n' >"$REPO/scripts/run.sh"
printf '\0\1\2binary\3' >"$REPO/lib/blob"
printf 'one\r\ntwo\r\nthree\r\n' >"$REPO/lib/dos.txt"
printf 'int goes;\n' >"$REPO/lib/goes.c"
ln -s ../init "$REPO/scripts/link"
ln -s "$T" "$REPO/scripts/out"
git -C "$REPO" add -A && git -C "$REPO" commit -qm base && git -C "$REPO" tag base
git -C "$REPO" archive --prefix=src/ base | tar -x -C "$T"
commit() { git -C "$REPO" add -A && git -C "$REPO" commit -qm "$1"; }
sed -i 's/int two;/int two = 22;/; s/int seven;/int seven;\nint eight;/' "$REPO/init/main.c"
commit "init: set two"
git -C "$REPO" tag two
git -C "$REPO" mv lib/old.c lib/renamed.c && sed -i 's/v7;/v7 = 7;/' "$REPO/lib/renamed.c"
commit "lib: rename"
cp "$REPO/lib/renamed.c" "$REPO/lib/copy.c" && sed -i 's/v9;/v9 = 9;/' "$REPO/lib/copy.c"
commit "lib: copy"
chmod +x "$REPO/scripts/run.sh"
commit "scripts: mode"
printf '\0\1\2\377other\3\0' >"$REPO/lib/blob"
commit "lib: blob"
printf 'int brandnew;\n' >"$REPO/lib/new.c" && rm "$REPO/lib/goes.c"
commit "lib: one comes, one goes"
git -C "$REPO" tag end

build() { rm -rf "$TREE"; kduel kernel build --dir "$SRC" --patch "$@"; }
contents() { (cd "$1" && find . -name .git -prune -o ! -type d -printf '%M %l %p ' ! -type l -exec sha256sum {} \; -o -type l -printf '\n' | sort); }

# same HOW FILE WHAT: git, in a repository at `base`, and kduel must agree. HOW: am or apply.
same() {
	local file=$P/$2 git=0
	rm -rf "$T/ref" && git clone -q "$REPO" "$T/ref" && git -C "$T/ref" reset -q --hard base
	if [ "$1" = am ]; then
		git -C "$T/ref" am -q "$file" >"$T/git" 2>&1 || git=2
	else
		git -C "$T/ref" apply "$file" >"$T/git" 2>&1 || git=2
	fi
	build "$file"
	is "$rc" "$git" "$3: git $1 $([ $git = 0 ] && echo applies || echo refuses) it, and so does kduel"
	if [ $git = 0 ] && [ "$rc" = 0 ]; then
		is "$(contents "$TREE")" "$(contents "$T/ref")" "$3: the same tree"
	else
		[ -n "$err" ]
		ok $? "$3: with a reason"
	fi
}
mail() { git -C "$REPO" format-patch -q --stdout "$@"; }
# into FILE BODY: a mail whose text ends in a notes section, BODY, and the diff of the first commit.
into() {
	mail -1 two | awk -v notes="$2" '/^---$/ && !done { print; while ((getline line < notes) > 0) print line; done = 1; next } { print }' >"$P/$1"
}

mail -1 two >"$P/plain"
same am plain "a mail"
cat >"$T/other.diff" <<'END'
diff --git a/init/main.c b/init/main.c
--- a/init/main.c
+++ b/init/main.c
@@ -4,3 +4,3 @@
 int four;
 int five;
-int six;
+int six = 666;
END
for indent in "  " "    " "	" "> " "| "; do
	sed "s/^/$indent/" "$T/other.diff" >"$T/quoted"
	into notes "$T/quoted"
	same am notes "a diff behind '$indent' in the notes"
done
sed "/^Subject/a\\
\\
To see it:\\
\\
$(sed 's/^/  /; s/$/\\/' "$T/other.diff")
" "$P/plain" >"$P/body"
same am body "a diff that is indented in the message"
{ cat "$P/plain"; sed 's/^/  /' "$T/other.diff"; } >"$P/after"
same am after "a diff that is indented behind the signature"
{ cat "$P/plain"; echo "Range-diff against v1:"; sed 's/^/    /; s/^    @@/    @@ init/' "$T/other.diff"; } >"$P/range"
same am range "a range-diff behind the signature"
git -C "$REPO" checkout -q -b v1 base
sed -i 's/int two;/int two = 2;/' "$REPO/init/main.c"
commit "init: set two"
git -C "$REPO" checkout -q main
mail --interdiff=v1 -v2 base..two >"$P/interdiff"
same am interdiff "an interdiff"
mail --range-diff=base..v1 --creation-factor=100 -v2 base..two >"$P/rangediff"
same am rangediff "a range-diff"
git -C "$REPO" notes add -m "$(sed 's/^/  /' "$T/other.diff")" two
mail --notes -1 two >"$P/gitnotes"
same am gitnotes "git's notes"
mail base..end >"$P/series"
same am series "a mailbox: renames, copies, modes, binary files, new and deleted ones"
mail -C -C --find-copies-harder base..end >"$P/copies"
same am copies "the same with copies found"
mail --no-binary -M base..end >"$P/nobinary"
same am nobinary "binary changes that are left out"
mail --attach -1 two >"$P/attach"
same am attach "an attachment"
mail --inline -1 two >"$P/inline"
same am inline "an inline attachment"
sed '1,/^$/d' "$P/plain" >"$T/text"
head=$(sed '/^$/,$d' "$P/plain")
encoded() { printf '%s\nMIME-Version: 1.0\nContent-Type: text/plain; charset=UTF-8%s\nContent-Transfer-Encoding: %s\n\n' "$head" "$2" "$1"; }
{ encoded base64 ""; base64 "$T/text"; } >"$P/base64"
same am base64 "base64"
{ encoded quoted-printable ""; perl -MMIME::QuotedPrint -pe '$_ = encode_qp($_)' "$T/text"; } >"$P/qp"
same am qp "quoted-printable"
{ encoded base64 ""; sed 's/$/\r/' "$T/text" | base64; } >"$P/base64crlf"
same am base64crlf "base64 of CR LF lines"
{ encoded 7bit "; format=flowed"; sed 's/^ /  /; s/^From /&/' "$T/text"; } >"$P/flowed"
same am flowed "format=flowed, with blanks stuffed"
{ encoded 7bit "; format=flowed; delsp=yes"; cat "$T/text"; } >"$P/unstuffed"
same am unstuffed "format=flowed that is none"
sed 's/$/\r/' "$P/plain" >"$P/crlf"
same am crlf "a mail of CR LF lines"
sed 's/$/\r/' "$P/series" >"$P/crlfseries"
same am crlfseries "a mailbox of CR LF lines"
sed '1d' "$P/plain" >"$P/nofrom"
same am nofrom "a mail without its From_ line"
sed '1,3d' "$P/plain" | sed '1i From: A <a@example.org>' >"$P/headers"
same am headers "a mail of two headers"
printf '\xef\xbb\xbf' | cat - "$P/nofrom" >"$P/bom"
same apply bom "a byte-order mark, with which git am sees no mail"
sed '/^Subject/a\
\
talk before it\
-- >8 --\
Subject: the real one' "$P/plain" >"$P/scissors"
same am scissors "scissors"
sed '/^Subject/a\
\
>From the beginning\
>>From further' "$P/series" >"$P/escaped"
same am escaped "From lines that are escaped"
sed '/^Subject/a\
\
From: Somebody Else <else@example.org>' "$P/plain" >"$P/inbody"
same am inbody "an author in the body"
sed 's/^ int/int/' "$P/plain" >"$P/stripped"
same am stripped "blanks that a mailer ate"
sed 's/^+int two/+ int two/; s/ int three/ int\tthree/' "$P/plain" >"$P/tabs"
same am tabs "blanks that a mailer changed"
sed '/int three/,$d' "$P/plain" >"$P/cut"
same am cut "a mail that is cut off"
sed 's/^index .*/&\nPrereq: int nine/' "$P/plain" >"$P/prereq"
same am prereq "Prereq: in a mail"
git -C "$REPO" show two >"$P/show"
same apply show "git show"
git -C "$REPO" show --notes --stat -p two >"$P/shownotes"
same apply shownotes "git show with notes, a diff among them"
git -C "$REPO" log -p --reverse --binary base..end >"$P/log"
same apply log "git log -p --reverse"
git -C "$REPO" diff --binary -M base end >"$P/diff"
same apply diff "git diff"
git -C "$REPO" diff --no-prefix base end >"$P/noprefix"
same apply noprefix "git diff without prefixes"
git -C "$REPO" diff -U0 base end -- init >"$P/nocontext"
same apply nocontext "no context"
mkdir -p "$T/x/a/init" "$T/x/b/init" && cp "$SRC/init/main.c" "$T/x/a/init" && git -C "$REPO" show end:init/main.c >"$T/x/b/init/main.c"
cp "$SRC/lib/old.c" "$T/x/b/init/fresh.c"
raw() { (cd "$T/x" && diff "$@" a b); }
raw -urN >"$P/unified"
same apply unified "diff -urN, with timestamps"
{ printf 'Description: two\n  it was done with\n'; sed 's/^/  /' "$T/other.diff"; printf 'Index: linux/init/main.c\n===================================================================\n'; sed 1d "$P/unified"; } >"$P/quilt"
same apply quilt "quilt, with a description and a diff in it"
sed '/^---/i Prereq: int nine;' "$P/unified" >"$P/rawprereq"
same apply rawprereq "Prereq: in a diff"
sed 's/$/\r/' "$P/unified" >"$P/rawcrlf"
same apply rawcrlf "a diff of CR LF lines"
raw -rcN >"$P/context"
same apply context "a context diff"
{ printf -- '--- a/init/main.c\n+++ b/init/main.c\n'; diff -e "$T/x/a/init/main.c" "$T/x/b/init/main.c"; printf '1!touch %s\n.\n' "$T/pwned"; } >"$P/ed"
same apply ed "an ed script"
git -C "$REPO" show -U1 two | sed -E 's/^@@ -([0-9]+)/@@ -9\1/' >"$P/offset"
same apply offset "a hunk at an offset"
sed 's/^ int three/ int 3/' "$P/show" >"$P/fuzz"
same apply fuzz "a hunk that needs fuzz"
git -C "$REPO" diff --binary --src-prefix=old/ --dst-prefix=new/ base end >"$P/prefixes"
same apply prefixes "other prefixes"
git -C "$REPO" log --pretty=fuller --stat -p --reverse --binary base..end >"$P/fuller"
same apply fuller "git log --stat -p"
dep3() { printf 'Description: two\nFrom: A B <a@example.org>\nSubject: set two\n\n'; git -C "$REPO" diff base two; }
dep3 >"$P/dep3"
same apply dep3 "a diff of Debian's with From: and Subject:"
{ printf 'From the list, with a diff:\n'; sed 's/^/   /' "$T/other.diff"; git -C "$REPO" diff base two; } >"$P/fromtext"
same apply fromtext "a text that begins with From"
{ printf '#! /bin/sh /usr/share/dpatch/dpatch-run\n## DP: No description.\n\n@DPATCH@\n'; git -C "$REPO" diff base two; } >"$P/dpatch"
same apply dpatch "dpatch"
{ printf '# HG changeset patch\n# User A <a@example.org>\n# Date 1700000000 0\nset two\n\n'; git -C "$REPO" diff base two; } >"$P/hg"
same apply hg "hg export"
{ git -C "$REPO" diff base two; cat "$T/other.diff"; } >"$P/again"
same apply again "two diffs of one file, one after the other"
git -C "$REPO" diff base two | sed '$d' >"$P/cutraw"
same apply cutraw "a diff that is cut off"
# Not in the history above: a merge, empty files, modes, no newline at the end, odd names, deep directories.
git -C "$REPO" checkout -q -b side base
printf 'int side;\n' >"$REPO/lib/side.c" && sed -i 's/int one;/int one = 1;/' "$REPO/init/main.c"
commit side
git -C "$REPO" checkout -q -b merged two
git -C "$REPO" merge -q --no-commit side >"$T/git" 2>&1
printf 'int one = 1;\nint two = 23;\nint three;\n' >"$REPO/init/main.c"
commit merge
git -C "$REPO" show merged >"$P/combined"
same apply combined "a combined diff"
git -C "$REPO" show -m merged >"$P/parents"
same apply parents "a merge against each parent"
git -C "$REPO" checkout -q -b odds base
: >"$REPO/lib/empty.c"
commit empty
git -C "$REPO" format-patch -q -1 --stdout >"$P/newempty"
same am newempty "a new empty file"
chmod +x "$REPO/scripts/run.sh"
commit mode
printf 'echo hello' >"$REPO/scripts/run.sh"
printf 'x\n' >"$REPO/lib/with space.c"
printf 'a\r\nb\n' >"$REPO/lib/mixed.c"
ln -s x "$REPO/lib/lnk"
rm "$REPO/lib/blob"
mkdir -p "$REPO/deep/er/est" && printf 'd\n' >"$REPO/deep/er/est/ä.c"
commit "odd names"
mail base..odds >"$P/odds"
same am odds "modes, odd names, a binary file deleted, no last newline"
sed 's/$/\r/' "$P/odds" >"$P/oddscrlf"
same am oddscrlf "the same with CR LF"
git -C "$REPO" diff --binary base odds >"$P/oddsdiff"
rm -rf "$XDG_CACHE_HOME/kduel/kernels" # what was built from the same source is not built again
same apply oddsdiff "the same as a diff"
git -C "$REPO" checkout -q main
printf '' >"$P/empty"
same apply empty "an empty file"
printf 'diff --git a/lib/dos.txt b/lib/dos.txt\n--- a/lib/dos.txt\n+++ b/lib/dos.txt\n@@ -1,3 +1,3 @@\n one\r\n-two\r\n+2\r\n three\r\n' >"$P/dos"
same apply dos "a change to a file of CR LF lines"

# Nothing is written outside the tree.
new() { printf 'diff --git a/%s b/%s\nnew file mode 100644\n--- /dev/null\n+++ b/%s\n@@ -0,0 +1 @@\n+x\n' "$1" "$1" "$1"; }
link() { printf 'diff --git a/%s b/%s\nnew file mode 120000\n--- /dev/null\n+++ b/%s\n@@ -0,0 +1 @@\n+%s\n\\ No newline at end of file\n' "$1" "$1" "$1" "$2"; }
asmail() { printf 'From 0000000000000000000000000000000000000000 Mon Sep 17 00:00:00 2001\nFrom: A <a@example.org>\nDate: Mon, 1 Jan 2024 00:00:00 +0000\nSubject: [PATCH] x\n\n---\n'; cat; printf -- '-- \n2\n\n'; }
new ../pwned >"$P/up"
new "../../../../..$T/pwned" >"$P/farup"
new "init/../../pwned" >"$P/through"
printf -- '--- /dev/null\n+++ %s/pwned\n@@ -0,0 +1 @@\n+x\n' "$T" >"$P/absolute"
new scripts/out/pwned >"$P/intree"
{ link escape "$T"; new escape/pwned; } >"$P/newlink"
{ link escape "$T" | asmail; new escape/pwned | asmail; } >"$P/twomails"
printf 'diff --git a/scripts/link b/scripts/link\n--- a/scripts/link\n+++ b/scripts/link\n@@ -1 +1 @@\n-../init\n+x\n' >"$P/overlink"
new .git/hooks/post-commit >"$P/dotgit"
printf 'diff --git a/init/main.c b/../pwned\nsimilarity index 100%%\nrename from init/main.c\nrename to ../pwned\n' >"$P/renameup"
for bad in up farup through intree newlink overlink dotgit renameup; do
	same apply $bad "hostile: $bad"
	is "$(find "$T" -name 'pwned*' -o -name post-commit ! -path '*/hooks/post-commit.sample')" "" "hostile: $bad: nothing is written elsewhere"
done
build "$P/absolute"
is "$(find "$T" \( -path "$T/cache" -o -path "$TREE" \) -prune -o -name 'pwned*' -print)" "" "hostile: an absolute name: nothing is written there"
same am twomails "hostile: a link by one mail, a file behind it by the next"
is "$(find "$T" -name 'pwned*')" "" "hostile: and nothing is written there"

# Mails in a mailbox that are not patches.
{ printf 'Nothing here.\n' | asmail | sed '/^---$/d; s/PATCH\] x/PATCH 0\/1] x/'; cat "$P/plain"; } >"$P/cover"
build "$P/cover"
is "$rc" 0 "a cover letter is skipped"
{ asmail <"$T/other.diff" | sed 's/PATCH\] x/PATCH v2 00\/11] x/'; cat "$P/plain"; } >"$P/coverdiff"
build "$P/coverdiff"
is "$rc" 0 "a cover letter with an interdiff that is not indented is skipped"
is "$(grep -c 666 "$TREE/init/main.c")" 0 "an interdiff that is not indented is not applied"
{ new lib/ten.c | asmail | sed 's/PATCH\] x/PATCH 10\/11] x/'; cat "$P/plain"; } >"$P/ten"
build "$P/ten"
is "$(cat "$TREE/lib/ten.c")" x "mail 10 of 11 is no cover letter"
{ echo "a summary" | asmail; cat "$P/plain"; } >"$P/nodiff"
build "$P/nodiff"
is "$rc" 2 "a mail that announces a diff and has none: exit code 2"
like "$err" "nodiff, mail 1 of 2: there is no diff in it" "a mail that announces a diff and has none: the error names it"

# Order, and messages.
mail two..end >"$P/rest"
build "$P/plain" --patch "$P/rest"
is "$rc $(contents "$TREE" | sha256sum)" "0 $(git -C "$REPO" checkout -q end && contents "$REPO" | sha256sum)" "patches are applied in order"
build "$P/plain" --patch "$P/show"
like "$err" "/show is applied already: .* has all of its changes" "a patch twice: it is reported"
build "$P/diff" --patch "$P/series"
like "$err" "/series, mail 1 of 6 is applied already" "a series that is in the source: which mail"
sed 's/^ int six/ int 6/' "$P/plain" >"$P/second"
build "$P/second"
like "$err" "/second does not apply to $SRC .*: init/main.c: hunk [0-9] of [0-9] does not apply at line [0-9]" "a patch that does not apply: the error has patch, file, hunk and line"
sed 's|lib/new.c|init/main.c|' "$P/rest" >"$P/there"
build "$P/there"
like "$err" "/there, mail 5 of 5 does not apply .*: init/main.c exists already" "a new file that is there"
build "$P/cut"
like "$err" "/cut does not apply .*: the diff is damaged or cut off" "a diff that is cut off"
build "$P/up"
like "$err" "/up does not apply .*: invalid path '../pwned'" "a path out of the tree"
build "$P/intree"
like "$err" "/intree does not apply .*: affected file 'scripts/out/pwned' is beyond a symbolic link" "a path through a link"
build "$P/rawcrlf"
like "$err" "\(its lines end in CR LF\)" "CR LF is reported"
# Files that are not diffs in the format of git are refused, and the message says what they are.
named() { # FILE REGEX
	build "$P/$1"
	is "$rc" 2 "$1: exit code 2"
	like "$err" "/$1:? $2" "$1: is named"
}
gzip -c "$P/plain" >"$P/packed"
named packed "this is a gzip file: unpack it"
iconv -t UTF-16 "$P/plain" >"$P/wide"
named wide "this is UTF-16 text"
named combined "there is no diff in it: this is the combined diff of a merge"
named context "there is no diff in it: this is a context diff; make it with diff -u"
git -C "$REPO" show --color=always two >"$P/coloured"
named coloured "there is no diff in it: it is coloured"
raw -r >"$P/normal"
named normal "there is no diff in it: it has no context"
sed '/^diff/,$s/^/> /; s/^Subject: /&Re: /' "$P/plain" >"$P/reply"
named reply "there is no diff in it: each line is quoted"
git -C "$REPO" diff --no-prefix base two >"$P/bare"
named bare "does not apply to .*: its file names lack a/ and b/"

# The user's git configuration does not matter, nor does a repository around the cache.
git init -q "$T"
printf '[apply]\nwhitespace = error-all\n[core]\nautocrlf = true\n[mailinfo]\nscissors = true\n' >>"$GIT_CONFIG_GLOBAL"
sed 's/^+int eight;/& /' "$P/show" >"$P/blank"
GIT_DIR=$REPO/.git GIT_WORK_TREE=$T build "$P/blank"
is "$rc" 0 "blanks at the end, which the user's git configuration refuses: applied"
is "$(grep -c 'eight; $' "$TREE/init/main.c")" 1 "blanks at the end are kept"
no_leftovers "nothing is left"
finish
