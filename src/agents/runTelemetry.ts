import { agents, startedBy } from './registry.ts';

/** What turns telemetry on for one run of a command. */
export interface RunTelemetry {
  /** Whose it is, as their makers write them. */
  readonly of: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Behind argv[word], which names the agent's program. */
  readonly args: readonly string[];
  readonly word: number;
}

/** The commands of VS Code and the editors made from it. */
const editors =
  /^(code|code-insiders|code-oss|codium|codium-insiders|vscodium|cursor|windsurf|antigravity|kiro|trae|positron)(\.cmd|\.exe)?$/i;

export function isEditorCommand(path: string): boolean {
  return editors.test(path.split(/[/\\]/).at(-1) ?? '');
}

/**
 * Telemetry to `otlp` of the agent that a command line starts, whether or not its settings turn it on; of the agents in an editor, what they read when it starts.
 * `undefined`: the command starts nothing that pushes telemetry.
 */
export function runTelemetry(argv: readonly string[], otlp: string): RunTelemetry | undefined {
  const started = startedBy(argv);
  const those = isEditorCommand(argv[0] ?? '')
    ? agents.filter(({ telemetry }) => telemetry?.inEditors)
    : started
      ? [started.agent]
      : [];
  const setups = those.flatMap(({ name, telemetry }) => (telemetry ? [{ name, ...telemetry.setup(otlp) }] : []));
  if (setups.length === 0) return undefined;
  return {
    of: setups.map(({ name }) => name),
    env: Object.assign({}, ...setups.map(({ environment }) => environment)),
    args: setups.flatMap(({ args = [] }) => args),
    word: started?.word ?? 0,
  };
}
