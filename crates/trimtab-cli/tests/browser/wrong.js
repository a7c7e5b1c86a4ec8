// What is wrong with the page, a line each; nothing when it is as it should be.
(() => {
  const wrong = [];
  const figures = [...document.querySelectorAll('figure')];
  if (figures.length < 13) wrong.push('only ' + figures.length + ' charts');
  for (const f of figures) {
    const name = f.querySelector('figcaption').textContent, svg = f.querySelector('svg');
    if (!svg) { wrong.push('no drawing: ' + name); continue; }
    if (!svg.getAttribute('aria-label')) wrong.push('no words for who cannot see: ' + name);
    if (/NaN|Infinity|undefined/.test(svg.outerHTML)) wrong.push('a number is missing: ' + name);
    if (!svg.querySelector('path,rect')) wrong.push('nothing is drawn: ' + name);
    if (f.classList.contains('live') && !f.querySelector('[role=toolbar] button')) wrong.push('no tools: ' + name);
    if (!f.closest('details') && svg.getBoundingClientRect().width < 200) wrong.push('too small: ' + name);
  }
  for (const t of document.querySelectorAll('table')) if (!t.caption || !t.caption.textContent) wrong.push('a table without a caption');
  const ids = [...document.querySelectorAll('[id]')].map(e => e.id);
  if (new Set(ids).size !== ids.length) wrong.push('an id stands twice');
  for (const a of document.querySelectorAll('a[href^="#"]')) if (!document.getElementById(a.hash.slice(1))) wrong.push('a dead anchor: ' + a.hash);
  if (document.documentElement.scrollWidth > innerWidth) wrong.push('wider than the screen: ' + document.documentElement.scrollWidth);
  if (document.querySelectorAll('h1').length !== 1) wrong.push('not one heading');
  return wrong;
})()
