/* SPDX-License-Identifier: GPL-2.0-only */
/* json_formats.h - parsers of the JSON formats; only for reports/foreign/. */
#ifndef KDUEL_FOREIGN_JSON_FORMATS_H
#define KDUEL_FOREIGN_JSON_FORMATS_H

#include "reports/foreign/source.h"

/* Parse the text of a source. 0, or -EINVAL with the line in its err. */
int hyperfine__parse(struct source *s);
int gbench__parse(struct source *s);
int mmtests__parse(struct source *s);
int lkp__parse(struct source *s);

#endif
