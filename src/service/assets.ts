import { fileURLToPath } from 'node:url';

/** Files that the service loads beside its own code. */
export interface Assets {
  readonly promptWorker: URL;
  readonly sessionWorker: URL;
  /** Folder of the token tables. */
  readonly tables: string;
}

/** As the build lays them, next to the bundle that calls this with its own `import.meta.url`. */
export function builtAssets(bundleUrl: string): Assets {
  return {
    promptWorker: new URL('./tokenWorker.js', bundleUrl),
    sessionWorker: new URL('./sessionWorker.js', bundleUrl),
    tables: fileURLToPath(new URL('./tokens', bundleUrl)),
  };
}
