// SPDX-License-Identifier: GPL-2.0-only
/*
 * tune.c - change settings of the host, and restore them. A state file lists the changes. It is
 * written before each change, so all of them can be undone even if kduel is killed.
 */
#include "runner/campaign/tune.h"

#include "collectors/support/env_read.h"
#include "lib/fs.h"
#include "runner/campaign/knobs.h"

#include <fcntl.h>
#include <sys/swap.h>
#include <unistd.h>

#define STATE_MAX (1u << 20)

void tune_where__init(struct tune_where *w)
{
	const char *root = getenv("KDUEL_SYSROOT"), *data = getenv("XDG_DATA_HOME");
	const char *home = getenv("HOME");

	w->root = xstrdup(root ? root : "");
	w->state = data && *data == '/' ?
			   xasprintf("%s/kduel/tune.json", data) :
			   xasprintf("%s/.local/share/kduel/tune.json", home ? home : "");
}

void tune_where__release(struct tune_where *w)
{
	free(w->root);
	free(w->state);
	*w = (struct tune_where){ 0 };
}

bool tune__wanted(const struct plan_tune *t)
{
	for (size_t i = 0; i < TUNE_MAX; i++)
		if (t->word[i])
			return true;
	return false;
}

bool tune__pending(const struct tune_where *w)
{
	return fs__exists(w->state);
}

/* The boot id of the host: settings do not survive a reboot. Caller frees. */
static char *boot_id(const struct tune_where *w)
{
	_free_ char *id = fs__boot_id(w->root);

	return xstrdup(*id ? id : "unknown");
}

/* Read a setting. If it is a list of choices such as "always [madvise] never", *value is the one in
 * brackets. The caller frees *value. 0 or -errno. */
static int read_value(const char *path, char **value)
{
	_free_ char *text = NULL;
	int ret = fs__read(path, 4096, &text, NULL);

	*value = NULL;
	if (ret)
		return ret;
	text[strcspn(text, "\n")] = '\0';
	*value = xstrdup(env__chosen(text));
	return 0;
}

/* Write a setting and read it back, as the kernel may accept a value without applying it. */
static int set_value(const char *path, const char *value, struct err *err)
{
	/* O_TRUNC only matters for tests, which use ordinary files in place of sysfs. */
	_close_ int fd = open(path, O_WRONLY | O_TRUNC | O_CLOEXEC);
	size_t len = strlen(value);
	_free_ char *now = NULL;
	ssize_t n = -1;
	int ret;

	if (fd >= 0)
		n = write(fd, value, len);
	ret = n == (ssize_t)len ? 0 : n < 0 ? -errno : -EIO;
	if (ret == -EACCES || ret == -EPERM || ret == -EROFS)
		return err__set(err, -EACCES,
				"tune: cannot write %s: %s; root is needed, or leave 'tune' out",
				path, strerror(-ret));
	if (ret)
		return err__set(err, -EOPNOTSUPP, "tune: %s does not accept '%s': %s", path, value,
				strerror(-ret));
	ret = read_value(path, &now);
	if (ret || !streq(now, value))
		return err__set(err, -EOPNOTSUPP, "tune: %s was set to '%s' but reads '%s'", path,
				value, ret ? strerror(-ret) : now);
	return 0;
}

static int save_state(const struct tune_where *w, json_t *state, struct err *err)
{
	_free_ char *text = json_dumps(state, JSON_INDENT(1)), *dir = xstrdup(w->state);
	int ret;

	*strrchr(dir, '/') = '\0';
	ret = fs__mkdir_p(dir);
	if (!ret)
		ret = fs__write_atomic(w->state, text, strlen(text));
	return ret ? err__set(err, ret,
			      "tune: cannot write %s, which is needed to restore settings: %s",
			      w->state, strerror(-ret)) :
		     0;
}

/* Save the old value, then change the setting. */
static int apply_change(const struct tune_where *w, const struct tune_change *c, json_t *state,
			struct strvec *log, struct err *err)
{
	json_t *list = json_object_get(state, "changes");
	_free_ char *old = NULL;
	int ret = c->value ? read_value(c->path, &old) : 0;

	if (ret)
		return err__set(err, -EOPNOTSUPP, "tune: cannot read %s: %s", c->path,
				strerror(-ret));
	if (c->value && streq(old, c->value))
		return 0;
	json_array_append_new(list, c->value ? json_pack("{s:s, s:s, s:s}", "path", c->path, "old",
							 old, "new", c->value) :
					       json_pack("{s:s}", "swap", c->path));
	ret = save_state(w, state, err);
	if (ret)
		return ret;
	strvec__pushf(log, "%s: %s, was %s", c->path, c->value ? c->value : "off",
		      old ? old : "on");
	if (c->value)
		return set_value(c->path, c->value, err);
	return swapoff(c->path) < 0 ?
		       err__set(err, -errno, "tune: cannot turn off swap area %s: %s", c->path,
				strerror(errno)) :
		       0;
}

int tune__apply(const struct tune_where *w, const struct plan_tune *t, struct strvec *log,
		struct err *err)
{
	_free_ char *boot = boot_id(w);
	json_t *state = json_pack("{s:s, s:[]}", "boot", boot, "changes");
	_cleanup_(tune_changes__release) struct tune_changes c = { 0 };
	int ret = tune_changes__resolve(w->root, t, &c, err);

	for (size_t i = 0; !ret && i < c.n; i++)
		ret = apply_change(w, &c.v[i], state, log, err);
	if (ret && tune__pending(w)) {
		struct err why;

		if (tune__restore(w, log, &why))
			err__prefix(err, ret, "%s; and: ", why.msg);
	}
	json_decref(state);
	return ret;
}

/* Undo one change, unless somebody else has undone it or changed the setting again. */
static int undo_change(const struct tune_where *w, json_t *c, struct strvec *log, struct err *err)
{
	const char *path = json_string_value(json_object_get(c, "path"));
	const char *old = json_string_value(json_object_get(c, "old"));
	const char *new = json_string_value(json_object_get(c, "new"));
	const char *swap = json_string_value(json_object_get(c, "swap"));
	_free_ char *now = NULL;
	int ret;

	if (swap) {
		/* EBUSY: it is on already. */
		if (swapon(swap, 0) < 0 && errno != EBUSY)
			return err__set(err, -errno, "cannot turn on swap area %s again: %s", swap,
					strerror(errno));
		strvec__pushf(log, "%s: swap is on again", swap);
		return 0;
	}
	if (!path || !old || !new)
		return err__set(err, -EBADMSG, "a change lacks path, old or new");
	if (!tune_changes__is_setting(w->root, path))
		return err__set(err, -EBADMSG, "%s is not a setting that kduel changes: left alone",
				path);
	ret = read_value(path, &now);
	/* The file is gone, e.g. because its CPU was taken offline. */
	if (ret == -ENOENT)
		return 0;
	if (ret)
		return err__set(err, ret, "cannot read %s: %s", path, strerror(-ret));
	if (streq(now, old))
		return 0;
	if (!streq(now, new)) {
		strvec__pushf(log, "%s: is %s, which kduel did not set: left alone", path, now);
		return 0;
	}
	strvec__pushf(log, "%s: %s again", path, old);
	return set_value(path, old, err);
}

/* Undo as many changes as possible, newest first. Returns the first error. */
static int undo_all(const struct tune_where *w, json_t *state, struct strvec *log, struct err *err)
{
	json_t *list = json_object_get(state, "changes");
	int first = 0;

	for (size_t i = json_array_size(list); i-- > 0;) {
		struct err why;
		int ret = undo_change(w, json_array_get(list, i), log, &why);

		if (ret && !first)
			first = err__set(err, ret, "%s", why.msg);
	}
	return first;
}

int tune__restore(const struct tune_where *w, struct strvec *log, struct err *err)
{
	_free_ char *text = NULL, *boot = boot_id(w);
	const char *then;
	json_t *state;
	int ret = fs__read(w->state, STATE_MAX, &text, NULL);

	if (ret)
		return ret == -ENOENT ? 0 : err__set(err, ret, "%s: %s", w->state, strerror(-ret));
	state = json_loads(text, 0, NULL);
	then = json_string_value(json_object_get(state, "boot"));
	if (!then || !json_is_array(json_object_get(state, "changes")))
		ret = err__set(err, -EBADMSG,
			       "it is damaged; restore the settings by hand and remove it");
	else if (streq(then, boot))
		ret = undo_all(w, state, log, err);
	else
		strvec__push(log, "the machine was rebooted since: nothing to restore");
	json_decref(state);
	if (ret)
		return err__prefix(err, ret, "%s: ", w->state);
	return unlink(w->state) < 0 && errno != ENOENT ?
		       err__set(err, -errno, "cannot remove %s: %s", w->state, strerror(errno)) :
		       0;
}
