import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stopDoorFile, whyStopped } from './ask.ts';

/** The part of the server's own client that is used here (OpenCode 1.18, Kilo 7.7). */
interface Client {
  readonly session: {
    get(options: { readonly path: { readonly id: string } }): Promise<{ readonly data?: { readonly parentID?: string } }>;
  };
}

/** What runs before each request to a model; what it throws is shown to the user, and nothing is sent. */
interface Hooks {
  readonly 'chat.params': (input: { readonly sessionID: string }) => Promise<void>;
}

/** Sub-agents of sub-agents: more levels than any of these programs has. */
const deepest = 16;

/**
 * The server plugin of OpenCode and Kilo Code 7, built into one file that needs no package. It is installed in the state folder's `bin`, under the name of
 * the agent, and finds the service through the file beside that folder. Whatever fails, the request goes on.
 */
export const SpendMeter = async ({ client }: { readonly client: Client }): Promise<Hooks> => {
  const door = new URL(`../${stopDoorFile}`, import.meta.url);
  const agent = basename(fileURLToPath(import.meta.url)).startsWith('kilo') ? 'kilo' : 'opencode';
  const roots = new Map<string, string>();

  /** A stop holds for the whole tree: the session that a sub-agent's session goes back to. */
  const rootOf = async (session: string): Promise<string> => {
    const known = roots.get(session);
    if (known) return known;
    let root = session;
    for (let level = 0; level < deepest; level++) {
      const { data } = await client.session.get({ path: { id: root } });
      if (!data?.parentID) break;
      root = data.parentID;
    }
    roots.set(session, root);
    return root;
  };

  return {
    'chat.params': async ({ sessionID }) => {
      // Kilo gives a title's request a name made of its session's.
      const session = sessionID.replace(/^title-/, '');
      const root = await rootOf(session).catch(() => session);
      const why = await whyStopped(door, `${agent}:${root}`).catch(() => undefined);
      if (why) throw new Error(why);
    },
  };
};
