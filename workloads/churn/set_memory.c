// SPDX-License-Identifier: GPL-2.0-only
/*
 * set-memory: set_memory_*() on a part of a vmalloc area, by our own module, which kduel builds for
 * the kernel (configs/modules/kduel_set_memory.c). No caller in the kernel does that, and the first
 * call affects the whole area.
 */
#include "workloads/churn/part.h"

#include "lib/fs.h"
#include "lib/units.h"

#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#define MODULE "kduel_set_memory"
#define PARAMETERS "/sys/module/" MODULE "/parameters/"

/* What the module checked. "looked" comes first: if it is 0, the others say nothing. */
static const struct {
	const char *name, *unit, *help;
	enum metric_better better;
} seen[] = {
	{ "looked", "pages", "pages that were written to, in the area and in the linear map",
	  BETTER_HIGHER },
	{ "mapping_wrong", "pages", "pages of the area that are not as set by set_memory_*()",
	  BETTER_LOWER },
	{ "alias_writable", "pages", "read-only in the area, writable in the linear map",
	  BETTER_LOWER },
	{ "alias_readonly", "pages", "writable in the area, read-only in the linear map",
	  BETTER_LOWER },
	{ "refused", "calls", "calls that had to fail with EINVAL, and did", BETTER_HIGHER },
	{ "accepted", "calls", "calls that had to fail with EINVAL, and did not", BETTER_LOWER },
};

static void declare(struct metric_list *out)
{
	for (size_t i = 0; i < ARRAY_SIZE(seen); i++) {
		_free_ char *name = xasprintf("set-memory.%s", seen[i].name);

		metric_list__add(out,
				 &(struct metric){ .name = name,
						   .unit = seen[i].unit,
						   .better = seen[i].better,
						   .kind = METRIC_STATE,
						   .describes = seen[i].better == BETTER_HIGHER,
						   .deterministic = true,
						   .margin_abs = 0.5,
						   .help = seen[i].help });
	}
}

static int open_part(struct churn *c)
{
	int ret;

	if (!c->env->modprobe)
		return err__set(&c->err, -EOPNOTSUPP, "modules cannot be loaded here");
	if (fs__exists("/sys/module/" MODULE))
		return err__set(&c->err, -EOPNOTSUPP, "module " MODULE " is loaded already");
	ret = c->env->modprobe(c->env->arg, MODULE, "", &c->err);
	if (ret == -ENOENT)
		return err__set(&c->err, -EOPNOTSUPP,
				"there is no module " MODULE
				" for this kernel; kduel builds it for "
				"arm64 kernels of the archive");
	if (ret)
		return ret;
	c->fd[0] = open(PARAMETERS "area", O_WRONLY | O_CLOEXEC);
	return c->fd[0] < 0 ? churn__fail(c, "open of " PARAMETERS "area") : 0;
}

static int put(struct churn *c, const char *text)
{
	return pwrite(c->fd[0], text, 1, 0) == 1 ? 0 : churn__fail(c, MODULE);
}

static int make(struct churn *c)
{
	return put(c, "1");
}

static int drop(struct churn *c)
{
	return put(c, "0");
}

static int tell(struct churn *c, struct job *job)
{
	for (size_t i = 0; i < ARRAY_SIZE(seen); i++) {
		_free_ char *path = xasprintf(PARAMETERS "%s", seen[i].name);
		_free_ char *name = xasprintf("set-memory.%s", seen[i].name);
		_free_ char *text = NULL;
		uint64_t n;
		int ret = fs__read(path, 64, &text, NULL);

		if (!ret) {
			text[strcspn(text, "\n")] = '\0';
			ret = units__u64(text, &n);
		}
		if (ret)
			return err__set(&c->err, ret, "%s: %s", path, strerror(-ret));
		if (!i && !n)
			return err__set(&c->err, -EPROTO, MODULE " has measured no page");
		job__sample(job, metric__find(job->metrics, name)->name, (double)n);
	}
	return 0;
}

/* Unloading the module frees what is left. */
static void close_part(struct churn *c)
{
	base__close_fd(&c->fd[0]);
	syscall(SYS_delete_module, MODULE, O_NONBLOCK);
}

const struct churn_part churn_set_memory = {
	.name = "set-memory",
	.what = "16 pages of vmalloc() freed and allocated, a quarter of them made read-only",
	.module = "?" MODULE,
	.declare = declare,
	.open = open_part,
	.make = make,
	.drop = drop,
	.tell = tell,
	.close = close_part,
};
