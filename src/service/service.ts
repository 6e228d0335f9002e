import { randomBytes } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Places } from '../agents/agent.ts';
import { openingMark } from '../agents/promptMarks.ts';
import { agentById, agents, guardEnvironment, identifyByHeaders } from '../agents/registry.ts';
import type { Disposable } from '../core/disposable.ts';
import type { AgentId, Priceable, Priced } from '../core/request.ts';
import { serverOptions } from '../gateway/options.ts';
import { resolveUpstreams } from '../gateway/upstreams.ts';
import { Ledger } from '../ledger/ledger.ts';
import type { Settings } from '../protocol/api.ts';
import type { Recalculate, Recalculated } from '../protocol/prices.ts';
import { SessionSource } from '../sessions/client.ts';
import { Calibrations } from '../tokens/calibrations.ts';
import { PromptReader } from '../tokens/client.ts';
import { outputCounterFor } from '../tokens/output.ts';
import { countersIn } from '../tokens/tables.ts';
import { Advisor } from './advisor/advisor.ts';
import { policyOf } from './advisor/policyOf.ts';
import { Api } from './api/api.ts';
import { EventHub } from './api/eventHub.ts';
import type { Assets } from './assets.ts';
import { baseUrlsOf, otlpOf } from './baseUrls.ts';
import { calendar } from './calendar.ts';
import { type Changed, Changes } from './changes.ts';
import { Connections } from './connections/connections.ts';
import { Forecasts, monthPartOf } from './forecasts.ts';
import { GatewayDoor } from './gatewayDoor.ts';
import { listenOnLastPort } from './listen.ts';
import type { Log } from './log.ts';
import { Meter } from './meter.ts';
import { OtlpDoor } from './otlpDoor.ts';
import { Prices } from './prices.ts';
import { modelsToQuote, quoteText } from './quotes.ts';
import { SampleRuns } from './sample/runs.ts';
import type { Secrets } from './secrets.ts';
import { type KeptSettings, readSettings } from './settings.ts';
import { Sources } from './sources.ts';
import { StateView } from './stateView.ts';
import { stopDoor } from './stopDoor.ts';

export interface ServiceOptions {
  readonly version: string;
  readonly assets: Assets;
  readonly ledgerPath: string;
  readonly lastPortPath: string;
  readonly secrets: Secrets;
  /** Where agents' session files are looked for. */
  readonly places: Places;
  /** Fixed port; otherwise the last one, or a free one. */
  readonly port?: number;
  /** Upstreams of the command line: they win over the kept ones and are not kept. */
  readonly upstreams?: Readonly<Record<string, string>>;
  readonly zone: string;
  readonly now: () => number;
  readonly random: () => number;
  readonly log: Log;
  /** Multiplies the time a sample answer takes; 1 for people. */
  readonly samplePace?: number;
  /** Longest that a request is held for a budget (ms). */
  readonly patience?: number;
  /** A client came or went, or something happened: time to think about ending. */
  readonly used: () => void;
  /** Somebody asked the service to end. */
  readonly quit: () => void;
}

/** The composition root: one meter, its sources, its ledger and the two faces it has on one loopback port. */
export class Service implements Disposable {
  readonly port: number;
  readonly meter: Meter;
  readonly #parts: Parts;

  private constructor(parts: Parts, port: number) {
    this.#parts = parts;
    this.meter = parts.meter;
    this.port = port;
  }

  /** Throws what opening the ledger throws, a RangeError for an upstream that may not be used, and when no port is free. */
  static async start(options: ServiceOptions): Promise<Service> {
    const parts = new Parts(options);
    try {
      const port = await listenOnLastPort(parts.server, options.lastPortPath, { wanted: options.port, random: options.random });
      parts.begin(port);
      return new Service(parts, port);
    } catch (error) {
      await parts.dispose();
      throw error;
    }
  }

  get baseUrls(): Readonly<Record<string, string>> {
    return this.#parts.baseUrls();
  }

  get guardOn(): boolean {
    return this.#parts.settings.guard;
  }

  /** Windows that listen, and requests on their way. */
  get clients(): number {
    return this.#parts.hub.size + this.meter.live.size;
  }

  dispose(): Promise<void> {
    return this.#parts.dispose();
  }
}

class Parts implements Disposable {
  readonly #options: ServiceOptions;
  readonly #ledger: Ledger;
  readonly #door: GatewayDoor;
  readonly #otlp: OtlpDoor;
  readonly #changes: Changes;
  readonly #prices: Prices;
  readonly #prompts: PromptReader;
  readonly #sources: Sources;
  readonly #samples: SampleRuns;
  readonly #view: StateView;
  readonly #advisor: Advisor;
  readonly #connections: Connections;
  #sessions: SessionSource | undefined;
  #idleTimer: NodeJS.Timeout | undefined;
  #port = 0;
  settings: KeptSettings;
  readonly server: Server;
  readonly meter: Meter;
  readonly hub: EventHub;

  constructor(options: ServiceOptions) {
    this.#options = options;
    const { now, log, secrets, assets } = options;
    const price = (request: Priceable): Priced => this.#prices.price(request);
    this.#ledger = Ledger.open(options.ledgerPath, { price, now, zone: options.zone });
    if (this.#ledger.movedAside)
      log.warn(`the ledger was damaged; it is kept as ${this.#ledger.movedAside} and a new one was begun`);
    this.settings = readSettings(this.#ledger.setting('service'));
    this.#prices = new Prices(this.settings.prices);
    const problem = (what: string, error: unknown): void => log.warn(error instanceof Error ? `${what}: ${error.message}` : what);
    this.#changes = new Changes((changed) => this.#tell(changed), now, problem);
    const calibrations = new Calibrations(this.#ledger.setting('calibrations'));
    this.meter = new Meter({
      ledger: this.#ledger,
      price,
      now,
      calendar: calendar(options.zone),
      modes: () => this.settings.modes,
      runaway: () => this.settings.runaway,
      openingMark: (prompt) => openingMark(prompt, secrets.hash),
      maxOutput: () => this.settings.maxOutputTokens ?? undefined,
      ...(options.patience === undefined ? {} : { patience: options.patience }),
      changed: this.#changes.note,
      problem,
      countedBoth: ({ upstream }, prompt, reported) => {
        if (prompt.estimated === undefined) return;
        calibrations.learn(upstream, prompt.model, prompt.estimated, reported);
        this.#ledger.setSetting('calibrations', calibrations.state());
      },
    });
    this.#prompts = new PromptReader({
      workerUrl: assets.promptWorker,
      folder: assets.tables,
      key: secrets.hash,
      correctionFor: (upstream, model) => calibrations.correctionFor(upstream, model),
      problem: (what) => log.warn(what),
    });
    const counters = countersIn(assets.tables);
    this.#door = new GatewayDoor(
      {
        ingestToken: secrets.ingest,
        meter: this.meter,
        readPrompt: (job, signal) => this.#prompts.read(job, signal),
        identify: identifyByHeaders,
        refusalStyle: (agent) => agentById(agent).refusal ?? 'json-402',
        outputCounter: (model) => outputCounterFor(counters, model ?? 'unknown'),
        problem,
        clock: now,
        randomId: () => randomBytes(12).toString('base64url'),
        env: options.places.env,
      },
      { ...usersOwn(this.settings.upstreams), ...usersOwn(options.upstreams ?? {}) },
    );
    const stateFolder = dirname(options.ledgerPath);
    this.#connections = new Connections({
      target: () => ({
        places: options.places,
        stateFolder,
        otlp: otlpOf(this.#port, secrets.ingest),
      }),
      stateFolder,
      platform: options.places.platform,
      program: { node: process.execPath, cli: fileURLToPath(new URL('./cli.js', assets.promptWorker)) },
      plugin: fileURLToPath(new URL('./serverPlugin.js', assets.promptWorker)),
      now,
    });
    this.#advisor = new Advisor({
      ledger: this.#ledger,
      price,
      catalog: (provider) => this.#prices.sold(provider, now()),
      now,
      policy: () => policyOf(this.settings.routing, this.settings.cheaperModels),
      places: options.places,
      settings: this.#connections,
      loops: () => this.meter.loops,
      changed: () => this.#changes.note({ kind: 'other' }),
      problem,
    });
    this.hub = new EventHub(() => options.used());
    this.#sources = new Sources(this.#ledger.skipped());
    this.#otlp = new OtlpDoor({
      ingestToken: secrets.ingest,
      agents,
      off: () => this.settings.agentsOff,
      observe: (observations) => this.meter.observe(observations),
      known: this.#ledger.skipped(),
      skipped: (one) => {
        this.#ledger.setSkipped(one);
        this.#sources.skipped(one);
        this.#changes.note({ kind: 'other' });
      },
      problem,
    });
    this.#samples = new SampleRuns(options.samplePace ?? 1, (url) =>
      this.#setUpstreams({ ...this.#door.upstreams, sample: url }),
    );
    this.#view = new StateView({
      ledger: this.#ledger,
      meter: this.meter,
      price,
      now,
      version: options.version,
      pricesAsOf: () => this.#prices.asOf,
      forecasts: new Forecasts(this.#ledger, now, monthPartOf(options.zone)),
      scan: () => this.#sources.scan(),
      guard: () => {
        const baseUrls = this.baseUrls();
        return { on: this.settings.guard, baseUrls, environment: guardEnvironment(baseUrls) };
      },
      advice: () => this.#advisor.suggestions(),
    });
    const api = new Api({
      meter: this.meter,
      view: this.#view,
      hub: this.hub,
      controlToken: secrets.control,
      health: () => ({ name: 'spend-meter', version: options.version, pid: process.pid, guard: this.settings.guard }),
      setGuard: (on) => this.#keep({ guard: on }),
      applySettings: (settings) => this.#apply(settings),
      quote: (text, models) =>
        quoteText(text, models ?? this.#usedModels(), (all, model) => this.#prompts.countText(all, model), price, now()),
      playSample: () =>
        this.#samples.play(`http://127.0.0.1:${this.#port}/${secrets.ingest}/sample`, (budget) =>
          this.meter.control.setBudget(budget),
        ),
      models: () => this.#prices.models(now()),
      recalculate: (wanted) => this.#recalculate(wanted),
      advice: {
        all: async () => {
          await this.#advisor.look(60_000);
          return { suggestions: this.#view.state().suggestions, policy: [...this.#advisor.table()] };
        },
        answer: (id, action, digest) => this.#advisor.answer(id, action, digest),
        howTo: (id) => this.#advisor.howTo(id),
      },
      connections: this.#connections,
      quit: () => setImmediate(options.quit),
      problem: (what, error) => log.warn(`${what}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`),
    });
    const isStopped = stopDoor(secrets.ingest, (task) => this.meter.control.killSwitch.whyStopped(task));
    this.server = createServer(serverOptions, (req, res) => {
      if (req.url?.startsWith('/api/')) api.handle(req, res, this.#port);
      else if (!isStopped(req, res) && !this.#otlp.handle(req, res)) this.#door.handle(req, res);
    });
    this.server.on('upgrade', (req, socket, head) => this.#door.upgrade(req, socket, head));
    this.server.on('clientError', (_error, socket) => socket.destroy());
  }

  baseUrls(): Readonly<Record<string, string>> {
    return baseUrlsOf(this.#port, this.#options.secrets.ingest, Object.keys(this.#door.upstreams));
  }

  begin(port: number): void {
    this.#port = port;
    const { assets, places, log } = this.#options;
    this.#prompts.warm();
    this.#advisor.begin();
    try {
      this.#connections.refresh();
    } catch (error) {
      log.warn(`what is connected could not be looked after: ${error instanceof Error ? error.message : String(error)}`);
    }
    this.#sessions = new SessionSource({
      workerUrl: assets.sessionWorker,
      places,
      off: this.settings.agentsOff as AgentId[],
      cursors: {
        get: (path) => this.#ledger.cursor(path) as string | undefined,
        set: (path, json) => this.#ledger.setCursor(path, json),
      },
      onBatch: (observations, skipped, progress) => {
        this.meter.observe(observations);
        for (const one of skipped) this.#ledger.setSkipped(one);
        this.#sources.read(progress, skipped);
        this.#changes.note({ kind: 'other' });
      },
      onProblem: (message) => log.warn(`session files: ${message}`),
    });
  }

  async dispose(): Promise<void> {
    this.server.close();
    clearTimeout(this.#idleTimer);
    this.#samples.dispose();
    this.#advisor.dispose();
    await this.#sessions?.dispose();
    await this.#door.dispose();
    await Promise.all([...this.meter.live].map((request) => request.read));
    this.meter.dispose();
    this.#changes.dispose();
    this.hub.dispose();
    await this.#prompts.dispose();
    this.server.closeAllConnections();
    this.#ledger.close();
  }

  #tell(changed: Changed): void {
    this.#options.used();
    this.#watchIdle();
    if (!this.hub.size) return;
    for (const [id, task] of changed.requests) {
      const row = this.#view.request(id, task);
      if (row) this.hub.send('request', row);
    }
    for (const id of changed.tasks) {
      const row = this.#view.task(id);
      if (row) this.hub.send('task', row);
    }
    this.hub.send('state', this.#view.state());
  }

  /** A task becomes idle by time alone: that is told too. */
  #watchIdle(): void {
    clearTimeout(this.#idleTimer);
    const at = this.#view.nextIdle();
    if (at === undefined) return;
    this.#idleTimer = setTimeout(() => this.#changes.note({ kind: 'other' }), at - this.#options.now() + 1);
    this.#idleTimer.unref();
  }

  #keep(change: Partial<KeptSettings>): void {
    this.settings = { ...this.settings, ...change };
    this.#ledger.setSetting('service', this.settings);
    this.#changes.note({ kind: 'other' });
  }

  #apply({ agentsOff, upstreams, billing, cheaperModels, routing, prices, maxOutputTokens, runaway, modes }: Settings): void {
    if (upstreams) {
      // One that the command line overrides is not in force today, but is kept: a bad one would end the next start.
      resolveUpstreams(usersOwn(upstreams));
      const { sample } = this.#door.upstreams;
      const wanted = { ...upstreams, ...this.#options.upstreams, ...(sample ? { sample } : {}) };
      if (JSON.stringify(wanted) !== JSON.stringify(this.#door.upstreams)) this.#setUpstreams(wanted);
      this.#keep({ upstreams });
    }
    if (agentsOff) {
      this.#sessions?.setOff(agentsOff as AgentId[]);
      this.#keep({ agentsOff });
    }
    for (const [agent, answer] of Object.entries(billing ?? {})) this.meter.setBilling(agent, answer);
    if (cheaperModels) this.#keep({ cheaperModels });
    if (routing) {
      this.#keep({ routing });
      this.#advisor.forget();
    }
    if (runaway) this.#keep({ runaway });
    if (modes) this.#keep({ modes: lowerCased(modes) });
    if (maxOutputTokens !== undefined) this.#keep({ maxOutputTokens });
    if (prices) {
      this.#prices.setOwn(prices);
      this.#keep({ prices });
    }
    this.#changes.note({ kind: 'other' });
  }

  async #recalculate(wanted: Recalculate): Promise<Recalculated> {
    const result = await this.#prices.recalculate(this.#ledger, wanted);
    this.meter.spending.changed();
    this.#changes.note({ kind: 'other' });
    return result;
  }

  #setUpstreams(upstreams: Readonly<Record<string, string>>): void {
    this.#door.setUpstreams(upstreams);
  }

  #usedModels(): readonly string[] {
    const used = this.#ledger.byModel('30d').map(({ label }) => label);
    return modelsToQuote(used);
  }
}

function lowerCased<T>(map: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(Object.entries(map).map(([name, value]) => [name.toLowerCase(), value]));
}

/** What goes to `sample` is kept out of every total, so nobody may point that name at a real provider. */
function usersOwn(upstreams: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  if ('sample' in upstreams) throw new RangeError('upstream sample: the name belongs to the sample run');
  return upstreams;
}
