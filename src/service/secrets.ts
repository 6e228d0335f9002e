import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { writePrivateFile } from './privateFile.ts';

const secretsSchema = z.object({
  /** Stands in base URLs and therefore in agents' environments: it lets a process send model requests, nothing else. */
  ingest: z.string().regex(/^[0-9a-f]{32}$/),
  /** Opens the control API. Never put into a URL, an environment or an agent's settings. */
  control: z.string().regex(/^[0-9a-f]{64}$/),
  /** Keys the hashes that stand for prompt texts, so that a stored hash says nothing about a text. */
  hash: z.string().regex(/^[0-9a-f]{64}$/),
});
export type Secrets = z.infer<typeof secretsSchema>;

/** Only the elected service calls this, so there is no race about who makes them. They stay the same over restarts. */
export function loadSecrets(path: string): Secrets {
  const known = read(path);
  if (known) return known;
  const fresh: Secrets = {
    ingest: randomBytes(16).toString('hex'),
    control: randomBytes(32).toString('hex'),
    hash: randomBytes(32).toString('hex'),
  };
  writePrivateFile(path, JSON.stringify(fresh));
  return fresh;
}

function read(path: string): Secrets | undefined {
  try {
    return secretsSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    // Missing, torn or foreign: new secrets are the safe answer; terminals opened before have to be opened anew.
    return undefined;
  }
}
