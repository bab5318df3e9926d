#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# kduel init: a plan from options or from three questions, which kduel run accepts.
# shellcheck source=tests/tap.sh
. "$(dirname "$0")/../tap.sh"
export XDG_CACHE_HOME=$T/cache XDG_CONFIG_HOME=$T/config
cd "$T" || exit

kduel init here.yaml --target local --workloads hackbench,pipe
is "$rc $out" "0 " "by options: written"
kduel run --dry-run here.yaml
is "$rc" 0 "the plan that init writes passes --dry-run" "$err"
like "$out" '^# 5 boots' "the plan that init writes has five boots"
is "$(grep -c '^ *#' here.yaml | awk '{ print ($1 > 8) }')" 1 "the plan that init writes has comments"
before=$(cksum here.yaml)
kduel init here.yaml --target local --workloads pipe
is "$rc" 2 "a file that is there: exit code 2"
like "$err" '^kduel: here.yaml exists already: name another file' "named"
is "$(cksum here.yaml)" "$before" "a file that is there is not changed"
: >empty.yaml
kduel init empty.yaml --target local --workloads pipe
is "$rc $(wc -c <empty.yaml)" "2 0" "an empty one as well"
ln -s nowhere link.yaml
kduel init link.yaml --target local --workloads pipe
is "$rc" 2 "a link to nothing is not written through"
ok "$([ ! -e nowhere ]; echo $?)" "a link to nothing: its target is not created"

glob='linux-image-6.18*-cloud-arm64'
kduel init - --kernel "$glob" --baseline linux-image-6.17.13-cloud-arm64 --workloads memcached
is "$rc $err" "0 " "- is standard output"
like "$out" '^exact: true' "counts are the default where QEMU emulates"
like "$out" 'packages: \["linux-image-6.18\*-cloud-arm64"\], suites:' "a glob stays one"
kduel init - --timed --kernel "$glob" --baseline "$glob" --workloads hackbench
unlike "$out" '^exact: true' "--timed takes times"

# A kernel given as a file or as a build tree, whose path may need quoting.
tree="$T/a \"tree\": {"
mkdir -p "$tree/arch/arm64/boot" "$tree/lib/modules"
{
	printf 'MZ\0\0\0\0\0\0' # the magic of an arm64 Image is at 56
	head -c 8 /dev/zero
	printf '\0\0\1\0\0\0\0\0'
	head -c 32 /dev/zero
	printf 'ARMd'
	head -c 65536 /dev/zero
} >"$tree/arch/arm64/boot/Image"
cp "$tree/arch/arm64/boot/Image" "$T/Image"
kduel init own.yaml --kernel "$tree" --baseline ./Image --workloads memcached
is "$rc" 0 "paths: written" "$err"
like "$(cat own.yaml)" 'arch/arm64/boot/Image", modules: "' "the Image of a tree, with its modules"
like "$(cat own.yaml)" "image: \"$T/Image\"}" "a path that holds wherever the plan lies"
like "$(cat own.yaml)" '# Drivers that are modules:' "without modules, a comment says how to get them"

while IFS='|' read -r words said; do
	read -ra args <<<"$words"
	kduel init no.yaml "${args[@]}"
	is "$rc $out" "2 " "$words: exit code 2"
	like "$err" "$said" "$words: named"
	ok "$([ ! -e no.yaml ]; echo $?)" "$words: nothing written"
done <<-'MISTAKES'
	|^kduel: --kernel is missing
	--kernel linux-image-x|^kduel: --baseline is missing
	--kernel linux-image-x --baseline linux-image-y|^kduel: --workloads is missing
	--target local|^kduel: --workloads is missing
	--target locla|--target: expected qemu .*not 'locla'
	--target ssh:nobody|--target: .*nobody
	--workloads hackbnch|--workloads: no workload 'hackbnch' \(did you mean 'hackbench'
	--workloads ,|--workloads: expected names
	--kernel nonsense|--kernel: 'nonsense' is not a kernel: expected a Debian package
	--kernel /nowhere/Image|--kernel: /nowhere/Image: No such file
	--kernel /etc|--kernel: /etc: expected a kernel in it: a tree that one was configured in, or Image
	--target local --kernel linux-image-x --workloads pipe|--target local measures the kernel that is running
	--target local --workloads exec|these answers do not make a valid plan: nothing was written
MISTAKES

# On a terminal: an invalid answer is asked for again; an empty one means the value in brackets.
answers() { # file, answers
	{
		sleep 0.3
		printf "$2"
		sleep 0.3
	} | script -qec "$(printf '%q ' "$KDUEL" init "$1")" /dev/null >"$T/tty" 2>&1
}
answers asked.yaml 'qeum\nlocal\n\n'
like "$(cat "$T/tty")" "expected qemu .*not 'qeum'" "a wrong answer: the error has the possible ones"
like "$(cat asked.yaml)" '^  kind: local' "a wrong answer: the question is asked again"
like "$(cat asked.yaml)" '^  - hackbench' "an empty answer takes the preset"
answers guest.yaml '\n\n\n\n'
is "$(grep -cE '^  kind: qemu|6\.1[78]\*|^  - (memcached|tmpfs-rand64)' guest.yaml)" 5 "presets all the way"
answers here.yaml '\n'
like "$(cat "$T/tty")" 'exists already' "a plan that cannot be written: init says that it exists"
unlike "$(cat "$T/tty")" 'Where to measure' "what cannot be written: the first question is not asked"
finish
