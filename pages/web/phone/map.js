// The map of a day on a canvas: the base that came along, the route, numbered stops, and the own position when it was asked for.
(function (G) {
  'use strict';
  const FINGER = 22;

  const css = name => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const tall = lat => Math.log(Math.tan(Math.PI / 4 + lat * Math.PI / 360)) * 180 / Math.PI;

  G.map = function (pack, day, done, chosen, open) {
    const canvas = G.el('canvas', { tabindex: '0', role: 'img', 'aria-label': G.t('map_says', { count: day.stops.length }) });
    const view = { x: 0, y: 0, scale: 1, me: null };
    const at = (lat, lon) => [(lon - view.x) * view.scale + canvas.clientWidth / 2, (view.y - tall(lat)) * view.scale + canvas.clientHeight / 2];
    const points = day.stops.map(stop => [stop.lat, stop.lon]);

    function fit() {
      // Where the day begins is shown where that does not make the stops small.
      const ends = [day.start, day.end].filter(Boolean).map(each => [each.lat, each.lon]);
      const span = some => Math.max(...[0, 1].map(side => Math.max(...some.map(each => each[side])) - Math.min(...some.map(each => each[side]))));
      const all = !points.length ? ends : span([...points, ...ends]) < 2 * Math.max(span(points), 0.004) ? [...points, ...ends] : points;
      if (!all.length) return;
      const lons = all.map(each => each[1]), ys = all.map(each => tall(each[0]));
      const wide = Math.max(...lons) - Math.min(...lons), high = Math.max(...ys) - Math.min(...ys);
      view.x = (Math.max(...lons) + Math.min(...lons)) / 2;
      view.y = (Math.max(...ys) + Math.min(...ys)) / 2;
      view.scale = Math.min((canvas.clientWidth - 80) / Math.max(wide, 0.002), (canvas.clientHeight - 80) / Math.max(high, 0.002));
    }

    function line(brush, path, closed) {
      brush.beginPath();
      path.forEach(([lat, lon], place) => { const [x, y] = at(lat, lon); if (place) brush.lineTo(x, y); else brush.moveTo(x, y); });
      if (closed) brush.closePath();
    }

    function base(brush) {
      const shapes = pack.base || {};
      brush.lineJoin = brush.lineCap = 'round';
      brush.strokeStyle = css('--town');
      brush.lineWidth = 1;
      brush.setLineDash([6, 4]);
      (shapes.areas || []).forEach(path => { line(brush, path); brush.stroke(); });
      brush.setLineDash([]);
      brush.fillStyle = brush.strokeStyle = css('--water');
      (shapes.lakes || []).forEach(path => { line(brush, path, true); brush.fill(); });
      brush.lineWidth = 3;
      (shapes.waters || []).forEach(path => { line(brush, path); brush.stroke(); });
      (shapes.roads || []).forEach(([kind, path]) => {
        brush.strokeStyle = css(kind ? '--road-big' : '--road');
        brush.lineWidth = kind ? 4 : 2.5;
        line(brush, path);
        brush.stroke();
      });
    }

    function badge(brush, x, y, text, fill, ink, size) {
      brush.beginPath();
      brush.arc(x, y, size, 0, 7);
      brush.fillStyle = fill;
      brush.fill();
      brush.lineWidth = 2;
      brush.strokeStyle = css('--page');
      brush.stroke();
      brush.fillStyle = ink;
      brush.font = '600 ' + (size > 13 ? 16 : 13) + 'px system-ui, sans-serif';
      brush.textAlign = 'center';
      brush.textBaseline = 'middle';
      brush.fillText(text, x, y + 0.5);
    }

    function route(brush) {
      const path = [day.start, ...day.stops, day.end].filter(Boolean).map(each => [each.lat, each.lon]);
      brush.strokeStyle = css('--accent');
      brush.globalAlpha = 0.7;
      brush.lineWidth = 3;
      line(brush, path);
      brush.stroke();
      brush.globalAlpha = 1;
      if (day.start) badge(brush, ...at(day.start.lat, day.start.lon), '', css('--ink'), css('--ink'), 7);
      const next = chosen || G.nextStop(day, done);
      day.stops.filter(stop => stop !== next).reverse().forEach(stop => {
        const over = G.isDone(stop, done);
        badge(brush, ...at(stop.lat, stop.lon), String(stop.number), css(over ? '--done' : '--accent'), css(over ? '--done-ink' : '--accent-ink'), 12);
      });
      if (next) badge(brush, ...at(next.lat, next.lon), String(next.number), css('--next'), css('--next-ink'), 17);
    }

    function scaleBar(brush) {
      const metres = 111320 / view.scale * Math.cos((2 * Math.atan(Math.exp(view.y * Math.PI / 180)) - Math.PI / 2));
      const length = [20, 50, 100, 200, 500, 1000, 2000, 5000, 10000].find(each => each / metres > 50) || 20000, pixels = length / metres;
      brush.fillStyle = brush.strokeStyle = css('--ink');
      brush.lineWidth = 2;
      brush.strokeRect(12, canvas.clientHeight - 16, pixels, 0.1);
      brush.font = '12px system-ui, sans-serif';
      brush.textAlign = 'left';
      brush.textBaseline = 'bottom';
      brush.fillText(G.distance(length), 12, canvas.clientHeight - 20);
    }

    function draw() {
      if (!canvas.isConnected) return;
      const sharp = window.devicePixelRatio || 1, brush = canvas.getContext('2d');
      canvas.width = canvas.clientWidth * sharp;
      canvas.height = canvas.clientHeight * sharp;
      brush.scale(sharp, sharp);
      base(brush);
      route(brush);
      scaleBar(brush);
      if (view.me) {
        const [x, y] = at(view.me.lat, view.me.lon);
        badge(brush, x, y, '', css('--me'), css('--me'), 8);
      }
    }

    function zoom(by, x, y) {
      const left = x === undefined ? 0 : x - canvas.clientWidth / 2, top = y === undefined ? 0 : y - canvas.clientHeight / 2;
      const scale = Math.min(Math.max(view.scale * by, 500), 3e6);
      view.x += left / view.scale - left / scale;
      view.y -= top / view.scale - top / scale;
      view.scale = scale;
      draw();
    }

    fingers(canvas, {
      moved: (x, y) => { view.x -= x / view.scale; view.y += y / view.scale; draw(); },
      pinched: zoom,
      tapped: (x, y) => {
        const near = day.stops.map(stop => [stop, Math.hypot(...at(stop.lat, stop.lon).map((side, place) => side - (place ? y : x)))]);
        const [stop, distance] = near.sort((one, other) => one[1] - other[1])[0] || [null, Infinity];
        if (distance <= FINGER) open(stop);
      },
    });
    canvas.addEventListener('keydown', event => {
      const step = { ArrowLeft: [60, 0], ArrowRight: [-60, 0], ArrowUp: [0, 60], ArrowDown: [0, -60] }[event.key];
      if (step) { view.x -= step[0] / view.scale; view.y += step[1] / view.scale; draw(); event.preventDefault(); }
      if (event.key === '+' || event.key === '-') zoom(event.key === '+' ? 1.5 : 1 / 1.5);
    });
    new ResizeObserver(() => { if (!view.fitted && canvas.clientWidth) { fit(); view.fitted = true; } draw(); }).observe(canvas);
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', draw);
    const where = async () => {
      view.me = await G.locate();
      if (!view.me) { G.snack(G.t('no_position')); return; }
      [view.x, view.y] = [view.me.lon, tall(view.me.lat)];
      draw();
    };
    return G.el('div.map', null, canvas, G.el('div.map-tools', null,
      [['closer', () => zoom(1.6)], ['wider', () => zoom(1 / 1.6)], ['whole', () => { fit(); draw(); }], ['where_am_i', where]]
        .map(([name, act]) => G.button('tool', G.icon(name), act, { 'aria-label': G.t(name) }))));
  };

  function fingers(canvas, acts) {
    const down = new Map();
    let start = null, far = false;
    const apart = () => { const [a, b] = [...down.values()]; return Math.hypot(a[0] - b[0], a[1] - b[1]); };
    canvas.addEventListener('pointerdown', event => {
      canvas.setPointerCapture(event.pointerId);
      down.set(event.pointerId, [event.offsetX, event.offsetY]);
      if (down.size === 1) { start = [event.offsetX, event.offsetY]; far = false; } else far = true;
    });
    canvas.addEventListener('pointermove', event => {
      const before = down.get(event.pointerId);
      if (!before) return;
      const wide = down.size === 2 ? apart() : 0;
      down.set(event.pointerId, [event.offsetX, event.offsetY]);
      if (Math.hypot(event.offsetX - start[0], event.offsetY - start[1]) > 8) far = true;
      if (down.size === 2) {
        const [a, b] = [...down.values()];
        acts.pinched(apart() / wide, (a[0] + b[0]) / 2, (a[1] + b[1]) / 2);
      } else if (far) acts.moved(event.offsetX - before[0], event.offsetY - before[1]);
    });
    const up = event => {
      if (down.delete(event.pointerId) && !far && event.type === 'pointerup') acts.tapped(event.offsetX, event.offsetY);
    };
    canvas.addEventListener('pointerup', up);
    canvas.addEventListener('pointercancel', up);
    canvas.addEventListener('wheel', event => { event.preventDefault(); acts.pinched(event.deltaY < 0 ? 1.2 : 1 / 1.2, event.offsetX, event.offsetY); }, { passive: false });
  }
})(self.gmPhone);
