// SPDX-License-Identifier: GPL-2.0-only
/* table.c - find, read and parse the YAML tables of configs/. */
#include "runner/config/table.h"

#include "lib/text.h"
#include "runner/host/paths.h"

/* The reader goes on after a mistake, so that one run reports them all. */
int table__parse(const char *path, const char *text, size_t len, table_reader read, void *out,
		 struct err *err)
{
	_cleanup_(strvec__release) struct strvec mistakes = { 0 };
	_cleanup_(yaml__release) struct yaml y = { 0 };
	yaml_node_t *root = yaml__load(&y, path, text, len);
	int ret = 0;

	if (root)
		read(&y, root, out);
	if (yaml__report(&y, &mistakes)) {
		_free_ char *all = strvec__join(&mistakes, "\n");

		ret = err__set(err, -EINVAL, "%s", all);
	}
	return ret;
}

/* The message says where configs/ is searched, as most failures are due to a wrong directory. */
int table__load(const char *name, table_reader read, void *out, struct err *err)
{
	_free_ char *path = paths__config(name);
	_free_ char *text = NULL;
	size_t len;
	int ret;

	if (!path)
		return err__set(err, -ENOENT,
				"no %s in %s: set KDUEL_CONFIG_DIR to the directory that holds it",
				name,
				getenv("KDUEL_CONFIG_DIR") ? "$KDUEL_CONFIG_DIR" :
							     "configs/ beside the program or in "
							     "share/kduel/configs");
	ret = text__read(path, YAML_FILE_MAX, &text, &len, err);
	return ret ? ret : table__parse(path, text, len, read, out, err);
}
