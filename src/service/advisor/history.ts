import { setImmediate as breathe } from 'node:timers/promises';
import type { Step } from '../../advisor/step.ts';
import { usdToPico } from '../../core/money.ts';
import type { AgentId, RequestKind } from '../../core/request.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import type { RequestShape } from '../../ledger/shapes.ts';

/** Rows read between two breaths, so that streams are not kept waiting. */
const atOnce = 250;
/** Newest requests that the rules look at: some weeks of heavy use. */
const most = 20_000;

/** The requests of the last 30 days as steps, newest first; samples and what still runs are left out. */
export async function readSteps(ledger: Ledger, signal: AbortSignal): Promise<Step[]> {
  const steps: Step[] = [];
  let before: { readonly at: number; readonly id: string } | undefined;
  for (;;) {
    const rows = ledger.requests({ range: '30d', limit: atOnce, before });
    for (const row of rows) {
      const step = stepOfRow(row);
      if (step) steps.push(step);
    }
    before = rows.at(-1);
    if (!before || rows.length < atOnce || steps.length >= most) return steps;
    await breathe();
    if (signal.aborted) return steps;
  }
}

function stepOfRow(row: RequestShape): Step | undefined {
  if (row.sample || row.outcome === 'running') return undefined;
  return {
    at: row.at,
    // Written by ourselves from checked observations.
    agent: row.agent as AgentId,
    kind: (row.kind || 'work') as RequestKind,
    task: row.task,
    run: row.run || undefined,
    mode: row.mode,
    modeKind: row.mode === '' ? '' : row.modeKind,
    provider: row.provider,
    model: row.model,
    usage: row.usage,
    cost: row.usd === null ? null : usdToPico(row.usd),
    billing: row.billing,
    outcome: row.outcome,
  };
}
