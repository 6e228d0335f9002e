import { join } from 'node:path';
import { readText } from '../../agentSettings/files.ts';
import { nodeAt, readJson } from '../../agentSettings/json.ts';
import type { BaseUrls, Launch } from '../agent.ts';

const method = 'gemini-api-key';
/** The lowest of its settings: whoever has chosen another login keeps it. */
const defaults = JSON.stringify({ security: { auth: { selectedType: method } } });

/**
 * With a base URL and nothing else Gemini CLI refuses to start (0.44 to 0.61): the API key must be chosen in its settings. Where the user has not, a file of system
 * defaults does it, which Gemini CLI takes only from folders that are root's. A Google login goes to Google's own service, which no base URL moves.
 */
export function launchGemini(argv: readonly string[], _word: number, bases: BaseUrls): Launch | undefined {
  if (!bases.gemini) return undefined;
  return {
    argv,
    env: { GOOGLE_GEMINI_BASE_URL: bases.gemini },
    file: {
      variable: 'GEMINI_CLI_SYSTEM_DEFAULTS_PATH',
      name: 'gemini-cli.json',
      text: defaults,
      isChosen,
      advice:
        'Gemini CLI takes another address only where its settings choose an API key. Start gemini, choose “Use Gemini API key” with /auth, and try again.',
    },
  };
}

function isChosen(home: string): boolean {
  try {
    const settings = readJson(readText(join(home, '.gemini', 'settings.json')) ?? '{}');
    return nodeAt(settings, ['security', 'auth', 'selectedType'])?.value === method;
  } catch {
    return false;
  }
}
