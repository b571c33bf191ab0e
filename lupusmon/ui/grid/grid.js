// One accessible table for worklist, ledger and labs: rows come as data and are set as text, never as HTML.
const SHAPES = { met: "✓", not_met: "✕", not_assessable: "?", not_applicable: "–", high: "▲", medium: "◆", low: "●" };
const LETTERS = { m: ["met", "met"], n: ["not_met", "not met"], u: ["not_assessable", "cannot tell yet"], a: ["not_applicable", "does not apply"] };
const MEMORY = new WeakMap();
const SHELVES = new WeakMap(); // the rows unpacked last
const SVG = "http://www.w3.org/2000/svg";

function make(tag, className, text) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (text !== undefined && text !== null) node.textContent = text;
  return node;
}

function setText(node, text) {
  // dates are kept on one line, and a number stays with its per cent sign
  for (const part of String(text ?? "").replaceAll(" %", "\u00a0%").split(/(\d{4}-\d{2}-\d{2})/)) {
    if (/^\d{4}-\d{2}-\d{2}$/.test(part)) node.append(make("span", "date", part));
    else if (part) node.append(document.createTextNode(part));
  }
  return node;
}

function sayNumber(value) {
  // a thin space between thousands: read the same everywhere
  const [whole, part] = String(value).split(".");
  return whole.replace(/\B(?=(\d{3})+$)/g, "\u202f") + (part === undefined ? "" : "." + part);
}

function shape(tag, attributes) {
  const node = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  return node;
}

function sparkline(cell, wide) {
  const w = wide ? 150 : 40, h = wide ? 34 : 28, p = 3;
  const svg = shape("svg", { width: w, height: h, "aria-hidden": "true" });
  const x = (v) => p + (v / 100) * (w - 2 * p), y = (v) => h - p - (v / 100) * (h - 2 * p);
  if (cell.band) {
    const [lo, hi] = cell.band;
    svg.append(shape("rect", { x: 0, width: w, y: y(hi), height: Math.max(0, y(lo) - y(hi)), fill: "var(--better)", opacity: 0.16 }));
  }
  for (const run of cell.runs || []) {
    const points = [];
    for (let i = 0; i < run.length; i += 2) points.push(`${x(run[i]).toFixed(1)},${y(run[i + 1]).toFixed(1)}`);
    svg.append(shape("polyline", { points: points.join(" "), fill: "none", stroke: "currentColor", "stroke-width": 1.3, opacity: 0.8 }));
  }
  const last = cell.last;
  if (last) {
    const [cx, cy] = [x(last[0]), y(last[1])];
    const out = cell.status === "high" || cell.status === "low";
    const colour = out ? "var(--worse)" : "var(--met)";
    if (cell.status === "high") svg.append(shape("path", { d: `M${cx - 4},${cy + 3}h8l-4,-7z`, fill: colour }));
    else if (cell.status === "low") svg.append(shape("path", { d: `M${cx - 4},${cy - 3}h8l-4,7z`, fill: colour }));
    else svg.append(shape("circle", { cx, cy, r: 3, fill: cell.open ? "none" : colour, stroke: colour }));
  }
  return svg;
}

function chip(cell, onPick, picked) {
  const pick = cell.key !== undefined && cell.key !== null;
  const node = make(pick ? "button" : "span", "chip " + cell.verdict);
  node.style.setProperty("--tone", `var(--${cell.verdict})`);
  const mark = make("span", "shape", SHAPES[cell.verdict] || "");
  mark.setAttribute("aria-hidden", "true");
  node.append(mark, make("span", "", cell.text));
  if (cell.title) node.title = cell.title;
  if (pick) {
    node.type = "button";
    node.dataset.key = cell.key;
    node.setAttribute("aria-pressed", String(picked === cell.key));
    if (cell.label) node.setAttribute("aria-label", cell.label);
    node.addEventListener("click", (event) => { event.stopPropagation(); onPick(cell.key); });
  }
  return node;
}

function stack(cell, column) {
  // several verdicts in one cell, each behind its name
  const box = make("div", "stack");
  cell.stack.forEach((verdict, part) => {
    const line = make("div", "line");
    line.append(make("span", "name", column.parts[part][1]), verdict ? chip(verdict) : make("span", "nothing", "–"));
    box.append(line);
  });
  return box;
}

function strip(cell) {
  const box = make("div", "strip");
  box.setAttribute("role", "img");
  box.setAttribute("aria-label", cell.label || "");
  [...cell.strip].forEach((letter, index) => {
    const [verdict, words] = LETTERS[letter] || ["", ""];
    const mark = make("span", "cell " + verdict, SHAPES[verdict] || "");
    if (verdict) {
      mark.style.setProperty("--tone", `var(--${verdict})`);
      mark.title = `week ${(index + 1) * cell.step}: ${words}`;
    }
    box.append(mark);
  });
  return box;
}

function fill(td, cell, column, table, pick) {
  if (cell === null || cell === undefined) { td.append(make("span", "sub", column.none ?? "")); return; }
  if (typeof cell === "number") { td.append(make("span", "main", sayNumber(cell))); return; }
  if (typeof cell !== "object") { td.append(setText(make("span", "main"), cell)); return; }
  if (cell.verdict) {
    td.append(chip(cell, pick, table.picked));
    for (const note of cell.notes || []) {
      const line = make("span", "note");
      line.append(make("b", "", note[0] + " "));
      setText(line, note[1]);
      td.append(line);
    }
    return;
  }
  if (cell.strip !== undefined) { td.append(strip(cell)); return; }
  if (cell.stack) { td.append(stack(cell, column)); return; }
  if (cell.runs) {
    const box = make("div", "spark" + (column.wide ? " wide" : ""));
    const words = make("span", "txt");
    if (cell.text !== undefined && cell.text !== null) words.append(make("span", "v", cell.text));
    if (cell.unit && words.firstChild) words.firstChild.append(make("span", "u", " " + cell.unit));
    if (cell.word) words.append(make("span", "w " + (cell.direction || ""), cell.word));
    box.append(sparkline(cell, column.wide), words);
    if (cell.title) box.title = cell.title;
    td.append(box);
    return;
  }
  const main = setText(make("span", "main" + (cell.strong ? " strong" : "") + (cell.struck ? " struck" : "")), cell.text);
  if (table.rowHeight || cell.title) main.title = cell.title || cell.text;
  if (column.lines) main.style.setProperty("--lines", column.lines);
  td.append(main);
  if (cell.sub) { const sub = setText(make("span", "sub"), cell.sub); sub.title = cell.sub; td.append(sub); }
}

function giveBack(root, memory, tries) {
  // the keyboard stays on what was chosen: while the page is redrawn it is hidden, and what is hidden loses the focus
  const node = [...root.querySelectorAll("[data-key]")].find((one) => one.dataset.key === memory.hold);
  const elsewhere = document.activeElement && document.activeElement !== document.body;
  if (!node || tries === 0 || (elsewhere && root.getRootNode().activeElement === null)) { memory.hold = null; return; }
  node.focus({ preventScroll: true });
  setTimeout(() => giveBack(root, memory, tries - 1), 50);
}

function sortValue(cell, part) {
  if (cell === null || cell === undefined) return null;
  if (typeof cell !== "object") return cell;
  if (cell.stack) return sortValue(cell.stack[part]);
  return "order" in cell ? cell.order : cell.text ?? null;
}

function compare(a, b) {
  if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1; // not known always last
  return typeof a === "number" && typeof b === "number" ? a - b : String(a).localeCompare(String(b), undefined, { numeric: true });
}

async function unpack(packed) {
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Response(stream).json();
}

export default function (component) {
  // many rows come as bytes: the table without rows as JSON, a line end, the rows gzipped
  const { data, parentElement: parent } = component;
  const shelf = SHELVES.get(parent) || {};
  SHELVES.set(parent, shelf);
  const turn = (shelf.turn = {});
  if (!(data instanceof Uint8Array)) { show(component, data); return; }
  const end = data.indexOf(10), packed = data.slice(end + 1);
  const table = JSON.parse(new TextDecoder().decode(data.subarray(0, end)));
  if (shelf.rows && packed.length === shelf.packed.length && packed.every((byte, at) => byte === shelf.packed[at])) {
    show(component, { ...table, rows: shelf.rows });
    return;
  }
  const root = parent.querySelector(".lm");
  root.style.minHeight = table.height + "px"; // nothing below jumps meanwhile
  unpack(packed).then((rows) => {
    if (shelf.turn !== turn) return; // something newer came
    Object.assign(shelf, { packed, rows });
    root.style.minHeight = "";
    show(component, { ...table, rows });
  }).catch(() => root.replaceChildren(make("div", "empty", "The table could not be read. Please reload the page.")));
}

function show(component, table) {
  const { parentElement: parent, setTriggerValue } = component;
  // as it was, also when it comes back after another page; other rows begin at the top, other columns unsorted
  const memory = MEMORY.get(parent) || { top: 0, sort: null, ...table.left, active: 0 };
  MEMORY.set(parent, memory);
  const labels = table.columns.map((column) => column.label).join("\n");
  if (memory.labels !== labels) { memory.labels = labels; memory.sort = null; }
  if (memory.identity !== table.identity) { memory.identity = table.identity; memory.top = 0; memory.active = 0; memory.hold = null; }
  const root = parent.querySelector(".lm");
  root.className = "lm" + (table.dark ? " dark" : "") + (table.rowHeight ? " closed" : " open");
  const pick = (key) => { memory.hold = key; setTriggerValue("pick", key); };
  const open = (index) => {
    const { key } = rows[index], { identity, labels, sort, top } = memory;
    memory.active = index;
    memory.hold = key;
    const order = sort && rows.map((row) => row.key);
    setTriggerValue("open", { key, order, left: { identity, labels, sort, top, hold: key } });
  };

  let rows = table.rows;
  const reorder = () => {
    rows = table.rows.slice();
    if (!memory.sort) return;
    const [index, sign, part] = memory.sort;
    rows.sort((a, b) => {
      const [x, y] = [sortValue(a.cells[index], part), sortValue(b.cells[index], part)];
      return x === null || y === null ? compare(x, y) : sign * compare(x, y);
    });
  };

  const scroll = make("div", "scroll");
  scroll.dataset.testid = table.name;
  if (table.height) { scroll.style.maxHeight = table.height + "px"; scroll.tabIndex = table.clickable ? -1 : 0; }
  const grid = make("table");
  if (table.minWidth) grid.style.setProperty("--least", table.minWidth + "px");
  if (table.narrowWidth) grid.style.setProperty("--narrow-least", table.narrowWidth + "px");
  grid.setAttribute("aria-rowcount", String(table.rows.length + 1));
  grid.append(make("caption", "", table.caption));
  const columns = make("colgroup");
  for (const column of table.columns) {
    const col = make("col");
    if (column.width) col.style.setProperty("--wide", column.width + "px");
    if (column.narrow) col.style.setProperty("--narrow", column.narrow + "px");
    columns.append(col);
  }
  const sorters = [];
  const sortBy = (index, part) => {
    const same = memory.sort && memory.sort[0] === index && memory.sort[2] === part;
    memory.sort = !same ? [index, 1, part] : memory.sort[1] === -1 ? null : [index, -1, part]; // third time: as it came
    memory.active = 0; scroll.scrollTop = 0; reorder(); headings(); draw();
  };
  const head = make("thead"), headRow = make("tr");
  table.columns.forEach((column, index) => {
    const th = make("th", column.align === "right" ? "num" : "");
    th.scope = "col";
    if (column.help) th.title = column.help;
    const parts = column.parts && column.parts.length ? column.parts : null;
    if (parts) th.append(make("span", "over", column.label));
    const names = parts ? parts.map(([word]) => word) : [column.label];
    names.forEach((name, part) => {
      if (!table.sortable) { if (!parts) th.append(make("span", "", name)); return; }
      const button = make("button", parts ? "part" : "", name);
      button.type = "button";
      button.addEventListener("click", () => sortBy(index, part));
      if (parts) button.title = "Sort by " + parts[part][1];
      sorters.push([index, part, name, button]);
      th.append(button);
    });
    if (column.sub) th.append(make("small", "", column.sub));
    if (column.ticks && column.ticks.length) {
      const ticks = make("div", "strip ticks");
      ticks.setAttribute("aria-hidden", "true");
      for (const tick of column.ticks) ticks.append(make("span", "cell", tick));
      th.append(ticks);
    }
    headRow.append(th);
  });
  const headings = () => {
    [...headRow.children].forEach((th, index) => {
      if (memory.sort && memory.sort[0] === index) th.setAttribute("aria-sort", memory.sort[1] > 0 ? "ascending" : "descending");
      else th.removeAttribute("aria-sort");
    });
    for (const [index, part, name, button] of sorters) {
      const on = memory.sort && memory.sort[0] === index && memory.sort[2] === part;
      button.textContent = name + (on ? (memory.sort[1] > 0 ? " ▲" : " ▼") : "");
    }
  };
  head.append(headRow);
  const body = make("tbody");
  if (table.headless) head.className = "unseen";
  grid.append(columns, head, body);
  scroll.append(grid);

  const drawRow = (row, index) => {
    const tr = make("tr", (table.clickable ? "row" : "") + (row.tone ? " alert-" + row.tone : ""));
    tr.setAttribute("aria-rowindex", String(index + 2));
    if (row.chosen) { tr.className += " chosen"; tr.setAttribute("aria-current", "true"); }
    if (table.rowHeight) tr.style.height = table.rowHeight + "px";
    if (row.group) {
      const th = make("th", "group", row.group);
      th.colSpan = table.columns.length; th.scope = "rowgroup";
      tr.append(th);
      return tr;
    }
    row.cells.forEach((cell, i) => {
      const column = table.columns[i];
      const td = make(i === 0 ? "th" : "td", column.align === "right" ? "num" : "");
      if (i === 0) td.scope = "row";
      const tail = table.tails && i === row.cells.length - 1;
      fill(td, tail ? { text: cell, sub: table.tails[row.key] ?? table.tails[""] } : cell, column, table, pick);
      tr.append(td);
    });
    if (table.clickable) {
      tr.dataset.key = row.key;
      tr.tabIndex = index === memory.active ? 0 : -1;
      tr.setAttribute("aria-label", row.label || "");
      tr.addEventListener("click", () => open(index));
      tr.addEventListener("focus", () => { memory.active = index; });
    }
    return tr;
  };

  const spacer = (height) => {
    const tr = make("tr", "spacer"), td = make("td");
    td.colSpan = table.columns.length; td.style.height = height + "px";
    tr.setAttribute("aria-hidden", "true");
    tr.append(td);
    return tr;
  };

  let drawn = [-1, -1];
  const draw = (force = true) => {
    if (!table.rowHeight) { body.replaceChildren(...rows.map(drawRow)); return; }
    const shown = Math.ceil((table.height || 600) / table.rowHeight) + 2;
    const first = Math.max(0, Math.floor(scroll.scrollTop / table.rowHeight) - 8);
    const last = Math.min(rows.length, first + shown + 16);
    if (!force && first === drawn[0] && last === drawn[1]) return;
    drawn = [first, last];
    const parts = [];
    if (first > 0) parts.push(spacer(first * table.rowHeight));
    for (let i = first; i < last; i += 1) parts.push(drawRow(rows[i], i));
    if (last < rows.length) parts.push(spacer((rows.length - last) * table.rowHeight));
    body.replaceChildren(...parts);
  };

  const focusRow = (index) => {
    memory.active = Math.max(0, Math.min(rows.length - 1, index));
    const y = memory.active * table.rowHeight;
    const visible = scroll.clientHeight - head.offsetHeight;
    if (y < scroll.scrollTop) scroll.scrollTop = y;
    else if (y + table.rowHeight > scroll.scrollTop + visible) scroll.scrollTop = y + table.rowHeight - visible;
    draw();
    const node = [...body.children].find((tr) => tr.getAttribute("aria-rowindex") === String(memory.active + 2));
    if (node) node.focus({ preventScroll: true });
  };
  if (table.clickable && table.rowHeight) {
    const step = Math.max(1, Math.floor((table.height || 600) / table.rowHeight) - 2);
    body.addEventListener("keydown", (event) => {
      const moves = { ArrowDown: 1, ArrowUp: -1, PageDown: step, PageUp: -step, Home: -rows.length, End: rows.length };
      if (event.key in moves) { event.preventDefault(); focusRow(memory.active + moves[event.key]); }
      else if (event.key === "Enter" || event.key === " ") { event.preventDefault(); open(memory.active); }
    });
  }
  scroll.addEventListener("scroll", () => { memory.top = scroll.scrollTop; draw(false); });

  reorder();
  headings();
  const held = memory.hold ? rows.findIndex((row) => row.key === memory.hold) : -1;
  if (held >= 0) memory.active = held;
  if (!rows.length) {
    root.replaceChildren(make("div", "empty", table.empty || ""));
    return;
  }
  root.replaceChildren(scroll);
  draw();
  scroll.scrollTop = memory.top;
  draw();
  if (memory.hold) giveBack(root, memory, 40);
}
