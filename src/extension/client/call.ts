import { request } from 'node:http';
import type * as z from 'zod';
import { apiErrorSchema, type Discovery } from '../../protocol/api.ts';

export type Address = Pick<Discovery, 'port' | 'controlToken'>;

export interface CallOptions<T> {
  readonly method: 'GET' | 'PUT' | 'POST' | 'DELETE';
  /** Below `/api/`. */
  readonly path: string;
  readonly body?: unknown;
  readonly answer: z.ZodType<T>;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
}

/** The service answered, and the answer is no. `message` is the service's own. */
export class ApiFailure extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.name = 'ApiFailure';
    this.status = status;
  }
}

/** The service took the call and said nothing in time. */
export class SilentFailure extends Error {
  constructor(timeoutMs: number) {
    super(`the meter service did not answer within ${timeoutMs} ms`);
    this.name = 'SilentFailure';
  }
}

/**
 * One call of the service's API. Rejects with {@link ApiFailure} for an answer that is not 2xx, {@link SilentFailure}
 * when none comes in time, a `ZodError` for one of another shape, and what the socket says otherwise.
 */
export async function call<T>(address: Address, options: CallOptions<T>): Promise<T> {
  const { status, text } = await exchange(address, options);
  if (status < 200 || status >= 300) throw new ApiFailure(status, errorIn(text) ?? `HTTP ${status}`);
  return options.answer.parse(JSON.parse(text));
}

export function headersFor({ controlToken }: Address): Record<string, string> {
  return { authorization: `Bearer ${controlToken}` };
}

function exchange(address: Address, options: CallOptions<unknown>): Promise<{ status: number; text: string }> {
  const body = options.body === undefined ? undefined : Buffer.from(JSON.stringify(options.body));
  return new Promise((resolve, reject) => {
    const req = request(
      {
        host: '127.0.0.1',
        port: address.port,
        path: `/api/${options.path}`,
        method: options.method,
        agent: false,
        signal: options.signal,
        headers: {
          ...headersFor(address),
          ...(body ? { 'content-type': 'application/json', 'content-length': body.length } : {}),
        },
      },
      (res) => {
        const chunks: Buffer[] = [];
        res.on('data', (chunk: Buffer) => chunks.push(chunk));
        res.on('error', reject);
        res.on('end', () => resolve({ status: res.statusCode ?? 0, text: Buffer.concat(chunks).toString('utf8') }));
      },
    );
    const timer = setTimeout(() => req.destroy(new SilentFailure(options.timeoutMs)), options.timeoutMs);
    req.on('error', reject);
    req.on('close', () => clearTimeout(timer));
    req.end(body);
  });
}

function errorIn(text: string): string | undefined {
  try {
    return apiErrorSchema.parse(JSON.parse(text)).error;
  } catch {
    return undefined;
  }
}
