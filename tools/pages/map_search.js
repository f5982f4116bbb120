// Searching a word: a list of matches below the field, as the combobox pattern of ARIA has it.

const search = element('search');
const matches = element('matches');
const folded = text => text.normalize('NFKC').toLowerCase();
let foldedWords = null;  // made at the first search
let found = [];
let active = 0;

// Equal words first, then those that begin with the text, then those that hold it.
function find(text) {
  foldedWords ??= words.map(folded);
  const wanted = folded(text), ranks = [[], [], []];
  for (let i = 0; i < words.length && ranks[0].length + ranks[1].length < 200; ++i) {
    const at = foldedWords[i].indexOf(wanted);
    if (at >= 0) ranks[at > 0 ? 2 : foldedWords[i].length > wanted.length ? 1 : 0].push(i);
  }
  return ranks.flat().slice(0, 8);
}

function showMatches() {
  const text = search.value.trim();
  found = text === '' ? [] : find(text);
  active = 0;
  const items = found.map((i, rank) => {
    const item = make('li', {id: `match-${rank}`}, wordElement(i));
    item.setAttribute('role', 'option');
    item.addEventListener('pointerdown', event => { event.preventDefault(); choose(rank); });
    return item;
  });
  if (text !== '' && found.length === 0) items.push(make('li', {className: 'none'}, 'No such word on this map'));
  matches.replaceChildren(...items);
  matches.hidden = items.length === 0;
  search.setAttribute('aria-expanded', !matches.hidden);
  activate(0);
}

function activate(rank) {
  active = rank;
  [...matches.children].forEach((item, at) => item.setAttribute('aria-selected', found.length > 0 && at === rank));
  if (found.length > 0) search.setAttribute('aria-activedescendant', `match-${rank}`);
  else search.removeAttribute('aria-activedescendant');
}

function closeMatches() {
  matches.hidden = true;
  search.setAttribute('aria-expanded', 'false');
  search.removeAttribute('aria-activedescendant');
}

function choose(rank) {
  const word = found[rank];
  closeMatches();
  search.value = words[word];
  select(word);
  bringIntoView(word);
}

search.addEventListener('input', showMatches);
search.addEventListener('focus', () => search.select());
search.addEventListener('blur', closeMatches);
search.addEventListener('keydown', event => {
  const turn = {ArrowDown: 1, ArrowUp: -1}[event.key];
  if (turn && found.length > 0) {
    if (matches.hidden) showMatches();
    else activate((active + turn + found.length) % found.length);
  } else if (event.key === 'Enter' && found.length > 0) {
    choose(active);
  } else if (event.key === 'Escape') {
    search.value = '';
    closeMatches();
    select(-1);
  } else {
    return;
  }
  event.preventDefault();
});

// ---- start

element('note').textContent = page.data.note;
offerColours();
page.onThemeChange(recolour);
new ResizeObserver(([entry]) => {
  view.resize(Math.max(entry.contentRect.width, 1), Math.max(entry.contentRect.height, 1));
  requestDraw();
}).observe(element('map'));
recolour();

// For scripts: where a word is on the screen, and which one is chosen.
window.wordMap = {
  get selected() { return selected < 0 ? null : words[selected]; },
  place(word) {
    const i = words.indexOf(word), box = canvas.getBoundingClientRect();
    return i < 0 ? null : {x: box.left + view.screenX(i), y: box.top + view.screenY(i)};
  },
};
