import type { Disposable } from '../../core/disposable.ts';
import type { Sighting } from '../../core/sighting.ts';
import { promptTokens } from '../../core/usage.ts';
import type { AgentExtension, AgentHost, BaseUrlRoute, FollowedAgent, RouteChange, StoppedTree } from '../agentExtension.ts';
import { field, parsed, textField } from '../requestBody.ts';
import { tokens } from '../tokenCounts.ts';
import { baseUrlSettings, providerOf } from './providers.ts';
import { type RooProduct, rooKey, rooUsage } from './tasks.ts';

/** One of the extensions that share this API, and how its own is told from another of the same id. */
export interface RooExtension extends Pick<RooProduct, 'agent'> {
  readonly id: string;
  /** Whether this version of it has the API. */
  readonly isOurs?: (version: string) => boolean;
}

/**
 * What is used of the API that Roo Code, Zoo Code and Kilo Code 5 export (`RooCodeAPI` of `@roo-code/types`). It observes the side bar and tabs that the API
 * opened; what runs in another tab is seen on disk only.
 */
interface RooApi {
  on(event: string, listener: (...args: readonly unknown[]) => void): unknown;
  off(event: string, listener: (...args: readonly unknown[]) => void): unknown;
  getCurrentTaskStack(): readonly unknown[];
  getConfiguration(): unknown;
  setConfiguration(values: object): Promise<unknown>;
  cancelCurrentTask(): Promise<unknown>;
  /** Kilo 5 only. */
  cancelTask?(task: string): Promise<unknown>;
}

/** In force when a request is sent. */
interface Force {
  readonly mode?: string | undefined;
  readonly model?: string | undefined;
  readonly provider?: string | undefined;
}

/** Tasks and requests that are remembered at most; the oldest go first. */
const most = 500;

/** Adapter of one of the extensions that export Roo's API. */
export function rooExtension(product: RooExtension): AgentExtension {
  return { agent: product.agent, follow: (host) => new FollowedRoo(product, host) };
}

export const rooExtensions: readonly AgentExtension[] = [
  rooExtension({ agent: 'roo-code', id: 'RooVeterinaryInc.roo-cline' }),
  rooExtension({ agent: 'zoo-code', id: 'ZooCodeOrganization.zoo-code' }),
  // Kilo 7 has the same id, and exports nothing.
  rooExtension({ agent: 'kilo', id: 'kilocode.kilo-code', isOurs: (version) => Number.parseInt(version, 10) < 7 }),
];

class FollowedRoo implements FollowedAgent {
  readonly #product: RooExtension;
  readonly #host: AgentHost;
  readonly #looking: Disposable;
  #api: RooApi | undefined;
  #unlisten: readonly (() => void)[] = [];
  /** Modes by task, as events told them. */
  readonly #modes = new Map<string, string>();
  readonly #parents = new Map<string, string>();
  /** What was in force when a request was announced, by its key. */
  readonly #forces = new Map<string, Force>();
  readonly route: BaseUrlRoute;

  constructor(product: RooExtension, host: AgentHost) {
    this.#product = product;
    this.#host = host;
    this.#looking = host.until(() => this.#attach());
    this.route = {
      plan: (bases) => this.#plan(bases),
      current: (name) => {
        if (!this.#api) return undefined;
        const configuration = this.#configuration();
        return { profile: profileOf(configuration), value: textField(configuration, name) };
      },
      set: async (name, value) => {
        if (!this.#api) throw new Error('it is not active');
        // A value of undefined would be left out on its way; the empty text is how its own form takes an address out.
        await this.#api.setConfiguration({ [name]: value ?? '' });
      },
    };
  }

  /** Its task stack holds what is open: of a delegated tree only the child that works. Whoever waits for it does not go on when it is cancelled. */
  async stop({ tasks }: StoppedTree): Promise<boolean> {
    const api = this.#api;
    if (!api) return false;
    const open = api.getCurrentTaskStack();
    const mine = tasks.map((task) => this.#own(task)).filter((id) => open.includes(id));
    const [task] = mine;
    if (task === undefined) return false;
    if (api.cancelTask) await api.cancelTask(String(open.at(-1) ?? task));
    else await api.cancelCurrentTask();
    return true;
  }

  dispose(): void {
    this.#looking.dispose();
    for (const unlisten of this.#unlisten) unlisten();
    this.#unlisten = [];
    this.#api = undefined;
  }

  #attach(): boolean {
    const { id, isOurs } = this.#product;
    const extension = this.#host.extension(id);
    if (!extension?.isActive) return false;
    if (isOurs && !isOurs(extension.version)) return true;
    const api = apiOf(extension.exports);
    if (!api) {
      this.#host.problem(`${id} ${extension.version} exports another API`, undefined);
      return true;
    }
    this.#api = api;
    const listen = (event: string, hear: (...args: readonly unknown[]) => void): (() => void) => {
      // What is wrong with us must not reach the agent, whose own code calls this.
      const listener = (...args: readonly unknown[]): void => {
        try {
          hear(...args);
        } catch (error) {
          this.#host.problem(`an event of ${id} was not understood`, error);
        }
      };
      api.on(event, listener);
      return () => void api.off(event, listener);
    };
    this.#unlisten = [
      listen('taskCreated', (task) => this.#began(task)),
      listen('taskStarted', (task) => this.#began(task)),
      listen('taskFocused', (task) => this.#began(task)),
      listen('taskModeSwitched', (task, mode) => put(this.#modes, task, mode)),
      listen('taskSpawned', (parent, child) => put(this.#parents, child, parent)),
      listen('taskDelegated', (parent, child) => put(this.#parents, child, parent)),
      listen('message', (event) => this.#heard(event)),
    ];
    for (const task of api.getCurrentTaskStack()) this.#began(task);
    return true;
  }

  /** A task came to the front, for the first time or again: it works in the mode that is set. */
  #began(task: unknown): void {
    put(this.#modes, task, textField(this.#configuration(), 'mode'));
  }

  #heard(event: unknown): void {
    const message = field(event, 'message');
    const task = textField(event, 'taskId');
    const ts = field(message, 'ts');
    if (task === undefined || field(message, 'say') !== 'api_req_started' || typeof ts !== 'number') return;
    const key = rooKey(task, ts);
    const force = this.#forces.get(key) ?? this.#inForce(task);
    remember(this.#forces, key, force);
    const info = parsed(textField(message, 'text'));
    const sighting = this.#sightingOf(info, { task, ts, key }, force);
    if (sighting) this.#host.saw(sighting);
  }

  /** `undefined` until the answer is over: the counts are put in then. */
  #sightingOf(
    info: unknown,
    { task, ts, key }: { readonly task: string; readonly ts: number; readonly key: string },
    { mode, model, provider }: Force,
  ): Sighting | undefined {
    const cancelled = textField(info, 'cancelReason');
    const isOver = field(info, 'cost') !== undefined || cancelled !== undefined;
    if (!isOver || tokens(info, 'tokensIn') + tokens(info, 'tokensOut') === 0) return undefined;
    const usage = rooUsage(info, model ?? 'unknown', false);
    if (promptTokens(usage) + usage.output === 0) return undefined;
    const { agent } = this.#product;
    const parent = this.#parents.get(task);
    return {
      agent,
      task: `${agent}:${task}`,
      ...(parent === undefined ? {} : { parent: `${agent}:${parent}` }),
      key,
      began: ts,
      at: Math.max(ts, this.#host.now()),
      ...(mode === undefined ? {} : { mode }),
      ...(provider === undefined ? {} : { provider }),
      ...(model === undefined ? {} : { model }),
      usage,
      outcome: cancelled === undefined ? 'ok' : cancelled === 'user_cancelled' ? 'cut' : 'error',
    };
  }

  #inForce(task: string): Force {
    const configuration = this.#configuration();
    return {
      mode: this.#modes.get(task) ?? textField(configuration, 'mode'),
      ...providerOf(configuration),
    };
  }

  /** Secrets are not in it: the API leaves them out. */
  #configuration(): unknown {
    return this.#api?.getConfiguration();
  }

  #plan(bases: Readonly<Record<string, string>>): RouteChange | undefined {
    if (!this.#api) return undefined;
    const configuration = this.#configuration();
    const provider = textField(configuration, 'apiProvider');
    const setting = provider === undefined ? undefined : baseUrlSettings[provider];
    const base = setting && bases[setting.upstream];
    // It adds the version itself.
    const to = setting?.name === 'openAiNativeBaseUrl' ? base?.replace(/\/v1$/, '') : base;
    if (provider === undefined || setting === undefined || to === undefined) return undefined;
    const profile = profileOf(configuration);
    return { name: setting.name, profile, provider, from: textField(configuration, setting.name), to };
  }

  #own(task: string): string {
    return task.slice(this.#product.agent.length + 1);
  }
}

function profileOf(configuration: unknown): string {
  return textField(configuration, 'currentApiConfigName') ?? 'default';
}

function apiOf(exports: unknown): RooApi | undefined {
  const needed = ['on', 'off', 'getCurrentTaskStack', 'getConfiguration', 'setConfiguration', 'cancelCurrentTask'];
  return needed.every((name) => typeof field(exports, name) === 'function') ? (exports as RooApi) : undefined;
}

function put(map: Map<string, string>, key: unknown, value: unknown): void {
  if (typeof key === 'string' && typeof value === 'string' && value !== '') remember(map, key, value);
}

function remember<V>(map: Map<string, V>, key: string, value: V): void {
  map.delete(key);
  map.set(key, value);
  if (map.size > most) for (const oldest of map.keys()) return void map.delete(oldest);
}
