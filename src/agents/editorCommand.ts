import { agents } from './registry.ts';

/** The commands of VS Code and the editors made from it. */
const editors =
  /^(code|code-insiders|code-oss|codium|codium-insiders|vscodium|cursor|windsurf|antigravity|kiro|trae|positron)(\.cmd|\.exe)?$/i;

export function isEditorCommand(path: string): boolean {
  return editors.test(path.split(/[/\\]/).at(-1) ?? '');
}

/** What makes agents inside an editor send their telemetry to `otlp` where no setting of theirs does: they read it when they start. */
export function editorTelemetry(otlp: string): Record<string, string> {
  const setups = agents.flatMap(({ telemetry }) => telemetry?.setup(otlp) ?? []);
  return Object.assign({}, ...setups.filter(({ settings }) => settings.length === 0).map(({ environment }) => environment));
}
