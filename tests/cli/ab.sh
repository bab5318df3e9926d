#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Comparisons without a plan: `kduel ab` with two trees or two commands, and `kduel run --kernel`; and plans
# that run commands on this system.
# shellcheck source=tests/tap.sh
. "$(dirname "$0")/../tap.sh"
# shellcheck source=tests/data/kernel-tree/tree.sh
. "$TOP/tests/data/kernel-tree/tree.sh"
export XDG_CACHE_HOME=$T/cache HOME=$T/home
mkdir -p "$HOME"
flat() { echo "$rc ${err//$'\n'/ }"; }

# --- two commands

cd "$T" || exit
echo here >here
kduel ab --local --boots 3 'cat here >>ran-a' 'sleep 0.4; cat here >>ran-b'
is $rc 0 "two commands" "$err"
like "$out" "exec/time -[0-9]+" "the faster one is found"
like "$(tr '\n' ' ' <<<"$out")" "commands on one boot of one kernel" "the report says that it is one boot"
like "$out" "^  a +3 of 3 boots ok" "the report counts the sessions of each side"
is "$(sort ran-a ran-b | uniq -c | tr -s ' ')" " 18 here" "the commands ran in this directory, three times a session, shown and stored"
like "$err" 'exec +runs on this system: cd -- .*cat here >>ran-a' "the commands are shown"
like "$err" "^plan +$T/plans/[0-9a-f]{12}.yaml" "the plan is kept"
plan=$(sed -n 's/^plan *//p' <<<"$err")
like "$err" "^  allow_exec: true" "the plan is printed"
kduel run --dry-run "$plan"
is $rc 0 "the stored plan can be run again"
is "$(sqlite3 "$KDUEL_DB" 'select group_concat(v.name, "") from boot b join variant v on v.id = b.variant where b.slot < 2 order by b.slot' | fold -w1 | sort | tr -d '\n')" "ab" "sessions are interleaved in blocks"
kduel ab --local 'exit 3' 'true' --boots 1
is "$rc" 4 "a command that fails"
kduel ab --local 'a' 'b' 'c'
like "$(flat)" "^2 .*expected two commands, found 3 words" "three words"
kduel ab --local 'a'
like "$(flat)" "^2 .*expected two commands" "one word"
kduel ab --local "it's \"quoted\" \\ here" 'two
lines' --dry-run
is $rc 0 "quotes, backslashes and newlines in commands"
# Characters that YAML would fold to a blank reach the shell, but not the terminal; control characters are
# refused.
odd=$': \t \xc2\x85 \xe2\x80\xa8 \xe2\x80\xa9 \xef\xbb\xbf \xe2\x80\xae \\ \" end'
kduel ab --local "printf %s '$odd' >odd" : --boots 1
is "$(cat odd)" "$odd" "line ends of Unicode, tabs, quotes in a command"
like "$err" "exec +runs on this system: .* end" "odd characters in a command: the command is shown"
ok "$(! grep -qP '\xc2\x85|\xe2\x80\xae' <<<"$err"; echo $?)" "odd characters in a command: those that a terminal would obey are not printed"
for odd in $'\r' $'\e]0;title\a' $'\x7f'; do
	kduel ab --local "touch ran-odd $odd" :
	like "$(flat)" "^2 .*'command' must be text .*without control characters" "a command with $(printf %q "$odd")"
	ok "$(! grep -qP '\x1b|\x07|\r' <<<"$err"; echo $?)" "a command with a control character: the terminal does not get it"
done
ok "$([ ! -e ran-odd ]; echo $?)" "commands with control characters: none of them ran"

# --- commands of a plan on this system

cat >exec.yaml <<-YAML
name: own
target: {kind: local}
variants: [{name: running}]
workloads: [{exec: {command: "echo ran >>$T/ran"}}]
collectors: []
boots: 1
YAML
kduel run exec.yaml
like "$(flat)" "^2 .*workload exec would run on this system.*echo ran.*say --allow-exec, or 'allow_exec: yes'" "without --allow-exec: refused, and the command is shown"
ok "$([ ! -e ran ]; echo $?)" "without --allow-exec the command does not run"
kduel run exec.yaml --allow-exec
is "$rc $(wc -l <ran)" "0 4" "--allow-exec"
like "$err" "exec +runs on this system: echo ran" "--allow-exec: the command is shown, too"
echo 'allow_exec: yes' >>exec.yaml
kduel run exec.yaml
is "$rc $(wc -l <ran)" "0 8" "allow_exec: yes in the plan"
like "$out" "exec/time" "the time of a command without rules is measured"
sed 's/command: "[^"]*"/command: ""/' exec.yaml >none.yaml
kduel run none.yaml
like "$(flat)" "^2 .*none.yaml:4:[0-9]+: exec: command: there is none" "no command at all"
printf 'target: {kind: local}\nvariants: [{name: a, command: x}, {name: b}]\nbaseline: a\nworkloads: [exec]\n' >half.yaml
kduel run half.yaml
like "$(flat)" "^2 .*exec has no 'command', and not every variant has one" "a command of one variant only"
sed 's/exec/pipe/; s/, {name: b}//' half.yaml >pipe.yaml
kduel run pipe.yaml
like "$(flat)" "^2 .*pipe.yaml:2:[0-9]+: 'command' is for workload exec, which the plan does not have" "a command without exec"

# --- two kernels

mapfile -t conf < <(printf 'CONFIG_%s=y\n' MODULES "${BOOTS[@]}" FW_CFG_SYSFS CRASH_DUMP SYSCTL KALLSYMS PRINTK)
built_tree "$HOME/new" 6.18.0-new "${conf[@]}"
built_tree "$HOME/old" 6.18.0-old "${conf[@]}"
tilde=\~
mkdir agents && cp "${O:-$TOP/build}/agent-$(uname -m)" agents/agent-aarch64 2>/dev/null || echo agent >agents/agent-aarch64
made() { # the plan that was made
	sed -n '/^plan /,/^boots/s/^  //p' <<<"$err"
}
export KDUEL_AGENT_DIR=$T/agents
kduel ab "$tilde/new" "$tilde/old" --dry-run pipe "micro: {ops: getppid}"
like "$(made)" "^name: new-vs-old" "two trees: called by their directories"
is "$(made | grep -A5 '^variants:' | tr '\n' ' ')" "variants:   - name: new     kernel: {tree: \"$HOME/new\"}   - name: old     kernel: {tree: \"$HOME/old\"} baseline: old " "their sides"
is "$(made | grep -A2 '^workloads:' | tr '\n' ' ')" "workloads:   - pipe   - micro: {ops: getppid} " "workloads, with parameters"
like "$(made)" "^exact: true" "exact by default"
# --- the user's files

echo data >own
mkdir -p "$HOME/set"
kduel ab "$tilde/new" "$tilde/old" --dry-run --file /opt/own=own --file "/opt/s e: t=$tilde/set" pipe
is "$(made | grep -A3 '^guest:' | tr '\n' ' ')" "guest:   files:     \"/opt/own\": \"$T/own\"     \"/opt/s e: t\": \"$tilde/set\" " "files for guests: the plan has them by absolute paths"
like "$(flat)" "^2 .*CONFIG_EXT4_FS: it is not set .qemu: the root image is ext4" "files for guests: refused, as these kernels cannot mount the root image"
kduel run --kernel "$tilde/new" --kernel "$tilde/old" --dry-run --file "/opt/own=$T/own" --workload pipe
like "$(made)" "^    \"/opt/own\": \"$T/own\"" "kduel run --file: the plan has the absolute path, too"
for odd in own /opt/own /opt/own= =own; do
	kduel ab "$tilde/new" "$tilde/old" --dry-run --file "$odd" pipe
	like "$(flat)" "^2 .*--file: expected /PLACE/IN/GUEST=PATH, found '$odd'" "--file $odd"
done
# A script's path is relative to the working directory, not to the plan that kduel stores.
printf '#!/bin/sh\necho it ran\n' >run.sh && cp run.sh rün.sh
kduel ab "$tilde/new" "$tilde/old" --dry-run 'exec: {script: run.sh}'
like "$(made)" "^  - exec: \{script: \"$T/run.sh\"\}" "a script: the plan has it by its absolute path"
unlike "$err" "run.sh: |'script'" "a script: kduel finds it by that path"
kduel ab "$tilde/new" "$tilde/old" --dry-run "exec: {setup: 'ä日, }', 'script': './rün.sh' , warmup: 0}"
like "$(made)" "^  - exec: \{setup: 'ä日, \}', 'script': \"$T/rün.sh\" , warmup: 0\}" "a script: its key may be anywhere in the mapping"
kduel run --kernel "$tilde/new" --kernel "$tilde/old" --dry-run --workload 'exec: {script: gone.sh}'
like "$(flat)" "^2 .*'script': $T/gone.sh: No such file" "a script that does not exist: the error has its absolute path"
kduel ab "$tilde/new" "$tilde/old" --dry-run 'exec: {script: [run.sh}'
like "$(flat)" "^2 .*yaml:[0-9]+:[0-9]+: " "a script in invalid YAML: the error is the plan reader's"
kduel ab "$tilde/new" "$tilde/old" --dry-run --file /opt/own=nowhere pipe
like "$(flat)" "^2 .*nowhere: No such file" "a file that does not exist"
kduel ab --local a b --file /opt/own=own
like "$(flat)" "^2 .*--file is for guests" "commands on this system take none"
kduel run --file /opt/own=own plan.yaml
like "$(flat)" "^2 .*go with --kernel" "kduel run with a plan does not take --file"

kduel ab "$tilde/new" "$tilde/new/" --dry-run pipe
like "$(made)" "^  - name: a" "two of one name: the second is a letter"
mkdir -p "$HOME/more" && cp -a "$HOME/new" "$HOME/more/b" && cp -a "$HOME/new" "$HOME/b"
kduel ab "$tilde/b" "$tilde/more/b" --dry-run pipe
is "$(made | grep -E '^  - name:' | tr -d ' \n')" "-name:b-name:a" "the letter of a side is not the name of the other"
kduel ab "x: {y}=$tilde/new" "$tilde/old" --dry-run pipe
like "$(flat)" "^2 .*'x: .y.' is not a valid name for a kernel" "a name that is not valid"
kduel ab "$tilde/new" "$tilde/old" --dry-run $'pipe\nallow_exec: true'
like "$(flat)" "^2 .*workload 'pipe.*allow_exec|^2 .*workload pipe: expected a single line" "a workload of two lines"
kduel run --kernel "NEW=$tilde/new" --kernel OLD="$HOME/old" --workload pipe --timed --dry-run
is "$(made | grep -E 'name:|kernel:|baseline:' | tr '\n' ' ' | tr -s ' ')" "name: NEW-vs-OLD - name: NEW kernel: {tree: \"$HOME/new\"} - name: OLD kernel: {tree: \"$HOME/old\"} baseline: OLD " "kduel run --kernel NEW=... --kernel OLD=..."
kduel ab 'linux-image-6.18.*-cloud-arm64' "linux-image-*-x: y" --dry-run pipe
is "$(made | grep -E '^  - name:' | tr -s ' \n' ' ')" " - name: 6.18-cloud-arm64 - name: x-y " "globs: kernels are named after their literal parts"
kduel run --kernel "NEW=linux-image-6.18*-cloud-arm64" --kernel "$HOME/old" --workload nosuch
like "$(flat)" "^2 .*no workload 'nosuch'" "a workload that does not exist"
kduel run --kernel "NEW=$tilde/new"
like "$(flat)" "^2 .*--kernel is given once" "one kernel"
kduel run --kernel a --kernel b plan.yaml
like "$(flat)" "^2 .*--kernel makes a plan: do not name another" "kernels and a plan"
kduel run --workload pipe
like "$(flat)" "^2 .*go with --kernel" "a workload and no kernel"
# --- a tree that is rebuilt before its campaign is resumed
cat >resume.yaml <<-YAML
name: resume
target: {kind: fake}
variants:
  - {name: new, fake: {kernel: {tree: $HOME/new}, boot_delay: 300ms}}
  - {name: old, fake: {kernel: {tree: $HOME/old}, boot_delay: 300ms}}
baseline: old
workloads: ["null"]
boots: 3
YAML
rm -f "$KDUEL_DB"
kduel_killed_after +0.5 run resume.yaml
fake_image 6.18.0-new again >"$HOME/new/arch/arm64/boot/Image"
kduel run --resume latest
like "$(flat)" "^2 .*the kernel of variant 'new' is not the one of the earlier boots: $HOME/new is now [0-9a-f]{12}, it was [0-9a-f]{12}; .*begin a new campaign" "--resume after make: refused by name"
fake_image 6.18.0-new "${conf[*]}" >"$HOME/new/arch/arm64/boot/Image"
kduel run --resume latest
is "$rc $(sql "select count(*) from boot")" "0 6" "--resume with the tree as it was: the campaign goes on"
rm "$HOME/old/arch/arm64/boot/Image"
kduel ab "$tilde/new" "$tilde/old" pipe
like "$(flat)" "^2 .*$HOME/old: there is no arch/arm64/boot/Image" "a tree that is half built: named, before a plan is made"
kduel ab "$tilde/new" "$tilde/nowhere" pipe
like "$(flat)" "^2 .*nowhere: No such file or directory" "a tree that does not exist"
kduel ab "$tilde/new"
like "$(flat)" "^2 .*expected two kernels" "one tree"
mkdir tree-here
kduel ab tree-here "$tilde/new" pipe
like "$(flat)" "^2 .*'tree-here' is not a name from .kduel kernel list.; for the file or directory here, say ./tree-here" "a directory without a slash"
built_tree "$HOME/old" 6.18.0-old "${conf[@]}"
make_tree "$T/pc" && mkdir "$T/built" && make -s -C "$T/pc" O="$T/built" bzImage >/dev/null
kduel ab "$tilde/new" "$T/built/arch/x86/boot/bzImage" pipe
like "$(flat)" "^2 .*the kernel of variant 'bzImage' is for amd64, and that of 'new' for arm64: a plan compares kernels of one architecture" "two architectures"
printf '\177ELF\2\1\1' | cat - "$HOME/new/arch/arm64/boot/Image" >"$T/vmlinux"
kduel ab "$T/vmlinux" "$tilde/old" pipe
like "$(flat)" "^2 .*vmlinux: .*found an ELF file" "a vmlinux in place of an Image"
kduel ab "$T/vmlinux" "$T/built/arch/x86/boot/bzImage" pipe
like "$(flat)" "^2 .*vmlinux: .*found an ELF file" "a vmlinux beside a kernel for amd64: refused as a vmlinux"
unlike "$err" "one architecture" "a vmlinux beside a kernel for amd64: the message does not mention architectures"
kduel ab "$tilde/new" "$tilde/b" pipe --dry-run
like "$err" "^kernel  b: $HOME/b$" "a kernel is called as the plan does"
like "$err" "^kernel  new and b are the same: Image and modules are identical" "two trees that are the same kernel: a message says so"
kduel ab "$tilde/new" "$tilde/old" pipe --dry-run
unlike "$err" "are the same" "two trees with different kernels: no message that they are the same"
mkdir -p "$T/mods/lib/modules/6.12.1-other"
cat >mods.yaml <<-YAML
variants: [{name: a, kernel: {image: $HOME/old/arch/arm64/boot/Image, modules: $T/mods}}]
workloads: [pipe]
YAML
kduel run --dry-run mods.yaml
like "$(flat)" "^2 .*mods.yaml:1:[0-9]+: .*6.18.0-old.*6.12.1-other" "modules of another release"
ok "$(has_campaign && [ "$(sql "select count(*) from boot")" -gt 6 ]; echo $((! $?)))" "nothing was booted"
built_tree "$HOME/riscv" 6.18.0-riscv "${conf[@]}"
sed -i 's/ARM64/RISCV/' "$HOME/riscv/.config" "$HOME/riscv/include/config/auto.conf"
kduel ab "$tilde/new" "$tilde/riscv" pipe
like "$(flat)" "^2 .*a kernel for riscv64, but kduel boots only those for" "an architecture that kduel does not boot"
finish
