import type { AgentExtension, AgentHost, FollowedAgent, StoppedTree } from '../agentExtension.ts';

const ids = ['saoudrizwan.claude-dev', 'saoudrizwan.cline-nightly'];

/**
 * Cline tells nothing of what it does, and can be stopped from outside in one way, which both of its generations have: the command behind its *New task*
 * button aborts the running task and clears the view. It does so with whatever task is in view, so it is used only where that can be one alone.
 */
export const clineExtension: AgentExtension = {
  agent: 'cline',
  follow: (host: AgentHost): FollowedAgent => ({
    stop: async ({ isOnly, workspace }: StoppedTree) => {
      if (!isOnly || !ids.some((id) => host.extension(id)?.isActive)) return false;
      if (workspace === undefined || !host.folders.includes(workspace)) return false;
      await host.run('cline.plusButtonClicked');
      return true;
    },
    dispose: () => {},
  }),
};
