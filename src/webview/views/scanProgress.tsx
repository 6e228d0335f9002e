import { shareOf } from '../../core/format.ts';
import type { Scan } from '../../protocol/state.ts';
import { usePage } from '../context.ts';

/** How far the first reading of the session files has come, by bytes: files differ a thousandfold in size. */
export function ScanProgress({ scan }: { readonly scan: Scan }) {
  const { text } = usePage();
  const share = shareOf(BigInt(Math.round(scan.bytesDone)), BigInt(Math.round(scan.bytes)));
  const words = text.t('basis.scanning', {
    done: text.number(scan.filesDone),
    all: text.number(scan.files),
    share: text.share(share),
  });
  return (
    <p class="scanning">
      <progress max={1} value={share} aria-label={words} />
      <span>{words}</span>
    </p>
  );
}
