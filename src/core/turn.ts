/**
 * Some agents write down a whole turn of the conversation (or a whole session) as one record, however many requests it took. Such a sighting has keys of this space only. It stands for its
 * requests as long as nobody has seen them one by one; then they count, and it adds to them no more than where they belong.
 */
export const turnKey = 'turn:';

/** Whether all that is known under these keys is a turn as a whole. */
export function isTurn(keys: readonly string[]): boolean {
  return keys.every((key) => key.startsWith(turnKey));
}

/** When what two sightings tell of was over: the first who saw it knows, but a turn lasts as long as it is added to, and its requests know better than it. */
export function endOfBoth(a: readonly string[], endA: number, b: readonly string[], endB: number): number {
  const [turnA, turnB] = [isTurn(a), isTurn(b)];
  if (turnA !== turnB) return turnA ? endB : endA;
  return turnA ? Math.max(endA, endB) : Math.min(endA, endB);
}
