import { picoToUsd } from '../../core/money.ts';
import { sameQuery } from '../../protocol/names.ts';
import type { Commit, Worth } from '../../protocol/views.ts';
import { usePage } from '../context.ts';
import { sumOfMoney, sumOfTotal, weightOf } from '../sums.ts';
import { LoadingView } from './loading.tsx';
import { moneyColumns, moneyKinds } from './moneyColumns.tsx';
import { type Column, SortableTable } from './sortableTable.tsx';

/** What was spent before each commit and on each branch of the folders of this window. */
export function WorthView({ now }: { readonly now: number }) {
  const { text, nav, model } = usePage();
  const worth = model.worth && sameQuery(model.worth.query, nav.query) ? model.worth : undefined;
  if (!worth) return <LoadingView />;
  const nothing = worth.commits.length === 0 && worth.branches.length === 0 && worth.silent.length === 0;
  return (
    <>
      {worth.silent.map(({ workspace, why }) => (
        <p key={workspace} class="hint">
          {text.t(`worth.silent.${why}`, { folder: text.folder(workspace) ?? workspace })}
        </p>
      ))}
      {nothing ? <p class="hint">{text.t('worth.noFolder')}</p> : <Commits commits={worth.commits} now={now} />}
      {worth.branches.length > 0 && <Branches branches={worth.branches} />}
    </>
  );
}

function Commits({ commits, now }: { readonly commits: readonly Commit[]; readonly now: number }) {
  const { text } = usePage();
  const kinds = moneyKinds(commits.map((commit) => sumOfMoney(commit.cost)).reduce(addMoney, sumOfMoney(nothing)));
  const columns: readonly Column<Commit>[] = [
    {
      id: 'commit',
      label: text.t('worth.commit'),
      key: (commit) => commit.subject,
      exported: (commit) => commit.hash,
      cell: (commit) => (
        <>
          <code>{commit.hash.slice(0, 8)}</code> <span class="place">{commit.subject}</span>
        </>
      ),
    },
    {
      id: 'when',
      label: text.t('worth.when'),
      numeric: true,
      from: 'medium',
      key: (commit) => commit.at,
      exported: (commit) => new Date(commit.at).toISOString(),
      cell: (commit) => text.time(commit.at, now),
    },
    {
      id: 'branch',
      label: text.t('column.branch'),
      from: 'wide',
      key: (commit) => commit.branch,
      cell: (commit) => <span class="model">{commit.branch || '–'}</span>,
    },
    {
      id: 'fate',
      label: text.t('worth.fate'),
      from: 'medium',
      key: (commit) => commit.fate,
      cell: (commit) =>
        commit.fate === 'kept' ? (
          <span class="hint">{text.t('worth.kept')}</span>
        ) : (
          <span class="tag tag-quiet">{text.t(`worth.${commit.fate}`)}</span>
        ),
    },
    { id: 'workspace', label: text.t('column.workspace'), exportOnly: true, key: (commit) => commit.workspace, cell: () => null },
    ...moneyColumns(text, kinds, commits, (commit: Commit) => sumOfMoney(commit.cost)),
  ];
  return (
    <section aria-labelledby="commits">
      <h2 id="commits">{text.t('worth.commits')}</h2>
      <p class="hint">{text.t('worth.hint')}</p>
      {commits.length === 0 ? (
        <p class="hint">{text.t('worth.none')}</p>
      ) : (
        <SortableTable
          id="commits"
          headed
          caption={text.t('worth.commits')}
          columns={columns}
          rows={commits}
          rowKey={(commit) => `${commit.workspace} ${commit.hash}`}
          sortedBy="when"
        />
      )}
    </section>
  );
}

const nothing = { meteredUsd: '0', planUsd: '0', unknownUsd: '0' };

function addMoney(a: ReturnType<typeof sumOfMoney>, b: ReturnType<typeof sumOfMoney>): ReturnType<typeof sumOfMoney> {
  return { metered: a.metered + b.metered, plan: a.plan + b.plan, unknown: a.unknown + b.unknown, unpricedTokens: 0 };
}

type Branch = Worth['branches'][number];

function Branches({ branches }: { readonly branches: readonly Branch[] }) {
  const { text } = usePage();
  const kinds = moneyKinds(branches.map((branch) => sumOfTotal(branch.total)).reduce(addMoney, sumOfMoney(nothing)));
  const each = (branch: Branch): bigint =>
    branch.commits > 0 ? weightOf(sumOfTotal(branch.total)) / BigInt(branch.commits) : 0n;
  const isTold = (branch: Branch): boolean => branch.commits > 0 && (each(branch) !== 0n || branch.total.unpricedTokens === 0);
  const columns: readonly Column<Branch>[] = [
    {
      id: 'branch',
      label: text.t('column.branch'),
      key: (branch) => branch.branch,
      cell: (branch) => (
        <>
          <span class="model">{branch.branch || text.t('where.untold')}</span>{' '}
          <span class="place" title={branch.workspace}>
            {text.folder(branch.workspace)}
          </span>
        </>
      ),
    },
    { id: 'workspace', label: text.t('column.workspace'), exportOnly: true, key: (branch) => branch.workspace, cell: () => null },
    ...moneyColumns(text, kinds, branches, (branch: Branch) => sumOfTotal(branch.total)),
    {
      id: 'count',
      label: text.t('worth.count'),
      numeric: true,
      key: (branch) => branch.commits,
      cell: (branch) => text.number(branch.commits),
    },
    {
      id: 'each',
      label: text.t('worth.perCommit'),
      numeric: true,
      money: true,
      from: 'medium',
      key: each,
      exported: (branch) => (isTold(branch) ? picoToUsd(each(branch)) : null),
      cell: (branch) => (isTold(branch) ? text.usd(picoToUsd(each(branch))) : <span class="hint dash">–</span>),
    },
  ];
  return (
    <section aria-labelledby="branches">
      <h2 id="branches">{text.t('worth.branches')}</h2>
      <p class="hint">{text.t('worth.branchesHint')}</p>
      <SortableTable
        id="branches"
        headed
        caption={text.t('worth.branches')}
        columns={columns}
        rows={branches}
        rowKey={(branch) => `${branch.workspace} ${branch.branch}`}
        sortedBy="share"
      />
    </section>
  );
}
