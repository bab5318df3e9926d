/* SPDX-License-Identifier: GPL-2.0-only */
/* klog.h - send the kernel log to the host. */
#ifndef KDUEL_KLOG_H
#define KDUEL_KLOG_H

#include "runner/agent/agent.h"

/* Send the whole kernel log as WIRE_TEXT messages named "dmesg". If it cannot be read, send a WIRE_LOG
 * message with the reason instead. 0, or -errno if the host is gone. */
int klog__send(struct agent *a);

#endif
