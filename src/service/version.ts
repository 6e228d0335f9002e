import manifest from '../../package.json' with { type: 'json' };

/** The version of this build, as windows compare it. */
export const version: string = manifest.version;
