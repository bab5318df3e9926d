// SPDX-License-Identifier: GPL-2.0-only
// kduel.js: sort, filter and open rows in place, hover and zoom charts. Every state is an address
// that the server renders in the same way; without this script the links and forms do it all.
(function () {
	"use strict";

	const served = location.protocol.startsWith("http");
	// Of large tables only the rows that are shown have come: the server knows the others.
	const in_part = served && document.querySelector("table.verdicts[data-part]");
	const all = (sel, in_) => Array.from((in_ || document).querySelectorAll(sel));
	const params = () => new URLSearchParams(location.search);

	function go(p) {
		p.sort();
		const q = p.toString();
		history.pushState(null, "", location.pathname + (q ? "?" + q : ""));
	}

	// --- rows of verdict tables ---------------------------------------------------------

	const only = {
		regressions: ["regression"], improvements: ["improvement"],
		changes: ["regression", "improvement"], small: ["small"],
		inconclusive: ["inconclusive"],
		verdicts: ["regression", "improvement", "no-change", "inconclusive", "insufficient", "differs",
			"too-few-events", "small"],
	};
	const rank = ["regression", "improvement", "differs", "inconclusive", "insufficient",
		"too-few-events", "small", "no-change", "none"];
	const many_changes = 20; // as in report-view.c
	const number = (row, key) => row.dataset[key] === undefined ? NaN : Number(row.dataset[key]);
	const size = row => { const v = Math.abs(number(row, "change")); return isNaN(v) ? -1 : v; };
	const primary = row => row.dataset.primary !== undefined;
	// What the cell of this row says below the head that is named so.
	const says = (row, of) => row.cells[row.closest("table").tHead.querySelector("[data-of=" + of + "]").cellIndex].textContent;
	const name = row => row.dataset.row.replace(/\./g, "\u0001");
	const text = (a, b) => name(a) < name(b) ? -1 : name(a) > name(b) ? 1 : 0;
	const chance = row => { const v = number(row, "p"); return isNaN(v) ? 2 : v; };
	const order = {
		severity: (a, b) => rank.indexOf(a.dataset.verdict) - rank.indexOf(b.dataset.verdict) ||
			primary(b) - primary(a) || size(b) - size(a) || text(a, b),
		name: text,
		primary: (a, b) => primary(b) - primary(a) || text(a, b),
		change: (a, b) => size(b) - size(a) || order.severity(a, b),
		p: (a, b) => chance(a) - chance(b) || order.change(a, b),
	};

	// A shell pattern for METRIC or WORKLOAD/METRIC.
	function pattern(glob) {
		const source = glob.replace(/[.+^${}()|\\]/g, "\\$&").replace(/\*/g, ".*").replace(/\?/g, ".");
		try {
			return new RegExp("^(?:" + source + ")$");
		} catch (e) {
			return /^$/;
		}
	}

	// Is this row asked for?
	function fits(row, p) {
		const [workload, , ...parts] = row.dataset.row.split("."), metric = parts.join(".");
		const words = p.get("only") ? p.get("only").split(",").flatMap(w => only[w] || []) : null;
		const glob = p.get("metric") ? pattern(p.get("metric")) : null;
		const basis = p.get("basis") === "measured-guest" ? "measured (guest)" : p.get("basis");
		if (words && !words.includes(row.dataset.verdict))
			return false;
		if (p.get("workload") && p.get("workload") !== workload)
			return false;
		if (basis && basis !== says(row, "basis"))
			return false;
		if (glob && !glob.test(metric) && !glob.test(workload + "/" + metric))
			return false;
		return !p.get("primary") || primary(row);
	}

	// The rows of a table that are shown. Secondary ones that did not change are folded unless
	// certain rows are asked for; where dozens changed, those that got better are, too.
	function shown(rows, p) {
		const asked = rows.filter(row => fits(row, p));
		const extra = row => !primary(row);
		const changed = asked.filter(row => extra(row) && only.changes.includes(row.dataset.verdict));
		const worth = changed.length > many_changes ? only.regressions : only.changes;
		if (p.get("all") || p.get("only") || p.get("basis") || p.get("metric"))
			return new Set(asked);
		return new Set(asked.filter(row => !extra(row) || worth.includes(row.dataset.verdict)));
	}

	function say_hidden(table, rows) {
		const note = table.closest(".scroll").parentElement.querySelectorAll("[data-hidden]");
		const mine = Array.from(note).find(n => table.compareDocumentPosition(n) & 4);
		const n = rows.filter(r => r.hidden).length;
		if (mine)
			mine.textContent = n ? n + (n === 1 ? " row is" : " rows are") + " not shown." : "";
	}

	function show_rows(p) {
		const key = p.get("sort") || "severity";
		for (const table of all("table.verdicts")) {
			const body = table.tBodies[0], rows = all("tr[data-row]", body);
			const visible = shown(rows, p);
			rows.sort(order[key] || order.severity);
			for (const row of rows) {
				const detail = row.detail || (row.nextElementSibling &&
					row.nextElementSibling.matches(".detail") ? row.nextElementSibling : null);
				row.detail = detail;
				row.hidden = !visible.has(row);
				if (detail)
					detail.hidden = row.hidden;
			}
			for (const row of rows)
				body.append(row, ...(row.detail ? [row.detail] : []));
			for (const th of all("thead th", table)) {
				const link = th.querySelector("[data-sort]");
				if (link && link.dataset.sort === key)
					th.setAttribute("aria-sort", "other");
				else
					th.removeAttribute("aria-sort");
			}
			say_hidden(table, rows);
		}
	}

	function fill_form(form, p) {
		for (const field of form.elements) {
			if (!field.name || field.type === "hidden")
				continue;
			if (field.type === "checkbox")
				field.checked = Boolean(p.get(field.name));
			else
				field.value = p.get(field.name) || "";
		}
	}

	function read_form(form) {
		const p = params();
		for (const field of form.elements) {
			if (!field.name || field.type === "hidden")
				continue;
			const value = field.type === "checkbox" ? (field.checked ? "1" : "") : field.value.trim();
			if (value)
				p.set(field.name, value);
			else
				p.delete(field.name);
		}
		return p;
	}

	async function fetch_row(url) {
		const answer = await fetch(url);
		if (!answer.ok)
			throw new Error(answer.statusText);
		const page = new DOMParser().parseFromString(await answer.text(), "text/html");
		return page.querySelector("article.row");
	}

	async function open_row(row) {
		const link = row.querySelector("a.open"), tr = document.createElement("tr");
		const cell = tr.insertCell();
		tr.className = "detail";
		cell.colSpan = row.cells.length;
		cell.append(await fetch_row(link.href));
		if (row.detail)
			return;
		row.after(tr);
		row.detail = tr;
		row.classList.add("opened");
		link.setAttribute("aria-expanded", "true");
	}

	function close_row(row) {
		row.detail.remove();
		row.detail = null;
		row.classList.remove("opened");
		row.querySelector("a.open").setAttribute("aria-expanded", "false");
	}

	function show_open(p) {
		const keys = p.getAll("open");
		for (const row of all("table.verdicts tr[data-row]")) {
			if (row.detail && !keys.includes(row.dataset.row))
				close_row(row);
			else if (!row.detail && served && keys.includes(row.dataset.row))
				open_row(row).catch(() => {});
		}
	}

	function toggle(row, link) {
		const p = params(), keys = p.getAll("open").filter(k => k !== row.dataset.row);
		const opening = !row.detail;
		p.delete("open");
		for (const k of keys)
			p.append("open", k);
		if (opening)
			p.append("open", row.dataset.row);
		if (!opening) {
			close_row(row);
			go(p);
		} else {
			open_row(row).then(() => go(p)).catch(() => { location.href = link.href; });
		}
	}

	function on_click(event) {
		const link = event.target.closest("a");
		if (!link || event.button || event.metaKey || event.ctrlKey || event.shiftKey)
			return;
		const row = link.closest("table.verdicts tr[data-row]");
		if (link.dataset.sort && link.closest("table.verdicts") && !in_part) {
			const p = params();
			event.preventDefault();
			p.set("sort", link.dataset.sort);
			go(p);
			show_rows(p);
		} else if (row && link.matches(".open") && served) {
			event.preventDefault();
			toggle(row, link);
		}
	}

	function ask(p) {
		p.sort();
		location.assign(location.pathname + (p.toString() ? "?" + p : ""));
	}

	function set_up_rows() {
		const forms = all("form.rows");
		if (!all("table.verdicts").length)
			return;
		document.addEventListener("click", on_click);
		for (const form of forms) {
			form.hidden = false;
			const update = () => {
				const p = read_form(form);
				if (in_part)
					return ask(p);
				go(p);
				show_rows(p);
			};
			let timer;
			form.addEventListener("submit", e => { e.preventDefault(); update(); });
			form.addEventListener("change", update);
			form.addEventListener("input", e => {
				clearTimeout(timer);
				if (e.target.type === "search" && !in_part)
					timer = setTimeout(() => { if (read_form(form).toString() !== params().toString()) update(); }, 250);
			});
		}
		window.addEventListener("popstate", () => {
			const p = params();
			forms.forEach(f => fill_form(f, p));
			if (forms.length && !in_part)
				show_rows(p);
			show_open(p);
		});
		if (!served && location.search) {
			forms.forEach(f => fill_form(f, params()));
			show_rows(params());
		}
		for (const row of all("table.verdicts tr[data-row]")) {
			const next = row.nextElementSibling;
			row.detail = next && next.matches(".detail") ? next : null;
			if (served)
				row.querySelector("a.open").setAttribute("aria-expanded", String(Boolean(row.detail)));
		}
	}

	// --- a campaign that is going on -------------------------------------------------------

	// Loaded again only when it says something new, and never under somebody's hands.
	function set_up_refresh() {
		const seconds = Number(document.body.dataset.refresh);
		let before;
		if (!seconds || !served)
			return;
		setInterval(async () => {
			if (document.hidden || document.activeElement !== document.body || params().has("open"))
				return;
			const answer = await fetch(location.href).catch(() => null);
			if (!answer || !answer.ok)
				return;
			const text = await answer.text();
			if (before !== undefined && text !== before)
				location.reload();
			before = text;
		}, seconds * 1000);
	}

	// --- hover --------------------------------------------------------------------------

	let tip;

	function show_tip(event) {
		const mark = event.target.closest && event.target.closest("svg.chart *");
		if (!mark)
			return hide_tip();
		const title = mark.querySelector(":scope > title");
		if (title) { // the browser's own would come as well, later and smaller
			mark.tip = title.textContent;
			title.remove();
		}
		if (!mark.tip)
			return hide_tip();
		if (!tip) {
			tip = document.createElement("div");
			tip.id = "tip";
			tip.setAttribute("aria-hidden", "true");
			document.body.append(tip);
		}
		tip.textContent = mark.tip;
		tip.hidden = false;
		const x = event.pageX + 14, room = window.scrollX + document.documentElement.clientWidth;
		tip.style.left = Math.max(window.scrollX + 4, Math.min(x, room - tip.offsetWidth - 8)) + "px";
		tip.style.top = event.pageY + 16 + "px";
	}

	function hide_tip() {
		if (tip)
			tip.hidden = true;
	}

	// --- zoom ---------------------------------------------------------------------------

	const iso = ns => new Date(ns / 1e6).toISOString().replace(/\.\d+Z$/, "Z");

	// On a server the page of the chosen dates; in a file the marks are moved.
	function choose(box, from, to) {
		const p = params();
		p.set("from", iso(from));
		p.set("to", iso(to));
		p.sort();
		if (served)
			return location.assign(location.pathname + "?" + p);
		go(p);
		move_marks(box, from, to);
	}

	function move_marks(box, from, to) {
		const d = box.dataset, left = Number(d.left), right = Number(d.right);
		const t0 = Number(d.from), t1 = Number(d.to), span = right - left;
		const at = x => left + ((x - left) / span * (t1 - t0) + t0 - from) / (to - from) * span;
		const inside = x => at(x) >= left - 1 && at(x) <= right + 1;
		for (const mark of all("[data-x]", box)) {
			const x = Number(mark.dataset.x);
			mark.setAttribute("transform", "translate(" + (at(x) - x) + ",0)");
			mark.setAttribute("visibility", inside(x) ? "visible" : "hidden");
		}
		for (const line of all("path.line, path.limits", box)) {
			line.path = line.path || line.getAttribute("d");
			let first = true;
			line.setAttribute("d", line.path.replace(/([ML])([\d.-]+) ([^ML]*)/g, (m, op, x, rest) => {
				if (!inside(Number(x)))
					return "";
				const word = (first ? "M" : op) + at(Number(x)).toFixed(1) + " " + rest;
				first = false;
				return word;
			}));
		}
		all("text.time", box).forEach((label, i, list) => {
			const x = Number(label.getAttribute("x"));
			const ns = from + (x - left) / span * (to - from);
			label.textContent = iso(ns).slice(5, to - from < 3 * 864e11 ? 16 : 10).replace("T", " ");
		});
	}

	function set_up_zoom(box) {
		const d = box.dataset, svg = box.querySelector("svg");
		let start = null, band = null;
		// Units of the drawing, from the left edge of the page's view.
		const unit = event => {
			const r = svg.getBoundingClientRect();
			return Math.min(Math.max((event.clientX - r.left) / r.width * Number(d.width),
				Number(d.left)), Number(d.right));
		};
		const time = x => Number(d.from) + (x - d.left) / (d.right - d.left) * (d.to - d.from);
		box.addEventListener("pointerdown", e => {
			if (e.button || e.target.closest("a") || e.pointerType === "touch")
				return;
			start = unit(e);
			band = document.createElement("div");
			band.className = "chosen";
			box.append(band);
			box.setPointerCapture(e.pointerId);
			e.preventDefault();
		});
		box.addEventListener("pointermove", e => {
			if (start === null)
				return;
			const now = unit(e), scale = svg.getBoundingClientRect().width / Number(d.width);
			band.style.left = Math.min(start, now) * scale + "px";
			band.style.width = Math.abs(now - start) * scale + "px";
		});
		box.addEventListener("pointerup", e => {
			if (start === null)
				return;
			const a = Math.min(start, unit(e)), b = Math.max(start, unit(e));
			start = null;
			band.remove();
			if (b - a > 8)
				choose(box, time(a), time(b));
		});
		box.addEventListener("pointercancel", () => { start = null; if (band) band.remove(); });
		if (served)
			return;
		const again = () => {
			const p = params(), from = Date.parse(p.get("from")) * 1e6, to = Date.parse(p.get("to")) * 1e6;
			move_marks(box, from || Number(d.from), to || Number(d.to));
		};
		window.addEventListener("popstate", again);
		box.addEventListener("dblclick", () => { go(new URLSearchParams()); again(); });
		if (location.search)
			again();
	}

	document.addEventListener("pointerover", show_tip);
	document.addEventListener("pointerdown", show_tip);
	set_up_rows();
	set_up_refresh();
	all(".zoom").forEach(set_up_zoom);
})();
