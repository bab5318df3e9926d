/* SPDX-License-Identifier: GPL-2.0-only */
/* export.h - the dashboard as files that a browser opens from a disk. */
#ifndef KDUEL_SITE_EXPORT_H
#define KDUEL_SITE_EXPORT_H

#include "reports/store/store.h"

struct published;

struct export_site {
	const char *dir;
	/* Called before each file, with how many are written and how many are known of by now;
	 * may be NULL. */
	void (*progress)(size_t done, size_t known);
	const char *commit_url; /* as in struct page_request */
	const struct published *published; /* as in struct page_request */
	size_t n_files; /* out */
	/* Out: links to what has no page, as a metric with a '/' in its name; the server shows none
	 * either. */
	size_t n_without;
};

/* Write every page that can be reached from the overview, and its data, below `dir`: a new
 * directory, an empty one, or an earlier export, which is renewed. -EEXIST: something else is
 * there; -errno of the file system or the store with `err`. */
int export_site__write(struct store *st, struct export_site *x, struct err *err);

#endif
