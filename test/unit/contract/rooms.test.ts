import assert from 'node:assert/strict';
import { breach, importsIn, importsOf, sourceFiles } from './rooms.ts';

describe('the rooms', () => {
  it('import only what they may', () => {
    const imports = sourceFiles('src/**/*.{ts,tsx}').flatMap(importsIn);
    assert.ok(imports.length > 50, `${imports.length} imports were found`);
    assert.deepEqual(
      imports.map(breach).filter((problem) => problem !== undefined),
      [],
    );
  });

  it('are told apart by the scanner', () => {
    const text = `import { a } from '../gateway/a.ts';\nexport * from "./b.ts";\nimport type { C } from 'vscode';\nimport './style.css';
      const d = await import('../d.ts'); // import('no.ts')\n/* import e from 'e' */`;
    assert.deepEqual(importsOf(text.replace(/ \/\/.*$/m, '')), ['../gateway/a.ts', './b.ts', 'vscode', './style.css', '../d.ts']);
    assert.match(breach({ file: 'src/core/x.ts', from: '../gateway/a.ts' }) ?? '', /core may import nothing else/);
    assert.match(breach({ file: 'src/core/x.ts', from: 'node:fs' }) ?? '', /may use none/);
    assert.match(breach({ file: 'src/agents/kilo/x.ts', from: 'vscode' }) ?? '', /vscode/);
    assert.match(breach({ file: 'src/webview/views/x.tsx', from: '../../service/x.ts' }) ?? '', /webview/);
    assert.equal(breach({ file: 'src/agents/kilo/extension.ts', from: 'vscode' }), undefined);
    assert.equal(breach({ file: 'src/gateway/wire/x.ts', from: '../../agents/agent.ts' }), undefined);
    assert.equal(breach({ file: 'src/service/x.ts', from: '../../pricing/prices.json' }), undefined);
  });
});
