# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only
# tree.sh: make_tree DIR writes a directory that looks like a kernel source to kduel. Its Makefile has the kbuild
# targets that kduel uses. From one C file it makes an Image with the release and with the text of the file
# "behave", which controls the fake target (runner/targets/fake.c). It is for tests of everything around a build;
# other tests build real kernels.

# Symbols that every kernel needs to boot in QEMU.
BOOTS=(BLK_DEV_INITRD BINFMT_ELF DEVTMPFS PROC_FS SYSFS TMPFS FILE_LOCKING SERIAL_AMBA_PL011_CONSOLE PCI PCI_HOST_GENERIC
	VIRTIO_PCI VIRTIO_CONSOLE)
# Further symbols that workload memcached needs, with its packages.
MEMCACHED=(VIRTIO_BLK EXT4_FS INET EPOLL EVENTFD)

make_tree() {
	mkdir -p "$1"/{init,lib,arch/arm64,arch/x86}
	cat >"$1/Kconfig" <<-'END'
		config MODULES
			bool "modules"
		menuconfig NEEDS_MODULES
			bool "a symbol that depends on another"
			depends on MODULES
		config NAME
			string "a text"
		config TEST_VMALLOC
			tristate "a module"
		config DEBUG_INFO
			bool "a vmlinux with DWARF"
	END
	printf 'config %s\n\tbool "what boots need"\n' "${BOOTS[@]}" "${MEMCACHED[@]}" >>"$1/Kconfig"
	printf 'config ARM64\n\tdef_bool y\n' >"$1/arch/arm64/Kconfig"
	printf 'config X86_ONLY\n\tdef_bool y\n' >"$1/arch/x86/Kconfig"
	printf 'obj-y += init/\n' >"$1/Kbuild"
	printf 'int one;\nint two;\nint three;\nint four;\nint five;\nint six;\nint seven;\n' >"$1/init/main.c"
	cat >"$1/Makefile" <<-'END'
		.RECIPEPREFIX := >
		RELEASE := 6.99.0-test
		OUT := $(O)
		.PHONY: allnoconfig olddefconfig defconfig Image modules modules_install
		allnoconfig:
		>@cp $(KCONFIG_ALLCONFIG) $(OUT)/.config
		>@grep -q '^CONFIG_MODULES=y' $(OUT)/.config || sed -i '/^CONFIG_NEEDS_MODULES/d' $(OUT)/.config
		>@echo '  GEN     .config'
		defconfig:
		>@printf 'CONFIG_ARM64=y\nCONFIG_NAME="default"\n' >$(OUT)/.config
		olddefconfig:
		>@tac $(OUT)/.config | awk -F= '{s = $$1; sub(/^# /, "", s); sub(/ is not set$$/, "", s)} !seen[s]++' >$(OUT)/new
		>@mv $(OUT)/new $(OUT)/.config
		$(OUT)/main.o: init/main.c
		>@echo '  CC      init/main.o'
		>@echo compiled >>$(OUT)/../compiled
		>@$(CROSS_COMPILE)gcc -c -o $@ $<
		$(OUT)/slow.o: $(OUT)/main.o
		>@echo '  CC      init/slow.o'
		>@[ ! -e slow ] || { [ -e $(OUT)/../again ] || { touch $(OUT)/../again; sleep 300; }; }
		>@touch $@
		Image: $(OUT)/slow.o
		>@! grep -q '^CONFIG_DEBUG_INFO=y' $(OUT)/.config || \
			$(CROSS_COMPILE)gcc $(KCPPFLAGS) $(KCFLAGS) -g -nostdlib -static -Wl,-e0 init/main.c -o $(OUT)/vmlinux
		>@mkdir -p $(OUT)/arch/arm64/boot
		>@{ head -c 56 /dev/zero; printf 'ARM\144'; head -c 4 /dev/zero; \
			   printf 'Linux version $(RELEASE) (test) '; cat init/main.c $(OUT)/.config | sha256sum; \
			   [ ! -e behave ] || { printf '\nkduel-fake: '; cat behave; }; } >$(OUT)/arch/arm64/boot/Image
		bzImage: $(OUT)/slow.o
		>@mkdir -p $(OUT)/arch/x86/boot
		>@f=$(OUT)/arch/x86/boot/bzImage; head -c 4096 /dev/zero >$$f; \
			put() { printf "$$2" | dd of=$$f bs=1 seek=$$(($$1)) conv=notrunc status=none; }; \
			put 0x1f1 '\001'; put 0x1f4 '\300'; put 0x1fe '\125\252'; put 0x202 'HdrS\017\002'; \
			put 0x20e '\000\001'; put 0x236 '\001'; put 0x24c '\020'; put 0x300 '$(RELEASE) (test) #1'
		modules:
		>@! grep -q '^CONFIG_MODULES=y' $(OUT)/.config || : >$(OUT)/modules.order
		modules_install:
		>@mkdir -p $(INSTALL_MOD_PATH)/lib/modules/$(RELEASE)
		>@: >$(INSTALL_MOD_PATH)/lib/modules/$(RELEASE)/modules.order
		>@: >$(INSTALL_MOD_PATH)/lib/modules/$(RELEASE)/modules.builtin
	END
}

# built_tree DIR RELEASE [LINE...]: make a built kernel tree with one module; LINEs go to .config.
built_tree() {
	local dir=$1 release=$2
	shift 2
	mkdir -p "$dir"/{include/config,arch/arm64/boot,drivers}
	printf '#\n# Automatically generated file; DO NOT EDIT.\n# Linux/arm64 %s Kernel Configuration\n#\n' "${release%%-*}" >"$dir/.config"
	printf '%s\n' CONFIG_ARM64=y 'CONFIG_TEXT="a \"b\""' 'CONFIG_EMPTY=""' "$@" >>"$dir/.config"
	# Like kbuild, without quotes.
	sed -n '/^CONFIG_/{s/="\(.*\)"$/=\1/; s/\\\(.\)/\1/g; p}' "$dir/.config" >"$dir/include/config/auto.conf"
	echo "$release" >"$dir/include/config/kernel.release"
	fake_image "$release" "$*" >"$dir/arch/arm64/boot/Image"
	printf 'x\0vermagic=%s SMP preempt mod_unload aarch64\0' "$release" >"$dir/drivers/virtio_blk.ko"
	echo drivers/virtio_blk.o >"$dir/modules.order"
	cat >"$dir/Makefile" <<-'END2'
		.RECIPEPREFIX := >
		modules_install:
		>@mkdir -p $(INSTALL_MOD_PATH)/lib/modules/$$(cat include/config/kernel.release)/kernel/drivers
		>@cp drivers/virtio_blk.ko $(INSTALL_MOD_PATH)/lib/modules/$$(cat include/config/kernel.release)/kernel/drivers
		>@echo kernel/drivers/virtio_blk.ko >$(INSTALL_MOD_PATH)/lib/modules/$$(cat include/config/kernel.release)/modules.order
		>@: >$(INSTALL_MOD_PATH)/lib/modules/$$(cat include/config/kernel.release)/modules.builtin
		>@echo ARCH=$(ARCH) >>installed
	END2
}

# fake_image RELEASE [TEXT]: print a file that looks like an arm64 Image to kduel.
fake_image() {
	head -c 56 /dev/zero
	printf 'ARM\144'
	head -c 4 /dev/zero
	printf 'Linux version %s (test) #1\n%s' "$1" "${2-}"
}
