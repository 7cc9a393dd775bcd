'use strict';
const table = document.querySelector('.master');
if (table) {
  const body = table.tBodies[0];
  const value = (row, at) => {
    const cell = row.cells[at] ?? row.cells[row.cells.length - 1];
    return cell.dataset.value ?? (at === 0 ? cell.textContent : '');
  };
  // Sums are exact and may be longer than a number holds: compared as text where they are.
  const compare = (a, b) => (a === '' || b === '' ? (a === '') - (b === '') : a - b || a.localeCompare(b, undefined, { numeric: true })) || 0;
  [...table.tHead.rows[0].cells].forEach((head, at) => {
    const button = document.createElement('button');
    button.type = 'button';
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener('click', () => {
      const down = head.getAttribute('aria-sort') === 'ascending' || (at > 0 && !head.hasAttribute('aria-sort'));
      for (const other of table.tHead.rows[0].cells) other.removeAttribute('aria-sort');
      head.setAttribute('aria-sort', down ? 'descending' : 'ascending');
      const by = (a, b) => (at === 0 ? value(a, 0).localeCompare(value(b, 0)) : compare(value(a, at), value(b, at)));
      body.append(...[...body.rows].sort((a, b) => (down ? by(b, a) : by(a, b))));
    });
  });
  const filter = document.querySelector('.filter');
  const [input, output] = [filter.querySelector('input'), filter.querySelector('output')];
  filter.hidden = false;
  input.addEventListener('input', () => {
    const wanted = input.value.trim().toLowerCase();
    let shown = 0;
    for (const row of body.rows) {
      row.hidden = !row.cells[0].textContent.toLowerCase().includes(wanted);
      shown += row.hidden ? 0 : 1;
    }
    output.textContent = wanted ? `${shown} of ${body.rows.length} lines; the total is of all` : '';
  });
}
