#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Options of every subcommand: --help and --usage on standard output, mistakes on standard error with exit code 2,
# whatever ARGP_HELP_FMT is.
# shellcheck source=tests/tap.sh
. "$(dirname "$0")/../tap.sh"

kduel --help
is "$rc $err" "0 " "kduel --help"
mapfile -t commands < <(sed -nE 's/^  ([a-z-]+) +.*/\1/p' <<<"$out")
is "${#commands[@]}" 32 "lists the commands" "${commands[@]}"
verbs=()
below() { # command, how many verbs it has
	local list
	kduel "$1" --help
	is "$rc $err" "0 " "kduel $1 --help"
	mapfile -t list < <(sed -nE "s/^  ([a-z]+) +.*/$1 \\1/p" <<<"$out")
	is "${#list[@]}" "$2" "lists what can be done below it" "${list[@]}"
	verbs+=("${list[@]}")
}
below kernel 6
below machine 8
below db 4
below fleet 4
below cache 2
kduel --version
is "$rc $err" "0 " "kduel --version"
like "$out" '^kduel ' "kduel --version prints to standard output"
kduel
is "$rc $out" "2 " "without a command: exit code 2, nothing on standard output"
like "$err" '^Usage: kduel COMMAND' "without a command: the usage is on standard error"
kduel kernel nonsense
is "$rc $out" "2 " "kduel kernel nonsense: exit code 2"
like "$err" "^kduel: unknown command 'nonsense'" "kduel kernel nonsense: the error names it"

for c in "${commands[@]}" "${verbs[@]}" fetch "compare --csv x"; do
	case $c in kernel|machine|db|fleet|cache) continue ;; esac
	read -ra words <<<"$c"
	name=$c
	[ "$name" = "compare --csv x" ] && name=compare
	for help in --help -h; do
		kduel "${words[@]}" $help
		is "$rc $err" "0 " "$c $help: exit code 0, nothing on standard error"
		like "$out" "^Usage: kduel $name( |\$)" "$c $help: usage on standard output"
	done
	like "$out" '^  -h, --help +[a-z]' "$c: the help has its options"
	is "$(grep -E '.{80}' <<<"$out")" "" "$c --help fits 79 columns"
	plain=$out
	ARGP_HELP_FMT=rmargin=40,opt-doc-col=4 kduel "${words[@]}" --help
	is "$out" "$plain" "$c: the environment does not change it"
	kduel "${words[@]}" --usage
	is "$rc $err" "0 " "$c --usage: exit code 0"
	like "$out" "^Usage: kduel $name .*\[--help\]|^ .*\[--help\]" "$c --usage: all options"
	kduel "${words[@]}" --nonsense
	is "$rc $out" "2 " "$c --nonsense: exit code 2, nothing on standard output"
	like "$err" "^kduel: unknown option '--nonsense'( \(did you mean .*)?\$" "$c --nonsense: named"
	like "$err" "^Usage: kduel $name( |\$)" "$c --nonsense: the usage"
	kduel "${words[@]}" -x
	is "$rc $out" "2 " "$c -x: exit code 2"
	like "$err" "^kduel: unknown option '-x'\$" "$c -x: named"
	kduel "${words[@]}" --help=3
	is "$rc" 2 "$c --help=3: exit code 2"
	like "$err" "^kduel: option '--help' takes no value\$" "$c --help=3: named"
done

# The help names the fragments and patches that come with kduel.
kduel kernel build --help
for f in configs/kconfig/*.config configs/patches/*; do
	f=$(basename "$f" .config)
	like "$out" "[ (]${f}[,)]" "kernel build --help names $f"
	like "$(cat docs/KERNELS.md)" "^\\| $f \\| " "docs/KERNELS.md says what $f is"
done

# Required arguments are missing.
for c in aa bisect 'db backup' 'db prune' explain export fetch 'fleet slurm' 'fleet submit' history import 'kernel add' 'kernel build' 'kernel rm' 'kernel show' layout \
	'machine add' 'machine check' 'machine rm' 'machine show' 'machine unlock' nightly note parse \
	rename rm run tag; do
	read -ra words <<<"$c"
	kduel "${words[@]}"
	is "$rc $out" "2 " "$c without its arguments: exit code 2"
	like "$err" '^kduel: .' "$c: the error says what is missing"
	like "$err" "^Usage: kduel $c " "$c: the usage"
done

# The value of the last option is missing.
for c in 'aa --boots' 'bisect --plan' 'changes --note' 'compare --db' 'explain --top' 'export --output' 'fetch --arch' 'fleet collect --db' 'fleet status --dir' 'fleet submit --time' \
	'history --csv' 'kernel build --jobs' 'layout --granule' 'list --format' 'list --since' 'parse --param' \
	'plan-boots --effect' 'rm --db' 'run --locked' 'serve --listen' 'show --text' 'tag --db'; do
	read -ra words <<<"$c"
	kduel "${words[@]}"
	is "$rc $out" "2 " "$c without a value: exit code 2"
	like "$err" "^kduel: option '--${c##*--}' needs a value\$" "$c: named"
done
for c in compare export; do
	kduel "$c" -o
	is "$rc" 2 "$c -o without a value: exit code 2"
	like "$err" "^kduel: option '-o' needs a value\$" "$c -o: named"
done

# A value that is refused: the option is named as it is given.
for c in 'list --limit 0' 'export --last 0 site x' 'machine add --root x a b'; do
	read -ra words <<<"$c"
	kduel "${words[@]}"
	is "$rc $out" "2 " "$c: exit code 2"
	like "$err" "^kduel: --[a-z]+ must be " "$c: named"
done

# Too many operands.
for c in 'aa a b' 'bisect a b c' 'compare a b c' 'db backup a b' 'db check a' 'doctor a' 'explain a b c' 'history a b' 'kernel build a' 'kernel list a' \
	'kernel show a b' 'layout a b' 'list a' 'machine add a b c' 'machine list a' 'machine show a b' 'note a b c' 'parse a b c' 'plan-boots a b' 'run a b' 'serve a' \
	'show a 1 b'; do
	read -ra words <<<"$c"
	kduel "${words[@]}"
	is "$rc $out" "2 " "$c: exit code 2"
	like "$err" "^kduel: unexpected argument '${c: -1}'" "$c: named"
done

# Typos, abbreviations, and options before and after operands.
kduel list --fromat json
like "$err" "unknown option '--fromat' \(did you mean '--format'\?\)" "the nearest option is offered"
kduel plan-boots --m x
is "$rc" 2 "an ambiguous abbreviation: exit code 2"
like "$err" "^kduel: option '--m' is ambiguous: --machine, --metric" "an ambiguous abbreviation: the error has the candidates"
kduel list --form xml
is "$rc" 2 "an abbreviation is understood"
like "$err" "^kduel: --format must be text or json, not 'xml'" "an abbreviated option: a wrong value is refused"
cat >"$T/p.yaml" <<'YAML'
target: {kind: fake}
variants: [{name: a}, {name: b}]
baseline: b
workloads: [hackbench]
boots: 2
YAML
kduel run --dry-run "$T/p.yaml"
dry=$out
like "$dry" '^# 4 boots' "an option before its operand"
kduel run "$T/p.yaml" --dry-run
is "$rc $out" "0 $dry" "an option after its operand is the same"
kduel run --dry-run -- "$T/p.yaml"
is "$rc $out" "0 $dry" "-- ends the options"
kduel run -- "$T/p.yaml" --dry-run
is "$rc" 2 "a word after -- is no option"
POSIXLY_CORRECT=1 kduel run "$T/p.yaml" --dry-run
is "$rc" 2 "POSIXLY_CORRECT: no option after an operand"

# Shells do not expand the ~ in --db=~/k.db, so kduel does.
home() { HOME=$T/home kduel "$@"; }
mkdir "$T/home"
home list '--db=~/k.db'
like "$err" "^kduel: $T/home/k.db: no such database" "--db=~/k.db is below the home directory"
home kernel build --name x '--dir=~/linux' '--config=~/own.config'
like "$err" "$T/home/(linux|own.config): " "a leading ~ in values of other options is the home directory, too"
home list '--db=x~/k.db'
like "$err" "^kduel: x~/k.db: no such database" "a ~ elsewhere is one"
HOME='' kduel list '--db=~/k.db'
like "$err" "^kduel: ~/k.db: no such database" "without a home directory ~ stays as it is"

# If the help cannot be written, it is an error, as for all output.
for c in '--help' 'list --help' '--version'; do
	# shellcheck disable=SC2086
	"$KDUEL" $c >/dev/full 2>"$T/err"
	is $? 3 "$c: standard output is full: exit code 3"
done
finish
