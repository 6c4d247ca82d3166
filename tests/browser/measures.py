"""Scripts that measure a page from inside, each answering with a list of what is wrong."""

TOO_WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"

SMALL_TARGETS = """([least, where]) => {
  const inline = e => e.tagName === 'A' && getComputedStyle(e).display === 'inline'
    && e.parentElement.textContent.trim().length > e.textContent.trim().length;
  const boxed = e => e.closest('label.choice') || e;
  const controls = 'a[href], button, summary, select, textarea, input:not([type=hidden])';
  return [...document.querySelectorAll(`${where} :is(${controls})`)]
    .filter(e => e.checkVisibility() && !inline(e) && !e.classList.contains('utrecht-skip-link'))
    .map(e => [e.outerHTML.slice(0, 90), boxed(e).getBoundingClientRect()])
    .filter(([, box]) => Math.round(box.height) < least || Math.round(box.width) < least)
    .map(([html, box]) => `${Math.round(box.width)}x${Math.round(box.height)} ${html}`);
}"""

CUT_OFF = """() => [...document.querySelectorAll('body *')]
  .filter(e => e.checkVisibility())
  .filter(e => !e.closest('.visually-hidden, svg, .utrecht-skip-link, .table-prose thead'))
  .filter(e => ['hidden', 'clip'].includes(getComputedStyle(e).overflowX))
  .filter(e => e.scrollWidth > e.clientWidth + 1 || e.scrollHeight > e.clientHeight + 1)
  .map(e => e.outerHTML.slice(0, 90))"""

LARGE_TEXT = "size => document.documentElement.style.setProperty('--utrecht-root-font-size', size)"

FOCUSED = """() => {
  const e = document.activeElement;
  if (!e || e === document.body) return null;
  const style = getComputedStyle(e), box = e.getBoundingClientRect();
  const over = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
  return {
    html: e.outerHTML.slice(0, 90),
    ring: parseFloat(style.outlineWidth) >= 2 && style.outlineStyle !== 'none',
    covered: box.width > 0 && over !== null && !e.contains(over) && !over.contains(e),
    place: [...document.querySelectorAll('*')].indexOf(e),
  };
}"""

FOCUS_AT_START = "(document.activeElement.tagName + '#' + document.activeElement.id).toLowerCase()"

PLAIN_TEXTS = """() => {
  const blocks = '.choice__label, .choice__hint, p, li, dt, dd, h1, h2, h3, h4, '
    + 'td, th, legend, label, summary, button, figcaption, caption';
  const text = e => {
    const copy = e.cloneNode(true), copies = [...copy.querySelectorAll('*')];
    [...e.querySelectorAll('*')].forEach((one, number) => {
      if (one.tagName !== 'BR' && getComputedStyle(one).display === 'inline') return;
      copies[number].before('\\u001f');
      copies[number].after('\\u001f');
    });
    copy.querySelectorAll('code, pre, .visually-hidden, [hidden], [lang]').forEach(one => one.remove());
    return copy.textContent.split('\\u001f').map(part => part.replace(/\\s+/g, ' ').trim());
  };
  return [...document.querySelectorAll(`main :is(${blocks})`)]
    .filter(e => !e.querySelector(blocks)).flatMap(text).filter(Boolean);
}"""

WEIGHT_OF_BUTTONS = """selector => [...document.querySelectorAll(selector)].map(e => {
  const style = getComputedStyle(e), box = e.getBoundingClientRect();
  return [e.tagName, e.type, style.color, style.backgroundColor, style.borderColor, style.borderWidth,
          style.fontSize, style.fontWeight, Math.round(box.width), Math.round(box.height)].join(' ');
})"""
