/* SPDX-License-Identifier: GPL-2.0-only */
/* patience.h - how long a test waits for what does not take long. */
#ifndef KDUEL_TEST_PATIENCE_H
#define KDUEL_TEST_PATIENCE_H

/* Nothing takes that long, but a busy host may stand still for a minute. */
#define WAIT_MS 600000

#endif
