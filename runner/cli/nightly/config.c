// SPDX-License-Identifier: GPL-2.0-only
/* config.c - read the file of a nightly run. */
#include "runner/cli/nightly/config.h"

#include "lib/clock.h"
#include "lib/fs.h"
#include "lib/text.h"
#include "runner/campaign/budget.h"
#include "runner/campaign/tags.h"
#include "runner/config/table.h"
#include "runner/plan/kernel.h"

#include <ctype.h>
#include <unistd.h>

struct nightly_nodes {
	struct nightly n;
	yaml_node_t *kernel, *keep, *ref, *fetch, *reference, *until, *mail, *from, *webhook, *tags;
};

static const struct yaml_field fields[] = {
	FIELD("name", NAME, struct nightly_nodes, n.name),
	FIELD("plan", TEXT, struct nightly_nodes, n.plan, .required = true),
	FIELD("git", TEXT, struct nightly_nodes, n.git),
	FIELD("always", BOOL, struct nightly_nodes, n.always),
	FIELD("report", TEXT, struct nightly_nodes, n.report),
	FIELD("sendmail", TEXT, struct nightly_nodes, n.sendmail),
	FIELDS(NODE, struct nightly_nodes, kernel, keep, ref, fetch, reference, until, mail, from,
	       webhook, tags),
	{ 0 },
};

/* A key that only makes sense with `git`. The caller frees. */
static char *read_git_word(struct yaml *y, yaml_node_t *node, const char *key,
			   const struct nightly *n)
{
	if (node && !n->git)
		yaml__note(y, node, "'%s' does not apply: there is no 'git'", key);
	return node ? plan_kernel__git_word(y, node, key) : NULL;
}

/* Refuse empty paths, which would resolve to the directory of the file. */
static void check_paths(struct yaml *y, yaml_node_t *root, const struct nightly *n)
{
	const struct {
		const char *key, *value;
	} paths[] = { { "plan", n->plan },
		      { "git", n->git },
		      { "report", n->report },
		      { "sendmail", n->sendmail } };

	for (size_t i = 0; i < ARRAY_SIZE(paths); i++)
		if (paths[i].value && !*paths[i].value)
			yaml__note(y, root, "'%s' is empty: expected a path", paths[i].key);
}

/* A kernel as in a plan: packages, files, or a build. The caller frees. */
static struct kernel_spec *read_kernel(struct yaml *y, yaml_node_t *node)
{
	struct kernel_spec *k = xcalloc(1, sizeof(*k));

	plan_kernel__read_alone(y, node, k);
	return k;
}

/* Read what is tested, and its reference: both are commits, or both are kernels. */
static void read_tested(struct yaml *y, const struct nightly_nodes *at, struct nightly *n)
{
	if (at->kernel && n->git)
		yaml__note(y, at->kernel, "a night tests 'git' or 'kernel', not both");
	if (at->kernel)
		n->kernel = read_kernel(y, at->kernel);
	n->ref = read_git_word(y, at->ref, "ref", n);
	n->fetch = read_git_word(y, at->fetch, "fetch", n);
	if (at->reference && n->kernel)
		n->reference_kernel = read_kernel(y, at->reference);
	else
		n->reference = read_git_word(y, at->reference, "reference", n);
}

/* Be strict, as an address goes into a mail header and must not inject another. */
static bool is_address(const char *s)
{
	if (!isalnum((unsigned char)*s))
		return false;
	for (; *s; s++)
		if (!isgraph((unsigned char)*s) || strchr(",;:<>()[]\"\\", *s))
			return false;
	return true;
}

static void read_mail(struct yaml *y, yaml_node_t *node, struct strvec *list)
{
	const bool one = node->type == YAML_SCALAR_NODE;
	const char *s = one ? yaml__scalar(y, node, "mail", "an address") : NULL;

	if (s)
		strvec__push(list, s);
	if (!one)
		yaml__list(y, node, "mail", list);
	for (size_t i = 0; i < list->n; i++)
		if (!is_address(list->v[i]))
			yaml__note(y, node, "'mail' must be addresses, not '%.80s'", list->v[i]);
}

static char *read_from(struct yaml *y, yaml_node_t *node)
{
	const char *s = yaml__scalar(y, node, "from", "an address");

	if (s && !is_address(s))
		yaml__note(y, node, "'from' must be an address, not '%.80s'", s);
	return s ? xstrdup(s) : NULL;
}

static char *read_until(struct yaml *y, yaml_node_t *node)
{
	const char *s = yaml__scalar(y, node, "until", "a time of day");
	uint64_t ns;
	struct err err;

	if (s && budget__parse_until(s, clock__wall_ns(), &ns, &err))
		yaml__note(y, node, "'until': %s", err.msg);
	return s ? xstrdup(s) : NULL;
}

static char *read_webhook(struct yaml *y, yaml_node_t *node)
{
	const char *s = yaml__scalar(y, node, "webhook", "a URL"), *host, *at;
	bool ok;

	if (!s)
		return NULL;
	host = str_starts(s, "https://") ? s + strlen("https://") :
	       str_starts(s, "http://")	 ? s + strlen("http://") :
					   "";
	at = host + strcspn(host, "@/?#");
	host = *at == '@' ? at + 1 : host; /* skip USER[:PASSWORD]@ */
	ok = *host && !strchr("/:?#", *host);
	for (const char *c = s; ok && *c; c++)
		ok = isgraph((unsigned char)*c) && !strchr("\"\\{}[]", *c);
	if (!ok)
		yaml__note(y, node, "'webhook' must be a URL, http://HOST/... or https://HOST/...");
	return ok ? xstrdup(s) : NULL;
}

/* Tags that kduel sets and that later nights rely on. */
static bool is_own_tag(const char *key)
{
	static const char *const own[] = { "nightly", "commit", "good", "verdict", "told" };

	for (size_t i = 0; i < ARRAY_SIZE(own); i++)
		if (streq(key, own[i]))
			return true;
	return false;
}

static void read_tags(struct yaml *y, yaml_node_t *node, struct strvec *list)
{
	struct tags tags = { 0 };
	struct err err;

	yaml__list(y, node, "tags", list);
	for (size_t i = 0; i < list->n; i++) {
		_free_ char *key = xstrndup(list->v[i], strcspn(list->v[i], "="));

		if (tags__add(&tags, list->v[i], &err))
			yaml__note(y, node, "%s", err.msg);
		else if (is_own_tag(key))
			yaml__note(y, node,
				   "'tags': '%s' is set by kduel itself: choose another name", key);
	}
	tags__release(&tags);
}

/* For table__parse(); `out` is a struct nightly. */
static void read_nightly(struct yaml *y, yaml_node_t *root, void *out)
{
	struct nightly_nodes r = { 0 };
	struct nightly *n = out;

	yaml__read(y, root, "a nightly run", fields, &r);
	*n = r.n;
	check_paths(y, root, n);
	read_tested(y, &r, n);
	if (r.keep)
		prune__read(y, r.keep, &n->keep);
	if (r.until)
		n->until = read_until(y, r.until);
	if (r.mail)
		read_mail(y, r.mail, &n->mail);
	if (r.from)
		n->from = read_from(y, r.from);
	if (r.webhook)
		n->webhook = read_webhook(y, r.webhook);
	if (r.tags)
		read_tags(y, r.tags, &n->tags);
}

static void resolve_path(char **path, const char *file)
{
	char *full = *path ? fs__beside(file, *path) : NULL;

	free(*path);
	*path = full;
}

/* "/etc/kduel/next.yaml" gives "next"; the caller frees. */
static char *name_of(const char *path)
{
	const char *slash = strrchr(path, '/'), *base = slash ? slash + 1 : path;
	const char *dot = strrchr(base, '.');

	return xstrndup(base, dot && dot > base ? (size_t)(dot - base) : strlen(base));
}

/* Look for sendmail and curl now, not only when the night is over. */
static int check_hooks(const struct nightly *n, const char *path, struct err *err)
{
	const char *name = n->sendmail ? n->sendmail : "sendmail";
	_free_ char *mailer = n->mail.n || n->sendmail ? fs__find_program(name) : NULL;
	_free_ char *curl = n->webhook ? fs__find_program("curl") : NULL;

	if (n->sendmail && !mailer)
		return err__set(err, -EINVAL,
				"%s: 'sendmail': %s cannot be run (%s): expected a program, without "
				"options",
				path, name,
				!strchr(name, '/')     ? "not found in PATH" :
				access(name, X_OK) < 0 ? strerror(errno) :
							 "not a file");
	if (n->mail.n && !mailer)
		return err__set(err, -EINVAL,
				"%s: 'mail' needs a program sendmail, and there is none: install one (any "
				"package mail-transport-agent), or name one with 'sendmail'",
				path);
	if (n->webhook && !curl)
		return err__set(err, -EINVAL,
				"%s: 'webhook' needs curl, which is not installed (package curl)",
				path);
	return 0;
}

int nightly__load(const char *path, struct nightly *n, struct err *err)
{
	_free_ char *text = NULL;
	size_t len;
	int ret = text__read(path, YAML_FILE_MAX, &text, &len, err);

	*n = (struct nightly){ 0 };
	if (!ret)
		ret = table__parse(path, text, len, read_nightly, n, err);
	if (ret)
		return ret;
	if (!n->name)
		n->name = name_of(path);
	if (!yaml__is_name(n->name))
		return err__set(err, -EINVAL,
				"%s: '%s' is not a valid name: add 'name: ...' to the file, with "
				"letters, digits and ._+-",
				path, n->name);
	if (!n->ref)
		n->ref = xstrdup("HEAD");
	if (n->sendmail && strchr(n->sendmail, '/')) /* otherwise it is looked up in PATH */
		resolve_path(&n->sendmail, path);
	ret = check_hooks(n, path, err);
	if (ret)
		return ret;
	resolve_path(&n->plan, path);
	resolve_path(&n->git, path);
	resolve_path(&n->report, path);
	return 0;
}

static void free_kernel(struct kernel_spec *k)
{
	if (k)
		kernel_spec__release(k);
	free(k);
}

void nightly__release(struct nightly *n)
{
	free_kernel(n->kernel);
	free_kernel(n->reference_kernel);
	free(n->name);
	free(n->plan);
	free(n->git);
	free(n->ref);
	free(n->fetch);
	free(n->reference);
	free(n->until);
	free(n->report);
	free(n->from);
	free(n->sendmail);
	free(n->webhook);
	strvec__release(&n->mail);
	strvec__release(&n->tags);
	*n = (struct nightly){ 0 };
}
