import { modeOf } from '../../core/mode.ts';
import type { Agent } from '../agent.ts';

/** Header names of the scripted run; they mean something only on the service's own stand-in upstream. */
export const sampleHeaders = {
  task: 'x-spend-meter-sample',
  mode: 'x-spend-meter-sample-mode',
  input: 'x-spend-meter-sample-input',
} as const;

/** The scripted agent that newcomers can watch without a key. */
export const sampleAgent: Agent = {
  id: 'sample',
  name: 'Sample',
  identify({ headers }) {
    const task = headers[sampleHeaders.task];
    if (!task) return undefined;
    return {
      agent: 'sample',
      task: `sample:${task}`,
      run: `sample:${task}`,
      mode: modeOf(headers[sampleHeaders.mode] ?? 'code'),
      kind: 'work',
    };
  },
};
