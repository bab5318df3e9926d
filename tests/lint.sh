#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# lint.sh: the project's limits and static checkers, a TAP line each. With LINT=changed (make check) the slow checks
# only look at changed files.
set -u
cd "$(dirname "$0")/.." || exit 2
O=${O:-build}
mkdir -p "$O/gen" "$O/test-logs"
[ -e "$O/gen/version.h" ] || echo '#define KDUEL_VERSION "lint"' >"$O/gen/version.h"
n=0 failed=0

report() { # name status log
	((n++))
	if [ "$2" -eq 0 ]; then
		echo "ok $n - $1"
	else
		((failed++))
		echo "not ok $n - $1"
		# Errors first, as the explanations may be long.
		{ grep -E '(error|warning): ' "$3" | head -n 40; tail -n 40 "$3"; } | sed 's/^/# /'
	fi
}

check() { # name command...
	local name=$1 log
	shift
	log=$O/test-logs/lint-${name%%[: ]*}.log
	"$@" >"$log" 2>&1 </dev/null
	report "$name" $? "$log"
}

some() { # how many files there are, command...
	[ "$1" -eq 0 ] || "${@:2}"
}

# Sources in configs/modules/ need the headers of the kernel, so they cannot be checked here.
mapfile -t C < <(git ls-files '*.c' ':!configs/modules')
mapfile -t KERNEL_C < <(git ls-files 'configs/modules/*.c')
mapfile -t H < <(git ls-files '*.h')
mapfile -t SH < <(git ls-files '*.sh'; echo .ci/run; git grep -lE '^#!/bin/(ba)?sh' -- tests/metal ':!*.sh')

# Files for the slow checks with LINT=changed: those that differ from the branch point, and untracked ones. For a changed
# header, also the C file of the same name.
changed() { # base
	{ git diff --name-only --diff-filter=d "$1"; git ls-files -o --exclude-standard; } |
		grep -v '^configs/modules/' | grep -E '\.([ch]|sh)$|^\.ci/run$|^tests/metal/[a-z/-]*$' | sed 's/\(.*\)\.h$/&\n\1.c/' | sort -u |
		while read -r f; do [ ! -e "$f" ] || echo "$f"; done
}

# The branch point: where the branch left its upstream or, without one, the main branch. On a main branch without
# upstream it is unknown: fail, rather than take everything committed as checked.
base() {
	local other
	for other in '@{upstream}' origin/HEAD main master; do
		case $other in "$(git branch --show-current)") return 1 ;; esac
		git merge-base HEAD "$other" 2>/dev/null && return
	done
	return 1
}
C_SLOW=("${C[@]}") SOURCES=("${C[@]}" "${H[@]}" "${KERNEL_C[@]}")
if [ "${LINT:-all}" = changed ]; then
	if base=$(base); then
		mapfile -t SOURCES < <(changed "$base" | grep '\.[ch]$')
		mapfile -t C_SLOW < <(changed "$base" | grep '\.c$')
		mapfile -t SH < <(changed "$base" | grep -v '\.[ch]$')
	else
		echo "# no branch to compare with: checking all files"
	fi
fi

# An exception is a comment in the file with its reason: "lint: NAME may be long: WHY" for a
# function, "lint: this file may be long: WHY" for the file.
may_be_long() { # what, file
	grep -qE "lint: $1 may be long: .*[a-z]" "$2"
}

functions() { # none over 100 lines; median under 16, p90 under 50
	local lines name file bad=0
	ctags --fields=+ne --c-kinds=f -f - "${C[@]}" | awk -F'\t' '
		{ s = e = 0; for (i = 4; i <= NF; i++) {
			if ($i ~ /^line:/) s = substr($i, 6); if ($i ~ /^end:/) e = substr($i, 5) } }
		e > s { print e - s + 1, $2, $1 }' | sort -n >"$O/test-logs/functions"
	while read -r lines file name; do
		[ "$lines" -le 100 ] || may_be_long "$name" "$file" ||
			{ echo "$file: $name has $lines lines"; bad=1; }
	done <"$O/test-logs/functions"
	awk '{ v[NR] = $1 }
		END { m = v[int((NR + 1) / 2)]; p = v[int(NR * 0.9)]
			print NR " functions, median " m ", p90 " p
			exit !NR || m >= 16 || p >= 50 }' "$O/test-logs/functions" && [ $bad -eq 0 ]
}

files() { # sources of at most 800 lines
	local lines file bad=0
	while read -r lines file; do
		[ "$file" = total ] || [ "$lines" -le 800 ] || may_be_long "this file" "$file" ||
			{ echo "$file has $lines lines"; bad=1; }
	done < <(wc -l "${C[@]}" "${H[@]}")
	return $bad
}

spdx() { # within the first two lines
	git ls-files -z '*.c' '*.h' '*.sh' '*.yaml' Makefile .ci/run ':!tests/data' ':!tests/fuzz/corpus' |
		xargs -0 awk 'BEGIN {
			for (i = 1; i < ARGC; i++) {
				named = 0
				for (n = 0; n < 2 && (getline line < ARGV[i]) > 0; n++)
					named = named || line ~ /SPDX-License-Identifier: GPL-2.0-only/
				close(ARGV[i])
				if (!named) { print ARGV[i] " has no SPDX line"; bad = 1 }
			}
			exit bad }'
}

hosts() { # no package mirror of this machine is named in the tree
	local bad=0 h
	for h in $(apt-get indextargets --no-release-info --format '$(BASE_URI)' 2>/dev/null |
		sed -E 's#^[a-z]+://##; s#/.*##' | sort -u); do
		git grep -nIF "$h" -- . && bad=1
	done
	return $bad
}

format() {
	clang-format --version &&
		printf '%s\0' "${SOURCES[@]}" |
		xargs -0 -P "$(nproc)" -n 64 clang-format --style=file --dry-run -Werror
}

shell() { # a few files at a time, as one shellcheck uses one CPU only
	printf '%s\0' "${SH[@]}" | xargs -0 -P "$(nproc)" -n 8 shellcheck -x -S warning
}

# Limit the analyzer to this many nodes per function, exploring unvisited blocks first. That reaches 99.7 % of all basic
# blocks; 75000 nodes in the default order reach 99.8 %, in more than twice the time. The default is 225000:
# TIDY_NODES=225000 make lint uses that.
#
# A file without complaints is not checked again until its input changes: the preprocessed text with comments (NOLINT) and
# macros, the checks, or clang-tidy and its options. Like that of ccache, this cache belongs to the user, so that it also
# serves fresh clones; TIDY_CACHE=DIR selects another one.
TIDY_CACHE=${TIDY_CACHE:-${XDG_CACHE_HOME:-${HOME:-$PWD/$O}/.cache}/kduel-tidy}
tidy_one() { # file, flags of the compiler...
	local file=$1 text key
	local options=(--quiet --warnings-as-errors='*' --extra-arg=-Xclang
		--extra-arg=-analyzer-config --extra-arg=-Xclang
		--extra-arg=max-nodes="${TIDY_NODES:-30000}"
		--extra-arg=-Xclang --extra-arg=-analyzer-config --extra-arg=-Xclang
		--extra-arg=exploration_strategy=unexplored_first)
	shift
	if text=$(clang -E -CC -dD "$@" "$file" 2>/dev/null | sha256sum; exit "${PIPESTATUS[0]}"); then
		key=$({ echo "$text" "$file" "${options[@]}" "$@"; echo "$TIDY_VERSION"; cat .clang-tidy; } | sha256sum)
		key=$TIDY_CACHE/${key%% *}
		[ ! -e "$key" ] || { touch "$key"; return 0; }
	fi
	clang-tidy "${options[@]}" "$file" -- "$@" || return
	[ -z "${key:-}" ] || : >"$key"
}

tidy() {
	local flags
	read -ra flags < <(pkg-config --cflags libRmath jansson)
	TIDY_VERSION=$(clang-tidy --version)
	export -f tidy_one
	export O TIDY_VERSION TIDY_NODES TIDY_CACHE
	mkdir -p "$TIDY_CACHE"
	find "$TIDY_CACHE" -type f -mtime +30 -delete
	# shellcheck disable=SC2016
	printf '%s\n' "${C_SLOW[@]}" | xargs -P "$(nproc)" -I{} bash -c 'tidy_one "$@"' _ {} \
		-std=gnu17 -D_GNU_SOURCE -I. -I"$O/gen" -isystem build/libperf/src/tools/lib/perf/include \
		"${flags[@]}"
}

check "spdx: every file names its licence" spdx
check "functions: median < 16, p90 < 50, none over 100 lines" functions
check "files: none over 800 lines" files
check "circles: no dependency cycles between files or folders, none that goes upwards" tools/circles "$O"
check "format: as clang-format $(clang-format --version 2>&1 | grep -oE '[0-9]+[.0-9]+' | head -n 1) has it" some "${#SOURCES[@]}" format
check "hosts: this host's package mirrors are not named in the tree" hosts
check "shellcheck" some "${#SH[@]}" shell
# resourceLeak: cppcheck does not understand _close_; clang-tidy finds leaks as well.
check "cppcheck" some "${#C_SLOW[@]}" cppcheck -q -j "$(nproc)" --std=c11 --enable=warning,performance,portability \
	--inline-suppr --error-exitcode=1 --suppress=missingIncludeSystem --suppress=varFuncNullUB \
	--suppress=resourceLeak --suppress=readdirCalled -D_GNU_SOURCE -I. \
	--suppress='*:/usr/*' --library=posix -DKDUEL_VERSION='"lint"' "${C_SLOW[@]}"
check "clang-tidy" some "${#C_SLOW[@]}" tidy
echo "1..$n"
[ $failed -eq 0 ]
