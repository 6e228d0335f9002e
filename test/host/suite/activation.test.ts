import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { activated, activationTimes, extensionId } from '../activation.ts';

describe('the extension in a real VS Code', () => {
  it('activates by itself after startup', async () => {
    const extension = await activated();
    assert.equal(extension.id, extensionId);
  });

  it('registers every command it contributes', async () => {
    const extension = await activated();
    const contributed: { command: string }[] = extension.packageJSON.contributes.commands;
    assert.ok(contributed.length > 0, 'package.json contributes commands');
    const registered = new Set(await vscode.commands.getCommands(true));
    assert.deepEqual(
      contributed.map(({ command }) => command).filter((command) => !registered.has(command)),
      [],
    );
  });

  it('does not hold up the start of the editor', async () => {
    await activated();
    const times = await activationTimes(extensionId);
    assert.ok(times, 'VS Code measured the activation');
    const { loadCode, callActivate, finishActivate } = times;
    console.log(`      activation: load ${loadCode} ms, call ${callActivate} ms, finish ${finishActivate} ms (${times.event})`);
    // Wall clock of a busy machine: a bound against gross mistakes only. The strict budget is on bytes (test/unit/contract).
    assert.ok(loadCode + callActivate + finishActivate < 1500, `took ${loadCode + callActivate + finishActivate} ms`);
  });
});
