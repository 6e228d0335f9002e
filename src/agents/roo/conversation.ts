import { field } from '../requestBody.ts';

/** What the agent acts as and thinks with, from a moment on. */
export interface InForce {
  /** The mode's slug. */
  readonly mode?: string;
  readonly model?: string;
}

/** The block that each user turn ends with. `<model>` came later than the rest. */
const currentMode = /# Current Mode\s*\n<slug>([^<\n]+)<\/slug>\s*\n<name>[^<\n]*<\/name>(?:\s*\n<model>([^<\n]+)<\/model>)?/g;

/** Of `api_conversation_history.json`: when which mode and model came into force, in order of time. */
export function inForceOf(history: unknown): readonly (InForce & { readonly ts: number })[] {
  if (!Array.isArray(history)) return [];
  const found: (InForce & { readonly ts: number })[] = [];
  for (const message of history as readonly unknown[]) {
    const ts = field(message, 'ts');
    if (field(message, 'role') !== 'user' || typeof ts !== 'number') continue;
    const named = lastNamed(field(message, 'content'));
    if (named) found.push({ ...named, ts });
  }
  return found.sort((a, b) => a.ts - b.ts);
}

/** The last of these that came before `moment` (ms): a request's own user turn is stored after it was announced, and before the next one. */
export function inForceAt(forces: readonly (InForce & { readonly ts: number })[], moment: number): InForce {
  let [low, high] = [0, forces.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((forces[middle]?.ts ?? 0) < moment) low = middle + 1;
    else high = middle;
  }
  return forces[low - 1] ?? {};
}

/** Tool results may quote such a block; the agent's own is the last text of the turn. */
function lastNamed(content: unknown): InForce | undefined {
  const texts =
    typeof content === 'string' ? [content] : Array.isArray(content) ? content.map((block: unknown) => field(block, 'text')) : [];
  for (const text of texts.reverse()) {
    if (typeof text !== 'string' || !text.includes('# Current Mode')) continue;
    const last = [...text.matchAll(currentMode)].at(-1);
    if (last) return { mode: last[1], ...(last[2] ? { model: last[2] } : {}) };
  }
  return undefined;
}
