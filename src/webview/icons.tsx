import type { ComponentChildren } from 'preact';
import type { ModeKind } from '../core/mode.ts';

/** Line icons on a 16-pixel grid, coloured by the text around them; the words beside them carry the meaning. */
function Icon({ name, children }: { readonly name: string; readonly children: ComponentChildren }) {
  return (
    <svg class={`icon icon-${name}`} viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" focusable="false">
      {children}
    </svg>
  );
}

export type IconName = 'stop' | 'resume' | 'chevron' | 'running' | 'stopped' | 'idle' | 'warning' | 'exceeded' | 'back' | 'info';

const shapes: Readonly<Record<IconName, ComponentChildren>> = {
  stop: <rect class="solid" x="4" y="4" width="8" height="8" rx="1" />,
  resume: <path class="solid" d="M5 3.5v9l7.5-4.5z" />,
  chevron: <path d="M6 3.5 10.5 8 6 12.5" />,
  running: <path d="M8 2.5A5.5 5.5 0 1 1 2.5 8" />,
  stopped: <path d="M5.6 2.5h4.8l3.1 3.1v4.8l-3.1 3.1H5.6l-3.1-3.1V5.6zM5.5 8h5" />,
  idle: <circle cx="8" cy="8" r="2.5" />,
  warning: <path d="M8 2.5 14 13.5H2zM8 6.5v3.5M8 11.4v.8" />,
  exceeded: <path d="M8 2a6 6 0 1 1 0 12A6 6 0 0 1 8 2zM8 4.8v4M8 10.4v.9" />,
  back: <path d="M7 3 2.5 8 7 13M2.5 8h11" />,
  info: <path d="M8 2a6 6 0 1 1 0 12A6 6 0 0 1 8 2zM8 7.2v4M8 4.7v.9" />,
};

export function ShapeIcon({ name }: { readonly name: IconName }) {
  return <Icon name={name}>{shapes[name]}</Icon>;
}

const modeShapes: Readonly<Record<ModeKind, ComponentChildren>> = {
  orchestrator: (
    <path d="M8 5.5v3M4 11V8.5h8V11M8 2a1.7 1.7 0 1 1 0 3.4A1.7 1.7 0 0 1 8 2zM4 11a1.4 1.4 0 1 1 0 2.8A1.4 1.4 0 0 1 4 11zm8 0a1.4 1.4 0 1 1 0 2.8 1.4 1.4 0 0 1 0-2.8z" />
  ),
  architect: <path d="M8 4.5 4 14M8 4.5 12 14M5.4 10.6h5.2M8 1.5a1.5 1.5 0 1 1 0 3 1.5 1.5 0 0 1 0-3z" />,
  code: <path d="M5.5 4 1.5 8l4 4M10.5 4l4 4-4 4" />,
  debug: (
    <path d="M8 5a3 3 0 0 1 3 3v2.5a3 3 0 0 1-6 0V8a3 3 0 0 1 3-3zM6 5a2 2 0 0 1 4 0M2 9h3M11 9h3M3 5l2 2M13 5l-2 2M3 13.5l2-2M13 13.5l-2-2" />
  ),
  ask: <path d="M5.5 6a2.5 2.5 0 1 1 3.6 2.2C8.3 8.7 8 9 8 10M8 12v1" />,
  other: <circle cx="8" cy="8" r="3" />,
};

export function ModeIcon({ kind }: { readonly kind: ModeKind }) {
  return <Icon name={`mode mode-${kind}`}>{modeShapes[kind]}</Icon>;
}
