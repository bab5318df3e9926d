/* SPDX-License-Identifier: GPL-2.0-only */
/* json.h - JSON values for any number or text, and JSON output. */
#ifndef KDUEL_RENDER_JSON_H
#define KDUEL_RENDER_JSON_H

#include "lib/strvec.h"

#include <jansson.h>

/* A number; null if it is not finite. */
json_t *json__number(double v);
/* A string, in which invalid UTF-8 is replaced with U+FFFD; null for NULL. */
json_t *json__text(const char *s);
/* An array of such strings. */
json_t *json__texts(const struct strvec *list);
/* Write with indentation, doubles with 17 significant digits, and a newline. Drops the
 * reference. */
void json__print(json_t *j, FILE *out);

#endif
