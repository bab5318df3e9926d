// SPDX-License-Identifier: GPL-2.0-only
/* cmdline.c - kernel parameters of the form kduel.NAME=VALUE. */
#include "runner/agent/cmdline.h"

#define DEFAULT_PORT "org.kduel.0"

char *cmdline__value(const char *text, const char *name)
{
	size_t len = strlen(name);
	char *value = NULL;

	while (*(text += strspn(text, " \t\n"))) {
		size_t word = strcspn(text, " \t\n");

		if (word > len && text[len] == '=' && !strncmp(text, name, len)) {
			free(value);
			value = xstrndup(text + len + 1, word - len - 1);
		}
		text += word;
	}
	return value;
}

static bool flag(const char *text, const char *name)
{
	_free_ char *v = cmdline__value(text, name);

	return v && streq(v, "1");
}

/* A parameter that is a number from 1 to 99, else 0. */
static unsigned int small(const char *text, const char *name)
{
	_free_ char *v = cmdline__value(text, name);
	bool digits = v && *v && strlen(v) < 3 && v[strspn(v, "0123456789")] == '\0';

	return digits ? (unsigned int)strtoul(v, NULL, 10) : 0;
}

void cmdline__parse(const char *text, struct cmdline *c)
{
	_free_ char *network = cmdline__value(text, "kduel.network");

	c->port = cmdline__value(text, "kduel.port");
	c->modules = cmdline__value(text, "kduel.modules");
	c->root = cmdline__value(text, "kduel.root");
	c->job = cmdline__value(text, "kduel.job");
	c->network = network && streq(network, "user");
	c->overlay = flag(text, "kduel.overlay");
	c->oneshot = flag(text, "kduel.oneshot");
	c->hang = flag(text, "kduel.hang");
	c->inject = small(text, "kduel.inject");
	if (!c->port)
		c->port = xstrdup(DEFAULT_PORT);
	if (!c->modules)
		c->modules = xstrdup("");
}

void cmdline__release(struct cmdline *c)
{
	free(c->port);
	free(c->modules);
	free(c->root);
	free(c->job);
	*c = (struct cmdline){ 0 };
}
