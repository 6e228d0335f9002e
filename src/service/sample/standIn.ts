import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { sampleHeaders } from '../../agents/sample/agent.ts';
import type { Disposable } from '../../core/disposable.ts';
import { sampleModel, sampleText, sampleTurns } from './script.ts';

const chunksPerAnswer = 50;
/** One answer streams for this long (ms): fast enough to watch the whole run, slow enough to press Stop. */
const answerTime = 2_500;

/**
 * A provider that answers the sample run over Anthropic's streaming protocol, on a loopback port of its own. It counts
 * nothing: the script's numbers come in a header, the text is made up.
 */
export async function startStandIn(pace: number): Promise<Disposable & { readonly url: string }> {
  const server = createServer((req, res) => {
    answer(req, res, pace).catch(() => res.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  server.unref();
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    dispose() {
      server.closeAllConnections();
      server.close();
    },
  };
}

async function answer(req: IncomingMessage, res: ServerResponse, pace: number): Promise<void> {
  for await (const _ of req) {
    // The body is the script's own text.
  }
  const input = Number(req.headers[sampleHeaders.input]) || 0;
  const turn = sampleTurns.findIndex((one) => one.input === input);
  const output = sampleTurns[turn]?.output ?? 100;
  const last = turn === sampleTurns.length - 1;
  res.writeHead(200, {
    'content-type': 'text/event-stream',
    'cache-control': 'no-cache',
    'request-id': `req_sample_${randomBytes(8).toString('hex')}`,
  });
  const event = (type: string, data: object): void => {
    res.write(`event: ${type}\ndata: ${JSON.stringify({ type, ...data })}\n\n`);
  };
  event('message_start', {
    message: {
      id: `msg_sample_${randomBytes(12).toString('hex')}`,
      type: 'message',
      role: 'assistant',
      model: sampleModel,
      content: [],
      stop_reason: null,
      stop_sequence: null,
      usage: { input_tokens: input, cache_creation_input_tokens: 0, cache_read_input_tokens: 0, output_tokens: 1 },
    },
  });
  event('content_block_start', { index: 0, content_block: { type: 'text', text: '' } });
  for (let chunk = 0; chunk < chunksPerAnswer; chunk++) {
    if (res.destroyed) return;
    const text = sampleText(Math.floor(output / chunksPerAnswer), turn * 1_000 + chunk);
    event('content_block_delta', { index: 0, delta: { type: 'text_delta', text: `${text} ` } });
    await wait((answerTime / chunksPerAnswer) * pace);
  }
  event('content_block_stop', { index: 0 });
  if (!last) {
    event('content_block_start', {
      index: 1,
      content_block: { type: 'tool_use', id: `toolu_sample_${turn}`, name: 'read_file', input: {} },
    });
    event('content_block_delta', { index: 1, delta: { type: 'input_json_delta', partial_json: '{"path":"src/reader.ts"}' } });
    event('content_block_stop', { index: 1 });
  }
  event('message_delta', {
    delta: { stop_reason: last ? 'end_turn' : 'tool_use', stop_sequence: null },
    usage: { output_tokens: output },
  });
  event('message_stop', {});
  res.end();
}
