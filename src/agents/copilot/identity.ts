import { guessedTask } from '../../core/guessedTask.ts';
import { modeOf } from '../../core/mode.ts';
import type { Identity, RequestFacts } from '../agent.ts';
import { type KindMarker, markedKind } from '../kinds.ts';
import { lastMarkedMode, type ModeMarker } from '../lastMarker.ts';
import { conversationMark } from '../other/fingerprint.ts';
import { saidTexts, systemText, toolCount } from '../requestBody.ts';
import { copilotModes, interactionKinds } from './modes.ts';

/** The CLI (1.0.102, run) tells its session in its system prompt: the folder that its own record lies in. */
const sessionFolder = /[/\\]session-state[/\\]([0-9a-f]{8}-[0-9a-f-]{27})\b/;

/** VS Code's side requests (microsoft/vscode, `extensions/copilot`), which offer no tools. */
const kindMarkers: readonly KindMarker[] = [
  { kind: 'title', system: /^\W*You are an expert in crafting (pithy |ultra-compact )?titles\b/i },
  { kind: 'summary', system: /^\W*Your task is to create a comprehensive, detailed summary of the entire conversation\b/i },
  { kind: 'commit message', system: /\bcome (up )?with the best git commit message for their code changes\b/i },
];

/** Notices of the CLI when its mode has changed. */
const modeMarkers: readonly ModeMarker[] = [
  { pattern: /<(plan|autopilot|interactive)_mode>/g, name: (match) => match[1] ?? 'interactive' },
];

/**
 * Requests of the CLI to a provider of the user's own (`COPILOT_PROVIDER_BASE_URL`), and of VS Code's chat to a custom endpoint. The CLI comes as the vendor's SDK
 * with an `x-initiator`; which session it is stands in its prompt. VS Code names itself and no session, and so do
 * the CLI's sub-agents, which have prompts of their own: such a task goes by the beginning of its conversation until the agent's own record is read.
 */
export function identifyCopilot(facts: RequestFacts, key: string): Identity | undefined {
  const { headers, body } = facts;
  if (body === undefined) return undefined;
  const system = systemText(body);
  const isMain = /^\W*You are the GitHub Copilot CLI\b/.test(system);
  const isCli = isMain || (headers['x-initiator'] !== undefined && isSdk(headers));
  const isEditor = headers['user-agent']?.startsWith('GitHubCopilotChat/') === true;
  if (!isCli && !isEditor) return undefined;
  const session = isCli ? sessionIn(system, body) : undefined;
  const mark = session ? undefined : conversationMark(facts, key);
  const task = session ? `copilot:${session}` : mark && guessedTask('copilot', mark);
  if (!task) return undefined;
  const kind = interactionKinds[headers['x-interaction-type'] ?? ''] ?? markedKind(body, kindMarkers) ?? 'work';
  const mode = kind === 'work' ? modeName(body, isMain) : undefined;
  return { agent: 'copilot', task, ...(mode ? { mode: modeOf(mode, copilotModes) } : {}), kind };
}

function isSdk(headers: RequestFacts['headers']): boolean {
  return /^(OpenAI|Anthropic)\/JS\b/.test(headers['user-agent'] ?? '');
}

function sessionIn(system: string, body: unknown): string | undefined {
  const own = sessionFolder.exec(system)?.[1];
  if (own) return own;
  for (const text of saidTexts(body)) {
    const found = sessionFolder.exec(text)?.[1];
    if (found) return found;
  }
  return undefined;
}

/** The CLI tells each change of mode in the conversation; VS Code names a mode only by its instructions, sub-agents not at all. */
function modeName(body: unknown, isMain: boolean): string | undefined {
  if (!isMain) return undefined;
  return lastMarkedMode(body, modeMarkers) ?? (toolCount(body) > 0 ? 'interactive' : undefined);
}
