import type { PolicyRow } from '../../../src/protocol/advice.ts';
import type { Suggestion } from '../../../src/protocol/state.ts';

/** One card in each state, and rows without one. */
export function sampleCards(): Suggestion[] {
  const card: Suggestion = {
    id: 'mode:kilo:kilo/code:claude-opus-4-8:minimax/minimax-m3:metered',
    what: 'code',
    requests: 412,
    from: 'claude-opus-4-8',
    to: 'minimax/minimax-m3',
    spentUsd: '22.4',
    wouldUsd: '5.2',
    billing: 'metered',
    advice: {
      rule: 'mode',
      evidence: 'estimated',
      agent: 'kilo',
      about: 'mode',
      tasks: 31,
      wouldLowUsd: '3.1',
      wouldHighUsd: '8.05',
      coldUsd: '0.22',
      own: { from: { kept: 29, redone: 2 }, to: { kept: 6, redone: 1 } },
      provider: 'openrouter',
      state: 'open',
    },
  };
  const { advice } = card;
  if (!advice) return [];
  const settlement = {
    at: 1_764_000_000_000,
    count: 10,
    predicted: 0.77,
    realised: -0.04,
    before: { kept: 29, redone: 2 },
    after: { kept: 6, redone: 4 },
  };
  return [
    card,
    { ...card, id: 'loop', to: '', advice: { ...advice, rule: 'loop', evidence: 'exact', task: 'kilo:1', state: 'notNow' } },
    {
      ...card,
      id: 'line',
      to: '',
      advice: { ...advice, rule: 'past the line', evidence: 'exact', task: 'kilo:2', state: 'never' },
    },
    { ...card, id: 'drift', advice: { ...advice, rule: 'drift', evidence: 'estimated', own: undefined, state: 'applied' } },
    { ...card, id: 'wrong', advice: { ...advice, state: 'withdrawn', withdrawn: 'did not hold', settlement } },
    { ...card, id: 'held', advice: { ...advice, state: 'settled', settlement: { ...settlement, realised: 0.7 } } },
    { ...card, id: 'cold', to: '', advice: { ...advice, rule: 'cold cache', evidence: 'exact', state: undefined } },
  ];
}

export function samplePolicy(): PolicyRow[] {
  return [
    {
      agent: 'kilo',
      about: 'mode',
      what: 'code',
      allow: 'ask',
      models: [
        { model: 'claude-opus-4-8', requests: 412, usd: '22.4', kept: 29, redone: 2 },
        { model: 'minimax/minimax-m3', requests: 80, usd: '0.61', kept: 6, redone: 1 },
      ],
      candidates: ['minimax/minimax-m3'],
    },
    {
      agent: 'kilo',
      about: 'mode',
      what: 'architect',
      allow: 'never',
      models: [{ model: 'claude-opus-4-8', requests: 90, usd: '9.1', kept: 0, redone: 0 }],
      candidates: [],
    },
  ];
}
