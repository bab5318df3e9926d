#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Kernels are checked before anything boots: build trees, symbols that a plan needs, and `kduel kernel check`. Trees
# and images are fake.
# shellcheck source=tests/tap.sh
. "$(dirname "$0")/../tap.sh"
# shellcheck source=tests/data/kernel-tree/tree.sh
. "$TOP/tests/data/kernel-tree/tree.sh"
export XDG_CACHE_HOME=$T/cache HOME=$T/home
CACHE=$T/cache/kduel
mkdir -p "$HOME"

# --- the declared needs, and the documentation

kduel kernel check --list
is "$(sed -n '/^<!-- needs/,/^$/{/^|/p}' "$TOP/docs/KERNELS.md")" "$out" "docs/KERNELS.md has the table of \`kduel kernel check --list\`"

# --- what a plan needs: first with all symbols, then with each one missing, or as a module, with or without its file

lines() { # symbols that are =y
	local s
	for s; do echo "CONFIG_$s=y"; done
}
mapfile -t base < <(lines MODULES "${BOOTS[@]}" FW_CFG_SYSFS BLK_DEV_PMEM ND_CLAIM OF_PMEM OVERLAY_FS VIRTIO_BLK EXT4_FS UNIX CRASH_DUMP SYSCTL KALLSYMS PRINTK)

plan() { # tree, workload, more lines
	cat <<-YAML
	name: needs
	variants:
	  - {name: new, kernel: {tree: $1}}
	workloads: [$2]
	collectors: [${3:-dmesg}]
	YAML
	shift $(($# < 3 ? $# : 3))
	printf '%s\n' "$@"
}
without() { # symbol, line that takes its place
	for l in "${base[@]}"; do
		[[ $l == "CONFIG_$1="* ]] && l=${2-}
		[ -z "$l" ] || echo "$l"
	done
}
# refused SYMBOL LINE PATTERN NAME WORKLOAD [COLLECTORS LINE...]: a tree without SYMBOL is refused
flat() { echo "$rc ${err//$'\n'/ }"; }
refused() {
	local symbol=$1 line=$2 pattern=$3 name=$4
	shift 4
	rm -rf "$T/lacks"
	mapfile -t conf < <(without "$symbol" "$line")
	built_tree "$T/lacks" 6.18.0-lacks "${conf[@]}"
	plan "$T/lacks" "$@" >"$T/lacks.yaml"
	kduel run --dry-run "$T/lacks.yaml"
	like "$(flat)" "^2 .*lacks.yaml:3:[0-9]+: kernel 6.18.0-lacks of variant 'new' lacks" "$name: refused with its place"
	like "$err" "$pattern" "$name: the symbol and the reason"
}
for s in "${BOOTS[@]}"; do
	refused "$s" "" "^  CONFIG_$s: it is not set \(qemu: " "without $s" pipe
done
refused VIRTIO_BLK "" "CONFIG_VIRTIO_BLK: it is not set \(qemu: the root image is a virtio disk\)" "root disk" hackbench
refused EXT4_FS "CONFIG_EXT4_FS=m" "CONFIG_EXT4_FS: it is =m, but there is no module ext4 in lib/modules/6.18.0-lacks" "a module that was not built" hackbench
refused UNIX "CONFIG_UNIX=m" "CONFIG_UNIX: it is =m, but nothing loads it: make it =y \(hackbench: " "a module that nothing loads" hackbench
for s in FW_CFG_SYSFS BLK_DEV_PMEM ND_CLAIM OF_PMEM OVERLAY_FS CRASH_DUMP SYSCTL; do
	refused $s "" "CONFIG_$s: it is not set" "exact mode without $s" hackbench "" "exact: true"
done
for s in BLK_DEV_RAM DM_CRYPT CRYPTO_XTS; do
	refused $s "" "CONFIG_$s: it is not set \(fio-dmcrypt: " "fio-dmcrypt without $s" fio-dmcrypt
done
refused NONE "" "CONFIG_XFS_FS: it is not set \(seqread-xfs: the file is on XFS\)" "seqread-xfs" seqread-xfs
refused NONE "" "CONFIG_PERF_EVENTS: it is not set \(perf: " "collector perf" pipe perf
refused NONE "" "CONFIG_PSI: it is not set \(psi: " "collector psi" pipe psi
refused NONE "" "CONFIG_TEST_VMALLOC: it is not set \(vmalloc: " "vmalloc" vmalloc
mapfile -t conf < <(without NONE; echo CONFIG_TEST_VMALLOC=y)
rm -rf "$T/lacks"; built_tree "$T/lacks" 6.18.0-lacks "${conf[@]}"
plan "$T/lacks" vmalloc >"$T/lacks.yaml"
kduel run --dry-run "$T/lacks.yaml"
like "$(flat)" "CONFIG_TEST_VMALLOC: it is =y, but must be =m" "a module that is loaded with parameters must be one"
start=$(date +%s%N)
kduel run --dry-run "$T/lacks.yaml"
echo "# refused in $(($(($(date +%s%N) - start)) / 1000000)) ms"
has_campaign
ok $(($? == 0)) "a refused kernel: nothing is stored"
ok "$([ ! -e "$CACHE/qemu" ] && [ ! -e "$CACHE/apt" ]; echo $?)" "a refused kernel: nothing was fetched"

# --- the tree's modules

mapfile -t conf < <(without VIRTIO_BLK CONFIG_VIRTIO_BLK=m)
built_tree "$HOME/linux" 6.18.0-mine "${conf[@]}"
tilde=\~
plan "$tilde/linux" null "" "target: {kind: fake}" | sed 's/kernel: {tree: ~.linux}/fake: {kernel: {tree: ~\/linux}}/' >"$T/good.yaml"
kduel run --dry-run "$T/good.yaml"
is $rc 0 "a tree by ~/ is taken" "$err"
k=$(dirname "$(find "$CACHE/kernels" -path '*/6.18.0-mine/*' -name virtio_blk.ko)")
like "$k" 'lib/modules/6.18.0-mine/kernel/drivers' "a tree by ~/: its modules are from modules_install"
like "$(cat "$HOME/linux/installed")" 'ARCH=arm64' "a tree by ~/: modules_install gets its architecture"
meta=${k%/lib/modules/*}
is "$(cat "$meta/config")" "$(cat "$HOME/linux/.config")" "a tree by ~/: the cache has its configuration"
is "$(jq -r '"\(.release) \(.arch) \(.origin)"' "$meta/meta.json")" "6.18.0-mine arm64 $HOME/linux" "a tree by ~/: the cache has release, architecture and path"

# --- trees that are not what they should be

bad() { # pattern, name: of the tree $T/bad
	plan "$T/bad" null >"$T/bad.yaml"
	kduel run --dry-run "$T/bad.yaml"
	like "$(flat)" "^2 .*bad.yaml:3:[0-9]+: 'tree': $1" "$2"
}
fresh() {
	rm -rf "$T/bad"
	built_tree "$T/bad" 6.18.0-bad "${conf[@]}"
}
fresh; rm -r "$T/bad"
bad ".*/bad: No such file or directory" "a tree that does not exist"
fresh; rm "$T/bad/.config"
bad ".*no kernel is configured there \(no .config\); for a build with O=" "a source tree that was built elsewhere"
fresh; rm -r "$T/bad/include"
bad ".*configured, but not built .*run make there" "a tree that was only configured"
fresh; rm "$T/bad/arch/arm64/boot/Image"; : >"$T/bad/vmlinux"
bad ".*there is no arch/arm64/boot/Image: vmlinux exists, but make did not finish" "a half-built tree"
fresh; touch -d '1 hour ago' "$T/bad/arch/arm64/boot/Image"; printf 'ELFLinux version 6.18.0-bad (test) #2\n' >"$T/bad/vmlinux"
bad ".*vmlinux is from a later build than arch/arm64/boot/Image" "an Image of the build before"
fresh; echo 6.19.0-bad >"$T/bad/include/config/kernel.release"
bad ".*arch/arm64/boot/Image has release 6.18.0-bad, but the tree is now 6.19.0-bad" "an Image of another release"
for f in .config include/config/auto.conf include/config/kernel.release modules.order; do
	fresh; rm "$T/bad/$f"; mkfifo "$T/bad/$f"
	bad ".*/bad/$f: expected a file, found something else" "$f is a FIFO: nothing is waited for"
	rm "$T/bad/$f"; ln -s "${f##*/}" "$T/bad/$f"
	case $f in
	.config) bad ".*no kernel is configured there" "$f is a link to itself: no kernel is configured" ;;
	*) bad ".*/bad/$f: Too many levels of symbolic links" "$f is a link to itself: the error says so" ;;
	esac
done
fresh; rm "$T/bad/drivers/virtio_blk.ko"; mkfifo "$T/bad/drivers/virtio_blk.ko"
bad ".*there is no module drivers/virtio_blk.ko" "a module is a FIFO"
fresh; head -c 17M /dev/zero | tr '\0' '#' >>"$T/bad/.config"
bad ".*/bad/.config: expected at most 16384 KiB" "a configuration without end"
kduel ab "$T/bad" "$T/bad" pipe --dry-run
is $rc 2 "without a plan, the exit status is 2, too"
fresh; rm "$T/bad/arch/arm64/boot/Image"; : >"$T/bad/vmlinux"
for c in "kernel add" "kernel check"; do
	kduel $c "$T/bad"
	like "$rc $(flat)" "^2 .*make did not finish" "$c: a tree that is half built is no Image with modules to guess"
done
fresh
kduel kernel add "$T/bad"
is "$(find "$CACHE/kernels/$out/lib/modules/6.18.0-bad" -name virtio_blk.ko | wc -l)" 1 "add: of a tree its modules come, too" "$err"
fresh; echo CONFIG_NEW=y >>"$T/bad/.config"
bad ".*.config was changed since make \(CONFIG_NEW=y\)" "a configuration that was changed after make"
fresh; rm "$T/bad/modules.order"
bad ".*modules, but they are not built" "modules that were not built"
fresh; printf 'vermagic=6.12.0-old SMP' >"$T/bad/drivers/virtio_blk.ko"
bad ".*module drivers/virtio_blk.ko is for release 6.12.0-old, but the kernel is 6.18.0-bad" "modules of another release"
fresh; rm "$T/bad/drivers/virtio_blk.ko"
bad ".*there is no module drivers/virtio_blk.ko" "a module that vanished"
fresh; ln -s "$T/nowhere" "$T/bad/source"; rm "$T/bad/Makefile"
bad ".*its source tree $T/nowhere is gone" "O= that points nowhere"
fresh; rm "$T/bad/Makefile"
bad ".*there is no Makefile" "no build tree at all"
fresh; sed -i 's/ARM64/RISCV/' "$T/bad/.config"
bad ".*a kernel for riscv64, but kduel boots" "an architecture that kduel does not boot"
fresh; sed -i 's/CONFIG_ARM64/CONFIG_S390/' "$T/bad/include/config/auto.conf"
bad ".*.config is for arm64, but what is built there is for s390x" "two architectures in one tree"
fresh; printf '\177ELF' | cat - "$T/bad/arch/arm64/boot/Image" >"$T/bad/x"; mv "$T/bad/x" "$T/bad/arch/arm64/boot/Image"
bad ".*found an ELF file" "a vmlinux in place of the Image"
fresh; sed -i 's/cp drivers/cp nothing/' "$T/bad/Makefile"
plan "$T/bad" null >"$T/bad.yaml"
kduel run --dry-run "$T/bad.yaml"
like "$(flat)" "bad.yaml:3:[0-9]+: $T/bad: make failed with 2 .*cannot stat 'nothing" "modules_install that fails: make's own words"
ok "$([ "$rc" -ne 0 ] && [ -z "$(ls -A "$CACHE/tmp" 2>/dev/null)" ]; echo $?)" "modules_install that fails leaves nothing in the cache"
plan "$T/bad/arch/arm64/boot/Image" null >"$T/bad.yaml"
kduel run --dry-run "$T/bad.yaml"
like "$(flat)" "^2 .*expected the directory that a kernel was built in; a file is 'image'" "a file instead of a tree"
sed 's/kernel: {/kernel: {image: x, /' "$T/good.yaml" >"$T/both.yaml"
kduel run --dry-run "$T/both.yaml"
like "$(flat)" "^2 .*a kernel has one of 'packages', 'tree', 'image' and 'build', not several" "a tree and an image"

# --- an image by itself

mkdir "$T/img"
fake_image 6.18.0-img >"$T/img/Image"
image_plan() { # more of the kernel
	cat <<-YAML
	name: image
	variants: [{name: new, kernel: {image: img/Image$1}}]
	workloads: [hackbench]
	YAML
}
cp "$T/lacks/.config" "$T/other.config"
sed -i 's/6.18.0/6.12.1/' "$T/other.config"
cp "$T/other.config" "$T/img/config"
image_plan ", config: other.config" >"$T/image.yaml"
sed -i '/VIRTIO_BLK/d' "$T/other.config"
kduel run --dry-run "$T/image.yaml"
like "$(flat)" "^2 .*CONFIG_VIRTIO_BLK: it is not set" "the configuration that the plan names is looked at"
fake_image 6.18.0-img two >"$T/img/Image"
sed -i 's/6.12.1/6.18.0/; s/VIRTIO_BLK=y/VIRTIO_BLK=m/' "$T/img/config"
image_plan "" >"$T/image.yaml"
kduel run --dry-run "$T/image.yaml"
like "$(flat)" "^2 .*CONFIG_VIRTIO_BLK: it is =m, but the kernel came without modules" "one beside the image is found: a driver that is a module, and no modules"
fake_image 6.18.0-img three >"$T/img/Image"
{ printf 'IKCFG_ST'; sed '/EXT4/d; s/=m/=y/' "$T/img/config" | gzip; printf 'IKCFG_ED'; } >>"$T/img/Image"
kduel run --dry-run "$T/image.yaml"
like "$(flat)" "^2 .*CONFIG_EXT4_FS: it is not set" "one within the image goes first"
image_plan ", config: image.yaml" >"$T/image.yaml"
kduel run --dry-run "$T/image.yaml"
like "$(flat)" "^2 .*image.yaml: expected the configuration of a kernel" "a file that is not a configuration"

# --- kduel kernel check

kduel kernel check "$HOME/linux"
like "$rc $(head -1 <<<"$out")" "^0 kernel 6.18.0-mine \($HOME/linux\), arm64" "a tree: its release"
like "$out" "^  boots, times are measured +yes$" "a tree: timed boots work"
like "$out" "^  workload seqread-xfs +no$" "a tree: a workload that it cannot run"
like "$out" "^      CONFIG_XFS_FS: it is not set \(seqread-xfs: the file is on XFS\)$" "a tree: the symbol that a workload lacks"
kduel kernel check "$HOME/linux" --workload seqread-xfs
is $rc 2 "a workload that was named decides"
kduel kernel check "$HOME/linux" --workload hackbench --exact
is $rc 0 "exact mode and hackbench: yes"
kduel kernel check "$HOME/linux" --workload seqread-xfs --format json
is "$rc $(jq -r '"\(.schema) \(.kind) \(.arch) \(.good)"' <<<"$out")" "2 1 kernel-check arm64 false" "--format json"
is "$(jq -r '.uses[] | select(.kind == "workload" and .name == "seqread-xfs") | .works, .lacks[0].symbol, .lacks[0].reason' <<<"$out")" \
	"no
CONFIG_XFS_FS
it is not set (seqread-xfs: the file is on XFS)" "JSON: a workload has the symbol that it lacks, and the reason"
is "$(jq -c '[.uses[] | select(.kind == "") | .name, .works]' <<<"$out")" '["timed","yes","exact","yes","timed-packages","yes","exact-packages","yes","network","no","hotplug","no"]' "JSON: uses other than workloads: boots, packages, network, hotplug"
kduel kernel check --list --format json
like "$(flat)" "^2 .*--list is Markdown" "--list has no JSON"
kduel kernel check "$HOME/linux/.config"
is $rc 0 "a .config alone"
for name in one two; do
	cp "$HOME/linux/arch/arm64/boot/Image" "$T/$name-Image"
	kduel kernel check "$T/$name-Image"
	like "$out" "^kernel [^ ]+ \\($T/$name-Image\\), arm64" "an Image is called as it was named, whatever else has its content"
done
# A kernel that boots, but has no driver for a root image.
built_tree "$HOME/bare" 6.18.0-bare "$(printf 'CONFIG_%s=y\n' "${BOOTS[@]}" FW_CFG_SYSFS)"
kduel kernel check "$HOME/bare"
is $rc 0 "a kernel without what packages need boots"
like "$out" "^  boots, times are measured +yes$" "a kernel without what packages need: timed boots work"
like "$(sed -n '/packages in its guest/,/network/p' <<<"$out" | tr -s ' \n' ' ')" \
	"packages in its guest no CONFIG_VIRTIO_BLK: [^:]*: [^:]* CONFIG_EXT4_FS: [^:]*: [^:]* ... in exact mode no CONFIG_BLK_DEV_PMEM: .* CONFIG_OVERLAY_FS: " "a kernel without what packages need: the missing symbols are listed, for both modes"
like "$out" "^  workload exec +no: it needs packages in the guest$" "a workload with packages"
ok "$(! grep -q "workload micro" <<<"$out"; echo $?)" "a workload without packages is not listed"
kduel kernel check "$HOME/bare" --workload micro --exact
is $rc 0 "a workload without packages works"
built_tree "$HOME/small" 6.18.0-small "$(printf 'CONFIG_%s=y\n' "${BOOTS[@]}" FW_CFG_SYSFS CRASH_DUMP)"
kduel kernel check "$HOME/small" --exact --collector tlbmodel
is $rc 0 "addresses of modules are nothing to a kernel without them" "$err"
echo CONFIG_MODULES=y | tee -a "$HOME/small/.config" >>"$HOME/small/include/config/auto.conf"
kduel kernel check "$HOME/small" --exact --collector tlbmodel
is $rc 2 "addresses of modules: a kernel with modules must have them"
like "$out$err" "CONFIG_SYSCTL: it is not set" "addresses of modules: the message names CONFIG_SYSCTL"
kduel kernel check "$HOME/bare" --workload exec --exact --format json
is "$rc $(jq -r '.uses[] | select(.name == "exec") | .works, .lacks[].symbol' <<<"$out" | tr '\n' ' ')" \
	"2 no CONFIG_BLK_DEV_PMEM CONFIG_ND_CLAIM CONFIG_OF_PMEM CONFIG_OVERLAY_FS CONFIG_EXT4_FS " "one with packages does not, in exact mode for want of these"
echo CONFIG_VIRTIO_BLK=y >>"$HOME/bare/.config"
echo CONFIG_EXT4_FS=y >>"$HOME/bare/.config"
kduel kernel check "$HOME/bare" --workload exec
like "$(flat)" "^2 .*.config was changed since make .CONFIG_EXT4_FS=y" "a tree whose configuration was changed"
rm -r "$HOME/bare/include"
kduel kernel check "$HOME/bare"
like "$(flat)" "^2 .*configured, but not built" "an image of an earlier make, and nothing that says how it was configured"
rm "$HOME/bare/arch/arm64/boot/Image"
kduel kernel check "$HOME/bare" --workload exec
like "$rc $(head -1 <<<"$out")" "^0 kernel $HOME/bare .not built yet., arm64" "before the first make, the configuration counts"
kduel kernel check "$HOME/bare" --workload exec --exact
is $rc 2 "before the first make: this configuration has no exact mode with packages"
kduel kernel check "$T/img/Image" --workload hackbench
is $rc 2 "an Image that cannot have the packages of a workload"
sed '/^CONFIG_PCI=/d' "$HOME/linux/.config" >"$T/no-pci.config"
kduel kernel check "$T/no-pci.config"
is $rc 2 "a kernel that cannot boot"
like "$out" "^      CONFIG_PCI: it is not set \(qemu: " "a kernel that cannot boot: the missing symbol is listed"
kduel kernel check "$T/image.yaml"
like "$(flat)" "^2 .*expected the configuration of a kernel" "a text of another kind"
kduel kernel check "$T/nowhere"
like "$(flat)" "^2 .*nowhere: no such file or directory" "a path to nothing"
kduel kernel check
like "$(flat)" "^2 .*expected one kernel" "no kernel"
kduel kernel check --workload hackbnech "$HOME/linux"
like "$(flat)" "^2 .*no workload 'hackbnech'" "a workload that does not exist"
finish
