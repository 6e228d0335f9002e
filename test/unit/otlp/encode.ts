import { PbfWriter } from 'pbf';

type Json = Readonly<Record<string, unknown>>;
const list = (value: unknown): readonly Json[] => (Array.isArray(value) ? (value as Json[]) : []);

/** An OTLP JSON export of logs or spans in protobuf: what a program that is set to it would send. */
export function protobufOf(signal: 'logs' | 'traces', given: object): Uint8Array {
  const json = given as Json;
  const pbf = new PbfWriter();
  const [resources, scopes, items] =
    signal === 'logs' ? ['resourceLogs', 'scopeLogs', 'logRecords'] : ['resourceSpans', 'scopeSpans', 'spans'];
  for (const resource of list(json[resources as string])) {
    message(pbf, 1, (outer) => {
      message(outer, 1, (inner) => attributes(inner, 1, (resource.resource as Json | undefined)?.attributes));
      for (const scope of list(resource[scopes as string])) {
        message(outer, 2, (inner) => {
          for (const item of list(scope[items as string]))
            message(inner, 2, (one) => (signal === 'logs' ? log(one, item) : span(one, item)));
        });
      }
    });
  }
  return pbf.finish();
}

function log(pbf: PbfWriter, item: Json): void {
  fixed(pbf, 1, item.timeUnixNano);
  if (item.body) message(pbf, 5, (body) => any(body, item.body as Json));
  attributes(pbf, 6, item.attributes);
  hex(pbf, 9, item.traceId);
  hex(pbf, 10, item.spanId);
  fixed(pbf, 11, item.observedTimeUnixNano);
  text(pbf, 12, item.eventName);
}

function span(pbf: PbfWriter, item: Json): void {
  hex(pbf, 1, item.traceId);
  hex(pbf, 2, item.spanId);
  hex(pbf, 4, item.parentSpanId);
  text(pbf, 5, item.name);
  fixed(pbf, 7, item.startTimeUnixNano);
  fixed(pbf, 8, item.endTimeUnixNano);
  attributes(pbf, 9, item.attributes);
}

function attributes(pbf: PbfWriter, tag: number, pairs: unknown): void {
  for (const pair of list(pairs)) {
    message(pbf, tag, (one) => {
      text(one, 1, pair.key);
      message(one, 2, (value) => any(value, pair.value as Json));
    });
  }
}

function any(pbf: PbfWriter, value: Json): void {
  if (value.stringValue !== undefined) text(pbf, 1, value.stringValue);
  else if (value.boolValue !== undefined) {
    pbf.writeTag(2, 0);
    pbf.writeBoolean(value.boolValue === true);
  } else if (value.intValue !== undefined) {
    pbf.writeTag(3, 0);
    pbf.writeVarint(Number(value.intValue));
  } else if (value.doubleValue !== undefined) {
    pbf.writeTag(4, 1);
    pbf.writeDouble(Number(value.doubleValue));
  }
}

function message(pbf: PbfWriter, tag: number, write: (pbf: PbfWriter) => void): void {
  pbf.writeMessage(tag, (_, inner) => write(inner), undefined);
}

function text(pbf: PbfWriter, tag: number, value: unknown): void {
  if (value === undefined) return;
  pbf.writeTag(tag, 2);
  pbf.writeString(String(value));
}

function hex(pbf: PbfWriter, tag: number, value: unknown): void {
  if (!value) return;
  pbf.writeTag(tag, 2);
  pbf.writeBytes(Buffer.from(String(value), 'hex'));
}

function fixed(pbf: PbfWriter, tag: number, nanoseconds: unknown): void {
  pbf.writeTag(tag, 1);
  pbf.writeFixed64(Number(nanoseconds ?? 0));
}
