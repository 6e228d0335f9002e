import assert from 'node:assert/strict';
import { PacedFigures } from '../../../src/extension/pacedFigures.ts';

describe('a hover while an answer streams', () => {
  it('is written anew at once when its words change, and seldom when only its figures do', () => {
    const paced = new PacedFigures(5_000);
    assert.equal(paced.isDue('**$0.42** · ▰▰▱ 61% · 9.9K out', 0), true);
    assert.equal(paced.isDue('**$0.43** · ▰▰▰ 70% · 12.1K out', 100), false);
    assert.equal(paced.isDue('**$0.44** · ▰▰▰ 71% · 12.4K out · **over budget**', 200), true);
    assert.equal(paced.isDue('**$0.51** · ▰▰▰ 71% · 1.24M out · **over budget**', 5_100), false);
    assert.equal(paced.isDue('**$0.52** · ▰▰▰ 71% · 1.24M out · **over budget**', 5_200), true);
  });

  it('is left alone when nothing changed', () => {
    const paced = new PacedFigures(5_000);
    paced.isDue('same', 0);
    assert.equal(paced.isDue('same', 60_000), false);
  });
});
