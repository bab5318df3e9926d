/* SPDX-License-Identifier: GPL-2.0-only */
/* klog.h - the kernel log for the host. */
#ifndef KDUEL_KLOG_H
#define KDUEL_KLOG_H

#include "runner/agent/agent.h"

/* Send the whole kernel log as WIRE_TEXT messages named "dmesg". If the log cannot be read, send
 * WIRE_LOG with the reason and carry on. 0, or -errno when the host is gone. */
int klog__send(struct agent *a);

#endif
