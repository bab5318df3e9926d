/* SPDX-License-Identifier: GPL-2.0-only */
/* pts.h - parser of the Phoronix Test Suite's results; only for reports/foreign/. */
#ifndef KDUEL_FOREIGN_PTS_H
#define KDUEL_FOREIGN_PTS_H

#include "reports/foreign/source.h"

/* Parse the text of a source. 0, -EINVAL with the line in its err, or -ENOMEM. */
int pts__parse(struct source *s);

#endif
