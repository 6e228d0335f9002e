import * as vscode from 'vscode';
import type { RouteChange } from '../../agents/agentExtension.ts';
import { agentName } from '../../core/presentText.ts';
import type { EditorAgents } from '../agents.ts';
import type { Parts } from '../parts.ts';

const routesKey = 'editorRoutes';

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
  if (found.length === 0) {
    await vscode.window.showInformationMessage(
      vscode.l10n.t(
        'No agent of this editor can be pointed at the meter: Roo Code, Zoo Code or Kilo Code 5 has to be active, with a provider whose address can be set.',
      ),
    );
    return;
  }
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
    ...lines,
    vscode.l10n.t('While the meter does not run, these agents cannot reach their provider. It can be undone.'),
  ];
  const answer = await vscode.window.showInformationMessage(
    vscode.l10n.t('Change these settings of other extensions?'),
    { modal: true, detail: detail.join('\n\n') },
    yes,
  );
  if (answer !== yes) return;
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
}

/** Puts back what was there, where nobody has changed it since. */
export async function unguardEditorAgents({ context, reader }: Parts, agents: EditorAgents | undefined): Promise<void> {
  const left: KeptRoute[] = [];
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
