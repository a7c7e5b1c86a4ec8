(() => {
"use strict";
const root = document.documentElement, theme = document.getElementById("theme");
theme.hidden = false;
theme.onclick = () => {
  const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme:dark)").matches;
  root.dataset.theme = dark ? "light" : "dark";
};
addEventListener("beforeprint", () => document.querySelectorAll("details").forEach(d => d.open = true));
const narrow = matchMedia("(max-width:640px)"), width = () => narrow.matches ? 380 : 1000;
let W = width();
const NS = "http://www.w3.org/2000/svg", L = 58, R = 10, T = 24, B = 22;
const el = (name, attrs, text) => {
  const e = document.createElementNS(NS, name);
  for (const k in attrs) e.setAttribute(k, attrs[k]);
  if (text !== undefined) e.textContent = text;
  return e;
};
const html = (name, attrs, text) => {
  const e = document.createElement(name);
  for (const k in attrs) e.setAttribute(k, attrs[k]);
  if (text !== undefined) e.textContent = text;
  return e;
};
const trim = s => s.replace(/\.?0+$/, "");
const money = x => {
  const a = Math.abs(x), [d, s] = a >= 1e9 ? [1e9, " bn"] : a >= 1e6 ? [1e6, " M"] : a >= 1e3 ? [1e3, " k"] : [1, ""];
  const v = x / d;
  return (Math.abs(v) >= 100 ? v.toFixed(0) : v.toFixed(1).replace(/\.0$/, "")) + s;
};
const axisLabel = (unit, x) => unit === "percent" ? trim((x * 100).toFixed(2) + "") + " %" : unit === "money" || Math.abs(x) >= 1000 ? money(x) : trim(x.toFixed(4) + "0");
const exact = (unit, x) => x === null ? "no value" : unit === "percent" ? (x * 100).toFixed(2) + " %" : x.toLocaleString("en-US", { maximumFractionDigits: unit === "money" ? 0 : 4 });
const linear = (lo, hi, n) => {
  const raw = (hi - lo) / n, p = 10 ** Math.floor(Math.log10(raw)), step = [1, 2, 5, 10].map(m => m * p).find(s => s >= raw);
  const out = [];
  for (let k = Math.ceil(lo / step); k * step <= hi; k++) out.push(k * step);
  return out;
};
const logs = (lo, hi, n) => {
  for (const digits of [[1], [1, 2, 5], [1, 2, 3, 4, 5, 6, 8]]) {
    const out = [];
    for (let d = Math.floor(Math.log10(lo)); d <= Math.ceil(Math.log10(hi)); d++) for (const m of digits) {
      const x = m * 10 ** d;
      if (x >= lo && x <= hi) out.push(x);
    }
    if (out.length + 2 >= n) return out;
  }
  return linear(lo, hi, n);
};

class Chart {
  constructor(figure) {
    const d = JSON.parse(figure.querySelector("script[type='application/json']").textContent);
    Object.assign(this, { figure, unit: d.unit, filled: d.filled, stacked: d.stacked, scale: d.scale, shades: d.shades || [], strips: d.strips || [], top: T, curves: d.curves, plot: figure.querySelector(".plot") });
    this.svg = this.plot.querySelector("svg");
    this.H = this.svg.viewBox.baseVal.height;
    this.label = this.svg.getAttribute("aria-label");
    let day = Date.parse(d.first + "T00:00:00Z") / 864e5;
    this.dates = d.steps.map(s => new Date((day += s) * 864e5).toISOString().slice(0, 10));
    this.n = this.dates.length; this.from = 0; this.to = this.n - 1; this.cursor = -1;
    this.positive = !this.stacked && this.curves.every(c => c.values.every(v => v === null || v > 0));
    this.tip = html("div", { class: "tip", hidden: "" });
    this.say = html("div", { class: "sr", "aria-live": "polite" });
    this.plot.append(this.tip, this.say);
    this.toolbar();
    this.listen();
  }
  toolbar() {
    const bar = html("div", { class: "tools", role: "toolbar", "aria-label": "Chart tools: " + this.label });
    const button = (text, act, title) => {
      const b = html("button", { type: "button", title }, text);
      b.onclick = act; bar.append(b); return b;
    };
    if (this.positive) {
      this.logButton = button("Log", () => this.toggle(), "Equal ratios take equal room");
      this.logButton.setAttribute("aria-pressed", this.scale === "log");
    }
    const year = y => () => { let k = this.n - 1; const start = +this.dates[k].slice(0, 4) - y + this.dates[k].slice(4); while (k > 0 && this.dates[k] > start) k--; this.zoom(k, this.n - 1); };
    for (const y of [1, 3, 5, 10]) if (this.years() > y) button(y + " y", year(y), "The last " + y + (y > 1 ? " years" : " year"));
    button("All", () => this.zoom(0, this.n - 1), "The whole span");
    button("Save SVG", () => this.save(), "This drawing as a file");
    button("Numbers", () => this.numbers(), "The year-end values as a table");
    this.figure.append(bar);
  }
  years() { return (Date.parse(this.dates[this.n - 1]) - Date.parse(this.dates[0])) / 31557600e3; }
  toggle() {
    this.scale = this.scale === "log" ? "linear" : "log";
    this.logButton.setAttribute("aria-pressed", this.scale === "log");
    this.draw();
  }
  zoom(a, b) {
    a = Math.max(0, Math.round(a)); b = Math.min(this.n - 1, Math.round(b));
    if (b - a < 5) return;
    this.from = a; this.to = b; this.draw();
    this.say.textContent = "Shown: " + this.dates[a] + " to " + this.dates[b];
  }
  x(t) { return L + (t - this.from) / Math.max(1, this.to - this.from) * (W - L - R); }
  y(v) {
    const [lo, hi] = this.range, part = this.scale === "log" ? Math.log(v / lo) / Math.log(hi / lo) : (v - lo) / (hi - lo);
    return this.H - B - part * (this.H - B - this.top);
  }
  extent() {
    if (this.stacked) {
      let most = 1;
      for (let t = this.from; t <= this.to; t++) most = Math.max(most, this.sum(t, this.curves.length));
      this.range = [0, most]; return;
    }
    let lo = Infinity, hi = -Infinity;
    for (const c of this.curves) for (let t = this.from; t <= this.to; t++) {
      const v = c.values[t];
      if (v !== null) { if (v < lo) lo = v; if (v > hi) hi = v; }
    }
    if (lo > hi) { lo = 0; hi = 1; }
    if (lo === hi) { lo -= Math.abs(lo) / 2 + 1e-9; hi += Math.abs(hi) / 2 + 1e-9; }
    if (this.scale === "linear") {
      const m = (hi - lo) * .05, top = hi;
      lo = lo >= 0 && lo - m < 0 ? Math.min(lo, 0) : lo - m;
      hi = top <= 0 && top + m > 0 ? 0 : top + m;
    }
    this.range = [lo, hi];
  }
  sum(t, count) {
    let sum = 0;
    for (let k = 0; k < count; k++) sum += Math.max(0, this.curves[k].values[t]);
    return sum;
  }
  legend(s) {
    let left = L, row = 0;
    this.curves.forEach((c, k) => {
      const room = 33 + 7.2 * c.name.length;
      if (k > 0 && left + room > W) { left = L; row++; }
      s.append(el("rect", { class: "swatch f" + k % 8, x: left, y: 7 + 17 * row, width: 12, height: 8 }), el("text", { class: "legend", x: left + 17, y: 15 + 17 * row }, c.name));
      left += room;
    });
    this.top = T + 17 * row;
  }
  draw() {
    this.extent();
    const s = el("svg", { class: "chart", viewBox: `0 0 ${W} ${this.H}`, role: "img", "aria-label": this.label });
    this.legend(s);
    for (const [a, b, shade] of this.shades) if (b >= this.from && a <= this.to) {
      const x = this.x(Math.max(a, this.from));
      s.append(el("rect", { class: shade, x, y: this.top, width: Math.max(.5, this.x(Math.min(b, this.to)) - x), height: this.H - B - this.top }));
    }
    this.strips.forEach((strip, k) => {
      for (const [a, b, colour] of strip) if (b >= this.from && a <= this.to) {
        const x = this.x(Math.max(a, this.from));
        s.append(el("rect", { class: colour, x, y: this.H - B - 8 * (this.strips.length - k), width: Math.max(.5, this.x(Math.min(b, this.to)) - x), height: 6 }));
      }
    });
    if (this.stacked) this.layers(s);
    const [lo, hi] = this.range;
    for (const v of this.scale === "log" ? logs(lo, hi, 5) : linear(lo, hi, 5)) {
      s.append(el("line", { class: "rule", x1: L, x2: W - R, y1: this.y(v), y2: this.y(v) }), el("text", { class: "tick", "text-anchor": "end", x: L - 6, y: this.y(v) + 4 }, axisLabel(this.unit, v)));
    }
    this.months(s);
    if (!this.stacked) for (let k = this.curves.length - 1; k >= 0; k--) this.curve(s, k);
    this.cross = el("line", { class: "cross", y1: this.top, y2: this.H - B, visibility: "hidden" });
    s.append(this.cross);
    this.svg.replaceWith(s); this.svg = s; this.mark();
  }
  months(s) {
    const month = t => +this.dates[t].slice(0, 4) * 12 + +this.dates[t].slice(5, 7) - 1, span = month(this.to) - month(this.from);
    if (span < 2) {
      const every = Math.max(1, Math.ceil((this.to - this.from) / 7));
      for (let t = this.from; t <= this.to; t += every) s.append(el("text", { class: "tick", "text-anchor": "middle", x: this.x(t), y: this.H - 4 }, this.dates[t]));
      return;
    }
    const step = [1, 3, 6, 12, 24, 60, 120, 240].find(k => span / k <= W / 110) || 480;
    for (let t = this.from + 1; t <= this.to; t++) if (Math.floor(month(t) / step) > Math.floor(month(t - 1) / step))
      s.append(el("line", { class: "rule", x1: this.x(t), x2: this.x(t), y1: this.H - B, y2: this.H - B + 4 }), el("text", { class: "tick", "text-anchor": "middle", x: this.x(t), y: this.H - 4 }, this.dates[t].slice(0, step >= 12 ? 4 : 7)));
  }
  layers(s) {
    for (let k = 0; k < this.curves.length; k++) {
      const edge = count => {
        const points = [];
        for (let t = this.from; t <= this.to; t++) {
          const px = this.x(t).toFixed(1), py = this.y(this.sum(t, count)).toFixed(1);
          if (points.length) points.push(px + " " + points[points.length - 1].split(" ")[1]);
          points.push(px + " " + py);
        }
        return points;
      };
      s.append(el("path", { class: "layer f" + k % 8, d: "M" + edge(k + 1).join("L") + "L" + edge(k).reverse().join("L") + "Z" }));
    }
  }
  curve(s, k) {
    const values = this.curves[k].values, per = Math.max(1, Math.floor((this.to - this.from) / 900));
    let d = "", down = false, first = null, last = null;
    const put = t => {
      const px = this.x(t).toFixed(1);
      d += (down ? "L" : "M") + px + " " + this.y(values[t]).toFixed(1); down = true;
      if (first === null) first = px; last = px;
    };
    for (let a = this.from; a <= this.to; a += per) {
      let lo = a, hi = a, gap = false;
      const end = Math.min(a + per - 1, this.to);
      for (let t = a; t <= end; t++) {
        if (values[t] === null) { gap = true; break; }
        if (values[t] < values[lo]) lo = t;
        if (values[t] > values[hi]) hi = t;
      }
      if (gap) { down = false; continue; }
      [...new Set([a, lo, hi, end])].sort((p, q) => p - q).forEach(put);
    }
    if (k === 0 && this.filled && first !== null) s.append(el("path", { class: "area f0", d: d + `L${last} ${this.y(0)}L${first} ${this.y(0)}Z` }));
    s.append(el("path", { class: "line s" + k % 8, d }));
  }
  at(event) {
    const box = this.svg.getBoundingClientRect(), px = (event.clientX - box.left) / box.width * W;
    return Math.min(this.to, Math.max(this.from, Math.round(this.from + (px - L) / (W - L - R) * (this.to - this.from))));
  }
  mark() {
    const t = this.cursor;
    if (t < this.from || t > this.to) { this.tip.hidden = true; if (this.cross) this.cross.setAttribute("visibility", "hidden"); return; }
    if (!this.cross) { this.draw(); return; }
    this.cross.setAttribute("x1", this.x(t)); this.cross.setAttribute("x2", this.x(t)); this.cross.setAttribute("visibility", "visible");
    this.tip.replaceChildren(html("b", {}, this.dates[t]));
    const cash = this.stacked ? 1 - this.sum(t, this.curves.length) : 0;
    this.curves.forEach((c, k) => {
      if (this.stacked && !(c.values[t] > 0)) return;
      const row = html("div", {}), dot = html("i", { style: `background:var(--c${k % 8})` });
      row.append(dot, c.name + ": " + exact(this.unit, c.values[t])); this.tip.append(row);
    });
    if (cash > .0005) this.tip.append(html("div", {}, "cash: " + exact(this.unit, cash)));
    this.tip.hidden = false;
    const share = (this.x(t)) / W, width = this.plot.clientWidth;
    this.tip.style.left = share < .5 ? share * width + 12 + "px" : "auto";
    this.tip.style.right = share < .5 ? "auto" : (1 - share) * width + 12 + "px";
  }
  listen() {
    const p = this.plot;
    p.tabIndex = 0; p.setAttribute("role", "group");
    p.setAttribute("aria-label", this.label + ". Arrow keys read values, plus and minus zoom, L changes the scale, Escape shows all.");
    let start = null, brush = null;
    p.addEventListener("pointermove", e => {
      this.cursor = this.at(e); this.mark();
      if (start !== null && brush) {
        const a = Math.min(start, this.cursor), b = Math.max(start, this.cursor);
        brush.setAttribute("x", this.x(a)); brush.setAttribute("width", this.x(b) - this.x(a));
      }
    });
    p.addEventListener("pointerdown", e => {
      if (e.button || e.pointerType === "touch") return;
      start = this.at(e);
      if (!this.cross) this.draw();
      brush = el("rect", { class: "brush", x: this.x(start), y: this.top, width: 0, height: this.H - B - this.top }); this.svg.append(brush);
    });
    addEventListener("pointerup", () => {
      if (start === null) return;
      const a = Math.min(start, this.cursor), b = Math.max(start, this.cursor);
      start = null; if (brush) brush.remove(); brush = null;
      this.zoom(a, b);
    });
    p.addEventListener("pointerleave", () => { if (start === null) { this.cursor = -1; this.mark(); } });
    p.addEventListener("dblclick", () => this.zoom(0, this.n - 1));
    p.addEventListener("keydown", e => {
      const jump = e.shiftKey ? 21 : 1, here = this.cursor < 0 ? this.to : this.cursor, mid = here, half = (this.to - this.from) / 2;
      const moves = { ArrowLeft: here - jump, ArrowRight: here + jump, Home: this.from, End: this.to };
      if (e.key in moves) {
        this.cursor = Math.min(this.to, Math.max(this.from, moves[e.key])); this.mark();
        this.say.textContent = this.dates[this.cursor] + ": " + this.curves.map(c => c.name + " " + exact(this.unit, c.values[this.cursor])).join(", ");
      } else if (e.key === "+" || e.key === "=") this.zoom(mid - half / 2, mid + half / 2);
      else if (e.key === "-") this.zoom(this.from - half / 2, this.to + half / 2);
      else if (e.key === "Escape") this.zoom(0, this.n - 1);
      else if ((e.key === "l" || e.key === "L") && this.logButton) this.toggle();
      else return;
      e.preventDefault();
    });
  }
  numbers() {
    const old = this.figure.querySelector(".scroll");
    if (old) { old.remove(); return; }
    const box = html("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Values: " + this.label }), table = html("table", {}), head = table.createTHead().insertRow();
    for (const name of ["Date", ...this.curves.map(c => c.name)]) head.append(html("th", { scope: "col" }, name));
    const body = table.createTBody();
    for (let t = 0; t < this.n; t++) if (t === this.n - 1 || this.dates[t].slice(0, 4) !== this.dates[t + 1].slice(0, 4)) {
      const row = body.insertRow();
      row.append(html("th", { scope: "row" }, this.dates[t]));
      for (const c of this.curves) row.insertCell().textContent = exact(this.unit, c.values[t]);
    }
    box.append(table); this.figure.append(box);
  }
  save() {
    const copy = this.svg.cloneNode(true), style = el("style", {}), css = getComputedStyle(root);
    let vars = "svg.chart{font-family:system-ui,sans-serif;background:" + css.getPropertyValue("--card");
    for (const name of ["ink", "soft", "rule", "up", "down", "focus", "c0", "c1", "c2", "c3", "c4", "c5", "c6", "c7"]) vars += `;--${name}:${css.getPropertyValue("--" + name)}`;
    const rules = [...document.styleSheets[0].cssRules].filter(r => r.selectorText && r.selectorText.includes(".chart")).map(r => r.cssText).join("");
    style.textContent = vars + "}" + rules; copy.prepend(style); copy.setAttribute("xmlns", NS);
    const a = html("a", { href: URL.createObjectURL(new Blob([copy.outerHTML], { type: "image/svg+xml" })), download: this.label.replace(/\W+/g, "-").toLowerCase() + ".svg" });
    a.click(); URL.revokeObjectURL(a.href);
  }
}
const charts = [...document.querySelectorAll("figure.live")].map(f => new Chart(f));
const redraw = () => { W = width(); charts.forEach(c => c.draw()); };
if (narrow.matches) redraw();
narrow.addEventListener("change", redraw);
})();
