import { isGuessedTask } from './guessedTask.ts';
import { modelName, withoutDate } from './models.ts';
import type { Observation } from './request.ts';

/**
 * Some agents write down a whole turn of the conversation (or a whole session) as one record, however many requests it took. Such a sighting has keys of this space only. It stands for its
 * requests as long as nobody has seen them one by one; then they count, and it adds to them no more than where they belong.
 */
export const turnKey = 'turn:';

/** How far the clocks of two sources may differ (ms): less than the time between two turns, so that a request is never taken for one of a turn beside its own. */
export const turnSlack = 1_000;

/** Whether all that is known under these keys is a turn as a whole. */
export function isTurn(keys: readonly string[]): boolean {
  return keys.every((key) => key.startsWith(turnKey));
}

/**
 * Whether a request is one of those that the record of a whole turn stands for: the same model's, ended while the turn lasted, in the same task or in one that only
 * we have named. Each pair is judged by itself, so that the order in which they are seen changes nothing.
 */
export function isOfTurn(turn: Observation, request: Observation, ended = request.at): boolean {
  return (
    isTurn(turn.keys) &&
    !isTurn(request.keys) &&
    turn.agent === request.agent &&
    (turn.task === request.task || isGuessedTask(request.task)) &&
    isSameModel(turn.model, request.model) &&
    turn.began !== undefined &&
    ended >= turn.began - turnSlack &&
    ended <= turn.at + turnSlack
  );
}

/** A turn names the model as the user chose it, a request as its provider does. Which one `auto` chose is not always told. */
function isSameModel(ofTurn: string, ofRequest: string): boolean {
  const [turn, request] = [ofTurn, ofRequest].map((name) => withoutDate(modelName(name).id));
  return turn === request || turn === 'auto';
}

/** When what two sightings tell of was over: the first who saw it knows, but a turn lasts as long as it is added to, and its requests know better than it. */
export function endOfBoth(a: readonly string[], endA: number, b: readonly string[], endB: number): number {
  const [turnA, turnB] = [isTurn(a), isTurn(b)];
  if (turnA !== turnB) return turnA ? endB : endA;
  return turnA ? Math.max(endA, endB) : Math.min(endA, endB);
}
