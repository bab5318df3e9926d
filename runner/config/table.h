/* SPDX-License-Identifier: GPL-2.0-only */
/* table.h - load a table that comes with kduel: a YAML file of configs/. */
#ifndef KDUEL_CONFIG_TABLE_H
#define KDUEL_CONFIG_TABLE_H

#include "lib/err.h"
#include "runner/config/yaml.h"

/* Fill `out` from the root of the document; mistakes go to yaml__note(). */
typedef void (*table_reader)(struct yaml *y, yaml_node_t *root, void *out);

/* Parse the text of a table; `path` is for messages. 0, or -EINVAL with all mistakes, one per line.
 * The caller releases what the reader stored in `out` in both cases. */
int table__parse(const char *path, const char *text, size_t len, table_reader read, void *out,
		 struct err *err);
/* Like table__parse(), for a file in configs/ (paths__config()), such as "cpus.yaml". 0 or -errno with
 * the reason. */
int table__load(const char *name, table_reader read, void *out, struct err *err);

#endif
