import type { Card, KeptAdvice } from '../../advisor/cards.ts';
import type { Suggestion } from '../../protocol/state.ts';

/** Advice as windows see it. */
export function shownAdvice(advice: KeptAdvice, card?: Card, written = false): Suggestion {
  const { id, rule, evidence, agent, subject, billing, from, to, task, tasks, requests, own } = advice;
  return {
    id,
    what: subject.name,
    requests,
    from,
    to: to?.model ?? '',
    spentUsd: advice.spentUsd,
    wouldUsd: advice.wouldUsd,
    billing,
    advice: {
      rule,
      evidence,
      agent,
      about: subject.kind,
      tasks,
      wouldLowUsd: advice.wouldLowUsd,
      wouldHighUsd: advice.wouldHighUsd,
      coldUsd: advice.coldUsd,
      ...(task === undefined ? {} : { task }),
      ...(own ? { own } : {}),
      ...(to ? { provider: to.provider } : {}),
      ...(card ? { state: card.state } : {}),
      ...(written ? { written } : {}),
      ...(card?.withdrawn ? { withdrawn: card.withdrawn } : {}),
      ...(card?.settlement ? { settlement: card.settlement } : {}),
    },
  };
}

/** `written`: a setting that was written for it has not been taken back. */
export function shownCard(card: Card, written: boolean): Suggestion {
  return shownAdvice(card.advice, card, written);
}
