import type { BaseUrls, Launch } from '../agent.ts';
import { commandWord } from '../commandWord.ts';

/** The lowest of its settings: whoever has chosen another login keeps it. */
const defaults = JSON.stringify({ security: { auth: { selectedType: 'gemini-api-key' } } });

/**
 * With a base URL and nothing else Gemini CLI takes itself for a client of a kind that it then refuses (0.44 to 0.61). The API key must be chosen in a settings
 * file; the file of system defaults can be named by a variable, so that none of the user's is touched. A Google login goes to Google's own
 * service, which no base URL moves: that user's agent works, unguarded.
 */
export function launchGemini(argv: readonly string[], bases: BaseUrls): Launch | undefined {
  if (!bases.gemini || commandWord(argv, 'gemini', '@google/gemini-cli') < 0) return undefined;
  return {
    argv,
    env: { GOOGLE_GEMINI_BASE_URL: bases.gemini },
    file: { variable: 'GEMINI_CLI_SYSTEM_DEFAULTS_PATH', name: 'gemini-cli.json', text: defaults },
  };
}
