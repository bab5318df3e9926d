/* SPDX-License-Identifier: GPL-2.0-only */
/* nginx.h - a private nginx that serves a directory, to compare kduel serve with. */
#ifndef KDUEL_BENCH_NGINX_H
#define KDUEL_BENCH_NGINX_H

#include "lib/fs.h"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

/* A port that was free a moment ago, or 0. */
static uint16_t free_port(void)
{
	struct sockaddr_in sa = { .sin_family = AF_INET,
				  .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof(sa);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	bool ok = fd >= 0 && !bind(fd, (struct sockaddr *)&sa, sizeof(sa)) &&
		  !getsockname(fd, (struct sockaddr *)&sa, &len);

	if (fd >= 0)
		close(fd);
	return ok ? ntohs(sa.sin_port) : 0;
}

/* Start nginx, configured for speed: a worker per CPU, sendfile, a cache of open files, no access log.
 * Returns its port, or 0 if it does not start. */
static uint16_t nginx__start(const char *dir, pid_t *pid)
{
	uint16_t port = free_port();
	_free_ char *path = xasprintf("%s/nginx.conf", dir);
	_free_ char *conf = xasprintf(
		"%s daemon off; worker_processes auto; pid %s/pid; error_log %s/err;\n"
		"events { worker_connections 1024; }\n"
		"http { access_log off; sendfile on; tcp_nopush on; keepalive_requests 1000000000;\n"
		"open_file_cache max=100; default_type text/html;\n"
		"client_body_temp_path %s/t1; proxy_temp_path %s/t2; fastcgi_temp_path %s/t3;\n"
		"uwsgi_temp_path %s/t4; scgi_temp_path %s/t5;\n"
		"server { listen 127.0.0.1:%u; root %s; } }\n",
		geteuid() ? "" : "user root;", dir, dir, dir, dir, dir, dir, dir, port, dir);

	if (!port || fs__write_atomic(path, conf, strlen(conf)))
		return 0;
	*pid = fork();
	if (!*pid) {
		execlp("nginx", "nginx", "-c", path, "-e", "/dev/null", (char *)NULL);
		execl("/usr/sbin/nginx", "nginx", "-c", path, "-e", "/dev/null", (char *)NULL);
		_exit(127);
	}
	return port;
}

static void nginx__stop(pid_t pid)
{
	if (pid > 0) {
		kill(pid, SIGTERM);
		waitpid(pid, NULL, 0);
	}
}

#endif
