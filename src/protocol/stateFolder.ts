/**
 * Where the service, every window and the CLI meet: one folder per user, whatever the editor
 * (VS Code, Insiders, a fork, none). `SPEND_METER_STATE` moves it.
 */
export function stateFolder(env: Readonly<Record<string, string | undefined>>, platform: string, home: string): string {
  const override = env.SPEND_METER_STATE;
  if (override) return override;
  if (platform === 'win32') return `${env.LOCALAPPDATA ?? `${home}\\AppData\\Local`}\\spend-meter`;
  if (platform === 'darwin') return `${home}/Library/Application Support/spend-meter`;
  return `${env.XDG_STATE_HOME ?? `${home}/.local/state`}/spend-meter`;
}

/** File names inside the state folder. */
export const discoveryFile = 'discovery.json';

/** Exit codes of a service process, so that a starter can tell "somebody else runs" from "cannot run here". */
export const exitCodes = { clean: 0, lostElection: 3, noSqlite: 4 } as const;
