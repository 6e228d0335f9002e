import type { AgentExtension, AgentHost, FollowedAgent, StoppedTree } from '../agentExtension.ts';

/** VS Code's own chat: its command cancels what the chat in view is answering, so it is used only where that can be one alone. */
export const copilotExtension: AgentExtension = {
  agent: 'copilot',
  follow: (host: AgentHost): FollowedAgent => ({
    stop: async ({ isOnly, workspace }: StoppedTree) => {
      if (!isOnly || workspace === undefined || !host.folders.includes(workspace)) return false;
      await host.run('workbench.action.chat.cancel');
      return true;
    },
    dispose: () => {},
  }),
};
