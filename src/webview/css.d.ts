/** Style sheets are imported for their effect; the bundler puts them into one file beside the script. */
declare module '*.css';
