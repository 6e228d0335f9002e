import { fileURLToPath } from 'node:url';
import { ownProviderEnvironment } from '../../src/agents/copilot/agent.ts';
import { guardCommand } from '../../src/agents/registry.ts';
import { systemText } from '../../src/agents/requestBody.ts';
import type { AgentId } from '../../src/core/request.ts';
import type { BlockKind } from '../standIn/turn.ts';
import { key } from './bench.ts';

/** One prompt to an agent. */
export interface Run {
  readonly prompt: string;
  /** Goes on with the last session. */
  readonly resume?: boolean;
  /** The agent's own name of a mode, where it can be chosen on the command line. */
  readonly mode?: string;
}

export interface Cli {
  readonly agent: AgentId;
  readonly name: string;
  readonly family: 'anthropic' | 'openai' | 'google';
  /** Blocks in which an answer of its can be stopped. */
  readonly blocks: readonly BlockKind[];
  /** USD: what 40,000 tokens of prompt (or as many as this agent's first prompt has, where the provider tells at the end) and some hundred of output cost. */
  readonly budget: string;
  /** Files of its own settings, by their path in its home. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Requests beside the work that offer tools all the same: they take no turn of the script. */
  readonly isSide?: (body: unknown) => boolean;
  /** Where it takes its provider from its own settings only: run once, before its first prompt. */
  setUp?(to: { readonly baseUrls: Readonly<Record<string, string>> }): {
    readonly argv: readonly string[];
    readonly env: Readonly<Record<string, string>>;
  };
  command(
    run: Run,
    to: { readonly baseUrls: Readonly<Record<string, string>>; readonly cliPath: string },
  ): { readonly argv: readonly string[]; readonly env: Readonly<Record<string, string>> };
}

const clineResume = fileURLToPath(new URL('clineResume.ts', import.meta.url));

const allBlocks: readonly BlockKind[] = ['text', 'thinking', 'call'];

/** As a terminal is guarded: the variables that `guardEnvironment` gives, and the agent's own key. */
function guarded(argv: readonly string[], baseUrls: Readonly<Record<string, string>>, env: Readonly<Record<string, string>>) {
  return { argv, env: { ...guardCommand(argv, baseUrls).env, ...env } };
}

export const claudeCode: Cli = {
  agent: 'claude-code',
  name: 'Claude Code',
  family: 'anthropic',
  blocks: allBlocks,
  budget: '0.126',
  command: ({ prompt, resume, mode }, { baseUrls }) =>
    guarded(
      [
        'claude',
        ...(resume ? ['--continue'] : []),
        '-p',
        prompt,
        '--allowedTools',
        'Bash',
        '--model',
        'claude-sonnet-4-5-20250929',
        ...(mode ? ['--permission-mode', mode] : []),
      ],
      baseUrls,
      { ANTHROPIC_API_KEY: key, CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1', DISABLE_AUTOUPDATER: '1' },
    ),
};

/** No variable reaches Codex: it is started as its user would, with `spend-meter run`. */
export const codex: Cli = {
  agent: 'codex',
  name: 'Codex',
  family: 'openai',
  blocks: allBlocks,
  budget: '0.040',
  command: ({ prompt, resume }, { cliPath }) => ({
    argv: [
      process.execPath,
      cliPath,
      'run',
      '--',
      'codex',
      'exec',
      ...(resume ? ['resume', '--last'] : []),
      '--skip-git-repo-check',
      '--dangerously-bypass-approvals-and-sandbox',
      '-m',
      'gpt-5.3-codex',
      prompt,
    ],
    env: { CODEX_API_KEY: key },
  }),
};

function core(agent: 'opencode' | 'kilo', name: string): Cli {
  return {
    agent,
    name,
    family: 'anthropic',
    blocks: allBlocks,
    budget: '0.126',
    command: ({ prompt, resume, mode }, { baseUrls }) =>
      guarded(
        [
          agent,
          'run',
          '--auto',
          ...(resume ? ['-c'] : []),
          ...(mode ? ['--agent', mode] : []),
          '-m',
          'anthropic/claude-sonnet-4-5',
          prompt,
        ],
        baseUrls,
        { ANTHROPIC_API_KEY: key, OPENCODE_DISABLE_AUTOUPDATE: '1', KILO_DISABLE_AUTOUPDATE: '1' },
      ),
  };
}

export const opencode = core('opencode', 'OpenCode');
export const kilo = core('kilo', 'Kilo CLI');

/** No hub of its own that outlives the run, no update. */
const clineEnv = { CLINE_SESSION_BACKEND_MODE: 'local', CLINE_NO_AUTO_UPDATE: '1' };
/** A model that thinks aloud: of one that thinks unseen the whole answer is reserved, and the budget would stop it before it begins. */
const clineModel = ['-P', 'openai-compatible', '-m', 'gpt-4.1'];

/** Neither a variable nor an option gives Cline another address: it is told once, as its user would. */
export const cline: Cli = {
  agent: 'cline',
  name: 'Cline CLI',
  family: 'openai',
  blocks: allBlocks,
  budget: '0.016',
  setUp: ({ baseUrls }) => ({
    argv: ['cline', 'auth', '-p', 'openai-compatible', '-k', key, '-m', 'gpt-4.1', '-b', baseUrls.openai ?? ''],
    env: clineEnv,
  }),
  command: ({ prompt, resume, mode }) => ({
    argv: resume
      ? [process.execPath, clineResume, prompt, ...clineModel]
      : ['cline', ...clineModel, ...(mode === 'plan' ? ['-p'] : []), '--json', prompt],
    env: clineEnv,
  }),
};

/** With a provider of the user's own; GitHub's models go to GitHub only. `COPILOT_OFFLINE` leaves it nothing but that provider. */
export const copilot: Cli = {
  agent: 'copilot',
  name: 'Copilot CLI',
  family: 'anthropic',
  blocks: allBlocks,
  budget: '0.126',
  command: ({ prompt, resume, mode }, { baseUrls }) =>
    guarded(
      ['copilot', ...(resume ? ['--continue'] : []), '-p', prompt, '--allow-all-tools', ...(mode ? ['--mode', mode] : [])],
      baseUrls,
      {
        ...ownProviderEnvironment(baseUrls, 'anthropic'),
        COPILOT_PROVIDER_API_KEY: key,
        COPILOT_MODEL: 'claude-sonnet-4-5',
        COPILOT_OFFLINE: 'true',
        COPILOT_AUTO_UPDATE: 'false',
      },
    ),
};

/** An API key, chosen with `/auth` as its user would; started with `spend-meter run`, for no variable alone reaches it. */
export const gemini: Cli = {
  agent: 'gemini-cli',
  name: 'Gemini CLI',
  family: 'google',
  blocks: allBlocks,
  budget: '0.089',
  settings: {
    '.gemini/settings.json': JSON.stringify({
      security: { auth: { selectedType: 'gemini-api-key' } },
      // It would end an endless answer by itself.
      model: { disableLoopDetection: true },
    }),
  },
  command: ({ prompt, resume, mode }, { cliPath }) => ({
    argv: [
      process.execPath,
      cliPath,
      'run',
      '--',
      'gemini',
      ...(resume ? ['--resume', 'latest'] : []),
      '-p',
      prompt,
      '--approval-mode',
      mode ?? 'yolo',
      '--skip-trust',
    ],
    env: { GEMINI_API_KEY: key },
  }),
};

/** Its memory keepers go over the conversation after it, with tools. */
const memoryKeeper = /^You are (now acting as the managed memory|performing a managed memory)/;

/** A model that thinks aloud, as Cline's. */
export const qwen: Cli = {
  agent: 'qwen-code',
  name: 'Qwen Code',
  family: 'openai',
  blocks: allBlocks,
  budget: '0.033',
  isSide: (body) => memoryKeeper.test(systemText(body)),
  command: ({ prompt, resume, mode }, { baseUrls }) =>
    guarded(['qwen', ...(resume ? ['--continue'] : []), '-p', prompt, '--approval-mode', mode ?? 'yolo'], baseUrls, {
      OPENAI_API_KEY: key,
      OPENAI_MODEL: 'gpt-4.1',
    }),
};
