import { canUndo } from '../../core/canUndo.ts';
import { picoToUsd, usdToPico } from '../../core/money.ts';
import type { Advice } from '../../protocol/advice.ts';
import type { Suggestion } from '../../protocol/state.ts';
import { usePage } from '../context.ts';
import type { Text } from '../strings.ts';

export type Advised = Suggestion & { readonly advice: Advice };

/** One suggestion with what it rests on, and what can be answered to it. */
export function SuggestionCard({ suggestion }: { readonly suggestion: Advised }) {
  const { text, answerCard } = usePage();
  const { id, what, to, advice } = suggestion;
  const heading = `card-${id.replace(/[^\w-]/g, '-')}`;
  const { state } = advice;
  return (
    <article class="advice" aria-labelledby={heading}>
      <h3 id={heading}>
        {text.t(`card.rule.${advice.rule}`)} <span class="hint">{text.t(`card.evidence.${advice.evidence}`)}</span>
      </h3>
      {sentences(suggestion, text).map((sentence) => (
        <p key={sentence}>{sentence}</p>
      ))}
      {state !== undefined && state !== 'open' && <Standing advice={advice} />}
      {state === 'open' && (
        <p class="actions">
          {to !== '' && (
            <button
              type="button"
              class="primary"
              aria-label={text.t('card.applyFor', { to, what })}
              onClick={() => answerCard(id, 'apply')}
            >
              {text.t('card.apply')}
            </button>
          )}
          <button type="button" class="secondary" onClick={() => answerCard(id, 'notNow')}>
            {text.t('card.notNow')}
          </button>
          <button type="button" class="secondary" onClick={() => answerCard(id, 'never')}>
            {text.t('card.never', { what })}
          </button>
        </p>
      )}
      {canUndo(advice) && (
        <p class="actions">
          <button
            type="button"
            class="secondary"
            aria-label={text.t('card.undoFor', { what })}
            onClick={() => answerCard(id, 'undo')}
          >
            {text.t('card.undo')}
          </button>
        </p>
      )}
    </article>
  );
}

/** How an answered card stands, and what came of it: shown also when it was wrong. */
function Standing({ advice }: { readonly advice: Advice }) {
  const { text } = usePage();
  const { state, withdrawn, settlement } = advice;
  // Nothing is claimed where nothing could be compared.
  const isClosed = state === 'settled' && settlement?.realised === null;
  return (
    <>
      <p>
        <b>{text.t(isClosed ? 'card.state.closed' : `card.state.${state ?? 'open'}`)}</b>
        {withdrawn && `: ${text.t(`card.withdrawn.${withdrawn}`)}`}
      </p>
      {settlement && <p>{settlementText(settlement, text)}</p>}
    </>
  );
}

function settlementText({ predicted, realised, before, after }: NonNullable<Advice['settlement']>, text: Text): string {
  if (realised === null) return text.t('card.settlementNone');
  return text.t(realised < 0 ? 'card.settlementMore' : 'card.settlement', {
    predicted: text.share(predicted),
    realised: text.share(Math.abs(realised)),
    keptBefore: text.number(before.kept),
    allBefore: text.number(before.kept + before.redone),
    keptAfter: text.number(after.kept),
    allAfter: text.number(after.kept + after.redone),
  });
}

/** What was spent, what it would have cost, and the user's own record. */
export function sentences(
  { what, requests, from, to, spentUsd, wouldUsd, billing, advice }: Advised,
  text: Text,
): readonly string[] {
  const money = (usd: string): string => text.cost({ usd, billing });
  const [spent, would] = [money(spentUsd), money(wouldUsd)];
  if (advice.rule === 'past the line') return [text.t('card.pastTheLine', { spent, would, what, from })];
  if (advice.rule === 'loop') return [text.t('card.loop', { spent })];
  const lines = [text.t('card.spent', { what, from, spent, requests: text.count('task.requests', requests) })];
  if (to === '') {
    lines.push(text.t('card.saved', { would, spent }));
    const hint = hintKey(advice.rule);
    if (hint) lines.push(text.t(hint));
    return lines;
  }
  if (advice.rule === 'drift')
    lines.push(text.t('card.sameTokens', { to, low: money(advice.wouldLowUsd), high: money(advice.wouldHighUsd) }));
  else lines.push(text.t('card.range', { to, low: money(advice.wouldLowUsd), high: money(advice.wouldHighUsd) }));
  if (usdToPico(advice.coldUsd) > 0n) lines.push(text.t('card.cold', { cold: money(picoToUsd(usdToPico(advice.coldUsd))) }));
  if (advice.own) lines.push(ownText(advice.own, from, to, text));
  return lines;
}

function ownText(own: NonNullable<Advice['own']>, from: string, to: string, text: Text): string {
  const [allFrom, allTo] = [own.from.kept + own.from.redone, own.to.kept + own.to.redone];
  if (allTo === 0) return text.t('card.ownNone', { to });
  return text.t('card.own', {
    from,
    to,
    keptFrom: text.number(own.from.kept),
    allFrom: text.number(allFrom),
    keptTo: text.number(own.to.kept),
    allTo: text.number(allTo),
  });
}

function hintKey(rule: Advice['rule']) {
  switch (rule) {
    case 'cold cache':
    case 'big result':
    case 'thinking':
    case 'small turns':
      return `card.hint.${rule}` as const;
    default:
      return undefined;
  }
}
