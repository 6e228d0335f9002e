import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import type { CardAction } from '../../core/adviceNames.ts';
import { type CardAnswer, type CardAnswered, cardAnswerSchema, type HowTo } from '../../protocol/advice.ts';
import {
  decisionSchema,
  guardRequestSchema,
  type Health,
  type Quote,
  quoteRequestSchema,
  type Settings,
  settingsSchema,
} from '../../protocol/api.ts';
import { type Budget, type BudgetList, budgetListSchema, budgetSchema } from '../../protocol/budget.ts';
import { connectSchema } from '../../protocol/connections.ts';
import { type PricedModel, type Recalculate, type Recalculated, recalculateSchema } from '../../protocol/prices.ts';
import { listQuerySchema, type Query, queryOf } from '../../protocol/query.ts';
import { sightingsSchema } from '../../protocol/sightings.ts';
import type { AdviceView } from '../../protocol/state.ts';
import { stopWayAnswerSchema } from '../../protocol/stops.ts';
import { slicesRequestSchema } from '../../protocol/views.ts';
import { ConnectionError, type Connections } from '../connections/connections.ts';
import type { Meter } from '../meter.ts';
import { observationOf } from '../sightings.ts';
import type { StateView } from '../stateView.ts';
import type { EventHub } from './eventHub.ts';
import { turnedAway } from './guardDoor.ts';
import { ApiError, readJson, sendJson } from './json.ts';

export interface ApiParts {
  readonly meter: Meter;
  readonly view: StateView;
  readonly hub: EventHub;
  readonly controlToken: string;
  readonly health: () => Health;
  readonly setGuard: (on: boolean) => void;
  readonly applySettings: (settings: Settings) => void;
  readonly quote: (text: string, models: readonly string[] | undefined) => Promise<Quote>;
  /** Starts the sample run; answers its task. */
  readonly playSample: () => Promise<string>;
  /** Every model of the price book. */
  readonly models: () => readonly PricedModel[];
  readonly recalculate: (wanted: Recalculate) => Promise<Recalculated>;
  readonly advice: {
    readonly all: () => Promise<AdviceView>;
    /** Files in which undoing left something; `undefined` for a card that is not known. */
    readonly answer: (id: string, action: CardAction, digest?: string) => readonly string[] | undefined;
    readonly howTo: (id: string) => HowTo | undefined;
  };
  readonly connections: Connections;
  readonly quit: () => void;
  readonly problem: (what: string, error: unknown) => void;
}

const nothing = z.object({});
const oneCard = z.object({ id: z.string() });
const limits = { tasks: 200, requests: 500, audit: 1_000 };
const most = 10_000;

type Handler = (call: { readonly req: IncomingMessage; readonly id: string; readonly query: URLSearchParams }) => unknown;

/** The control API: windows and scripts that hold the control token, nobody else. */
export class Api {
  readonly #parts: ApiParts;
  readonly #routes: readonly (readonly [method: string, path: RegExp, handler: Handler])[];

  constructor(parts: ApiParts) {
    this.#parts = parts;
    const { meter, view } = parts;
    this.#routes = [
      ['GET', /^health$/, () => parts.health()],
      ['GET', /^state$/, () => view.state()],
      ['GET', /^tasks$/, ({ query }) => view.tasks(limitOf(query, limits.tasks))],
      ['GET', /^requests$/, ({ query }) => view.requests(query.get('task') ?? undefined, limitOf(query, limits.requests))],
      ['GET', /^breakdown$/, ({ query }) => view.breakdown(asked(query))],
      ['GET', /^where$/, ({ query }) => view.where(asked(query))],
      ['GET', /^why$/, ({ query }) => view.why(asked(query))],
      ['GET', /^plan$/, ({ query }) => view.plan(asked(query))],
      ['POST', /^list$/, async ({ req }) => view.list(await readJson(req, listQuerySchema))],
      ['POST', /^slices$/, async ({ req }) => view.slices(await readJson(req, slicesRequestSchema))],
      ['GET', /^budgets$/, () => meter.control.budgets],
      ['GET', /^audit$/, ({ query }) => meter.control.audit.list(limitOf(query, limits.audit))],
      ['PUT', /^budgets$/, async ({ req }) => this.#setBudget(await readJson(req, budgetSchema.and(decisionSchema)))],
      ['PUT', /^budgets\/all$/, async ({ req }) => this.#setBudgets(await readJson(req, budgetListSchema))],
      ['GET', /^tasks\/([^/]+)\/limits$/, ({ id }) => meter.control.limits(this.#known(id))],
      ['PUT', /^settings$/, async ({ req }) => this.#applySettings(await readJson(req, settingsSchema))],
      ['PUT', /^guard$/, async ({ req }) => done(parts.setGuard((await readJson(req, guardRequestSchema)).on))],
      ['GET', /^prices$/, () => parts.models()],
      ['POST', /^prices\/recalculate$/, async ({ req }) => parts.recalculate(await readJson(req, recalculateSchema))],
      ['GET', /^advice$/, () => parts.advice.all()],
      ['POST', /^advice\/how$/, async ({ req }) => this.#howTo((await readJson(req, oneCard)).id)],
      ['POST', /^advice$/, async ({ req }) => this.#answerCard(await readJson(req, cardAnswerSchema))],
      ['GET', /^connections$/, () => parts.connections.list()],
      ['DELETE', /^connections$/, () => orConflict(() => parts.connections.disconnect())],
      ['GET', /^connections\/([^/]+)$/, ({ id }) => this.#connection(id, () => parts.connections.preview(id))],
      ['POST', /^connections\/([^/]+)$/, ({ req, id }) => this.#connect(req, id)],
      ['DELETE', /^connections\/([^/]+)$/, ({ id }) => this.#connection(id, () => parts.connections.disconnect(id))],
      ['POST', /^quote$/, async ({ req }) => this.#quote(req)],
      ['POST', /^sample$/, async () => ({ task: await parts.playSample() })],
      ['POST', /^quit$/, async ({ req }) => done(await readJson(req, nothing), parts.quit)],
      [
        'POST',
        /^tasks\/([^/]+)\/stop$/,
        async ({ req, id }) => meter.control.killSwitch.stop(this.#known(id), await reasonOf(req)),
      ],
      ['POST', /^tasks\/([^/]+)\/resume$/, async ({ req, id }) => meter.control.resume(this.#known(id), await reasonOf(req))],
      [
        'POST',
        /^tasks\/([^/]+)\/let-run$/,
        async ({ req, id }) => done(meter.control.letRun(this.#known(id), await reasonOf(req))),
      ],
      ['POST', /^tasks\/([^/]+)\/stronger$/, async ({ req, id }) => this.#stronger(id, await readJson(req, nothing))],
      ['POST', /^tasks\/([^/]+)\/stop-way$/, async ({ req, id }) => this.#stopWay(id, await readJson(req, stopWayAnswerSchema))],
      [
        'POST',
        /^sightings$/,
        async ({ req }) => done(meter.observe((await readJson(req, sightingsSchema)).sightings.map(observationOf))),
      ],
      ['POST', /^alerts\/([^/]+)\/claim$/, ({ id }) => this.#claim(id)],
    ];
  }

  handle(req: IncomingMessage, res: ServerResponse, port: number): void {
    const denial = turnedAway(req, this.#parts.controlToken, port);
    if (denial) {
      sendJson(res, denial.status, { error: denial.error });
      return;
    }
    const url = new URL(req.url ?? '/', 'http://127.0.0.1');
    const path = url.pathname.replace(/^\/api\//, '');
    // Whoever listens begins with the whole state.
    const listens = req.method === 'GET' && path === 'events';
    this.#answer(req, listens ? 'state' : path, url.searchParams).then(
      (value) => (listens ? this.#parts.hub.add(res, [['state', value]]) : sendJson(res, 200, value)),
      (error: unknown) => {
        if (!(error instanceof ApiError)) this.#parts.problem('a call failed', error);
        const [status, message] =
          error instanceof ApiError ? [error.status, error.message] : [500, 'the meter failed; see its log'];
        sendJson(res, status, { error: message });
      },
    );
  }

  async #answer(req: IncomingMessage, path: string, query: URLSearchParams): Promise<unknown> {
    let known = false;
    for (const [method, pattern, handler] of this.#routes) {
      const match = pattern.exec(path);
      if (!match) continue;
      known = true;
      if (method === req.method) return handler({ req, id: decoded(match[1] ?? ''), query });
    }
    throw known ? new ApiError(405, `${req.method} is not answered here`) : new ApiError(404, `no such call: ${path}`);
  }

  #known(task: string): string {
    if (!this.#parts.view.task(task)) throw new ApiError(404, `no such task: ${task}`);
    return task;
  }

  #setBudget({ reason, ...budget }: Budget & { readonly reason?: string | undefined }): readonly Budget[] {
    mustBeAmount(budget);
    this.#parts.meter.control.setBudget(budget, reason);
    return this.#parts.meter.control.budgets;
  }

  #setBudgets(list: BudgetList): readonly Budget[] {
    for (const budget of list.budgets) mustBeAmount(budget);
    this.#parts.meter.control.setBudgets(list);
    return this.#parts.meter.control.budgets;
  }

  #applySettings(settings: Settings): object {
    try {
      this.#parts.applySettings(settings);
      return {};
    } catch (error) {
      // An upstream that may not be used; the words say why.
      if (error instanceof RangeError) throw new ApiError(400, error.message);
      throw error;
    }
  }

  async #quote(req: IncomingMessage): Promise<Quote> {
    const { text, models } = await readJson(req, quoteRequestSchema);
    return this.#parts.quote(text, models);
  }

  #howTo(id: string): HowTo {
    const how = this.#parts.advice.howTo(id);
    if (!how) throw new ApiError(404, `nothing to set for card: ${id}`);
    return how;
  }

  #answerCard({ id, action, digest }: CardAnswer): CardAnswered {
    const left = orConflict(() => this.#parts.advice.answer(id, action, digest));
    if (!left) throw new ApiError(404, `no such card: ${id}`);
    return { left: [...left] };
  }

  async #connect(req: IncomingMessage, id: string): Promise<object> {
    const { digest } = await readJson(req, connectSchema);
    return this.#connection(id, () => (this.#parts.connections.connect(id, digest) ? {} : undefined));
  }

  #connection<T extends object>(id: string, act: () => T | undefined): T {
    const result = orConflict(act);
    if (!result) throw new ApiError(404, `nothing of that name can be connected: ${id}`);
    return result;
  }

  #stronger(task: string, _body: object): object {
    if (!this.#parts.meter.control.killSwitch.watch.escalate(task))
      throw new ApiError(409, 'it is not stopped, or nothing stronger is known');
    return {};
  }

  #stopWay(task: string, { way, taken }: z.infer<typeof stopWayAnswerSchema>): object {
    this.#parts.meter.control.killSwitch.watch.answered(task, way, taken);
    return {};
  }

  #claim(id: string): object {
    if (!this.#parts.meter.control.alerts.claim(id)) throw new ApiError(409, 'another window shows it, or it is over');
    return {};
  }
}

/** An agent's file that is not as it should be is a conflict; the words say which and why. */
function orConflict<T>(act: () => T): T {
  try {
    return act();
  } catch (error) {
    if (error instanceof ConnectionError) throw new ApiError(409, error.message);
    throw error;
  }
}

/** A negative limit would be exceeded before anything is spent, and with `stop` refuse everything. */
function mustBeAmount({ usd }: Budget): void {
  if (usd?.startsWith('-')) throw new ApiError(400, 'usd: a budget is not negative');
}

/** Why somebody decides so, where they say it. */
async function reasonOf(req: IncomingMessage): Promise<string | undefined> {
  return (await readJson(req, decisionSchema)).reason;
}

/** For calls that answer nothing: `{}`. */
function done(_result: unknown, after?: () => void): object {
  after?.();
  return {};
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new ApiError(400, 'the path is not well encoded');
  }
}

function limitOf(query: URLSearchParams, usual: number): number {
  const limit = Number(query.get('limit') ?? usual);
  return Number.isInteger(limit) && limit > 0 ? Math.min(limit, most) : usual;
}

function asked(params: URLSearchParams): Query {
  const query = queryOf(params);
  if (!query) {
    throw new ApiError(400, 'range is one of today, 7d, 30d, month, custom (with from and to, YYYY-MM-DD) and task (with task)');
  }
  return query;
}
