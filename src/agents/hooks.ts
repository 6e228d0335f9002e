/** One item of a list in an agent's own JSON settings that makes it call a command at a moment at which it can be told to end. */
export interface HookItem {
  readonly belowHome: string;
  readonly path: readonly string[];
  readonly item: unknown;
}

/** A file of its own that an agent runs at such a moment. */
export interface HookScript {
  readonly belowHome: string;
  readonly script: string;
}

/** The agent's hooks that call `command` (a line for the shell, already quoted). Only moments at which the answer ends the agent, and none that makes it go on. */
export type HooksOf = (command: string, platform: NodeJS.Platform) => readonly (HookItem | HookScript)[];

/** Hooks in the shape that Claude Code has given to the others. `matcher` says for which tools, where the event is one of a tool. */
export function hookEntries(
  belowHome: string,
  command: string,
  events: readonly { readonly event: string; readonly matcher?: string }[],
): readonly HookItem[] {
  return events.map(({ event, matcher }) => ({
    belowHome,
    path: ['hooks', event],
    item: { ...(matcher === undefined ? {} : { matcher }), hooks: [{ type: 'command', command }] },
  }));
}
