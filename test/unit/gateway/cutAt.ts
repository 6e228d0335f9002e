/** Cuts bytes at any places. */
export function cutAt(bytes: Buffer, places: readonly number[]): Buffer[] {
  const edges = [...new Set(places.map((place) => place % (bytes.length + 1)))].sort((a, b) => a - b);
  const cuts = [0, ...edges, bytes.length];
  return cuts.slice(1).map((end, i) => bytes.subarray(cuts[i], end));
}
