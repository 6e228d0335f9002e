import { randomBytes } from 'node:crypto';
import { request } from 'undici';
import { sampleHeaders } from '../../agents/sample/agent.ts';
import { sampleModel, sampleText, sampleTurns } from './script.ts';

/** The seed text's words per turn are fewer than the scripted tokens: this model's tokenizer makes more of the same text than the one we count with. */
const wordsPerToken = 0.85;

/**
 * Plays the scripted agent against the gateway, as any agent would: one request a turn with the whole history in it,
 * the next one only when the answer asked for a tool. Ends by itself at the last turn, when it is refused, when an
 * answer ends without a tool call (which is how a stop looks), or when `signal` aborts.
 */
export function playSample(baseUrl: string, signal: AbortSignal): { readonly task: string; readonly start: () => Promise<void> } {
  const id = `${Date.now().toString(36)}-${randomBytes(3).toString('hex')}`;
  return { task: `sample:${id}`, start: () => play(id, baseUrl, signal) };
}

async function play(id: string, baseUrl: string, signal: AbortSignal): Promise<void> {
  const first = sampleTurns[0];
  if (!first) return;
  const messages: object[] = [{ role: 'user', content: sampleText(first.input * wordsPerToken * 0.5, 1) }];
  const system = sampleText(first.input * wordsPerToken * 0.5, 2);
  for (const [turn, { mode, input }] of sampleTurns.entries()) {
    const answer = await request(`${baseUrl}/v1/messages`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        [sampleHeaders.task]: id,
        [sampleHeaders.mode]: mode,
        [sampleHeaders.input]: String(input),
      },
      body: JSON.stringify({ model: sampleModel, max_tokens: 8_192, stream: true, system, messages }),
      signal,
    });
    const text = await answer.body.text();
    if (answer.statusCode !== 200 || !text.includes('"tool_use"') || !text.includes('"stop_reason":"tool_use"')) return;
    messages.push(
      {
        role: 'assistant',
        content: [{ type: 'tool_use', id: `toolu_sample_${turn}`, name: 'read_file', input: { path: 'src/reader.ts' } }],
      },
      {
        role: 'user',
        content: [
          { type: 'tool_result', tool_use_id: `toolu_sample_${turn}`, content: sampleText(4_000 * wordsPerToken, turn + 3) },
        ],
      },
    );
  }
}
