/** Lines of a difference in words of `diff`: `  ` both, `- ` before, `+ ` after, with at most `context` common lines around each change, and `…` for what is left out. */
export function lineDiff(before: string, after: string, context = 2): readonly string[] {
  const [a, b] = [linesOf(before), linesOf(after)];
  const all = walk(a, b);
  const near = all.map((_, index) =>
    all.slice(Math.max(0, index - context), index + context + 1).some((line) => line[0] !== ' '),
  );
  return all.flatMap((line, index) =>
    near[index] ? [line] : near[index - 1] || (index === 0 && near.includes(true)) ? ['…'] : [],
  );
}

function linesOf(text: string): readonly string[] {
  return text === '' ? [] : text.replace(/\r?\n$/, '').split(/\r?\n/);
}

/** By the longest common subsequence of what lies between the common ends. */
function walk(a: readonly string[], b: readonly string[]): readonly string[] {
  let head = 0;
  while (head < a.length && head < b.length && a[head] === b[head]) head++;
  let tail = 0;
  while (tail < a.length - head && tail < b.length - head && a.at(-1 - tail) === b.at(-1 - tail)) tail++;
  const [from, to] = [a.slice(head, a.length - tail), b.slice(head, b.length - tail)];
  const same = (line: string): string => `  ${line}`;
  return [...a.slice(0, head).map(same), ...between(from, to), ...a.slice(a.length - tail).map(same)];
}

function between(a: readonly string[], b: readonly string[]): readonly string[] {
  const length = Array.from({ length: a.length + 1 }, () => new Array<number>(b.length + 1).fill(0));
  const at = (i: number, j: number): number => length[i]?.[j] ?? 0;
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      const row = length[i];
      if (row) row[j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const lines: string[] = [];
  for (let i = 0, j = 0; i < a.length || j < b.length; ) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      lines.push(`  ${a[i++]}`);
      j++;
    } else if (i < a.length && (j >= b.length || at(i + 1, j) >= at(i, j + 1))) lines.push(`- ${a[i++]}`);
    else lines.push(`+ ${b[j++]}`);
  }
  return lines;
}
