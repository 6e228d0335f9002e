import { readFileSync } from 'node:fs';

export function fixture(name: string): Buffer {
  return readFileSync(new URL(`../../fixtures/otlp/${name}`, import.meta.url));
}

export type Values = Readonly<Record<string, string | number | boolean>>;

function pairs(values: Values): object[] {
  return Object.entries(values).map(([key, value]) => ({
    key,
    value:
      typeof value === 'string'
        ? { stringValue: value }
        : typeof value === 'number'
          ? { intValue: String(value) }
          : { boolValue: value },
  }));
}

/** An export of one log record. `at` in ms. */
export function logExport(service: string, at: number, attributes: Values, body = 'CONTENT'): object {
  const record = { timeUnixNano: `${at}000000`, body: { stringValue: body }, attributes: pairs(attributes) };
  return {
    resourceLogs: [{ resource: { attributes: pairs({ 'service.name': service }) }, scopeLogs: [{ logRecords: [record] }] }],
  };
}

export interface SpanOf {
  readonly trace: string;
  readonly id: string;
  readonly parent?: string;
  readonly began: number;
  readonly at: number;
  readonly attributes: Values;
}

/** An export of spans, in the order they ended. */
export function spanExport(service: string, spans: readonly SpanOf[]): object {
  const items = spans.map(({ trace, id, parent, began, at, attributes }) => ({
    traceId: trace,
    spanId: id,
    parentSpanId: parent,
    name: 'a span',
    startTimeUnixNano: `${began}000000`,
    endTimeUnixNano: `${at}000000`,
    attributes: pairs(attributes),
  }));
  return { resourceSpans: [{ resource: { attributes: pairs({ 'service.name': service }) }, scopeSpans: [{ spans: items }] }] };
}
