import type { Agent } from '../agents/agent.ts';
import { NonsenseLine } from '../agents/agent.ts';
import { serviceName, type TelemetryReader, type TelemetryRecord } from '../agents/telemetry.ts';
import type { AgentId, Observation } from '../core/request.ts';
import type { Keeps } from './records.ts';

export interface Told {
  readonly observations: readonly Observation[];
  /** Records that should have told a request and make no sense. */
  readonly nonsense: number;
}

/** The agents' readers, and the few attributes that any of them looks at. */
export class TelemetryReaders {
  readonly #readers: readonly { readonly agent: AgentId; readonly reader: TelemetryReader }[];
  readonly keeps: Keeps;

  constructor(agents: readonly Agent[]) {
    const telling = agents.flatMap(({ id, telemetry }) => (telemetry ? [{ id, telemetry }] : []));
    this.#readers = telling.map(({ id, telemetry }) => ({ agent: id, reader: telemetry.open() }));
    const attributes = new Set([serviceName, ...telling.flatMap(({ telemetry }) => telemetry.attributes)]);
    const bodies = new Set(telling.flatMap(({ telemetry }) => telemetry.bodies ?? []));
    this.keeps = { attribute: (name) => attributes.has(name), body: (text) => bodies.has(text) };
  }

  /** A record belongs to the first agent that knows it; what nobody knows tells nothing. `off`: agents that are not read. */
  read(records: readonly TelemetryRecord[], off: readonly string[] = []): Told {
    const observations: Observation[] = [];
    let nonsense = 0;
    for (const record of records) {
      try {
        const told = this.#first(record);
        if (told && !off.includes(told.agent)) observations.push(...told.observations);
      } catch (error) {
        if (!(error instanceof NonsenseLine)) throw error;
        nonsense += 1;
      }
    }
    return { observations, nonsense };
  }

  #first(record: TelemetryRecord): { readonly agent: AgentId; readonly observations: readonly Observation[] } | undefined {
    for (const { agent, reader } of this.#readers) {
      const observations = reader.record(record);
      if (observations) return { agent, observations };
    }
    return undefined;
  }
}
