// SPDX-License-Identifier: GPL-2.0-only
/* initrd.c - find out what the root file system needs, then have the machine make an initramfs, or
 * make one here. */
#include "runner/machine/initrd.h"

#include "lib/fs.h"
#include "runner/guest/cpio.h"
#include "runner/wire/handover.h"
#include "runner/guest/initramfs.h"
#include "runner/host/cache.h"
#include "runner/kernels/files/modules.h"
#include "runner/machine/probe.h"
#include "runner/machine/push.h"

#include <ctype.h>

#define NAME_LEN 12 /* digits of a hash in a file name */

/* List the drivers from the root's disk up through its parent devices, both by the module in use and
 * by modalias: the new kernel may have a driver as a module that is built in here, or vice versa. */
const char initrd__questions[] =
	"exec 2>/dev/null\n"
	"p() { echo \"$1 $2\"; }\n"
	"for t in mkinitramfs dracut; do command -v $t >/dev/null && { p tool $t; break; }; done\n"
	"set -- $(awk '$5 == \"/\" { for (i = 7; $i != \"-\"; i++); print $3, $(i + 1), $(i + 2) }' /proc/self/mountinfo | tail -n 1)\n"
	"p fstype \"$2\"\n"
	"p source \"$3\"\n"
	"p words \"$(cat /proc/cmdline)\"\n"
	"node=$1; [ -e \"/sys/dev/block/$1\" ] || node=$(printf '%d:%d' $(stat -L -c '0x%t 0x%T' \"$3\"))\n"
	"d=$(readlink -f \"/sys/dev/block/$node\")\n"
	"p path \"$d\"\n"
	"p root_uuid \"$(blkid -o value -s UUID \"/dev/$(basename \"$d\")\")\"\n"
	"while [ -n \"$d\" ] && [ \"$d\" != /sys ]; do\n"
	"  [ ! -e \"$d/driver/module\" ] || p needs \"$(basename \"$(readlink -f \"$d/driver/module\")\")\"\n"
	"  [ ! -f \"$d/modalias\" ] || p needs \"$(head -n 1 \"$d/modalias\")\"\n"
	"  d=${d%/*}\n"
	"done\n";

/* The file name contains the hash of the content. An initramfs is reused if its content still has
 * that hash, and if the configuration of the tool that made it has not changed since. */
static const char make[] =
	"cd \"$dir\" || exit 6\n" PUSH_SUM INITRD_CHANGED "rm -f initrd-\"$hash\"*.part\n"
	"for f in initrd-\"$hash\"-*; do\n"
	"  [ -f \"$f\" ] || continue\n"
	"  s=$(sum \"$f\")\n"
	"  if [ \"$f\" = \"initrd-$hash-$(echo \"$s\" | cut -c 1-12)\" ] && ! changed \"$f\"; then touch \"$f\"; echo \"$f $s\"; exit 0; fi\n"
	"  rm -f \"$f\"\n"
	"done\n"
	"t=$PWD/initrd-$hash.part; trap 'rm -f \"$t\"' EXIT; umask 077\n"
	"if [ \"$tool\" = mkinitramfs ]; then mkinitramfs -o \"$t\" \"$release\"; else dracut --force --quiet \"$t\" \"$release\"; fi >\"$t.log\" 2>&1 && [ -s \"$t\" ] ||\n"
	"  { tail -n 3 \"$t.log\" | tr '\\n' ' '; rm -f \"$t.log\"; exit 7; }\n"
	"rm -f \"$t.log\"; sync \"$t\" 2>/dev/null || sync\n"
	"s=$(sum \"$t\"); f=initrd-$hash-$(echo \"$s\" | cut -c 1-12)\n"
	"mv \"$t\" \"$f\" && { sync . 2>/dev/null || sync; }\n"
	"echo \"$f $s\"";

/* Does root= need user space to resolve: a file system's UUID or label, or a mapped device? */
static bool root_needs_user_space(const struct probe *p)
{
	_free_ char *words = xasprintf(" %s ", probe__get(p, "words"));
	const char *root = strstr(words, " root=");

	if (!root)
		return true;
	root += strlen(" root=");
	return !str_starts(root, "PARTUUID=") && !str_starts(root, "PARTLABEL=") &&
	       (!str_starts(root, "/dev/") || str_starts(root, "/dev/disk/") ||
		str_starts(root, "/dev/mapper/"));
}

/* Modules that may have to be loaded. Each is "?NAME": if a driver is built in, there is no such
 * module. */
static void list_needs(const struct probe *p, struct strvec *names)
{
	for (size_t i = 0; i < p->keys.n; i++)
		if (streq(p->keys.v[i], "needs") && !strchr(p->values.v[i], '/'))
			strvec__pushf(names, "?%s", p->values.v[i]);
	strvec__pushf(names, "?%s", probe__get(p, "fstype"));
	strvec__sort_unique(names);
}

static int make_there(struct ssh *s, const struct kernel *k, const char *tool, const char *dir,
		      const char *hash, char **name, char sha256[65], struct err *err)
{
	_free_ char *values = ssh__values("tool", tool, "dir", dir, "hash", hash, "release",
					  k->release, NULL);
	_free_ char *script = xasprintf("%s%s", values, make), *out = NULL;
	const struct ssh_script sc = { .what = "make an initramfs",
				       .text = script,
				       .root = true,
				       .within_ns = s->m->deadlines.push };
	int status, ret = ssh__run(s, &sc, &out, &status, err);
	char file[64];

	if (ret)
		return ret;
	out[strcspn(out, "\n")] = '\0';
	if (status || sscanf(out, "%63s %64[0-9a-f]", file, sha256) != 2 || strchr(file, '/'))
		return ssh__fault(s, BOOT_MACHINE_PUSH, -EIO, err,
				  "%s could not make an initramfs for %s (status %d): %.300s", tool,
				  k->release, status, out);
	*name = xstrdup(file);
	return 0;
}

/* Write a cpio archive with HANDOVER_FILE, the instructions for the agent as /init. The caller
 * removes it. */
static int write_handover(const char *path, const struct probe *p, const struct strvec *names,
			  struct err *err)
{
	_free_ char *list = strvec__join(names, "\n"), *text = NULL;
	struct cpio *c;
	int ret = cpio__create(path, NULL, &c, err);

	if (ret)
		return ret;
	text = xasprintf("%s %s\n%s\n", probe__get(p, "root_uuid"), probe__get(p, "fstype"), list);
	cpio__file(c, HANDOVER_FILE, 0644, text, strlen(text));
	return cpio__finish(c, err);
}

static int make_here(struct ssh *s, const struct kernel *k, const struct probe *p,
		     const struct strvec *names, const char *dir, char **name, char sha256[65],
		     struct err *err)
{
	static const char *const known[] = { "ext4", "xfs", "btrfs" };
	_free_ char *handover = xasprintf("%s/handover.cpio", s->dir.path), *path = NULL;
	const char *fstype = probe__get(p, "fstype");
	bool known_fs = false,
	     ok = *probe__get(p, "root_uuid") && !strstr(probe__get(p, "path"), "/virtual/");
	int ret;

	for (size_t i = 0; i < ARRAY_SIZE(known); i++)
		known_fs |= streq(known[i], fstype);
	if (!ok || !known_fs)
		return ssh__fault(s, BOOT_MACHINE_PUSH, -EOPNOTSUPP, err,
				  "kduel cannot make an initramfs for its root (%s on %s): install "
				  "initramfs-tools or dracut on it",
				  *fstype ? fstype : "unknown", probe__get(p, "source"));
	ret = write_handover(handover, p, names, err);
	if (!ret)
		ret = guest__initramfs(k, names, handover, &path, err);
	(void)remove(handover);
	if (!ret) {
		ret = cache__sha256_file(path, sha256);
		if (ret)
			err__errno(err, ret, path);
	}
	if (ret)
		return ret;
	*name = xasprintf("initrd-%.*s", NAME_LEN, sha256);
	return push__file(s, path, dir, NULL, *name, err);
}

/* Does the kernel have any of these as a module? If not, all are built in. */
static int has_modules(const struct kernel *k, const struct strvec *names, bool *has,
		       struct err *err)
{
	_cleanup_(strvec__release) struct strvec files = { 0 };
	int ret = kernel_modules__files(k, names, &files, err);

	*has = files.n;
	return ret;
}

int initrd__install(struct ssh *s, const struct probe *p, const struct kernel *k, const char *dir,
		    const char *hash, char **name, char sha256[65], struct err *err)
{
	_cleanup_(strvec__release) struct strvec names = { 0 };
	const char *tool = probe__get(p, "tool");
	bool modules = false;
	int ret;

	*name = NULL;
	sha256[0] = '\0';
	list_needs(p, &names);
	ret = has_modules(k, &names, &modules, err);
	if (ret || (!modules && !root_needs_user_space(p)))
		return ret;
	if (*tool && k->modules_root)
		return make_there(s, k, tool, dir, hash, name, sha256, err);
	return make_here(s, k, p, &names, dir, name, sha256, err);
}
