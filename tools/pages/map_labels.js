// Words beside their points.

const FONT = '12.5px system-ui, -apple-system, "Segoe UI", "Noto Sans", "DejaVu Sans", sans-serif';
const STRONG = FONT.replace('12.5px', '600 14px');

// A word as it can be shown on one line: no control characters, nothing that turns the direction of
// what follows, not too long.
function shown(word, most = 32) {
  const clean = word.replace(/[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g, '\ufffd');
  const letters = Array.from(clean.slice(0, 4 * most));
  return letters.length > most ? letters.slice(0, most - 1).join('') + '…' : letters.join('');
}

// Which rectangles are taken; by squares of the screen, so that few are compared.
class Taken {
  constructor() { this.squares = new Map(); }

  *squaresOf(box) {
    const size = 64;
    for (let row = Math.floor(box.top / size); row <= Math.floor(box.bottom / size); ++row) {
      for (let column = Math.floor(box.left / size); column <= Math.floor(box.right / size); ++column) {
        yield row * 65536 + column;
      }
    }
  }

  // Takes the rectangle if nothing of it is taken.
  take(box) {
    for (const square of this.squaresOf(box)) {
      for (const other of this.squares.get(square) ?? []) {
        if (box.left < other.right && other.left < box.right && box.top < other.bottom && other.top < box.bottom) {
          return false;
        }
      }
    }
    for (const square of this.squaresOf(box)) {
      if (this.squares.has(square)) this.squares.get(square).push(box);
      else this.squares.set(square, [box]);
    }
    return true;
  }
}

class LabelPainter {
  constructor(canvas, view, words) {
    Object.assign(this, {canvas, view, words, context: canvas.getContext('2d')});
    this.widths = new Float32Array(words.length);
  }

  width(i) {
    if (this.widths[i] === 0) {
      this.context.font = FONT;
      this.widths[i] = this.context.measureText(shown(this.words[i])).width + 1;
    }
    return this.widths[i];
  }

  // Beside the point, on the first side that is free.
  label(i, radius, taken, strong) {
    const x = this.view.screenX(i), y = this.view.screenY(i);
    const width = this.width(i) * (strong ? 1.25 : 1), height = strong ? 18 : 15;
    const gap = radius + 3;
    const sides = [[gap, -height / 2], [-gap - width, -height / 2], [-width / 2, gap - 1], [-width / 2, 1 - gap - height]];
    for (const [dx, dy] of strong ? sides : sides.slice(0, 2)) {
      const box = {left: x + dx, top: y + dy, right: x + dx + width, bottom: y + dy + height};
      if (box.left < 2 || box.right > this.view.width - 2) continue;
      if (taken.take(box)) return {i, strong, x: box.left, y: box.top + height / 2};
    }
    return null;
  }

  // Places labels: those of `first` before all others, then of words in their order, as many as
  // there is room for. `hides(i)`: no label for word i.
  placed(first, radius, hides) {
    const {view, words} = this;
    const taken = new Taken();
    const labels = first.map(i => this.label(i, radius + 2, taken, true)).filter(Boolean);
    const most = first.length + view.width * view.height / 7000;
    const done = new Set(first);
    let misses = 0;
    for (let i = 0; i < words.length && labels.length < most && misses < 3000; ++i) {
      const x = view.screenX(i), y = view.screenY(i);
      if (x < 0 || y < 0 || x > view.width || y > view.height || done.has(i) || hides(i)) continue;
      const label = this.label(i, radius, taken, false);
      if (label) labels.push(label);
      else ++misses;
    }
    return labels;
  }

  // `word` and the words `near` it are joined by lines; -1: no word.
  draw(word, near, radius, colourOf, hides) {
    const {context, view} = this;
    const ratio = devicePixelRatio || 1;
    const width = Math.round(view.width * ratio), height = Math.round(view.height * ratio);
    if (this.canvas.width !== width || this.canvas.height !== height) Object.assign(this.canvas, {width, height});
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, view.width, view.height);
    const first = word < 0 ? [] : [word, ...near];
    const {accent, ink, paper} = theme();
    if (word >= 0) this.lines(word, near, accent);
    for (const i of first.toReversed()) this.dot(i, radius + (i === word ? 3 : 1.5), colourOf(i), i === word ? accent : paper);
    context.textBaseline = 'middle';
    context.direction = 'ltr';
    context.lineJoin = 'round';
    context.lineWidth = 3;
    context.strokeStyle = paper;
    context.fillStyle = ink;
    for (const {i, strong, x, y} of this.placed(first, radius, hides)) {
      const text = shown(this.words[i]);
      context.globalAlpha = strong || word < 0 ? 1 : 0.4;
      context.font = strong ? STRONG : FONT;
      context.strokeText(text, x, y);
      context.fillText(text, x, y);
    }
    context.globalAlpha = 1;
  }

  lines(word, near, colour) {
    const {context, view} = this;
    context.strokeStyle = colour;
    context.globalAlpha = 0.45;
    context.lineWidth = 1;
    context.beginPath();
    for (const i of near) {
      context.moveTo(view.screenX(word), view.screenY(word));
      context.lineTo(view.screenX(i), view.screenY(i));
    }
    context.stroke();
    context.globalAlpha = 1;
  }

  dot(i, radius, [r, g, b], border) {
    const {context, view} = this;
    context.beginPath();
    context.arc(view.screenX(i), view.screenY(i), radius, 0, 7);
    context.fillStyle = `rgb(${r} ${g} ${b})`;
    context.fill();
    context.strokeStyle = border;
    context.lineWidth = 2;
    context.stroke();
  }
}
