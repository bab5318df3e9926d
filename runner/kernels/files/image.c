// SPDX-License-Identifier: GPL-2.0-only
/* image.c - recognises kernel images by their magic numbers, and finds the release in them. */
#include "runner/kernels/files/image.h"

#include "lib/units.h"
#include "runner/host/arch.h"
#include "runner/host/unpack.h"
#include "runner/kernels/files/bzimage.h"

#include <ctype.h>
#include <elf.h>
#include <endian.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

/* Bytes of an uncompressed kernel. A distribution's arm64 kernel has a tenth of that. */
#define IMAGE_MAX (512u << 20)
#define HEADER_LEN 1024 /* covers every magic number below */
#define RELEASE_MAX 128
#define BUILD_ID_LEN 20
#define WINDOW (1u << 18)
#define OVERLAP (2 * RELEASE_MAX) /* longer than the banner up to its release */

/* Documentation/arch/arm64/booting.rst: magic "ARM\x64" at offset 56.
 * drivers/firmware/efi/libstub/zboot-header.S: "MZ", "zimg" at 4, payload offset and size. */
#define RAW_MAGIC_AT 56
#define ZBOOT_MAGIC_AT 4
#define ZBOOT_OFFSET_AT 8
#define ZBOOT_SIZE_AT 12
/* PE header of an EFI program: its offset in the file, and the machine type in it. */
#define PE_OFFSET_AT 0x3c
#define PE_MACHINE_AT 4
#define PE_ARM64 0xaa64

static bool has(const void *data, size_t len, size_t at, const char *magic, size_t n)
{
	return len >= at + n && !memcmp((const char *)data + at, magic, n);
}

/* Headers are little-endian, and their fields need not be aligned in the file. */
static uint32_t le32(const char *p)
{
	uint32_t v;

	memcpy(&v, p, sizeof(v));
	return le32toh(v);
}

static uint16_t le16(const char *p)
{
	uint16_t v;

	memcpy(&v, p, sizeof(v));
	return le16toh(v);
}

/* An ELF file is probably the vmlinux of a build tree, which does not boot: name the file that
 * does. */
static const char *name_elf(const char *data, size_t len)
{
	const unsigned int machine = len >= 20 ? le16(data + 18) : EM_NONE;

	return machine == EM_X86_64 ?
		       "an ELF file (a vmlinux? the file to boot is arch/x86/boot/bzImage)" :
	       machine == EM_AARCH64 || machine == EM_NONE ?
		       "an ELF file (a vmlinux? the file to boot is arch/arm64/boot/Image)" :
		       "an ELF file of another architecture";
}

/* EFI zboot images exist for several architectures. Without a valid PE header it is taken for
 * arm64. */
static bool is_arm64_program(const char *data, size_t len)
{
	const size_t at = len >= PE_OFFSET_AT + 4 ? le32(data + PE_OFFSET_AT) : 0;

	return !at || at + PE_MACHINE_AT + 2 > len || memcmp(data + at, "PE\0\0", 4) ||
	       le16(data + at + PE_MACHINE_AT) == PE_ARM64;
}

/* QEMU boots all three arm64 formats: raw (own builds), EFI zboot and gzip (Debian). */
enum image_kind image__kind(const void *data, size_t len, const char **what)
{
	static const struct {
		size_t at, n;
		const char *magic, *what;
	} others[] = {
		{ 0, 6, "070701", "an initramfs (cpio archive)" },
		{ 0, 4, "\x28\xb5\x2f\xfd", "a zstd-compressed file" },
		{ 0, 6,
		  "\xfd"
		  "7zXZ",
		  "an xz-compressed file" },
		{ 0, 7, "!<arch>", "a Debian package or another ar archive" },
		{ 0, 2, "MZ", "an EFI program that is not a kernel" },
	};

	*what = NULL;
	if (has(data, len, RAW_MAGIC_AT, "ARM\x64", 4))
		return IMAGE_RAW;
	if (bzimage__is(data, len))
		return IMAGE_BZIMAGE;
	if (has(data, len, 0, "MZ", 2) && has(data, len, ZBOOT_MAGIC_AT, "zimg", 4)) {
		if (is_arm64_program(data, len))
			return IMAGE_ZBOOT;
		*what = "an EFI zboot image for another architecture";
	} else if (has(data, len, 0, "\x1f\x8b", 2)) {
		return IMAGE_GZIP;
	} else if (has(data, len, 0, "\177ELF", 4)) {
		*what = name_elf(data, len);
	}
	for (size_t i = 0; i < ARRAY_SIZE(others) && !*what; i++)
		if (has(data, len, others[i].at, others[i].magic, others[i].n))
			*what = others[i].what;
	if (!*what)
		*what = len ? "something else" : "an empty file";
	return IMAGE_OTHER;
}

/* Find the release in linux_banner (init/version-timestamp.c). Other strings in the image may begin
 * with the same words, so a digit must follow. */
static const char *find_release(const void *data, size_t len, size_t *n)
{
	static const char banner[] = "Linux version ";
	const char *p = data, *end = p + len;

	while ((p = memmem(p, (size_t)(end - p), banner, sizeof(banner) - 1))) {
		p += sizeof(banner) - 1;
		*n = 0;
		while (*n < RELEASE_MAX && p + *n < end && isgraph((unsigned char)p[*n]))
			++*n;
		if (*n && *n < RELEASE_MAX && isdigit((unsigned char)*p) && !memchr(p, '/', *n))
			return p;
	}
	return NULL;
}

char *image__banner_release(const void *data, size_t len)
{
	size_t n;
	const char *p = find_release(data, len, &n);

	return p ? xstrndup(p, n) : NULL;
}

/* Length of the compressed kernel. For any compressor but gzip kbuild appends the uncompressed
 * size, 4 bytes, as only the gzip format itself stores it. */
static uint64_t without_size(int fd, const struct bzimage *b)
{
	char magic[2];

	return pread(fd, magic, 2, (off_t)b->at) == 2 && !memcmp(magic, "\x1f\x8b", 2) ? b->len :
											 b->len - 4;
}

/* Find the kernel, compressed or not, in an open file: offset and length. *kind is that of the
 * file. -ENOEXEC: not an image, *what says what instead; -EINVAL: its header is damaged. */
static int find_kernel(int fd, char head[HEADER_LEN], uint64_t *at, uint64_t *n,
		       enum image_kind *kind, const char **what)
{
	struct stat st;
	ssize_t len;

	if (fstat(fd, &st) < 0)
		return -errno;
	*kind = IMAGE_OTHER;
	*what = "something that is not a regular file";
	if (!S_ISREG(st.st_mode))
		return -ENOEXEC;
	len = pread(fd, head, HEADER_LEN, 0);
	if (len < 0)
		return -errno;
	*kind = image__kind(head, (size_t)len, what);
	*at = 0;
	*n = (uint64_t)st.st_size;
	if (*kind == IMAGE_OTHER)
		return -ENOEXEC;
	if (*kind == IMAGE_BZIMAGE) {
		struct bzimage b;
		int ret = bzimage__read(head, (size_t)len, *n, &b, what);

		if (ret)
			return ret;
		*at = b.at;
		*n = without_size(fd, &b);
	} else if (*kind == IMAGE_ZBOOT) {
		if (len < ZBOOT_SIZE_AT + 4 || le32(head + ZBOOT_OFFSET_AT) >= *n) {
			*what = "an EFI zboot image that is cut off";
			return -EINVAL;
		}
		*at = le32(head + ZBOOT_OFFSET_AT);
		*n = le32(head + ZBOOT_SIZE_AT) < *n - *at ? le32(head + ZBOOT_SIZE_AT) : *n - *at;
	}
	return 0;
}

/* What scan_kernel() collects while uncompressed data streams by. */
struct scan {
	char head[HEADER_LEN];
	size_t head_len;
	char window[WINDOW]; /* the latest bytes; consecutive windows overlap */
	size_t len;
	char *release;
};

/* A release that touches the end of the window may be cut off. The overlap has it again in the next
 * one. */
static void search(struct scan *s, bool end)
{
	size_t keep = end || s->len < OVERLAP ? 0 : OVERLAP, n;
	const char *p = s->release ? NULL : find_release(s->window, s->len, &n);

	if (p && (end || p + n < s->window + s->len))
		s->release = xstrndup(p, n);
	memmove(s->window, s->window + s->len - keep, keep);
	s->len = keep;
}

static int scan_piece(void *arg, const char *data, size_t len)
{
	struct scan *s = arg;
	size_t n = HEADER_LEN - s->head_len < len ? HEADER_LEN - s->head_len : len;

	memcpy(s->head + s->head_len, data, n);
	s->head_len += n;
	while (len) {
		n = WINDOW - s->len < len ? WINDOW - s->len : len;
		memcpy(s->window + s->len, data, n);
		s->len += n;
		data += n;
		len -= n;
		if (s->len == WINDOW)
			search(s, false);
	}
	return 0;
}

/* Uncompress the kernel in an open file and fill in `s`. *kind and *what are those of the file.
 * -ENOEXEC: not an image; -EINVAL: its compressed part is damaged; -EFBIG: it uncompresses to more
 * than IMAGE_MAX. */
static int scan_kernel(int fd, struct scan *s, enum image_kind *kind, const char **what)
{
	char head[HEADER_LEN];
	uint64_t at = 0, n = 0;
	int ret = find_kernel(fd, head, &at, &n, kind, what);

	if (ret)
		return ret;
	ret = unpack__stream(fd, at, n, IMAGE_MAX, scan_piece, s, NULL);
	search(s, true);
	return ret;
}

/* A bzImage has its version string uncompressed in the header: "6.18.15 (root@...". NULL: it has
 * none. The caller frees. */
static char *bzimage_release(int fd)
{
	char head[HEADER_LEN], line[RELEASE_MAX + 1] = "";
	const char *what;
	struct bzimage b;
	struct stat st;
	ssize_t len = pread(fd, head, sizeof(head), 0);
	size_t n = 0;

	if (len < 0 || fstat(fd, &st) || !bzimage__is(head, (size_t)len) ||
	    bzimage__read(head, (size_t)len, (uint64_t)st.st_size, &b, &what) || !b.release ||
	    pread(fd, line, sizeof(line) - 1, (off_t)b.release) < 1)
		return NULL;
	while (isgraph((unsigned char)line[n]))
		n++;
	return isdigit((unsigned char)line[0]) && line[n] == ' ' && !memchr(line, '/', n) ?
		       xstrndup(line, n) :
		       NULL;
}

/* NULL also if libarchive does not know the compressor. O_NONBLOCK: do not hang on a FIFO. */
char *image__release(const char *path)
{
	_close_ int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	struct scan *s = xcalloc(1, sizeof(*s));
	enum image_kind kind = IMAGE_OTHER;
	const char *what = NULL;
	char *release;

	release = fd >= 0 ? bzimage_release(fd) : NULL;
	if (fd >= 0 && !release) {
		(void)scan_kernel(fd, s, &kind, &what);
		release = s->release;
	}
	free(s);
	return release;
}

struct whole {
	char *data;
	size_t len;
};

static int take_piece(void *arg, const char *data, size_t len)
{
	struct whole *w = arg;

	if (w->len + len > IMAGE_MAX)
		return -EFBIG;
	memcpy(w->data + w->len, data, len);
	w->len += len;
	return 0;
}

/* A first pass counts the size, so that memory is allocated only once, and only for a valid
 * image. */
int image__read(const char *path, char **data, size_t *len, struct err *err)
{
	_close_ int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	enum image_kind kind = IMAGE_OTHER;
	struct whole w = { 0 };
	char head[HEADER_LEN];
	const char *what = NULL;
	uint64_t at = 0, n = 0, size = 0;
	int ret = fd < 0 ? -errno : find_kernel(fd, head, &at, &n, &kind, &what);

	if (!ret)
		ret = unpack__stream(fd, at, n, IMAGE_MAX, NULL, NULL, &size);
	if (!ret) {
		w.data = xcalloc(size, 1);
		ret = unpack__stream(fd, at, n, size, take_piece, &w, NULL);
	}
	if (!ret && kind == IMAGE_BZIMAGE)
		ret = bzimage__lay_out(&w.data, &w.len, IMAGE_MAX);
	*data = w.data;
	*len = w.len;
	if (!ret)
		return 0;
	free(w.data);
	*data = NULL;
	return ret == -ENOEXEC ? err__set(err, ret, "%s: not a kernel, but %s", path, what) :
				 unpack__explain(err, ret, path, IMAGE_MAX);
}

int image__build_ids(const char *path, struct strvec *ids, struct err *err)
{
	/* Header of the ELF note: name size 4, descriptor size 20, type NT_GNU_BUILD_ID, name
	 * "GNU". */
	static const char head[] = "\4\0\0\0\24\0\0\0\3\0\0\0GNU";
	_free_ char *data = NULL;
	size_t len;
	int ret = image__read(path, &data, &len, err);
	const char *end, *at = data;

	if (!data)
		return ret;
	end = data + len;
	while ((at = memmem(at, (size_t)(end - at), head, sizeof(head)))) {
		char hex[2 * BUILD_ID_LEN + 1];

		at += sizeof(head);
		if (end - at < BUILD_ID_LEN)
			break;
		units__put_hex(at, BUILD_ID_LEN, hex);
		strvec__push(ids, hex);
	}
	return ret;
}

/* A gzip file may also be an initramfs: its content decides. An EFI zboot image is accepted even if
 * it cannot be uncompressed here, as it does that by itself, perhaps with a compressor that
 * libarchive does not know. */
int image__check(const char *path, const char **arch, struct err *err)
{
	_close_ int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	struct scan *s;
	enum image_kind kind = IMAGE_OTHER, inner;
	const char *what = NULL, *none;
	int ret;

	*arch = NULL;
	if (fd < 0)
		return err__set(err, -errno, "%s: cannot be read: %s", path, strerror(errno));
	s = xcalloc(1, sizeof(*s));
	ret = scan_kernel(fd, s, &kind, &what);
	inner = kind == IMAGE_GZIP && !ret ? image__kind(s->head, s->head_len, &none) : IMAGE_OTHER;
	if (ret == -EFBIG) {
		unpack__explain(err, ret, path, IMAGE_MAX);
	} else if (ret && ret != -ENOEXEC && ret != -EINVAL) {
		err__errno(err, ret, path);
	} else {
		if (kind == IMAGE_GZIP && inner != IMAGE_RAW)
			what = inner == IMAGE_BZIMAGE ? "a gzip'd bzImage (unpack it with gunzip)" :
							"a gzip file that does not contain one";
		else if (kind == IMAGE_BZIMAGE && ret && !what)
			what = "a bzImage whose compressed part is damaged";
		ret = what ? err__set(err, -ENOEXEC,
				      "%s: expected a kernel for arm64 (%s) or amd64 (%s), found %s",
				      path, arch__find(ARCH_ARM64)->formats,
				      arch__find(ARCH_AMD64)->formats, what) :
			     0;
	}
	if (!ret)
		*arch = kind == IMAGE_BZIMAGE ? ARCH_AMD64 : ARCH_ARM64;
	free(s->release);
	free(s);
	return ret;
}
