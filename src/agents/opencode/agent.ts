import type { Agent, RequestFacts } from '../agent.ts';
import { sdkEnvironment } from '../terminalEnvironment.ts';
import { coreDatabase } from './database.ts';
import { type Core, identifyCore } from './identity.ts';
import { coreRouting, filesOf } from './routing.ts';

const core: Core = {
  agent: 'opencode',
  modes: { general: 'code', explore: 'ask' },
  markers: [
    { pattern: /# Plan Mode - System Reminder|\bPlan mode ACTIVE\b/g, name: 'plan' },
    { pattern: /Your operational mode has changed from \w+ to (\w+)/g, name: (match) => match[1] ?? 'build' },
  ],
  usual: 'build',
};

/** The one that wins first, as 1.18 was seen to read them. */
const settingsFiles = ['opencode.jsonc', 'opencode.json', 'config.json'];

export const opencodeAgent: Agent = {
  id: 'opencode',
  name: 'OpenCode',
  modes: core.modes,
  identify(facts: RequestFacts) {
    const { headers } = facts;
    const isOpencode =
      headers['user-agent']?.startsWith('opencode/') || headers.originator === 'opencode' || headers['x-opencode-session-id'];
    return isOpencode ? identifyCore(core, facts) : undefined;
  },
  refusal: 'json-402',
  routing: coreRouting('opencode', settingsFiles, 'opencode.jsonc'),
  plugins: (places) => filesOf('opencode', settingsFiles, places),
  environment: sdkEnvironment,
  sessions: [
    coreDatabase({
      agent: 'opencode',
      folder: 'opencode',
      file: 'opencode.db',
      variable: 'OPENCODE_DB',
      modes: core.modes,
      costReporters: [],
    }),
  ],
};
