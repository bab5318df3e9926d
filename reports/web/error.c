// SPDX-License-Identifier: GPL-2.0-only
/* error.c - a page about what went wrong. Needs no database. */
#include "reports/web/frame.h"

static const char *heading(int status)
{
	switch (status) {
	case 200:
		return "Done";
	case 400:
		return "This address is not understood";
	case 403:
		return "This is not allowed";
	case 404:
		return "There is nothing here";
	case 503:
		return "The database cannot be read now";
	default:
		return "Something went wrong";
	}
}

void page_error__html(const struct page_request *req, int status, const char *message, FILE *out)
{
	struct html h = { 0 };
	char kicker[16];

	snprintf(kicker, sizeof(kicker), "%d", status);
	frame__begin(&h, req,
		     &(struct frame){ .title = heading(status),
				      .kicker = kicker,
				      .here = "",
				      .no_data = true });
	html__fmt(&h, "<p class=\"lead\">%s</p>\n", message);
	frame__end(&h, req, out);
}
