import type { Place, RequestKind } from '../core/request.ts';
import { field, saidTexts, systemText, textField, toolCount } from './requestBody.ts';

/** Sub-agents that only look things up are called so by several agents. */
const searchers: readonly string[] = ['explore'];
/** `/v1/embeddings`, `…:embedContent`, `…:batchEmbedContents` */
const embeddingPath = /\/embeddings$|:(batchE|e)mbedContents?$/;

/** The kind of a request where its path or the agent's own mode makes it certain; what is known already stays. */
export function certainKind(place: Pick<Place, 'kind' | 'mode'>, path?: string): RequestKind | undefined {
  if (place.kind !== undefined && place.kind !== 'work') return place.kind;
  if (path !== undefined && embeddingPath.test(path)) return 'embeddings';
  return place.mode && searchers.includes(place.mode.name.toLowerCase()) ? 'search' : place.kind;
}

/** A side request that is known by its own prompt. Only what is certain: a wrong kind would make a wrong suggestion. */
export interface KindMarker {
  readonly kind: RequestKind;
  readonly system?: RegExp;
  /** Matched against the newest user turn. */
  readonly said?: RegExp;
  /** Such a request offers tools all the same: its first words must leave no doubt. */
  readonly tools?: true;
}

/** Prompts that several agents share. */
const common: readonly KindMarker[] = [
  {
    kind: 'commit message',
    system: /^\W*(Conventional Commit Message Generator|You are an expert Git commit message generator)/i,
  },
  { kind: 'title', system: /^\W*You are a title generator\b/i },
  { kind: 'summary', system: /^\W*You are a helpful AI assistant tasked with summarizing conversations\b/i },
];

/**
 * The kind of a side request, by its prompt; `undefined` when no marker fits. Side requests offer no tools, but for
 * those whose marker says so: a request that does is the agent's own step, whatever its text quotes.
 */
export function markedKind(body: unknown, own: readonly KindMarker[] = []): RequestKind | undefined {
  if (body === undefined) return undefined;
  const offersTools = toolCount(body) > 0;
  const system = systemText(body);
  const said = saidTexts(body).next().value ?? '';
  for (const marker of [...own, ...common]) {
    if (offersTools && !marker.tools) continue;
    const systemFits = marker.system === undefined || marker.system.test(system);
    const saidFits = marker.said === undefined || marker.said.test(said);
    if (systemFits && saidFits) return marker.kind;
  }
  return undefined;
}

/** Whether the request asks for JSON with nothing but a `title` in it. */
export function asksForTitleOnly(body: unknown): boolean {
  const schema =
    field(field(field(body, 'output_config'), 'format'), 'schema') ??
    field(field(body, 'output_format'), 'schema') ??
    field(field(field(body, 'text'), 'format'), 'schema');
  const properties = field(schema, 'properties');
  if (typeof properties !== 'object' || properties === null) return false;
  return Object.keys(properties).join() === 'title' && textField(schema, 'type') === 'object';
}
