import { settingFor } from '../../core/wasteSettings.ts';
import type { Finding } from '../../protocol/views.ts';
import { useExport, usePage } from '../context.ts';
import { inUsd } from '../exportNames.ts';
import type { Text } from '../strings.ts';

/** What is known to be wasted, dearest first: the evidence, its cost, and the setting that mends it. */
export function Waste({ findings }: { readonly findings: readonly Finding[] }) {
  const { text, nav, go } = usePage();
  useExport('waste', () => ({
    caption: text.t('waste.title'),
    columns: [
      text.t('column.finding'),
      text.t('column.evidence'),
      text.t('column.agent'),
      inUsd(text.t('column.metered')),
      text.t('column.billing'),
      text.t('column.requests'),
      text.t('column.tokens'),
      text.t('column.mend'),
      text.t('column.setting'),
    ],
    rows: findings.map((finding) => [
      finding.kind,
      evidence(finding, text),
      finding.agent,
      finding.usd,
      finding.billing,
      finding.requests,
      finding.tokens,
      text.t(`waste.${finding.kind}.mend`),
      settingFor(finding.agent, finding.kind) ?? '',
    ]),
  }));
  return (
    <section aria-labelledby="waste">
      <h2 id="waste">{text.t('waste.title')}</h2>
      {findings.length === 0 && <p class="hint">{text.t('waste.none')}</p>}
      <ul class="findings">
        {findings.map((finding) => {
          const setting = settingFor(finding.agent, finding.kind);
          const { task } = finding;
          return (
            <li key={finding.id}>
              <p>
                <b class="amount">
                  {finding.usd === null ? text.t('waste.noCost') : text.cost({ usd: finding.usd, billing: finding.billing })}
                </b>{' '}
                <span class="hint">{text.count('task.requests', finding.requests)}</span>
              </p>
              <p>
                {evidence(finding, text)}{' '}
                {task !== undefined && (
                  <button
                    type="button"
                    class="link"
                    onClick={() => go({ kind: 'query', query: { range: 'task', task }, tab: nav.tab })}
                  >
                    {text.t('task.only')}
                  </button>
                )}
              </p>
              <p class="hint">
                {text.t('waste.mend')} {text.t(`waste.${finding.kind}.mend`)}
                {setting && (
                  <>
                    {' · '}
                    <code>{setting}</code>
                  </>
                )}
              </p>
            </li>
          );
        })}
      </ul>
    </section>
  );
}

function evidence({ kind, subject, agent, requests, tokens, detail }: Finding, text: Text): string {
  const number = /^\d+$/.test(detail) ? text.tokens(Number(detail)) : detail;
  return text.t(`waste.${kind}`, {
    agent: text.agent(agent),
    subject: subject === agent ? text.agent(agent) : text.kind(subject),
    count: text.number(requests),
    tokens: text.tokens(tokens),
    detail: number,
  });
}
