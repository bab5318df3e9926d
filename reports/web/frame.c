// SPDX-License-Identifier: GPL-2.0-only
/* frame.c - head, navigation and footer of every page, and HTML snippets that pages share. */
#include "reports/web/frame.h"
#include "lib/date.h"
#include "reports/web/assets.h"
#include "reports/report/finding.h"
#include "reports/report/words.h"

#include <stdarg.h>

static const struct {
	const char *label, *path; /* NULL: the overview */
} nav[] = {
	{ "Overview", NULL },	  { "Compare", "compare" }, { "Metrics", "metrics" },
	{ "Changes", "changes" }, { "Noise", "noise" },	    { "Memory", "memory" },
};

/* Style sheet, script and icon are separate files, as the Content-Security-Policy of
 * reports/site/send.c forbids inline ones. */
static void put_head(struct html *h, const struct page_request *req, const struct frame *f)
{
	_free_ char *css = asset__url("kduel.css"), *js = asset__url("kduel.js");
	_free_ char *icon = asset__url("kduel.svg");

	html__put(h, "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
		     "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
		     "<meta name=\"color-scheme\" content=\"light dark\">\n");
	html__fmt(h, "<title>%s%skduel</title>\n", f->title, *f->title ? " \xc2\xb7 " : "");
	html__fmt(h,
		  "<link rel=\"stylesheet\" href=\"%sassets/%s\">\n"
		  "<link rel=\"icon\" type=\"image/svg+xml\" href=\"%sassets/%s\">\n"
		  "<script src=\"%sassets/%s\" defer></script>\n",
		  req->root, css, req->root, icon, req->root, js);
	if (!req->static_site)
		html__fmt(h,
			  "<link rel=\"alternate\" type=\"application/atom+xml\" title=\"Changes of level\" "
			  "href=\"%sfeed/changes.xml\">\n<link rel=\"alternate\" "
			  "type=\"application/atom+xml\" title=\"What nights found\" "
			  "href=\"%sfeed/nights.xml\">\n",
			  req->root, req->root);
	if (f->refreshes && !req->static_site)
		html__put(h, "<noscript><meta http-equiv=\"refresh\" content=\"30\"></noscript>\n");
	html__put(h, f->refreshes && !req->static_site ? "</head>\n<body data-refresh=\"10\">\n" :
							 "</head>\n<body>\n");
	html__put(h, "<a class=\"skip\" href=\"#main\">Skip to content</a>\n");
}

static void put_nav(struct html *h, const struct page_request *req, const char *here)
{
	_free_ char *home = link__to(req, NULL);

	html__fmt(h,
		  "<header class=\"site\"><a class=\"brand\" href=\"%s\">kduel</a>"
		  "<nav aria-label=\"Site\"><ul>",
		  home);
	for (size_t i = 0; i < ARRAY_SIZE(nav); i++) {
		_free_ char *url = link__to(req, nav[i].path, NULL);

		html__fmt(h, "<li><a href=\"%s\"", url);
		html__put(h, here && streq(nav[i].label, here) ? " aria-current=\"page\"" : "");
		html__fmt(h, ">%s</a></li>", nav[i].label);
	}
	html__put(h, "</ul></nav></header>\n");
}

/* reports/web/list.h determines which formats exist: those below /api/v1 for the page's path. */
static void put_data_links(struct html *h, const struct page_request *req)
{
	static const struct {
		const char *ending, *label;
	} kinds[] = {
		{ "json", "JSON" }, { "csv", "CSV" }, { "md", "Markdown" }, { "txt", "plain text" }
	};
	bool any = false;

	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		_free_ char *url = link__data(req, kinds[i].ending);

		if (!url)
			continue;
		html__put(h, any ? " " : "<p class=\"data\">This page as ");
		html__fmt(h, "<a href=\"%s\">%s</a>", url, kinds[i].label);
		any = true;
	}
	html__put(h, any ? "</p>\n" : "");
}

void frame__begin(struct html *h, const struct page_request *req, const struct frame *f)
{
	put_head(h, req, f);
	put_nav(h, req, f->here);
	html__put(h, "<main id=\"main\">\n<div class=\"title\"><div>");
	if (f->kicker)
		html__fmt(h, "<p class=\"kicker\">%s</p>", f->kicker);
	html__fmt(h, "<h1>%s</h1>", *f->title ? f->title : "kduel");
	if (f->about)
		html__fmt(h, "<p class=\"about\">%s</p>", f->about);
	html__put(h, "</div>\n");
	if (!f->no_data)
		put_data_links(h, req);
	html__put(h, "</div>\n");
}

void frame__end(struct html *h, const struct page_request *req, FILE *out)
{
	_free_ char *text = NULL;
	size_t len;

	html__put(h,
		  "</main>\n<footer class=\"site\"><p>Times are UTC. Verdicts are those of "
		  "<code>kduel compare</code>: boots are the unit, limits are 95 %, p is adjusted "
		  "over the metrics of a table.");
	if (req->may_login && !req->static_site)
		html__fmt(h, " <a href=\"%slogin\">%s</a>", req->root,
			  req->csrf ? "You can make changes." : "Log in to make changes.");
	if (req->static_site)
		html__put(h, " This is a static copy.");
	html__put(h, "</p></footer>\n</body>\n</html>\n");
	text = html__take(h, &len);
	fwrite(text, 1, len, out);
}

static void region_begin(struct html *h, const char *class, const char *label)
{
	html__fmt(h, "<div class=\"%s\" tabindex=\"0\" role=\"region\" aria-label=\"%s\">", class,
		  label);
}

void piece__region_begin(struct html *h, const char *label)
{
	region_begin(h, "scroll", label);
}

void piece__newest_begin(struct html *h, const char *label)
{
	region_begin(h, "scroll newest", label);
}

static void table_begin(struct html *h, const char *class, const char *label,
			const char *const *heads)
{
	region_begin(h, class, label);
	html__put(h, "<table><thead><tr>");
	for (; *heads; heads++) {
		bool number = **heads == '#';

		html__put(h, number ? "<th scope=\"col\" class=\"n\">" : "<th scope=\"col\">");
		html__fmt(h, "%s</th>", *heads + number);
	}
	html__put(h, "</tr></thead><tbody>\n");
}

void piece__table_begin(struct html *h, const char *label, const char *const *heads)
{
	table_begin(h, "scroll", label, heads);
}

void piece__cards_begin(struct html *h, const char *label, const char *const *heads)
{
	table_begin(h, "scroll cardrows", label, heads);
}

void piece__table_end(struct html *h)
{
	html__put(h, "</tbody></table></div>\n");
}

void piece__link(struct html *h, char *url, const char *text)
{
	html__fmt(h, "<a href=\"%s\">%s</a>", url, text);
	free(url);
}

/* A tag may contain anything: is it a commit ID? */
static bool is_commit(const char *text)
{
	size_t n = strspn(text, "0123456789abcdefABCDEF");

	return n >= 7 && n <= 64 && !text[n];
}

void piece__commit(struct html *h, const struct page_request *req, const char *commit)
{
	const char *hole = req->commit_url ? strstr(req->commit_url, "{}") : NULL;

	if (hole && is_commit(commit))
		html__fmt(h, "<a href=\"%.*s%s%s\"><code>%.12s</code></a>",
			  (int)(hole - req->commit_url), req->commit_url, commit, hole + 2, commit);
	else
		html__fmt(h, "<code>%.12s</code>", commit);
}

/* The CSS class of each verdict, and a mark for users who cannot see the colours. */
static const struct {
	const char *class, *mark;
} verdicts[VERDICT_MAX] = {
	[VERDICT_NONE] = { "none", "\xc2\xb7" },
	[VERDICT_IMPROVEMENT] = { "better", "\xe2\x96\xb2" },
	[VERDICT_REGRESSION] = { "worse", "\xe2\x96\xbc" },
	[VERDICT_NO_CHANGE] = { "same", "=" },
	[VERDICT_INCONCLUSIVE] = { "open", "?" },
	[VERDICT_INSUFFICIENT] = { "open", "\xe2\x80\xa6" },
	[VERDICT_DIFFERS] = { "none", "\xe2\x89\xa0" },
	[VERDICT_TOO_FEW] = { "none", "\xe2\x80\xa6" },
	[VERDICT_SMALL] = { "same", "\xe2\x89\x88" },
};

void piece__verdict(struct html *h, const struct report_row *row)
{
	enum verdict v = row->j.verdict;
	_free_ char *word = v == VERDICT_NONE ? xstrdup(metric__basis_name(row->basis)) :
						words__judged(row);

	html__fmt(h, "<span class=\"v %s\"><span aria-hidden=\"true\">%s</span> %s</span>",
		  verdicts[v].class, verdicts[v].mark, word);
}

/* A command as code. Browsers break lines after hyphens: an option stays in one piece. */
static void put_command(struct html *h, const char *command, size_t len)
{
	html__put(h, "<code>");
	while (len) {
		const char *space = memchr(command, ' ', len);
		size_t word = space ? (size_t)(space - command) : len;
		bool option = *command == '-';

		html__put(h, option ? "<span>" : "");
		html__text_n(h, command, word);
		html__put(h, option ? "</span>" : "");
		html__put(h, space ? " " : "");
		command += word + (space != NULL);
		len -= word + (space != NULL);
	}
	html__put(h, "</code>");
}

void piece__prose(struct html *h, const char *text)
{
	const char *command;
	size_t len;

	while ((command = words__command(text, &len))) {
		html__text_n(h, text, (size_t)(command - 1 - text));
		put_command(h, command, len);
		text = command + len + 1;
	}
	html__text(h, text);
}

void piece__finding(struct html *h, const struct report *r)
{
	_cleanup_(finding__release) struct finding f;

	finding__make(r, &f);
	html__put(h, "<ul class=\"finding\">\n");
	for (size_t i = 0; i < f.n; i++) {
		html__fmt(h, "<li class=\"%s\">", finding__kind_name(f.line[i].kind));
		piece__prose(h, f.line[i].text);
		html__put(h, "</li>\n");
	}
	html__put(h, "</ul>\n");
}

/* Regressions come first, even if there are none: that is what most readers want to know. */
void piece__counts(struct html *h, const unsigned int count[VERDICT_MAX])
{
	static const struct {
		enum verdict v;
		const char *word;
	} order[] = {
		{ VERDICT_REGRESSION, "worse" },
		{ VERDICT_IMPROVEMENT, "better" },
		{ VERDICT_NO_CHANGE, "no change" },
		{ VERDICT_SMALL, "small: below margin" },
		{ VERDICT_DIFFERS, "differ" },
		{ VERDICT_INCONCLUSIVE, "inconclusive" },
		{ VERDICT_INSUFFICIENT, "insufficient" },
		{ VERDICT_TOO_FEW, "too few events" },
	};
	bool any = false;

	for (size_t i = 0; i < ARRAY_SIZE(order); i++) {
		enum verdict v = order[i].v;

		if (!count[v] && v != VERDICT_REGRESSION)
			continue;
		html__fmt(h,
			  "%s<span class=\"v %s\"><span aria-hidden=\"true\">%s</span> %u %s</span>",
			  any ? " " : "", count[v] ? verdicts[v].class : "none", verdicts[v].mark,
			  count[v], order[i].word);
		any = true;
	}
}

void piece__date(struct html *h, uint64_t ns)
{
	char iso[DATE_LEN], text[DATE_LEN];

	html__fmt(h, "<time datetime=\"%s\">%s</time>", date__utc(ns, DATE_ISO, iso),
		  date__utc(ns, DATE_MINUTES, text));
}

/* The text is formatted with printf() and then escaped as a whole. */
void piece__fact(struct html *h, const char *name, const char *fmt, ...)
{
	_free_ char *text = NULL;
	va_list ap;

	va_start(ap, fmt);
	text = xvasprintf(fmt, ap);
	va_end(ap);
	html__fmt(h, "<dt>%s</dt><dd>%s</dd>\n", name, text);
}

const char *basis__meaning(enum metric_basis basis)
{
	static const char *const text[BASIS_MAX] = {
		[BASIS_MEASURED] = "measured on real hardware",
		[BASIS_MEASURED_GUEST] = "measured in a virtual machine",
		[BASIS_EXACT] = "a fact that repeats exactly, under emulation as well",
		[BASIS_MODELLED] = "computed by the TLB model; no hardware was measured",
		[BASIS_EMULATED] =
			"time under emulation: says that the workload ran, never how fast",
		[BASIS_SIMULATED] = "seeded numbers of the fake target: nothing was measured",
	};

	return text[basis];
}

void piece__basis(struct html *h, enum metric_basis basis)
{
	html__fmt(h, "<span class=\"basis\" title=\"%s\">%s</span>", basis__meaning(basis),
		  metric__basis_name(basis));
}
