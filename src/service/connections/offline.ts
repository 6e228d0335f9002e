import { dirname, join } from 'node:path';
import type { Places } from '../../agents/agent.ts';
import { Connections } from './connections.ts';

/** For taking out without a service. `cli`: the built CLI of this version. */
export function connectionsWithoutService(stateFolder: string, places: Places, cli: string): Connections {
  return new Connections({
    target: () => ({ places, stateFolder, otlp: '' }),
    stateFolder,
    platform: places.platform,
    program: { node: process.execPath, cli },
    plugin: join(dirname(cli), 'serverPlugin.js'),
    now: Date.now,
  });
}
