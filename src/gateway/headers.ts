/** Headers that belong to one connection, not to the message (RFC 9110 §7.6.1, and the older names still seen). */
const connectionOnly = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'proxy-authenticate',
  'proxy-authorization',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);
const none: ReadonlySet<string> = new Set();

/**
 * A request's headers as they go on: names, order, duplicates and values as they came, without what belongs to the
 * connection. `Host` is the provider's; `Expect` was answered here. `plain`: the answer is wanted as it is, since a compressed one cannot be ended well in the middle.
 * Shape: name, value, name, value, …
 */
export function requestHeaders(raw: readonly string[], plain = false): string[] {
  const named = namedByConnection(raw);
  const kept: string[] = [];
  for (let i = 0; i + 1 < raw.length; i += 2) {
    const name = raw[i] ?? '';
    const lower = name.toLowerCase();
    if (lower === 'host' || lower === 'expect' || connectionOnly.has(lower) || named.has(lower)) continue;
    kept.push(name, plain && lower === 'accept-encoding' ? 'identity' : (raw[i + 1] ?? ''));
  }
  return kept;
}

/** An answer's headers as they go on, from the bytes that came. */
export function answerHeaders(raw: readonly (Buffer | string)[]): string[] {
  const text = raw.map((part) => (typeof part === 'string' ? part : part.toString('latin1')));
  const named = namedByConnection(text);
  const kept: string[] = [];
  for (let i = 0; i + 1 < text.length; i += 2) {
    const name = text[i] ?? '';
    const lower = name.toLowerCase();
    if (!connectionOnly.has(lower) && !named.has(lower)) kept.push(name, text[i + 1] ?? '');
  }
  return kept;
}

/** `Connection: x-hop` makes `x-hop` a header of the connection as well. */
function namedByConnection(raw: readonly string[]): ReadonlySet<string> {
  let named: Set<string> | undefined;
  for (let i = 0; i + 1 < raw.length; i += 2) {
    if (raw[i]?.length !== 10 || raw[i]?.toLowerCase() !== 'connection') continue;
    for (const token of (raw[i + 1] ?? '').split(',')) {
      const name = token.trim().toLowerCase();
      // Content-Length named here would unframe the message.
      if (name && name !== 'keep-alive' && name !== 'close' && name !== 'content-length') {
        named ??= new Set();
        named.add(name);
      }
    }
  }
  return named ?? none;
}
