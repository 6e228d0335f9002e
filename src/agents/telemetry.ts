import type { Observation } from '../core/request.ts';
import { NonsenseLine } from './agent.ts';

export type AttributeValue = string | number | boolean;
export type Attributes = Readonly<Record<string, AttributeValue>>;

/** The attribute under which an OpenTelemetry resource names the program that sends; decoding always keeps it. */
export const serviceName = 'service.name';

/**
 * One span, log record or metric point of an OTLP export, flat. Only attributes that an agent's reader asks for are in it: a prompt, a message or a tool's
 * arguments are passed over while the export is decoded, and so is the body of a log record unless it is the name of an event we know.
 */
export interface TelemetryRecord {
  readonly kind: 'span' | 'log' | 'metric';
  /** Of the span or metric; of the log record its event name, which some programs leave to the attribute `event.name` or to the body. */
  readonly name: string;
  /** Milliseconds since the epoch: the end of a span, the time of a log record or point; 0 where it tells none. */
  readonly at: number;
  /** Milliseconds since the epoch at which a span began. */
  readonly began?: number;
  /** Lower-case hex; empty where there is none. */
  readonly trace: string;
  readonly span: string;
  readonly parentSpan: string;
  /** The span's status is an error. */
  readonly failed?: boolean;
  /** Of a metric's point; the sum, where it is a histogram. */
  readonly value?: number;
  readonly attributes: Attributes;
  /** Who sends: `service.name` and its like. */
  readonly resource: Attributes;
}

/** How an agent's OpenTelemetry is read and turned on. */
export interface Telemetry {
  /** Names of the attributes (of records and of their resource) the reader looks at; no other is ever kept. */
  readonly attributes: readonly string[];
  /** Events whose name is all that the body of their log record says; any other body is passed over. */
  readonly bodies?: readonly string[];
  /** A reader that lives as long as the service; what it remembers between records is small and bounded. */
  open(): TelemetryReader;
  /** What makes the agent send its telemetry to `endpoint` (`…/otlp`), content left out. */
  setup(endpoint: string): TelemetrySetup;
  /** The variables are read in an editor that is started with them. */
  readonly inEditors?: true;
}

export interface TelemetryReader {
  /**
   * What a record shows; `undefined` = not this agent's. A record that repeats what another tells (sums over a run, metrics beside the events) shows nothing.
   * Throws `NonsenseLine` for one that should have told a request and does not make sense.
   */
  record(record: TelemetryRecord): readonly Observation[] | undefined;
}

/** What turns an agent's telemetry on. Any one of the ways that are given is enough. */
export interface TelemetrySetup {
  /** Variables for a terminal, or for whatever starts the agent. */
  readonly environment: Readonly<Record<string, string>>;
  /** Entries of settings, for an agent that is started without our variables; none where it must not be put there, or no setting turns it on. */
  readonly settings: readonly SettingsEntry[];
  /** Arguments right behind the command's name, for one run without a file being changed. */
  readonly args?: readonly string[];
}

/** One entry of a settings file, or of the user settings of every editor in which an extension has run (there `path` is the one dotted key). */
export interface SettingsEntry {
  readonly file: { readonly belowHome: string; readonly format: 'json' | 'toml' } | { readonly editorsWith: string };
  readonly path: readonly string[];
  readonly value: SettingsValue;
}

export type SettingsValue = string | boolean | { readonly [name: string]: SettingsValue };

export function textAttribute({ attributes }: TelemetryRecord, name: string): string | undefined {
  const value = attributes[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** A token count, which some exporters write as text. Missing is 0; anything but a sane whole number is nonsense. */
export function countAttribute({ attributes }: TelemetryRecord, ...names: readonly string[]): number {
  const value = names.map((name) => attributes[name]).find((found) => found !== undefined);
  if (value === undefined) return 0;
  const count = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value;
  if (typeof count !== 'number' || !Number.isInteger(count) || count < 0 || count > 1e12)
    throw new NonsenseLine(`${names[0]} is not a token count`);
  return count;
}

/** When it happened (ms since the epoch): by the program's own `event.timestamp` where it tells one. */
export function momentOfRecord(record: TelemetryRecord): number {
  const told = Date.parse(textAttribute(record, 'event.timestamp') ?? '');
  const at = Number.isNaN(told) ? record.at : told;
  if (at <= 0) throw new NonsenseLine('no time');
  return at;
}

/** When a request of this length began, where the length is told (ms, a number or its text). */
export function beganBefore(at: number, duration: AttributeValue | undefined): number | undefined {
  const length = Number(duration);
  return duration !== undefined && Number.isFinite(length) && length >= 0 && length < at ? Math.floor(at - length) : undefined;
}

/** The name of the event, by whichever way it is told. */
export function eventName(record: TelemetryRecord): string {
  return textAttribute(record, 'event.name') ?? record.name;
}
