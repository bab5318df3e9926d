// SPDX-License-Identifier: GPL-2.0-only
/* tlb_lines.c - sorts the plugin's lines and checks that none is missing. */
#include "runner/boot/tlb_lines.h"

#include "collectors/tlbmodel/format.h"
#include "workloads/support/points.h"

/* Limits memory if the file is damaged. */
#define ITERATIONS_MAX 100000

/* State while the lines are read in order. */
struct reader {
	struct tlb_lines *lines;
	const char *path;
	unsigned int line;
	bool open; /* in a measured part */
	json_int_t iteration;
	bool ended;
	struct err *err;
};

static const char *text_of(const json_t *o, const char *key)
{
	const char *s = json_string_value(json_object_get(o, key));

	return s ? s : "";
}

static int fail_line(const struct reader *r, const char *what)
{
	return err__set(r->err, -EPROTO, "%s:%u: the TLB model's plugin: %s", r->path, r->line,
			what);
}

/* Replace the object in a slot by another, and take a reference. */
static void keep_object(json_t **slot, json_t *o)
{
	json_decref(*slot);
	*slot = json_incref(o);
}

/* Iterations end in the order in which they began, and never overlap. */
static int keep_iteration(struct reader *r, json_t *o)
{
	struct tlb_lines *l = r->lines;

	if (!r->open || json_integer_value(json_object_get(o, "iteration")) != r->iteration ||
	    l->n == ITERATIONS_MAX)
		return fail_line(r, "an iteration ended that had not begun");
	r->open = false;
	l->iteration = xrealloc(l->iteration, l->n + 1, sizeof(json_t *));
	l->iteration[l->n++] = json_incref(o);
	return 0;
}

/* Points are numbered from 0, across all parts of one iteration. */
static int keep_point(struct reader *r, json_t *o)
{
	struct tlb_lines *l = r->lines;

	if (!r->open || json_integer_value(json_object_get(o, "iteration")) != r->iteration ||
	    json_integer_value(json_object_get(o, "point")) != (json_int_t)l->n_points ||
	    l->n_points == POINTS_MAX)
		return fail_line(r, "a point that is not the next one of an iteration");
	l->point = xrealloc(l->point, l->n_points + 1, sizeof(json_t *));
	l->point[l->n_points++] = json_incref(o);
	return 0;
}

/* Handle one line. 0, or -EPROTO with its number. */
static int handle_object(struct reader *r, json_t *o)
{
	const char *what = text_of(o, "line");

	if (r->ended)
		return fail_line(r, "there is more after the end");
	if (streq(what, "start")) {
		/* The plugin is a separate file, and may be from another build than kduel. */
		if (json_integer_value(json_object_get(o, "format")) != TLB_FORMAT)
			return fail_line(r, "speaks another format than this kduel; rebuild it");
		keep_object(&r->lines->start, o);
		r->lines->only_counts = streq(text_of(o, "arch"), TLB_X86);
	} else if (streq(what, "begin")) {
		r->open = true;
		r->iteration = json_integer_value(json_object_get(o, "iteration"));
	} else if (streq(what, "iteration")) {
		return keep_iteration(r, o);
	} else if (streq(what, "point")) {
		return keep_point(r, o);
	} else if (streq(what, "census")) {
		json_int_t label = json_integer_value(json_object_get(o, "label"));

		if (label < 0 || label >= CENSUS_MAX)
			return fail_line(r, "a census with an unknown label");
		keep_object(&r->lines->census[label], o);
	} else if (streq(what, "error")) {
		return fail_line(r, text_of(o, "text"));
	} else if (streq(what, "bounds")) {
		keep_object(&r->lines->bounds, o);
	} else if (streq(what, "end")) {
		r->ended = true;
	} else {
		return fail_line(r, "a line of an unknown kind");
	}
	return 0;
}

/* Check for everything that a complete file has, in the order in which a boot writes it. */
static int check_complete(const struct reader *r)
{
	const struct tlb_lines *l = r->lines;
	const char *missing =
		!l->start ? "the plugin did not start" :
		!l->only_counts && !l->census[CENSUS_AFTER_BOOT] ?
			    "the marker after boot was never reached" :
		!l->n && !r->open ? "the marker that begins a measured part was never reached" :
		!l->bounds	  ? "the regions of the kernel were never sent" :
		r->open		  ? "the marker that ends a measured part was never reached" :
		!l->only_counts && !l->census[CENSUS_AFTER_WORKLOAD] ?
			  "the marker after the workload was never reached" :
		!r->ended ? "the file is cut off: QEMU was killed, or the disk was full" :
			    NULL;

	return missing ? err__set(r->err, -EPROTO, "%s: TLB model: %s", r->path, missing) : 0;
}

int tlb_lines__parse(struct tlb_lines *lines, const char *path, const char *text, size_t len,
		     struct err *err)
{
	struct reader r = { .lines = lines, .path = path, .err = err };
	const char *end = text + len;
	int ret = 0;

	*lines = (struct tlb_lines){ 0 };
	while (!ret && text < end) {
		const char *nl = memchr(text, '\n', (size_t)(end - text));
		json_t *o;

		r.line++;
		if (!nl)
			break; /* truncated: reported below */
		o = json_loadb(text, (size_t)(nl - text), JSON_REJECT_DUPLICATES, NULL);
		ret = json_is_object(o) ? handle_object(&r, o) :
					  fail_line(&r, "no JSON object on this line");
		json_decref(o);
		text = nl + 1;
	}
	return ret ? ret : check_complete(&r);
}

void tlb_lines__release(struct tlb_lines *l)
{
	json_decref(l->start);
	json_decref(l->bounds);
	for (size_t i = 0; i < CENSUS_MAX; i++)
		json_decref(l->census[i]);
	for (size_t i = 0; i < l->n; i++)
		json_decref(l->iteration[i]);
	for (size_t i = 0; i < l->n_points; i++)
		json_decref(l->point[i]);
	free(l->iteration);
	free(l->point);
	*l = (struct tlb_lines){ 0 };
}
