import { readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Observation } from '../../core/request.ts';
import { type DocumentFormat, type LinesFormat, NonsenseLine, type Places } from '../agent.ts';
import { globalStorageRoots, workspaceStorageRoots } from '../editorStorage.ts';
import { field, parsed, textField } from '../requestBody.ts';
import { ChatReader } from './chatReader.ts';
import { chatTurn, isUntold, turnObservation } from './chatTurn.ts';

const folders = ['chatSessions', 'emptyWindowChatSessions', 'transferredChatSessions'];
const workspaceFolders = ['workspaceStorage'];

/** Below `workspaceStorage` only its workspaces and their chats are looked into. */
function enters(folder: string): boolean {
  return folders.includes(basename(folder)) || workspaceFolders.includes(basename(dirname(folder)));
}

function roots(places: Places): readonly string[] {
  return [...workspaceStorageRoots(places), ...folders.slice(1).flatMap((name) => globalStorageRoots(places, name))];
}

function isChat(path: string, extension: string): boolean {
  return path.endsWith(extension) && folders.includes(basename(dirname(path)));
}

/** Properties of a request that tell something; the many lines that add to an answer's text are passed over unread. */
const properties = [
  'promptTokens',
  'completionTokens',
  'copilotCredits',
  'modelState',
  'modelId',
  'modeInfo',
  'elapsedMs',
  'result',
];

/** VS Code since about 1.108: appended to while a turn runs. Only its own harness; the Agent Host writes where the CLI does. */
export const chatLogs: LinesFormat = {
  kind: 'lines',
  roots,
  enters,
  matches: (path) => isChat(path, '.jsonl'),
  needles: ['"k":["requests"]', ...properties.map((name) => `,"${name}"],`)],
  open: (path, resume) => new ChatReader(basename(path, '.jsonl'), workspaceOf(parsed(textAt(workspaceFile(path)))), resume),
};

/** Before that: a document that is written anew. */
export const chatDocuments: DocumentFormat = {
  kind: 'document',
  roots,
  enters,
  matches: (path) => isChat(path, '.json'),
  read(document, path, beside) {
    const requests = field(document, 'requests');
    if (!Array.isArray(requests)) throw new NonsenseLine('no chat');
    const place = {
      session: textField(document, 'sessionId') ?? basename(path, '.json'),
      workspace: workspaceOf(beside(join('..', 'workspace.json'))),
    };
    const observations: Observation[] = [];
    let nonsense = 0;
    let untold = 0;
    for (const request of requests as readonly unknown[]) {
      try {
        const turn = chatTurn(request);
        const seen = turnObservation(turn, place);
        if (seen) observations.push(seen);
        else if (isUntold(turn)) untold += 1;
      } catch (error) {
        if (!(error instanceof NonsenseLine)) throw error;
        nonsense += 1;
      }
    }
    return { observations, nonsense, untold };
  },
};

function workspaceFile(path: string): string {
  return join(dirname(path), '..', 'workspace.json');
}

/** The folder of a workspace's storage as a path of this machine. */
function workspaceOf(file: unknown): string | undefined {
  const folder = textField(file, 'folder');
  if (!folder) return undefined;
  try {
    return folder.startsWith('file:') ? fileURLToPath(folder) : decodeURIComponent(new URL(folder).pathname);
  } catch {
    return undefined;
  }
}

function textAt(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
