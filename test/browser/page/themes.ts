/** What VS Code sets on a webview's root, near enough to judge by: the default dark, light and high-contrast themes. */
export type ThemeName = 'dark' | 'light' | 'hc-black' | 'hc-light';
export const themeNames = ['dark', 'light', 'hc-black', 'hc-light'] as const satisfies readonly ThemeName[];

interface Theme {
  readonly bodyClass: string;
  readonly colors: Readonly<Record<string, string>>;
}

const fonts = {
  'font-family': '"Segoe UI", "DejaVu Sans", "Noto Sans CJK SC", sans-serif',
  'font-size': '13px',
  'font-weight': 'normal',
  'editor-font-family': '"DejaVu Sans Mono", monospace',
};

const dark = {
  foreground: '#cccccc',
  descriptionForeground: '#9d9d9d',
  errorForeground: '#f85149',
  focusBorder: '#0078d4',
  'editor-background': '#1f1f1f',
  'editor-foreground': '#cccccc',
  'editorWidget-background': '#202020',
  'widget-border': '#313131',
  'panel-border': '#2b2b2b',
  'panelTitle-activeBorder': '#0078d4',
  'panelTitle-activeForeground': '#cccccc',
  'panelTitle-inactiveForeground': '#9d9d9d',
  'button-background': '#0078d4',
  'button-foreground': '#ffffff',
  'button-hoverBackground': '#026ec1',
  'button-border': '#ffffff12',
  'button-secondaryBackground': '#313131',
  'button-secondaryForeground': '#cccccc',
  'button-secondaryHoverBackground': '#3c3c3c',
  'dropdown-background': '#313131',
  'dropdown-border': '#3c3c3c',
  'dropdown-foreground': '#cccccc',
  'badge-background': '#616161',
  'badge-foreground': '#f8f8f8',
  'textLink-foreground': '#4daafc',
  'textLink-activeForeground': '#4daafc',
  'list-hoverBackground': '#2a2d2e',
  'toolbar-hoverBackground': '#5a5d5e50',
  'progressBar-background': '#0078d4',
  'editorWarning-foreground': '#cca700',
  'editorError-foreground': '#f14c4c',
  'inputValidation-errorBackground': '#5a1d1d',
  'inputValidation-warningBackground': '#352a05',
  'inputValidation-warningBorder': '#b89500',
  'inputValidation-errorBorder': '#be1100',
  'debugIcon-stopForeground': '#f48771',
  'debugIcon-startForeground': '#89d185',
  'charts-foreground': '#cccccc',
  'charts-red': '#f14c4c',
  'charts-blue': '#59a4f9',
  'charts-yellow': '#cca700',
  'charts-orange': '#d18616',
  'charts-green': '#89d185',
  'charts-purple': '#b180d7',
};

const light = {
  ...dark,
  foreground: '#3b3b3b',
  descriptionForeground: '#3b3b3bcc',
  focusBorder: '#005fb8',
  'editor-background': '#ffffff',
  'editor-foreground': '#3b3b3b',
  'editorWidget-background': '#f8f8f8',
  'widget-border': '#e5e5e5',
  'panel-border': '#e5e5e5',
  'panelTitle-activeBorder': '#005fb8',
  'panelTitle-activeForeground': '#3b3b3b',
  'panelTitle-inactiveForeground': '#3b3b3bcc',
  'button-background': '#005fb8',
  'button-hoverBackground': '#0258a8',
  'button-border': '#0000001a',
  'button-secondaryBackground': '#e5e5e5',
  'button-secondaryForeground': '#3b3b3b',
  'button-secondaryHoverBackground': '#cccccc',
  'dropdown-background': '#ffffff',
  'dropdown-border': '#cecece',
  'dropdown-foreground': '#3b3b3b',
  'badge-background': '#cccccc',
  'badge-foreground': '#3b3b3b',
  'textLink-foreground': '#005fb8',
  'textLink-activeForeground': '#005fb8',
  'list-hoverBackground': '#f2f2f2',
  'toolbar-hoverBackground': '#b8b8b850',
  'progressBar-background': '#005fb8',
  'editorWarning-foreground': '#bf8803',
  'editorError-foreground': '#e51400',
  'inputValidation-errorBackground': '#f2dede',
  'inputValidation-warningBackground': '#f6f5d2',
  'inputValidation-warningBorder': '#b89500',
  'inputValidation-errorBorder': '#be1100',
  'debugIcon-stopForeground': '#a1260d',
  'debugIcon-startForeground': '#388a34',
  'charts-foreground': '#3b3b3b',
  'charts-red': '#e51400',
  'charts-blue': '#1a85ff',
  'charts-yellow': '#bf8803',
  'charts-orange': '#d18616',
  'charts-green': '#388a34',
  'charts-purple': '#652d90',
};

/** High contrast draws borders where the other themes draw grounds. */
const contrastDark = {
  ...dark,
  foreground: '#ffffff',
  descriptionForeground: '#ffffffb3',
  focusBorder: '#f38518',
  contrastBorder: '#6fc3df',
  contrastActiveBorder: '#f38518',
  'editor-background': '#000000',
  'editor-foreground': '#ffffff',
  'editorWidget-background': '#0c141f',
  'widget-border': '#6fc3df',
  'panel-border': '#6fc3df',
  'panelTitle-activeBorder': '#6fc3df',
  'panelTitle-activeForeground': '#ffffff',
  'panelTitle-inactiveForeground': '#ffffff',
  'button-background': '#000000',
  'button-border': '#6fc3df',
  'button-hoverBackground': '#000000',
  'button-secondaryBackground': '#000000',
  'button-secondaryForeground': '#ffffff',
  'button-secondaryHoverBackground': '#000000',
  'dropdown-background': '#000000',
  'dropdown-border': '#6fc3df',
  'dropdown-foreground': '#ffffff',
  'badge-background': '#000000',
  'badge-foreground': '#ffffff',
  'textLink-foreground': '#21a6ff',
  'textLink-activeForeground': '#21a6ff',
  'list-hoverBackground': '#ffffff1a',
  'progressBar-background': '#6fc3df',
  'editorWarning-foreground': '#ffd370',
  'editorError-foreground': '#f48771',
  errorForeground: '#f48771',
  'inputValidation-errorBackground': '#000000',
  'inputValidation-warningBackground': '#000000',
  'charts-blue': '#59a4f9',
  'charts-red': '#f48771',
  'charts-yellow': '#ffd370',
};

const contrastLight = {
  ...light,
  foreground: '#292929',
  descriptionForeground: '#292929b3',
  focusBorder: '#006bbd',
  contrastBorder: '#0f4a85',
  contrastActiveBorder: '#006bbd',
  'widget-border': '#0f4a85',
  'panel-border': '#0f4a85',
  'panelTitle-activeBorder': '#b5200d',
  'panelTitle-activeForeground': '#292929',
  'panelTitle-inactiveForeground': '#292929',
  'button-background': '#0f4a85',
  'button-border': '#0f4a85',
  'button-secondaryBackground': '#ffffff',
  'button-secondaryForeground': '#292929',
  'dropdown-border': '#0f4a85',
  'badge-background': '#0f4a85',
  'badge-foreground': '#ffffff',
  'textLink-foreground': '#0f4a85',
  'list-hoverBackground': '#0f4a851a',
  'progressBar-background': '#0f4a85',
  errorForeground: '#b5200d',
  'editorWarning-foreground': '#895503',
  'editorError-foreground': '#b5200d',
  'inputValidation-errorBackground': '#ffffff',
  'inputValidation-warningBackground': '#ffffff',
};

const themes: Readonly<Record<ThemeName, Theme>> = {
  dark: { bodyClass: 'vscode-dark', colors: dark },
  light: { bodyClass: 'vscode-light', colors: light },
  'hc-black': { bodyClass: 'vscode-high-contrast', colors: contrastDark },
  'hc-light': { bodyClass: 'vscode-high-contrast vscode-high-contrast-light', colors: contrastLight },
};

/** The style sheet that stands for what the editor injects into a webview. */
export function themeCss(name: ThemeName): string {
  const variables = Object.entries({ ...fonts, ...themes[name].colors }).map(([key, value]) => `--vscode-${key}: ${value};`);
  return `:root { ${variables.join(' ')} }
html { scrollbar-color: #79797966 transparent; background: var(--vscode-editor-background); }
body { margin: 0; padding: 0 20px; color: var(--vscode-editor-foreground); font-family: var(--vscode-font-family); font-size: var(--vscode-font-size); }`;
}

export function themeClass(name: ThemeName): string {
  return themes[name].bodyClass;
}
