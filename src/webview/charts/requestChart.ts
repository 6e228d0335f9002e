import type { RequestRow, TransitionRow } from '../../protocol/rows.ts';
import { allTokens } from '../sums.ts';
import { type Segment, stack, tokenParts } from '../tokenParts.ts';

/** Newest requests that are drawn; more columns than this could not be told apart. */
export const columnsShown = 120;

export interface Column {
  readonly id: string;
  readonly x: number;
  readonly width: number;
  /** From the bottom up, in pixels. */
  readonly segments: readonly Segment[];
  /** The prompt of a request that is still in flight, in pixels from the bottom. */
  readonly pending: number;
  readonly outcome: RequestRow['outcome'];
}

export interface Band {
  readonly x: number;
  readonly width: number;
  readonly mode: string;
  readonly modeKind: RequestRow['modeKind'];
}

export interface Joint {
  readonly x: number;
  readonly transition: TransitionRow;
  /** Whether its price has room beside the one before. */
  readonly labelled: boolean;
}

export interface RequestChart {
  readonly columns: readonly Column[];
  readonly bands: readonly Band[];
  readonly joints: readonly Joint[];
  /** Tokens at the top of the plot. */
  readonly top: number;
}

const widestSlot = 56;
const labelRoom = 64;
const leastSegment = 1;

/**
 * The requests of one task as columns in order, the modes as bands under them, and the mode changes on the joints.
 * `width` and `height` are those of the plot in pixels; requests may come in any order.
 */
export function requestChart(
  requests: readonly RequestRow[],
  transitions: readonly TransitionRow[],
  width: number,
  height: number,
): RequestChart {
  const shown = [...requests].sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1)).slice(-columnsShown);
  const slot = Math.min(widestSlot, width / Math.max(1, shown.length));
  const top = niceTop(Math.max(0, ...shown.map(heightOf)));
  const columns = shown.map((request, index): Column => {
    const tokens = allTokens(request.usage);
    return {
      id: request.id,
      x: index * slot + slot * 0.1,
      width: slot * 0.8,
      segments: stack(tokenParts(request.usage), tokens, (tokens / top) * height, leastSegment),
      pending: tokens === 0 ? (request.promptTokens / top) * height : 0,
      outcome: request.outcome,
    };
  });
  return { columns, bands: bandsOf(shown, slot), joints: jointsOf(shown, transitions, slot), top };
}

function heightOf(request: RequestRow): number {
  return allTokens(request.usage) || request.promptTokens;
}

function bandsOf(shown: readonly RequestRow[], slot: number): readonly Band[] {
  const bands: Band[] = [];
  shown.forEach((request, index) => {
    const last = bands.at(-1);
    if (last?.mode === request.mode && last.modeKind === request.modeKind) {
      bands[bands.length - 1] = { ...last, width: last.width + slot };
    } else {
      bands.push({ x: index * slot, width: slot, mode: request.mode, modeKind: request.modeKind });
    }
  });
  return bands;
}

function jointsOf(shown: readonly RequestRow[], transitions: readonly TransitionRow[], slot: number): readonly Joint[] {
  const first = shown[0];
  if (!first) return [];
  let lastLabel = Number.NEGATIVE_INFINITY;
  return transitions
    .filter((transition) => transition.at >= first.at)
    .map((transition) => {
      const after = shown.findIndex((request) => request.at >= transition.at);
      const x = (after < 0 ? shown.length : after) * slot;
      const labelled = x - lastLabel >= labelRoom;
      if (labelled) lastLabel = x;
      return { x, transition, labelled };
    });
}

/** The next 1, 2 or 5 times a power of ten. */
export function niceTop(most: number): number {
  if (most <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(most));
  const step = [1, 2, 5, 10].find((candidate) => candidate * power >= most) ?? 10;
  return step * power;
}
