// SPDX-License-Identifier: GPL-2.0-only
#include "reports/render/json.h"
#include "reports/web/page.h"
#include "reports/web/kept.h"
#include "reports/store/snapshot.h"

static const struct {
	const char *pattern;
	page_fn *fn;
	bool plain; /* needs no database */
} routes[] = {
#define X(name, pattern) { pattern, page_##name, false },
#define X_PLAIN(name, pattern) { pattern, page_##name, true },
#include "reports/web/list.h"
#undef X_PLAIN
#undef X
};

void page_reply__release(struct page_reply *reply)
{
	free(reply->body);
	free(reply->filename);
	*reply = (struct page_reply){ 0 };
}

int page__status(int err)
{
	switch (-err) {
	case 0:
		return 200;
	case EINVAL:
	case E2BIG:
		return 400;
	case ENOENT:
		return 404;
	case EBUSY:
	case EIO:
	case EUCLEAN:
	case EPROTO:
	case ESTALE:
	case EROFS:
	case EACCES:
		return 503;
	default:
		return 500;
	}
}

static void say_json(int status, const char *message, FILE *out)
{
	json_t *j = json_pack("{s:i, s:s, s:i, s:o}", "schema", 1, "kind",
			      status < 400 ? "done" : "error", "status", status, "message",
			      json__text(message));

	json__print(j, out);
}

static FILE *begin(struct page_reply *reply)
{
	FILE *out;

	*reply = (struct page_reply){ .status = 200, .type = PAGE_HTML };
	out = open_memstream(&reply->body, &reply->len);
	if (!out)
		abort(); /* as every allocation */
	return out;
}

void page__say(const struct page_request *req, int status, const char *message,
	       struct page_reply *reply)
{
	FILE *out = begin(reply);

	reply->status = status;
	if (str_starts(req->path, "/api/")) {
		reply->type = PAGE_JSON;
		say_json(status, message, out);
	} else {
		page_error__html(req, status, message, out);
	}
	fclose(out);
}

/* Index of the route, or -errno. */
static int find(const char *path, struct route_args *args, struct err *err)
{
	for (size_t i = 0; i < ARRAY_SIZE(routes); i++) {
		int ret = route__match(routes[i].pattern, path, args, err);

		if (ret)
			return ret < 0 ? ret : (int)i;
	}
	return err__set(err, -ENOENT, "there is no page %.500s%s", path,
			str_starts(path, "/api/v1/") && !strchr(path, '.') ?
				"; data have addresses that end in .json or .csv" :
				"");
}

bool page__needs_store(const char *path)
{
	struct route_args args = { 0 };
	int i = find(path, &args, NULL);

	route_args__release(&args);
	return i >= 0 && !routes[i].plain;
}

static int show(struct store *st, const struct page_request *req, page_fn *fn,
		struct page_reply *reply, struct err *err)
{
	FILE *out = begin(reply);
	int ret = st ? store_snapshot__begin(st, err) : 0;

	if (!ret)
		ret = fn(st, req, out, reply, err);
	if (st)
		store_snapshot__end(st);
	fclose(out);
	return ret;
}

int page__render(struct store *st, const struct page_request *req, struct page_reply *reply,
		 struct err *err)
{
	struct page_request now = *req;
	int ret = find(req->path, &now.args, err);

	*reply = (struct page_reply){ 0 };
	if (ret >= 0)
		ret = show(st, &now, routes[ret].fn, reply, err);
	route_args__release(&now.args);
	if (ret) {
		page_reply__release(reply);
		page__say(req, page__status(ret), err->msg, reply);
	}
	return ret;
}

int page__history(struct store *st, const struct page_request *req, const struct history_filter *f,
		  struct history **out, struct err *err)
{
	return history_kept__get(req->kept ? &req->kept->histories : NULL, req->state, st, f, out,
				 err);
}

int page__report(struct store *st, const struct page_request *req, const char *key,
		 const char *baseline, const struct kept_report **out, struct err *err)
{
	return report_kept__get(req->kept ? &req->kept->reports : NULL, req->state, st, key,
				baseline, out, err);
}
