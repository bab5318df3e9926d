// SPDX-License-Identifier: GPL-2.0-only
/* needs.c - checks declared needs against a kernel's configuration and its module files. */
#include "runner/kernels/needs.h"

#include "lib/text.h"
#include "runner/kernels/files/config.h"
#include "runner/kernels/files/modules.h"

void kernel_view__of(const struct kernel *k, struct kernel_view *v)
{
	*v = (struct kernel_view){ .kernel = k };
	if (!k->config || text__read(k->config, KERNEL_CONFIG_MAX, &v->config, NULL, NULL))
		v->config = kernel_config__in_image(k->image);
}

void kernel_view__release(struct kernel_view *v)
{
	free(v->config);
	v->config = NULL;
}

void kernel_lacks__release(struct kernel_lacks *l)
{
	strvec__release(&l->lacks);
	strvec__release(&l->wants);
	strvec__release(&l->unknown);
}

/* How the kernel has the module: 'm' as a file, 'y' built in (modules.builtin), 'n' not at all; '?'
 * not known, as the kernel came without modules. */
static char module_of(const struct kernel *k, const char *module)
{
	_free_ char *name = xstrdup(module);
	char *names[] = { name, NULL };
	struct strvec one = { names, 1 }, files = { 0 };
	char found = '?';
	int ret;

	if (!k || !k->modules_root)
		return found;
	ret = kernel_modules__files(k, &one, &files, NULL);
	found = ret == -ENOENT ? 'n' : ret ? '?' : files.n ? 'm' : 'y';
	strvec__release(&files);
	return found;
}

/* What is wrong, as the end of a sentence: "" if nothing is, NULL if it cannot be told. The caller
 * frees. */
static char *judge(const struct kernel_view *v, const struct need *n)
{
	char set = v->config ? kernel_config__tristate(v->config, n->symbol) : '?';
	char file = n->module ? module_of(v->kernel, n->module) : '?';

	if (v->kernel && n->module && kernel__extra(v->kernel, n->module))
		return xstrdup("");
	if (set == '?')
		set = file;
	if (set == '?')
		return NULL;
	if (set == 'n')
		return xstrdup("it is not set");
	if (set == 'y')
		return xstrdup(n->loadable ? "it is =y, but must be =m" : "");
	if (v->autoload || !v->kernel)
		return xstrdup(n->module || v->autoload ?
				       "" :
				       "it is =m, but nothing loads it: make it =y");
	if (!n->module)
		return xstrdup("it is =m, but nothing loads it: make it =y");
	if (!v->kernel->modules_root)
		return xstrdup("it is =m, but the kernel came without modules ('modules: DIR', as "
			       "`make modules_install INSTALL_MOD_PATH=DIR` fills it)");
	return file == 'n' ? xasprintf("it is =m, but there is no module %s in lib/modules/%s",
				       n->module, v->kernel->release) :
			     xstrdup("");
}

void kernel_needs__check(const struct kernel_view *v, const struct need *needs, const char *arch,
			 unsigned int when, const char *who, struct kernel_lacks *out)
{
	for (const struct need *n = needs; n && n->symbol; n++) {
		_free_ char *what = NULL;

		if ((n->when & when) != n->when || (n->arch && !streq(n->arch, arch)))
			continue;
		if (n->with && v->config && kernel_config__tristate(v->config, n->with) == 'n')
			continue;
		what = judge(v, n);
		if (!what)
			strvec__pushf(&out->unknown, "CONFIG_%.*s", (int)strcspn(n->symbol, "|"),
				      n->symbol);
		else if (*what)
			strvec__pushf(n->wanted ? &out->wants : &out->lacks,
				      "CONFIG_%.*s: %s (%s: %s)", (int)strcspn(n->symbol, "|"),
				      n->symbol, what, who, n->why);
	}
}
