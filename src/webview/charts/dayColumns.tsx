import { shareOf } from '../../core/format.ts';
import type { BreakdownRow } from '../../protocol/state.ts';
import { usePage } from '../context.ts';
import { addSums, largestWeight, noSum, sumOfTotal, weightOf } from '../sums.ts';
import { useWidth } from '../useWidth.ts';

const height = 72;
const top = 14;
const widest = 64;
const kinds = ['metered', 'plan', 'unknown'] as const;

/** Days as columns, the kinds of money stacked but never added in words. A picture only: the table beside it says the same. */
export function DayColumns({ rows }: { readonly rows: readonly BreakdownRow[] }) {
  const { text } = usePage();
  const [ref, width] = useWidth<HTMLDivElement>();
  const days = daysOf(rows);
  const most = largestWeight(rows.map((row) => sumOfTotal(row.total)));
  const slot = Math.min(widest, width / Math.max(1, days.length));
  const end = Math.max(0, Math.min(width, slot * days.length));
  const total = rows.map((row) => sumOfTotal(row.total)).reduce(addSums, noSum);
  const used = kinds.filter((kind) => total[kind] !== 0n);
  const dearest = rows.find((row) => weightOf(sumOfTotal(row.total)) === most);
  return (
    <div class="chart" ref={ref}>
      <p class="chart-note">{text.t('where.byDay')}</p>
      <svg
        width={width}
        height={top + height + 16}
        viewBox={`0 0 ${width} ${top + height + 16}`}
        aria-hidden="true"
        focusable="false"
      >
        <line class="grid" x1="0" x2={end} y1={top} y2={top} />
        <line class="axis" x1="0" x2={end} y1={top + height} y2={top + height} />
        {dearest && (
          <text class="tick" x={end} y={top - 3} text-anchor="end">
            {text.sum(sumOfTotal(dearest.total))}
          </text>
        )}
        {days.map((day, index) => {
          const sum = day.row && sumOfTotal(day.row.total);
          let y = top + height;
          return (
            <g key={day.key}>
              {sum &&
                kinds.map((kind) => {
                  const size = shareOf(sum[kind], most) * height;
                  y -= size;
                  return (
                    size > 0 && (
                      <rect
                        key={kind}
                        class={`money-${kind}`}
                        x={index * slot + 1}
                        y={y}
                        width={Math.max(1, slot - 2)}
                        height={size}
                      />
                    )
                  );
                })}
            </g>
          );
        })}
        <text class="tick" x="0" y={top + height + 13}>
          {days[0] && text.day(days[0].key)}
        </text>
        <text class="tick" x={end} y={top + height + 13} text-anchor="end">
          {days.length > 3 && text.day(days.at(-1)?.key ?? '')}
        </text>
      </svg>
      {used.length > 1 && (
        <ul class="legend">
          {used.map((kind) => (
            <li key={kind}>
              <svg class="swatch" viewBox="0 0 10 10" aria-hidden="true" focusable="false">
                <rect class={`money-${kind}`} x="0.5" y="0.5" width="9" height="9" />
              </svg>
              {text.t(`where.${kind}`)}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

/** Every day from the first to the last, so that an empty one is a gap and not left out. At most a year. */
function daysOf(rows: readonly BreakdownRow[]): readonly { readonly key: string; readonly row: BreakdownRow | undefined }[] {
  const byKey = new Map(rows.map((row) => [row.key, row]));
  const [first, last] = [rows[0]?.key ?? '', rows.at(-1)?.key ?? ''];
  const days: { key: string; row: BreakdownRow | undefined }[] = [];
  for (let at = Date.parse(`${first}T00:00:00Z`); days.length < 366; at += 86_400_000) {
    if (!Number.isFinite(at)) break;
    const key = new Date(at).toISOString().slice(0, 10);
    days.push({ key, row: byKey.get(key) });
    if (key >= last) break;
  }
  return days;
}
