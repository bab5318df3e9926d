// SPDX-License-Identifier: GPL-2.0-only
#include "runner/campaign/tune.h"

#include "collectors/support/env_read.h"
#include "lib/fs.h"

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

/* Settings do not outlive the boot that they were made in. */
static char *boot_id(const struct tune_where *w)
{
	_free_ char *path = xasprintf("%s/proc/sys/kernel/random/boot_id", w->root);
	char *text = NULL;

	if (fs__read(path, 256, &text, NULL))
		return xstrdup("unknown");
	text[strcspn(text, "\n")] = '\0';
	return text;
}

/* The value of a setting's file, of several words the chosen one; caller frees; NULL and -errno. */
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

/* Truncating matters to ordinary files alone, which tests have. */
static int write_value(const char *path, const char *value)
{
	_close_ int fd = open(path, O_WRONLY | O_TRUNC | O_CLOEXEC);
	size_t len = strlen(value);

	if (fd < 0)
		return -errno;
	return write(fd, value, len) == (ssize_t)len ? 0 : errno ? -errno : -EIO;
}

/* The kernel may take a value and still do otherwise. */
static int set_value(const char *path, const char *value, struct err *err)
{
	_free_ char *now = NULL;
	int ret;

	errno = 0;
	ret = write_value(path, value);
	if (ret == -EACCES || ret == -EPERM || ret == -EROFS)
		return err__set(err, -EACCES,
				"tune: cannot write %s: %s; root is needed, or leave "
				"'tune' out",
				path, strerror(-ret));
	if (ret)
		return err__set(err, -EOPNOTSUPP, "tune: %s does not take '%s': %s", path, value,
				strerror(-ret));
	ret = read_value(path, &now);
	if (ret || !streq(now, value))
		return err__set(err, -EOPNOTSUPP, "tune: %s was set to '%s' and says '%s'", path,
				value, ret ? strerror(-ret) : now);
	return 0;
}

static int save(const struct tune_where *w, json_t *state, struct err *err)
{
	_free_ char *text = json_dumps(state, JSON_INDENT(1)), *dir = xstrdup(w->state);
	int ret;

	*strrchr(dir, '/') = '\0';
	ret = fs__mkdir_p(dir);
	if (!ret)
		ret = fs__write_atomic(w->state, text, strlen(text));
	return ret ? err__set(err, ret,
			      "tune: cannot write %s, which is needed to take settings back: "
			      "%s",
			      w->state, strerror(-ret)) :
		     0;
}

/* Write down what was there, then change it. */
static int change(const struct tune_where *w, const struct tune_change *c, json_t *state,
		  struct strvec *said, struct err *err)
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
	ret = save(w, state, err);
	if (ret)
		return ret;
	strvec__pushf(said, "%s: %s, was %s", c->path, c->value ? c->value : "off",
		      old ? old : "on");
	if (c->value)
		return set_value(c->path, c->value, err);
	return swapoff(c->path) < 0 ? err__set(err, -errno, "tune: cannot swap off %s: %s", c->path,
					       strerror(errno)) :
				      0;
}

int tune__apply(const struct tune_where *w, const struct plan_tune *t, struct strvec *said,
		struct err *err)
{
	_free_ char *boot = boot_id(w);
	json_t *state = json_pack("{s:s, s:[]}", "boot", boot, "changes");
	struct tune_changes c;
	int ret = tune_changes__resolve(w->root, t, &c, err);

	for (size_t i = 0; !ret && i < c.n; i++)
		ret = change(w, &c.v[i], state, said, err);
	if (ret && tune__pending(w)) {
		struct err why;

		if (tune__restore(w, said, &why))
			err__prefix(err, ret, "%s; and: ", why.msg);
	}
	tune_changes__release(&c);
	json_decref(state);
	return ret;
}

static int swap_on(const char *path, struct strvec *said, struct err *err)
{
	/* EBUSY: it is in use, so somebody was faster. */
	if (swapon(path, 0) < 0 && errno != EBUSY)
		return err__set(err, -errno, "cannot swap on %s again: %s", path, strerror(errno));
	strvec__pushf(said, "%s: swapped on again", path);
	return 0;
}

/* Take one change back, if it is still there. */
static int take_back(json_t *c, struct strvec *said, struct err *err)
{
	const char *path = json_string_value(json_object_get(c, "path"));
	const char *old = json_string_value(json_object_get(c, "old"));
	const char *new = json_string_value(json_object_get(c, "new"));
	const char *swap = json_string_value(json_object_get(c, "swap"));
	_free_ char *now = NULL;
	int ret;

	if (swap)
		return swap_on(swap, said, err);
	if (!path || !old || !new)
		return err__set(err, -EBADMSG, "a change lacks path, old or new");
	ret = read_value(path, &now);
	/* A CPU that went away took its setting along. */
	if (ret == -ENOENT)
		return 0;
	if (ret)
		return err__set(err, ret, "cannot read %s: %s", path, strerror(-ret));
	if (streq(now, old))
		return 0;
	if (!streq(now, new)) {
		strvec__pushf(said, "%s: is %s, which kduel did not set: left alone", path, now);
		return 0;
	}
	strvec__pushf(said, "%s: %s again", path, old);
	return set_value(path, old, err);
}

static int take_all_back(json_t *state, struct strvec *said, struct err *err)
{
	json_t *list = json_object_get(state, "changes");
	int ret = 0;

	for (size_t i = json_array_size(list); i-- > 0;) {
		struct err one;
		int e = take_back(json_array_get(list, i), said, &one);

		/* Whatever else can be taken back is. */
		if (e && !ret)
			ret = err__set(err, e, "%s", one.msg);
	}
	return ret;
}

int tune__restore(const struct tune_where *w, struct strvec *said, struct err *err)
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
			       "it is damaged; set things right by hand and remove it");
	else if (streq(then, boot))
		ret = take_all_back(state, said, err);
	else
		strvec__push(said, "the machine was rebooted since: nothing to take back");
	json_decref(state);
	if (ret)
		return err__prefix(err, ret, "%s: ", w->state);
	return unlink(w->state) < 0 && errno != ENOENT ?
		       err__set(err, -errno, "cannot remove %s: %s", w->state, strerror(errno)) :
		       0;
}
