// The couriers of the town: each has a lane of stops and a bike on the map, made once and then only changed.
// One of them can be chosen, by pointer or by keys, in the lanes or on the map.

import { counted, element, part, setAttribute, setText, word } from './words.js';

const LABELS_AT_MOST_EVERY = 1_000; // ms; labels that change sides more often than this flicker
const DISC = 18; // px, as in the style sheet
const LONGEST_DARK = 3; // bikes with no signal whose state is written out on the map
const LONGEST_DARK_ON_A_SMALL_MAP = 1;
const SMALL_MAP = 500; // px
const HIDING_ITSELF = 10; // times worse for a label than hiding another

const now = {
  view: [1, 1], stage: [1, 1], frame: null, couriers: [], labelledAt: 0,
  chosen: null, lit: null, // chosen by a click or Enter, lit by the pointer or the focus
};

export function setView(view) {
  now.view = view;
  part('stage').style.setProperty('--ratio', view[0] / view[1]);
}

export function drawCouriers(frame) {
  now.frame = frame;
  const others = frame.couriers.length !== now.couriers.length
    || frame.couriers.some(({ name }, index) => name !== now.couriers[index].name);
  if (others) makeCouriers(frame.couriers);
  now.couriers.forEach((courier, index) => drawCourier(courier, frame.couriers[index]));
  keepReachable(part('bikes'));
  showFollowed();
  if (performance.now() - now.labelledAt > LABELS_AT_MOST_EVERY) placeLabels();
}

function makeCouriers(told) {
  now.chosen = now.lit = null;
  now.couriers = told.map(({ name }) => ({ name, lane: makeLane(name), bike: makeBike(name), darkSince: null, state: '' }));
  const byName = [...now.couriers].sort((one, other) => one.name.localeCompare(other.name, 'fr'));
  part('lanes').replaceChildren(...byName.map((courier) => courier.lane.row));
  part('bikes').replaceChildren(...byName.map((courier) => courier.bike.mark));
  part('lanes').style.setProperty('--half', Math.ceil(byName.length / 2));
  part('lanes').firstElementChild.tabIndex = 0;
}

function option(name) {
  const node = element('div', name);
  node.setAttribute('role', 'option');
  node.setAttribute('aria-selected', 'false');
  node.tabIndex = -1;
  return node;
}

function makeLane(name) {
  const lane = {
    row: option('lane'), state: element('span', 'state'), tally: element('span', 'tally'),
    summary: element('span', 'unseen'), stops: element('span', 'stops'), drawn: [],
  };
  lane.tally.setAttribute('aria-hidden', 'true');
  lane.stops.setAttribute('aria-hidden', 'true');
  lane.row.append(element('b', 'name', name), ' ', lane.state, ' ', lane.tally, lane.summary, lane.stops);
  return lane;
}

function makeBike(name) {
  const bike = { mark: option('bike'), disc: element('i', 'disc'), label: element('span', 'label'), state: element('small') };
  bike.label.append(element('b', '', name), ' ', bike.state);
  bike.mark.append(bike.disc, bike.label);
  return bike;
}

function drawCourier(courier, told) {
  courier.told = told;
  if (told.link) courier.darkSince = null;
  else courier.darkSince ??= now.frame.day;
  const state = stateWords(told);
  const tally = tallyOf(told.lane);
  drawLane(courier.lane, told, state, tally);
  drawBike(courier, told, state);
  courier.state = state;
  courier.tally = tally;
}

function stateWords({ link, waiting, trouble }) {
  const silent = trouble === 'battery' || trouble === 'lost'; // says already that nothing is heard
  const reasons = [!link && !silent ? 'no_signal' : null, trouble].filter(Boolean).map((code) => word(`town.state.${code}`));
  if (waiting > 0) reasons.push(counted(link && now.frame.server === 'up' ? 'town.state.sending' : 'town.state.on_phone', waiting));
  else if (link) reasons.push(word('town.state.sent'));
  return reasons.join(', ');
}

const DONE = new Set(['collected', 'delivered']);
const OFF = new Set(['withdrawn', 'void']);
const KINDS = { p: 'pickup', d: 'drop_off', h: 'hub' };

function tallyOf(lane) {
  const tally = { done: 0, failed: 0, withdrawn: 0, all: lane.length };
  for (const [, status] of lane) {
    if (DONE.has(status)) tally.done += 1;
    else if (OFF.has(status)) tally.withdrawn += 1;
    else if (status === 'failed' || status === 'returned') tally.failed += 1;
  }
  return tally;
}

function tallyWords(tally) {
  const sentences = [word('town.stops_done', tally)];
  if (tally.failed) sentences.push(word('town.stops_failed', tally));
  if (tally.withdrawn) sentences.push(word('town.stops_withdrawn', tally));
  return sentences.join(' ');
}

function drawLane(lane, told, state, tally) {
  setText(lane.state, state);
  setText(lane.tally, `${tally.done}/${tally.all}`);
  setText(lane.summary, tallyWords(tally));
  lane.row.classList.toggle('dark', !told.link);
  lane.row.classList.toggle('holds', told.waiting > 0);
  told.lane.forEach((stop, index) => {
    const shape = shapeOf(stop);
    if (lane.drawn[index] === shape) return;
    const node = lane.stops.children[index] ?? lane.stops.appendChild(document.createElement('i'));
    node.className = shape;
    lane.drawn[index] = shape;
  });
  while (lane.stops.children.length > told.lane.length) lane.stops.lastChild.remove();
  lane.drawn.length = told.lane.length;
}

function shapeOf([kind, status, onlyPhone]) {
  const look = DONE.has(status) ? 'done' : OFF.has(status) ? 'off'
    : status === 'arrived' || status === 'waiting' ? 'here' : status;
  return `stop ${kind} ${look}${onlyPhone ? ' phone' : ''}`;
}

function drawBike(courier, told, state) {
  const { mark, disc, label } = courier.bike;
  if (mark.hidden !== !told.at) mark.hidden = !told.at;
  if (told.at) placeBike(courier);
  mark.classList.toggle('dark', !told.link);
  disc.classList.toggle('dark', !told.link);
  disc.classList.toggle('holds', told.waiting > 0);
  setAttribute(disc, 'data-waiting', told.link ? '' : String(told.waiting));
  setAttribute(mark, 'aria-label', `${courier.name} ${state}`);
  setText(courier.bike.state, state);
}

// In pixels, so that the browser can move a bike without asking the style sheet again.
function placeBike(courier) {
  const [x, y] = onStage(courier.told.at);
  const transform = `translate(${Math.round(x)}px, ${Math.round(y)}px)`; // whole, or its words are blurred
  if (courier.bike.transform === transform) return;
  courier.bike.transform = transform;
  courier.bike.mark.style.transform = transform;
}

const onStage = ([x, y]) => [x / now.view[0] * now.stage[0], y / now.view[1] * now.stage[1]];

function fitStage() {
  now.stage = [part('stage').clientWidth, part('stage').clientHeight];
  for (const courier of now.couriers) if (courier.told?.at) placeBike(courier);
  placeLabels();
}

// ---- labels: who matters first, and nobody on top of another

export function placeLabels() {
  now.labelledAt = performance.now();
  const [width, height] = now.stage;
  const shown = now.couriers.filter((courier) => courier.told?.at);
  const dark = shown.filter((courier) => courier.darkSince !== null).sort((one, other) => one.darkSince - other.darkSince);
  const longest = dark.slice(0, width < SMALL_MAP ? LONGEST_DARK_ON_A_SMALL_MAP : LONGEST_DARK);
  const full = new Set([now.lit, now.chosen, ...longest].filter((courier) => shown.includes(courier)));
  const discOf = (courier) => boxAt(onStage(courier.told.at), [-DISC / 2, -DISC / 2], [DISC, DISC]);
  const taken = shown.map(discOf);
  for (const courier of new Set([...full, ...dark, ...shown])) {
    const isFull = full.has(courier);
    const [x, y] = onStage(courier.told.at);
    const own = discOf(courier);
    const size = labelSize(courier, isFull);
    const sides = sidesOf(size).map(([dx, dy]) => (
      isFull ? [within(x + dx, size[0], width) - x, within(y + dy, size[1], height) - y] : [dx, dy]));
    const crowded = sides.map((side) => crowding(boxAt([x, y], side, size), own, taken, now.stage));
    const least = Math.min(...crowded);
    if (crowded[courier.side] !== least) courier.side = crowded.indexOf(least);
    const { label } = courier.bike;
    label.hidden = !isFull && least > 0;
    label.classList.toggle('full', isFull);
    courier.bike.mark.classList.toggle('told', isFull);
    if (label.hidden) continue;
    const side = sides[courier.side];
    taken.push(boxAt([x, y], side, size));
    label.style.transform = `translate(${Math.round(side[0])}px, ${Math.round(side[1])}px)`;
  }
}

// Right, left, above and below the disc.
function sidesOf([width, height]) {
  const gap = DISC / 2 + 2;
  return [[gap, -height / 2], [-gap - width, -height / 2], [-width / 2, -gap - height], [-width / 2, gap]];
}

const boxAt = ([x, y], [dx, dy], [width, height]) => [x + dx, y + dy, x + dx + width, y + dy + height];
const within = (start, size, room) => Math.max(2, Math.min(start, room - size - 2));

// How much of a label lies on what is taken, in square pixels, its own disc above all.
function crowding(box, own, taken, [width, height]) {
  if (box[0] < 0 || box[1] < 0 || box[2] > width || box[3] > height) return Infinity;
  return taken.reduce((sum, other) => sum + common(box, other), HIDING_ITSELF * common(box, own));
}

function common(one, other) {
  const across = Math.min(one[2], other[2]) - Math.max(one[0], other[0]);
  const down = Math.min(one[3], other[3]) - Math.max(one[1], other[1]);
  return across > 0 && down > 0 ? across * down : 0;
}

const measure = document.createElement('canvas').getContext('2d');
const family = getComputedStyle(document.body).fontFamily;

function labelSize(courier, full) {
  measure.font = `700 12px ${family}`;
  const name = measure.measureText(courier.name).width;
  if (!full) return [name + 8, 18];
  measure.font = `11px ${family}`;
  return [Math.max(name, measure.measureText(courier.state).width) + 12, 34];
}

// ---- choosing a courier, by pointer or by keys, in the lanes or on the map

const courierOf = (node) => now.couriers.find(({ lane, bike }) => lane.row.contains(node) || bike.mark.contains(node)) ?? null;

function light(courier) {
  if (now.lit === courier) return;
  now.lit = courier;
  showChoice();
}

function choose(courier) {
  now.chosen = now.chosen === courier ? null : courier;
  showChoice();
}

function showChoice() {
  for (const courier of now.couriers) {
    for (const node of [courier.lane.row, courier.bike.mark]) {
      node.classList.toggle('lit', courier === now.lit);
      setAttribute(node, 'aria-selected', String(courier === now.chosen));
    }
  }
  showFollowed();
  placeLabels();
}

export function showFollowed() {
  const courier = now.lit ?? now.chosen;
  setText(part('followed'), courier ? `${courier.name}, ${courier.state}. ${tallyWords(courier.tally)}` : word('town.choose'));
}

// One option of a list is in the tab order; the arrows walk to the others.
function keepReachable(list) {
  const reachable = list.querySelector('[tabindex="0"]:not([hidden])');
  if (!reachable) moveReachable(list, list.querySelector(':not([hidden])[role=option]'));
}

function moveReachable(list, node) {
  for (const other of list.querySelectorAll('[tabindex="0"]')) other.tabIndex = -1;
  if (node) node.tabIndex = 0;
}

const STEPS = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1, Home: -Infinity, End: Infinity };

function walk(list, key, from) {
  const options = [...list.children].filter((node) => !node.hidden);
  const to = options.indexOf(from) + STEPS[key];
  options[Math.max(0, Math.min(options.length - 1, to))]?.focus();
}

function listen(list) {
  list.addEventListener('pointerover', ({ target }) => { light(courierOf(target)); nameStop(target); });
  list.addEventListener('pointerleave', () => light(courierOf(document.activeElement)));
  list.addEventListener('focusin', ({ target }) => { moveReachable(list, target); light(courierOf(target)); });
  list.addEventListener('focusout', () => light(null));
  list.addEventListener('click', ({ target }) => pick(list, courierOf(target)));
  list.addEventListener('keydown', (press) => {
    if (press.key in STEPS) walk(list, press.key, document.activeElement);
    else if (press.key === 'Enter' || press.key === ' ') pick(list, courierOf(press.target));
    else if (press.key === 'Escape') choose(now.chosen);
    else return;
    press.preventDefault();
  });
}

function pick(list, courier) {
  if (!courier) return;
  choose(courier);
  if (list === part('bikes') && now.chosen) courier.lane.row.scrollIntoView({ block: 'nearest' });
}

// A shape says its words to whoever points at it.
function nameStop(node) {
  if (!node.classList.contains('stop')) return;
  const [kind, status, onlyPhone] = courierOf(node).told.lane[[...node.parentNode.children].indexOf(node)];
  node.title = word(onlyPhone ? 'town.stop.only_phone' : 'town.stop', {
    kind: word(`stop_kind.${KINDS[kind]}`), state: word(`status.${status}`),
  });
}

listen(part('lanes'));
listen(part('bikes'));
new ResizeObserver(fitStage).observe(part('stage'));
