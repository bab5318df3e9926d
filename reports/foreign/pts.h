/* SPDX-License-Identifier: GPL-2.0-only */
/* pts.h - the format of the Phoronix Test Suite; -ENOMEM as well; only for reports/foreign/. */
#ifndef KDUEL_FOREIGN_PTS_H
#define KDUEL_FOREIGN_PTS_H

#include "reports/foreign/source.h"

/* Read the text of a source. 0, or -EINVAL with the line in the source's err. */
int pts__parse(struct source *s);

#endif
