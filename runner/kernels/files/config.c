// SPDX-License-Identifier: GPL-2.0-only
/* config.c - reads a kernel's .config, and finds it in the image or beside it. */
#include "runner/kernels/files/config.h"

#include "lib/fs.h"
#include "lib/text.h"
#include "runner/host/unpack.h"
#include "runner/kernels/files/image.h"

char *kernel_config__value(const char *config, const char *symbol)
{
	_free_ char *line = xasprintf("\nCONFIG_%s=", symbol);
	const char *at = str_starts(config, line + 1) ? config : strstr(config, line);

	if (!at)
		return NULL;
	at = strchr(at, '=') + 1;
	return xstrndup(at, strcspn(at, "\n"));
}

/* A renamed symbol is given with its older names: "VMCORE_INFO|CRASH_CORE". */
char kernel_config__tristate(const char *config, const char *symbols)
{
	_free_ char *list = xstrdup(symbols);
	char *save = NULL, best = 'n';

	for (char *s = strtok_r(list, "|", &save); s; s = strtok_r(NULL, "|", &save)) {
		_free_ char *value = kernel_config__value(config, s);

		if (value && (streq(value, "y") || (streq(value, "m") && best == 'n')))
			best = *value;
	}
	return best;
}

/* The first symbol that is set tells the architecture. If none is, it is the one in the heading,
 * "# Linux/ARCH". */
char *kernel_config__arch(const char *config)
{
	static const struct {
		const char *symbol, *arch;
	} archs[] = {
		{ "ARM64", "arm64" },	  { "X86_64", "amd64" },      { "X86_32", "i386" },
		{ "RISCV", "riscv64" },	  { "ARM", "armhf" },	      { "PPC64", "ppc64el" },
		{ "S390", "s390x" },	  { "LOONGARCH", "loong64" }, { "MIPS", "mips64el" },
		{ "SPARC64", "sparc64" },
	};
	const char *head = strstr(config, "# Linux/");

	for (size_t i = 0; i < ARRAY_SIZE(archs); i++)
		if (kernel_config__tristate(config, archs[i].symbol) == 'y')
			return xstrdup(archs[i].arch);
	return head ? xstrndup(head + 8, strcspn(head + 8, " \n")) : NULL;
}

int kernel_config__check(const char *path, const char *text, struct err *err)
{
	if (str_starts(text, "CONFIG_") || strstr(text, "\nCONFIG_"))
		return 0;
	return err__set(err, -EINVAL,
			"%s: expected the configuration of a kernel (.config, with lines such as "
			"CONFIG_NET=y)",
			path);
}

/* CONFIG_IKCONFIG embeds the gzip'd .config between two marks (kernel/configs.c). */
char *kernel_config__in_image(const char *path)
{
	_free_ char *image = NULL;
	char *text = NULL;
	const char *from, *to;
	size_t len, text_len;

	if (image__read(path, &image, &len, NULL))
		return NULL;
	/* A mark counts only if gzip data follows: the kernel's own code may mention it, too. */
	from = memmem(image, len, "IKCFG_ST\x1f\x8b", 10);
	to = from ? memmem(from, len - (size_t)(from - image), "IKCFG_ED", 8) : NULL;
	if (!to ||
	    unpack__memory(from + 8, (size_t)(to - from) - 8, KERNEL_CONFIG_MAX, &text, &text_len))
		return NULL;
	return text;
}

/* Is this the configuration of that release? The heading "# Linux/arm64 6.18.0-rc1 Kernel
 * Configuration" has the version without CONFIG_LOCALVERSION, so that it must be a prefix. */
static bool matches_release(const char *path, const char *release)
{
	_free_ char *text = NULL, *version = NULL;
	const char *head;
	struct err err;

	if (text__read(path, KERNEL_CONFIG_MAX, &text, NULL, &err))
		return false;
	head = strstr(text, "# Linux/");
	head = head ? strchr(head, ' ') : NULL;
	head = head ? strchr(head + 1, ' ') : NULL;
	if (!head)
		return false;
	version = xstrndup(head + 1, strcspn(head + 1, " \n"));
	return *version && str_starts(release, version) &&
	       !strchr("0123456789.", release[strlen(version)] ? release[strlen(version)] : '-');
}

char *kernel_config__beside(const char *image, const char *release)
{
	_free_ char *real = realpath(image, NULL);
	char *slash = real ? strrchr(real, '/') : NULL, *found = NULL;
	_cleanup_(strvec__release) struct strvec places = { 0 };

	if (!slash || !release)
		return NULL;
	*slash = '\0';
	strvec__pushf(&places, "%s/config-%s", real, release);
	strvec__pushf(&places, "%s/config", real);
	strvec__pushf(&places, "%s/.config", real);
	if (str_ends(real, "/boot")) /* arch/ARCH/boot of a build tree */
		strvec__pushf(&places, "%s/../../../.config", real);
	for (size_t i = 0; !found && i < places.n; i++)
		/* The first one has the release in its name. */
		if (fs__exists(places.v[i]) && (!i || matches_release(places.v[i], release)))
			found = xstrdup(places.v[i]);
	return found;
}
