/* SPDX-License-Identifier: GPL-2.0-only */
/* export.h - exports the dashboard as static files. */
#ifndef KDUEL_SITE_EXPORT_H
#define KDUEL_SITE_EXPORT_H

#include "reports/store/store.h"

struct published;

struct export_site {
	const char *dir;
	/* Called before each file, with the number of files written and the number known so far;
	 * may be NULL. */
	void (*progress)(size_t done, size_t known);
	const char *commit_url; /* as in struct page_request */
	const struct published *published; /* as in struct page_request */
	size_t n_files; /* output: number of files written */
	/* Output: number of links to pages that do not exist, such as a metric with a '/' in its
	 * name; the server has none either. */
	size_t n_without;
};

/* Write every page that can be reached from the overview, with its data, to `dir`: a new directory,
 * an empty one, or an earlier export, which is overwritten. -EEXIST: something else is there; or
 * -errno of the file system or the store. With `err`. */
int export_site__write(struct store *st, struct export_site *x, struct err *err);

#endif
