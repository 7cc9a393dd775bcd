// push.mjs LEAD_ID STATUS [SUB_STATUS [FIELDS_JSON]]: tells CAKE what became of a lead.
//
// Environment: CAKE_URL (the method's URL) or CAKE_BASE_URL (scheme and host), and CAKE_API_KEY;
// CAKE_TIMEOUT, in whole seconds, 10 if not set.
// Exit codes: 0 updated, 10 rejected, 11 unknown; 64 wrong use, nothing sent.
// Needs Node 20 or later and nothing else. An application that has an XML parser already should use that:
// Node comes without one, and this file is meant to run where nothing was installed.

const MAX_ANSWER_BYTES = 1024 * 1024;
const OWN_PARAMETERS = ['api_key', 'lead_id', 'status', 'sub_status'];
const REFUSALS = { 1: 'API key not valid', 2: 'lead not found', 3: 'status not recognised', 4: 'Lead Statuses not enabled' };
const EXIT_CODES = { updated: 0, rejected: 10, unknown: 11 };

/** Decides by the code alone: a refusal may come with HTTP 200, and its message is for people. */
async function updateLeadStatus(base, apiKey, leadId, status, subStatus, fields, timeout) {
  const url = new URL(base);
  const parameters = [['api_key', apiKey], ['lead_id', leadId], ['status', status]];
  if (subStatus) parameters.push(['sub_status', subStatus]);
  for (const [name, value] of [...parameters, ...fields]) url.searchParams.append(name, value);

  let http, code;
  try {
    [http, code] = await get(url, timeout);
  } catch (error) {
    // Its code or class only: its message may quote the URL, and so the key.
    return { outcome: 'unknown', reason: `no answer, ${error.cause?.code ?? error.name}` };
  }
  if (code === null) return { outcome: 'unknown', reason: `HTTP ${http} without a readable code` };
  if (code === 0 && http === 200) return { outcome: 'updated', reason: 'code 0' };
  if (REFUSALS[code]) return { outcome: 'rejected', reason: `code ${code}, ${REFUSALS[code]}` };
  return { outcome: 'unknown', reason: `HTTP ${http} with code ${code}` };
}

async function get(url, timeout) {
  // The signal limits the whole, from the connection to the end of the body.
  const response = await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(timeout * 1000) });
  const chunks = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.length;
    if (size > MAX_ANSWER_BYTES) throw new RangeError('answer too long');
    chunks.push(chunk);
  }
  return [response.status, readCode(Buffer.concat(chunks))];
}

/** The number in <result><code>, in any namespace; null where the answer is not such a document. */
function readCode(bytes) {
  let root;
  try {
    const start = bytes.subarray(0, 200).toString('latin1');
    const encoding = /^(?:\xEF\xBB\xBF)?<\?xml[^>]*\sencoding\s*=\s*["']([^"']+)/.exec(start)?.[1] ?? 'utf-8';
    root = parseXml(new TextDecoder(encoding, { fatal: true }).decode(bytes)); // takes a byte order mark off
  } catch {
    return null;
  }
  const codes = root.children.filter((child) => child.name === 'code');
  if (root.name !== 'result' || codes.length !== 1 || codes[0].children.length) return null;
  const number = /^[ \t\r\n]*0*([0-9]{1,9})[ \t\r\n]*$/.exec(codes[0].text);
  return number && Number(number[1]);
}

// XML 1.0, as far as an answer of CAKE can go. Every pattern is tried where the last one ended, so what stands
// in a comment or in CDATA is never taken for a tag. A DOCTYPE matches none of them.
const S = '[ \\t\\r\\n]';
const NAME = '(?:[\\p{L}_][\\p{L}\\p{M}\\p{N}_.-]*:)?[\\p{L}_][\\p{L}\\p{M}\\p{N}_.-]*';
const ATTRIBUTE = `${S}+(${NAME})${S}*=${S}*("[^<"]*"|'[^<']*')`;
const at = (pattern) => new RegExp(pattern, 'uy');
const declared = (name, value) => `${S}+${name}${S}*=${S}*(?:"${value}"|'${value}')`;
const DECLARATION = at(`<\\?xml${declared('version', '1\\.[0-9]+')}(?:${declared('encoding', '[A-Za-z][A-Za-z0-9._-]*')})?`
  + `(?:${declared('standalone', '(?:yes|no)')})?${S}*\\?>`);
const SKIPPED = at(`<!--(?:[^-]|-[^-])*-->|<\\?(?![xX][mM][lL][ \\t\\r\\n?])${NAME}(?:${S}[^]*?)?\\?>`);
const CDATA = at('<!\\[CDATA\\[([^]*?)\\]\\]>');
const TEXT = at('[^<]+');
const START = at(`<(${NAME})((?:${ATTRIBUTE})*)${S}*(/?)>`);
const END = at(`</(${NAME})${S}*>`);
const NO_CHARACTER = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u;
const ENTITIES = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function refuse() {
  throw new SyntaxError('not XML');
}

function resolve(text) {
  return text.replace(/&(?:(amp|lt|gt|quot|apos)|#x([0-9a-fA-F]+)|#([0-9]+));|&/g, (whole, name, hex, decimal) => {
    if (whole === '&') refuse();
    const character = name ? ENTITIES[name] : String.fromCodePoint(hex ? parseInt(hex, 16) : Number(decimal));
    return NO_CHARACTER.test(character) ? refuse() : character;
  });
}

/** The root, every element with its local name, its children and its own text. Throws on what is not well-formed. */
function parseXml(source) {
  if (NO_CHARACTER.test(source)) refuse();
  const top = { children: [], text: '', prefixes: ['xml', 'xmlns'] };
  const open = [top];
  let position = 0;
  let found;
  const next = (pattern) => {
    pattern.lastIndex = position;
    found = pattern.exec(source);
    if (found) position = pattern.lastIndex;
    return found;
  };

  next(DECLARATION);
  while (position < source.length) {
    const parent = open.at(-1);
    if (next(SKIPPED)) continue;
    if (next(TEXT)) {
      if (found[0].includes(']]>') || (parent === top && /[^ \t\r\n]/.test(found[0]))) refuse();
      parent.text += resolve(found[0]);
    } else if (next(CDATA)) {
      if (parent === top) refuse();
      parent.text += found[1];
    } else if (next(START)) {
      const [, tag, attributes] = found;
      const element = { tag, name: tag.split(':').at(-1), children: [], text: '', prefixes: [...parent.prefixes] };
      parent.children.push(element);
      if (found.at(-1) !== '/') open.push(element);
      const names = new Set();
      for (const [, name, value] of attributes.matchAll(new RegExp(ATTRIBUTE, 'gu'))) {
        resolve(value); // for its errors
        if (names.has(name)) refuse();
        names.add(name);
        if (name.startsWith('xmlns:')) element.prefixes.push(name.slice(6));
      }
      for (const name of [tag, ...names]) {
        if (name.includes(':') && !element.prefixes.includes(name.split(':')[0])) refuse();
      }
    } else if (!next(END) || open.pop().tag !== found[1]) {
      refuse();
    }
  }
  if (open.length !== 1 || top.children.length !== 1) refuse();
  return top.children[0];
}

function stop(message) {
  console.error(`push.mjs: ${message}`);
  process.exit(64);
}

const { CAKE_URL, CAKE_BASE_URL, CAKE_API_KEY, CAKE_TIMEOUT } = process.env;
const base = CAKE_URL || (CAKE_BASE_URL && `${CAKE_BASE_URL.replace(/\/+$/, '')}/api/1/buyers.asmx/UpdateLeadStatus`);
if (!/^https?:/.test(base) || !URL.canParse(base) || !CAKE_API_KEY) {
  stop('set CAKE_URL or CAKE_BASE_URL (http or https), and CAKE_API_KEY');
}

const timeout = CAKE_TIMEOUT || '10';
if (!/^[1-9][0-9]{0,3}$/.test(timeout)) stop('CAKE_TIMEOUT must be whole seconds');

const [leadId, status, subStatus = '', json = '{}', ...more] = process.argv.slice(2);
if (!leadId || !status || more.length) stop('usage: push.mjs LEAD_ID STATUS [SUB_STATUS [FIELDS_JSON]]');
let fields;
try {
  fields = Object.entries(JSON.parse(json));
} catch {
  fields = [['', null]];
}
if (json.trimStart()[0] !== '{' || fields.some(([, value]) => typeof value !== 'string')) {
  stop('FIELDS_JSON must be an object of strings');
}
// CAKE ignores the case of a name and joins what it finds twice: "Status" would spoil "status".
if (fields.some(([name]) => OWN_PARAMETERS.includes(name.toLowerCase()))) {
  stop("a custom field has the name of one of CAKE's own parameters");
}

const { outcome, reason } = await updateLeadStatus(base, CAKE_API_KEY, leadId, status, subStatus, fields, timeout);
console.log(`${outcome}: ${reason}`);
process.exitCode = EXIT_CODES[outcome];
