/**
 * Reads what agents say about themselves in a request body, in whichever protocol it is: the system prompt, what was
 * said in user and system turns, and how many tools are offered. Bodies are foreign, so nothing is taken for granted.
 */

/** A property of an unknown value; `undefined` where there is none. */
export function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>)[name] : undefined;
}

/** A property that is a non-empty string. */
export function textField(value: unknown, name: string): string | undefined {
  const found = field(value, name);
  return typeof found === 'string' && found !== '' ? found : undefined;
}

/** JSON text to a value; `undefined` when it is none. */
export function parsed(text: string | undefined): unknown {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The system or developer prompt, wherever the protocol puts it; `''` when there is none. */
export function systemText(body: unknown): string {
  const parts = [
    contentText(field(body, 'system')),
    contentText(field(body, 'instructions')),
    contentText(field(field(body, 'systemInstruction'), 'parts')),
  ];
  for (const turn of turnsOf(body)) {
    const role = field(turn, 'role');
    if (role !== 'system' && role !== 'developer') break;
    parts.push(contentText(field(turn, 'content')));
  }
  return parts.filter(Boolean).join('\n');
}

/** Text of the user, system and developer turns, newest first. Tool results and the assistant's own words are left out. */
export function* saidTexts(body: unknown): Generator<string> {
  const turns = turnsOf(body);
  for (let i = turns.length - 1; i >= 0; i--) {
    const role = field(turns[i], 'role');
    if (role !== 'user' && role !== 'system' && role !== 'developer') continue;
    const text = contentText(field(turns[i], 'content') ?? field(turns[i], 'parts'));
    if (text) yield text;
  }
}

/** Text of the first user turn: what tells conversations apart where the agent sends no id. */
export function firstUserText(body: unknown): string | undefined {
  for (const turn of turnsOf(body)) {
    if (field(turn, 'role') !== 'user') continue;
    const text = contentText(field(turn, 'content') ?? field(turn, 'parts'));
    if (text) return text;
  }
  return undefined;
}

/** A text without what stands in tags of that name, and the white space behind each. Takes time in step with its length, whatever is in it. */
export function withoutTag(text: string, tag: string): string {
  const [open, close] = [`<${tag}>`, `</${tag}>`];
  let kept = '';
  let from = 0;
  for (let at = text.indexOf(open); at >= 0; at = text.indexOf(open, from)) {
    const end = text.indexOf(close, at);
    if (end < 0) break;
    kept += text.slice(from, at);
    from = end + close.length;
    while (/\s/.test(text[from] ?? '')) from++;
  }
  return kept + text.slice(from);
}

/** What stands in tags of that name. Takes time in step with the text's length. */
export function insideTags(text: string, tag: string): string[] {
  const [open, close] = [`<${tag}>`, `</${tag}>`];
  const found: string[] = [];
  for (let at = text.indexOf(open); at >= 0; ) {
    const end = text.indexOf(close, at);
    if (end < 0) break;
    found.push(text.slice(at + open.length, end));
    at = text.indexOf(open, end);
  }
  return found;
}

/** Text of all user turns before the first answer: some requests of an agent hold in one turn what others of it hold in two. */
export function openingText(body: unknown): string {
  const texts: string[] = [];
  for (const turn of turnsOf(body)) {
    const role = field(turn, 'role');
    if (role !== 'user') break;
    texts.push(contentText(field(turn, 'content') ?? field(turn, 'parts')));
  }
  return texts.filter(Boolean).join('\n');
}

/** Texts of the user's turns before the first answer; a system prompt may stand before them. */
export function* beforeFirstAnswer(body: unknown): Generator<string> {
  for (const turn of turnsOf(body)) {
    const role = field(turn, 'role');
    if (role === 'assistant' || role === 'model') return;
    if (role === 'user') yield contentText(field(turn, 'content') ?? field(turn, 'parts'));
  }
}

export function toolCount(body: unknown): number {
  const tools = field(body, 'tools');
  if (Array.isArray(tools) && tools.length > 0) return tools.length;
  // Codex gives its tools in an item of the input.
  for (const turn of turnsOf(body)) {
    if (field(turn, 'type') !== 'additional_tools') continue;
    const inside = field(turn, 'tools');
    if (Array.isArray(inside)) return inside.length;
  }
  return 0;
}

function turnsOf(body: unknown): readonly unknown[] {
  for (const name of ['messages', 'input', 'contents']) {
    const turns = field(body, name);
    if (Array.isArray(turns)) return turns;
  }
  const input = field(body, 'input');
  return typeof input === 'string' ? [{ role: 'user', content: input }] : [];
}

function contentText(content: unknown): string {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return '';
  const texts: string[] = [];
  for (const block of content) {
    const text = field(block, 'text');
    if (typeof text === 'string') texts.push(text);
  }
  return texts.join('\n');
}
