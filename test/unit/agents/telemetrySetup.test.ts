import assert from 'node:assert/strict';
import { agents } from '../../../src/agents/registry.ts';

const endpoint = 'http://127.0.0.1:4711/secret/otlp';

describe('turning an agent’s telemetry on', () => {
  for (const { id, telemetry } of agents) {
    if (!telemetry) continue;
    it(`${id}: points it here and nowhere else, and asks for no content`, () => {
      const { environment, settings, args = [] } = telemetry.setup(endpoint);
      const all = [
        ...Object.entries(environment),
        ...settings.map(({ path, value }) => [path.join('.'), JSON.stringify(value)] as const),
        ...args.map((arg) => ['', arg] as const),
      ];
      assert.ok(all.some(([, value]) => value.includes(endpoint)));
      for (const [, value] of all) for (const [url] of value.matchAll(/https?:\/\/[^"]+/g)) assert.ok(url.startsWith(endpoint));
      const content = all.filter(([name]) => /prompt|content|details/i.test(name));
      for (const [name, value] of content) assert.match(value, /^"?(0|false)"?$/, name);
    });

    it(`${id}: reads no attribute that holds content`, () => {
      const content =
        /messages|prompt$|prompt_text|instructions|arguments|input$|output$|request_text|response_text|body|command/;
      assert.deepEqual(
        telemetry.attributes.filter((name) => content.test(name)),
        [],
      );
    });
  }

  it('knows the agents that push theirs', () => {
    const telling = new Set(agents.filter(({ telemetry }) => telemetry).map(({ id }) => id));
    for (const id of ['claude-code', 'codex', 'cline', 'copilot'] as const) assert.ok(telling.has(id), id);
  });
});
