// SPDX-License-Identifier: GPL-2.0-only
/*
 * module: load and unload a module. Its text, read-only data and data are vmalloc areas with
 * permissions of their own, which the linear map has to have as well. nls_cp1250 does next to nothing
 * when it is loaded, needs no other module, and distributions ship it.
 */
#include "workloads/churn/part.h"

#include "lib/fs.h"

#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#define MODULE "nls_cp1250"

static int open_part(struct churn *c)
{
	if (!c->env->modprobe)
		return err__set(&c->err, -EOPNOTSUPP, "modules cannot be loaded here");
	/* What is built in has a folder there as well, if it has parameters. */
	return fs__exists("/sys/module/" MODULE) ?
		       err__set(&c->err, -EOPNOTSUPP, "module " MODULE " is loaded already") :
		       0;
}

static int make(struct churn *c)
{
	int ret = c->env->modprobe(c->env->arg, MODULE, "", &c->err);

	if (ret == -ENOENT)
		return err__set(&c->err, -EOPNOTSUPP, "this kernel has no module " MODULE);
	return ret;
}

static int drop(struct churn *c)
{
	return syscall(SYS_delete_module, MODULE, O_NONBLOCK) ?
		       churn__fail(c, "delete_module " MODULE) :
		       0;
}

static void close_part(struct churn *c __unused)
{
	syscall(SYS_delete_module, MODULE, O_NONBLOCK);
}

const struct churn_part churn_module = {
	.name = "module",
	.what = "module " MODULE " unloaded and loaded",
	.open = open_part,
	.make = make,
	.drop = drop,
	.close = close_part,
};
