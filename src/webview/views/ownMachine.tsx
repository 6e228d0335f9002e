import { picoToUsd, usdToPico } from '../../core/money.ts';
import { assumption, type BreakEven, breakEven, machineLimits, type OwnMachine, usualMachine } from '../../core/planMath.ts';
import { cacheWrites } from '../../core/usage.ts';
import type { Total } from '../../protocol/state.ts';
import { useExport, usePage } from '../context.ts';
import { inUsd } from '../exportNames.ts';
import type { Nav } from '../nav.ts';
import type { Text } from '../strings.ts';

const fields = [
  'hardwareUsd',
  'months',
  'watts',
  'hoursPerDay',
  'usdPerKwh',
  'upkeepUsd',
  'share',
  'promptPerSecond',
  'outputPerSecond',
] as const satisfies readonly (keyof OwnMachine)[];

/** When a model on a machine of one's own would pay at this use; every assumption can be changed. */
export function OwnMachineForm({ last30 }: { readonly last30: Total }) {
  const { text, nav, go } = usePage();
  const machine = machineOf(nav.inputs);
  const kinds = (['metered', 'plan', 'unknown'] as const).filter((kind) => last30[`${kind}Usd`] !== '0');
  const { usage } = last30;
  const all = kinds.reduce((sum, kind) => sum + usdToPico(last30[`${kind}Usd`]), 0n);
  const results = kinds.map((kind) => {
    const usd = last30[`${kind}Usd`];
    // Tokens are not kept by who pays in a total: they are taken to fall on each as its cost does.
    const part = all > 0n ? Number((usdToPico(usd) * 1_000_000n) / all) / 1_000_000 : 0;
    const use = {
      usd: Number(usd),
      freshTokens: (usage.uncachedInput + usage.inputAudio + cacheWrites(usage)) * part,
      outputTokens: usage.output * part,
    };
    return { kind, usd, ...breakEven(machine, use) };
  });
  useExport('ownMachine', () => ({
    caption: text.t('plan.own'),
    columns: [
      text.t('column.billing'),
      ...(['plan.use', 'plan.replaces', 'plan.cost', 'plan.saves', 'plan.fromUse'] as const).map((key) => inUsd(text.t(key))),
      text.t('column.machines'),
      text.t('column.load'),
    ],
    rows: results.map((row) => [
      row.kind,
      row.usd,
      row.replacesUsd,
      row.costUsd,
      row.savesUsd,
      Number.isFinite(row.fromUsd) ? row.fromUsd : null,
      row.machines,
      row.load,
    ]),
  }));
  return (
    <section aria-labelledby="own">
      <h2 id="own">{text.t('plan.own')}</h2>
      <p class="hint">{text.t('plan.ownHint')}</p>
      <fieldset class="assumptions">
        <legend>{text.t('plan.assumptions')}</legend>
        {fields.map((name) => (
          <label key={name}>
            <span>{text.t(`own.${name}`)}</span>
            <input
              type="number"
              min={shown(name, machineLimits[name][0])}
              max={shown(name, machineLimits[name][1])}
              step="any"
              value={nav.inputs[`own.${name}`] ?? shown(name, usualMachine[name])}
              onInput={({ currentTarget: { value } }) => go({ kind: 'input', name: `own.${name}`, value })}
            />
          </label>
        ))}
      </fieldset>
      {results.map((result) => (
        <Result key={result.kind} result={result} />
      ))}
      {results.length === 0 && <p class="hint">{text.t('plan.nothing')}</p>}
    </section>
  );
}

/** A share is typed in percent. */
function shown(name: keyof OwnMachine, value: number): string {
  return String(name === 'share' ? value * 100 : value);
}

function Result({
  result,
}: {
  readonly result: BreakEven & { readonly kind: 'metered' | 'plan' | 'unknown'; readonly usd: string };
}) {
  const { text } = usePage();
  const rows = [
    ['plan.use', `${text.cost({ usd: result.usd, billing: result.kind })}`],
    ['plan.replaces', dollars(result.replacesUsd, text)],
    ['plan.cost', dollars(result.costUsd, text)],
    ['plan.saves', dollars(result.savesUsd, text)],
    [
      'plan.fromUse',
      Number.isFinite(result.fromUsd) ? text.t('plan.fromUsd', { money: dollars(result.fromUsd, text) }) : text.t('plan.never'),
    ],
    ['plan.machines', text.t('plan.machinesLoad', { count: text.number(result.machines), share: text.share(result.load) })],
  ] as const;
  return (
    <table class="narrow-table">
      <caption>
        {text.t('plan.result')} · {text.t(`money.${result.kind}`)} · {text.t(result.savesUsd > 0 ? 'plan.pays' : 'plan.paysNot')}
      </caption>
      <tbody>
        {rows.map(([name, value]) => (
          <tr key={name}>
            <th scope="row">{text.t(name)}</th>
            <td class="number">{value}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** An estimate from assumptions: to the cent is more than it knows. */
function dollars(amount: number, text: Text): string {
  return text.usd(picoToUsd(usdToPico(Math.abs(amount).toFixed(2)) * (amount < 0 ? -1n : 1n)));
}

function machineOf(inputs: Nav['inputs']): OwnMachine {
  const machine: Record<keyof OwnMachine, number> = { ...usualMachine };
  for (const name of fields) machine[name] = assumption(name, inputs[`own.${name}`]);
  return machine;
}
