import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Skipped } from '../agents/agent.ts';
import { secretTest, turnedAway } from '../gateway/guard.ts';
import { routeOf } from '../gateway/route.ts';
import { OtlpReceiver, type ReceiverOptions } from '../otlp/receiver.ts';

export interface OtlpDoorOptions extends Omit<ReceiverOptions, 'skipped'> {
  readonly ingestToken: string;
  /** What was skipped in earlier runs; counts go on from there. */
  readonly known: readonly Skipped[];
  readonly skipped: (one: Skipped) => void;
}

/** Where agents push their telemetry: `/<ingest>/otlp/…`, behind the same checks as the gateway. */
export class OtlpDoor {
  readonly #receiver: OtlpReceiver;
  readonly #isSecret: (given: string) => boolean;
  readonly #counts = new Map<string, number>();

  constructor({ ingestToken, known, skipped, ...rest }: OtlpDoorOptions) {
    for (const { path, reason, count } of known) this.#counts.set(`${path}\0${reason}`, count);
    this.#isSecret = secretTest(ingestToken);
    this.#receiver = new OtlpReceiver({
      ...rest,
      skipped: (path, reason, more) => {
        const key = `${path}\0${reason}`;
        const count = (this.#counts.get(key) ?? 0) + more;
        this.#counts.set(key, count);
        skipped({ path, reason, count });
      },
    });
  }

  /** Answers whether the request was meant for here; whom the gateway would turn away is left to it. */
  handle(req: IncomingMessage, res: ServerResponse): boolean {
    const route = routeOf(req.url ?? '');
    if (route?.upstream !== 'otlp' || turnedAway(req) || !this.#isSecret(route.secret)) return false;
    this.#receiver.handle(req, res, route.path);
    return true;
  }
}
