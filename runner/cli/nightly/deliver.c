// SPDX-License-Identifier: GPL-2.0-only
/* deliver.c - write, mail and post the result of a night. */
#include "runner/cli/nightly/deliver.h"

#include "lib/clock.h"
#include "lib/date.h"
#include "lib/fs.h"
#include "lib/utf8.h"
#include "reports/render/json.h"
#include "reports/render/render.h"
#include "reports/report/finding.h"
#include "runner/host/rundir.h"
#include "runner/host/tool.h"

#include <unistd.h>

#define HOOK_MS (5 * 60 * 1000)
#define SUBJECT_MAX 120

/* The most important line of the finding: what got worse, else better, else the rest. The caller
 * frees. */
static char *headline(const struct night *n)
{
	static const enum finding_kind order[] = { FINDING_WORSE, FINDING_MIXED, FINDING_BETTER,
						   FINDING_SAME, FINDING_OPEN };
	struct finding f;
	char *text = NULL;

	if (!n->report)
		return xasprintf("no result, exit code %d", n->code);
	finding__make(n->report, &f);
	for (size_t k = 0; !text && k < ARRAY_SIZE(order); k++)
		for (size_t i = 0; !text && i < f.n; i++)
			if (f.line[i].kind == order[k])
				text = xstrdup(f.line[i].text);
	if (!text)
		text = xstrdup(f.line[0].text);
	finding__release(&f);
	return text;
}

/* Truncate a line that is too long, after a comma or semicolon if possible, else at a blank, so as
 * not to cut a number in half. */
static void shorten(char *line)
{
	size_t end = SUBJECT_MAX - strlen(", ..."), at = end;

	if (strlen(line) <= SUBJECT_MAX)
		return;
	while (at > end / 2 && line[at] != ',' && line[at] != ';')
		at--;
	if (at == end / 2)
		for (at = end; at > end / 2 && line[at] != ' ';)
			at--;
	at += line[at] == ',' || line[at] == ';';
	snprintf(line + at, SUBJECT_MAX + 1 - at, " ...");
}

/* Print the subject as one line of ASCII, as mail headers must be. */
static void put_subject(const struct night *n, FILE *f)
{
	_free_ char *head = headline(n);
	_free_ char *line = xasprintf("[kduel] %s: %s", n->config->name, head);
	char *open = line;

	/* Leave out intervals, which are in the mail, to have room for what got worse. */
	while ((open = strstr(open, " [")) && strchr(open, ']')) {
		const char *end = strchr(open, ']') + 1;

		memmove(open, end, strlen(end) + 1);
	}
	shorten(line);
	for (char *c = line; *c; c++)
		if (*c < ' ' || *c > '~')
			*c = '?';
	fprintf(f, "Subject: %s\n", line);
}

/* The reason that goes with an exit code. */
static const char *why_no_report(int code)
{
	return code == 2   ? "the plan, or what it names, has a mistake" :
	       code == 3   ? "the environment is unfit" :
	       code == 4   ? "there is not enough data" :
	       code == 130 ? "it was interrupted" :
			     "of an internal error";
}

static void put_body(const struct night *n, FILE *f)
{
	struct err err;

	if (n->commit)
		fprintf(f, "Tested:  %.12s %s\n", n->commit->hash, n->commit->subject);
	if (n->good)
		fprintf(f, "Against: %.12s %s\n", n->good->hash, n->good->subject);
	if (*n->changes)
		fprintf(f, "Changes of level over the nights (`kduel changes` has them all):\n%s",
			n->changes);
	if (n->commit || n->good || *n->changes)
		fputc('\n', f);
	if (!n->report)
		fprintf(f,
			"This night has no result, because %s\n(exit code %d). What kduel said is in "
			"the log of the job, such as\n`journalctl -u 'kduel-nightly@%s'`.\n",
			why_no_report(n->code), n->code, n->config->name);
	else if (render__default(n->report, "mail", 0, f, &err))
		fprintf(f, "%s\n", err.msg);
	if (*n->campaign)
		fprintf(f, "\nCampaign %.8s: kduel compare %.8s --all\n", n->campaign, n->campaign);
}

static json_t *finding_json(const struct report *r)
{
	json_t *list = json_array();
	struct finding f;

	if (!r)
		return list;
	finding__make(r, &f);
	for (size_t i = 0; i < f.n; i++)
		json_array_append_new(list, json_pack("{s:s, s:o}", "kind",
						      finding__kind_name(f.line[i].kind), "text",
						      json__text(f.line[i].text)));
	finding__release(&f);
	return list;
}

static char *night_json(const struct night *n)
{
	_free_ char *head = headline(n);
	json_t *j = json_pack("{s:i, s:s, s:o, s:o, s:i, s:s, s:s, s:o}", "schema", 1, "kind",
			      "night", "name", json__text(n->config->name), "headline",
			      json__text(head), "exit_code", n->code, "verdict", n->verdict,
			      "campaign", n->campaign, "finding", finding_json(n->report));
	char *text;

	if (n->commit) {
		json_t *its = json_pack("{s:s, s:o}", "hash", n->commit->hash, "subject",
					json__text(n->commit->subject));

		if (n->config->git)
			json_object_set_new(its, "date", json_string(n->commit->date));
		json_object_set_new(j, n->config->git ? "commit" : "kernel", its);
	}
	if (n->good)
		json_object_set_new(j, "against", json_string(n->good->hash));
	text = json_dumps(j, JSON_INDENT(1));
	json_decref(j);
	return text;
}

/* Write a file: the report in a format, or `text` if `format` is NULL. */
static int write_file(const struct night *n, const char *dir, const char *name, const char *format,
		      const char *text, struct err *err)
{
	_free_ char *path = xasprintf("%s/%s", dir, name), *own = NULL;
	FILE *f;
	int ret;

	if (!format)
		return fs__write_text(path, text, err);
	f = xmemstream(&own, &(size_t){ 0 });
	ret = render__default(n->report, format, 0, f, err);
	fclose(f);
	return ret ? ret : fs__write_text(path, own, err);
}

/* Point the link `latest` to a directory, atomically. Anything by that name that is not a link is
 * left alone. */
static int link_latest(const char *dir, const char *name, struct err *err)
{
	_free_ char *to = xasprintf("%s/latest", dir),
		    *part = xasprintf("%s/.latest-%d", dir, (int)getpid());
	char old[1];

	if (fs__exists(to) && readlink(to, old, sizeof(old)) < 0)
		return err__set(err, -EEXIST, "%s is not a link made by kduel: left alone", to);
	unlink(part);
	if (symlink(name, part) || rename(part, to)) {
		int ret = -errno;

		unlink(part);
		return err__errno(err, ret, to);
	}
	return 0;
}

void deliver__make(struct night *n)
{
	FILE *f = xmemstream(&n->mail, &(size_t){ 0 });

	put_body(n, f);
	fclose(f);
	n->json = night_json(n);
}

void deliver__release(struct night *n)
{
	free(n->mail);
	free(n->json);
}

int deliver__files(const struct night *n, struct err *err)
{
	static const struct {
		const char *name, *format;
	} reports[] = { { "report.md", "markdown" },
			{ "report.json", "json" },
			{ "junit.xml", "junit" } };
	_free_ char *name = NULL, *dir = NULL;
	char date[DATE_LEN];
	int ret;

	if (!n->config->report)
		return 0;
	date__utc(clock__wall_ns(), "%Y-%m-%d-%H%M%S", date);
	name = *n->campaign ? xasprintf("%s-%.8s", date, n->campaign) : xstrdup(date);
	dir = xasprintf("%s/%s", n->config->report, name);
	ret = fs__mkdir_p(dir);
	if (ret)
		return err__errno(err, ret, dir);
	ret = write_file(n, dir, "mail.txt", NULL, n->mail, err);
	if (!ret)
		ret = write_file(n, dir, "night.json", NULL, n->json, err);
	for (size_t i = 0; !ret && n->report && i < ARRAY_SIZE(reports); i++)
		ret = write_file(n, dir, reports[i].name, reports[i].format, NULL, err);
	return ret ? ret : link_latest(n->config->report, name, err);
}

/* Mail through sendmail(8), whose interface all MTAs provide. */
static int send_mail(const struct night *n, const char *dir, struct err *err)
{
	_free_ char *path = xasprintf("%s/mail", dir), *body = xstrdup(n->mail), *text = NULL;
	_free_ char *to = strvec__join(&n->config->mail, ", ");
	const char *argv[] = { n->config->sendmail ? n->config->sendmail : "sendmail", "-t", "-oi",
			       NULL };
	FILE *f;
	int ret;

	if (!n->config->mail.n)
		return 0;
	f = xmemstream(&text, &(size_t){ 0 });
	if (n->config->from)
		fprintf(f, "From: %s\n", n->config->from);
	fprintf(f, "To: %s\n", to);
	put_subject(n, f);
	fprintf(f, "MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n"
		   "Content-Transfer-Encoding: 8bit\nAuto-Submitted: auto-generated\n\n");
	utf8__clean(body, strlen(body), true);
	fputs(body, f);
	fclose(f);
	ret = fs__write_text(path, text, err);
	return ret ? ret :
		     tool__exec(err, "send mail (any package mail-transport-agent)",
				&(struct proc_opts){ .argv = (char *const *)argv,
						     .stdin_path = path,
						     .timeout_ms = HOOK_MS });
}

/* Pass the URL to curl in a file, not on the command line, where other users could see it: it may
 * contain a secret. */
static int post(const struct night *n, const char *dir, struct err *err)
{
	_free_ char *body = xasprintf("%s/night.json", dir);
	_free_ char *path = xasprintf("%s/curl", dir), *text = NULL;
	const char *argv[] = { "curl", "--config", path, NULL };
	int ret;

	if (!n->config->webhook)
		return 0;
	text = xasprintf("url = \"%s\"\ndata-binary = \"@%s\"\nheader = \"Content-Type: "
			 "application/json\"\nfail\nsilent\nshow-error\nmax-time = 60\nretry = 2\n"
			 "output = \"/dev/null\"\n",
			 n->config->webhook, body);
	ret = fs__write_text(body, n->json, err);
	if (!ret)
		ret = fs__write_text(path, text, err);
	return ret ? ret :
		     tool__exec(err, "call the webhook (package curl)",
				&(struct proc_opts){ .argv = (char *const *)argv,
						     .timeout_ms = HOOK_MS });
}

int deliver__hooks(const struct night *n, struct err *err)
{
	_cleanup_(tmpdir__remove) struct tmpdir dir = { .fd = -1 };
	struct err why;
	int ret = rundir__make(&dir, err), second;

	if (ret)
		return ret;
	ret = send_mail(n, dir.path, err);
	second = post(n, dir.path, ret ? &why : err);
	return ret ? ret : second;
}
