/* SPDX-License-Identifier: GPL-2.0-only */
/* expect.h - what a plan expects of its variants, on pages. */
#ifndef KDUEL_PAGES_EXPECT_H
#define KDUEL_PAGES_EXPECT_H

#include "reports/analysis/expect.h"
#include "reports/render/html.h"

/* A heading and a table; nothing where nothing is expected. */
void expects__put(struct html *h, const struct report_expects *e);

#endif
