/** Every order of a few things. */
export function ordersOf<T>(things: readonly T[]): readonly (readonly T[])[] {
  if (things.length < 2) return [things];
  return things.flatMap((one, at) => ordersOf([...things.slice(0, at), ...things.slice(at + 1)]).map((rest) => [one, ...rest]));
}
