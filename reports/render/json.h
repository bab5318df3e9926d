/* SPDX-License-Identifier: GPL-2.0-only */
/* json.h - values that JSON lacks, and objects on a stream. */
#ifndef KDUEL_RENDER_JSON_H
#define KDUEL_RENDER_JSON_H

#include "lib/strvec.h"

#include <jansson.h>

/* A number, or null for what is none (NAN, infinities). */
json_t *json__number(double v);
/* A string, or null for text that is not UTF-8. */
json_t *json__text(const char *s);
/* An array of them. */
json_t *json__texts(const struct strvec *list);
/* Write with indentation, numbers in full, a line end; drops the reference. */
void json__print(json_t *j, FILE *out);

#endif
