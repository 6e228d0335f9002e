import assert from 'node:assert/strict';
import { registerHooks } from 'node:module';
import { taskTrees } from '../../../src/core/presentTasks.ts';
import { english } from '../../../src/core/presentText.ts';
import type { Parts } from '../../../src/extension/parts.ts';
import type { State } from '../../../src/protocol/state.ts';
import { sampleState } from '../../browser/page/sampleState.ts';

/** The view as far as it is used here: nobody can read a badge off a real one. */
const view = {
  visible: false,
  badge: undefined as { readonly value: number } | undefined,
  onDidChangeVisibility: () => ({ dispose() {} }),
};
let drawn = 0;

class EventEmitter {
  readonly event = () => ({ dispose() {} });
  fire(): void {
    drawn += 1;
  }
}

const vscode = {
  EventEmitter,
  window: { createTreeView: () => view },
  l10n: { t: english },
  Disposable: { from: () => ({ dispose() {} }) },
};

describe('the view of tasks in the side bar', () => {
  let tell: (state: State) => void;

  before(async () => {
    Object.assign(globalThis, { vscodeStandIn: vscode });
    const code = `export const { ${Object.keys(vscode).join(', ')} } = globalThis.vscodeStandIn;`;
    const hooks = registerHooks({
      resolve: (name, context, next) =>
        name === 'vscode' ? { url: `data:text/javascript,${encodeURIComponent(code)}`, shortCircuit: true } : next(name, context),
    });
    const { startTaskTree } = await import('../../../src/extension/taskTreeView.ts');
    hooks.deregister();
    let listener = (): void => undefined;
    const client = {
      state: undefined as State | undefined,
      onState(listen: () => void) {
        listener = listen;
        return { dispose() {} };
      },
    };
    startTaskTree({ client, reader: { locale: 'en', t: english } } as unknown as Parts);
    tell = (state) => {
      client.state = state;
      listener();
    };
  });

  after(() => {
    Reflect.deleteProperty(globalThis, 'vscodeStandIn');
  });

  it('has the count of running tasks on its badge, as the status bar counts them, also while nobody looks', () => {
    const { tasks } = sampleState();
    const running = taskTrees(tasks).filter(({ state, sample }) => state === 'running' && !sample).length;
    tell(sampleState());
    assert.equal(view.badge?.value, running);
    tell(sampleState({ tasks: tasks.map((task) => ({ ...task, state: 'idle' })) }));
    assert.equal(view.badge, undefined);
    assert.equal(drawn, 0, 'the tree itself is not drawn for nobody');
    view.visible = true;
    tell(sampleState());
    assert.equal(drawn, 1);
  });
});
