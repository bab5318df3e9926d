// SPDX-License-Identifier: GPL-2.0-only
/* asset.c - serves the style sheet, script and icon, under names that contain a hash of their
 * content. */
#include "reports/web/assets.h"
#include "reports/web/page.h"

/* /assets/NAME: the only replies that browsers may cache forever, as the name contains a hash of
 * the content. */
int page_asset(struct store *st __unused, const struct page_request *req, FILE *out,
	       struct page_reply *reply, struct err *err)
{
	struct asset a;

	if (!asset__find(req->args.v[0], &a))
		return err__set(err, -ENOENT,
				"there is no file %.100s: the page that names it is "
				"older than this kduel; load it again",
				req->args.v[0]);
	reply->type = a.type;
	reply->forever = true;
	fwrite(a.data, 1, a.len, out);
	return 0;
}
