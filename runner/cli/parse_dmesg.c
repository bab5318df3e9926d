// SPDX-License-Identifier: GPL-2.0-only
/* parse_dmesg.c - run the scanner that watches consoles of guests on a file. */
#include "runner/cli/parse_dmesg.h"

#include "collectors/support/dmesg_read.h"
#include "lib/fs.h"
#include "lib/text.h"
#include "reports/render/json.h"
#include "runner/cli/common.h"
#include "runner/cli/log.h"
#include "workloads/output/formats.h"

#define LOG_MAX (64u << 20) /* bytes of a file */

struct listing {
	json_t *rows;
	enum dmesg_class worst;
};

/* For dmesg_log.each: add a complaint to the list. */
static void list_line(void *arg, const struct dmesg_log *log, const struct dmesg_finding *found)
{
	struct listing *l = arg;
	_free_ char *text = NULL;

	if (found->class == DMESG_NONE)
		return;
	text = xstrndup(found->text, found->len);
	if (found->class > l->worst)
		l->worst = found->class;
	json_array_append_new(l->rows,
			      json_pack("{s:I, s:s, s:o}", "line", (json_int_t)log->number, "class",
					dmesg_class__name(found->class), "text", json__text(text)));
}

/* Not with text__read(), which refuses NUL bytes: a console may contain some. */
static int read_log(const char *path, char **text, size_t *len, struct err *err)
{
	int ret = fs__read(streq(path, "-") ? "/dev/stdin" : path, LOG_MAX, text, len);
	const char *misnomer = ret ? NULL : text__misnomer(*text, *len);

	if (ret == -EISDIR)
		return err__set(err, -EINVAL, "expected a file, found a directory");
	if (ret == -EFBIG)
		return err__set(err, -EINVAL, "expected at most %u MiB", LOG_MAX >> 20);
	if (ret)
		return err__set(err, ret, "%s", strerror(-ret));
	if (misnomer)
		return err__set(err, -EINVAL, "expected a kernel log; this is %s", misnomer);
	if (str_starts(*text, "LPKSHHRH"))
		return err__set(err, -EINVAL,
				"expected the text of a kernel log; this is a journal: try "
				"`journalctl -k --file FILE | kduel parse dmesg -`");
	return *len ? 0 : err__set(err, -EINVAL, "expected a kernel log; the file is empty");
}

static void print(const struct listing *l, bool marked, bool json)
{
	if (json) {
		json__print(json_pack("{s:i, s:s, s:s, s:b, s:O}", "schema", 1, "kind", "dmesg",
				      "worst", dmesg_class__name(l->worst), "marked", marked,
				      "complaints", l->rows),
			    stdout);
		return;
	}
	for (size_t i = 0; i < json_array_size(l->rows); i++) {
		const json_t *row = json_array_get(l->rows, i);

		printf("%lld\t%s\t%s\n",
		       (long long)json_integer_value(json_object_get(row, "line")),
		       json_string_value(json_object_get(row, "class")),
		       json_string_value(json_object_get(row, "text")));
	}
}

/* Scan a log and print the complaints. `name` is for messages. */
static int list(const char *text, size_t len, bool json, const char *name, struct err *err)
{
	struct listing l = { .rows = json_array() };
	struct dmesg_log log = { .each = list_line, .arg = &l };
	const char *other = formats__name(text, len);
	bool marked = dmesg__is_marked(text, len);
	int ret = 0;

	log.marked = marked;
	dmesg_log__feed(&log, text, len);
	dmesg_log__end(&log);
	if (!marked && !json_array_size(l.rows) && (other || *text == '{')) {
		ret = err__set(err, -EINVAL, "expected a kernel log; this looks like %s",
			       other ? other : "JSON");
		goto out;
	}
	if (!marked)
		log__warn("%s: no line is marked as the kernel's (by a time stamp or \"kernel:\"): all "
			  "lines are taken as such",
			  name);
	print(&l, marked, json);
	if (!json_array_size(l.rows))
		log__info("%s: no complaints of the kernel", name);
	if (text[len - 1] != '\n')
		log__warn("%s: the last line has no newline: is the log truncated?", name);
out:
	json_decref(l.rows);
	return ret;
}

int parse_dmesg__run(const char *path, bool json)
{
	const char *name = streq(path, "-") ? "standard input" : path;
	_free_ char *text = NULL;
	struct err err;
	size_t len;
	int ret = read_log(path, &text, &len, &err);

	if (!ret)
		ret = list(text, len, json, name, &err);
	if (ret)
		log__error("%s: %s", name, err.msg);
	return cmd__exit_code(ret);
}
