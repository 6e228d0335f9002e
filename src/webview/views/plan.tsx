import { shareOf } from '../../core/format.ts';
import { type Pico, picoToUsd, usdToPico } from '../../core/money.ts';
import { monthAtThisPace, usedUpAt } from '../../core/planMath.ts';
import { sameQuery } from '../../protocol/names.ts';
import type { Plan } from '../../protocol/views.ts';
import { useExport, usePage } from '../context.ts';
import { inUsd } from '../exportNames.ts';
import { timesText } from '../factors.ts';
import { LoadingView } from './loading.tsx';
import { OwnMachineForm } from './ownMachine.tsx';
import { SayWhoPays } from './totals.tsx';

/** What subscriptions are worth at API prices, and when a machine of one's own would pay. */
export function PlanView() {
  const { text, nav, model } = usePage();
  const plan = model.plan && sameQuery(model.plan.query, nav.query) ? model.plan : undefined;
  if (!plan) return <LoadingView />;
  const covered = plan.agents.filter(({ month, week }) => month.planUsd !== '0' || week.planUsd !== '0');
  const unsaid = plan.agents.filter(({ month, week }) => month.unknownUsd !== '0' || week.unknownUsd !== '0');
  return (
    <>
      <section aria-labelledby="plans">
        <h2 id="plans">{text.t('plan.title')}</h2>
        <p class="hint">{text.t(covered.length > 0 ? 'plan.hint' : 'plan.none')}</p>
        {unsaid.length > 0 && (
          <p class="unsaid">
            {text.t('plan.unsaid', { agents: unsaid.map(({ agent }) => text.agent(agent)).join(', ') })} <SayWhoPays />
          </p>
        )}
        <div class="plans">
          {covered.map((agent) => (
            <AgentPlan key={agent.agent} used={agent} plan={plan} />
          ))}
        </div>
      </section>
      <OwnMachineForm last30={plan.last30} />
    </>
  );
}

interface Props {
  readonly used: Plan['agents'][number];
  readonly plan: Plan;
}

function AgentPlan({ used, plan }: Props) {
  const { text, nav, go } = usePage();
  const { agent } = used;
  const choices = plan.plans.filter(({ agents }) => agents.includes(agent));
  const chosen = nav.inputs[`plan.${agent}`] ?? '';
  const sold = choices.find(({ id }) => id === chosen);
  const typed = nav.inputs[`plan.${agent}.price`] ?? '';
  const priceUsd = sold?.priceUsd ?? (chosen === 'other' && /^\d+(\.\d+)?$/.test(typed) ? typed : undefined);
  const month = usdToPico(used.month.planUsd);
  const pace = monthAtThisPace(month, plan.monthFrom, plan.now, plan.monthTo);
  const value = (pico: Pico | null): string => (pico === null ? '–' : text.cost({ usd: picoToUsd(pico), billing: 'plan' }));
  const caption = text.agent(agent);
  useExport(`plan ${agent}`, () => ({
    caption,
    columns: [
      text.t('column.agent'),
      text.t('plan.yours'),
      text.t('plan.price'),
      ...[text.t('plan.month'), text.t('plan.pace'), text.t('plan.week'), text.t('plan.window')].map(inUsd),
    ],
    rows: [
      [
        agent,
        sold?.name ?? '',
        priceUsd ?? null,
        used.month.planUsd,
        pace === null ? null : picoToUsd(pace),
        used.week.planUsd,
        used.window.planUsd,
      ],
    ],
  }));
  const id = `plan-${agent}`;
  return (
    <article class="plan" aria-labelledby={`${id}-name`}>
      <h3 id={`${id}-name`}>{caption}</h3>
      <p class="toolbar">
        <label for={id}>{text.t('plan.yours')}</label>
        <select
          id={id}
          value={chosen}
          onChange={({ currentTarget: { value } }) => go({ kind: 'input', name: `plan.${agent}`, value })}
        >
          <option value="">{text.t('plan.choose')}</option>
          {choices.map((choice) => (
            <option key={choice.id} value={choice.id}>
              {choice.name} · {text.usd(choice.priceUsd)}
            </option>
          ))}
          <option value="other">{text.t('plan.other')}</option>
        </select>
        {chosen === 'other' && (
          <label class="date">
            {text.t('plan.price')}{' '}
            <input
              type="number"
              min="0"
              step="1"
              value={typed}
              onInput={({ currentTarget: { value } }) => go({ kind: 'input', name: `plan.${agent}.price`, value })}
            />
          </label>
        )}
      </p>
      <dl class="totals">
        <Figure name={text.t('plan.month')} value={value(month)} />
        <Figure name={text.t('plan.pace')} value={value(pace)} />
        <Figure name={text.t('plan.week')} value={value(usdToPico(used.week.planUsd))} />
        <Figure name={text.t('plan.window')} value={value(usdToPico(used.window.planUsd))} />
      </dl>
      {priceUsd !== undefined && <Worthwhile month={month} pace={pace} priceUsd={priceUsd} />}
      {sold?.windows && <p class="hint">{text.t('plan.windows', { date: sold.checkedAt })}</p>}
      {sold?.includedUsd && <Included plan={plan} month={month} includedUsd={sold.includedUsd} date={sold.checkedAt} />}
    </article>
  );
}

function Figure({ name, value }: { readonly name: string; readonly value: string }) {
  return (
    <div class="figure">
      <dt>{name}</dt>
      <dd>
        <span class="value">{value}</span>
      </dd>
    </div>
  );
}

function Worthwhile({ month, pace, priceUsd }: { readonly month: Pico; readonly pace: Pico | null; readonly priceUsd: string }) {
  const { text } = usePage();
  const price = usdToPico(priceUsd);
  if (price <= 0n) return null;
  const times = (value: Pico): string => text.t('why.times', { factor: timesText(shareOf(value, price), text.locale) });
  return <p>{text.t('plan.worth', { times: times(month), pace: pace === null ? '–' : times(pace) })}</p>;
}

interface IncludedProps {
  readonly plan: Plan;
  readonly month: Pico;
  readonly includedUsd: string;
  readonly date: string;
}

function Included({ plan, month, includedUsd, date }: IncludedProps) {
  const { text } = usePage();
  const included = usdToPico(includedUsd);
  const share = shareOf(month, included);
  const end = usedUpAt(month, included, plan.monthFrom, plan.now, plan.monthTo);
  const day = new Intl.DateTimeFormat(text.locale, { month: 'short', day: 'numeric' });
  return (
    <div class={`budget ${share >= 1 ? 'budget-exceeded' : share >= 0.8 ? 'budget-warning' : ''}`}>
      <svg class="bar" aria-hidden="true" focusable="false">
        <rect class="bar-track" width="100%" height="100%" />
        <rect class="budget-fill" width={`${Math.min(1, share) * 100}%`} height="100%" />
      </svg>
      <p>
        {text.t('plan.included', { money: text.usd(includedUsd), share: text.share(share), date })}{' '}
        {end === undefined && text.t('plan.lasts')}
        {typeof end === 'number' && text.t('plan.usedUp', { date: day.format(end) })}
      </p>
    </div>
  );
}
