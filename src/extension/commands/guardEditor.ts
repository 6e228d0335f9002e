import * as vscode from 'vscode';
import type { RouteChange } from '../../agents/agentExtension.ts';
import type { Disposable } from '../../core/disposable.ts';
import { agentName } from '../../core/presentText.ts';
import type { EditorAgents } from '../agents.ts';
import { EditorEnvironment } from '../editorEnvironment.ts';
import type { Parts } from '../parts.ts';

const routesKey = 'editorRoutes';
/** The user has said that programs which extensions start may be pointed at the meter. */
const environmentKey = 'editorEnvironment';
/** Told while this window follows the consent. */
let consentChanged: vscode.EventEmitter<void> | undefined;

/** Keeps the environment that programs of this window inherit as Guard and the user's consent want it. */
export function followEditorEnvironment({ client, context }: Parts): Disposable {
  const environment = new EditorEnvironment(process.env);
  const apply = (): void => {
    if (client.state) environment.apply(client.state.guard, context.globalState.get<boolean>(environmentKey, false));
  };
  const changed = new vscode.EventEmitter<void>();
  consentChanged = changed;
  const listening = [client.onState(apply), changed.event(apply), changed];
  return {
    dispose() {
      for (const one of listening) one.dispose();
      environment.dispose();
    },
  };
}

/** What was changed, so that it can be undone. */
interface KeptRoute extends RouteChange {
  readonly agent: string;
}

/** Points the agents of this editor at the meter by their own settings, after the user has read each change and said yes. */
export async function guardEditorAgents(parts: Parts, agents: EditorAgents | undefined): Promise<void> {
  const { client, context, reader } = parts;
  const bases = client.state?.guard.baseUrls ?? {};
  const found = (agents?.followed ?? []).flatMap(([agent, { route }]) => {
    const change = route?.plan(bases);
    return route && change && change.from !== change.to ? [{ agent, route, change }] : [];
  });
  const lines = found.map(({ agent, change: { name, profile, from, to } }) =>
    vscode.l10n.t(
      '{0}, profile {1}: {2} from {3} to {4}',
      agentName(agent, reader.t),
      profile,
      name,
      from ?? vscode.l10n.t('not set'),
      to,
    ),
  );
  const yes = vscode.l10n.t('Change it');
  const detail = [
    vscode.l10n.t(
      'Programs that other extensions of this window start from now on (Kilo Code 7, Claude Code) inherit the meter’s address while Guard is on. Restart those agents, or reload the window, for it to take hold; nothing of it outlives the window.',
    ),
    ...lines,
    ...(lines.length > 0
      ? [vscode.l10n.t('While the meter does not run, agents with changed settings cannot reach their provider.')]
      : []),
    vscode.l10n.t('It can be undone.'),
  ];
  const answer = await vscode.window.showInformationMessage(
    vscode.l10n.t('Point the agents of this editor at the meter?'),
    { modal: true, detail: detail.join('\n\n') },
    yes,
  );
  if (answer !== yes) return;
  await context.globalState.update(environmentKey, true);
  for (const { agent, route, change } of found) {
    // Kept first: what is changed can then always be undone.
    const earlier = keptRoutes(context).find((one) => isSame(one, { ...change, agent }));
    const others = keptRoutes(context).filter((one) => one !== earlier);
    await context.globalState.update(routesKey, [
      ...others,
      { ...change, agent, from: earlier?.to === change.from ? earlier?.from : change.from },
    ]);
    await route.set(change.name, change.to);
  }
  await client.api.setGuard(true);
  consentChanged?.fire();
}

/** Puts back what was there, where nobody has changed it since. */
export async function unguardEditorAgents({ context, reader }: Parts, agents: EditorAgents | undefined): Promise<void> {
  const left: KeptRoute[] = [];
  await context.globalState.update(environmentKey, undefined);
  consentChanged?.fire();
  for (const kept of keptRoutes(context)) {
    const route = agents?.of(kept.agent).find((one) => one.route)?.route;
    const now = route?.current(kept.name);
    // Another profile is in use, or the agent is not here now: it is undone when it is.
    if (!route || now?.profile !== kept.profile) left.push(kept);
    else if (now.value === kept.to) await route.set(kept.name, kept.from);
  }
  await context.globalState.update(routesKey, left);
  await vscode.window.showInformationMessage(
    left.length === 0
      ? vscode.l10n.t('The agents of this editor go to their providers again.')
      : vscode.l10n.t(
          'Not undone yet, because the profile is not in use: {0}. Choose it in the agent and run this again.',
          left.map(({ agent, profile }) => `${agentName(agent, reader.t)}, ${profile}`).join('; '),
        ),
  );
}

function keptRoutes({ globalState }: Parts['context']): readonly KeptRoute[] {
  return globalState.get<KeptRoute[]>(routesKey, []);
}

function isSame(a: KeptRoute, b: KeptRoute): boolean {
  return a.agent === b.agent && a.name === b.name && a.profile === b.profile;
}
