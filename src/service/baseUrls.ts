import { officialUpstreams } from '../gateway/upstreams.ts';

/** Clients of these want the version in their base URL; the gateway takes paths with and without it. */
const versioned: readonly string[] = ['openai', 'openrouter'];
/** Not for anybody to point at: chosen by the gateway itself. */
const internal: readonly string[] = ['chatgpt', 'sample'];

/** Where agents push their OpenTelemetry to. */
export function otlpOf(port: number, ingest: string): string {
  return `http://127.0.0.1:${port}/${ingest}/otlp`;
}

/** What agents are given as base URL, by upstream name. */
export function baseUrlsOf(port: number, ingest: string, added: readonly string[]): Record<string, string> {
  const names = new Set([...Object.keys(officialUpstreams), ...added]);
  const urls: Record<string, string> = {};
  for (const name of names) {
    if (!internal.includes(name))
      urls[name] = `http://127.0.0.1:${port}/${ingest}/${name}${versioned.includes(name) ? '/v1' : ''}`;
  }
  return urls;
}
