import { PbfReader } from 'pbf';
import type { AttributeValue, TelemetryRecord } from '../agents/telemetry.ts';
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

/**
 * The parts of an OTLP export (opentelemetry-proto 1.x: `trace.proto`, `logs.proto`, `metrics.proto`, `common.proto`) that a record needs. Fields are
 * visited where they lie: what nobody asks for is skipped by its length and becomes no string. Throws `NotOtlp`.
 */
export function readProtobuf(signal: Signal, body: Uint8Array, keeps: Keeps): Export {
  const records: TelemetryRecord[] = [];
  try {
    each(new PbfReader(body), (tag, pbf) => {
      // An export has this one field.
      if (tag !== 1) throw new RangeError('another message');
      readResource(signal, pbf, keeps, records);
    });
  } catch {
    throw new NotOtlp(`not a protobuf export of ${signal}`);
  }
  return { records, nonsense: 0 };
}

/** A length-delimited field as a reader that cannot leave it; anything else in its place is none of this format's. */
function within(pbf: PbfReader): PbfReader {
  return new PbfReader(bytesOf(pbf));
}

function bytesOf(pbf: PbfReader): Uint8Array {
  if (pbf.type !== 2) throw new RangeError('not a message');
  const bytes = pbf.readBytes();
  if (pbf.pos > pbf.length) throw new RangeError('torn');
  return bytes;
}

function textOf(pbf: PbfReader): string {
  return Buffer.from(bytesOf(pbf)).toString('utf8');
}

/** `ResourceSpans`, `ResourceLogs`, `ResourceMetrics`. The resource is written first, but need not be. */
function readResource(signal: Signal, pbf: PbfReader, keeps: Keeps, records: TelemetryRecord[]): void {
  const resource: DraftAttributes = {};
  each(within(pbf), (tag, inner) => {
    if (tag === 1) each(within(inner), (part, attributes) => part === 1 && readAttribute(attributes, keeps, resource));
    else if (tag === 2)
      each(within(inner), (part, scope) => {
        if (part === 2) readItem(signal, within(scope), keeps, resource, records);
      });
  });
}

function readItem(signal: Signal, pbf: PbfReader, keeps: Keeps, resource: DraftAttributes, records: TelemetryRecord[]): void {
  switch (signal) {
    case 'traces':
      records.push(readSpan(pbf, keeps, draftOf('span', resource)));
      return;
    case 'logs':
      records.push(readLog(pbf, keeps, draftOf('log', resource)));
      return;
    case 'metrics':
      readMetric(pbf, keeps, resource, records);
      return;
  }
}

function readSpan(pbf: PbfReader, keeps: Keeps, span: Draft): Draft {
  const attributes: DraftAttributes = {};
  each(pbf, (tag, field) => {
    if (tag === 1) span.trace = hexOf(field);
    else if (tag === 2) span.span = hexOf(field);
    else if (tag === 4) span.parentSpan = hexOf(field);
    else if (tag === 5) span.name = textOf(field);
    else if (tag === 7) span.began = milliseconds(field.readFixed64());
    else if (tag === 8) span.at = milliseconds(field.readFixed64());
    else if (tag === 9) readAttribute(field, keeps, attributes);
    else if (tag === 15) {
      each(within(field), (part, status) => {
        if (part === 3) span.failed = status.readVarint() === 2;
      });
    }
  });
  span.attributes = attributes;
  return span;
}

function readLog(pbf: PbfReader, keeps: Keeps, log: Draft): Draft {
  const attributes: DraftAttributes = {};
  let observed = 0;
  let body: PbfReader | undefined;
  each(pbf, (tag, field) => {
    if (tag === 1) log.at = milliseconds(field.readFixed64());
    else if (tag === 5) body = within(field);
    else if (tag === 6) readAttribute(field, keeps, attributes);
    else if (tag === 9) log.trace = hexOf(field);
    else if (tag === 10) log.span = hexOf(field);
    else if (tag === 11) observed = milliseconds(field.readFixed64());
    else if (tag === 12) log.name = textOf(field);
  });
  const said = body && readValue(body);
  if (typeof said === 'string' && keeps.body(said)) log.name ||= said;
  log.at ||= observed;
  log.attributes = attributes;
  return log;
}

/** Gauges, sums and histograms; every point is a record. */
function readMetric(pbf: PbfReader, keeps: Keeps, resource: DraftAttributes, records: TelemetryRecord[]): void {
  const points: Draft[] = [];
  let name = '';
  each(pbf, (tag, field) => {
    if (tag === 1) name = textOf(field);
    else if (tag === 5 || tag === 7 || tag === 9) {
      each(within(field), (part, data) => {
        if (part === 1) points.push(readPoint(within(data), tag === 9, keeps, draftOf('metric', resource)));
      });
    }
  });
  for (const point of points) records.push({ ...point, name });
}

function readPoint(pbf: PbfReader, isHistogram: boolean, keeps: Keeps, point: Draft): Draft {
  const attributes: DraftAttributes = {};
  each(pbf, (tag, field) => {
    if (tag === 3) point.at = milliseconds(field.readFixed64());
    else if (isHistogram && tag === 5) point.value = field.readDouble();
    else if (!isHistogram && tag === 4) point.value = field.readDouble();
    else if (!isHistogram && tag === 6) point.value = field.readSFixed64();
    else if (tag === (isHistogram ? 9 : 7)) readAttribute(field, keeps, attributes);
  });
  point.attributes = attributes;
  return point;
}

/** `KeyValue`: the key decides before the value is looked at. */
function readAttribute(pbf: PbfReader, keeps: Keeps, into: DraftAttributes): void {
  let name = '';
  let at: PbfReader | undefined;
  each(within(pbf), (tag, field) => {
    if (tag === 1) name = textOf(field);
    else if (tag === 2) at = within(field);
  });
  if (!at || !keeps.attribute(name)) return;
  const value = readValue(at);
  if (value !== undefined) into[name] = value;
}

/** `AnyValue`; lists, maps and bytes are nothing that anybody asks for. */
function readValue(pbf: PbfReader): AttributeValue | undefined {
  let value: AttributeValue | undefined;
  each(pbf, (tag, field) => {
    if (tag === 1) {
      const bytes = bytesOf(field);
      value = bytes.length > longestText ? undefined : Buffer.from(bytes).toString('utf8');
    } else if (tag === 2) value = field.readBoolean();
    else if (tag === 3) value = field.readVarint(true);
    else if (tag === 4) value = field.readDouble();
  });
  return value;
}

function hexOf(pbf: PbfReader): string {
  return Buffer.from(bytesOf(pbf)).toString('hex');
}

/** Every field of a message; one that `visit` leaves unread is skipped. */
function each(pbf: PbfReader, visit: (tag: number, pbf: PbfReader) => void): void {
  pbf.readFields((tag, _, field) => visit(tag, field), undefined);
  if (pbf.pos > pbf.length) throw new RangeError('torn');
}
