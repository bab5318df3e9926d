// SPDX-License-Identifier: GPL-2.0-only
// dashboard.mjs: the checks of dashboard.sh that need a browser; prints TAP.
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { get } from "node:http";

const require = createRequire(process.env.WEB + "/");
const { chromium } = require("playwright-core");
const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const base = process.env.URL.replace(/\/$/, ""), id = process.env.ID;
const report = JSON.parse(readFileSync(process.env.JSON, "utf8"));
const rows = report.blocks[0].rows;
const key = r => r.workload + "." + r.source + "." + r.metric;
let n = Number(process.env.FIRST);

function ok(good, name, ...why) {
	console.log((good ? "ok " : "not ok ") + ++n + " - " + name);
	if (!good)
		why.forEach(w => console.log("# " + JSON.stringify(w).slice(0, 1500)));
}

const is = (got, want, name) =>
	ok(JSON.stringify(got) === JSON.stringify(want), name, { got, want });

// Playwright gives up after 30 s, and so did a test on a busy host. Nothing here should take that long, but only
// tests/run.sh ends what hangs.
const PATIENCE = 10 * 60 * 1000;

const browser = await chromium.launch({
	timeout: PATIENCE,
	executablePath: process.env.CHROMIUM || "/usr/bin/chromium",
	args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"],
});

async function open(path, options = {}, timeout = PATIENCE) {
	const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
	context.setDefaultTimeout(PATIENCE);
	const page = await context.newPage();
	page.complaints = [];
	page.on("console", m => { if (m.type() === "error" || m.type() === "warning") page.complaints.push(m.text() + " " + m.location().url); });
	page.on("pageerror", e => page.complaints.push(String(e)));
	page.answer = await page.goto(path.includes("://") ? path : base + path, { timeout });
	return page;
}

const file = name => "file://" + process.env.SITE + "/" + name;

// No server of ours can delay a file, but in CI the browser once did not load one within 30 s.
async function open_file(name) {
	for (let left = 3;;) {
		try {
			return await open(file(name), {}, --left ? 120 * 1000 : PATIENCE);
		} catch (e) {
			if (!left || e.name !== "TimeoutError")
				throw e;
			console.log("# not loaded within 120 s, and tried again: " + name);
		}
	}
}

const shown = page => page.$$eval("table.verdicts tr[data-row]",
	list => list.filter(r => !r.hidden).map(r => r.dataset.row));
const sorted = list => [...list].sort();

const wide = process.env.WIDE, broken = process.env.BROKEN;
const series = (await (await fetch(base + "/history/hackbench.hackbench.time")).text())
	.match(/"(\/history\/[^"]*\/nightly\/[^"]*)"/)?.[1];
const paths = ["/", "/compare", "/metrics", "/changes", "/noise", "/memory",
	`/campaign/${id}`, `/campaign/${id}?all=1&open=hackbench.hackbench.time`,
	`/campaign/${id}/row/1/memcached.memcached.p99`, `/campaign/${id}/boot/1`,
	`/campaign/${id}/boot/1/console`, `/campaign/${id}/layout`, `/campaign/${id}/tlb`, `/campaign/${id}/points`,
	`/campaign/${id}/memory`, `/campaign/${id}/creation`, `/campaign/${process.env.CREATION}/creation`,
	`/compare/${id}.patched/${id}.stock`, `/compare/${id}.patched/${id}.stock/memcached.memcached.p99`,
	"/history/hackbench.hackbench.time", "/compare?search=nightly",
	"/metric/hackbench.hackbench.time", `/campaign/${wide}`,
	`/campaign/${wide}/row/12/memcached.memcached.hit_ratio`, `/campaign/${broken}`,
	`/campaign/${broken}/boot/${process.env.FAILED}`, `/campaign/${process.env.ALONE}`,
	`/campaign/${process.env.AA}`, series, "/changes?all=1", "/nothing/here"];

// Tags of a page's source that are not nested properly, and escaped tags in its text.
function faults(html) {
	const empty = new Set(["meta", "link", "input", "br", "wbr", "hr", "img"]), open = [], bad = [];
	for (const [, end, name, self] of html.matchAll(/<(\/?)([a-z][a-z0-9]*)[^>]*?(\/?)>/gi)) {
		if (!end && !self && !empty.has(name))
			open.push(name);
		else if (end && open.pop() !== name)
			bad.push("</" + name + "> closes another");
	}
	return bad.concat(open, html.match(/&lt;\/?[a-z]+&gt;/gi) || []);
}

// Bytes of the gzip-encoded answer for a page; NaN if it is not encoded.
const coded = path => new Promise((resolve, reject) =>
	get(base + path, { headers: { "Accept-Encoding": "gzip" } }, answer => {
		let bytes = 0;
		answer.on("data", chunk => bytes += chunk.length);
		answer.on("end", () => resolve(answer.headers["content-encoding"] === "gzip" ? bytes : NaN));
	}).on("error", reject));

// Text of a page with Markdown marks (` or **) that should have been rendered.
const marks_in_text = page => page.evaluate(() => {
	const walk = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT), found = [];
	while (walk.nextNode())
		if (/[`]|\*\*/.test(walk.currentNode.data) && !walk.currentNode.parentElement.closest("pre, code"))
			found.push(walk.currentNode.data.slice(0, 200));
	return found;
});

const serious = async page => (await page.evaluate(() => axe.run())).violations
	.filter(v => v.impact === "serious" || v.impact === "critical")
	.map(v => [v.id, v.nodes.slice(0, 3).map(x => x.html.slice(0, 160))]);

// --- every page: status, size, markup, console, accessibility, narrow screens --------------

for (const path of paths) {
	const page = await open(path), wrong = path === "/nothing/here";
	const weight = (await page.answer.body()).length;
	const sent = await coded(path);
	is(page.answer.status(), wrong ? 404 : 200, `${path}: has status ${wrong ? 404 : 200}`);
	ok((wrong || sent <= 60 * 1024) && (weight < 200 * 1024 || path.includes(wide)), `${path}: size is within the limits`, { weight, sent });
	is(await marks_in_text(page), [], `${path}: no Markdown in its text`);
	is(faults(String(await page.answer.body())), [], `${path}: tags are nested, and none is shown as text`);
	const bad = page.complaints.filter(c => !(wrong && c.includes("404")));
	is(bad, [], `${path}: nothing on the browser's console`);
	await page.evaluate(axe);
	is(await serious(page), [], `${path}: no serious finding of axe-core`);
	for (const width of [1280, 768, 390, 360]) {
		await page.setViewportSize({ width, height: 800 });
		is(await page.evaluate(() => document.documentElement.scrollWidth), width,
			`${path}: fits into a width of ${width} pixels`);
	}
	// On a phone, verdict and change of each row can be seen without scrolling sideways.
	is(await page.$$eval("table.verdicts tr[data-row]:not([hidden]) > td:nth-child(3), table.verdicts tr[data-row] .v",
		l => l.filter(e => e.getBoundingClientRect().right > 360).length), 0,
	`${path}: verdict and change are in view`);
	is(await page.$$eval(".scroll.newest", l => l.filter(e => Math.abs(e.getBoundingClientRect().right -
		e.querySelector("svg").getBoundingClientRect().right) > 24).length), 0,
	`${path}: charts are scrolled to the newest value`);
	await page.emulateMedia({ colorScheme: "dark" });
	is(await serious(page), [], `${path}: no serious finding of axe-core on a phone in dark mode`);
	await page.context().close();
}

ok(await coded(`/campaign/${wide}?all=1`) <= 60 * 1024, "all rows of twelve comparisons: at most 60 KiB are sent");

{
	const page = await open(`/campaign/${process.env.CREATION}/creation`);
	is(await page.$$eval("svg.cloud .line", l => l.length), 8, "creation of the map: a line for each variant");
	is(await page.$$eval("svg.cloud .m.hollow", l => l.length), 4, "creation of the map: from the seventh line on, marks are hollow");
	is(await page.$$eval(".legend li", l => l.map(e => e.textContent.trim())),
		["blocks", "r6.1", "r6.12", "r6.17", "r6.18", "r7.0", "r7.2", "r7.3"], "creation of the map: the legend is sorted by release");
	is(await page.$$eval("svg.bars .side", l => l.length), 7, "creation of the map: a bar for each release");
	await page.context().close();
}

// --- the page has the same numbers as kduel compare ---------------------------------------

{
	const page = await open(`/campaign/${id}?all=1`);
	const got = await page.$$eval("table.verdicts tr[data-row]", list => list.map(r => [r, of =>
		r.cells[r.closest("table").querySelector(`[data-of=${of}]`).cellIndex].textContent]).map(([r, cell]) => ({
		row: r.dataset.row, verdict: r.dataset.verdict, change: Number(r.dataset.change),
		p: r.dataset.p === undefined ? null : Number(r.dataset.p),
		baseline: cell("baseline"), candidate: cell("candidate"), effect: r.cells[2].textContent,
	})));
	const find = k => got.find(g => g.row === k);
	const close = (text, v) => Math.abs(Number(text) - v) <= Math.abs(v) * 1e-4;
	is(sorted(got.map(g => g.row)), sorted(rows.map(key)), "every row of the report is on the page");
	is(rows.filter(r => find(key(r)).change !== r.change).map(key), [], "the page's changes are those of kduel compare");
	is(rows.filter(r => find(key(r)).p !== r.padj).map(key), [], "the page's adjusted p values are those of kduel compare");
	is(rows.filter(r => find(key(r)).verdict !== (r.verdict || "none")).map(key), [], "the page's verdicts are those of kduel compare");
	is(rows.filter(r => !close(find(key(r)).baseline, r.baseline_mean) ||
		!close(find(key(r)).candidate, r.candidate_mean)).map(key), [], "the page's means are those of kduel compare, rounded");
	// Percent with two digits, or percentage points with one.
	is(rows.filter(r => !find(key(r)).effect.startsWith((r.change < 0 ? "-" : "+") +
		Math.abs(r.change).toFixed(r.change_unit === "%" ? 2 : 1))).map(key), [],
	"the text of each change has the right sign and digits");
	await page.context().close();
}

// --- filtering, sorting, URLs, back -------------------------------------------------------

const worse = sorted(rows.filter(r => r.verdict === "regression").map(key));
const size = r => Math.abs(r.change);
{
	const page = await open(`/campaign/${id}`), before = await shown(page);
	ok(worse.length > 0 && worse.length < before.length, "some rows are regressions, and some are not", worse);
	await page.selectOption("select[name=only]", "regressions");
	is(sorted(await shown(page)), worse, "filter: only regressions are shown");
	ok(page.url().includes("only=regressions"), "filter: the URL has it", page.url());
	const link = page.url();
	await page.fill("input[name=metric]", "memcached/*");
	await page.waitForURL(/metric=/);
	is(sorted(await shown(page)), worse.filter(k => k.startsWith("memcached.")), "filter: by name of the metric");
	await page.goBack();
	is(sorted(await shown(page)), worse, "back: the first filter applies again");
	await page.goBack();
	is(await shown(page), before, "back: all rows are shown again");
	is(await page.inputValue("select[name=only]"), "", "back: the form has no filter");
	await page.click("a[data-sort=change]");
	const order = await shown(page), url = page.url();
	is(order, [...before].sort((a, b) => size(rows.find(r => key(r) === b)) -
		size(rows.find(r => key(r) === a))), "sorting: by size of the change");
	is(page.complaints, [], "filter and sorting: nothing on the browser's console");
	for (const javaScriptEnabled of [true, false]) {
		const how = javaScriptEnabled ? "opening the URL" : "opening the URL without JavaScript";
		const other = await open(link, { javaScriptEnabled });
		is(sorted(await shown(other)), worse, how + ": the same rows");
		await other.goto(url);
		is(await shown(other), order, how + ": the same sorting");
		await other.context().close();
	}
	await page.context().close();
}

// --- large tables: the page has only the rows that are shown, others need a request -----------

{
	const page = await open(`/campaign/${process.env.WIDE}`), before = await shown(page);
	const there = async () => (await page.$$("table.verdicts tr[data-row]")).length;
	is(await there(), before.length, "large table: the page has no hidden rows");
	ok((await page.innerText("main")).match(/\d+ rows are not shown/), "large table: the page says how many rows are not shown");
	await Promise.all([page.waitForURL(/only=regressions/), page.selectOption("select[name=only]", "regressions")]);
	const worse = await shown(page);
	ok(worse.length && await page.$$eval("table.verdicts tr[data-row]",
		list => list.every(r => r.dataset.verdict === "regression")), "large table: the filter works", worse.length);
	await Promise.all([page.waitForURL(/sort=change/), page.click("a[data-sort=change]")]);
	is(sorted(await shown(page)), sorted(worse), "large table: sorting keeps the filter");
	await Promise.all([page.waitForURL(/all=1/), page.check("input[name=all]")]);
	await page.goBack();
	await page.goBack();
	await page.goBack();
	is(await shown(page), before, "large table: back three times shows the first rows again");
	is(page.complaints, [], "large table: nothing on the browser's console");
	await page.context().close();
}

// --- open a row ---------------------------------------------------------------------------

{
	const page = await open(`/campaign/${id}`), row = "tr[data-row='memcached.memcached.p99']";
	await page.click(row + " a.open");
	await page.waitForSelector(row + " + tr.detail svg.strip");
	const want = rows.find(r => key(r) === "memcached.memcached.p99");
	ok((await page.$$(row + " + tr.detail svg.strip .m")).length === 2 * 3 * 4,
		"open: the strip has all samples, including warm-up");
	ok((await page.textContent(row + " + tr.detail")).includes("kduel run plan.yaml"), "open: the command that reproduces the row is shown");
	ok(page.url().includes("open=memcached.memcached.p99"), "open: the URL has the row", page.url());
	const url = page.url();
	await page.goBack();
	is((await page.$$("tr.detail")).length, 0, "open: back closes the row");
	await page.goForward();
	await page.waitForSelector("tr.detail svg.strip");
	ok(true, "open: forward opens the row again");
	await page.click(row + " a.open");
	is((await page.$$("tr.detail")).length, 0, "open: a second click closes the row");
	is(page.complaints, [], "open: nothing on the browser's console");
	const plain = await open(url, { javaScriptEnabled: false });
	is((await plain.$$("tr.detail svg.strip")).length, 1, "open: the URL opens the row without JavaScript");
	ok((await plain.textContent("tr.detail .lead")).includes(want.verdict === "improvement" ? "better (I)" : "worse (R)"),
		"open: the verdict is shown");
	await page.context().close();
	await plain.context().close();
}

// --- history: hover and zoom --------------------------------------------------------------

const marks = page => page.$$eval("svg.history .m", l => l.filter(m => m.getAttribute("visibility") !== "hidden").length);

async function drag(page, from, to) {
	const box = await (await page.$("svg.history")).boundingBox();
	await page.mouse.move(box.x + box.width * from, box.y + box.height / 2);
	await page.mouse.down();
	await page.mouse.move(box.x + box.width * to, box.y + box.height / 2, { steps: 4 });
	await page.mouse.up();
}

{
	const page = await open("/history/hackbench.hackbench.time?variant=patched&plan=nightly");
	const before = await marks(page);
	is(before, 16, "history: a mark for each campaign");
	is((await page.$$("svg.history .change.provisional")).length, 1, "history: the change of level is marked");
	await page.hover("svg.history .m >> nth=3");
	ok((await page.textContent("#tip")).includes("commit c4"), "history: the tooltip of a mark has the commit",
		await page.textContent("#tip"));
	await Promise.all([page.waitForURL(/from=/), drag(page, 0.3, 0.6)]);
	const after = await marks(page);
	ok(after > 2 && after < before, "zoom: dragging shows fewer marks", { before, after });
	const other = await open(page.url(), { javaScriptEnabled: false });
	is(await marks(other), after, "zoom: the URL shows the same marks without JavaScript");
	await page.goBack();
	await page.waitForURL(u => !String(u).includes("from="));
	is(await marks(page), before, "zoom: back shows all marks again");
	is(page.complaints, [], "history: nothing on the browser's console");
	await page.context().close();
	await other.context().close();
}

// --- exported files -----------------------------------------------------------------------

{
	const page = await open_file("index.html");
	ok((await page.textContent("h1")) === "Overview", "files: the overview opens");
	await page.goto(file(`campaign/${id}.html`));
	await page.selectOption("select[name=only]", "regressions");
	is(sorted(await shown(page)), worse, "files: the filter works");
	await page.reload();
	is(sorted(await shown(page)), worse, "files: a reload keeps the filter");
	await page.goBack();
	await page.click("tr[data-row='hackbench.hackbench.time'] a.open");
	await page.waitForSelector("svg.strip");
	ok(page.url().endsWith("/row/1/hackbench.hackbench.time.html"), "files: a row has a file of its own", page.url());
	await page.click("text=History of this metric");
	await page.waitForSelector("svg.history");
	const before = await marks(page);
	await drag(page, 0.1, 0.14); // the nightly campaigns are far left, long before all others
	const after = await marks(page);
	ok(after > 0 && after < before && page.url().includes("from="), "files: dragging shows fewer marks", { before, after });
	await page.goBack();
	is(await marks(page), before, "files: back shows all marks again");
	is(page.complaints, [], "files: nothing on the browser's console");
	await page.context().close();
}

// --- hostile text -------------------------------------------------------------------------

{
	const home = process.env.HOSTILE.replace(/\/$/, ""), seen = new Set(["/"]), queue = ["/"], feeds = [];
	const page = await open(home + "/"), bad = [], failed = [];
	let done = 0;
	const kinds = new Map(); // visit two pages of each kind, as the same code makes all of a kind
	while (queue.length) {
		const path = queue.shift(), kind = path.replace(/[0-9a-f-]{36}[^/]*/g, "ID").split("/").slice(0, 4).join("/").replace(/(metric|history|row\/\d+)\/.*/, "$1");
		kinds.set(kind, (kinds.get(kind) || 0) + 1);
		if (kinds.get(kind) > 2)
			continue;
		if (path.startsWith("/feed/")) {
			const wrong = await page.evaluate(async url => {
				const text = await (await fetch(url)).text();
				const feed = new DOMParser().parseFromString(text, "application/xml");
				return feed.querySelector("parsererror, img, script") ? text.slice(0, 400) :
					feed.querySelectorAll("entry").length ? null : "no entry";
			}, home + path);
			feeds.push([path, wrong]);
			continue;
		}
		const answer = await page.goto(home + path);
		done++;
		if (!answer.ok())
			failed.push([path.slice(0, 120), answer.status()]);
		const found = await page.evaluate(() => [window.pwned === 1, document.scripts.length,
			document.images.length, Array.from(document.querySelectorAll("*")).filter(e =>
				e.getAttributeNames().some(a => a.startsWith("on"))).length]);
		if (JSON.stringify(found) !== "[false,1,0,0]")
			bad.push([path, found]);
		for (const link of await page.$$eval("a[href]", l => l.map(a => a.getAttribute("href")))) {
			const to = link.startsWith("/") ? link : null;
			if (to && !to.startsWith("/api/") && !seen.has(to)) {
				seen.add(to);
				queue.push(to);
			}
		}
	}
	ok(done > 20, "hostile: over 20 pages were visited", done);
	is(feeds.sort(), [["/feed/changes.xml", null], ["/feed/nights.xml", null]],
		"hostile: feeds are well-formed, and markup in texts is escaped");
	is(bad, [], "hostile: markup in texts is escaped on all pages");
	is(failed, [], "hostile: no link of a visited page is broken");
	is(page.complaints, [], "hostile: nothing on the browser's console");
}

await browser.close();
