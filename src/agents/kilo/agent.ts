import type { Agent, RequestFacts } from '../agent.ts';
import { coreDatabase } from '../opencode/database.ts';
import { type Core, identifyCore } from '../opencode/identity.ts';
import { coreRouting, filesOf } from '../opencode/routing.ts';
import { systemText } from '../requestBody.ts';
import { kiloTasks } from '../roo/agent.ts';
import { sdkEnvironment } from '../terminalEnvironment.ts';

/** Code and plan share one system prompt; the others say in theirs what they are. */
const systemPrompts: readonly (readonly [RegExp, string])[] = [
  [/\bYou are in Ask mode\b/, 'ask'],
  [/\bYou are an expert software debugger\b/, 'debug'],
  [/\bYou are a strategic workflow orchestrator\b/, 'orchestrator'],
];

const core: Core = {
  agent: 'kilo',
  modes: { general: 'code', explore: 'ask' },
  markers: [
    { pattern: /The active agent has changed from [\w-]+ to ([\w-]+)\./g, name: (match) => match[1] ?? 'code' },
    { pattern: /Your operational mode has changed from [\w-]+ to ([\w-]+)/g, name: (match) => match[1] ?? 'code' },
    { pattern: /# Native Plan Mode\b/g, name: 'plan' },
  ],
  usual: 'code',
  named(facts) {
    const system = systemText(facts.body);
    return systemPrompts.find(([pattern]) => pattern.test(system))?.[1];
  },
};

/** The one that wins first, as 7 was seen to read them. */
const settingsFiles = ['opencode.jsonc', 'opencode.json', 'kilo.jsonc', 'kilo.json', 'config.json'];

/** Kilo Code 7: the CLI and the VS Code extension, which runs the same server; and the tasks that Kilo Code 4 and 5 left. */
export const kiloAgent: Agent = {
  id: 'kilo',
  name: 'Kilo Code',
  modes: core.modes,
  identify(facts: RequestFacts) {
    const { headers } = facts;
    const isKilo =
      /^(Kilo-Code|kilo)\//.test(headers['user-agent'] ?? '') || Object.keys(headers).some((name) => name.startsWith('x-kilo'));
    return isKilo ? identifyCore(core, facts) : undefined;
  },
  refusal: 'json-402',
  routing: coreRouting('kilo', settingsFiles, 'kilo.jsonc'),
  plugins: (places) => filesOf('kilo', settingsFiles, places),
  environment: sdkEnvironment,
  sessions: [
    coreDatabase({
      agent: 'kilo',
      folder: 'kilo',
      file: 'kilo.db',
      variable: 'KILO_DB',
      modes: core.modes,
      costReporters: ['kilo', 'openrouter'],
    }),
    kiloTasks,
  ],
};
