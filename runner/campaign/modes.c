// SPDX-License-Identifier: GPL-2.0-only
/*
 * modes.c - translate a plan's `rodata` and `bbml` to kernel parameters. The values of rodata= changed
 * their meaning in 6.18; kduel_bbml= is a parameter of kduel's own test patch.
 */
#include "runner/campaign/modes.h"

#include "lib/fs.h"
#include "runner/host/arch.h"
#include "runner/host/release.h"
#include "runner/kernels/files/config.h"
#include "runner/kernels/files/image.h"

#define BBML_PARAM "kduel_bbml"
/* Since this release rodata=on means full protection; before, it protected only the image. */
#define ON_IS_FULL "6.18"
/* A kernel in which KFENCE is built in but off (sample interval 0) maps memory by pages whatever
 * rodata= says, in case KFENCE is started later. This word starts it at boot instead. */
#define KFENCE_EARLY "kfence.sample_interval=100"
#define KFENCE_WORD "kfence.sample_interval="

/* A variant and its kernel. */
struct variant_kernel {
	const struct plan *plan;
	struct plan_variant *v;
	const struct kernel *k;
	char *config; /* text of the kernel's .config, owned; NULL: unknown */
};

static int refuse(const struct variant_kernel *w, struct err *err, const char *fmt, ...)
	__printf(3, 4);

static int refuse(const struct variant_kernel *w, struct err *err, const char *fmt, ...)
{
	_free_ char *why = NULL;
	va_list ap;

	va_start(ap, fmt);
	why = xvasprintf(fmt, ap);
	va_end(ap);
	return err__set(err, -EINVAL, "%s:%d:%d: variant '%s': %s", w->plan->path, w->v->line,
			w->v->col, w->v->name, why);
}

static void add_word(struct plan_variant *v, const char *word)
{
	char *old = v->cmdline;

	v->cmdline = xasprintf("%s%s%s", old, *old ? " " : "", word);
	free(old);
}

/* Does the kernel config have this line? Returns `unknown` if the config is unknown. */
static bool has_line(const struct variant_kernel *w, const char *line, bool unknown)
{
	size_t len = strlen(line);

	if (!w->config)
		return unknown;
	for (const char *at = strstr(w->config, line); at; at = strstr(at + 1, line))
		if ((at == w->config || at[-1] == '\n') && (!at[len] || at[len] == '\n'))
			return true;
	return false;
}

/* Would the kernel map memory by pages because KFENCE might be started later? */
static bool maps_pages_for_kfence(const struct variant_kernel *w)
{
	return has_line(w, "CONFIG_KFENCE=y", true) &&
	       has_line(w, "CONFIG_KFENCE_SAMPLE_INTERVAL=0", true);
}

/* Add the rodata= word that means what the plan says, for this kernel's release. */
static int add_rodata(const struct variant_kernel *w, struct err *err)
{
	static const char *const before[] = { NULL, "rodata=full", "rodata=on", "rodata=off" };
	static const char *const since[] = { NULL, "rodata=on", "rodata=noalias", "rodata=off" };
	unsigned int number;

	if (qemu_release__parse(w->k->release, &number))
		return refuse(w, err,
			      "'rodata' needs a kernel release such as 6.12, to know its words: found "
			      "'%.64s'",
			      w->k->release);
	add_word(w->v, qemu_release__is_at_least(w->k->release, ON_IS_FULL) ? since[w->v->rodata] :
									      before[w->v->rodata]);
	return 0;
}

/* Does any variant need KFENCE_EARLY? If so, all variants get it, so that they do not differ in
 * KFENCE. */
static bool needs_kfence(const struct plan *plan)
{
	for (size_t i = 0; i < plan->n_variants; i++)
		if (plan->variants[i].rodata == RODATA_NOALIAS ||
		    plan->variants[i].rodata == RODATA_OFF)
			return true;
	return false;
}

static int add_kfence(const struct variant_kernel *w, struct err *err)
{
	bool plain = w->v->rodata == RODATA_NOALIAS || w->v->rodata == RODATA_OFF;
	const char *given = strstr(w->v->cmdline, KFENCE_WORD);

	if (!maps_pages_for_kfence(w))
		return 0;
	if (!given)
		add_word(w->v, KFENCE_EARLY);
	else if (plain && given[strlen(KFENCE_WORD)] == '0')
		return refuse(w, err,
			      "'rodata' shall not affect the linear map, but with " KFENCE_WORD "0 "
			      "this kernel maps it by pages: remove that from 'cmdline'");
	return 0;
}

/* A kernel has the patch if its image contains the name of the patch's parameter. */
static int check_patch(const struct variant_kernel *w, struct err *err)
{
	_free_ char *data = NULL;
	size_t len = 0;
	int ret = image__read(w->k->image, &data, &len, err);

	if (ret)
		return ret;
	if (memmem(data, len, BBML_PARAM, strlen(BBML_PARAM)))
		return 0;
	return refuse(w, err,
		      "'bbml' needs the test patch " PLAN_BBML_PATCH ", but its kernel (%s) was "
		      "built without it: kduel kernel build --patch " PLAN_BBML_PATCH,
		      w->k->origin);
}

/* Add the word for `bbml`. Refuse kernels on which it would have no effect: those that map memory by
 * pages anyway, and for "boot-only" those that support only one CPU. */
static int add_bbml(const struct variant_kernel *w, struct err *err)
{
	static const char *const modes[] = { NULL, BBML_PARAM "=all", BBML_PARAM "=none",
					     BBML_PARAM "=boot-only" };
	bool pages = has_line(w, "CONFIG_DEBUG_PAGEALLOC_ENABLE_DEFAULT=y", false) ||
		     strstr(w->v->cmdline, "debug_pagealloc=on");
	int ret = check_patch(w, err);

	if (ret)
		return ret;
	if (w->v->bbml != BBML_NONE && pages)
		return refuse(w, err,
			      "'bbml': with debug_pagealloc on, this kernel maps memory by pages "
			      "on any CPU");
	if (w->v->bbml == BBML_BOOT_ONLY && (has_line(w, "CONFIG_NR_CPUS=1", false) ||
					     has_line(w, "# CONFIG_SMP is not set", false)))
		return refuse(w, err, "'bbml: boot-only': this kernel has one CPU");
	add_word(w->v, modes[w->v->bbml]);
	return 0;
}

int modes__apply(struct plan *plan, struct kernel *const *kernels, struct err *err)
{
	bool kfence = needs_kfence(plan);
	int ret = 0;

	for (size_t i = 0; !ret && i < plan->n_variants; i++) {
		struct plan_variant *v = &plan->variants[i];
		struct variant_kernel w = { plan, v, kernels[i], NULL };

		if (w.k->planned)
			continue;
		if ((v->rodata || v->bbml) && w.k->arch && !streq(w.k->arch, ARCH_ARM64))
			ret = refuse(&w, err, "'%s' is for arm64: its kernel is for %s",
				     v->rodata ? "rodata" : "bbml", w.k->arch);
		if (w.k->config)
			fs__read(w.k->config, KERNEL_CONFIG_MAX, &w.config, NULL);
		if (!ret && v->rodata)
			ret = add_rodata(&w, err);
		if (!ret && v->rodata && kfence)
			ret = add_kfence(&w, err);
		if (!ret && v->bbml)
			ret = add_bbml(&w, err);
		free(w.config);
	}
	return ret;
}
