// SPDX-License-Identifier: GPL-2.0-only
/*
 * module: load and unload a module. Its text, read-only data and data are vmalloc areas with their
 * own permissions, which the kernel applies to the linear map, too. nls_cp1250 does next to nothing
 * on load, depends on no other module, and is shipped by distributions.
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
	/* A built-in module may have a directory there, too, if it has parameters. */
	return fs__exists("/sys/module/" MODULE) ?
		       err__set(&c->err, -EOPNOTSUPP, "module " MODULE " is loaded already") :
		       0;
}

#define FILE_MAX (4u << 20)

/* Read the module file, up to its signature. */
static int read_file(struct churn *c)
{
	_close_ int fd = -1;
	ssize_t n;
	int ret;

	if (!c->env->module_file)
		return err__set(&c->err, -EOPNOTSUPP,
				"without its signature a module is loaded in guests only");
	ret = c->env->module_file(c->env->arg, MODULE, &fd, &c->err);
	if (ret)
		return ret;
	c->mem = xcalloc(1, FILE_MAX);
	while (c->len < FILE_MAX && (n = read(fd, (char *)c->mem + c->len, FILE_MAX - c->len)) > 0)
		c->len += (size_t)n;
	c->len = churn__before_signature(c->mem, c->len);
	return 0;
}

static int load(struct churn *c)
{
	int ret;

	if (!c->without_signature)
		return c->env->modprobe(c->env->arg, MODULE, "", &c->err);
	ret = c->mem ? 0 : read_file(c);
	if (ret)
		return ret;
	return syscall(SYS_init_module, c->mem, c->len, "") ?
		       err__set(&c->err, errno == EKEYREJECTED ? -EOPNOTSUPP : -errno,
				"module " MODULE " without its signature: %s", strerror(errno)) :
		       0;
}

static int make(struct churn *c)
{
	int ret = load(c);

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

static void close_part(struct churn *c)
{
	syscall(SYS_delete_module, MODULE, O_NONBLOCK);
	free(c->mem);
	c->mem = NULL;
}

const struct churn_part churn_module = {
	.name = "module",
	.what = "module " MODULE " unloaded and loaded",
	.module = "?" MODULE,
	.open = open_part,
	.make = make,
	.drop = drop,
	.close = close_part,
};
