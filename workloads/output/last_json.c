// SPDX-License-Identifier: GPL-2.0-only
/*
 * last_json.c - try each line that begins with a brace; the last document that is complete
 * counts.
 */
#include "workloads/output/last_json.h"

/* Did the text end before the document that it begins with? What is no JSON breaks off earlier. */
static bool is_cut(const char *text, size_t len, const json_error_t *je)
{
	while (len && strchr(" \t\r\n", text[len - 1]))
		len--;
	return json_error_code(je) == json_error_premature_end_of_input ||
	       (size_t)je->position >= len;
}

json_t *last_json__read(const char *text, size_t len)
{
	json_t *last = NULL;
	size_t at = 0;

	while (at < len) {
		const char *nl;
		json_error_t je;
		json_t *doc = NULL;

		if (text[at] == '{') {
			doc = json_loadb(text + at, len - at, JSON_DISABLE_EOF_CHECK, &je);
			if (!doc && is_cut(text + at, len - at, &je)) {
				json_decref(last);
				return NULL;
			}
		}
		if (doc) {
			json_decref(last);
			last = doc;
			at += (size_t)je.position;
		}
		nl = memchr(text + at, '\n', len - at);
		at = nl ? (size_t)(nl - text) + 1 : len;
	}
	return last;
}
