import type { AttributeValue, TelemetryRecord } from '../agents/telemetry.ts';
import { isObject, type JsonObject, list, object } from '../core/usageOf/json.ts';
import {
  type Draft,
  type DraftAttributes,
  draftOf,
  type Export,
  type Keeps,
  longestText,
  milliseconds,
  NotOtlp,
  type Signal,
} from './records.ts';

/** Names of the lists that hold each other, from the outside in. */
const layers: Readonly<Record<Signal, readonly [string, string, string]>> = {
  traces: ['resourceSpans', 'scopeSpans', 'spans'],
  logs: ['resourceLogs', 'scopeLogs', 'logRecords'],
  metrics: ['resourceMetrics', 'scopeMetrics', 'metrics'],
};

/** The same in OTLP's JSON, where 64-bit numbers are texts and ids are hex. Throws `NotOtlp`. */
export function readJsonExport(signal: Signal, body: Buffer, keeps: Keeps): Export {
  const [resources, scopes, items] = layers[signal];
  const records: TelemetryRecord[] = [];
  let nonsense = 0;
  for (const part of outermost(signal, body, resources)) {
    const resource = attributesOf(object(object(part).resource).attributes, keeps);
    for (const item of list(object(part)[scopes]).flatMap((scope) => list(object(scope)[items]))) {
      if (!isObject(item)) nonsense += 1;
      else if (signal === 'traces') records.push(spanOf(item, keeps, draftOf('span', resource)));
      else if (signal === 'logs') records.push(logOf(item, keeps, draftOf('log', resource)));
      else records.push(...pointsOf(item, keeps, resource));
    }
  }
  return { records, nonsense };
}

function outermost(signal: Signal, body: Buffer, name: string): readonly unknown[] {
  let value: unknown;
  try {
    value = JSON.parse(body.toString('utf8'));
  } catch {
    throw new NotOtlp('not JSON');
  }
  const found = isObject(value) ? (value[name] ?? []) : undefined;
  if (!Array.isArray(found)) throw new NotOtlp(`not a JSON export of ${signal}: no ${name}`);
  return found;
}

function spanOf(item: JsonObject, keeps: Keeps, span: Draft): Draft {
  const { code } = object(item.status);
  return {
    ...span,
    ...idsOf(item),
    name: textOf(item.name),
    began: milliseconds(item.startTimeUnixNano),
    at: milliseconds(item.endTimeUnixNano),
    parentSpan: textOf(item.parentSpanId).toLowerCase(),
    failed: code === 2 || code === 'STATUS_CODE_ERROR',
    attributes: attributesOf(item.attributes, keeps),
  };
}

function logOf(item: JsonObject, keeps: Keeps, log: Draft): Draft {
  const { stringValue } = object(item.body);
  const body = typeof stringValue === 'string' && keeps.body(stringValue) ? stringValue : '';
  return {
    ...log,
    ...idsOf(item),
    name: textOf(item.eventName) || body,
    at: milliseconds(item.timeUnixNano) || milliseconds(item.observedTimeUnixNano),
    attributes: attributesOf(item.attributes, keeps),
  };
}

function pointsOf(item: JsonObject, keeps: Keeps, resource: DraftAttributes): Draft[] {
  const points = [item.gauge, item.sum, item.histogram].flatMap((data) => list(object(data).dataPoints));
  return points.map(object).map((point) => {
    const value = Number(point.asDouble ?? point.asInt ?? point.sum);
    return {
      ...draftOf('metric', resource),
      name: textOf(item.name),
      at: milliseconds(point.timeUnixNano),
      ...(Number.isNaN(value) ? {} : { value }),
      attributes: attributesOf(point.attributes, keeps),
    };
  });
}

function idsOf(item: JsonObject): Pick<Draft, 'trace' | 'span'> {
  return { trace: textOf(item.traceId).toLowerCase(), span: textOf(item.spanId).toLowerCase() };
}

function attributesOf(pairs: unknown, keeps: Keeps): DraftAttributes {
  const attributes: DraftAttributes = {};
  for (const pair of list(pairs)) {
    const { key, value } = object(pair);
    if (typeof key !== 'string' || !keeps.attribute(key)) continue;
    const found = attributeValue(object(value));
    if (found !== undefined) attributes[key] = found;
  }
  return attributes;
}

function attributeValue({ stringValue, boolValue, intValue, doubleValue }: JsonObject): AttributeValue | undefined {
  if (typeof stringValue === 'string') return stringValue.length > longestText ? undefined : stringValue;
  if (typeof boolValue === 'boolean') return boolValue;
  const number = intValue ?? doubleValue;
  return typeof number === 'number' || typeof number === 'string' ? Number(number) : undefined;
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
