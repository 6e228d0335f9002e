import { useRef, useState } from 'preact/hooks';
import type { Query } from '../../protocol/query.ts';
import { usePage } from '../context.ts';

/** Nothing was metered before: a year on its way to its four digits (`0002`, `0020`) is not yet one. */
const earliest = '2020-01-01';

interface Props {
  readonly query: Query;
  /** The day it is where the meter runs. */
  readonly today: string;
}

/** First and last day of one's own. */
export function Dates({ query, today }: Props) {
  return (
    <>
      <DateField name="from" query={query} today={today} />
      <DateField name="to" query={query} today={today} />
    </>
  );
}

/**
 * One end of the span. A date field says a whole date with every key that is typed into it, so what is typed counts once it is
 * left or confirmed; a day that is picked from the calendar counts at once.
 */
function DateField({ name, query, today }: Props & { readonly name: 'from' | 'to' }) {
  const { text, go } = usePage();
  const [draft, setDraft] = useState<string>();
  const typing = useRef(false);
  const commit = ({ value, validity }: HTMLInputElement): void => {
    typing.current = false;
    setDraft(undefined);
    if (!/^\d{4}-\d{2}-\d{2}$/.test(value) || !validity.valid) return;
    const next = { ...query, [name]: value };
    // The other end follows, so that a span never ends before it begins.
    if ((next.from ?? '') > (next.to ?? '')) next[name === 'from' ? 'to' : 'from'] = value;
    go({ kind: 'query', query: next });
  };
  return (
    <label class="date">
      {text.t(`range.${name}`)}{' '}
      <input
        type="date"
        value={draft ?? query[name]}
        min={earliest}
        max={today}
        onInput={({ currentTarget: { value } }) => setDraft(value)}
        onKeyDown={({ key, currentTarget }) => {
          if (key === 'Enter') commit(currentTarget);
          else typing.current = true;
        }}
        onChange={({ currentTarget }) => {
          if (!typing.current) commit(currentTarget);
        }}
        onPointerDown={() => {
          typing.current = false;
        }}
        onBlur={({ currentTarget }) => commit(currentTarget)}
      />
    </label>
  );
}
