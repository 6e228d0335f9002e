import type { Pico } from '../core/money.ts';
import { type PromptFacts, sameFacts } from '../core/promptFacts.ts';
import type { Observation, Prediction } from '../core/request.ts';
import { type Usage, usageClasses } from '../core/usage.ts';

/** More tokens than any request can have: what is beyond is a broken record, not a bill. */
const mostTokens = 1e12;
/** Years 1970 to 2286 (ms). */
const mostTime = 1e13;
/** A single request that costs more is a broken record (pico-dollars): it would overflow the sums. */
export const mostCost: Pico = 10n ** 17n;

/**
 * An observation whose numbers the database can hold: a broken figure in one record must not lose the batch it came in.
 * Answers the observation itself where nothing was wrong.
 */
export function clean(o: Observation, now: number): Observation {
  let { at, began, usage, keys, reportedUsd, prediction, facts } = o;
  if (!Number.isInteger(at) || at < 0 || at > mostTime)
    at = Number.isFinite(at) && at >= 0 && at <= mostTime ? Math.round(at) : now;
  if (began !== undefined && !(Number.isInteger(began) && began >= 0 && began <= at)) began = undefined;
  if (!usageClasses.every((name) => isCount(usage[name]))) {
    const mended = {} as Record<keyof Usage, number>;
    for (const name of usageClasses) mended[name] = isCount(usage[name]) ? usage[name] : toCount(usage[name]);
    usage = mended;
  }
  if (keys.length === 0) keys = [`none:${o.source}:${o.task}:${at}:${usage.output}`];
  else if (keys.some((key) => key.includes('\n'))) keys = keys.map((key) => key.replaceAll('\n', ' '));
  if (reportedUsd !== undefined && !/^-?\d{1,9}(\.\d+)?$/.test(reportedUsd)) reportedUsd = undefined;
  if (prediction && !isSound(prediction)) prediction = undefined;
  if (facts && !areCounts(facts)) facts = undefined;
  if (
    at === o.at &&
    began === o.began &&
    usage === o.usage &&
    keys === o.keys &&
    reportedUsd === o.reportedUsd &&
    prediction === o.prediction &&
    facts === o.facts
  ) {
    return o;
  }
  return { ...o, at, began, usage, keys, reportedUsd, prediction, facts };
}

function isSound(p: Prediction): boolean {
  return isCount(p.promptTokens) && (p.expected ?? 0n) <= mostCost && (p.worst ?? 0n) <= mostCost;
}

function areCounts({ system, tools, messages, unusedTools, maxOutput = 0 }: PromptFacts): boolean {
  return [system, tools, messages, unusedTools, maxOutput].every(isCount);
}

function isCount(n: number): boolean {
  return Number.isInteger(n) && n >= 0 && n <= mostTokens;
}

function toCount(n: number): number {
  return Number.isFinite(n) && n > 0 ? Math.min(Math.round(n), mostTokens) : 0;
}

/** Whether two sightings say the same in every field that is stored. */
export function sameObservation(a: Observation, b: Observation): boolean {
  return (
    a.at === b.at &&
    a.began === b.began &&
    a.source === b.source &&
    a.agent === b.agent &&
    a.task === b.task &&
    a.parent === b.parent &&
    a.run === b.run &&
    a.mode?.kind === b.mode?.kind &&
    a.mode?.name === b.mode?.name &&
    a.kind === b.kind &&
    a.workspace === b.workspace &&
    a.branch === b.branch &&
    a.provider === b.provider &&
    a.model === b.model &&
    a.counted === b.counted &&
    a.reportedUsd === b.reportedUsd &&
    a.billing === b.billing &&
    a.serviceTier === b.serviceTier &&
    a.region === b.region &&
    a.outcome === b.outcome &&
    Boolean(a.sample) === Boolean(b.sample) &&
    a.keys.length === b.keys.length &&
    usageClasses.every((name) => a.usage[name] === b.usage[name]) &&
    samePrediction(a, b) &&
    sameFacts(a.facts, b.facts)
  );
}

function samePrediction({ prediction: a }: Observation, { prediction: b }: Observation): boolean {
  if (!a || !b) return a === b;
  return (
    a.promptTokens === b.promptTokens &&
    a.counted === b.counted &&
    a.plusMinus === b.plusMinus &&
    a.expected === b.expected &&
    a.worst === b.worst
  );
}
