// SPDX-License-Identifier: GPL-2.0-only
/* module_symbols.c - reads the ELF files of modules with libelf. */
#include "runner/kernels/files/module_symbols.h"

#include "lib/fs.h"
#include "runner/host/unpack.h"
#include "runner/kernels/files/module_tree.h"

#include <ctype.h>
#include <gelf.h>

#define LIST_MAX (16u << 20) /* bytes of modules.dep; a distribution's has half a megabyte */

/* Names go into tables and files: anything but printable ASCII becomes '?'. */
static char *plain_name(const char *s)
{
	char *name = xstrndup(s, 512);

	for (char *c = name; *c; c++)
		if (!isgraph((unsigned char)*c))
			*c = '?';
	return name;
}

/* Collect the sections with code in out->sections. Returns an array that maps each section of the
 * file to its index there, SIZE_MAX if it has no code; the caller frees it. NULL: the file is
 * damaged. */
static size_t *read_sections(Elf *elf, size_t n, struct module_symbols *out)
{
	size_t *which = xcalloc(n, sizeof(*which)), names;
	GElf_Shdr sh;

	for (size_t i = 0; i < n; i++) {
		Elf_Scn *scn = elf_getscn(elf, i);
		const char *name;

		which[i] = SIZE_MAX;
		if (!scn || !gelf_getshdr(scn, &sh) || elf_getshdrstrndx(elf, &names))
			goto damaged;
		if (!(sh.sh_flags & SHF_ALLOC) || !(sh.sh_flags & SHF_EXECINSTR))
			continue;
		name = elf_strptr(elf, names, sh.sh_name);
		if (!name)
			goto damaged;
		which[i] = out->n_sections;
		*APPEND(out->sections, out->n_sections) = (struct module_section){ plain_name(name),
										   sh.sh_size };
	}
	return which;
damaged:
	free(which);
	return NULL;
}

/* Append the functions of one symbol table. */
static int read_symbols(Elf *elf, Elf_Scn *scn, const GElf_Shdr *sh, const size_t *which, size_t n,
			struct module_symbols *out)
{
	Elf_Data *data = elf_getdata(scn, NULL);
	size_t count = data && sh->sh_entsize ? data->d_size / sh->sh_entsize : 0;

	if (!data || count > INT32_MAX)
		return -EINVAL;
	for (size_t i = 0; i < count; i++) {
		const char *name;
		GElf_Sym sym;

		if (!gelf_getsym(data, (int)i, &sym))
			return -EINVAL;
		if (GELF_ST_TYPE(sym.st_info) != STT_FUNC || sym.st_shndx >= n ||
		    which[sym.st_shndx] == SIZE_MAX)
			continue;
		name = elf_strptr(elf, sh->sh_link, sym.st_name);
		if (!name || !*name)
			return -EINVAL;
		*APPEND(out->v, out->n) = (struct module_function){
			.section = which[sym.st_shndx],
			.at = sym.st_value,
			.size = sym.st_size,
			.name = plain_name(name),
		};
	}
	return 0;
}

static int read_elf(Elf *elf, struct module_symbols *out)
{
	_free_ size_t *which = NULL;
	size_t n;
	int ret = 0;

	if (elf_kind(elf) != ELF_K_ELF || elf_getshdrnum(elf, &n))
		return -EINVAL;
	which = read_sections(elf, n, out);
	if (!which)
		return -EINVAL;
	for (size_t i = 0; !ret && i < n; i++) {
		Elf_Scn *scn = elf_getscn(elf, i);
		GElf_Shdr sh;

		if (gelf_getshdr(scn, &sh) && sh.sh_type == SHT_SYMTAB)
			ret = read_symbols(elf, scn, &sh, which, n, out);
	}
	return ret || out->n_sections ? ret : -EINVAL;
}

int module_symbols__parse(char *data, size_t len, struct module_symbols *out, struct err *err)
{
	Elf *elf;
	int ret;

	*out = (struct module_symbols){ 0 };
	elf_version(EV_CURRENT);
	elf = elf_memory(data, len);
	ret = elf ? read_elf(elf, out) : -EINVAL;
	elf_end(elf);
	return ret ? err__set(err, ret, "not the file of a module, or damaged") : 0;
}

/* Is the file at `path`, which ends at `end`, module `name`? A dash in a file name is an underscore
 * for the kernel. */
static bool is_file_of(const char *path, const char *end, const char *name)
{
	for (const char *c = path; c < end; c++)
		if (*c == '/')
			path = c + 1;
	for (; *name && path < end; name++, path++)
		if (*name != (*path == '-' ? '_' : *path))
			return false;
	return !*name && end - path >= 3 && !strncmp(path, ".ko", 3);
}

/* Look in kernel->extra first, then in modules.dep, lines "kernel/fs/xfs/xfs.ko.xz: ...". */
char *module_symbols__path(const struct kernel *k, const char *name)
{
	_free_ char *list = NULL, *text = NULL;

	for (size_t i = 0; i < k->extra.n; i++)
		if (is_file_of(k->extra.v[i], k->extra.v[i] + strlen(k->extra.v[i]), name))
			return xstrdup(k->extra.v[i]);
	if (!k->modules_root)
		return NULL;
	list = xasprintf("%s/lib/modules/%s/modules.dep", k->modules_root, k->release);
	if (fs__read(list, LIST_MAX, &text, NULL))
		return NULL;
	for (const char *line = text; *line;) {
		size_t len = strcspn(line, ":\n");

		if (is_file_of(line, line + len, name))
			return xasprintf("%s/lib/modules/%s/%.*s", k->modules_root, k->release,
					 (int)len, line);
		line += strcspn(line, "\n");
		line += *line == '\n';
	}
	return NULL;
}

int module_symbols__file(const struct kernel *k, const char *name, char **data, size_t *len,
			 struct err *err)
{
	_free_ char *path = module_symbols__path(k, name), *packed = NULL;
	int ret;

	if (!path)
		return err__set(err, -ENOENT, "kernel %s has no file of module %s", k->release,
				name);
	ret = fs__read(path, MODULE_MAX, &packed, len);
	if (ret)
		return err__errno(err, ret, path);
	ret = unpack__memory(packed, *len, MODULE_MAX, data, len);
	return ret ? unpack__explain(err, ret, path, MODULE_MAX) : 0;
}

int module_symbols__load(const struct kernel *k, const char *name, struct module_symbols *out,
			 struct err *err)
{
	_free_ char *data = NULL;
	size_t len = 0;
	int ret = module_symbols__file(k, name, &data, &len, err);

	*out = (struct module_symbols){ 0 };
	if (ret)
		return ret;
	ret = module_symbols__parse(data, len, out, err);
	return ret ? err__prefix(err, ret, "module %s: ", name) : 0;
}

void module_symbols__release(struct module_symbols *m)
{
	for (size_t i = 0; i < m->n_sections; i++)
		free(m->sections[i].name);
	for (size_t i = 0; i < m->n; i++)
		free(m->v[i].name);
	free(m->sections);
	free(m->v);
	*m = (struct module_symbols){ 0 };
}
