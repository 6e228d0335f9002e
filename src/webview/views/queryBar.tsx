import type { Query } from '../../protocol/query.ts';
import type { Breakdown, State } from '../../protocol/state.ts';
import { usePage } from '../context.ts';
import { ranges } from '../nav.ts';
import { taskTrees } from '../tasks.ts';
import { Dates } from './dates.tsx';
import { taskName } from './taskBits.tsx';

interface Props {
  readonly state: State;
  readonly breakdown: Breakdown | undefined;
}

/** Time and filters, the same over every view, and the export of what is seen. */
export function QueryBar({ state, breakdown }: Props) {
  const { text, nav, go, exportSeen } = usePage();
  const { query } = nav;
  const { agent: _agent, workspace: _workspace, branch: _branch, ...unfiltered } = query;
  const filtered = query.agent !== undefined || query.workspace !== undefined || query.branch !== undefined;
  const choices = breakdown?.choices;
  return (
    <form class="toolbar query" aria-label={text.t('filter.bar')} onSubmit={(event) => event.preventDefault()}>
      <RangeSelect state={state} breakdown={breakdown} />
      {query.range === 'custom' && <Dates query={query} today={text.today(state.now)} />}
      <Filter name="agent" words={choices?.agents ?? []} shown={text.agent} />
      <Filter name="workspace" words={choices?.workspaces ?? []} shown={(word) => text.folder(word) ?? word} />
      <Filter name="branch" words={choices?.branches ?? []} shown={(word) => word} />
      {filtered && (
        <button type="button" class="link" onClick={() => go({ kind: 'query', query: unfiltered })}>
          {text.t('filter.clear')}
        </button>
      )}
      <button type="button" class="link export" onClick={exportSeen}>
        {text.t('export.action')}
      </button>
    </form>
  );
}

function RangeSelect({ state, breakdown }: Props) {
  const { text, nav, go } = usePage();
  const { query } = nav;
  const newest = nav.task ?? query.task ?? taskTrees(state.tasks)[0]?.task.id;
  const shown = [...state.tasks, ...(breakdown?.tasks ?? [])].find((task) => task.id === query.task);
  const choose = (range: Query['range']): void => {
    const { from: _from, to: _to, task: _task, ...filters } = query;
    const today = text.today(state.now);
    if (range === 'custom') go({ kind: 'query', query: { ...filters, range, from: query.from ?? today, to: query.to ?? today } });
    else go({ kind: 'query', query: { ...filters, range, ...(range === 'task' && newest ? { task: newest } : {}) } });
  };
  return (
    <>
      <label for="range">{text.t('range.label')}</label>
      <select
        id="range"
        value={query.range}
        onChange={(event) => {
          const range = ranges.find((candidate) => candidate === event.currentTarget.value);
          if (range) choose(range);
        }}
      >
        {ranges.map((range) => (
          <option key={range} value={range} disabled={range === 'task' && !newest}>
            {text.t(`range.${range}`)}
          </option>
        ))}
      </select>
      {query.range === 'task' && shown && <span class="hint place">{taskName(shown, text, state.now)}</span>}
    </>
  );
}

interface FilterProps {
  readonly name: 'agent' | 'workspace' | 'branch';
  readonly words: readonly string[];
  readonly shown: (word: string) => string;
}

/** Only where there is something to choose, or something was chosen. */
function Filter({ name, words, shown }: FilterProps) {
  const { text, nav, go } = usePage();
  const chosen = nav.query[name];
  const options = chosen === undefined || words.includes(chosen) ? words : [chosen, ...words];
  if (options.length < 2 && chosen === undefined) return null;
  return (
    <select
      class="filter"
      aria-label={text.t(`filter.${name}`)}
      value={chosen === undefined ? 'all' : `=${chosen}`}
      onChange={({ currentTarget: { value } }) => {
        const { [name]: _, ...others } = nav.query;
        go({ kind: 'query', query: value === 'all' ? others : { ...others, [name]: value.slice(1) } });
      }}
    >
      <option value="all">{text.t(`filter.all.${name}`)}</option>
      {options.map((word) => (
        // An empty word is a choice too: what was not told.
        <option key={word} value={`=${word}`} title={word}>
          {word ? shown(word) : text.t('where.untold')}
        </option>
      ))}
    </select>
  );
}
