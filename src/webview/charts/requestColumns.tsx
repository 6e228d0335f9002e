import type { RequestRow, TransitionRow } from '../../protocol/rows.ts';
import { usePage } from '../context.ts';
import { useWidth } from '../useWidth.ts';
import { requestChart } from './requestChart.ts';

const plotTop = 14;
const plotHeight = 88;
const bandTop = plotTop + plotHeight + 5;
const bandHeight = 18;
const labelTop = bandTop + bandHeight + 13;
const wholeHeight = labelTop + 5;
/** About a character of the chart's small text, in pixels: decides whether a name fits into its band. */
const letter = 6.6;

interface Props {
  readonly requests: readonly RequestRow[];
  /** How many there are; only the newest may be here. */
  readonly all: number;
  readonly transitions: readonly TransitionRow[];
}

/** Requests as columns over the modes they were sent in. A picture only: the lists below it say the same. */
export function RequestColumns({ requests, all, transitions }: Props) {
  const { text } = usePage();
  const [ref, width] = useWidth<HTMLDivElement>();
  const chart = requestChart(requests, transitions, width, plotHeight);
  return (
    <div class="chart" ref={ref}>
      <p class="chart-note">
        {text.t('chart.title')}
        {all > chart.columns.length &&
          ` · ${text.t('chart.note', { count: text.number(chart.columns.length), all: text.number(all) })}`}
      </p>
      <svg
        width={width}
        height={wholeHeight}
        viewBox={`0 0 ${width} ${wholeHeight}`}
        direction="ltr"
        aria-hidden="true"
        focusable="false"
      >
        <line class="grid" x1="0" x2={width} y1={plotTop} y2={plotTop} />
        <line class="grid" x1="0" x2={width} y1={plotTop + plotHeight / 2} y2={plotTop + plotHeight / 2} />
        <line class="axis" x1="0" x2={width} y1={plotTop + plotHeight} y2={plotTop + plotHeight} />
        <text class="tick" x={width} y={plotTop - 3} text-anchor="end">
          {text.tokens(chart.top)}
        </text>
        {chart.columns.map((column) => (
          <g key={column.id}>
            {column.segments.map((segment) => (
              <rect
                key={segment.kind}
                class={`token-${segment.kind}`}
                x={column.x}
                y={plotTop + plotHeight - segment.from - segment.size}
                width={column.width}
                height={segment.size}
              />
            ))}
            {column.pending > 0 && (
              <rect
                class="pending"
                x={column.x + 0.5}
                y={plotTop + plotHeight - column.pending}
                width={Math.max(1, column.width - 1)}
                height={column.pending}
              />
            )}
            {(column.outcome === 'cut' || column.outcome === 'error') && (
              <path class="cut" d={cross(column.x + column.width / 2, topOf(column) - 6)} />
            )}
          </g>
        ))}
        {chart.bands.map((band) => (
          <g key={band.x} class={`band mode-${band.modeKind}`}>
            <rect class="band-ground" x={band.x} y={bandTop} width={Math.max(0, band.width - 1)} height={bandHeight} />
            <rect class="band-edge" x={band.x} y={bandTop} width={Math.max(0, band.width - 1)} height="2" />
            {band.width > band.mode.length * letter + 8 && (
              <text class="band-name" x={band.x + 5} y={bandTop + 13.5}>
                {band.mode}
              </text>
            )}
          </g>
        ))}
        {chart.joints.map((joint) => (
          <g key={joint.transition.at}>
            <line class="joint" x1={joint.x - 0.5} x2={joint.x - 0.5} y1={plotTop} y2={bandTop + bandHeight + 3} />
            {joint.labelled && joint.transition.resentTokens > 0 && (
              <text class="joint-price" x={Math.min(joint.x, width - 2)} y={labelTop} text-anchor={anchor(joint.x, width)}>
                {text.usd(joint.transition.usd)}
              </text>
            )}
          </g>
        ))}
      </svg>
    </div>
  );
}

function topOf(column: {
  readonly segments: readonly { readonly from: number; readonly size: number }[];
  readonly pending: number;
}): number {
  const last = column.segments.at(-1);
  return plotTop + plotHeight - (last ? last.from + last.size : column.pending);
}

function cross(x: number, y: number): string {
  return `M${x - 3} ${y - 3}l6 6M${x + 3} ${y - 3}l-6 6`;
}

/** Keeps a price at the edge of the chart inside it. */
function anchor(x: number, width: number): 'start' | 'middle' | 'end' {
  if (x < 30) return 'start';
  return x > width - 30 ? 'end' : 'middle';
}
