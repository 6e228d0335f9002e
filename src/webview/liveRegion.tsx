import { useEffect, useRef, useState } from 'preact/hooks';
import { sameQuery } from '../protocol/names.ts';
import { newsOf } from './announce.ts';
import { usePage } from './context.ts';
import type { Model } from './model.ts';
import { queryName } from './queryName.ts';
import type { Text } from './strings.ts';
import { sumOfTask, sumOfTotal } from './sums.ts';
import { taskName } from './views/taskBits.tsx';

/** Says what changed of its own accord, and only that: a ticking amount is silent. */
export function LiveRegion() {
  const { text, model } = usePage();
  const before = useRef<Model>(model);
  const [words, setWords] = useState('');
  useEffect(() => {
    const said = wordsFor(before.current, model, text);
    before.current = model;
    if (said.length > 0) setWords(said.join(' '));
  }, [model, text]);
  return (
    <div class="sr-only" role="status" aria-live="polite">
      {words}
    </div>
  );
}

function wordsFor(before: Model, after: Model, text: Text): readonly string[] {
  const said: string[] = [];
  if (after.problem !== undefined && before.problem === undefined) said.push(text.t('live.problem'));
  if (after.problem === undefined && before.problem !== undefined) said.push(text.t('live.back'));
  if (after.breakdown && before.breakdown && !sameQuery(after.breakdown.query, before.breakdown.query)) {
    const { query, total } = after.breakdown;
    said.push(text.t('live.range', { range: queryName(query, text), money: text.sum(sumOfTotal(total)) }));
  }
  const { state } = after;
  if (!state || state === before.state) return said;
  for (const { kind, task } of newsOf(before.state, state)) {
    said.push(text.t(`live.${kind}`, { task: taskName(task, text, state.now), money: text.sum(sumOfTask(task)) }));
  }
  return said;
}
