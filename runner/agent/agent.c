// SPDX-License-Identifier: GPL-2.0-only
/* agent.c - send messages to the host; used throughout the agent's main process. */
#include "runner/agent/agent.h"

#include <stdarg.h>

int agent__send(struct agent *a, const struct wire_msg *msg)
{
	return wire__send(&a->out, msg, AGENT_SEND_MS);
}

int agent__forward(struct agent *a, const struct wire *from)
{
	return wire__forward(&a->out, from, AGENT_SEND_MS);
}

int agent__log(struct agent *a, const char *fmt, ...)
{
	char text[1024];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	return agent__send(a, WIRE_MSG(.type = WIRE_LOG, .text = text));
}
