// SPDX-License-Identifier: GPL-2.0-only
#include "runner/cli/cmd.h"

#include <stdarg.h>
#include <sys/ioctl.h>
#include <unistd.h>

static bool quiet, progress_shown;

void log__set_quiet(bool on)
{
	quiet = on;
}

bool log__is_tty(void)
{
	return isatty(STDERR_FILENO);
}

void log__progress_end(void)
{
	if (progress_shown)
		fputs("\r\033[K", stderr);
	progress_shown = false;
}

static void __printf(2, 0) say(const char *head, const char *fmt, va_list ap)
{
	log__progress_end();
	fputs(head, stderr);
	vfprintf(stderr, fmt, ap);
	fputc('\n', stderr);
}

void log__error(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say("kduel: ", fmt, ap);
	va_end(ap);
}

void log__warn(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say("kduel: warning: ", fmt, ap);
	va_end(ap);
}

void log__info(const char *fmt, ...)
{
	va_list ap;

	if (quiet)
		return;
	va_start(ap, fmt);
	say("", fmt, ap);
	va_end(ap);
}

void log__progress(const char *fmt, ...)
{
	struct winsize ws;
	char line[512];
	size_t width = 80;
	va_list ap;

	if (quiet || !log__is_tty())
		return;
	if (!ioctl(STDERR_FILENO, TIOCGWINSZ, &ws) && ws.ws_col)
		width = ws.ws_col;
	if (width > sizeof(line))
		width = sizeof(line);
	va_start(ap, fmt);
	vsnprintf(line, width, fmt, ap);
	va_end(ap);
	fprintf(stderr, "\r%s\033[K", line);
	fflush(stderr);
	progress_shown = true;
}

int cmd__exit_code(int err)
{
	switch (-err) {
	case 0:
		return EXIT_NO_REGRESSION;
	case EINVAL:
	case ENOENT:
	case ENOTDIR: /* a name that is no file's, or cannot be */
	case EISDIR:
	case EEXIST:
	case ELOOP:
	case ENAMETOOLONG:
	case ENOEXEC:
	case EPROTO:
		return EXIT_USAGE;
	case ENOSPC:
	case EACCES:
	case EPERM:
	case EROFS:
	case EDQUOT:
	case EFBIG:
	case EIO:
	case EMFILE:
	case ENFILE:
	case ENOMEM:
	case EUCLEAN: /* a database that is damaged, or none */
	case EOPNOTSUPP:
	case EBUSY:
	case ENOTCONN:
	case ESTALE:
	case EADDRINUSE:
	case EADDRNOTAVAIL:
	case EBADMSG: /* exact boots that do not repeat */
		return EXIT_UNFIT;
	default:
		return EXIT_INTERNAL;
	}
}

int cmd__usage(const char *sub, const char *usage, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say("kduel: ", fmt, ap);
	va_end(ap);
	fprintf(stderr, "usage: kduel %s %s\n", sub, usage);
	return EXIT_USAGE;
}
