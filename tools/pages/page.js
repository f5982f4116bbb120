'use strict';
// What every page of wordkin shares: `page.data`, the JSON of the page, and light or dark, which
// follows the system until the button decides.
const page = (() => {
  const data = JSON.parse(document.getElementById('data').textContent);
  const system = matchMedia('(prefers-color-scheme: dark)');
  const root = document.documentElement;
  const listeners = [];
  let chosen = '';
  const dark = () => chosen ? chosen === 'dark' : system.matches;
  const changed = () => listeners.forEach(listener => listener());
  system.addEventListener('change', changed);
  document.getElementById('theme').addEventListener('click', () => {
    chosen = dark() ? 'light' : 'dark';
    root.style.colorScheme = chosen;
    changed();
  });
  return {data, dark, onThemeChange: listener => listeners.push(listener)};
})();
