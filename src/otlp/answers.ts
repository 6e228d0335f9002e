import type { ServerResponse } from 'node:http';
import { PbfWriter } from 'pbf';
import type { Signal } from './records.ts';

/** The two encodings of OTLP over HTTP. An answer comes in that of its request. */
export type Encoding = 'protobuf' | 'json';

const types: Readonly<Record<Encoding, string>> = { protobuf: 'application/x-protobuf', json: 'application/json' };

/** `undefined` for what is none of OTLP's content types. */
export function encodingOf(contentType: string | undefined): Encoding | undefined {
  const type = contentType?.split(';')[0]?.trim().toLowerCase();
  if (type === 'application/x-protobuf' || type === 'application/protobuf') return 'protobuf';
  return type === 'application/json' ? 'json' : undefined;
}

const rejectedName: Readonly<Record<Signal, string>> = {
  traces: 'rejectedSpans',
  logs: 'rejectedLogRecords',
  metrics: 'rejectedDataPoints',
};

/** `Export…ServiceResponse`: empty where all was taken, else how many records were not, and why. */
export function sendTaken(res: ServerResponse, encoding: Encoding, signal: Signal, rejected: number, why: string): void {
  if (encoding === 'json') {
    const partialSuccess = { [rejectedName[signal]]: String(rejected), errorMessage: why };
    send(res, 200, encoding, JSON.stringify(rejected ? { partialSuccess } : {}));
    return;
  }
  const pbf = new PbfWriter();
  if (rejected) {
    pbf.writeMessage(
      1,
      (_, part) => {
        part.writeTag(1, 0);
        part.writeVarint(rejected);
        text(part, 2, why);
      },
      undefined,
    );
  }
  send(res, 200, encoding, pbf.finish());
}

/** `google.rpc.Status`, as OTLP wants its failures. The HTTP status decides whether an exporter tries again: of ours only 503 makes it. */
export function sendFailed(res: ServerResponse, encoding: Encoding | undefined, status: number, message: string): void {
  const code = status === 503 ? 14 : status === 413 ? 8 : status === 404 ? 5 : status === 403 ? 7 : 3;
  if (status === 503) res.setHeader('retry-after', '1');
  if (encoding === 'protobuf') {
    const pbf = new PbfWriter();
    pbf.writeTag(1, 0);
    pbf.writeVarint(code);
    text(pbf, 2, message);
    send(res, status, encoding, pbf.finish());
  } else send(res, status, 'json', JSON.stringify({ code, message }));
}

function text(pbf: PbfWriter, tag: number, value: string): void {
  pbf.writeTag(tag, 2);
  pbf.writeString(value);
}

function send(res: ServerResponse, status: number, encoding: Encoding, body: string | Uint8Array): void {
  if (res.destroyed) return;
  res.writeHead(status, {
    'content-type': types[encoding],
    'content-length': Buffer.byteLength(body),
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  });
  res.end(body);
}
