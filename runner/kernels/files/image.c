// SPDX-License-Identifier: GPL-2.0-only
/* image.c - recognises kernel images by their magic numbers, and finds the release inside. */
#include "runner/kernels/files/image.h"

#include "lib/fs.h"
#include "runner/host/unpack.h"

#include <ctype.h>
#include <endian.h>

#define IMAGE_MAX (512u << 20)
#define HEADER_LEN 1024 /* enough for every magic that is looked at */
#define RELEASE_MAX 128

/* Documentation/arch/arm64/booting.rst: magic "ARM\x64" at offset 56.
 * drivers/firmware/efi/libstub/zboot-header.S: "MZ", "zimg" at 4, payload offset and size. */
#define RAW_MAGIC_AT 56
#define ZBOOT_MAGIC_AT 4
#define ZBOOT_OFFSET_AT 8
#define ZBOOT_SIZE_AT 12

static bool has(const void *data, size_t len, size_t at, const char *magic, size_t n)
{
	return len >= at + n && !memcmp((const char *)data + at, magic, n);
}

/* Debian's arm64 kernels are EFI zboot or gzip'd images, own builds raw ones; QEMU boots all
 * three. */
enum image_kind image__kind(const void *data, size_t len, const char **what)
{
	static const struct {
		size_t at, n;
		const char *magic, *what;
	} others[] = {
		{ 0, 4, "\177ELF",
		  "an ELF file (a vmlinux? the file to boot is "
		  "arch/arm64/boot/Image)" },
		/* Documentation/arch/x86/boot.rst */
		{ 0x202, 4, "HdrS", "a kernel for x86" },
		{ 0, 6, "070701", "an initramfs (cpio archive)" },
		{ 0, 4, "\x28\xb5\x2f\xfd", "a zstd-compressed file" },
		{ 0, 6,
		  "\xfd"
		  "7zXZ",
		  "an xz-compressed file" },
		{ 0, 7, "!<arch>", "a Debian package or another ar archive" },
		{ 0, 2, "MZ", "an EFI program that is no kernel" },
	};

	*what = NULL;
	if (has(data, len, RAW_MAGIC_AT, "ARM\x64", 4))
		return IMAGE_RAW;
	if (has(data, len, 0, "MZ", 2) && has(data, len, ZBOOT_MAGIC_AT, "zimg", 4))
		return IMAGE_ZBOOT;
	if (has(data, len, 0, "\x1f\x8b", 2))
		return IMAGE_GZIP;
	for (size_t i = 0; i < ARRAY_SIZE(others) && !*what; i++)
		if (has(data, len, others[i].at, others[i].magic, others[i].n))
			*what = others[i].what;
	if (!*what)
		*what = len ? "something else" : "an empty file";
	return IMAGE_OTHER;
}

/* Headers are little-endian, and their fields need not be aligned in the file. */
static uint32_t le32(const char *p)
{
	uint32_t v;

	memcpy(&v, p, sizeof(v));
	return le32toh(v);
}

/* Uncompressed kernel out of the bytes of a file; takes `data` over. */
static int expand(char **data, size_t *len, size_t max)
{
	const char *what, *payload = *data;
	size_t n = *len;
	char *plain;
	int ret;

	switch (image__kind(*data, *len, &what)) {
	case IMAGE_RAW:
		return 0;
	case IMAGE_GZIP:
		break;
	case IMAGE_ZBOOT:
		if (n < ZBOOT_SIZE_AT + 4 || le32(payload + ZBOOT_OFFSET_AT) >= n)
			return -ENOEXEC;
		n -= le32(payload + ZBOOT_OFFSET_AT);
		if (le32(payload + ZBOOT_SIZE_AT) < n)
			n = le32(payload + ZBOOT_SIZE_AT);
		payload += le32(payload + ZBOOT_OFFSET_AT);
		break;
	default:
		return -ENOEXEC;
	}
	ret = unpack__memory(payload, n, max, &plain, &n);
	if (ret)
		return ret;
	free(*data);
	*data = plain;
	*len = n;
	return 0;
}

/* linux_banner of the kernel (init/version-timestamp.c). Other strings in the image may begin
 * with the same words, so a digit must follow. */
char *image__banner_release(const void *data, size_t len)
{
	static const char banner[] = "Linux version ";
	const char *p = data, *end = p + len;

	while ((p = memmem(p, (size_t)(end - p), banner, sizeof(banner) - 1))) {
		size_t n = 0;

		p += sizeof(banner) - 1;
		while (n < RELEASE_MAX && p + n < end && isgraph((unsigned char)p[n]))
			n++;
		if (n && n < RELEASE_MAX && isdigit((unsigned char)*p) && !memchr(p, '/', n))
			return xstrndup(p, n);
	}
	return NULL;
}

/* NULL when there is none: a compressor that libarchive does not know, or an image that is no
 * kernel. */
char *image__release(const char *path)
{
	char *data = NULL, *release = NULL;
	size_t len = 0;

	if (fs__read(path, IMAGE_MAX, &data, &len))
		return NULL;
	if (!expand(&data, &len, IMAGE_MAX))
		release = image__banner_release(data, len);
	free(data);
	return release;
}

/* Of a gzip'd file the content counts: an initramfs may be gzip'd, too. */
int image__check(const char *path, struct err *err)
{
	char *data = NULL;
	const char *what;
	enum image_kind kind;
	size_t len = 0;
	int ret = fs__read(path, IMAGE_MAX, &data, &len);

	if (ret)
		return err__set(err, ret, "%s: cannot be read: %s", path, strerror(-ret));
	kind = image__kind(data, len < HEADER_LEN ? len : HEADER_LEN, &what);
	if (kind == IMAGE_GZIP) {
		ret = expand(&data, &len, IMAGE_MAX);
		if (ret || image__kind(data, len, &what) != IMAGE_RAW)
			ret = err__set(err, -ENOEXEC,
				       "%s: expected an arm64 kernel image, found a "
				       "gzip file that holds none",
				       path);
	} else if (kind == IMAGE_OTHER) {
		ret = err__set(err, -ENOEXEC,
			       "%s: expected an arm64 kernel (Image, gzip'd Image or "
			       "EFI zboot), found %s",
			       path, what);
	}
	free(data);
	return ret;
}
