import type { Model } from './model.ts';

/** The folders of a path of either kind of slash. */
function partsOf(path: string): readonly string[] {
  return path.split(/[\\/]/).filter(Boolean);
}

/** The last folder of a workspace path. */
export function workspaceName(path: string | undefined): string | undefined {
  return path === undefined ? undefined : partsOf(path).at(-1);
}

/**
 * How each of these workspaces is called: by its folder, and where several have folders of the same name, with as much of what is
 * above as tells them apart, as editors do for tabs: `app — shop`, `app — blog`.
 */
export function folderNames(paths: readonly string[]): ReadonlyMap<string, string> {
  const same = (path: string): readonly string[] => paths.filter((other) => workspaceName(other) === workspaceName(path));
  return new Map(
    paths.map((path) => {
      const [name, all] = [workspaceName(path) ?? '', [...new Set(same(path))]];
      return [path, all.length > 1 ? told(name, path, all) : name];
    }),
  );
}

function told(name: string, path: string, all: readonly string[]): string {
  const above = (each: string, count: number): string => partsOf(each).slice(0, -1).slice(-count).join('/');
  const deepest = Math.max(...all.map((each) => partsOf(each).length));
  for (let count = 1; count < deepest; count += 1) {
    const shown = above(path, count);
    if (all.every((each) => each === path || above(each, count) !== shown)) return `${name} — ${shown || '/'}`;
  }
  // They differ by their slashes alone, or by their drive.
  return `${name} — ${path}`;
}

/** Every workspace that the page names somewhere now, sorted. */
export function foldersIn({ state, breakdown, where, why, worth }: Model): readonly string[] {
  const paths = [
    ...(state?.tasks ?? []).map(({ workspace }) => workspace),
    ...(breakdown?.tasks ?? []).map(({ workspace }) => workspace),
    ...(breakdown?.choices.workspaces ?? []),
    ...(where?.byWorkspace ?? []).map(({ key }) => key),
    ...(why?.amplified ?? []).map(({ workspace }) => workspace),
    ...[...(worth?.branches ?? []), ...(worth?.commits ?? []), ...(worth?.silent ?? [])].map(({ workspace }) => workspace),
  ];
  return [...new Set(paths.flatMap((path) => path || []))].sort();
}
