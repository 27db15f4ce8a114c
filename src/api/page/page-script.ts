/** The page's program: reads the API, listens to the stream, writes text only, never markup. */
export const PAGE_SCRIPT = `const at = (id) => document.getElementById(id);
const api = async (path) => {
  const answer = await fetch('/api/v1' + path);
  if (!answer.ok) throw new Error(path + ' answered ' + answer.status);
  return answer.json();
};
const make = (tag, className, ...children) => {
  const element = document.createElement(tag);
  if (className) element.className = className;
  element.append(...children);
  return element;
};
const number = (value) => value === null ? '–'
  : new Intl.NumberFormat('en', { maximumSignificantDigits: 4, notation: Math.abs(value) >= 1e5 ? 'compact' : 'standard' }).format(value);
const clock = (time) => new Date(time).toLocaleString([], { month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit' });
const span = (seconds) => {
  if (seconds < 90) return Math.round(seconds) + ' s';
  if (seconds < 5400) return Math.round(seconds / 60) + ' min';
  return seconds < 172800 ? Math.round(seconds / 3600) + ' h' : Math.round(seconds / 86400) + ' d';
};
const labelsOf = (labels) => Object.entries(labels).map(([name, value]) => name + '=' + value).join(' ');
const lasted = (anomaly) => (Date.parse(anomaly.ended_at ?? anomaly.last_at) - Date.parse(anomaly.started_at)) / 1000;
const fill = (id, children, empty) => at(id).replaceChildren(...(children.length ? children : [make('p', 'empty', empty)]));

const card = (anomaly) => make('article', anomaly.severity,
  make('p', 'badge', anomaly.severity + ' · score ' + (anomaly.anomaly_score ?? 0).toFixed(2)),
  make('p', 'name', anomaly.metric_name ?? 'unknown metric', ' ', make('span', 'labels', labelsOf(anomaly.labels))),
  make('p', '', anomaly.explanation ?? 'No explanation was given.'),
  make('p', 'facts', 'actual ' + number(anomaly.value) + ', expected ' + number(anomaly.expected_value)
    + ' (' + number(anomaly.lower) + ' to ' + number(anomaly.upper) + ') · since ' + clock(anomaly.started_at)
    + (anomaly.confidence === null ? '' : ' · confidence ' + Math.round(anomaly.confidence * 100) + ' %')));

const row = (anomaly) => make('tr', anomaly.severity,
  make('td', '', clock(anomaly.started_at)),
  make('td', 'badge', anomaly.severity),
  make('td', 'name', anomaly.metric_name ?? '', make('div', 'labels', labelsOf(anomaly.labels))),
  make('td', '', anomaly.explanation ?? 'actual ' + number(anomaly.value) + ', expected ' + number(anomaly.expected_value)),
  make('td', 'number', (anomaly.anomaly_score ?? 0).toFixed(2)),
  make('td', 'number', anomaly.status === 'open' ? 'still open' : span(lasted(anomaly))));

const learner = (series) => {
  const bar = make('progress');
  bar.max = 1;
  bar.value = series.progress;
  bar.setAttribute('aria-label', series.metric_name + ' ' + labelsOf(series.labels));
  return make('li', '',
    make('span', 'name', series.metric_name + ' ', make('span', 'labels', labelsOf(series.labels))), bar,
    make('span', 'note', series.seconds_left > 0 ? 'about ' + span(series.seconds_left) + ' left'
      : series.reason || 'training soon'));
};

const SVG = 'http://www.w3.org/2000/svg';
const drawn = (tag, attributes) => {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  return element;
};
const chart = (bands) => {
  const known = [bands.value, bands.lower, bands.upper].flat().filter((value) => value !== null);
  if (known.length === 0) return make('p', 'empty', bands.warnings[0] ?? 'No samples in the past six hours.');
  const low = Math.min(...known), high = Math.max(...known), last = bands.times.length - 1 || 1;
  const x = (index) => (index / last * 1000).toFixed(1);
  const y = (value) => (135 - (high > low ? (value - low) / (high - low) : 0.5) * 130).toFixed(1);
  const points = (column) => column.flatMap((value, index) => value === null ? [] : [x(index) + ',' + y(value)]);
  const svg = drawn('svg', { viewBox: '0 0 1000 140', preserveAspectRatio: 'none', role: 'img',
    'aria-label': 'Past six hours, from ' + number(low) + ' to ' + number(high) });
  svg.append(drawn('polygon', { class: 'band', points: [...points(bands.upper), ...points(bands.lower).reverse()].join(' ') }),
    drawn('polyline', { class: 'line', points: points(bands.value).join(' ') }));
  bands.ratio.forEach((ratio, index) => {
    if (ratio >= 1) svg.append(drawn('line', { class: 'mark', x1: x(index), x2: x(index), y1: 0, y2: 6 }));
  });
  return make('div', '', svg, make('p', 'note', number(low) + ' to ' + number(high) + ' ' + bands.unit + ' in the past six hours; shaded: expected'));
};
const member = (series) => {
  const details = make('details', '', make('summary', '',
    make('span', 'name', series.metric_name + ' ', make('span', 'labels', labelsOf(series.labels))),
    make('span', 'note', series.state)));
  details.addEventListener('toggle', async () => {
    if (!details.open || details.children.length > 1) return;
    const start = Math.round(Date.now() / 1000) - 21600;
    const bands = await api('/series/' + series.id + '/bands?start=' + start + '&step=1m');
    details.append(chart({ ...bands, unit: series.unit }));
  });
  return make('li', '', details);
};

let shown = '';
const showSeries = async () => {
  const { series, total } = await api('/series?limit=30&search=' + encodeURIComponent(at('text').value));
  // Left alone while nothing changed, so that open charts stay.
  const now = JSON.stringify(series.map(({ id, state }) => [id, state]));
  if (now === shown) return;
  shown = now;
  fill('series', series.map(member), 'No series yet.');
  if (total > series.length) at('series').append(make('li', 'note', 'and ' + (total - series.length) + ' more: search to find them'));
};
const refresh = async () => {
  try {
    const [health, learning, open, recent] = await Promise.all([
      api('/health/detailed'), api('/series?state=learning&limit=20'),
      api('/anomalies?status=open&limit=50'), api('/anomalies?limit=25')]);
    const broken = Object.entries(health.checks).filter(([, check]) => check.status === 'unhealthy');
    at('health').className = health.status;
    at('health').textContent = health.status === 'healthy' ? 'Watching'
      : broken.map(([name, check]) => name + ': ' + check.detail).join('; ');
    const counts = { ...learning.by_state, 'abnormal now': open.total };
    at('states').replaceChildren(...Object.entries(counts).map(([state, count]) =>
      make('div', '', make('dt', '', state), make('dd', '', String(count)))));
    fill('open', open.anomalies.map(card), 'Nothing: everything behaves as learned.');
    fill('learning', learning.series.map(learner), 'No series is learning.');
    fill('recent', recent.anomalies.map(row), '');
    if (recent.anomalies.length === 0) at('recent').replaceChildren(make('tr', '', make('td', 'empty', 'None yet.')));
    document.title = open.total > 0 ? '(' + open.total + ') SAIMon' : 'SAIMon';
    await showSeries();
  } catch (error) {
    at('health').className = 'degraded';
    at('health').textContent = 'Cannot reach SAIMon: ' + error.message;
  }
};

let waiting;
const soon = () => { clearTimeout(waiting); waiting = setTimeout(refresh, 400); };
const stream = new EventSource('/api/v1/stream');
for (const name of ['open', 'anomaly', 'series', 'training']) stream.addEventListener(name, soon);
at('search').addEventListener('submit', (event) => event.preventDefault());
at('text').addEventListener('input', soon);
setInterval(() => { if (!document.hidden) refresh(); }, 15000);
refresh();
`;
