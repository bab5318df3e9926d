#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# LINT=changed checks files that were committed since the branch point, with an upstream branch or without, and all
# files if the branch point is not known.
# shellcheck source=tests/tap.sh
. "$(dirname "$0")/../tap.sh"

export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1
# A tree of scripts, one of which is wrong from the start.
mkdir -p "$T/far/tests" "$T/far/.ci"
cd "$T/far" || exit
cp "$TOP/tests/lint.sh" tests/
cp "$TOP/.ci/run" .ci/
mkdir "$T/bin"
ln -s /bin/true "$T/bin/apt-get" # the names of mirrors are another check's, and take a second each time
export PATH=$T/bin:$PATH
fault() { printf '%s\n' '#!/bin/bash' '# SPDX-License-Identifier: GPL-2.0-only' 'cd "$1"' >"$1"; }
fault old.sh
commit() { git add -A && git -c user.name=n -c user.email=n@example.org commit -q -m "$1"; }
git init -q -b main .
commit first
looked() { # what is found
	O=$T/o LINT=changed tests/lint.sh >"$T/out" 2>&1
	out=$(grep -oE '^# In [a-z]+\.sh|^ok [0-9]+ - shellcheck|no branch to compare' "$T/out" | sort | tr '\n' ' ')
}
looked
is "$out" '# In old.sh no branch to compare ' "a main branch without an upstream: all is looked at" "$(cat "$T/out")"

git clone -q "$T/far" "$T/near" 2>"$T/err"
cd "$T/near" || exit
looked
is "$out" 'ok 7 - shellcheck ' "a clone: nothing has changed"
fault new.sh
looked
is "$out" '# In new.sh ' "a file that git does not know"
commit second
looked
is "$out" '# In new.sh ' "a file that was committed since the base commit"
git checkout -q -b topic --no-track
looked
is "$out" '# In new.sh ' "a changed file on a branch without an upstream"
git remote remove origin
git branch -q -f main HEAD~
looked
is "$out" '# In new.sh ' "a changed file in a repository without a remote"
git rm -q new.sh && commit third
looked
is "$out" 'ok 7 - shellcheck ' "a removed file is not checked"
finish
