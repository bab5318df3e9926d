// SPDX-License-Identifier: GPL-2.0-only
/* boot.c - the pages of one boot: what ran, its facts, and its logs. */
#include "collectors/support/dmesg_read.h"
#include "lib/units.h"
#include "reports/web/find.h"
#include "reports/web/frame.h"

#define LOG_LINES 900 /* lines of a log per page */

struct boot_page {
	struct campaign *c;
	const struct campaign_boot *b;
};

/* Begin a page of a boot; `what` is prefixed to its title. Leaves a paragraph open for
 * put_log_links(). */
static void put_top(struct html *h, const struct page_request *req, const struct boot_page *p,
		    const char *what, bool no_data)
{
	_free_ char *title = xasprintf("%sboot %u: %s", what, p->b->slot + 1,
				       p->c->variants[p->b->variant].name);

	frame__begin(h, req,
		     FRAME(.title = title, .kicker = p->c->name, .here = "Overview",
			   .no_data = no_data));
	html__put(h, "<p>");
	piece__link(h, link__to(req, "campaign", p->c->uuid, NULL), "\xe2\x86\x90 Campaign");
}

/* The logs of a boot: name in URLs, title, and name of the stored text; NULL: stored as a log.
 * Texts are linked to only if they exist. */
static const struct log {
	const char *name, *title, *text;
} logs[] = {
	{ "console", "Console log", NULL },
	{ "dmesg", "Kernel log", NULL },
	{ "pstore", "Left in pstore", "crash/pstore" },
	{ "kernel-log", "Kernel log on disk", "crash/kernel-log" },
};

static void put_log_links(struct store *st, struct html *h, const struct page_request *req,
			  const struct boot_page *p)
{
	_cleanup_(strvec__release) struct strvec texts = { 0 };
	struct err err;
	char n[16];

	/* An error only leaves out the links. */
	(void)store__text_names(st, p->b->id, &texts, &err);
	snprintf(n, sizeof(n), "%u", p->b->slot + 1);
	for (size_t i = 0; i < ARRAY_SIZE(logs); i++) {
		if (logs[i].text && !strvec__has(&texts, logs[i].text))
			continue;
		html__put(h, " \xc2\xb7 ");
		piece__link(h, link__to(req, "campaign", p->c->uuid, "boot", n, logs[i].name, NULL),
			    logs[i].title);
	}
	html__put(h, "</p>\n");
}

/* What schedule and database know about the boot. Blocks count from 1, as in all output. */
static void put_boot(struct html *h, const struct boot_page *p)
{
	const struct campaign_boot *b = p->b;
	uint64_t took = b->ended_ns > b->started_ns ? b->ended_ns - b->started_ns : 0;
	char buf[32];

	if (b->status != BOOT_OK) {
		html__fmt(h, "<p class=\"caution bad\"><strong>%s</strong>%s",
			  boot_status__name(b->status), *b->detail ? ": " : "");
		piece__prose(h, b->detail);
		html__put(h, "</p>\n");
	}
	html__put(h, "<dl class=\"facts\">\n");
	piece__fact(h, "status", "%s", boot_status__name(b->status));
	html__put(h, "<dt>started</dt><dd>");
	piece__date(h, b->started_ns);
	html__put(h, "</dd>\n");
	piece__fact(h, "took", "%s", units__fmt_duration(took, buf, sizeof(buf)));
	piece__fact(h, "block", "%u", b->block + 1);
	piece__fact(h, "seed", "%llu", (unsigned long long)b->seed);
	piece__fact(h, "id", "%s", b->uuid);
	html__put(h, "</dl>\n");
	html__fmt(h, "<h2>Command</h2>\n<pre class=\"wrap\">%s</pre>\n", b->command);
}

/* The facts that the boot reported about its kernel and environment, by key. */
static void put_facts(struct html *h, const struct boot_fact *facts, size_t n)
{
	html__put(h, "<h2>Facts</h2>\n");
	if (!n)
		html__put(h, "<p>Nothing was collected.</p>\n");
	html__put(h, n ? "<dl class=\"facts lines\">\n" : "");
	for (size_t i = 0; i < n; i++)
		piece__fact(h, facts[i].key, "%s", facts[i].value);
	html__put(h, n ? "</dl>\n" : "");
}

/* /campaign/ID/boot/N */
int page_boot(struct store *st, const struct page_request *req, FILE *out,
	      struct page_reply *reply __unused, struct err *err)
{
	struct html h = { 0 };
	struct boot_fact *facts;
	struct boot_page p;
	size_t n;
	int ret = find__boot(st, req, &p.c, &p.b, err);

	if (ret)
		return ret;
	ret = store__facts(st, p.b->id, &facts, &n, err);
	if (!ret) {
		put_top(&h, req, &p, "", false);
		put_log_links(st, &h, req, &p);
		put_boot(&h, &p);
		put_facts(&h, facts, n);
		frame__end(&h, req, out);
		boot_fact__free(facts, n);
	}
	campaign__free(p.c);
	return ret;
}

/* The next line of a text, without its "\n" or "\r\n" (consoles send both); advances *p past it.
 * The caller frees. */
static char *next_line(const char **p)
{
	size_t len = strcspn(*p, "\n");
	char *line = xstrndup(*p, len && (*p)[len - 1] == '\r' ? len - 1 : len);

	*p += len + ((*p)[len] == '\n');
	return line;
}

/* Returns the number of lines; *hits is the number of kernel complaints among them. */
static size_t count_lines(const char *text, bool marked, size_t *hits)
{
	size_t n = 0;

	for (*hits = 0; *text; n++) {
		_free_ char *line = next_line(&text);

		*hits += dmesg_scan__find(line, marked).class != DMESG_NONE;
	}
	return n;
}

/* Show lines [first, first + LOG_LINES), and highlight complaints of the kernel. */
static void put_lines(struct html *h, const char *text, bool marked, size_t first)
{
	size_t line = 0;

	html__fmt(h, "<ol class=\"log\" start=\"%zu\" tabindex=\"0\">\n", first + 1);
	for (; *text && line < first + LOG_LINES; line++) {
		_free_ char *one = next_line(&text);

		if (line < first)
			continue;
		html__put(h, dmesg_scan__find(one, marked).class != DMESG_NONE ?
				     "<li class=\"hit\">" :
				     "<li>");
		html__fmt(h, "%s</li>\n", one);
	}
	html__put(h, "</ol>\n");
}

/* Links to the parts of a log: a console can have 100,000 lines, too many for a browser to show at
 * once. */
static void put_pages(struct html *h, const struct page_request *req, size_t first, size_t n)
{
	if (n <= LOG_LINES)
		return;
	html__put(h, "<nav aria-label=\"Parts of the log\"><p>");
	for (size_t from = 0; from < n; from += LOG_LINES) {
		char text[24];
		_free_ char *url = NULL;

		snprintf(text, sizeof(text), "%zu", from + 1);
		url = link__with(req, "from", text);
		html__fmt(h, "%s<a href=\"%s\"", from ? " \xc2\xb7 " : "", url);
		html__put(h, from == first ? " aria-current=\"page\"" : "");
		html__fmt(h, ">%s to %zu</a>", text, from + LOG_LINES < n ? from + LOG_LINES : n);
	}
	html__put(h, "</p></nav>\n");
}

/* "from" may be any line number: the part with that line is shown. */
static void put_log(struct html *h, const struct page_request *req, const char *text)
{
	bool marked = dmesg__is_marked(text, strlen(text));
	size_t hits, n = count_lines(text, marked, &hits);
	uint64_t from = 1;

	if (units__u64(query__get_or(req->query, "from", "1"), &from) || !from || from > n)
		from = 1;
	from -= (from - 1) % LOG_LINES;
	html__fmt(h, "<p>%zu lines, %zu of them complaints of the kernel%s.</p>\n", n, hits,
		  hits ? " (marked)" : "");
	put_pages(h, req, from - 1, n);
	put_lines(h, text, marked, from - 1);
	put_pages(h, req, from - 1, n);
}

/* /campaign/ID/boot/N/console, .../dmesg, .../pstore, .../kernel-log */
int page_log(struct store *st, const struct page_request *req, FILE *out,
	     struct page_reply *reply __unused, struct err *err)
{
	const char *name = req->args.v[2];
	const struct log *log = NULL;
	_free_ char *text = NULL;
	struct html h = { 0 };
	struct boot_page p;
	size_t len;
	int ret;

	for (size_t i = 0; i < ARRAY_SIZE(logs); i++)
		if (streq(name, logs[i].name))
			log = &logs[i];
	if (!log)
		return err__set(err, -ENOENT,
				"a boot has no log \"%.50s\": expected console, dmesg, pstore or "
				"kernel-log",
				name);
	ret = find__boot(st, req, &p.c, &p.b, err);
	if (ret)
		return ret;
	ret = log->text ? store__text(st, p.b->id, log->text, &text, &len, err) :
			  store__log(st, p.b->id, name, &text, &len, err);
	/* A boot may lack a log: the kernel log exists only if the agent survived to send it. */
	if (!ret || ret == -ENOENT) {
		_free_ char *what = xasprintf("%s, ", log->title);

		put_top(&h, req, &p, what, ret);
		put_log_links(st, &h, req, &p);
		if (ret)
			html__put(&h, "<p>This log was not kept.</p>\n");
		else
			put_log(&h, req, text);
		frame__end(&h, req, out);
		ret = 0;
	}
	campaign__free(p.c);
	return ret;
}
