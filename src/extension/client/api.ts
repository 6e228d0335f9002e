import * as z from 'zod';
import type { Sighting } from '../../core/sighting.ts';
import { type CardAnswer, type CardAnswered, cardAnsweredSchema, type HowTo, howToSchema } from '../../protocol/advice.ts';
import {
  type Quote,
  quoteSchema,
  type Settings,
  type StopResult,
  sampleStartedSchema,
  stopResultSchema,
} from '../../protocol/api.ts';
import { type AuditEntry, auditEntrySchema } from '../../protocol/audit.ts';
import { type Budget, type BudgetList, budgetSchema, type LimitRow, limitRowSchema } from '../../protocol/budget.ts';
import {
  type Connection,
  type ConnectionPlan,
  connectionPlanSchema,
  connectionSchema,
  type Disconnected,
  disconnectedSchema,
} from '../../protocol/connections.ts';
import {
  type PricedModel,
  pricedModelSchema,
  type Recalculate,
  type Recalculated,
  recalculatedSchema,
} from '../../protocol/prices.ts';
import { type ListQuery, type Query, queryText } from '../../protocol/query.ts';
import { type RequestRow, requestSchema } from '../../protocol/rows.ts';
import { type AdviceView, adviceViewSchema, type Breakdown, breakdownSchema } from '../../protocol/state.ts';
import type { WindowWay } from '../../protocol/stops.ts';
import {
  type List,
  listSchema,
  type Plan,
  planSchema,
  type Slices,
  type SlicesRequest,
  slicesSchema,
  type Where,
  type Why,
  whereSchema,
  whySchema,
} from '../../protocol/views.ts';
import { type Address, ApiFailure, call } from './call.ts';

export interface ServiceApiOptions {
  /** Where the service is; `undefined` when there is none. */
  readonly address: () => Address | undefined;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** What the service can be asked. Every call rejects when there is no service, and with an {@link ApiFailure} when it says no. */
export class ServiceApi {
  readonly #options: ServiceApiOptions;

  constructor(options: ServiceApiOptions) {
    this.#options = options;
  }

  breakdown(query: Query): Promise<Breakdown> {
    return this.#call('GET', `breakdown?${queryText(query)}`, breakdownSchema);
  }

  where(query: Query): Promise<Where> {
    return this.#call('GET', `where?${queryText(query)}`, whereSchema);
  }

  why(query: Query): Promise<Why> {
    return this.#call('GET', `why?${queryText(query)}`, whySchema);
  }

  plan(query: Query): Promise<Plan> {
    return this.#call('GET', `plan?${queryText(query)}`, planSchema);
  }

  list(list: ListQuery): Promise<List> {
    return this.#call('POST', 'list', listSchema, list);
  }

  slices(request: SlicesRequest): Promise<Slices> {
    return this.#call('POST', 'slices', slicesSchema, request);
  }

  requests(task: string): Promise<readonly RequestRow[]> {
    return this.#call('GET', `requests?task=${encodeURIComponent(task)}`, z.array(requestSchema));
  }

  budgets(): Promise<readonly Budget[]> {
    return this.#call('GET', 'budgets', z.array(budgetSchema));
  }

  /** `reason`: why, for the audit trail. */
  async setBudget(budget: Budget, reason?: string): Promise<void> {
    await this.#call('PUT', 'budgets', z.unknown(), { ...budget, ...(reason ? { reason } : {}) });
  }

  async setBudgets(list: BudgetList): Promise<void> {
    await this.#call('PUT', 'budgets/all', z.unknown(), list);
  }

  limits(task: string): Promise<readonly LimitRow[]> {
    return this.#call('GET', `tasks/${encodeURIComponent(task)}/limits`, z.array(limitRowSchema));
  }

  audit(limit: number): Promise<readonly AuditEntry[]> {
    return this.#call('GET', `audit?limit=${limit}`, z.array(auditEntrySchema));
  }

  async setSettings(settings: Settings): Promise<void> {
    await this.#call('PUT', 'settings', z.unknown(), settings);
  }

  async setGuard(on: boolean): Promise<void> {
    await this.#call('PUT', 'guard', z.unknown(), { on });
  }

  quote(content: string): Promise<Quote> {
    return this.#call('POST', 'quote', quoteSchema, { text: content });
  }

  prices(): Promise<readonly PricedModel[]> {
    return this.#call('GET', 'prices', z.array(pricedModelSchema));
  }

  /** Reads through all past requests of these models: may take seconds on a long history. */
  recalculate(wanted: Recalculate, timeoutMs: number): Promise<Recalculated> {
    return this.#call('POST', 'prices/recalculate', recalculatedSchema, wanted, timeoutMs);
  }

  /** Suggestions and the routing policy as they are now. */
  advice(): Promise<AdviceView> {
    return this.#call('GET', 'advice', adviceViewSchema);
  }

  /** How a card is put to work; 404 when there is nothing to set. */
  howTo(id: string): Promise<HowTo> {
    return this.#call('POST', 'advice/how', howToSchema, { id });
  }

  /** 409 when it would be another change than the one that was shown, or the agent's settings cannot be understood. */
  answerCard(answer: CardAnswer): Promise<CardAnswered> {
    return this.#call('POST', 'advice', cardAnsweredSchema, answer);
  }

  connections(): Promise<readonly Connection[]> {
    return this.#call('GET', 'connections', z.array(connectionSchema));
  }

  /** What connecting would change; 409 where the agent's settings cannot be understood. */
  connectionPlan(id: string): Promise<ConnectionPlan> {
    return this.#call('GET', `connections/${encodeURIComponent(id)}`, connectionPlanSchema);
  }

  /** 409 when it would be another difference than the one that was shown. */
  async connect({ id, digest }: Pick<ConnectionPlan, 'id' | 'digest'>): Promise<void> {
    await this.#call('POST', `connections/${encodeURIComponent(id)}`, z.unknown(), { digest });
  }

  disconnect(id: string): Promise<Disconnected> {
    return this.#call('DELETE', `connections/${encodeURIComponent(id)}`, disconnectedSchema);
  }

  async startSample(): Promise<string> {
    return (await this.#call('POST', 'sample', sampleStartedSchema, {})).task;
  }

  stopTask(task: string): Promise<StopResult> {
    return this.#call('POST', `tasks/${encodeURIComponent(task)}/stop`, stopResultSchema, {});
  }

  resumeTask(task: string): Promise<StopResult> {
    return this.#call('POST', `tasks/${encodeURIComponent(task)}/resume`, stopResultSchema, {});
  }

  /** What other extensions told this window. */
  async tellSightings(sightings: readonly Sighting[]): Promise<void> {
    await this.#call('POST', 'sightings', z.unknown(), { sightings });
  }

  /** This window has tried what a stop asked for. */
  async answerStop(task: string, way: WindowWay, taken: boolean): Promise<void> {
    await this.#call('POST', `tasks/${encodeURIComponent(task)}/stop-way`, z.unknown(), { way, taken });
  }

  /** Asks for the next stronger way to stop a task. */
  async stopStronger(task: string): Promise<void> {
    await this.#call('POST', `tasks/${encodeURIComponent(task)}/stronger`, z.unknown(), {});
  }

  async letRun(task: string): Promise<void> {
    await this.#call('POST', `tasks/${encodeURIComponent(task)}/let-run`, z.unknown(), {});
  }

  /** False when another window shows the alert, or it is over. */
  async claim(alert: string): Promise<boolean> {
    try {
      await this.#call('POST', `alerts/${encodeURIComponent(alert)}/claim`, z.unknown(), {});
      return true;
    } catch (error) {
      if (error instanceof ApiFailure && error.status === 409) return false;
      throw error;
    }
  }

  async quit(timeoutMs: number): Promise<void> {
    await this.#call('POST', 'quit', z.unknown(), {}, timeoutMs);
  }

  #call<T>(
    method: 'GET' | 'PUT' | 'POST' | 'DELETE',
    path: string,
    answer: z.ZodType<T>,
    body?: unknown,
    timeoutMs = this.#options.timeoutMs,
  ): Promise<T> {
    const address = this.#options.address();
    if (!address) return Promise.reject(new Error('the meter service is not there'));
    return call(address, { method, path, body, answer, timeoutMs, signal: this.#options.signal });
  }
}
