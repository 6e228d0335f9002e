import { allowances } from '../../core/adviceNames.ts';
import type { PolicyRow } from '../../protocol/advice.ts';
import { usePage } from '../context.ts';

/** What runs on which model, what could be offered instead, and whether it may: the user's own to say. */
export function PolicyTable({ rows }: { readonly rows: readonly PolicyRow[] }) {
  const { text, command } = usePage();
  if (rows.length === 0) return null;
  return (
    <section class="policy" aria-labelledby="policy">
      <h2 id="policy">{text.t('policy.title')}</h2>
      <table>
        <caption class="sr-only">{text.t('policy.caption')}</caption>
        <thead>
          <tr>
            <th scope="col">{text.t('policy.what')}</th>
            <th scope="col">{text.t('policy.models')}</th>
            <th scope="col">{text.t('policy.candidates')}</th>
            <th scope="col">{text.t('policy.allow')}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <Row key={`${row.agent}/${row.about}/${row.what}`} row={row} />
          ))}
        </tbody>
      </table>
      <p class="hint">{text.t('policy.note')}</p>
      <p class="actions">
        <button type="button" class="secondary" onClick={() => command('routingPolicy')}>
          {text.t('policy.settings')}
        </button>
      </p>
    </section>
  );
}

/** Models and candidates that a cell has room for. */
const shown = 4;

function Row({ row }: { readonly row: PolicyRow }) {
  const { text, allow } = usePage();
  const { agent, about, what, models, candidates } = row;
  const name = `${text.agent(agent)} · ${what}`;
  return (
    <tr>
      <th scope="row">{name}</th>
      <td>
        {models.slice(0, shown).map(({ model, requests, usd, kept, redone }) => (
          <span key={model} class="line">
            {model} <span class="hint">{text.count('task.requests', requests)}</span> {text.usd(usd)}
            {kept + redone > 0 && (
              <span class="hint"> {text.t('policy.kept', { kept: text.number(kept), all: text.number(kept + redone) })}</span>
            )}
          </span>
        ))}
      </td>
      <td>
        {candidates.length === 0 ? (
          <span class="hint">{text.t('policy.none')}</span>
        ) : (
          candidates.slice(0, shown).map((model) => (
            <span key={model} class="line">
              {model}
            </span>
          ))
        )}
      </td>
      <td>
        <select
          aria-label={text.t('policy.allowFor', { what: name })}
          value={row.allow}
          onChange={({ currentTarget }) => {
            const chosen = allowances.find((one) => one === currentTarget.value);
            if (chosen) allow(about === 'mode' ? `${agent}/${what}` : what, chosen);
          }}
        >
          {allowances.map((one) => (
            <option key={one} value={one}>
              {text.t(`policy.${one}`)}
            </option>
          ))}
        </select>
      </td>
    </tr>
  );
}
