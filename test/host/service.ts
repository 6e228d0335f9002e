import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { type Discovery, discoverySchema } from '../../src/protocol/api.ts';
import { discoveryFile, stateFolder } from '../../src/protocol/stateFolder.ts';
import { waitFor } from './activation.ts';

/** What the discovery file says once there is one. */
function discovered(): Promise<Discovery> {
  const path = join(stateFolder(process.env, process.platform, homedir()), discoveryFile);
  return waitFor(() => {
    try {
      return discoverySchema.parse(JSON.parse(readFileSync(path, 'utf8')));
    } catch {
      return undefined;
    }
  });
}

/** Asks the service that the window has started. */
export async function call(method: string, path: string, body?: unknown): Promise<unknown> {
  const { port, controlToken } = await discovered();
  const answer = await fetch(`http://127.0.0.1:${port}/api/${path}`, {
    method,
    headers: { authorization: `Bearer ${controlToken}` },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  assert.equal(answer.status, 200, path);
  return answer.json();
}
