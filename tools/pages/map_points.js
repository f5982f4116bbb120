// The points and where they are seen. Coordinates of the map are the data's, y upwards; those of the
// screen are CSS pixels from the upper left corner.

const COLOURS = page.data.colours;
const theme = () => page.dark() ? COLOURS.dark : COLOURS.light;
const channels = colour => [1, 3, 5].map(at => parseInt(colour.slice(at, at + 2), 16));
const between = (a, b, share) => channels(a).map((from, k) => Math.round(from + share * (channels(b)[k] - from)));

// What part of the map is on the screen.
class View {
  constructor(xs, ys) {
    this.xs = xs;
    this.ys = ys;
    this.width = this.height = 1;
    this.least = 0;  // pixels for a unit, when all is seen
    this.place = {x: 0, y: 0, scale: 1};
  }

  // `margin` pixels of the screen stay empty around all points.
  fitted(margin = 48) {
    const [left, right] = extremes(this.xs), [bottom, top] = extremes(this.ys);
    const room = size => Math.max(size - 2 * margin, 50);
    const scale = Math.min(room(this.width) / Math.max(right - left, 1e-9),
                           room(this.height) / Math.max(top - bottom, 1e-9), 1e6);
    return {x: (left + right) / 2, y: (bottom + top) / 2, scale};
  }

  resize(width, height) {
    const whole = this.least === 0 || this.place.scale === this.least;
    Object.assign(this, {width, height});
    this.least = this.fitted().scale;
    if (whole) this.place = this.fitted();
  }

  limited(scale) { return Math.min(Math.max(scale, this.least / 2), this.least * 2000); }
  get zoom() { return this.place.scale / this.least; }
  screenX(i) { return this.width / 2 + (this.xs[i] - this.place.x) * this.place.scale; }
  screenY(i) { return this.height / 2 - (this.ys[i] - this.place.y) * this.place.scale; }
  mapX(x) { return this.place.x + (x - this.width / 2) / this.place.scale; }
  mapY(y) { return this.place.y - (y - this.height / 2) / this.place.scale; }

  pan(dx, dy) {
    this.place.x -= dx / this.place.scale;
    this.place.y += dy / this.place.scale;
  }

  // What is at (x, y) on the screen stays there.
  zoomAt(x, y, factor) {
    const before = [this.mapX(x), this.mapY(y)];
    this.place.scale = this.limited(this.place.scale * factor);
    this.place.x += before[0] - this.mapX(x);
    this.place.y += before[1] - this.mapY(y);
  }
}

function extremes(values) {
  let least = Infinity, most = -Infinity;
  for (const value of values) {
    least = Math.min(least, value);
    most = Math.max(most, value);
  }
  return [least, most];
}

// Finds the point nearest to a place, by squares of the map with a few points each.
class PointGrid {
  constructor(xs, ys) {
    this.xs = xs;
    this.ys = ys;
    const [left, right] = extremes(xs), [bottom, top] = extremes(ys);
    this.side = Math.max(Math.ceil(Math.sqrt(xs.length / 2)), 1);
    Object.assign(this, {left, bottom, cell: Math.max(right - left, top - bottom, 1e-9) * 1.000001 / this.side});
    const cells = Int32Array.from(xs, (x, i) => this.row(ys[i]) * this.side + this.column(x));
    this.begins = new Int32Array(this.side * this.side + 1);
    for (const cell of cells) ++this.begins[cell + 1];
    for (let i = 1; i < this.begins.length; ++i) this.begins[i] += this.begins[i - 1];
    const next = this.begins.slice();
    this.points = new Int32Array(xs.length);
    cells.forEach((cell, i) => { this.points[next[cell]++] = i; });
  }

  clamped(value) { return Math.min(Math.max(Math.floor(value), 0), this.side - 1); }
  column(x) { return this.clamped((x - this.left) / this.cell); }
  row(y) { return this.clamped((y - this.bottom) / this.cell); }

  // -1 where none is as near as `radius`.
  nearest(x, y, radius) {
    let best = -1, least = radius * radius;
    for (let row = this.row(y - radius); row <= this.row(y + radius); ++row) {
      for (let column = this.column(x - radius); column <= this.column(x + radius); ++column) {
        const cell = row * this.side + column;
        for (let at = this.begins[cell]; at < this.begins[cell + 1]; ++at) {
          const i = this.points[at];
          const distance = (this.xs[i] - x) ** 2 + (this.ys[i] - y) ** 2;
          if (distance < least) [best, least] = [i, distance];
        }
      }
    }
    return best;
  }
}

const VERTEX = `
attribute vec2 place;
attribute vec4 colour;
uniform vec2 middle, scale;
uniform float size;
varying vec4 tint;
void main() {
  gl_Position = vec4((place - middle) * scale, 0, 1);
  gl_PointSize = size + 1.0;
  tint = colour;
}`;
const FRAGMENT = `
precision highp float;
uniform float size, opacity;
varying vec4 tint;
void main() {
  float inside = 0.5 + 0.5 * size - length(gl_PointCoord - 0.5) * (size + 1.0);
  float alpha = clamp(inside, 0.0, 1.0) * opacity * tint.a;
  gl_FragColor = vec4(tint.rgb * alpha, alpha);
}`;

// Draws all points: by WebGL, or where there is none by the canvas itself.
class PointPainter {
  constructor(canvas, view) {
    Object.assign(this, {canvas, view, count: view.xs.length});
    this.colours = new Uint8Array(4 * this.count);  // the first word's last, so that it is on top
    this.gl = canvas.getContext('webgl', {antialias: false, premultipliedAlpha: true});
    if (this.gl) {
      canvas.addEventListener('webglcontextlost', event => event.preventDefault());
      canvas.addEventListener('webglcontextrestored', () => { this.prepare(); this.recolour(); this.draw(1); });
      this.prepare();
    } else {
      this.context = canvas.getContext('2d');
    }
  }

  prepare() {
    const gl = this.gl;
    const program = gl.createProgram();
    for (const [kind, source] of [[gl.VERTEX_SHADER, VERTEX], [gl.FRAGMENT_SHADER, FRAGMENT]]) {
      const shader = gl.createShader(kind);
      gl.shaderSource(shader, source);
      gl.compileShader(shader);
      gl.attachShader(program, shader);
    }
    gl.linkProgram(program);
    if (!gl.getProgramParameter(program, gl.LINK_STATUS)) throw new Error(gl.getProgramInfoLog(program));
    gl.useProgram(program);
    gl.enable(gl.BLEND);
    gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
    const places = new Float32Array(2 * this.count);
    for (let i = 0; i < this.count; ++i) {
      places[2 * i] = this.view.xs[this.count - 1 - i];
      places[2 * i + 1] = this.view.ys[this.count - 1 - i];
    }
    const attribute = (name, size, type, normalized) => {
      const buffer = gl.createBuffer();
      gl.bindBuffer(gl.ARRAY_BUFFER, buffer);
      const location = gl.getAttribLocation(program, name);
      gl.enableVertexAttribArray(location);
      gl.vertexAttribPointer(location, size, type, normalized, 0, 0);
      return buffer;
    };
    attribute('place', 2, gl.FLOAT, false);
    gl.bufferData(gl.ARRAY_BUFFER, places, gl.STATIC_DRAW);
    this.colourBuffer = attribute('colour', 4, gl.UNSIGNED_BYTE, true);
    this.uniform = Object.fromEntries(['middle', 'scale', 'size', 'opacity'].map(
      name => [name, gl.getUniformLocation(program, name)]));
  }

  // colourOf(i): red, green, blue and alpha of word i, 0 to 255.
  recolour(colourOf = this.colourOf) {
    this.colourOf = colourOf;
    for (let i = 0; i < this.count; ++i) this.colours.set(colourOf(i), 4 * (this.count - 1 - i));
    if (!this.gl) return;
    this.gl.bindBuffer(this.gl.ARRAY_BUFFER, this.colourBuffer);
    this.gl.bufferData(this.gl.ARRAY_BUFFER, this.colours, this.gl.DYNAMIC_DRAW);
  }

  // Of a point, in pixels: smaller where there are many, a little larger as the map is zoomed in.
  get radius() {
    const few = Math.min(4.5, Math.max(1.1, 160 / Math.sqrt(this.count)));
    return Math.min(few * Math.max(this.view.zoom, 1) ** 0.3, 7);
  }

  draw(opacity) {
    const ratio = devicePixelRatio || 1;
    const width = Math.round(this.view.width * ratio), height = Math.round(this.view.height * ratio);
    if (this.canvas.width !== width || this.canvas.height !== height) Object.assign(this.canvas, {width, height});
    (this.gl ? this.drawFast : this.drawPlain).call(this, ratio, opacity);
  }

  drawFast(ratio, opacity) {
    const {gl, view: {place, width, height}} = this;
    gl.viewport(0, 0, this.canvas.width, this.canvas.height);
    gl.clear(gl.COLOR_BUFFER_BIT);
    gl.uniform2f(this.uniform.middle, place.x, place.y);
    gl.uniform2f(this.uniform.scale, 2 * place.scale / width, 2 * place.scale / height);
    gl.uniform1f(this.uniform.size, 2 * this.radius * ratio);
    gl.uniform1f(this.uniform.opacity, opacity);
    gl.drawArrays(gl.POINTS, 0, this.count);
  }

  // Into an image, many times faster than a path for each point.
  drawPlain(ratio, opacity) {
    const {context, view, colours} = this, {width, height} = this.canvas;
    const image = context.createImageData(width, height), stamp = discStamp(this.radius * ratio, width);
    for (let i = this.count - 1, own = 0; i >= 0; --i, own += 4) {
      const x = Math.floor(view.screenX(i) * ratio), y = Math.floor(view.screenY(i) * ratio);
      if (x < stamp.reach || y < stamp.reach || x >= width - stamp.reach || y >= height - stamp.reach) continue;
      const middle = 4 * (y * width + x), alpha = opacity * colours[own + 3];
      for (const [offset, cover] of stamp.pixels) blend(image.data, middle + offset, colours, own, cover * alpha);
    }
    context.putImageData(image, 0, 0);
  }
}

// A disc's pixels, as offsets in an image of this width from its middle, with the shares that it covers.
function discStamp(radius, width) {
  const reach = Math.ceil(radius), pixels = [];
  for (let dy = -reach; dy <= reach; ++dy) {
    for (let dx = -reach; dx <= reach; ++dx) {
      const cover = Math.min(radius + 0.5 - Math.hypot(dx, dy), 1);
      if (cover > 0) pixels.push([4 * (dy * width + dx), cover]);
    }
  }
  return {reach, pixels};
}

// Lays a colour of opacity `alpha`, 0 to 255, over a pixel.
function blend(image, at, colours, own, alpha) {
  const below = image[at + 3] * (1 - alpha / 255), sum = alpha + below;
  for (let k = 0; k < 3; ++k) image[at + k] = (colours[own + k] * alpha + image[at + k] * below) / sum;
  image[at + 3] = sum;
}
