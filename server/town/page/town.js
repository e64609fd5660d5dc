// The page of the town demo. It draws what the demo's stream tells and asks the demo for nothing else.
// A frame changes only the nodes whose words or shapes changed. Lanes and bikes are in couriers.js.

import { drawCouriers, placeLabels, setView, showFollowed } from './couriers.js';
import { counted, element, number, part, setAttribute, setText, speech, translate, word } from './words.js';

const LANGUAGE_KEPT = 'tournee.town.language';
const SAY_AT_MOST_EVERY = 10_000; // ms between two moments read out by a screen reader
const AGE_SHOWN_AFTER = 3_000;
const UP_AGAIN_SHOWN_FOR = 10_000;
const SILENT_FOR_TOO_LONG = 40_000;
const OPEN_AGAIN_AFTER = 2_000;

const now = {
  town: null, frame: null, drawAsked: false,
  lost: false, heardAt: 0, openedAt: 0, // of the stream
  killed: false, upAgainAt: 0, kills: [], // of the server
  saidAt: 0, saidLast: '',
};

// ---- the stream

let stream = null;
let openAgain = 0;

function openStream() {
  closeStream();
  now.openedAt = Date.now();
  stream = new EventSource('/events');
  stream.addEventListener('town', (message) => heard(() => showTown(JSON.parse(message.data))));
  stream.addEventListener('frame', (message) => heard(() => takeFrame(JSON.parse(message.data))));
  stream.onerror = () => {
    setLost(true);
    if (stream.readyState === EventSource.CLOSED) { // the browser has given up; we do not
      openAgain = setTimeout(openStream, OPEN_AGAIN_AFTER * (1 + Math.random()));
    }
  };
}

function closeStream() {
  clearTimeout(openAgain);
  stream?.close();
  stream = null;
}

function heard(take) {
  now.heardAt = Date.now();
  setLost(false);
  take();
}

function setLost(lost) {
  if (now.lost === lost) return;
  now.lost = lost;
  drawServer();
}

// A stream that is open and silent may be a connection that died without a word.
function watchStream() {
  if (!stream) return;
  if (now.lost || now.upAgainAt) drawServer();
  const over = now.frame?.server === 'over';
  if (!now.lost && !over && Date.now() - Math.max(now.heardAt, now.openedAt) > SILENT_FOR_TOO_LONG) {
    setLost(true);
    openStream();
  }
}

// A page that comes back from the browser's own cache has lost its stream.
function comeBack() {
  if (!stream && now.frame?.server !== 'over') openStream();
}

// ---- the town and its language

function showTown(town) {
  now.town = town;
  part('opening').hidden = true;
  part('town').hidden = false;
  setText(part('name'), town.name);
  document.title = `${town.name} · Tournée`;
  const [width, height] = town.view;
  setView(town.view);
  part('streets').setAttribute('viewBox', `0 0 ${width} ${height}`);
  part('dots').setAttribute('d', dotted(town.dots));
  part('shops').setAttribute('d', dotted(town.shops));
  drawHours(town.from, town.until);
  part('attribution').hidden = !town.attribution;
  setText(part('attribution'), town.attribution ?? '');
  speak(keptLanguage() ?? town.language);
}

// The hours under the bar, evenly from the first to the last.
function drawHours(from, until) {
  const minutes = (clock) => { const [hour, minute] = clock.split(':').map(Number); return hour * 60 + minute; };
  const hours = [...part('hours').children];
  const [first, last] = [minutes(from), minutes(until)];
  hours.forEach((hour, at) => {
    const minute = Math.round(first + (last - first) * at / (hours.length - 1));
    setText(hour, `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`);
  });
}

// One path for any number of dots: each is a line of no length, drawn by its cap.
function dotted(places) {
  let path = '';
  for (let at = 0; at + 1 < places.length; at += 2) path += `M${places[at]} ${places[at + 1]}h0`;
  return path;
}

function keptLanguage() {
  try { return localStorage.getItem(LANGUAGE_KEPT); } catch { return null; }
}

function keepLanguage(language) {
  try { localStorage.setItem(LANGUAGE_KEPT, language); } catch { /* a browser that keeps nothing changes it all the same */ }
}

function speak(language) {
  const { words, name } = now.town;
  speech.language = words[language] ? language : now.town.language;
  speech.words = words[speech.language];
  translate();
  part('streets').setAttribute('aria-label', word('town.streets', { name }));
  for (const button of document.querySelectorAll('[data-language]')) {
    button.setAttribute('aria-pressed', String(button.dataset.language === speech.language));
  }
  drawServer();
  showFollowed();
  if (now.frame) draw();
  placeLabels();
}

function takeFrame(frame) {
  now.frame = frame;
  if (frame.server === 'over') closeStream(); // nothing comes any more
  if (now.drawAsked || !now.town) return;
  now.drawAsked = true;
  requestAnimationFrame(() => {
    now.drawAsked = false;
    draw();
  });
}

function draw() {
  const { frame } = now;
  drawHead(frame);
  followServer(frame);
  drawTold(frame.told);
  drawAccount(frame.account);
  drawCouriers(frame);
}

// ---- the head

function drawHead(frame) {
  setText(part('clock'), frame.clock);
  setText(part('acts'), number(frame.acts));
  setText(part('on-server'), number(frame.on_server));
  setText(part('only-on-phones'), number(frame.only_on_phones));
  setText(part('dark'), number(frame.dark));
  const { met, settled, open } = frame.disagreements;
  setText(part('met'), number(met));
  setText(part('met-of'), word('town.disagreements_of', { settled: number(settled), open: number(open) }));
  const day = Math.min(1, Math.max(0, frame.day));
  part('day-done').style.transform = `scaleX(${day})`;
  setAttribute(part('day'), 'aria-valuenow', String(Math.round(day * 100)));
  setAttribute(part('day'), 'aria-valuetext', frame.clock);
}

function followServer(frame) {
  const killed = frame.server === 'killed';
  if (now.killed && frame.server === 'up') now.upAgainAt = Date.now();
  if (frame.kills < now.kills.length) now.kills = []; // another day has begun
  if (killed && !now.killed) markKill(frame.day);
  now.killed = killed;
  drawServer();
}

function markKill(day) {
  const mark = document.createElement('i');
  mark.style.left = `${day * 100}%`;
  if (now.kills.push(mark) > 50) now.kills.shift();
  part('day-kills').replaceChildren(...now.kills);
}

function drawServer() {
  if (!now.town) return;
  const said = now.frame?.server ?? 'unheard';
  if (now.upAgainAt && (said !== 'up' || Date.now() - now.upAgainAt > UP_AGAIN_SHOWN_FOR)) now.upAgainAt = 0;
  const lost = now.lost && said !== 'over';
  const state = lost ? 'lost' : now.upAgainAt ? 'again' : said;
  setAttribute(document.documentElement, 'data-server', state);
  setText(part('server'), word(lost ? 'town.lost' : state === 'unheard' ? 'town.waiting' : `town.server.${state}`));
  const kills = now.frame?.kills ?? 0;
  setText(part('server-more'), lost ? age() : kills > 0 ? counted('town.kills', kills) : '');
}

function age() {
  const silent = Date.now() - now.heardAt;
  if (!now.heardAt || silent < AGE_SHOWN_AFTER) return '';
  const seconds = Math.round(silent / 1000);
  const relative = new Intl.RelativeTimeFormat(speech.language, { numeric: 'always' });
  const ago = seconds < 120 ? relative.format(-seconds, 'second') : relative.format(-Math.round(seconds / 60), 'minute');
  return word('town.lost.age', { ago });
}

// ---- what is told

function drawTold(told) {
  const lines = told.map((moment) => `${moment.clock} ${moment[speech.language]}`).reverse();
  const [newest = '', ...earlier] = lines;
  if (part('newest').textContent !== newest) part('newest').replaceChildren(...momentParts(newest));
  const list = part('earlier');
  earlier.forEach((line, index) => {
    const item = list.children[index] ?? list.appendChild(document.createElement('li'));
    if (item.textContent !== line) item.replaceChildren(...momentParts(line));
  });
  while (list.children.length > earlier.length) list.lastChild.remove();
  say(newest);
}

function momentParts(line) {
  if (!line) return [];
  const clock = document.createElement('time');
  clock.textContent = line.slice(0, line.indexOf(' '));
  return [clock, line.slice(line.indexOf(' '))];
}

// A town speaks faster than a screen reader: some moments are read, none are queued.
function say(line) {
  if (!line || line === now.saidLast || Date.now() - now.saidAt < SAY_AT_MOST_EVERY) return;
  now.saidAt = Date.now();
  now.saidLast = line;
  setText(part('said'), line);
}

function drawAccount(account) {
  const lines = account?.[speech.language] ?? [];
  part('account').hidden = lines.length === 0;
  if (part('account-lines').dataset.lines === lines.join('\n')) return;
  part('account-lines').dataset.lines = lines.join('\n');
  part('account-lines').replaceChildren(...lines.map((line) => element('li', '', line)));
}

// ---- beginning

for (const button of document.querySelectorAll('[data-language]')) {
  button.addEventListener('click', () => {
    keepLanguage(button.dataset.language);
    speak(button.dataset.language);
  });
}
addEventListener('pagehide', closeStream);
addEventListener('pageshow', comeBack);
setInterval(watchStream, 1_000);
comeBack();
