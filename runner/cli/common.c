// SPDX-License-Identifier: GPL-2.0-only
/* common.c - exit codes, finding a command by name, and opening the database. */
#include "runner/cli/common.h"

#include "lib/units.h"
#include "reports/store/spill.h"
#include "runner/cli/log.h"

/* EXIT_USAGE is for what the user can correct in the command, EXIT_UNFIT for what this machine
 * lacks. No library returns any other errno on purpose: that would be a bug. */
int cmd__exit_code(int ret)
{
	switch (-ret) {
	case 0:
		return EXIT_NO_REGRESSION;
	case EINVAL:
	case ENOENT:
	case ENOTDIR:
	case EISDIR:
	case EEXIST:
	case ELOOP:
	case ENAMETOOLONG:
	case ENXIO: /* open() of a socket, or of a device without a driver */
	case ENODEV:
	case ENOTEMPTY:
	case ENOEXEC:
	case EPROTO:
		return EXIT_USAGE;
	case ENODATA:
		return EXIT_TOO_FEW;
	case ENOSPC:
	case EACCES:
	case EPERM:
	case EROFS:
	case EDQUOT:
	case EFBIG:
	case EIO:
	case EMFILE:
	case ENFILE:
	case ENOMEM:
	case ENOLCK:
	case EAGAIN:
	case EUCLEAN: /* a damaged database, or a file that is not one */
	case EOPNOTSUPP:
	case EBUSY:
	case EHOSTDOWN: /* a real machine that did not come back from a reboot */
	case ENOTCONN:
	case ESTALE:
	case EADDRINUSE:
	case EADDRNOTAVAIL:
	case ENOSYS: /* an old kernel, or a system call that a container blocks */
	case ETIMEDOUT:
	case ETXTBSY:
	case EXDEV:
	case EBADMSG: /* exact mode: a repeated boot had different counts */
		return EXIT_UNFIT;
	default:
		return EXIT_INTERNAL;
	}
}

int cmd__fail(int ret, const struct err *err)
{
	if (ret)
		log__error("%s", err->msg);
	return cmd__exit_code(ret);
}

int cmd__unknown(const struct cmd *list, const char *above, const char *name)
{
	const char *names[64];
	const char *near;
	size_t n = 0;

	for (const struct cmd *c = list; c->name && n < ARRAY_SIZE(names); c++)
		names[n++] = c->name;
	/* main() handles these two itself, so they are not in the list. */
	if (!*above && n + 2 < ARRAY_SIZE(names)) {
		names[n++] = "help";
		names[n++] = "version";
	}
	near = units__nearest(name, names, n);
	log__error("unknown command '%s'%s%s%s; `kduel%s --help` lists them", name,
		   near ? " (did you mean '" : "", near ? near : "", near ? "'?)" : "", above);
	return EXIT_USAGE;
}

static void print_below(const struct cmd *list, const char *above, const char *about, FILE *to)
{
	fprintf(to, "Usage: kduel%s COMMAND [OPTION...]\n\n", above);
	cmd__print_list(list, to);
	fprintf(to, "\n%s`kduel%s COMMAND --help` says more.\n", about, above);
}

int cmd__run_below(const struct cmd *list, const char *above, const char *about, int argc,
		   char **argv)
{
	const struct cmd *verb;

	if (argc < 2) {
		print_below(list, above, about, stderr);
		return EXIT_USAGE;
	}
	if (streq(argv[1], "--help") || streq(argv[1], "-h")) {
		print_below(list, above, about, stdout);
		return EXIT_NO_REGRESSION;
	}
	verb = cmd__find(list, argv[1]);
	return verb ? verb->fn(argc - 1, argv + 1) : cmd__unknown(list, above, argv[1]);
}

/* Hidden commands are for kduel's own build and tests. */
void cmd__print_list(const struct cmd *list, FILE *to)
{
	for (const struct cmd *c = list; c->name; c++)
		if (!c->hidden)
			fprintf(to, "  %-10s  %s\n", c->name, c->summary);
}

const struct cmd *cmd__find(const struct cmd *list, const char *name)
{
	for (const struct cmd *c = list; c->name; c++)
		if (streq(name, c->name))
			return c;
	return NULL;
}

static void log_taken_in(bool ok, const char *text)
{
	if (ok)
		log__info("%s", text);
	else
		log__warn("%s", text);
}

void results__take_in(const char *db)
{
	spill__take_in(db, log_taken_in);
}

int results__open(const char *db, unsigned int flags, struct store **st, struct err *err)
{
	_free_ char *path = db ? xstrdup(db) : store__default_path();

	results__take_in(path);
	return store__open(path, flags, st, err);
}

/* Opening for reading fails with -ENOENT where opening for writing would create the database. */
int results__open_there(const char *db, unsigned int flags, struct store **st, struct err *err)
{
	int ret = results__open(db, STORE_READ, st, err);

	if (ret || !(flags & STORE_WRITE))
		return ret;
	store__close(*st);
	*st = NULL;
	return results__open(db, flags, st, err);
}

int results__load(const char *db, const char *key, struct store **st, struct campaign **c,
		  struct err *err)
{
	int ret = results__open(db, STORE_READ, st, err);

	*c = NULL;
	return ret ? ret : store__load(*st, key, c, err);
}
