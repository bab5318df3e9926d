// SPDX-License-Identifier: GPL-2.0-only
/* serve.c - run the web server of the dashboard. */
#include "lib/fs.h"
#include "reports/site/session.h"
#include "reports/site/server.h"
#include "reports/web/link.h"
#include "runner/cli/common.h"
#include "runner/cli/log.h"
#include "runner/cli/options.h"
#include "runner/cli/published.h"

#include <signal.h>

struct serve_opts {
	const char *db, *listen, *token_file, *base, *commit_url;
	struct strvec hosts;
	bool edit;
};

/* Without a token, everybody who can reach a server with --allow-edit could change notes. */
static int check_serve_options(void *opts, size_t n __unused, char **args __unused, struct err *err)
{
	const struct serve_opts *o = opts;

	if (o->commit_url && link__check_commit_url(o->commit_url, err))
		return err__prefix(err, -EINVAL, "--commit-url: ");
	if (o->edit != !!o->token_file)
		return err__set(err, -EINVAL,
				"--allow-edit and --token-file go together: the token allows edits");
	return 0;
}

static const struct options options = {
	.command = "serve",
	.doc = "Serves what is in the database to browsers, until it is interrupted. The first line "
	       "of its output is the address. Campaigns that are stored meanwhile appear; the "
	       "server itself changes nothing without --allow-edit.",
	.table = OPTION_TABLE(
		OPTION_TEXT("listen", "ADDR:PORT", struct serve_opts, listen,
			    "address to listen on (default: 127.0.0.1:8080; port 0: any that is "
			    "free). Everybody who can reach it can read"),
		OPTION_LIST("host", "NAME", struct serve_opts, hosts,
			    "accept this name of the server, besides addresses, localhost and this "
			    "machine's name; with a port, NAME:PORT, also forms of pages from there. "
			    "May be repeated"),
		OPTION_TEXT("base", "PATH", struct serve_opts, base,
			    "what all addresses begin with, such as /kduel, behind a proxy that "
			    "serves other things as well (docs/DASHBOARD.md)"),
		OPTION_TEXT("commit-url", "URL", struct serve_opts, commit_url,
			    "address of a commit, with {} in place of its id: "
			    "'https://git.kernel.org/torvalds/c/{}'"),
		OPTION_FLAG("allow-edit", struct serve_opts, edit,
			    "let those who know the token change tags, and notes on changes and "
			    "their state"),
		OPTION_TEXT("token-file", "FILE", struct serve_opts, token_file,
			    "the file with the token, readable by you only")),
	.check = check_serve_options,
	.shared = { { &options__db, offsetof(struct serve_opts, db) } },
};

/* For http_opts.log; called from any thread. */
static void log_line(const char *line)
{
	log__warn("%s", line);
}

/* Serve until SIGINT, SIGTERM or SIGHUP, which return 0. */
static int serve(const struct serve_opts *o, const char *db, const char *token, const char *base,
		 const struct published *published, struct err *err)
{
	struct http_opts opts = { .db = db,
				  .hosts = &o->hosts,
				  .base = base,
				  .token = token,
				  .log = log_line,
				  .commit_url = o->commit_url,
				  .published = published };
	_free_ char *url = NULL;
	struct http *h = NULL;
	sigset_t ends;
	int sig, ret;

	opts.listen_fd = http__listen(o->listen, err);
	if (opts.listen_fd < 0)
		return opts.listen_fd;
	url = http__url(opts.listen_fd);
	if (token && http__is_public(opts.listen_fd))
		log__warn("--listen %s --allow-edit: the token, which allows changes, passes the network "
			  "unencrypted; listen on 127.0.0.1 behind a proxy with HTTPS "
			  "(docs/DASHBOARD.md)",
			  o->listen);
	sigemptyset(&ends);
	sigaddset(&ends, SIGINT);
	sigaddset(&ends, SIGTERM);
	sigaddset(&ends, SIGHUP);
	pthread_sigmask(SIG_BLOCK, &ends, NULL); /* threads created later inherit it */
	ret = http__start(&opts, &h, err);
	if (ret)
		return ret;
	printf("%s%s%s\n", url, base + (*base == '/'), *base ? "/" : "");
	fflush(stdout);
	sigwait(&ends, &sig);
	http__stop(h);
	return 0;
}

/* Warn of a database that does not exist or cannot be read. The server starts all the same, as this
 * may change; until then its pages show the error. */
static void check_db(const char *db)
{
	_cleanup_(store__closep) struct store *st = NULL;
	struct err err;

	results__take_in(db);
	if (!fs__exists(db))
		log__warn("%s: no such database yet: `kduel run PLAN` makes it, `kduel doctor` says whether "
			  "this machine can; pages will show it once it exists",
			  db);
	else if (store__open(db, STORE_READ, &st, &err))
		log__warn("%s", err.msg);
}

int cmd_serve(int argc, char **argv)
{
	struct serve_opts o = { .listen = "127.0.0.1:8080" };
	_free_ char *token = NULL, *db = NULL, *base = NULL;
	_cleanup_(published__release) struct published published = { 0 };
	struct err err;
	int ret;

	if (!options__parse(&options, argc, argv, &o, &ret)) {
		strvec__release(&o.hosts);
		return ret;
	}
	db = o.db ? xstrdup(o.db) : store__default_path();
	ret = http__base(o.base ? o.base : "", &base, &err);
	if (!ret && o.edit)
		ret = sessions__read_token(o.token_file, &token, &err);
	if (!ret) {
		published__try(&published);
		check_db(db);
		ret = serve(&o, db, token, base, &published, &err);
	}
	if (ret)
		log__error("%s", err.msg);
	strvec__release(&o.hosts);
	return cmd__exit_code(ret);
}
