// SPDX-License-Identifier: GPL-2.0-only
/* arch.c - the table of architectures. */
#include "runner/host/arch.h"

#include <ctype.h>
#include <elf.h>
#include <fcntl.h>
#include <sys/utsname.h>
#include <unistd.h>

const struct arch arch__all[] = {
	{
		.deb = ARCH_ARM64,
		.machine = "aarch64",
		.kbuild = "arm64",
		.make = "arm64",
		.image = "arch/arm64/boot/Image",
		.formats = "Image, gzip'd Image or EFI zboot",
		.console = "ttyAMA0",
		.qemu = "qemu-system-aarch64",
		.qemu_package = "qemu-system-arm",
		.agent = "agent-aarch64",
		.elf = EM_AARCH64,
	},
	{
		.deb = ARCH_AMD64,
		.machine = "x86_64",
		.kbuild = "x86",
		.make = "x86_64",
		.image = "arch/x86/boot/bzImage",
		.formats = "bzImage",
		.console = "ttyS0",
		.qemu = "qemu-system-x86_64",
		.qemu_package = "qemu-system-x86",
		.bios = "seabios",
		.agent = "agent-x86_64",
		.elf = EM_X86_64,
	},
};

const size_t arch__count = ARRAY_SIZE(arch__all);

const struct arch *arch__find(const char *deb)
{
	for (size_t i = 0; deb && i < arch__count; i++)
		if (streq(arch__all[i].deb, deb))
			return &arch__all[i];
	return NULL;
}

const struct arch *arch__host(void)
{
	struct utsname u;

	for (size_t i = 0; !uname(&u) && i < arch__count; i++)
		if (streq(arch__all[i].machine, u.machine))
			return &arch__all[i];
	return NULL;
}

const struct arch *arch__of_program(const char *path)
{
	_close_ int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	Elf64_Ehdr h;

	if (fd < 0 || pread(fd, &h, sizeof(h), 0) != sizeof(h) ||
	    memcmp(h.e_ident, ELFMAG, SELFMAG) || h.e_ident[EI_DATA] != ELFDATA2LSB)
		return NULL;
	for (size_t i = 0; i < arch__count; i++)
		if (arch__all[i].elf == h.e_machine)
			return &arch__all[i];
	return NULL;
}

/* Find the architecture as a separate word in the name: "linux-image-amd64",
 * "linux-image-6.1-rt-amd64-unsigned". */
const struct arch *arch__of_package(const char *name)
{
	for (size_t i = 0; i < arch__count; i++) {
		const char *deb = arch__all[i].deb, *at = name;

		for (; (at = strstr(at, deb)); at++)
			if (at > name && !isalnum((unsigned char)at[-1]) &&
			    !isalnum((unsigned char)at[strlen(deb)]))
				return &arch__all[i];
	}
	return NULL;
}
