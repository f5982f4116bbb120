// The map: what is chosen, coloured and shown, and what pointer and keys do.

const {words, neighbors, counts, groups, axes} = page.data;
const [xs, ys] = [page.data.x, page.data.y].map(values => Float32Array.from(values, value => value / 1e6));
const element = id => document.getElementById(id);
const canvas = element('labels');
const view = new View(xs, ys);
const grid = new PointGrid(xs, ys);
const points = new PointPainter(element('points'), view);
const labels = new LabelPainter(canvas, view, words);

let selected = -1;
let hovered = -1;
let moves = 0;  // counts the flights of the view, so that a new one ends the last
const hidden = new Set();  // groups that are faded

const near = i => neighbors.words.slice(i * neighbors.count, (i + 1) * neighbors.count);
const cosines = i => neighbors.cosines.slice(i * neighbors.count, (i + 1) * neighbors.count).map(c => c / 1e4);
const faded = i => groups !== undefined && hidden.has(groups.of[i]);

const signed = value => (value < 0 ? '−' : '+') + Math.abs(value).toFixed(3);

// Makes an element with text or elements in it.
function make(tag, attributes, ...content) {
  const made = Object.assign(document.createElement(tag), attributes);
  made.append(...content);
  return made;
}
const wordElement = i => make('bdi', {}, shown(words[i], 200));

// ---- colours

function groupColour(group) {
  if (group === groups.background) return theme().background;
  return COLOURS.groups[group % COLOURS.groups.length];
}

// Of an axis: the largest value but for the outermost hundredth, at which its colours end.
const extents = axes.map(axis => {
  const sizes = Float32Array.from(axis.values, Math.abs).sort();
  return Math.max(sizes[Math.floor(0.99 * (sizes.length - 1))], 1);
});

function axisColour(axis, value) {
  const {low, middle, high} = theme();
  const share = Math.max(-1, Math.min(1, value / extents[axis]));
  return between(middle, share < 0 ? low : high, Math.abs(share));
}

// ["axis", number], ["groups"] or ["plain"].
const colouring = () => (element('colour-by').value || 'plain').split(' ');

function recolour() {
  const [kind, axis] = colouring();
  const palette = groups ? groups.names.map((_, group) => channels(groupColour(group))) : [];
  const plain = channels(theme().plain);
  const colourOf = i => kind === 'axis' ? axisColour(+axis, axes[axis].values[i])
                      : kind === 'groups' ? palette[groups.of[i]] : plain;
  points.recolour(i => [...colourOf(i), faded(i) ? 30 : 215]);
  showLegend(kind, +axis);
  requestDraw();
}

function showLegend(kind, axis) {
  element('legend').replaceChildren();
  if (kind === 'axis') {
    const {low, middle, high} = theme();
    const scale = make('div', {id: 'scale'});
    scale.style.background = `linear-gradient(to right, ${low}, ${middle}, ${high})`;
    const ends = make('div', {id: 'ends'}, make('bdi', {}, '← ' + shown(axes[axis].low)), make('bdi', {}, shown(axes[axis].high) + ' →'));
    element('legend').append(scale, ends);
  } else if (kind === 'groups') {
    groups.names.forEach((name, group) => {
      const swatch = make('i');
      swatch.style.background = groupColour(group);
      const button = make('button', {type: 'button', title: 'Fade or show'}, swatch, make('bdi', {}, name));
      button.setAttribute('aria-pressed', !hidden.has(group));
      button.addEventListener('click', () => {
        if (!hidden.delete(group)) hidden.add(group);
        recolour();
        element('legend').children[group].focus();
      });
      element('legend').append(button);
    });
  }
}

function offerColours() {
  const options = axes.map((axis, i) => [`axis ${i}`, `${shown(axis.low)} – ${shown(axis.high)}`]);
  if (groups) options.push(['groups', 'group']);
  for (const [value, text] of options) element('colour-by').append(make('option', {value}, text));
  element('colours').hidden = options.length === 0;
  element('colour-by').parentElement.hidden = options.length < 2;
  element('colour-by').addEventListener('change', recolour);
}

// ---- drawing

let drawing = false;
function requestDraw() {
  if (drawing) return;
  drawing = true;
  requestAnimationFrame(() => {
    drawing = false;
    const word = hovered >= 0 ? hovered : selected;
    points.draw(word < 0 ? 1 : 0.45);
    const colourOf = i => points.colours.subarray(4 * (words.length - 1 - i), 4 * (words.length - i));
    labels.draw(word, word < 0 ? [] : near(word), points.radius, colourOf, faded);
  });
}

function flyTo(target) {
  const start = {...view.place}, began = performance.now(), move = ++moves;
  const time = matchMedia('(prefers-reduced-motion: reduce)').matches ? 0 : 350;
  const step = now => {
    if (move !== moves) return;
    const part = time === 0 ? 1 : Math.min((now - began) / time, 1);
    const eased = part * part * (3 - 2 * part);
    const mix = (a, b) => a + (b - a) * eased;
    view.place = part === 1 ? {...target}
      : {x: mix(start.x, target.x), y: mix(start.y, target.y), scale: start.scale * (target.scale / start.scale) ** eased};
    requestDraw();
    if (part < 1) requestAnimationFrame(step);
  };
  requestAnimationFrame(step);
}

// ---- the chosen word

function select(i) {
  selected = i;
  hovered = -1;
  showTip();
  const facts = [];
  if (i >= 0) {
    if (counts) facts.push(`${counts[i].toLocaleString('en')} times in the text`);
    if (groups) facts.push(groups.names[groups.of[i]]);
    for (const axis of axes) {
      facts.push(`${shown(axis.low)} – ${shown(axis.high)}: ${signed(axis.values[i] / 1e4)}`);
    }
  }
  const list = make('ol');
  if (i >= 0) {
    const values = cosines(i);
    near(i).forEach((other, rank) => {
      const bar = make('i');
      bar.style.width = `calc(${Math.max(values[rank], 0)} * (100% - .8em))`;
      const button = make('button', {type: 'button'}, wordElement(other),
                          make('span', {className: 'cosine'}, values[rank].toFixed(3)), bar);
      button.addEventListener('click', () => { select(other); bringIntoView(other); });
      list.append(make('li', {}, button));
    });
  }
  element('word').replaceChildren(...i < 0
    ? [make('p', {className: 'faint'}, 'Click a word, or search one, to see its nearest words.')]
    : [make('h2', {}, wordElement(i)), make('p', {className: 'faint'}, facts.join(' · ')), list]);
  requestDraw();
}

// Moves the view so that a word and most of its nearest words are on it.
function bringIntoView(i) {
  const around = near(i);
  const spread = around.map(j => Math.max(Math.abs(xs[j] - xs[i]), Math.abs(ys[j] - ys[i]))).sort((a, b) => a - b);
  const reach = spread[Math.floor(0.6 * (spread.length - 1))] ?? 0;
  const wanted = 0.35 * Math.min(view.width, view.height) / Math.max(reach, 1e-9);
  const scale = view.limited(Math.max(view.least, Math.min(wanted, view.least * 8)));
  flyTo({x: xs[i], y: ys[i], scale});
}

// The word nearest to a place on the screen, among those of `radius` pixels around it.
const wordAt = (x, y, radius) => grid.nearest(view.mapX(x), view.mapY(y), radius / view.place.scale);

// The next word from the chosen one, in a quarter of all directions.
function step(dx, dy) {
  if (selected < 0) return select(wordAt(view.width / 2, view.height / 2, 1e9));
  let best = selected, least = Infinity;
  for (let i = 0; i < words.length; ++i) {
    const x = xs[i] - xs[selected], y = ys[i] - ys[selected];
    const along = x * dx + y * dy, across = Math.abs(x * dy - y * dx);
    if (along > 0 && across <= along && along * along + across * across < least) {
      [best, least] = [i, along * along + across * across];
    }
  }
  select(best);
  const x = view.screenX(best), y = view.screenY(best);
  if (x < 40 || y < 40 || x > view.width - 40 || y > view.height - 40) {
    flyTo({x: xs[best], y: ys[best], scale: view.place.scale});
  }
}

function showTip(x, y) {
  const tip = element('tip');
  tip.hidden = hovered < 0;
  if (tip.hidden) return;
  const values = cosines(hovered);
  const rows = near(hovered).slice(0, 5).map((i, rank) => make('tr', {},
    make('td', {}, wordElement(i)), make('td', {className: 'cosine'}, values[rank].toFixed(3))));
  tip.replaceChildren(make('strong', {}, wordElement(hovered)), make('table', {}, make('tbody', {}, ...rows)));
  tip.style.left = `${x + 18 + tip.offsetWidth > view.width ? x - 18 - tip.offsetWidth : x + 18}px`;
  tip.style.top = `${Math.max(Math.min(y + 12, view.height - tip.offsetHeight - 8), 8)}px`;
}

function hover(i, x, y) {
  const changed = i !== hovered;
  hovered = i;
  canvas.classList.toggle('over', i >= 0);
  showTip(x, y);
  if (changed) requestDraw();
}

// ---- pointer: drag, pinch, wheel, click

const pressed = new Map();  // pointers, by id
let travelled = 0;

canvas.addEventListener('pointerdown', event => {
  canvas.setPointerCapture(event.pointerId);
  if (pressed.size === 0) travelled = 0;
  pressed.set(event.pointerId, [event.offsetX, event.offsetY]);
  ++moves;
});
canvas.addEventListener('pointermove', event => {
  const at = [event.offsetX, event.offsetY], before = pressed.get(event.pointerId);
  if (!before) {
    if (event.pointerType === 'mouse') hover(wordAt(...at, 14), ...at);
    return;
  }
  const [dx, dy] = [at[0] - before[0], at[1] - before[1]];
  travelled += Math.hypot(dx, dy);
  pressed.set(event.pointerId, at);
  if (travelled < 4) return;
  hover(-1);
  canvas.classList.add('moving');
  if (pressed.size === 2) {
    const [other] = [...pressed].filter(([id]) => id !== event.pointerId).map(([, place]) => place);
    const distance = place => Math.max(Math.hypot(place[0] - other[0], place[1] - other[1]), 1);
    view.zoomAt(...other, distance(at) / distance(before));
  } else {
    view.pan(dx, dy);
  }
  requestDraw();
});
function release(event) {
  if (!pressed.delete(event.pointerId) || pressed.size > 0) return;
  canvas.classList.remove('moving');
  if (event.type === 'pointerup' && travelled < 4) select(wordAt(event.offsetX, event.offsetY, 14));
}
canvas.addEventListener('pointerup', release);
canvas.addEventListener('pointercancel', release);
canvas.addEventListener('pointerleave', () => hover(-1));
canvas.addEventListener('wheel', event => {
  event.preventDefault();
  ++moves;
  const pixels = event.deltaY * (event.deltaMode === 1 ? 20 : event.deltaMode === 2 ? 400 : 1);
  view.zoomAt(event.offsetX, event.offsetY, Math.exp(-Math.max(-300, Math.min(300, pixels)) * 0.002));
  hover(-1);
  requestDraw();
}, {passive: false});

// ---- keys

const zoomBy = factor => flyTo({...view.place, scale: view.limited(view.place.scale * factor)});
const showAll = () => flyTo(view.fitted());
const ARROWS = {ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1]};

canvas.addEventListener('keydown', event => {
  if (event.ctrlKey || event.altKey || event.metaKey) return;
  const arrow = ARROWS[event.key];
  if (arrow && event.shiftKey) {
    step(...arrow);
  } else if (arrow) {
    view.pan(-80 * arrow[0], 80 * arrow[1]);
    requestDraw();
  } else if (event.key === '+' || event.key === '=') {
    zoomBy(1.5);
  } else if (event.key === '-') {
    zoomBy(1 / 1.5);
  } else if (event.key === '0') {
    showAll();
  } else if (event.key === 'Enter') {
    select(wordAt(view.width / 2, view.height / 2, 1e9));
  } else {
    return;
  }
  event.preventDefault();
});
document.addEventListener('keydown', event => {
  if (event.key === '/' && event.target !== element('search')) {
    event.preventDefault();
    element('search').focus();
  } else if (event.key === 'Escape' && event.target !== element('search')) {
    select(-1);
  }
});
element('zoom-in').addEventListener('click', () => zoomBy(1.5));
element('zoom-out').addEventListener('click', () => zoomBy(1 / 1.5));
element('fit').addEventListener('click', showAll);
