import { homedir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { leadsTo } from '../hooks/launcher.ts';
import { stateFolder } from '../protocol/stateFolder.ts';
import { connectionsWithoutService } from './connections/offline.ts';

/**
 * Run by the editor after the extension has been uninstalled: takes out what was put into other programs' settings. Another editor's extension that shares the state folder keeps
 * what it has: the launcher then leads to that one.
 */
const { env, platform } = process;
const home = homedir();
const folder = stateFolder(env, platform, home);
const cli = fileURLToPath(new URL('./cli.js', import.meta.url));

if (leadsTo(folder, platform, cli)) connectionsWithoutService(folder, { home, env, platform }, cli).disconnect();
