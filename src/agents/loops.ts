import { type LoopFacts, loopFacts, type Made, noLoop } from '../core/runaway.ts';
import { stepsOf } from './steps.ts';

/** Whether the conversation in a body goes round in circles: what was called since a person wrote, and with what result. */
export function loopsIn(body: unknown): LoopFacts {
  let calls: { tool: string; call: string; result: string; id: string; edit?: Made['edit'] }[] = [];
  for (const step of stepsOf(body)) {
    switch (step.kind) {
      case 'user':
        calls = [];
        break;
      case 'call':
        calls.push({ tool: step.tool, call: step.call, id: step.id, result: '', edit: step.edit });
        break;
      case 'result': {
        const made = calls.findLast(({ id, result }) => id === step.id && result === '');
        if (made) made.result = step.result;
        break;
      }
    }
  }
  return calls.length === 0 ? noLoop : loopFacts(calls);
}
