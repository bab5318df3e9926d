/* SPDX-License-Identifier: GPL-2.0-only */
/* expect.h - the plan's expectations for its variants, on pages. */
#ifndef KDUEL_PAGES_EXPECT_H
#define KDUEL_PAGES_EXPECT_H

#include "reports/analysis/expect.h"
#include "reports/render/html.h"

/* A heading and a table; nothing if the plan has no expectations. */
void expects__put(struct html *h, const struct report_expects *e);

#endif
