import { type Mode, modeOf } from '../../core/mode.ts';
import type { Observation } from '../../core/request.ts';
import { turnKey } from '../../core/turn.ts';
import { usage } from '../../core/usage.ts';
import { field, textField } from '../requestBody.ts';
import { mustBeCounts } from '../tokenCounts.ts';
import { usdOfCredits } from './credits.ts';
import { copilotModes } from './modes.ts';
import { github, ownSeller, type Seller } from './provider.ts';

/** What is remembered of one prompt of a chat and its answer: numbers and names, none of its texts. */
export interface ChatTurn {
  readonly id?: string;
  /** Milliseconds since the epoch. */
  readonly began?: number;
  readonly lasted?: number;
  readonly model?: string;
  readonly mode?: string;
  readonly prompt?: number;
  readonly output?: number;
  readonly credits?: number;
  /** Model calls, as far as its rounds of tools tell. */
  readonly calls?: number;
  /** It is over: complete, cancelled or failed. */
  readonly ended?: boolean;
  /** The answer is that of another extension. */
  readonly foreign?: boolean;
}

/** Where a chat belongs. */
export interface ChatPlace {
  readonly session: string;
  readonly workspace?: string;
}

/** `ResponseModelState` of microsoft/vscode: pending 0, complete 1, cancelled 2, failed 3, needs input 4. */
const endStates = [1, 2, 3];

/**
 * A serialized request of a chat, or some of its properties (VS Code 1.139.1's own `storageSchema`; microsoft/vscode, `chatSessionOperationLog.ts`).
 * `promptTokens` is the prompt of its **last** model call, `completionTokens` the sum over all, `copilotCredits` GitHub's price of the whole turn, its sub-agents
 * in it. Versions before 1.110 have the counts in `result`. Throws `NonsenseLine` for counts that are none.
 */
export function chatTurn(request: unknown): ChatTurn {
  const result = field(request, 'result');
  const metadata = field(result, 'metadata');
  const told = field(result, 'usage');
  mustBeCounts(request, ['promptTokens', 'completionTokens']);
  const rounds = field(metadata, 'toolCallRounds');
  const elapsed = field(request, 'elapsedMs') ?? field(field(result, 'timings'), 'totalElapsed');
  const state = field(field(request, 'modelState'), 'value');
  const turn: ChatTurn = {
    id: textField(request, 'requestId'),
    began: number(field(request, 'timestamp')),
    lasted: number(elapsed),
    model: modelOf(textField(request, 'modelId'), textField(metadata, 'resolvedModel')),
    mode: modeName(field(request, 'modeInfo')),
    prompt: number(field(request, 'promptTokens') ?? field(told, 'promptTokens') ?? field(metadata, 'promptTokens')),
    output: number(field(request, 'completionTokens') ?? field(told, 'completionTokens') ?? field(metadata, 'outputTokens')),
    credits: number(field(request, 'copilotCredits')),
    calls: Array.isArray(rounds) ? Math.max(1, rounds.length) : undefined,
    ended: result !== undefined || endStates.includes(state as number) || undefined,
    foreign: isForeign(field(request, 'agent')) || undefined,
  };
  return Object.fromEntries(Object.entries(turn).filter(([, value]) => value !== undefined));
}

/** Told where the turn has an end and neither tokens nor credits: nothing is made up then. */
export function isUntold(turn: ChatTurn): boolean {
  return !turn.foreign && turn.ended === true && turn.model !== undefined && !turn.output && !turn.credits;
}

/**
 * One row for one turn: what VS Code writes down does not part its model calls. More calls than one have one prompt told, so the tokens are no more than an
 * estimate; with GitHub's own price beside them the cost is exact all the same.
 */
export function turnObservation(turn: ChatTurn, place: ChatPlace): Observation | undefined {
  if (turn.foreign || !turn.id || !turn.model || turn.began === undefined || !(turn.output || turn.credits)) return undefined;
  const task = `copilot:${place.session}`;
  const { seller, model } = sellerOf(turn.model);
  return {
    source: 'sessions',
    keys: [`${turnKey}${turn.id}`],
    at: turn.began + (turn.lasted ?? 0),
    began: turn.began,
    agent: 'copilot',
    task,
    run: `copilot:${turn.id}`,
    mode: modeFor(turn.mode),
    kind: 'work',
    workspace: place.workspace,
    ...seller,
    model,
    usage: usage({ uncachedInput: turn.prompt ?? 0, output: turn.output ?? 0 }),
    counted: turn.calls === 1 ? 'reported' : 'estimated',
    reportedUsd: seller === github ? usdOfCredits(turn.credits) : undefined,
    outcome: 'ok',
  };
}

function modeFor(name: string | undefined): Mode | undefined {
  return name === undefined ? undefined : modeOf(name, copilotModes);
}

/** Custom agents are of kind `agent` and have instructions with a name of their own; `Plan` is one of them. */
function modeName(info: unknown): string | undefined {
  const name = textField(field(info, 'modeInstructions'), 'name') ?? textField(info, 'modeName');
  return name ?? textField(info, 'kind');
}

/** `copilot/auto` chooses for the user; which one it was stands in the answer. */
function modelOf(chosen: string | undefined, resolved: string | undefined): string | undefined {
  return chosen && resolved && /^copilot\/(auto|copilot-.*)$/.test(chosen) ? `copilot/${resolved}` : chosen;
}

/** `<vendor>/<model>`, with the group of the user's own models in between. */
function sellerOf(id: string): { readonly seller: Seller; readonly model: string } {
  const slash = id.indexOf('/');
  if (slash < 0) return { seller: github, model: id };
  const vendor = id.slice(0, slash);
  const rest = id.slice(slash + 1);
  return vendor === 'copilot'
    ? { seller: github, model: rest }
    : { seller: ownSeller(vendor), model: rest.slice(rest.lastIndexOf('/') + 1) };
}

function isForeign(agent: unknown): boolean {
  const extension = textField(field(agent, 'extensionId'), 'value') ?? textField(agent, 'extensionId') ?? textField(agent, 'id');
  return extension !== undefined && !/^github\.copilot/i.test(extension);
}

function number(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : undefined;
}
