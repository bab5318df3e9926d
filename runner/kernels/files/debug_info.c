// SPDX-License-Identifier: GPL-2.0-only
/* debug_info.c - extracts and finds files with DWARF, and matches them to an image by build id. */
#include "runner/kernels/files/debug_info.h"

#include "lib/fs.h"
#include "lib/units.h"
#include "runner/host/cross.h"
#include "runner/host/tool.h"
#include "runner/kernels/files/image.h"
#include "runner/kernels/files/module_symbols.h"

#include <elfutils/libdwelf.h>
#include <fcntl.h>
#include <gelf.h>

#define TAKE_MS (20 * 60 * 1000) /* a distribution's kernel has gigabytes of DWARF */
#define BUILD_ID_MAX 64

static bool has_section(const char *path, const char *wanted)
{
	_close_ int fd = open(path, O_RDONLY | O_CLOEXEC);
	Elf_Scn *scn = NULL;
	bool found = false;
	size_t names;
	Elf *elf;

	if (fd < 0)
		return false;
	elf_version(EV_CURRENT);
	elf = elf_begin(fd, ELF_C_READ, NULL);
	if (elf && elf_kind(elf) == ELF_K_ELF && !elf_getshdrstrndx(elf, &names))
		while (!found && (scn = elf_nextscn(elf, scn))) {
			GElf_Shdr sh;
			const char *name = gelf_getshdr(scn, &sh) ?
						   elf_strptr(elf, names, sh.sh_name) :
						   NULL;

			found = name && streq(name, wanted);
		}
	elf_end(elf);
	return found;
}

bool debug_info__is_in(const char *path)
{
	return has_section(path, ".debug_info");
}

/* The symbols of a vDSO have versions, those of a kernel do not. */
static bool is_vdso(const char *path)
{
	return has_section(path, ".gnu.version_d");
}

int debug_info__take(const char *vmlinux, const char *arch, const char *to, struct err *err)
{
	_free_ char *objcopy = xasprintf("%sobjcopy", cross__prefix(arch));
	_free_ char *what = xasprintf("keep the debug information of a kernel (package binutils%s)",
				      !*cross__prefix(arch) ? "" :
				      streq(arch, "arm64")  ? "-aarch64-linux-gnu" :
							      "-x86-64-linux-gnu");
	const char *argv[] = {
		objcopy, "--only-keep-debug", "--compress-debug-sections=zlib", vmlinux, to, NULL
	};

	return tool__exec(err, what,
			  &(struct proc_opts){ .argv = (char *const *)argv,
					       .timeout_ms = TAKE_MS });
}

/* As hex; the caller frees. NULL: no build id, or not an ELF file. */
static char *build_id_of(Elf *elf)
{
	const void *id = NULL;
	const ssize_t n = elf && elf_kind(elf) == ELF_K_ELF ? dwelf_elf_gnu_build_id(elf, &id) : 0;
	char *hex;

	if (n <= 0 || n > BUILD_ID_MAX)
		return NULL;
	hex = xcalloc(2 * (size_t)n + 1, 1);
	units__put_hex(id, (size_t)n, hex);
	return hex;
}

static char *build_id(const char *path)
{
	_close_ int fd = open(path, O_RDONLY | O_CLOEXEC);
	char *hex;
	Elf *elf;

	if (fd < 0)
		return NULL;
	elf_version(EV_CURRENT);
	elf = elf_begin(fd, ELF_C_READ, NULL);
	hex = build_id_of(elf);
	elf_end(elf);
	return hex;
}

static const char *debug_dir(void)
{
	const char *dir = getenv("KDUEL_DEBUG_DIR");

	return dir && *dir ? dir : "/usr/lib/debug";
}

/* Does the file have one of these build ids? In another build the same addresses are other
 * functions. */
static bool has_build_id(const char *path, const struct strvec *ids, struct err *err)
{
	_free_ char *id = build_id(path);

	if (id && strvec__has(ids, id))
		return true;
	if (fs__exists(path))
		err__set(err, 0, "%s is not for this kernel: it has %s%.40s", path,
			 id ? "build id " : "no build id", id ? id : "");
	return false;
}

char *debug_info__find(const struct kernel *k, struct err *err)
{
	const char *dir = debug_dir();
	_cleanup_(strvec__release) struct strvec ids = { 0 }, paths = { 0 };

	err->msg[0] = '\0';
	if (image__build_ids(k->image, &ids, err))
		return NULL;
	err->msg[0] = '\0';
	if (k->debug)
		strvec__push(&paths, k->debug);
	strvec__pushf(&paths, "%s/boot/vmlinux-%s", dir, k->release);
	strvec__pushf(&paths, "%s/lib/modules/%s/vmlinux", dir, k->release);
	/* The ids include those of the vDSOs, whose files may have DWARF, too. */
	for (size_t i = 0; i < ids.n; i++)
		strvec__pushf(&paths, "%s/.build-id/%.2s/%s.debug", dir, ids.v[i], ids.v[i] + 2);
	for (size_t i = 0; i < paths.n; i++) {
		if (has_build_id(paths.v[i], &ids, err) && debug_info__is_in(paths.v[i]) &&
		    !is_vdso(paths.v[i])) {
			err->msg[0] = '\0';
			return xstrdup(paths.v[i]);
		}
	}
	return NULL;
}

char *debug_info__of_module(const struct kernel *k, const char *name, char *data, size_t len)
{
	_free_ char *path = module_symbols__path(k, name), *id = NULL;
	const char *below = path ? strstr(path, "/lib/modules/") : NULL;
	const char *end = below ? strstr(below, ".ko") : NULL;
	_cleanup_(strvec__release) struct strvec ids = { 0 }, paths = { 0 };
	struct err none;
	Elf *elf;

	elf_version(EV_CURRENT);
	elf = elf_memory(data, len);
	id = build_id_of(elf);
	elf_end(elf);
	if (!id)
		return NULL;
	strvec__push(&ids, id);
	strvec__pushf(&paths, "%s/.build-id/%.2s/%s.debug", debug_dir(), id, id + 2);
	if (end) {
		strvec__pushf(&paths, "%s%.*s.ko", debug_dir(), (int)(end - below), below);
		strvec__pushf(&paths, "%s%.*s.ko.debug", debug_dir(), (int)(end - below), below);
	}
	for (size_t i = 0; i < paths.n; i++)
		if (has_build_id(paths.v[i], &ids, &none) && debug_info__is_in(paths.v[i]))
			return xstrdup(paths.v[i]);
	return NULL;
}
