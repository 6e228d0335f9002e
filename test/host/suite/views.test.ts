import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { activated } from '../activation.ts';

describe('views and tools', () => {
  before(async () => {
    await activated();
  });

  it('shows the breakdown in the panel area and the tasks in the Explorer', async () => {
    await vscode.commands.executeCommand('spendMeter.breakdownView.focus');
    await vscode.commands.executeCommand('spendMeter.tasks.focus');
  });

  it('tells an agent what was spent, as JSON and nothing else', async () => {
    const name = 'spend_meter_get_spend';
    assert.ok(vscode.lm.tools.some((tool) => tool.name === name));
    const result = await vscode.lm.invokeTool(name, { input: {}, toolInvocationToken: undefined });
    const [part] = result.content;
    assert.ok(part instanceof vscode.LanguageModelTextPart);
    const answer: unknown = JSON.parse(part.value);
    assert.equal(typeof Reflect.get(Object(answer), 'available'), 'boolean');
  });
});
