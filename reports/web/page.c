// SPDX-License-Identifier: GPL-2.0-only
/* page.c - replies, and error pages. Needs no database. */
#include "reports/web/page.h"
#include "reports/render/json.h"
#include "reports/web/frame.h"

void page_reply__release(struct page_reply *reply)
{
	free(reply->body);
	free(reply->filename);
	*reply = (struct page_reply){ 0 };
}

/* Client errors are 4xx. Problems with the database, its file or its schema may be solved while the
 * server runs: 503, so that clients retry. 500 is a bug. */
int page__status(int ret)
{
	switch (-ret) {
	case 0:
		return 200;
	case EINVAL:
	case E2BIG:
		return 400;
	case ENOENT:
		return 404;
	case EBUSY:
	case EINPROGRESS:
	case ECANCELED:
	case EIO:
	case EUCLEAN:
	case EPROTO:
	case ESTALE:
	case EROFS:
	case EACCES:
	case EAGAIN:
	case ENOMEDIUM:
	case ENOSPC:
		return 503;
	default:
		return 500;
	}
}

/* A title; the message below it has the details. */
static const char *heading(int status)
{
	switch (status) {
	case 200:
		return "Done";
	case 400:
		return "Invalid address";
	case 403:
		return "Not allowed";
	case 404:
		return "Not found";
	case 421:
		return "Not the name of this server";
	case 503:
		return "Not available at the moment";
	default:
		return "Something went wrong";
	}
}

static void say_html(const struct page_request *req, int status, const char *message, FILE *out)
{
	struct html h = { 0 };
	char kicker[16];

	snprintf(kicker, sizeof(kicker), "%d", status);
	frame__begin(&h, req,
		     FRAME(.title = heading(status), .kicker = kicker, .here = "",
			   .no_data = true));
	html__put(&h, "<p class=\"lead\">");
	piece__prose(&h, message);
	html__put(&h, "</p>\n");
	frame__end(&h, req, out);
}

/* xmemstream() sets reply->body and reply->len when the stream is flushed or closed. */
FILE *page_reply__begin(struct page_reply *reply)
{
	*reply = (struct page_reply){ .status = 200, .type = PAGE_HTML };
	return xmemstream(&reply->body, &reply->len);
}

void page__say(const struct page_request *req, int status, const char *message,
	       struct page_reply *reply)
{
	FILE *out = page_reply__begin(reply);

	reply->status = status;
	if (str_starts(req->path, "/api/")) {
		reply->type = PAGE_JSON;
		json__print(json_pack("{s:i, s:s, s:i, s:o}", "schema", 1, "kind",
				      status < 400 ? "done" : "error", "status", status, "message",
				      json__text(message)),
			    out);
	} else {
		say_html(req, status, message, out);
	}
	fclose(out);
}

void page__no_database(const struct page_request *req, struct page_reply *reply)
{
	FILE *out = page_reply__begin(reply);
	struct html h = { 0 };

	reply->status = 503;
	frame__begin(&h, req,
		     FRAME(.title = "No campaign has been run yet", .kicker = "503", .here = "",
			   .no_data = true));
	html__put(&h,
		  "<p class=\"lead\">There is no such database: the first campaign creates "
		  "it, at the path in <code>--db</code> or <code>KDUEL_DB</code>. This page shows "
		  "it as soon as it exists.</p>\n"
		  "<ol><li><code>kduel doctor</code> says whether this machine can run one.</li>\n"
		  "<li><code>kduel run configs/demo.yaml</code> runs an example, "
		  "<code>kduel run PLAN</code> your own.</li>\n"
		  "<li>Reload this page.</li></ol>\n"
		  "<p>If there were campaigns here, the database was moved or removed, or the "
		  "server was started with another <code>--db</code>.</p>\n");
	frame__end(&h, req, out);
	fclose(out);
}
