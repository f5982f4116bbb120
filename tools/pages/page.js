'use strict';
// What every page of wordkin shares: `page.data`, the JSON of the page, and light or dark, which
// follows the system until the button decides.
const page = (() => {
  const data = JSON.parse(document.getElementById('data').textContent);
  const system = matchMedia('(prefers-color-scheme: dark)');
  const root = document.documentElement;
  const listeners = [];
  let chosen = '';
  let systemDark = system.matches;  // whoever reads it again before the browser tells of a change is not told
  const dark = () => chosen ? chosen === 'dark' : systemDark;
  const changed = () => listeners.forEach(listener => listener());
  system.addEventListener('change', event => {
    systemDark = event.matches;
    changed();
  });
  document.getElementById('theme').addEventListener('click', () => {
    chosen = dark() ? 'light' : 'dark';
    root.style.colorScheme = chosen;
    changed();
  });
  return {data, dark, onThemeChange: listener => listeners.push(listener)};
})();
