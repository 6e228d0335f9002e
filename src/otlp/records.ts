import type { Attributes, AttributeValue, TelemetryRecord } from '../agents/telemetry.ts';

export type Signal = 'traces' | 'logs' | 'metrics';

/** What of a record is kept; everything else is passed over. */
export interface Keeps {
  readonly attribute: (name: string) => boolean;
  /** Whether a log record's body is the name of an event that somebody reads. */
  readonly body: (text: string) => boolean;
}

export interface Export {
  readonly records: readonly TelemetryRecord[];
  /** Records that could not be understood. */
  readonly nonsense: number;
}

/** An export that is none: what it should have been is in the message, never anything of it. */
export class NotOtlp extends Error {
  override readonly name = 'NotOtlp';
}

export type Draft = { -readonly [K in keyof TelemetryRecord]: TelemetryRecord[K] };
export type DraftAttributes = Record<string, AttributeValue>;

export function draftOf(kind: TelemetryRecord['kind'], resource: Attributes): Draft {
  return { kind, name: '', at: 0, trace: '', span: '', parentSpan: '', attributes: {}, resource };
}

/** Nanoseconds since the epoch, as a number or the text that JSON has for it, in milliseconds. */
export function milliseconds(nanoseconds: unknown): number {
  const value = Number(nanoseconds ?? 0);
  return Number.isFinite(value) && value > 0 ? Math.floor(value / 1e6) : 0;
}

/** A text attribute longer than this is no name, id or number that anybody asks for. Characters. */
export const longestText = 1_024;
