// SPDX-License-Identifier: GPL-2.0-only
/* install.c - find out which parts of a kernel the machine has, make room, and copy the rest. */
#include "runner/machine/install.h"

#include "lib/fs.h"
#include "lib/proc.h"
#include "lib/units.h"
#include "runner/host/cache.h"
#include "runner/machine/initrd.h"
#include "runner/machine/probe.h"
#include "runner/machine/push.h"

#include <inttypes.h>
#include <sys/stat.h>

#define HASH_LEN 12 /* digits of a hash in a name */
#define SPARE_KB (32u << 10) /* leave this much free on each file system */
#define MANIFEST_MS (600 * 1000) /* timeout for hashing the modules on this host */

/* Exit statuses of the scripts. */
enum { FULL = 5, NO_DIRECTORY = 6, DIFFERS = 7, FOREIGN = 8 };

/*
 * Find the directory for Images: systemd-boot only reads the partition that has its entries; GRUB
 * and kexec can use /boot. A module directory without our mark belongs to the distribution.
 */
static const char look[] = PUSH_SUM
	"p() { echo \"$1 $2\"; }\n"
	"kb() { f=$1; while [ ! -d \"$f\" ]; do f=$(dirname \"$f\"); done; set -- $(df -Pk \"$f\" | tail -n 1); echo \"$4 $6\"; }\n"
	"dir=" INSTALL_BOOT_DIR "\n"
	"if [ \"$loader\" = systemd-boot ] || { [ \"$loader\" != grub ] && ls /sys/firmware/efi/efivars 2>/dev/null | grep -q '^LoaderInfo-'; }; then\n"
	"  for d in \"$(bootctl -x 2>/dev/null)\" /boot /efi /boot/efi; do\n"
	"    [ -n \"$d\" ] && [ -d \"$d/loader/entries\" ] && { dir=$d/kduel; break; }\n"
	"  done\n"
	"fi\n"
	"p dir \"$dir\"\n"
	"p boot_free \"$(kb \"$dir\")\"\n"
	"p modules_free \"$(kb /lib/modules)\"\n"
	"m=/lib/modules/$release\n"
	"if [ -f \"$m/" INSTALL_MARK
	"\" ] && [ ! -L \"$m\" ]; then p modules \"ours $(head -c 64 \"$m/" INSTALL_MARK "\")\"\n"
	"elif [ -e \"$m\" ] || [ -L \"$m\" ]; then p modules foreign\n"
	"else p modules none; fi\n"
	"[ ! -f \"/lib/modules/.kduel-$hash/" INSTALL_MARK "\" ] || p stored yes\n"
	"i=$dir/$image; [ ! -f \"$i\" ] || [ -L \"$i\" ] || [ ! -O \"$dir\" ] || { touch \"$i\"; p image \"$(sum \"$i\")\"; }\n"
	"d=$dir; while [ ! -d \"$d\" ]; do d=$(dirname \"$d\"); done\n"
	"set -- $(df -P \"$d\" | tail -n 1)\n"
	"r=$(grub-mkrelpath \"$d\" 2>/dev/null || grub2-mkrelpath \"$d\" 2>/dev/null) || r=${d#\"${6%/}\"}\n"
	"p relative \"${r%/}${dir#\"$d\"}\"\n"
	"p uuid \"$(blkid -o value -s UUID \"$1\" 2>/dev/null)\"\n";

/* Hash everything in a module directory except our mark. The same commands run on this host and on
 * the machine. */
#define MANIFEST                                                                \
	"find . -type f ! -name " INSTALL_MARK " -print0 | LC_ALL=C sort -z | " \
	"xargs -0 sha256sum | sha256sum | cut -d ' ' -f 1\n"

/* Hash the modules only, decompressed: do two directories come from the same build? */
#define BUILD                                                                                  \
	"find . -type f -name '*.ko*' | LC_ALL=C sort | while read -r f; do case $f in "       \
	"*.xz) c='xz -dc' ;; *.zst) c='zstd -dcq' ;; *.gz) c='gzip -dc' ;; *) c=cat ;; esac; " \
	"echo \"${f%.ko*} $($c <\"$f\" | sha256sum)\"; done | sha256sum | cut -d ' ' -f 1\n"

/* Remove files that kduel installed, least recently used first, until there is room: `need` KB in
 * `dir` and `need_modules` KB in /lib/modules, or the sum if both are one file system. Keep the
 * kernel that is about to be booted, and the modules of the running one. */
static const char make_room[] =
	"kb() { f=$1; while [ ! -d \"$f\" ]; do f=$(dirname \"$f\"); done; set -- $(df -Pk \"$f\" | tail -n 1); echo \"$4 $6\"; }\n"
	"enough() {\n"
	"  set -- $(kb \"$dir\") $(kb /lib/modules)\n"
	"  [ \"$2\" != \"$4\" ] || { [ \"$1\" -ge $((need + need_modules)) ] || { echo \"full $dir $1\"; return 1; }; return 0; }\n"
	"  [ \"$1\" -ge \"$need\" ] || { echo \"full $dir $1\"; return 1; }\n"
	"  [ \"$3\" -ge \"$need_modules\" ] || { echo \"full /lib/modules $3\"; return 1; }\n"
	"}\n"
	"oldest() {\n"
	"  set --\n"
	"  case $short in */lib/modules\\ *) ;; *)\n"
	"    for f in \"$dir\"/Image-* \"$dir\"/initrd-*; do\n"
	"      [ ! -f \"$f\" ] || [ \"$f\" = \"$dir/$image\" ] || set -- \"$@\" \"$f\"\n"
	"    done ;;\n"
	"  esac\n"
	"  for f in /lib/modules/*/" INSTALL_MARK " /lib/modules/.kduel-*/" INSTALL_MARK "; do\n"
	"    [ -f \"$f\" ] && [ \"$(head -c 64 \"$f\")\" != \"$hash\" ] || continue\n"
	"    [ \"${f%/*}\" != \"/lib/modules/$(uname -r)\" ] || continue\n"
	"    set -- \"$@\" \"$f\"\n"
	"  done\n"
	"  [ $# -eq 0 ] || ls -1tr -- \"$@\" | head -n 1\n"
	"}\n"
	"while ! short=$(enough); do\n"
	"  f=$(oldest)\n"
	"  case $f in\n"
	"  */" INSTALL_MARK ") rm -rf \"${f%/*}\" ;;\n"
	"  /*) rm -f \"$f\" ;;\n"
	"  *) echo \"$short\"; exit 5 ;;\n"
	"  esac\n"
	"  [ ! -e \"$f\" ] || { echo \"$short\"; exit 5; }\n"
	"done";

/* The mark is written last, so that a directory with a mark is complete. */
static const char unpack[] =
	"cd /lib/modules || exit 6\n"
	"t=.kduel-$hash.part; rm -rf .kduel-*.part; trap 'rm -rf \"$t\"' EXIT\n"
	"umask 022; mkdir \"$t\" || exit 6\n"
	"tar -xf - -C \"$t\" --no-same-owner || { set -- $(df -Pk . | tail -n 1); [ \"$4\" -gt 64 ] && exit 7; echo \"full /lib/modules $4\"; exit 5; }\n"
	"sum=$(cd \"$t\" && " MANIFEST ") && [ \"$sum\" = \"$manifest\" ] || exit 7\n"
	"echo \"$hash\" >\"$t/" INSTALL_MARK "\" && { sync -f \"$t\" 2>/dev/null || sync; }\n"
	"rm -rf \".kduel-$hash\" && mv \"$t\" \".kduel-$hash\" || exit 6";

/* Kernels of the same release share one directory name: move this kernel's modules there, and those
 * of the other kernel out of the way. */
static const char activate[] =
	"cd /lib/modules || exit 6\n"
	"if [ -e \"$release\" ] || [ -L \"$release\" ]; then\n"
	"  [ -f \"$release/" INSTALL_MARK "\" ] && [ ! -L \"$release\" ] || exit 8\n"
	"  old=$(head -c 64 \"$release/" INSTALL_MARK "\")\n"
	"  [ \"$old\" != \"$hash\" ] || { touch \"$release/" INSTALL_MARK "\"; exit 0; }\n"
	"  case $old in ''|*[!0-9a-f]*) rm -rf \"$release\" ;; *) rm -rf \".kduel-$old\"; mv \"$release\" \".kduel-$old\" ;; esac || exit 6\n"
	"fi\n"
	"mv \".kduel-$hash\" \"$release\" || exit 6\n"
	"touch \"$release/" INSTALL_MARK "\"; sync -f \"$release\" 2>/dev/null || sync";

/* Hashing thousands of modules takes a while, so remember the result until modules.dep changes. */
static const char is_same_build[] =
	"cd \"/lib/modules/$release\" || exit 6\n"
	"known=/var/lib/kduel/modules-$release; key=\"$hash $(stat -c %Y:%s:%i modules.dep)\"\n"
	"[ -f \"$known\" ] && [ \"$(cat \"$known\")\" = \"$key\" ] && exit 0\n"
	"sum=$(" BUILD ") && [ \"$sum\" = \"$build\" ] || exit 8\n"
	"umask 077; mkdir -p /var/lib/kduel && echo \"$key\" >\"$known\"; exit 0";

struct job {
	struct ssh *s;
	const struct kernel *k;
	struct installed *out;
	struct probe p;
	char *image; /* file name */
	bool have_image; /* the machine has it, with the right content */
};

/* Run a script with the variables that all scripts use, and with `values`, set in front. */
static int run(const struct job *j, const char *what, const char *values, const char *script,
	       const char *input, char **out, int *status, struct err *err)
{
	_free_ char *common = ssh__values("release", j->k->release, "hash", j->out->hash, "image",
					  j->image, "dir", probe__get(&j->p, "dir"), NULL);
	_free_ char *text = xasprintf("%s%s%s", common, values, script);

	return ssh__run(j->s,
			&(struct ssh_script){ .what = what,
					      .text = text,
					      .root = true,
					      .input = input,
					      .within_ns = j->s->m->deadlines.push },
			out, status, err);
}

/* Turn the exit status of a script into a fault. For FULL, `said` is "full DIRECTORY FREE_KB". */
static int fault_of(const struct job *j, int status, const char *said, struct err *err)
{
	char dir[128] = "?", size[32];
	uint64_t kb = 0;

	switch (status) {
	case FULL:
		if (sscanf(said, "full %127s %31s", dir, size) != 2 || units__u64(size, &kb) ||
		    kb > UINT64_MAX >> 10)
			kb = 0;
		units__fmt_size(kb << 10, size, sizeof(size));
		return ssh__fault(j->s, BOOT_MACHINE_DISK_FULL, -ENOSPC, err,
				  "no room for kernel %s in %s: %s free, and kduel has nothing there "
				  "that it may remove",
				  j->k->release, dir, size);
	case FOREIGN:
		return ssh__fault(j->s, BOOT_MACHINE_PUSH, -EEXIST, err,
				  "/lib/modules/%s is not kduel's and has modules of another build: "
				  "remove that kernel from the machine, or build this one with "
				  "another CONFIG_LOCALVERSION",
				  j->k->release);
	case DIFFERS:
		return ssh__fault(j->s, BOOT_MACHINE_PUSH, -EIO, err,
				  "the modules of %s on the machine differ from what was sent",
				  j->k->release);
	default:
		return ssh__fault(j->s, BOOT_MACHINE_PUSH, -EIO, err,
				  "kernel %s cannot be installed in /lib/modules (status %d)",
				  j->k->release, status);
	}
}

/* The directory of the kernel's modules on this host, or NULL. Caller frees. */
static char *modules_of(const struct kernel *k)
{
	return k->modules_root ? xasprintf("%s/lib/modules/%s", k->modules_root, k->release) : NULL;
}

/* Run a shell command in a directory of this host, with its output going to file `to` if not NULL.
 * *line is the first line of its output otherwise; caller frees. */
static int run_here(const char *dir, const char *command, const char *to, char **line,
		    struct err *err)
{
	char *argv[] = { (char *)"sh", (char *)"-c", (char *)command, NULL };
	_cleanup_(proc_result__release) struct proc_result res = { 0 };
	int ret = proc__run(&(struct proc_opts){ .argv = argv,
						 .cwd = dir,
						 .timeout_ms = MANIFEST_MS,
						 .stdout_path = to },
			    &res);

	*line = NULL;
	if (!ret && (res.timed_out || res.status))
		ret = -EIO;
	if (ret)
		return err__set(err, ret, "the modules in %s cannot be read: %.200s", dir,
				res.err && *res.err ? res.err : strerror(-ret));
	*line = xstrdup(to ? "" : res.out);
	(*line)[strcspn(*line, "\n")] = '\0';
	return 0;
}

static int ask_machine(struct job *j, struct err *err)
{
	const enum machine_boot boot = j->s->m->boot;
	_free_ char *values = ssh__values("release", j->k->release, "hash", j->out->hash, "image",
					  j->image, "loader",
					  boot == MACHINE_BOOT_SYSTEMD_BOOT ||
							  boot == MACHINE_BOOT_GRUB ?
						  machine_boot__name(boot) :
						  "",
					  NULL);
	_free_ char *script = xasprintf("%s%s%sexit 0", values, look, initrd__questions);
	int ret = probe__ask(j->s, "report what it has of the kernel", script, &j->p, err);

	j->have_image = !ret && streq(probe__get(&j->p, "image"), j->out->image_sha256);
	return ret;
}

/* The size of the module directory in KB. */
static int modules_size(const char *dir, uint64_t *kb, struct err *err)
{
	_free_ char *line = NULL;
	int ret = run_here(dir, "set -- $(du -sk .); echo $1", NULL, &line, err);

	*kb = 0;
	return ret ? ret : units__u64(line, kb);
}

/* Parse "KB DIRECTORY": the free space, and the mount point of its file system. */
static bool parse_free(const struct probe *p, const char *key, uint64_t *kb, char on[256])
{
	char size[21];

	return sscanf(probe__get(p, key), "%20s %255[^\n]", size, on) == 2 && !units__u64(size, kb);
}

/* By the answers of the machine, is there room for so many KB of Image and modules? */
static bool has_room(const struct job *j, uint64_t image, uint64_t modules)
{
	char boot_on[256], modules_on[256];
	uint64_t boot, other;

	if (!parse_free(&j->p, "boot_free", &boot, boot_on) ||
	    !parse_free(&j->p, "modules_free", &other, modules_on))
		return false;
	return streq(boot_on, modules_on) ? boot >= image + modules :
					    boot >= image && other >= modules;
}

/* Make room for everything before anything is copied. */
static int ensure_room(struct job *j, bool modules_wanted, struct err *err)
{
	_free_ char *dir = modules_of(j->k), *values = NULL, *out = NULL;
	_free_ char *need = NULL, *need_modules = NULL;
	uint64_t kb = 0, image;
	struct stat st;
	int status, ret;

	if (stat(j->k->image, &st))
		return err__errno(err, -errno, j->k->image);
	ret = modules_wanted ? modules_size(dir, &kb, err) : 0;
	if (ret)
		return ret;
	image = (j->have_image ? 0 : (uint64_t)st.st_size >> 10) + SPARE_KB;
	kb += kb ? SPARE_KB : 0;
	if (has_room(j, image, kb))
		return 0;
	need = xasprintf("%" PRIu64, image);
	need_modules = xasprintf("%" PRIu64, kb);
	values = ssh__values("need", need, "need_modules", need_modules, NULL);
	ret = run(j, "make room for a kernel", values, make_room, NULL, &out, &status, err);
	/* Only the initramfs is missing, whose size is not known: let its copying fail if need be. */
	if (ret || !status || (j->have_image && !kb))
		return ret;
	return fault_of(j, status, out, err);
}

/* Use the distribution's module directory of this release, provided it is the same build. */
static int use_foreign(struct job *j, const char *dir, struct err *err)
{
	_free_ char *build = NULL, *values = NULL, *out = NULL;
	int status, ret = run_here(dir, BUILD, NULL, &build, err);

	if (ret)
		return ret;
	values = ssh__values("build", build, NULL);
	ret = run(j, "compare the modules of a kernel", values, is_same_build, NULL, &out, &status,
		  err);
	return ret || !status ? ret : fault_of(j, status, out, err);
}

/* Send all modules as one tar stream. Write it to a file first, so that a failure of tar here is not
 * mistaken for one on the machine. */
static int send_modules(struct job *j, const char *dir, struct err *err)
{
	_free_ char *manifest = NULL, *tar = NULL, *line = NULL, *values = NULL, *out = NULL;
	int status, ret = run_here(dir, MANIFEST, NULL, &manifest, err);

	tar = xasprintf("%s/modules.tar", j->s->dir.path);
	if (!ret)
		ret = run_here(dir,
			       "exec tar --exclude=./build --exclude=./source --owner=0 --group=0 "
			       "--numeric-owner -cf - .",
			       tar, &line, err);
	if (!ret) {
		values = ssh__values("manifest", manifest, NULL);
		ret = run(j, "unpack modules", values, unpack, tar, &out, &status, err);
		if (!ret && status)
			ret = fault_of(j, status, out, err);
	}
	(void)remove(tar);
	return ret;
}

static int install_modules(struct job *j, struct err *err)
{
	_free_ char *dir = modules_of(j->k), *out = NULL;
	_free_ char *ours = xasprintf("ours %s", j->out->hash);
	const char *there = probe__get(&j->p, "modules");
	const bool have = streq(there, ours) || *probe__get(&j->p, "stored");
	int status, ret;

	if (!dir)
		return ensure_room(j, false, err);
	j->out->modules = xasprintf("/lib/modules/%s", j->k->release);
	ret = ensure_room(j, !have && !streq(there, "foreign"), err);
	if (ret)
		return ret;
	j->out->foreign = streq(there, "foreign");
	if (j->out->foreign)
		return use_foreign(j, dir, err);
	ret = have ? 0 : send_modules(j, dir, err);
	if (!ret)
		ret = run(j, "install modules", "", activate, NULL, &out, &status, err);
	return ret || !status ? ret : fault_of(j, status, out, err);
}

static int install_image(struct job *j, struct err *err)
{
	const char *dir = probe__get(&j->p, "dir");
	int ret = j->have_image ? 0 : push__file(j->s, j->k->image, dir, NULL, j->image, err);

	j->out->image = xasprintf("%s/%s", dir, j->image);
	j->out->loader_image = xasprintf("%s/%s", probe__get(&j->p, "relative"), j->image);
	j->out->fs_uuid = xstrdup(probe__get(&j->p, "uuid"));
	return ret;
}

static int install_initrd(struct job *j, struct err *err)
{
	const char *dir = probe__get(&j->p, "dir");
	char *name;
	int ret = initrd__install(j->s, &j->p, j->k, dir, j->out->hash, &name,
				  j->out->initrd_sha256, err);

	if (ret || !name)
		return ret;
	j->out->initrd = xasprintf("%s/%s", dir, name);
	j->out->loader_initrd = xasprintf("%s/%s", probe__get(&j->p, "relative"), name);
	free(name);
	return 0;
}

int install__kernel(struct ssh *s, const struct kernel *k, struct installed *out, struct err *err)
{
	struct job j = { .s = s, .k = k, .out = out };
	int ret;

	*out = (struct installed){ .release = xstrdup(k->release) };
	ret = cache__sha256_file(k->image, out->image_sha256);
	if (ret)
		return err__errno(err, ret, k->image);
	snprintf(out->hash, sizeof(out->hash), "%.*s", HASH_LEN, k->hash);
	j.image = xasprintf("Image-%.*s", HASH_LEN, out->image_sha256);
	ret = ask_machine(&j, err);
	if (!ret)
		ret = install_modules(&j, err);
	if (!ret)
		ret = install_image(&j, err);
	if (!ret)
		ret = install_initrd(&j, err);
	probe__release(&j.p);
	free(j.image);
	return ret;
}

/* Only checks whether everything is unchanged. If not, install__kernel() finds out what is wrong and
 * reports it. */
int install__look(struct ssh *s, const struct installed *i, struct err *err)
{
	static const char script[] = PUSH_SUM INITRD_CHANGED
		"is() { [ -f \"$1\" ] && [ ! -L \"$1\" ] && [ \"$(sum \"$1\")\" = \"$2\" ] && touch \"$1\"; }\n"
		"[ -O \"${image%/*}\" ] && is \"$image\" \"$image_hash\" || exit 4\n"
		"[ -z \"$initrd\" ] || { ! changed \"$initrd\" && is \"$initrd\" \"$initrd_hash\"; } || exit 4\n"
		"[ -n \"$modules\" ] || exit 0\n";
	_free_ char *values = ssh__values("image", i->image, "image_hash", i->image_sha256,
					  "initrd", i->initrd ? i->initrd : "", "initrd_hash",
					  i->initrd_sha256, "modules", i->modules ? i->modules : "",
					  "release", i->release, "hash", i->hash, NULL);
	_free_ char *text = xasprintf("%s%s%s", values, script, activate), *out = NULL;
	int status, ret;

	if (i->foreign)
		return -ESTALE;
	ret = ssh__run(s,
		       &(struct ssh_script){
			       .what = "look for a kernel", .text = text, .root = true },
		       &out, &status, err);
	return ret ? ret : status ? -ESTALE : 0;
}

void installed__release(struct installed *i)
{
	free(i->image);
	free(i->initrd);
	free(i->modules);
	free(i->release);
	free(i->loader_image);
	free(i->loader_initrd);
	free(i->fs_uuid);
	*i = (struct installed){ 0 };
}
